"""Special functions keep their digits: against mpmath, 40 digits, over thirty orders of size."""

import mpmath as mp
import pytest

from kullback.distributions.special import bessel, log_gamma, primitives, zeta
from kullback.distributions.special.log_gamma_increment import difference_of_products

SIZES = [1e-12, 1e-6, 1e-3, 0.2, 0.299, 0.301, 1.0, 4.0, 1e3, 1e9]


def near(value, truth, rel=2e-14):
    return float(value) == pytest.approx(float(truth), rel=rel, abs=0)


@pytest.fixture(autouse=True)
def _digits():
    with mp.workdps(60):
        yield


@pytest.mark.parametrize("x", [*SIZES, -1e-12, -1e-3, -0.29, -0.31, -0.9])
def test_what_is_left_of_a_logarithm(x):
    assert near(primitives.g(x), x - mp.log1p(mp.mpf(x)))
    if x > -0.5:
        assert near(primitives.h(x), mp.expm1(-mp.mpf(x)) + x)


@pytest.mark.parametrize("d", SIZES)
def test_logistics_apart(d):
    assert near(
        primitives.logistic_divergence(d), mp.mpf(d) * mp.coth(mp.mpf(d) / 2) - 2, rel=2e-13
    )


@pytest.mark.parametrize("a", [1e-3, 0.5, 2.0, 40.0, 1e6])
@pytest.mark.parametrize("delta", [1e-9, 1e-3, 1.0, 7.0])
def test_differences_of_the_log_gamma_function(a, delta):
    x, d = mp.mpf(a), mp.mpf(delta)
    apart = mp.loggamma(x + d) - mp.loggamma(x)
    assert near(log_gamma.lgamma_ratio(a, delta), apart, rel=1e-12)
    assert near(log_gamma.lgamma_bregman(a, delta), apart - d * mp.digamma(x), rel=1e-9)


@pytest.mark.parametrize("k", [1e-3, 1.0, 30.0, 1e8])
def test_parts_of_the_entropy_of_a_gamma(k):
    x = mp.mpf(k)
    assert near(log_gamma.gamma_entropy(k), mp.loggamma(x) - x * mp.digamma(x) + x, rel=1e-13)
    excess = x * mp.log(x) - x - mp.loggamma(x)
    assert near(log_gamma.stirling_excess(k), excess, rel=1e-13)


@pytest.mark.parametrize("dimension", [2, 3, 5, 10])
@pytest.mark.parametrize("kappa", [1e-4, 0.049, 0.051, 1.0, 29.0, 1e3])
def test_ratios_of_bessel_functions(dimension, kappa):
    order, x = mp.mpf(dimension) / 2 - 1, mp.mpf(kappa)
    ratio = mp.besseli(order + 1, x) / mp.besseli(order, x)
    assert near(bessel.bessel_ratio(dimension, kappa), ratio, rel=1e-12)
    slope = 1 - ratio**2 - (dimension - 1) * ratio / x
    assert near(bessel.bessel_slope(dimension, kappa), slope, rel=1e-6)


@pytest.mark.parametrize("s", [1.0001, 1.5, 2.0, 2.001, 12.0, 60.0])
def test_the_zeta_function(s):
    x = mp.mpf(s)
    assert near(zeta.log_zeta(s), mp.log(mp.zeta(x)), rel=1e-12)
    assert near(zeta.zeta_mean(s), -mp.zeta(x, derivative=1) / mp.zeta(x), rel=1e-11)


def test_products_that_nearly_cancel():
    a, b, c = 1 + 2.0**-29, 1 - 2.0**-29, 1.0
    assert difference_of_products(a, b, c, c) == float(mp.mpf(a) * mp.mpf(b) - 1)
