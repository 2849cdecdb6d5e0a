"""Closed forms against the textbook formula in 60 digits: extreme, near-identical, far apart."""

import mpmath as mp
import numpy as np
import pytest

from kullback import distributions as d


def lg(x):
    return mp.loggamma(x)


def bernoulli(p, q):
    return p * mp.log(p / q) + (1 - p) * mp.log((1 - p) / (1 - q))


def gamma(k1, r1, k2, r2):
    return (k1 - k2) * mp.digamma(k1) - lg(k1) + lg(k2) + k2 * mp.log(r1 / r2) + k1 * (r2 / r1 - 1)


def beta(a1, b1, a2, b2):
    def log_beta(a, b):
        return lg(a) + lg(b) - lg(a + b)

    return (
        log_beta(a2, b2) - log_beta(a1, b1) + (a1 - a2) * mp.digamma(a1)
        + (b1 - b2) * mp.digamma(b1) + (a2 - a1 + b2 - b1) * mp.digamma(a1 + b1)
    )  # fmt: skip


def weibull(k1, l1, k2, l2):
    return (
        mp.log(k1 / l1**k1) - mp.log(k2 / l2**k2) + (k1 - k2) * (mp.log(l1) - mp.euler / k1)
        + (l1 / l2) ** k2 * mp.gamma(k2 / k1 + 1) - 1
    )  # fmt: skip


def gumbel(m1, s1, m2, s2):
    r = s1 / s2
    return (
        mp.log(s2 / s1) + mp.euler * (r - 1) + mp.exp((m2 - m1) / s2) * mp.gamma(1 + r)
        - 1 + (m1 - m2) / s2
    )  # fmt: skip


def log_series(p, q):
    mean = -p / ((1 - p) * mp.log1p(-p))
    return mean * mp.log(p / q) + mp.log(mp.log1p(-q) / mp.log1p(-p))


def zipf(s1, s2):
    return mp.log(mp.zeta(s2) / mp.zeta(s1)) + (s1 - s2) * mp.zeta(s1, derivative=1) / mp.zeta(s1)


def discrete_laplace(a, b):
    return mp.log(mp.tanh(a / 2) / mp.tanh(b / 2)) + (b - a) / mp.sinh(a)


def von_mises(m1, k1, m2, k2):
    ratio = mp.besseli(1, k1) / mp.besseli(0, k1)
    return mp.log(mp.besseli(0, k2) / mp.besseli(0, k1)) + ratio * (k1 - k2 * mp.cos(m1 - m2))


def continuous_bernoulli(p, q):
    def log_normaliser(x):
        eta = mp.log(x / (1 - x))
        return mp.log(mp.expm1(eta) / eta)

    eta1, eta2 = mp.log(p / (1 - p)), mp.log(q / (1 - q))
    mean = 1 / (1 - mp.exp(-eta1)) - 1 / eta1
    return log_normaliser(q) - log_normaliser(p) - (eta2 - eta1) * mean


def lindley(t1, t2):
    mean = (2 + t1) / (t1 * (1 + t1))
    return 2 * mp.log(t1 / t2) + mp.log((1 + t2) / (1 + t1)) - (t1 - t2) * mean


def normal(m1, s1, m2, s2):
    return mp.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - mp.mpf(1) / 2


def laplace(m1, b1, m2, b2):
    apart = abs(m1 - m2)
    return mp.log(b2 / b1) + (b1 * mp.exp(-apart / b1) + apart) / b2 - 1


def inverse_gaussian(m1, l1, m2, l2):
    return mp.log(l1 / l2) / 2 + l2 * (m1 - m2) ** 2 / (2 * m1 * m2**2) + (l2 / l1 - 1) / 2


def cauchy(x1, s1, x2, s2):
    return mp.log(((s1 + s2) ** 2 + (x1 - x2) ** 2) / (4 * s1 * s2))


# family → (formula, for each parameter: log10 of its range, or None for a place on the line)
FORMULAS = {
    d.Normal: (normal, (None, (-6, 6))),
    d.Laplace: (laplace, (None, (-6, 6))),
    d.Cauchy: (cauchy, (None, (-6, 6))),
    d.Gumbel: (gumbel, (None, (-1, 1))),
    d.Exponential: (lambda r1, r2: mp.log(r1 / r2) + r2 / r1 - 1, ((-9, 9),)),
    d.Gamma: (gamma, ((-3, 9), (-6, 6))),
    d.InverseGamma: (gamma, ((-3, 9), (-6, 6))),
    d.Weibull: (weibull, ((-1, 1), (-2, 2))),
    d.Beta: (beta, ((-3, 7), (-3, 7))),
    d.BetaPrime: (beta, ((-3, 7), (-3, 7))),
    d.InverseGaussian: (inverse_gaussian, ((-3, 3), (-3, 6))),
    d.Lindley: (lindley, ((-3, 3),)),
    d.VonMises: (von_mises, (None, (-2, 2.5))),
    d.ContinuousBernoulli: (continuous_bernoulli, ((-6, -0.31),)),
    d.Bernoulli: (bernoulli, ((-20, -0.01),)),
    d.Geometric: (lambda p, q: bernoulli(p, q) / p, ((-9, -0.01),)),
    d.Poisson: (lambda a, b: a * mp.log(a / b) + b - a, ((-9, 15),)),
    d.LogSeries: (log_series, ((-6, -0.001),)),
    d.DiscreteLaplace: (discrete_laplace, ((-3, 1.3),)),
    d.Zipf: (zipf, ((0.01, 1.2),)),
    d.PowerFunction: (lambda a, b: mp.log(a / b) + b / a - 1, ((-6, 6),)),
}


def parameters(ranges, rng):
    return [float(rng.normal()) if r is None else float(10 ** rng.uniform(*r)) for r in ranges]


def close_to(values, rng):
    """One parameter moved by 1e-1 to 1e-11 of itself."""
    moved = list(values)
    at = int(rng.integers(len(values)))
    moved[at] *= 1 + 10 ** rng.uniform(-11, -1)
    return moved


@pytest.mark.parametrize("family", FORMULAS, ids=lambda family: family.__name__)
@pytest.mark.parametrize("near", [False, True], ids=["apart", "near"])
def test_against_the_textbook_formula(family, near):
    formula, ranges = FORMULAS[family]
    rng = np.random.default_rng(11)
    for _ in range(25):
        first = parameters(ranges, rng)
        second = close_to(first, rng) if near else parameters(ranges, rng)
        if family is d.ContinuousBernoulli and max(*first, *second) >= 0.5:
            continue
        result = d.kl(family(*first), family(*second))
        with mp.workdps(70):
            truth = formula(*(mp.mpf(x) for x in (*first, *second)))
        if not 0 < truth < mp.mpf(10) ** 300:
            continue
        assert float(result) == pytest.approx(float(truth), rel=1e-12, abs=0), (first, second)
        assert result.method in {"closed form", "Bregman"}


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (d.Normal(0.3, 1.7), d.Normal(0.3, 1.7 * (1 + 2.0**-41))),
        (d.Gamma(3.7, 1.3), d.Gamma(3.7, 1.3 * (1 + 2.0**-41))),
        (d.Gamma(3.7, 1.3), d.Gamma(3.7 * (1 + 2.0**-41), 1.3)),
        (d.Beta(2.5, 0.7), d.Beta(2.5 * (1 + 2.0**-41), 0.7)),
        (d.Weibull(2.5, 0.7), d.Weibull(2.5 * (1 + 2.0**-41), 0.7)),
        (d.Bernoulli(0.3), d.Bernoulli(0.3 * (1 + 2.0**-41))),
        (d.Zipf(2.5), d.Zipf(2.5 * (1 + 2.0**-41))),
        (d.VonMises(0.2, 2.5), d.VonMises(0.2, 2.5 * (1 + 2.0**-41))),
    ],
    ids=lambda law: type(law).__name__,
)
def test_values_near_1e_25_keep_their_digits(p, q):
    formula = FORMULAS[type(p)][0]
    with mp.workdps(80):
        exact = formula(*(mp.mpf(x) for x in (*p.parameters.values(), *q.parameters.values())))
    assert 1e-27 < exact < 1e-23
    assert float(d.kl(p, q)) == pytest.approx(float(exact), rel=1e-13, abs=0)


def test_a_narrow_moyal_against_a_wide_one():
    """Found by the search: the ratio of the scales, 1 + (s1 - s2)/s2, had lost its digits."""
    p, q = d.Moyal(-2.5, 0.0125), d.Moyal(2.0, 6000.0)
    with mp.workdps(40):
        r = mp.mpf(p.scale) / mp.mpf(q.scale)
        apart = (mp.mpf(p.loc) - mp.mpf(q.loc)) / mp.mpf(q.scale)
        mean = mp.euler + mp.log(2)
        decay = mp.exp(-apart) * mp.mpf(2) ** r * mp.gamma(mp.mpf(1) / 2 + r) / mp.sqrt(mp.pi)
        truth = -mp.log(r) + (apart + r * mean - mean) / 2 + (decay - 1) / 2
    assert float(d.kl(p, q)) == pytest.approx(float(truth), rel=1e-13)
