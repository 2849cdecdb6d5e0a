"""Mixtures of a thousand components: the right number, in bounded memory."""

import tracemalloc

import numpy as np
import pytest

from kullback import distributions as d

N = 1000


def parts(seed=0):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.ones(N)), rng.normal(size=N) * 10, np.exp(rng.normal(size=N) / 2)


def by_trapezoids(weights, locs, scales, q):
    """The integral on an even grid, the density summed one component at a time."""
    x = np.linspace(-120, 120, 240_001)
    f = np.zeros_like(x)
    for w, m, s in zip(weights, locs, scales, strict=True):
        near = slice(*np.searchsorted(x, (m - 39 * s, m + 39 * s)))
        z = (x[near] - m) / s
        f[near] += w / (s * np.sqrt(2 * np.pi)) * np.exp(-z * z / 2)
    lives = f > 0
    return np.trapezoid(f[lives] * (np.log(f[lives]) - q.log_density(x[lives])), x[lives])


@pytest.mark.parametrize("kind", ["NormalMixture", "Mixture"])
def test_a_thousand_normals(kind):
    weights, locs, scales = parts()
    made = {
        "NormalMixture": lambda: d.NormalMixture(weights, locs, scales),
        "Mixture": lambda: d.Mixture(
            [d.Normal(*v) for v in zip(locs, scales, strict=True)], weights
        ),
    }
    q = d.Normal(0, 11)
    p = made[kind]()
    tracemalloc.start()
    try:
        found = d.kl(p, q)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200e6
    assert found.value == pytest.approx(by_trapezoids(weights, locs, scales, q), rel=1e-9)
    assert found.error < 1e-9 * found.value


def test_no_narrow_peak_is_stepped_over():
    """A thousandth of the mass on a width of 1e-6, among 999 wide components."""
    weights, locs, scales = parts(1)
    scales[0], locs[0], weights = 1e-6, 3.3, np.full(N, 1 / N)
    q = d.Normal(0, 11)
    with_peak = d.kl(d.NormalMixture(weights, locs, scales), q)
    # ∫ f ln(f/q) of the peak, whose density is all of f where it has mass: w/√(2π)s ≫ the rest.
    rest = d.NormalMixture(np.full(N - 1, 1 / (N - 1)), locs[1:], scales[1:])
    w, s, level = 1 / N, 1e-6, np.exp(rest.log_density(3.3)) * (1 - 1 / N)
    z = np.linspace(-12, 12, 24_001)
    peak = w * np.exp(-z * z / 2) / np.sqrt(2 * np.pi) / s
    above = (peak + level) * np.log(peak + level) - level * np.log(level)
    gained = np.trapezoid(above, z) * s - w * q.log_density(3.3)
    without = (1 - w) * (d.kl(rest, q).value + np.log(1 - w))
    assert with_peak.value == pytest.approx(without + gained, rel=1e-6)


def test_blocks_change_no_number():
    weights, locs, scales = parts(2)
    law = d.NormalMixture(weights, locs, scales)
    x = np.linspace(-30, 30, 4001)
    np.testing.assert_array_equal(law.log_density(x), [law.log_density(v) for v in x])
    two = d.Mixture(
        [d.MultivariateNormal([i, 0.0], np.eye(2)) for i in range(300)], [1 / 300] * 300
    )
    points = np.random.default_rng(0).normal(size=(5000, 2))
    expected = np.concatenate([two.log_density(points[i : i + 100]) for i in range(0, 5000, 100)])
    np.testing.assert_array_equal(two.log_density(points), expected)
