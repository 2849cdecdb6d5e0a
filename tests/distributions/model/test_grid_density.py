"""Densities on a grid against the formulas that they are the values of."""

import numpy as np
import pandas as pd
import pytest

import kullback as k
from kullback import distributions as d
from kullback.errors import InputError, MassError, ShapeError

EVEN = np.linspace(-14, 15, 700)
RANDOM = np.unique(np.concatenate([[-14, 15], np.random.default_rng(5).uniform(-14, 15, 1500)]))
P, Q = d.Normal(0, 1), d.Normal(1, 1.5)
PAIRS = (d.kl, d.jeffreys, d.jensen_shannon, d.cross_entropy, d.hellinger, d.total_variation)
PAIRS += (d.chi_square, d.bhattacharyya, d.wasserstein)


def values(law, x):
    return np.exp(law.log_density(x))


def on(x, law, **more):
    return k.from_density(x, values(law, x), **more)


@pytest.mark.parametrize("measure", PAIRS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("x", [EVEN, RANDOM], ids=["even", "random"])
def test_the_error_bounds_the_formula(measure, x):
    truth = float(measure(P, Q))
    found = measure(on(x, P), on(x, Q))
    assert abs(found.value - truth) <= found.error + 1e-13
    assert found.error < (1e-9 if x is EVEN and measure not in PAIRS[5::3] else 2e-3)
    assert found.method == "quadrature"


@pytest.mark.parametrize("order", [0.0, 0.5, 1.0, 2.0, np.inf])
def test_renyi_of_every_order(order):
    found = d.renyi(on(EVEN, P), on(EVEN, Q), order)
    assert abs(found.value - float(d.renyi(P, Q, order))) <= found.error + 1e-12


def test_smooth_densities_keep_their_digits():
    near = d.kl(on(EVEN, P), on(EVEN, d.Normal(1e-6, 1)))
    assert near.value == pytest.approx(5e-13, rel=1e-9)
    assert d.entropy(on(EVEN, P)).value == pytest.approx(np.log(2 * np.pi * np.e) / 2, rel=1e-14)
    assert d.kl(on(EVEN, P), on(EVEN, P)).value == 0


def test_a_grid_against_a_formula_and_another_grid():
    for q in (Q, on(np.linspace(-14, 15, 451), Q)):
        found = d.kl(on(EVEN, P), q)
        assert abs(found.value - float(d.kl(P, Q))) <= found.error + 1e-15
    assert d.jensen_shannon(on(EVEN, P), Q).value == pytest.approx(
        float(d.jensen_shannon(P, Q)), abs=1e-9
    )
    assert np.isposinf(d.kl(P, on(EVEN, Q)).value)  # a formula reaches beyond any grid


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (d.Uniform(0, 1), d.Beta(2, 2)),
        (d.Beta(2, 2), d.Uniform(0, 1)),
        (d.Triangular(0, 0.3, 1), d.Triangular(0, 0.55, 1)),
        (d.Beta(1.5, 4), d.Beta(3, 2)),
    ],
    ids=str,
)
def test_kinks_and_ends_that_vanish(p, q):
    x = np.linspace(0, 1, 333)
    for measure in (d.kl, d.jensen_shannon, d.total_variation):
        found = measure(on(x, p), on(x, q))
        assert abs(found.value - float(measure(p, q))) <= found.error < 0.04


def test_infinite_where_q_is_0_and_p_is_not():
    x = np.linspace(-5, 5, 501)
    q = np.where(x > 2, 0, values(Q, x))
    found = d.kl(on(x, P, mass="normalize"), k.from_density(x, q, mass="normalize"))
    assert np.isposinf(found.value)
    assert "Q only on [-5, 2.02]" in found.reason
    back = d.kl(k.from_density(x, q, mass="normalize"), on(x, P, mass="normalize"))
    cut = d.TruncatedNormal(1, 1.5, -5, 2)
    assert abs(back.value - float(d.kl(cut, d.TruncatedNormal(0, 1, -5, 5)))) <= back.error
    hole = values(P, x)
    hole[200:203] = 0
    assert np.isposinf(d.kl(on(x, P), k.from_density(x, hole, mass="normalize")).value)
    touched = values(P, x)
    touched[200] = 0  # at one point alone a density is 0 without a gap
    assert d.kl(on(x, P), k.from_density(x, touched, mass="normalize")).value < 0.01


def test_what_underflowed_is_no_hole():
    x = np.linspace(-5, 5, 1001)
    p, q = d.Normal(0, 0.1), d.Normal(1, 0.1)
    assert (values(q, x) == 0).any()
    assert d.kl(on(x, p), on(x, q)).value == pytest.approx(50, rel=1e-12)


def test_several_densities_at_once():
    laws = [d.Normal(m, 1) for m in (0, 1, 2)]
    rows = k.from_density(EVEN, [values(law, EVEN) for law in laws])
    found = d.kl(rows, on(EVEN, laws[1]))
    np.testing.assert_allclose(found.value, [0.5, 0, 0.5], atol=1e-12)


def test_samples_and_quantiles():
    law = on(EVEN, Q)
    drawn = law.sample(20_000, np.random.default_rng(1))
    assert drawn.mean() == pytest.approx(1, abs=4 * 1.5 / np.sqrt(20_000))
    level = np.array([0.01, 0.3, 0.9])
    np.testing.assert_allclose(law.quantile(level), Q.quantile(level), atol=1e-3)
    against = k.samples.kl_to_known(drawn[:500], law)
    assert against.interval.low <= 0.05


def test_every_container_of_numbers():
    plain = on(EVEN, P)
    numbers = values(P, EVEN)
    for x, density in (
        (EVEN.tolist(), iter(numbers.tolist())),
        (pd.Series(EVEN), pd.Series(numbers)),
        (EVEN.astype(object), numbers.astype(object)),
    ):
        assert k.from_density(x, density) == plain


REFUSED = [
    (([0, 2, 1, 3, 4], [1] * 5), InputError, r"x\[2\] is 1 after 2; give increasing.*argsort"),
    (([0, 1, 1, 3, 4], [1] * 5), InputError, r"x\[2\] is 1 after 1"),
    (([0, 1, 2, 3], [1] * 4), ShapeError, "each of 5 or more points"),
    ((range(5), [1] * 6), ShapeError, r"x has shape \(5,\) and density \(6,\)"),
    ((range(5), [1, 1, -1, 1, 1]), InputError, r"density\[2\] is -1.0; it must be finite and ≥ 0"),
    ((range(5), [1, np.nan, 1, 1, 1]), InputError, r"density\[1\] is nan"),
    (([0, 1, 2, 3, np.inf], [1] * 5), InputError, r"x\[4\] is inf"),
    ((range(5), [0] * 5), MassError, "density is 0 at every point"),
    ((range(5), [1] * 5), MassError, "integrates to 4 over x from 0 to 4, not 1"),
    ((range(5), [[0.25] * 5, [1] * 5]), MassError, r"density\[1\] integrates to 4"),
    (("abcde", [1] * 5), ShapeError, "x"),
]


@pytest.mark.parametrize(("arguments", "error", "words"), REFUSED)
def test_refused_in_words(arguments, error, words):
    with pytest.raises((error, InputError), match=words):
        k.from_density(*arguments)


def test_mass_is_checked_or_divided_by():
    with pytest.raises(InputError, match="as-is has no meaning for a density"):
        k.from_density(range(5), [1] * 5, mass="as-is")
    assert k.from_density(range(5), [7] * 5, mass="normalize").values.tolist() == [0.25] * 5
    with pytest.raises(MassError, match=r"0\.9875.*widen the grid"):
        on(np.linspace(-2.5, 2.5, 100), P)
    x = np.linspace(-5, 5, 100)  # 6e-7 lies beyond
    assert d.entropy(on(x, P)).value == pytest.approx(1.41894, abs=1e-4)


def test_the_error_on_a_grid_is_said_to_be_an_estimate():
    x = np.linspace(-8, 8, 60)
    law = d.from_density(x, np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi))
    for found in (
        d.kl(law, d.Normal(0.5, 1)),
        d.hellinger(law, d.Normal(1, 2)),
        d.renyi(law, d.Normal(1, 2), 0.5),
        d.entropy(law),
        d.cross_entropy(law, d.Normal(1, 2)),
    ):
        assert [note.code for note in found.notes].count("grid") == 1
    assert "grid" not in [note.code for note in d.kl(d.Normal(0, 1), d.Logistic(0, 1)).notes]


def test_a_grid_of_few_points_has_an_error_that_says_so():
    x = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    law = d.from_density(x, 0.5 + x)
    found = d.entropy(law)
    exact = -float(np.trapezoid((t := 0.5 + np.linspace(0, 1, 200_001)) * np.log(t), dx=5e-6))
    assert abs(found.value - exact) <= found.error < 0.1
    assert d.kl(law, d.Uniform(0, 1)).error > 0
    with pytest.raises(ShapeError, match="5 or more points"):
        d.from_density(x[:4], 0.5 + x[:4])
