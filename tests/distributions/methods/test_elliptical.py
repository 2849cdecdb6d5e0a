"""Laws that differ in one direction, or in their radii, go by integrals on the line."""

import math

import numpy as np
import pytest
from scipy import stats

from kullback import distributions as d

MEASURES = (d.total_variation, d.jensen_shannon)
EYE = np.eye(2)


def turned(angle):
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


@pytest.mark.parametrize("measure", MEASURES)
def test_normals_that_differ_in_one_direction(measure):
    basis = turned(0.7) @ np.diag([2.0, 0.5])
    for place, spread in ((0.0, 3.0), (1.5, 1.0001), (2.0, 0.2)):
        first = d.MultivariateNormal(
            basis @ [place, 0.0], basis @ np.diag([spread**2, 1]) @ basis.T
        )
        second = d.MultivariateNormal([0.0, 0.0], basis @ basis.T)
        found = measure(first, second)
        truth = measure(d.Normal(place, spread), d.Normal(0.0, 1.0))
        assert found.method == "quadrature"
        assert abs(found.value - truth.value) <= found.error + truth.error
        assert found.error < 1e-8


def test_proportional_covariances_by_radii():
    """TV of two laws of r² that are exponential, from the one crossing of their densities."""
    ratio = 3.0
    found = d.total_variation(
        d.MultivariateNormal([1.0, 2.0], ratio * EYE), d.MultivariateNormal([1.0, 2.0], EYE)
    )
    crossing = 2 * math.log(ratio) / (1 - 1 / ratio)
    truth = math.exp(-crossing / (2 * ratio)) - math.exp(-crossing / 2)
    assert abs(found.value - truth) <= found.error < 1e-8


def test_t_laws_of_one_centre_by_radii():
    p, q = d.MultivariateT(3.0, [0.0, 0.0], EYE), d.MultivariateT(5.0, [0.0, 0.0], 2 * EYE)
    for measure in (*MEASURES, d.hellinger, d.chi_square, lambda a, b: d.renyi(a, b, 0.5)):
        assert measure(p, q).method == "quadrature"
    radius = np.linspace(0, 400, 400_001)[1:]
    one, other = (
        stats.multivariate_t(shape=s * EYE, df=df).pdf(np.stack([radius, 0 * radius], -1))
        for s, df in ((1, 3), (2, 5))
    )
    truth = np.trapezoid(np.abs(one - other) * np.pi * radius, radius)
    assert d.total_variation(p, q).value == pytest.approx(truth, abs=2e-5)


ALIKE = [
    (d.Dirichlet([2.0, 3.0]), d.Dirichlet([1.0, 1.5]), d.Beta(2.0, 3.0), d.Beta(1.0, 1.5)),
    (
        d.Multinomial(7, [0.3, 0.7]), d.Multinomial(7, [0.5, 0.5]),
        d.Binomial(7, 0.3), d.Binomial(7, 0.5),
    ),
    (d.Wishart(3.0, [[2.0]]), d.Wishart(4.0, [[1.0]]), d.Gamma(1.5, 0.25), d.Gamma(2.0, 0.5)),
    (
        d.InverseWishart(3.0, [[2.0]]), d.InverseWishart(4.0, [[1.0]]),
        d.InverseGamma(1.5, 1.0), d.InverseGamma(2.0, 0.5),
    ),
    (
        d.MultivariateT(3.0, [1.0], [[4.0]]), d.MultivariateT(4.0, [0.0], [[1.0]]),
        d.StudentT(3.0, 1.0, 2.0), d.StudentT(4.0, 0.0, 1.0),
    ),
    (
        d.VonMisesFisher(2, 1.5), d.VonMisesFisher(2, 0.5, -0.3),
        d.VonMises(0.0, 1.5), d.VonMises(math.acos(-0.3), 0.5),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("p", "q", "first", "second"), ALIKE)
def test_laws_of_one_entry_are_laws_on_the_line(p, q, first, second):
    for measure in MEASURES:
        found, truth = measure(p, q), measure(first, second)
        assert found.method == truth.method
        assert abs(found.value - truth.value) <= found.error + truth.error


@pytest.mark.parametrize(
    ("law", "truth"),
    [
        (d.InverseWishart(4.0, [[2.0]]), float(d.entropy(d.InverseGamma(2.0, 1.0)))),
        (d.Multinomial(10, [0.2, 0.3, 0.5]), stats.multinomial(10, [0.2, 0.3, 0.5]).entropy()),
        (d.Multinomial(4, [0.0, 1.0]), 0.0),
        (d.LogisticNormal([0.5], [2.0]), float(d.entropy(d.LogitNormal(0.5, 2.0)))),
    ],
)
def test_entropies_that_marginals_give(law, truth):
    found = d.entropy(law)
    assert abs(found.value - truth) <= found.error + 1e-12
    assert found.method != "Monte Carlo"


@pytest.mark.parametrize(
    "law",
    [
        d.InverseWishart(6.5, [[2.0, 0.5], [0.5, 1.0]]),
        d.LogisticNormal([0.0, 1.0, -1.0], [1.0, 2.0, 0.5]),
        d.Multinomial(40, [0.1, 0.2, 0.7]),
    ],
)
def test_these_entropies_by_draws(law):
    surprise = -law.log_density(law.sample(20_000, np.random.default_rng(3)))
    error = 4.5 * surprise.std() / math.sqrt(len(surprise))
    assert abs(surprise.mean() - float(d.entropy(law))) < error
