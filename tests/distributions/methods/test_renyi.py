"""Rényi divergences of exponential families: every order, both directions, near-equal pairs."""

import math

import mpmath as mp
import numpy as np
import pytest

from kullback import distributions as d
from kullback.distributions.methods.renyi import by_logarithms

E = 1 + 1e-6


@pytest.fixture(autouse=True)
def _digits():
    with mp.workdps(40):
        yield


def of_integrand(log_p, log_q, order, edges):
    """ln ∫ p^a q^(1 − a)/(a − 1) by mpmath."""
    a = mp.mpf(order)
    total = mp.quad(lambda x: mp.exp(a * log_p(x) + (1 - a) * log_q(x)), edges)
    return mp.log(total) / (a - 1)


def log_beta(a, b):
    a, b = mp.mpf(a), mp.mpf(b)
    return lambda x: (a - 1) * mp.log(x) + (b - 1) * mp.log(1 - x) - mp.log(mp.beta(a, b))


def log_gamma(k, rate):
    k, rate = mp.mpf(k), mp.mpf(rate)
    return lambda x: k * mp.log(rate) + (k - 1) * mp.log(x) - rate * x - mp.loggamma(k)


@pytest.mark.parametrize("order", [0.3, 0.7, 1.5])
def test_densities_against_mpmath(order):
    unit, half_line = [0, 0.5, 1], [0, 1, 5, 20, 100]
    for p, q, logs, edges in (
        (d.Beta(2, 3), d.Beta(2, 3 * E), (log_beta(2, 3), log_beta(2, 3 * E)), unit),
        (d.Beta(2, 3), d.Beta(2.5, 2), (log_beta(2, 3), log_beta(2.5, 2)), unit),
        (d.Gamma(3, 1), d.Gamma(2.5, 1.2), (log_gamma(3, 1), log_gamma(2.5, 1.2)), half_line),
        (d.Exponential(3), d.Exponential(3 * E), (log_gamma(1, 3), log_gamma(1, 3 * E)), half_line),
    ):
        truth = of_integrand(*logs, order, edges)
        value = d.renyi(p, q, order)
        assert value.method == "closed form"
        assert value.value == pytest.approx(float(truth), rel=1e-11)
        assert abs(value.value - truth) <= value.error


@pytest.mark.parametrize("order", [0.25, 0.5, 2.0])
def test_masses_against_brute_force(order):
    k = np.arange(400)
    for p, q in (
        (d.Poisson(3), d.Poisson(4)),
        (d.NegativeBinomial(3, 0.5), d.NegativeBinomial(3, 0.6)),
        (d.Binomial(9, 0.2), d.Binomial(9, 0.5)),
        (d.Geometric(0.4), d.Geometric(0.3)),
        (d.LogSeries(0.3), d.LogSeries(0.5)),
        (d.Categorical([0.2, 0.3, 0.5]), d.Categorical([0.4, 0.4, 0.2])),
    ):
        lp, lq = p.log_density(k * 1.0), q.log_density(k * 1.0)
        lives = np.isfinite(lp)
        terms = order * lp[lives] + (1 - order) * lq[lives]
        truth = np.log(np.exp(terms).sum()) / (order - 1)
        assert d.renyi(p, q, order).value == pytest.approx(truth, rel=1e-12)


def test_near_equal_pairs_keep_their_digits():
    assert d.chi_square(d.Poisson(3), d.Poisson(3 * E)).value == pytest.approx(
        float(mp.expm1(mp.mpf(3) * (mp.mpf(E) - 1) ** 2 / mp.mpf(E))), rel=1e-12
    )
    root = 2 * mp.sqrt(mp.mpf(E)) / (1 + mp.mpf(E))
    truth = mp.sqrt(1 - root)
    assert d.hellinger(d.Exponential(3), d.Exponential(3 * E)).value == pytest.approx(
        float(truth), rel=1e-12
    )


def test_vectors_and_matrices():
    normal = d.MultivariateNormal
    p, q = normal(np.zeros(50), np.eye(50)), normal(np.ones(50), np.eye(50))
    assert d.hellinger(p, q).value == pytest.approx(math.sqrt(1 - math.exp(-50 / 8)), rel=1e-13)
    assert d.chi_square(normal([0, 0], 4 * np.eye(2)), normal([0, 0], np.eye(2))).value == math.inf
    # One direction at a time, of independent normals.
    parts = (
        d.renyi(d.Normal(0, 1), d.Normal(1, 2), 3).value
        + d.renyi(d.Normal(0, 2), d.Normal(0, 3), 3).value
    )
    whole = d.renyi(normal([0, 0], np.diag([1.0, 4])), normal([1, 0], np.diag([4.0, 9])), 3)
    assert whole.value == pytest.approx(parts, rel=1e-13)
    p, q = d.NormalInverseGamma(0.0, 1.0, 2.0, 1.0), d.NormalInverseGamma(1.0, 2.0, 3.0, 2.0)
    assert d.hellinger(q, p).value == pytest.approx(d.hellinger(p, q).value, rel=1e-13)
    # A 1 × 1 Wishart is a gamma.
    first, second = (d.Wishart(df, [[v]]) for df, v in ((3.0, 2.0), (5.0, 0.5)))
    gammas = d.Gamma(1.5, 0.25), d.Gamma(2.5, 1.0)
    assert d.renyi(first, second, 0.4).value == pytest.approx(
        d.renyi(*gammas, 0.4).value, rel=1e-12
    )


def test_directions():
    """On the circle by mpmath; a sphere of two dimensions is the circle."""
    p, q = d.VonMises(0.3, 2.0), d.VonMises(1.0, 0.5)

    def log_density(loc, kappa):
        return lambda x: kappa * mp.cos(x - loc) - mp.log(2 * mp.pi * mp.besseli(0, kappa))

    edges = [-mp.pi, 0, mp.pi]
    truth = of_integrand(log_density(0.3, 2), log_density(1, 0.5), 3, edges)
    assert d.renyi(p, q, 3).value == pytest.approx(float(truth), rel=1e-12)
    sphere = d.VonMisesFisher(2, 2.0), d.VonMisesFisher(2, 0.5, math.cos(0.7))
    assert d.renyi(*sphere, 3).value == pytest.approx(float(truth), rel=1e-12)


def test_the_ends_of_the_orders():
    assert d.renyi(d.Normal(0, 1), d.Normal(1, 2), 0).value == 0
    assert d.renyi(d.Uniform(0, 1), d.Uniform(0, 4), 0).value == pytest.approx(math.log(4))
    assert d.renyi(d.Exponential(1), d.Normal(0, 1), 0).value == pytest.approx(math.log(2))
    infinite = {
        (d.Exponential(2.0), d.Exponential(1.0)): math.log(2),
        (d.Normal(0, 1), d.Normal(0, 2)): math.log(2),
        (d.Poisson(2), d.Poisson(3)): 1.0,
        (d.Normal(0, 2), d.Normal(0, 1)): math.inf,
        (d.Normal(0, 1), d.Normal(1, 1)): math.inf,
        (d.Poisson(3), d.Poisson(2)): math.inf,
        # sup of x − x²/2 + const, at 1.
        (d.Normal(0, 1), d.Laplace(0, 1)): 0.5 + math.log(2 / math.sqrt(2 * math.pi)),
    }
    for (p, q), truth in infinite.items():
        assert d.renyi(p, q, math.inf).value == pytest.approx(truth, rel=1e-12)


@pytest.mark.parametrize("order", [0.01, 0.5, 0.99, 1.01, 2.0, 5.0])
def test_no_order_is_above_a_larger_one(order):
    pairs = (
        (d.Normal(0, 1), d.Normal(0.5, 1.5)),
        (d.Gamma(3, 2), d.Gamma(2, 1)),
        (d.StudentT(9), d.StudentT(7)),
    )
    for p, q in pairs:
        low, high = d.renyi(p, q, order).value, d.renyi(p, q, order * 1.1).value
        assert 0 <= low <= high * (1 + 1e-10)


def test_doubly_exponential_tails_compare_by_their_rates_alone():
    """e^(−2 e^(y/s)) against e^(−e^(y/t)): whatever the order, the faster exponent wins."""
    for order in (1.001, 2.0, 30.0):
        assert d.renyi(d.Gumbel(0.0, 1.0), d.Gumbel(0.0, 0.999), order).value == np.inf
        assert d.renyi(d.GumbelL(0.0, 1.0), d.GumbelL(0.0, 0.999), order).value == np.inf
        assert np.isfinite(d.renyi(d.Gumbel(0.0, 1.0), d.Gumbel(0.0, 1.001), order).value)


@pytest.mark.parametrize("order", [0.3, 0.5])
@pytest.mark.parametrize(
    ("p", "q"),
    [
        (d.Normal(0.0, 1.0), d.Normal(1e4, 3.0)),
        (d.Gamma(1000.0, 1.0), d.Gamma(1e5, 1.0)),
        (d.Beta(1e5, 2.0), d.Beta(2.0, 1e5)),
        (d.Exponential(1e-5), d.Exponential(1e5)),
    ],
)
def test_integrals_below_the_least_double_have_a_logarithm(p, q, order):
    exact, found = d.renyi(p, q, order), by_logarithms(p, q, order)
    assert found.value == pytest.approx(exact.value, abs=found.error + exact.error)


def test_integrals_above_the_largest_double():
    p, q = d.GeneralizedGamma(1760.68, 197.7, 30.77), d.Chi2(30.65)
    found = d.chi_square(p, q)
    assert found.value == np.inf
    assert "largest double" in found.reason
    assert 700 < d.renyi(p, q, 2.0).value < 1000
    far = d.renyi(d.Laplace(0.0, 1.0), d.Logistic(3000.0, 1.0), 0.3)
    # Between the two all is e^(−0.3 |x| − 0.7 |x − 3000|): about 0.3 · 3000 / 0.7.
    assert far.value == pytest.approx(0.3 * 3000 / 0.7, rel=0.01)


def test_large_orders_of_finite_laws_are_below_the_supremum():
    """ln max p/q, which the orders rise to; their sums overflow from an order of a thousand on."""
    pairs = [
        (d.Categorical([0.3, 0.7]), d.Categorical([0.4, 0.6]), math.log(7 / 6)),
        (d.Multinomial(5, [0.3, 0.7]), d.Multinomial(5, [0.4, 0.6]), 5 * math.log(7 / 6)),
        (d.DiscreteUniform(0, 3), d.DiscreteUniform(0, 5), math.log(1.5)),
        (d.Zipfian(2.0, 3), d.Zipfian(0.0, 3), math.log(3 * 36 / 49)),
    ]
    for p, q, truth in pairs:
        assert float(d.renyi(p, q, math.inf)) == pytest.approx(truth, rel=1e-12)
        rising = [float(d.renyi(p, q, a)) for a in (50.0, 1e3, 1e5, 1e9)]
        assert (np.diff(rising) >= -1e-12).all()
        assert rising[-1] == pytest.approx(truth, rel=1e-8)


def test_a_supremum_far_from_the_middle():
    """At a third of 1e6 points, where P's mean is at two fifths: 65 536 points do not reach it."""
    n = 1_000_000
    p, q = d.BetaBinomial(n, 2.0, 3.0), d.BetaBinomial(n, 1.0, 1.0)
    k = np.arange(333_000.0, 334_000.0)
    truth = np.max(np.log(12 * (k + 1) * (n - k + 1) * (n - k + 2)) + np.log(n + 1.0)) - sum(
        math.log(n + i) for i in (1, 2, 3, 4)
    )
    assert float(d.renyi(p, q, math.inf)) == pytest.approx(truth, rel=1e-9)
