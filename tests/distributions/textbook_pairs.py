"""Random pairs of laws with their textbook densities, for `test_textbook_densities`."""
# ruff: noqa: ARG005  # a family without a free scale ignores the regime

import math

import mpmath as mp
import numpy as np
import textbook as t
from textbook import M

from kullback import distributions as d

REGIMES = ("ordinary", "near", "wide")


def size(rng, regime):
    return float(10 ** rng.uniform(-3, 4) if regime == "wide" else np.exp(rng.normal(0.3, 0.6)))


def shape(rng, regime):
    return float(10 ** rng.uniform(-2, 5) if regime == "wide" else np.exp(rng.normal(0.3, 0.6)))


def power(rng, regime):
    return float(10 ** rng.uniform(-1, 2) if regime == "wide" else rng.uniform(0.3, 5))


def place(rng, regime):
    return float(rng.normal(0, 300 if regime == "wide" else 1.5))


def sizes(rng, regime):
    return (size(rng, regime),)


def shapes(rng, regime):
    return shape(rng, regime), shape(rng, regime)


def shaped(rng, regime):
    return shape(rng, regime), size(rng, regime)


def placed(rng, regime):
    return place(rng, regime), size(rng, regime)


def interval(rng, regime):
    low = place(rng, regime)
    return low, low + size(rng, regime)


def triangle(rng, regime):
    low, high = interval(rng, regime)
    return low, low + (high - low) * float(rng.uniform(0.1, 0.9)), high


def cut(rng, regime):
    """A normal and its ends: one or both, up to 30 deviations out, 1e-6 to 10 deviations wide."""
    loc, scale = placed(rng, regime)
    low = loc + scale * float(rng.normal(0, 30 if regime == "wide" else 3))
    high = low + scale * float(10 ** rng.uniform(-6 if regime == "wide" else -1, 1))
    return loc, scale, *((low, math.inf), (-math.inf, low), (low, high))[int(rng.integers(3))]


def exponent(rng, regime):
    return *placed(rng, regime), float(rng.uniform(0.3, 6))


def skew(rng, regime):
    return *placed(rng, regime), float(rng.normal(0, 3))


def above(rng, regime):
    low = size(rng, regime)
    return low, low * (1 + float(10 ** rng.uniform(-6, 3)))


def stacy(rng, regime):
    return size(rng, regime), shape(rng, regime), power(rng, regime)


def log_normal(rng, regime):
    return float(rng.normal(0, 2)), float(10 ** rng.uniform(-3, 1))


def bent(rng, regime):
    return 0.0, size(rng, regime), float(rng.uniform(-0.9, 1.5))


def share(rng, regime):
    low = -12 if regime == "wide" else -1.5
    return (float(10 ** rng.uniform(low, -0.01)),)


def gamma_like(parts):
    """A power of a gamma variable: (scale, d, p) from its parameters."""
    return lambda *a: t.power_gamma(*parts(*map(M, a)))


# name → (space, the textbook's law, how its parameters are drawn).
FAMILIES = {
    **{name: ("line", law, placed) for name, law in t.LINE.items()},
    "SkewNormal": ("line", t.LINE["SkewNormal"], skew),
    "GeneralizedNormal": ("line", t.LINE["GeneralizedNormal"], exponent),
    "StudentT": ("line", t.student_t, lambda g, r: (shape(g, r) + 0.05, *placed(g, r))),
    "Uniform": ("line", t.uniform, interval),
    "Triangular": ("line", t.triangular, triangle),
    "TruncatedNormal": ("line", t.truncated_normal, cut),
    "Exponential": ("half", gamma_like(lambda x: (1 / x, 1, 1)), sizes),
    "Rayleigh": ("half", gamma_like(lambda s: (s * mp.sqrt(2), 2, 2)), sizes),
    "Maxwell": ("half", gamma_like(lambda s: (s * mp.sqrt(2), 3, 2)), sizes),
    "HalfNormal": ("half", gamma_like(lambda s: (s * mp.sqrt(2), 1, 2)), sizes),
    "Levy": ("half", gamma_like(lambda s: (s / 2, M(-1) / 2, -1)), sizes),
    "Chi2": ("half", gamma_like(lambda k: (M(2), k / 2, 1)), lambda g, r: (shape(g, r),)),
    "Chi": ("half", gamma_like(lambda k: (mp.sqrt(2), k, 2)), lambda g, r: (shape(g, r),)),
    "Gamma": ("half", gamma_like(lambda k, b: (1 / b, k, 1)), shaped),
    "InverseGamma": ("half", gamma_like(lambda k, b: (b, -k, -1)), shaped),
    "Weibull": (
        "half", gamma_like(lambda k, s: (s, k, k)), lambda g, r: (power(g, r), size(g, r)),
    ),
    "Frechet": (
        "half", gamma_like(lambda k, s: (s, -k, -k)), lambda g, r: (power(g, r), size(g, r)),
    ),
    "Nakagami": ("half", gamma_like(lambda m, w: (mp.sqrt(w / m), 2 * m, 2)), shaped),
    "GeneralizedGamma": ("half", gamma_like(lambda s, k, p: (s, k, p)), stacy),
    "LogNormal": ("half", t.lognormal, log_normal),
    "InverseGaussian": ("half", t.inverse_gaussian, lambda g, r: (size(g, r), size(g, r))),
    "F": ("half", t.f, shapes),
    "BetaPrime": ("half", t.beta_prime, shapes),
    "LogLogistic": ("half", t.log_logistic, lambda g, r: (size(g, r), power(g, r))),
    "HalfCauchy": ("half", t.half_cauchy, sizes),
    "Lindley": ("half", t.lindley, sizes),
    "Lomax": ("half", t.lomax, shaped),
    "Pareto": ("half", t.pareto, shaped),
    "GeneralizedPareto": ("half", t.generalized_pareto, bent),
    "LogUniform": ("half", t.log_uniform, above),
    "Beta": ("unit", t.beta, shapes),
    "Kumaraswamy": ("unit", t.kumaraswamy, shapes),
    "PowerFunction": ("unit", lambda a: t.power_function(a, 1), lambda g, r: (shape(g, r),)),
    "LogitNormal": ("unit", t.logit_normal, lambda g, r: (float(g.normal(0, 2)), size(g, ""))),
    "ContinuousBernoulli": ("unit", t.continuous_bernoulli, share),
    "VonMises": ("circle", t.von_mises, lambda g, r: (0.5, size(g, ""))),
}  # fmt: skip


def nudged(values, rng):
    """One parameter moved by 1e-1 to 1e-9 of itself."""
    at = int(rng.integers(len(values)))
    if not math.isfinite(values[at]):
        return values
    step = float(rng.choice([-1, 1])) * 10 ** rng.uniform(-9, -1)
    return (*values[:at], values[at] * (1 + step), *values[at + 1 :])


def mixed(rng, name, values):
    """A law, or an equal mixture of it and another of its family, moved by an affine map."""
    family, (_, textbook, draw) = getattr(d, name), FAMILIES[name]
    law, known = family(*values), textbook(*values)
    if name in {"VonMises"} or rng.random() < 0.85:
        return law, known
    other = draw(rng, "ordinary")
    loc, scale = placed(rng, "ordinary")
    weights = [0.25, 0.75]
    known = t.mixture([known, textbook(*other)], weights)
    return d.Affine(d.Mixture([law, family(*other)], weights), loc, scale), t.affine(
        known, loc, scale
    )


def pair(rng):
    """Two laws, ours and the textbook's, half of them of one family."""
    regime = str(rng.choice(REGIMES))
    first = str(rng.choice(list(FAMILIES)))
    space, _, draw = FAMILIES[first]
    alike = regime == "near" or rng.random() < 0.5
    second = first if alike else str(rng.choice([n for n, f in FAMILIES.items() if f[0] == space]))
    values = draw(rng, regime)
    others = nudged(values, rng) if regime == "near" else FAMILIES[second][2](rng, regime)
    return mixed(rng, first, values), mixed(rng, second, others)
