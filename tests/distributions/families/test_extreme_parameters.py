"""|value − truth| ≤ error for parameters over many orders of size, by mpmath, from definitions."""

import mpmath as mp
import numpy as np
import pytest
from scipy import stats

from kullback import distributions as d

N = 40  # draws a family


@pytest.fixture(autouse=True)
def _digits():
    with mp.workdps(80):
        yield


def bregman(log_normaliser, slope, first, second):
    return log_normaliser(second) - log_normaliser(first) - (second - first) * slope(first)


def sizes(rng, count, low=-12.0, high=12.0, near=0.3):
    """Pairs of a parameter: near or far apart."""
    for _ in range(count):
        x = 10 ** rng.uniform(low, high)
        close = x * (1 + 10 ** rng.uniform(-9, -1))
        y = close if rng.random() < near else 10 ** rng.uniform(low, high)
        yield float(x), float(y)


def holds(result, truth):
    assert result.value >= 0
    assert abs(mp.mpf(result.value) - truth) <= result.error, (result.value, float(truth))
    assert result.error <= 1e-6 * truth + mp.mpf("1e-300")


@pytest.mark.parametrize("dimension", [2, 3, 7])
def test_directions(dimension):
    rng = np.random.default_rng(dimension)
    half = mp.mpf(dimension) / 2

    def log_normaliser(k):
        return mp.log(mp.besseli(half - 1, k)) + (1 - half) * mp.log(k)

    def slope(k):
        return mp.besseli(half, k) / mp.besseli(half - 1, k)

    for k1, k2 in sizes(rng, N, -6, 7):
        truth = bregman(log_normaliser, slope, mp.mpf(k1), mp.mpf(k2))
        value = d.kl(d.VonMisesFisher(dimension, k1), d.VonMisesFisher(dimension, k2)).value
        assert value == pytest.approx(float(truth), rel=1e-10)


def test_gammas_and_betas():
    rng = np.random.default_rng(1)
    for (k1, k2), (r1, r2) in zip(sizes(rng, N), sizes(rng, N), strict=True):
        a, b, x, y = map(mp.mpf, (k1, k2, r1, r2))
        truth = (
            (a - b) * mp.digamma(a) - mp.loggamma(a) + mp.loggamma(b) + b * mp.log(x / y)
            + a * (y - x) / x
        )  # fmt: skip
        holds(d.kl(d.Gamma(k1, r1), d.Gamma(k2, r2)), truth)
        truth = (
            mp.loggamma(b) + mp.loggamma(y) - mp.loggamma(b + y)
            - mp.loggamma(a) - mp.loggamma(x) + mp.loggamma(a + x)
            + (a - b) * mp.digamma(a) + (x - y) * mp.digamma(x)
            + (b - a + y - x) * mp.digamma(a + x)
        )  # fmt: skip
        holds(d.kl(d.Beta(k1, r1), d.Beta(k2, r2)), truth)


def test_scales_of_every_size():
    rng = np.random.default_rng(2)
    for s1, s2 in sizes(rng, N, -150, 150):
        a, b = mp.mpf(s1), mp.mpf(s2)
        holds(d.kl(d.Cauchy(0, s1), d.Cauchy(0, s2)), mp.log((a + b) ** 2 / (4 * a * b)))
        ratio = (a / b) ** 2
        truth = (ratio - 1 - mp.log(ratio)) / 2
        if truth < mp.mpf("1e290"):
            holds(d.kl(d.Normal(0, s1), d.Normal(0, s2)), truth)
            truth = a / b - 1 - mp.log(a / b)
            holds(d.kl(d.Exponential(s2), d.Exponential(s1)), truth)


def test_students_and_wisharts():
    rng = np.random.default_rng(3)
    for df, _ in sizes(rng, N, -2, 15):
        nu = mp.mpf(df)
        spread = mp.digamma((nu + 1) / 2) - mp.digamma(nu / 2)
        truth = (nu + 1) / 2 * spread + mp.log(mp.sqrt(nu) * mp.beta(nu / 2, mp.mpf(1) / 2))
        assert d.entropy(d.StudentT(df)).value == pytest.approx(float(truth), rel=1e-13)
        if df > 2.5:
            divergence = mp.log(2 * mp.pi) / 2 + nu / (nu - 2) / 2 - truth
            result = d.kl(d.StudentT(df), d.Normal(0, 1))
            assert abs(result.value - divergence) <= result.error
            assert result.value >= 0
    for df, _ in sizes(rng, N, 0.1, 12):
        half = mp.mpf(df) / 2
        # A 1 × 1 Wishart of scale 1/2 is Gamma(df/2, 1).
        truth = half + mp.loggamma(half) + (1 - half) * mp.digamma(half)
        assert d.entropy(d.Wishart(df, [[0.5]])).value == pytest.approx(float(truth), rel=1e-12)


def urn(n, a, b):
    a, b = mp.mpf(a), mp.mpf(b)
    return [mp.binomial(n, k) * mp.beta(k + a, n - k + b) / mp.beta(a, b) for k in range(n + 1)]


def test_urns():
    rng = np.random.default_rng(4)
    for (a1, a2), (b1, b2) in zip(sizes(rng, N), sizes(rng, N), strict=True):
        n = int(rng.integers(1, 30))
        pairs = zip(urn(n, a1, b1), urn(n, a2, b2), strict=True)
        truth = mp.fsum(x * mp.log(x / y) for x, y in pairs)
        holds(d.kl(d.BetaBinomial(n, a1, b1), d.BetaBinomial(n, a2, b2)), truth)
    for _ in range(N):
        total = int(10 ** rng.uniform(2, 9))
        good, draws = int(rng.integers(20, total - 40)), int(rng.integers(1, 20))
        more = good + int(rng.integers(1, 20))

        def masses(k, total=total, draws=draws):
            return [
                mp.binomial(k, i) * mp.binomial(total - k, draws - i) / mp.binomial(total, draws)
                for i in range(draws + 1)
            ]

        truth = mp.fsum(x * mp.log(x / y) for x, y in zip(masses(good), masses(more), strict=True))
        p, q = (d.Hypergeometric(total, k, draws) for k in (good, more))
        holds(d.kl(p, q), truth)


def test_ranks():
    rng = np.random.default_rng(5)
    for s1, s2 in sizes(rng, 12, -2, 1):
        k = [mp.mpf(i) for i in range(1, 3001)]
        weights, others = ([x**-s for x in k] for s in (mp.mpf(s1), mp.mpf(s2)))
        total, other = mp.fsum(weights), mp.fsum(others)
        mean = mp.fsum(w * mp.log(x) for w, x in zip(weights, k, strict=True)) / total
        truth = (mp.mpf(s2) - s1) * mean + mp.log(other / total)
        holds(d.kl(d.Zipfian(s1, 3000), d.Zipfian(s2, 3000)), truth)


def test_differences_of_poissons():
    for mu1, mu2 in ((3.0, 1.0), (1e-5, 40.0), (900.0, 400.0), (1e4, 1e3)):
        law, k = d.Skellam(mu1, mu2), np.arange(-5, 6) * 3 + int(mu1 - mu2)
        for at, value in zip(k.tolist(), law.log_density(k * 1.0).tolist(), strict=True):
            a, b = mp.mpf(mu1), mp.mpf(mu2)
            bessel = mp.log(mp.besseli(abs(at), 2 * mp.sqrt(a * b)))
            truth = -(a + b) + mp.mpf(at) / 2 * mp.log(a / b) + bessel
            assert value == pytest.approx(float(truth), rel=1e-12)
    apart = stats.skellam(3, 1).pmf(np.arange(-60, 60))
    other = stats.skellam(2, 2).pmf(np.arange(-60, 60))
    truth = float((apart * np.log(apart / other)).sum())
    assert d.kl(d.Skellam(3, 1), d.Skellam(2, 2)).value == pytest.approx(truth, rel=1e-9)


def test_covariances_near_singular():
    for close in (1e-3, 1e-8, 1e-13):
        rho = 1 - close
        cov = np.array([[1, rho], [rho, 1]])
        exact = 1 - mp.mpf(rho) ** 2
        result = d.kl(d.MultivariateNormal([0, 0], cov), d.MultivariateNormal([0, 0], np.eye(2)))
        assert result.value == pytest.approx(float(-mp.log(exact) / 2), rel=1e-13)
    x = np.linspace(0, 3, 30)
    cov = np.exp(-((x[:, None] - x) ** 2) / 2)
    law = d.MultivariateNormal(np.zeros(30), cov)
    result = d.kl(law, d.MultivariateNormal(np.zeros(30), cov + np.eye(30)))
    assert result.value == np.inf
    assert any("of the 30 directions of P" in note.text for note in result.notes)
