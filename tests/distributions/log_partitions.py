"""The oracle of `test_error_bounds`: exponential families from their log-partitions, by mpmath.

A family is θ(parameters), F and its gradient, all textbook; KL, Rényi and their relatives follow
at as many digits as the parameters, 1e-300 to 1e300, ask for.
"""
# ruff: noqa: ARG005  # a measure without an order, a law without a base measure

from dataclasses import dataclass
from typing import Any

import mpmath as mp
import numpy as np

from kullback import distributions as d

M, ln = mp.mpf, mp.log
# The digits that are worked with, and the most that a gamma function is taken with: 1e±300
# and 80 more.
STEPS = (100, 200, 400, 600, 900, 1300, 2600)
MOST = 1300


def gamma(x):
    with mp.workdps(min(mp.mp.dps, MOST)):
        return mp.loggamma(x)


def psi(x):
    with mp.workdps(min(mp.mp.dps, MOST)):
        return mp.digamma(x)


@dataclass(frozen=True)
class Family:
    """How a law is made and drawn, and what is known of it."""

    make: Any
    theta: Any
    value: Any  # F
    slope: Any  # its gradient
    draw: Any
    inside: Any = lambda t: True
    carrier: Any = None  # E of minus the logarithm of the base measure, from the gradient
    digits: int = 80


def wide(rng):
    return float(10 ** rng.uniform(-300, 300))


def within(exponent):
    return lambda rng: (float(10 ** rng.uniform(-exponent, exponent)),)


def above(low, high):
    return lambda rng: (float(10 ** rng.uniform(low, high)),)


def wides(count):
    return lambda rng: tuple(wide(rng) for _ in range(count))


def placed(rng):
    return float(rng.choice([-1.0, 1.0]) * wide(rng)), wide(rng)


def share(rng):
    kind = rng.random()
    if kind < 0.4:
        return (float(10 ** rng.uniform(-300, -1e-3)),)
    return (1 - float(10 ** rng.uniform(-15, -1e-3)),) if kind < 0.6 else (rng.uniform(0.01, 0.99),)


def negative(t):
    return t[0] < 0


def positive(t):
    return min(t) > 0


def logit(p):
    return ln(M(p)) - mp.log1p(-M(p))


def softplus(x):
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


def expit(x):
    return 1 / (1 + mp.exp(-x)) if x > 0 else mp.exp(x) / (1 + mp.exp(x))


def rate(make, theta, draw=None, carrier=None):
    def slope(t):
        return [-1 / t[0]]

    return Family(
        make, lambda a: [theta(M(a[0]))], lambda t: -ln(-t[0]), slope, draw or wides(1), negative,
        carrier,
    )  # fmt: skip


def gammas(make, theta, draw, carrier=None):
    return Family(
        make, theta, lambda t: gamma(t[0]) - t[0] * ln(-t[1]),
        lambda t: [psi(t[0]) - ln(-t[1]), -t[0] / t[1]], draw,
        lambda t: t[0] > 0 > t[1], carrier,
    )  # fmt: skip


def normals(make, carrier):
    def theta(a):
        return [M(a[0]) / M(a[1]) ** 2, -1 / (2 * M(a[1]) ** 2)]

    def slope(t):
        mean = -t[0] / (2 * t[1])
        return [mean, mean**2 - 1 / (2 * t[1])]

    def value(t):
        return -(t[0] ** 2) / (4 * t[1]) - ln(-2 * t[1]) / 2

    return Family(make, theta, value, slope, placed, lambda t: t[1] < 0, carrier)


def dirichlets(make, count, carrier=None):
    def slope(t):
        whole = psi(mp.fsum(t))
        return [psi(x) - whole for x in t]

    return Family(
        make, lambda a: [M(x) for x in a], lambda t: mp.fsum(map(gamma, t)) - gamma(mp.fsum(t)),
        slope, wides(count), positive, carrier,
    )  # fmt: skip


def trials(make, n, carrier=None):
    return Family(
        make, lambda a: [logit(a[0])], lambda t: n * softplus(t[0]), lambda t: [n * expit(t[0])],
        share, carrier=carrier,
    )  # fmt: skip


def failures(make, r, carrier=None):
    return Family(
        make, lambda a: [mp.log1p(-M(a[0]))], lambda t: -M(r) * ln(-mp.expm1(t[0])),
        lambda t: [M(r) * mp.exp(t[0]) / -mp.expm1(t[0])], share, negative, carrier,
    )  # fmt: skip


def directions(dimension):
    half = M(dimension) / 2
    return Family(
        lambda k: d.VonMisesFisher(dimension, k), lambda a: [M(a[0])],
        lambda t: ln(mp.besseli(half - 1, abs(t[0]))) + (1 - half) * ln(abs(t[0])),
        lambda t: [mp.besseli(half, t[0]) / mp.besseli(half - 1, t[0])], above(-300, 5),
    )  # fmt: skip


def inverse_gaussians():
    def slope(t):
        mean = mp.sqrt(t[1] / t[0])
        return [mean, 1 / mean - 1 / (2 * t[1])]

    return Family(
        d.InverseGaussian, lambda a: [-M(a[1]) / (2 * M(a[0]) ** 2), -M(a[1]) / 2],
        lambda t: -2 * mp.sqrt(t[0] * t[1]) - ln(-2 * t[1]) / 2, slope, wides(2),
        lambda t: t[0] <= 0 and t[1] < 0,
    )  # fmt: skip


def normal_inverse_gammas():
    def theta(p):
        mu, lmbda, a, b = map(M, p)
        return [lmbda * mu, -lmbda / 2, -b - lmbda * mu * mu / 2, -a]

    def parts(t):
        lmbda = -2 * t[1]
        mu = t[0] / lmbda
        return mu, lmbda, -t[3], -t[2] - lmbda * mu * mu / 2

    def value(t):
        _, lmbda, a, b = parts(t)
        return -ln(lmbda) / 2 + gamma(a) - a * ln(b)

    def slope(t):
        mu, lmbda, a, b = parts(t)
        return [mu * a / b, mu * mu * a / b + 1 / lmbda, a / b, ln(b) - psi(a)]

    return Family(
        d.NormalInverseGamma, theta, value, slope, lambda rng: (*placed(rng), wide(rng), wide(rng)),
        lambda t: t[1] < 0 and t[3] < 0 and parts(t)[3] > 0,
    )  # fmt: skip


def log_series():
    def slope(t):
        p = mp.exp(t[0])
        return [-p / (-mp.expm1(t[0]) * mp.log1p(-p))]

    return Family(
        d.LogSeries, lambda a: [ln(M(a[0]))], lambda t: ln(-mp.log1p(-mp.exp(t[0]))), slope, share,
        negative,
    )  # fmt: skip


def zetas():
    return Family(
        d.Zipf, lambda a: [-M(a[0])], lambda t: ln(mp.zeta(-t[0])),
        lambda t: [-mp.zeta(-t[0], derivative=1) / mp.zeta(-t[0])],
        lambda rng: (1 + float(10 ** rng.uniform(-9, 2)),), lambda t: t[0] < -1, lambda g: 0,
    )  # fmt: skip


FAMILIES = {
    "Exponential": rate(d.Exponential, lambda a: -a, carrier=lambda g: 0),
    "Rayleigh": rate(d.Rayleigh, lambda s: -1 / (2 * s * s)),
    "Laplace": rate(lambda s: d.Laplace(3.0, s), lambda s: -1 / s, carrier=lambda g: ln(2)),
    "Gumbel": rate(
        lambda m: d.Gumbel(m, 1.0),
        lambda m: -mp.exp(m),
        lambda rng: (float(rng.choice([-1, 1]) * 10 ** rng.uniform(-300, 2.8)),),
    ),
    "Pareto": rate(lambda a: d.Pareto(a, 1.0), lambda a: -a, carrier=lambda g: g[0]),
    "PowerFunction": rate(d.PowerFunction, lambda a: -a, carrier=lambda g: -g[0]),
    "Weibull": rate(lambda s: d.Weibull(2.5, s), lambda s: -(s ** -M(2.5)), within(120)),
    "Frechet": rate(lambda s: d.Frechet(2.5, s), lambda s: -(s ** M(2.5)), within(120)),
    "Kumaraswamy": rate(lambda b: d.Kumaraswamy(2.5, b), lambda b: -b),
    "Lomax": rate(lambda a: d.Lomax(a, 7.0), lambda a: -a),
    "Maxwell": gammas(d.Maxwell, lambda a: [M(3) / 2, -1 / (2 * M(a[0]) ** 2)], wides(1)),
    "HalfNormal": gammas(d.HalfNormal, lambda a: [M(1) / 2, -1 / (2 * M(a[0]) ** 2)], wides(1)),
    "Levy": gammas(d.Levy, lambda a: [M(1) / 2, -M(a[0]) / 2], wides(1), lambda g: -g[0]),
    "Chi2": gammas(d.Chi2, lambda a: [M(a[0]) / 2, -M(1) / 2], wides(1), lambda g: g[0]),
    "Chi": gammas(d.Chi, lambda a: [M(a[0]) / 2, -M(1) / 2], wides(1)),
    "Gamma": gammas(d.Gamma, lambda a: [M(a[0]), -M(a[1])], wides(2), lambda g: g[0]),
    "InverseGamma": gammas(d.InverseGamma, lambda a: [M(a[0]), -M(a[1])], wides(2),
                           lambda g: -g[0]),
    "Nakagami": gammas(d.Nakagami, lambda a: [M(a[0]), -M(a[0]) / M(a[1])], wides(2)),
    "GeneralizedGamma": gammas(
        lambda s, k: d.GeneralizedGamma(s, k, 2.0), lambda a: [M(a[1]) / 2, -1 / M(a[0]) ** 2],
        wides(2),
    ),
    "Wishart": gammas(
        lambda n, v: d.Wishart(n, [[v]]), lambda a: [M(a[0]) / 2, -1 / (2 * M(a[1]))],
        lambda rng: (*above(0.1, 300)(rng), wide(rng)),
    ),
    "InverseWishart": gammas(
        lambda n, v: d.InverseWishart(n, [[v]]), lambda a: [M(a[0]) / 2, -M(a[1]) / 2],
        lambda rng: (*above(0.1, 300)(rng), wide(rng)),
    ),
    "Normal": normals(d.Normal, lambda g: ln(2 * mp.pi) / 2),
    "LogNormal": normals(d.LogNormal, lambda g: g[0] + ln(2 * mp.pi) / 2),
    "LogitNormal": normals(d.LogitNormal, None),
    "Beta": dirichlets(d.Beta, 2, lambda g: g[0] + g[1]),
    "BetaPrime": dirichlets(d.BetaPrime, 2),
    "Dirichlet": dirichlets(lambda *a: d.Dirichlet(list(a)), 3, sum),
    "InverseGaussian": inverse_gaussians(),
    "NormalInverseGamma": normal_inverse_gammas(),
    "Poisson": Family(
        d.Poisson, lambda a: [ln(M(a[0]))], lambda t: mp.exp(t[0]), lambda t: [mp.exp(t[0])],
        wides(1),
    ),
    "Bernoulli": trials(d.Bernoulli, 1, lambda g: 0),
    "Binomial": trials(lambda p: d.Binomial(17, p), 17),
    "Geometric": failures(d.Geometric, 1, lambda g: 0),
    "NegativeBinomial": failures(lambda p: d.NegativeBinomial(3.75, p), 3.75),
    "LogSeries": log_series(),
    "ContinuousBernoulli": Family(
        d.ContinuousBernoulli, lambda a: [logit(a[0])],
        lambda t: ln(mp.expm1(t[0]) / t[0]) if t[0] else M(0),
        lambda t: [-1 / mp.expm1(-t[0]) - 1 / t[0] if t[0] else M(1) / 2], share,
        carrier=lambda g: 0,
    ),
    "DiscreteLaplace": Family(
        d.DiscreteLaplace, lambda a: [-M(a[0])], lambda t: -ln(mp.tanh(-t[0] / 2)),
        lambda t: [-1 / mp.sinh(t[0])], above(-12, 2.5), negative, lambda g: 0, 400,
    ),
    "Zipf": zetas(),
    "VonMises": Family(
        lambda k: d.VonMises(0.3, k), lambda a: [M(a[0])], lambda t: ln(mp.besseli(0, t[0])),
        lambda t: [mp.besseli(1, t[0]) / mp.besseli(0, t[0])], above(-300, 5),
        carrier=lambda g: ln(2 * mp.pi),
    ),
    "VonMisesFisher of 3": Family(
        lambda k: d.VonMisesFisher(3, k), lambda a: [M(a[0])],
        lambda t: ln(mp.sinh(abs(t[0])) / abs(t[0])), lambda t: [mp.coth(t[0]) - 1 / t[0]],
        wides(1), carrier=lambda g: ln(4 * mp.pi),
    ),
} | {f"VonMisesFisher of {n}": directions(n) for n in (4, 7, 20)}  # fmt: skip


def moved(parameters, rng):
    """One parameter moved by 1e-1 to 1e-9 of itself."""
    at = int(rng.integers(len(parameters)))
    step = float(rng.choice([-1, 1]) * 10 ** rng.uniform(-9, -1))
    return tuple(x * (1 + step) if i == at else x for i, x in enumerate(parameters))


def tamed(x, rng):
    """A parameter of the same kind, of order 1."""
    if 0 < x < 1:
        return float(rng.uniform(0.01, 0.99))
    y = float(np.exp(rng.normal(0.3, 1)))
    return -y if x < 0 else y + 1


def pair(family, rng):
    """Parameters of P and Q: far apart, near, or ordinary."""
    first, kind = family.draw(rng), rng.random()
    if kind < 0.35:
        return first, family.draw(rng)
    if kind < 0.7:
        return first, moved(first, rng)
    return tuple(tamed(x, rng) for x in first), tuple(tamed(x, rng) for x in first)


def digits(family, *sides):
    """Enough of them for what cancels; few numbers of them, since mpmath keeps tables for each."""
    far = max(abs(np.log10(abs(x))) for side in sides for x in side if x)
    enough = family.digits + (8 if len(sides[0]) > 2 else 4) * far
    return next(step for step in STEPS if enough <= step)


def kl(family, a, b):
    steps = zip(a, b, family.slope(a), strict=True)
    return family.value(b) - family.value(a) - mp.fsum((y - x) * g for x, y, g in steps)


def renyi(family, a, b, order):
    if order == 1:
        return kl(family, a, b)
    between = [order * x + (1 - order) * y for x, y in zip(a, b, strict=True)]
    if not family.inside(between):
        return mp.inf
    weighted = order * family.value(a) + (1 - order) * family.value(b)
    return (family.value(between) - weighted) / (order - 1)


def grown(x, order):
    """(e^((a − 1) R) − 1)/(a − 1) of R = x; infinite where no double holds it."""
    return mp.inf if (order - 1) * x > 1e5 else mp.expm1((order - 1) * x) / (order - 1)


def entropy(family, a):
    slope = family.slope(a)
    inner = mp.fsum(x * g for x, g in zip(a, slope, strict=True))
    return family.value(a) - inner + family.carrier(slope)


# name → (ours of (p, q, order), the truth of (family, θ₁, θ₂, order)).
MEASURES = {
    "kl": (lambda p, q, a: d.kl(p, q), lambda f, x, y, a: kl(f, x, y)),
    "jeffreys": (
        lambda p, q, a: d.jeffreys(p, q), lambda f, x, y, a: kl(f, x, y) + kl(f, y, x),
    ),
    "renyi": (d.renyi, renyi),
    "bhattacharyya": (
        lambda p, q, a: d.bhattacharyya(p, q), lambda f, x, y, a: renyi(f, x, y, M(0.5)) / 2,
    ),
    "hellinger": (
        lambda p, q, a: d.hellinger(p, q),
        lambda f, x, y, a: mp.sqrt(-mp.expm1(-renyi(f, x, y, M(0.5)) / 2)),
    ),
    "chi_square": (
        lambda p, q, a: d.chi_square(p, q), lambda f, x, y, a: grown(renyi(f, x, y, 2), 2),
    ),
    "tsallis": (d.tsallis, lambda f, x, y, a: grown(renyi(f, x, y, a), a)),
    "entropy": (lambda p, q, a: d.entropy(p), lambda f, x, y, a: entropy(f, x)),
    "cross_entropy": (
        lambda p, q, a: d.cross_entropy(p, q), lambda f, x, y, a: entropy(f, x) + kl(f, x, y),
    ),
}  # fmt: skip
