"""Rényi divergences in closed form; Hellinger and chi-square follow from orders 1/2 and 2.

An exponential family whose log-partition is known to decimals goes by it. For the others let M be
the member whose natural parameter is a θ₁ + (1 − a) θ₂. Then

    (1 − a) R_a(P‖Q) = a KL(M‖P) + (1 − a) KL(M‖Q),

and R_a is +∞ where there is no such member and a > 1. M is a stationary point of the right side,
so that the rounding of its parameters is felt in second order only: near-equal pairs keep their
digits. van Erven and Harremoës (2014), theorem 30; Gil, Alajaji and Linder (2013).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from kullback.distributions.families import (
    Cauchy,
    LogUniform,
    MultivariateNormal,
    Uniform,
    VonMisesFisher,
)
from kullback.distributions.families.shared.exponential_family import decimal_renyi
from kullback.distributions.families.shared.matrix import condition, relative_directions
from kullback.distributions.model.answer import EPS, LEAST, Answer, rounding
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import uncovered
from kullback.distributions.special.arrays import Value
from kullback.distributions.special.primitives import g_at_log
from kullback.errors import InputError

Rule = Callable[[Any, Any, float], Answer | None]
# Beyond this the member between two normals is found from their precisions.
WELL_CONDITIONED = 1e3
NARROW = -0.9
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
    error = 1024 * EPS * size / min(1.0, abs(1 - a)) + LEAST + lost
    return Answer(max(value, 0.0), error, "closed form")


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


def _multivariate_normal(p: Any, q: Any, a: float) -> Answer | None:
    worst = max(condition(p.cov), condition(q.cov))
    given = p._exact is not None or q._exact is not None
    doubles = worst <= WELL_CONDITIONED and not given
    along = relative_directions(p.mean - q.mean, p.cov, q.cov) if doubles else None
    lost = (1 + a) * (1 + 1 / abs(1 - a)) * p._product_lost(q)
    # Near −1 the eigenvalues of the difference have lost the digits of the smaller variance.
    if along is None or along[0][0] < NARROW:
        value = p._decimal_renyi(q, a)
        if value == np.inf:
            return INFINITE if a > 1 else None
        if value is not None:
            return Answer(value, 4 * EPS * value + LEAST + lost, "closed form")
    if along is None:
        return _exponential_family(p, q, a)
    values, z = along
    found = _normals(values, z * z, a)
    return replace(found, error=found.error + lost) if found.value < np.inf else found


def _cauchy(p: Cauchy, q: Cauchy, a: float) -> Answer | None:
    """Order 2 only: every f-divergence is a function of chi-square (Nielsen and Okamura 2021)."""
    value = float(np.log1p(p.chi_square(q)))
    return Answer(value, rounding(value), "closed form") if a == 2 else None


def _uniform(p: Any, q: Any, a: float) -> Answer | None:  # noqa: ARG001
    if uncovered(p.support, q.support):
        return None
    value = float(p._same_family(q))
    return Answer(value, rounding(value), "closed form")


def _von_mises_fisher(p: VonMisesFisher, q: VonMisesFisher, a: float) -> Answer | None:
    parts = p._renyi_parts(q, a)
    if parts is None:
        return None
    return from_parts(*parts[:2], a, (1 + abs(a / (1 - a))) * parts[2])


RULES: dict[type[Distribution], Rule] = {
    MultivariateNormal: _multivariate_normal,
    Cauchy: _cauchy,
    Uniform: _uniform,
    LogUniform: _uniform,
    VonMisesFisher: _von_mises_fisher,
}


def closed_renyi(p: Distribution, q: Distribution, order: float) -> Answer | None:
    """The value in nats, or None where no closed form is known.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> closed_renyi(Normal(0, 1), Normal(1, 1), 2.0).value
    1.0
    """
    if type(p) is type(q) and type(p) in RULES:
        found = RULES[type(p)](p, q, order)
        return None if found is None or np.isnan(found.value) else found
    return decimal_renyi(p, q, order) or _exponential_family(p, q, order)


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
