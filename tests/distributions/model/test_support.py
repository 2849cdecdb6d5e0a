"""Infinite exactly where Q is 0 and P is not: supports of every kind, every measure."""

import math

import mpmath as mp
import numpy as np
import pytest
from scipy import stats

from kullback import distributions as d

GAP = d.Mixture([d.Uniform(0, 1), d.Uniform(2, 3)], [0.5, 0.5])
SLAB = d.Mixture([d.Deterministic(0), d.Normal(0, 1)], [0.3, 0.7])
TABLE = stats.rv_discrete(values=([0, 1, 2], [0.2, 0.3, 0.5]))()


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (d.Uniform(0, 3), GAP),
        (d.Uniform(1.2, 1.8), GAP),
        (d.TruncatedNormal(0, 1, 0.5, 2.5), GAP),
        (d.Affine(GAP, 0.5, 1.0), GAP),
        (TABLE, stats.rv_discrete(values=([0, 2], [0.5, 0.5]))()),
        (d.Poisson(3), d.Affine(d.Poisson(3), 0, 2)),
        (d.Affine(d.Poisson(3), 1, 2), d.Affine(d.Poisson(3), 0, 2)),
        (d.Categorical([0.5, 0.25, 0.25]), d.Categorical([0.5, 0.0, 0.5])),
        (SLAB, d.Normal(0, 1)),
        (d.Deterministic(0.5), SLAB),
        (d.Uniform(0, 3), stats.rv_histogram((np.array([1, 0, 1]), np.arange(4.0)))),
    ],
)
def test_holes(p, q):
    for value in (d.kl(p, q), d.cross_entropy(p, q), d.renyi(p, q, 2), d.chi_square(p, q)):
        assert value.value == math.inf
        assert value.reason
    for bounded in (d.total_variation(p, q), d.hellinger(p, q), d.jensen_shannon(p, q)):
        assert 0 < bounded.value <= 1 + 1e-12


def test_apart_altogether():
    for p, q in ((d.Uniform(1.2, 1.8), GAP), (d.Poisson(3), d.Affine(d.Poisson(3), 0.5, 1))):
        assert d.total_variation(p, q).value == pytest.approx(1, abs=1e-12)
        assert d.hellinger(p, q).value == pytest.approx(1, abs=1e-12)
        assert d.jensen_shannon(p, q).value == pytest.approx(math.log(2), abs=1e-12)


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (d.Affine(d.Poisson(3), 0, 2), d.Poisson(3)),
        (GAP, d.Uniform(-1, 4)),
        (d.Normal(0, 1), SLAB),
        (SLAB, d.Mixture([d.Deterministic(0), d.Cauchy(0, 1)], [0.5, 0.5])),
    ],
)
def test_no_holes(p, q):
    assert 0 < d.kl(p, q).value < math.inf


def test_an_underflow_is_no_hole():
    """E ln(π cosh X) − H for a wide normal, by mpmath on the logarithm of the density."""
    log_q = lambda x: -mp.log(mp.pi * mp.cosh(x))  # noqa: E731
    density = lambda x: mp.exp(-((x / 1000) ** 2) / 2) / (1000 * mp.sqrt(2 * mp.pi))  # noqa: E731
    own = mp.log(1000 * mp.sqrt(2 * mp.pi * mp.e))
    truth = -2 * mp.quad(lambda x: density(x) * log_q(x), [0, 10, 1000, 4000, 12000]) - own
    value = d.kl(stats.norm(0, 1000), stats.hypsecant())
    assert value.value == pytest.approx(float(truth), rel=1e-9)


def test_lattices_off_the_integers():
    table = stats.rv_discrete(values=([1.5, 2, 5], [0.2, 0.3, 0.5]))()
    assert d.entropy(table).value == pytest.approx(stats.entropy([0.2, 0.3, 0.5]), rel=1e-14)
    moved = d.kl(stats.poisson(3, loc=0.5), stats.poisson(4, loc=0.5))
    assert moved.value == pytest.approx(3 * math.log(3 / 4) + 1, rel=1e-12)
    atoms = d.Mixture([d.Deterministic(0), d.Deterministic(5)], [0.5, 0.5])
    assert d.entropy(atoms).value == pytest.approx(math.log(2), rel=1e-12)


def test_spike_and_slab_adds_up():
    """KL of two mixed laws: that of the weights, and of the slabs by its share."""
    q = d.Mixture([d.Deterministic(0), d.Normal(1, 1)], [0.5, 0.5])
    truth = 0.3 * math.log(0.3 / 0.5) + 0.7 * math.log(0.7 / 0.5) + 0.7 * 0.5
    assert d.kl(SLAB, q).value == pytest.approx(truth, rel=1e-10)


def pieces(rng):
    """A random law on three kinds of pieces of [0, 6), and the set of what it gives mass to."""
    parts, cells = [], set()
    for start in range(6):
        kind = rng.integers(4)
        if kind == 0:
            parts.append(d.Uniform(start, start + 1))
            cells.add(("interval", start))
        elif kind == 1:
            step = float(rng.choice([0.25, 0.5]))
            points = start + step * np.arange(int(1 / step))
            parts.append(d.Affine(d.DiscreteUniform(0, len(points) - 1), start, step))
            cells |= {("atom", float(x)) for x in points}
        elif kind == 2:
            parts.append(d.Deterministic(start + 0.5))
            cells.add(("atom", start + 0.5))
    if not parts:
        return pieces(rng)
    return d.Mixture(parts, np.full(len(parts), 1 / len(parts))), cells


@pytest.mark.slow
def test_infinite_exactly_where_brute_force_finds_a_hole():
    rng = np.random.default_rng(0)
    seen = set()
    for i in range(300):
        p, covered = pieces(rng)
        q, other = pieces(rng)
        if i % 2:  # half of them covered on purpose
            q, other = d.Mixture([p, q], [0.5, 0.5]), covered | other
        hole = not covered <= other
        value = d.kl(p, q).value
        assert np.isinf(value) == hole, (p, q, value)
        assert value >= 0
        assert np.isinf(d.renyi(p, q, 2).value) == hole
        apart = not covered & other
        assert (d.total_variation(p, q).value > 1 - 1e-9) == apart
        seen.add((hole, apart))
    assert seen == {(True, True), (True, False), (False, False)}
