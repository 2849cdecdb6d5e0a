"""Vectors and matrices of two families: infinite where they are, closed where they can be."""

import numpy as np
import pytest
from scipy import optimize

from kullback import distributions as d

INF = float("inf")
ONE = np.eye(1)
SHAPE = np.array([[2.0, 0.6], [0.6, 0.5]])
NORMAL = d.MultivariateNormal([0.0, 1.0], SHAPE)
WIDE = d.MultivariateNormal([0.0, 1.0], 4 * SHAPE)


def student(df, place=(0.0, 0.0), shape=SHAPE):
    return d.MultivariateT(df, list(place), shape)


@pytest.mark.parametrize(
    ("p", "q", "order", "infinite"),
    [
        # In d = 2 the tails of p^a q^(1 − a) are r^−(a (ν₁ + 2) + (1 − a)(ν₂ + 2)).
        (student(1.0), student(1.5, (1.0, 0.0)), 2.0, False),
        (student(1.0), student(4.0, (1.0, 0.0)), 2.0, True),
        (student(1.0), student(4.0, (1.0, 0.0)), 1.2, False),
        (student(9.0), NORMAL, 1.01, True),
        (NORMAL, student(9.0), 9.0, False),
        (student(2.0, (1.0, 1.0)), student(2.0), INF, False),
        (student(2.0, (1.0, 1.0)), student(2.1), INF, True),
        (d.Mixture([WIDE, NORMAL], [0.01, 0.99]), NORMAL, 2.0, True),
        (d.Mixture([WIDE, NORMAL], [0.0, 1.0]), NORMAL, 2.0, False),
        (d.Mixture([student(3.0), NORMAL], [0.1, 0.9]), NORMAL, 2.0, True),
        (d.Wishart(5, SHAPE), d.InverseWishart(5, SHAPE), 1.1, True),
        (d.InverseWishart(5, SHAPE), d.Wishart(5, SHAPE), 1.1, True),
        (d.Dirichlet([1, 2, 3]), d.LogisticNormal([0, 0], [1, 1]), 1.1, True),
        (d.LogisticNormal([0, 0], [1, 1]), d.Dirichlet([1, 2, 3]), 2.0, False),
    ],
)
def test_a_tail_that_is_too_heavy(p, q, order, infinite):
    found = d.renyi(p, q, order, seed=1)
    assert np.isinf(found.value) == infinite
    assert np.isfinite(found.error)
    if order == 2:
        assert np.isinf(d.chi_square(p, q, seed=1).value) == infinite


def test_the_supremum_of_one_centre():
    """(ν + d)/2·ln of the least eigenvalue of S₂ in S₁, far out, or nothing, at the centre."""
    for scales in ([0.5, 3.0], [2.0, 3.0]):
        found = d.renyi(student(3.0), student(3.0, shape=SHAPE * np.mean(scales)), INF)
        ratio = np.mean(scales)
        truth = 0.5 * 2 * np.log(ratio) + max(0.0, -2.5 * np.log(ratio))
        assert abs(found.value - truth) <= found.error < 1e-8


@pytest.mark.parametrize("dimension", [1, 2, 4])
def test_the_supremum_is_the_highest_point_that_a_search_finds(dimension):
    rng = np.random.default_rng(dimension)

    def shape():
        factor = rng.normal(size=(dimension, dimension))
        return factor @ factor.T + 0.2 * np.eye(dimension)

    for degrees in (1.0, 6.0):
        q = d.MultivariateT(degrees, rng.normal(size=dimension), shape())
        for p in (
            d.MultivariateT(degrees + 1.5, rng.normal(size=dimension), shape()),
            d.MultivariateNormal(rng.normal(size=dimension), shape()),
        ):
            found = d.renyi(p, q, INF)
            starts = [rng.normal(size=dimension) * s for s in (0.1, 1.0, 4.0, 20.0) * 2]
            best = -min(
                optimize.minimize(
                    lambda x, p=p, q=q: float(q.log_density(x) - p.log_density(x)), start
                ).fun
                for start in starts
            )
            assert -found.error <= found.value - best < 1e-6


def test_a_covariance_that_is_infinite():
    heavy = d.Mixture([student(2.0), NORMAL], [0.1, 0.9])
    normals = d.Mixture([NORMAL, WIDE], [0.5, 0.5])
    assert d.kl(heavy, normals).value == INF
    assert d.kl(student(2.0), NORMAL).value == INF
    assert np.isfinite(d.kl(normals, heavy).value)
    assert d.kl(d.Wishart(3, SHAPE), d.InverseWishart(5, SHAPE)).value == INF


def test_wisharts_and_inverses():
    for df, other in ((5.0, 3.0), (3.5, 7.0)):
        first, second = d.Gamma(df / 2, 0.5), d.InverseGamma(other / 2, 0.5)
        for p, q, of in (
            (d.Wishart(df, ONE), d.InverseWishart(other, ONE), (first, second)),
            (d.InverseWishart(other, ONE), d.Wishart(df, ONE), (second, first)),
        ):
            found, truth = d.kl(p, q), d.kl(*of)
            assert found.method == "expectations"
            assert abs(found.value - truth.value) <= found.error + truth.error
    p, q = d.Wishart(6.5, SHAPE), d.InverseWishart(5.0, SHAPE + np.eye(2))
    for pair in ((p, q), (q, p)):
        found, drawn = d.kl(*pair), d.kl(*pair, method="Monte Carlo", seed=3)
        assert abs(found.value - drawn.value) <= 1.5 * drawn.error


def test_a_dirichlet_and_a_logistic_normal_by_the_pieces_of_a_stick():
    p, q = d.LogisticNormal([0.0, 0.5], [1.0, 2.0]), d.Dirichlet([1.0, 2.0, 3.0])
    for measure in (d.kl, d.cross_entropy):
        for pair in ((p, q), (q, p)):
            found, drawn = measure(*pair), d.kl(*pair, method="Monte Carlo", seed=3)
            if measure is d.kl:
                assert abs(found.value - drawn.value) <= 1.5 * drawn.error
            assert found.method != "Monte Carlo"
            assert d.route(*pair) == d.kl(*pair).method
    # Of two shares both are laws of the first.
    p, q = d.LogisticNormal([0.3], [1.2]), d.Dirichlet([1.0, 2.0])
    first, second = d.LogitNormal(0.3, 1.2), d.Beta(1.0, 2.0)
    for measure in (d.kl, d.hellinger, d.chi_square, d.total_variation, d.jensen_shannon):
        found, truth = measure(p, q), measure(first, second)
        assert abs(found.value - truth.value) <= found.error + truth.error
