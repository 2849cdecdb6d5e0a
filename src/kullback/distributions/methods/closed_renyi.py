"""Rényi divergences in closed form; Hellinger and chi-square follow from orders 1/2 and 2.

For an exponential family let M be the member whose natural parameter is a θ₁ + (1 − a) θ₂. Then

    (1 − a) R_a(P‖Q) = a KL(M‖P) + (1 − a) KL(M‖Q),

and R_a is +∞ where there is no such member and a > 1. M is a stationary point of the right side,
so that the rounding of its parameters is felt in second order only: near-equal pairs keep their
digits. van Erven and Harremoës (2014), theorem 30; Gil, Alajaji and Linder (2013).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from kullback.distributions.families import (
    Cauchy,
    MultivariateNormal,
    Normal,
    Uniform,
    VonMisesFisher,
)
from kullback.distributions.families.shared.matrix import condition, relative_directions
from kullback.distributions.model.answer import EPS, Answer, rounding
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.model.support import uncovered
from kullback.distributions.special.arrays import Value, plain
from kullback.distributions.special.log_gamma import gamma_at_equal_means
from kullback.distributions.special.primitives import g, g_at_log
from kullback.errors import InputError

Rule = Callable[[Any, Any, float], Answer | None]
# Beyond this the member between two normals is found from their precisions.
WELL_CONDITIONED = 1e3
INFINITE = Answer(np.inf, 0.0, "closed form", "∫ p^a q^(1 − a) is infinite")


def from_parts(to_p: float, to_q: float, a: float, lost: float = 0.0) -> Answer:
    """R_a from KL(M‖P) and KL(M‖Q).

    Examples
    --------
    >>> from_parts(0.125, 0.125, 0.5).value
    0.25
    """
    parts = a * to_p / (1 - a), to_q
    size = sum(map(abs, parts))
    value = sum(parts)
    return Answer(max(value, 0.0), 16 * EPS * size + lost, "closed form")


def _normals(variance: Value, place: Value, a: float) -> Answer:
    """Of v = s₁²/s₂² − 1 and the place (m₁ − m₂)²/s₂² in each direction."""
    mixed = 1 + (1 - a) * np.asarray(variance)  # of M: s₁² s₂²/s_M² in units of s₂²
    if (mixed <= 0).any():
        return INFINITE
    # s_M²/s₁² = 1/mixed and s_M²/s₂² = (1 + v)/mixed.
    own, other = -np.log(mixed), np.log1p(variance) - np.log(mixed)
    to_p, to_q = (
        float(np.sum(g_at_log(np.asarray(x * variance / mixed), logarithm))) / 2
        for x, logarithm in ((a - 1, own), (a, other))
    )
    shift = float(np.sum(a * np.asarray(place) / (2 * mixed)))
    found = from_parts(to_p, to_q, a)
    value = found.value + shift
    return Answer(value, found.error + rounding(shift), "closed form")


def _normal(p: Normal, q: Normal, a: float) -> Answer:
    d = (p.scale - q.scale) / q.scale
    z = (p.loc - q.loc) / q.scale
    return _normals(d * (2 + d), z * z, a)


def _multivariate_normal(p: Any, q: Any, a: float) -> Answer | None:
    if max(condition(p.cov), condition(q.cov)) > WELL_CONDITIONED:
        return _exponential_family(p, q, a)
    values, z = relative_directions(p.mean - q.mean, p.cov, q.cov)
    return _normals(values, z * z, a)


def _cauchy(p: Cauchy, q: Cauchy, a: float) -> Answer | None:
    """Order 2 only: every f-divergence is a function of chi-square (Nielsen and Okamura 2021)."""
    value = float(np.log1p(p.chi_square(q)))
    return Answer(value, rounding(value), "closed form") if a == 2 else None


def _uniform(p: Uniform, q: Uniform, a: float) -> Answer | None:  # noqa: ARG001
    if uncovered(p.support, q.support):
        return None
    value = float(p._same_family(q))
    return Answer(value, rounding(value), "closed form")


def _von_mises_fisher(p: VonMisesFisher, q: VonMisesFisher, a: float) -> Answer | None:
    parts = p._renyi_parts(q, a)
    if parts is None:
        return None
    return from_parts(*parts, a, 64 * EPS * float(p.kappa + q.kappa))


RULES: dict[type[Distribution], Rule] = {
    Normal: _normal,
    MultivariateNormal: _multivariate_normal,
    Cauchy: _cauchy,
    Uniform: _uniform,
    VonMisesFisher: _von_mises_fisher,
}


def closed_renyi(p: Distribution, q: Distribution, order: float) -> Answer | None:
    """The value in nats, or None where no closed form is known.

    Examples
    --------
    >>> closed_renyi(Normal(0, 1), Normal(1, 1), 2.0).value
    1.0
    """
    if type(p) is type(q) and type(p) in RULES:
        found = RULES[type(p)](p, q, order)
        return None if found is None or np.isnan(found.value) else found
    return _gammas(p, q, order) or _exponential_family(p, q, order)


def _exponential_family(p: Distribution, q: Distribution, a: float) -> Answer | None:
    if type(p) is not type(q):
        return None
    try:
        between = p._between(q, a)
    except (InputError, OverflowError):
        return INFINITE if a > 1 else None
    if between is None:
        return None
    each = [(between._same_family(law), between._same_family_lost(law)) for law in (p, q)]
    (to_p, lost_p), (to_q, lost_q) = each
    if to_p is None or to_q is None:
        return None
    lost = abs(a / (1 - a)) * float(lost_p) + float(lost_q)
    found = from_parts(float(to_p), float(to_q), a, lost)
    return INFINITE if np.isinf(found.value) else None if np.isnan(found.value) else found


def _gammas(p: Distribution, q: Distribution, a: float) -> Answer | None:
    """Generalised gammas of one power: Gamma(k₁) and Gamma(k₂) at a ratio of rates 1 + x."""
    first, second = p._power_gamma(), q._power_gamma()
    if first is None or second is None or first.space != second.space:
        return None
    if first.power_excess(second) != 0:
        return None
    x = float(plain(_excess(first, second)))
    k1, k2 = float(first.k), float(second.k)
    k, rate = a * k1 + (1 - a) * k2, 1 + (1 - a) * x
    if k <= 0 or rate <= 0:
        return INFINITE
    parts = []
    for own, weight, excess in ((k1, 1 - a, (a - 1) * x / rate), (k2, a, a * x / rate)):
        change = weight * ((k2 - k1) if own == k1 else (k1 - k2))
        shape = change / own
        if own == k2 == k1:
            shape = change = 0.0
        ratio = shape + excess + shape * excess  # mean of M over that of the law, − 1
        parts.append(gamma_at_equal_means(k, own - k, own) + own * g(ratio))
    found = from_parts(float(parts[0]), float(parts[1]), a)
    return None if np.isnan(found.value) else found


def _excess(first: PowerGamma, second: PowerGamma) -> Value:
    from kullback.distributions.families.shared.power_gamma import rate_excess

    return rate_excess(first, second, second.p * first.log_scale_over(second))
