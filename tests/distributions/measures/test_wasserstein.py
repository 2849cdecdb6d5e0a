"""Wasserstein distances against formulas, distribution functions and order statistics."""

import numpy as np
import pytest
from scipy import integrate, linalg, stats

from kullback import distributions as d
from kullback.errors import InputError, MethodError


def test_normals():
    assert d.wasserstein(d.Normal(0, 1), d.Normal(3, 5)).value == 5
    rng = np.random.default_rng(0)
    a, b = (x @ x.T for x in rng.normal(size=(2, 4, 4)))
    root = linalg.sqrtm(b)
    truth = 4 + np.trace(a + b - 2 * np.real(linalg.sqrtm(root @ a @ root)))
    found = d.wasserstein(d.MultivariateNormal(np.ones(4), a), d.MultivariateNormal(np.zeros(4), b))
    assert found.value == pytest.approx(truth**0.5, rel=1e-9)
    by_quantiles = d.wasserstein(d.Normal(0, 1), d.Normal(0, 2), 1.0)
    assert by_quantiles.value == pytest.approx((2 / np.pi) ** 0.5, rel=1e-10)


@pytest.mark.parametrize(
    ("p", "q", "first", "second"),
    [
        (d.Gamma(2, 1), d.Gamma(3, 2), stats.gamma(2), stats.gamma(3, scale=0.5)),
        (d.Beta(2, 3), d.Uniform(0, 1), stats.beta(2, 3), stats.uniform()),
        (d.Laplace(0, 1), d.Logistic(1, 1), stats.laplace(0, 1), stats.logistic(1, 1)),
        (d.Weibull(1.5, 1), d.Exponential(1), stats.weibull_min(1.5), stats.expon()),
    ],
)
def test_order_one_is_the_area_between_distribution_functions(p, q, first, second):
    def apart(x):
        return abs(first.cdf(x) - second.cdf(x))

    truth = integrate.quad(apart, -60, 90, limit=900, points=[0, 0.3, 1, 2])[0]
    result = d.wasserstein(p, q, 1)
    assert result.value == pytest.approx(truth, rel=1e-6)
    assert d.wasserstein(q, p, 1).value == pytest.approx(result.value, rel=1e-12)
    assert d.wasserstein(p, q, 2).value >= result.value


def test_infinite_where_the_mean_way_is():
    assert d.wasserstein(d.Cauchy(0, 1), d.Cauchy(0, 2), 1).value == np.inf
    assert d.wasserstein(d.Cauchy(0, 1), d.Cauchy(1, 1), 1).value == pytest.approx(1, rel=1e-9)
    assert d.wasserstein(d.Pareto(1.5, 1), d.Normal(0, 1), 2).value == np.inf
    assert np.isfinite(d.wasserstein(d.Pareto(1.5, 1), d.Normal(0, 1), 1).value)


def test_batches_and_refusals():
    batch = d.wasserstein(d.Normal([0.0, 1.0], 1.0), d.Normal(0.0, 1.0))
    assert batch.value.tolist() == [0.0, 1.0]
    with pytest.raises(MethodError, match="quantiles of Poisson"):
        d.wasserstein(d.Poisson(1), d.Poisson(2))
    with pytest.raises(InputError, match="order"):
        d.wasserstein(d.Normal(0, 1), d.Normal(1, 1), 0.5)
