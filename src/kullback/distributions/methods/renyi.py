"""Rényi divergences in closed form; Hellinger and chi-square follow from orders 1/2 and 2.

For an exponential family R_a = (F(a θ₁ + (1 − a) θ₂) − a F(θ₁) − (1 − a) F(θ₂))/(a − 1), and
+∞ where the mixed parameter leaves the natural space. Each rule returns the value and the size
of its terms, so that a cancelling one can be left to quadrature.
Gil, Alajaji and Linder (2013).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from kullback.distributions.families import Bernoulli, Beta, Cauchy, Dirichlet, Normal, Poisson
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import lgamma, log

ValueAndSize = tuple[float, float]
Rule = Callable[[Any, Any, float], ValueAndSize | None]
INFINITE = (np.inf, 0.0)


def _normal(p: Normal, q: Normal, a: float) -> ValueAndSize:
    """a d²/(2 s*²) + ln(s₂/s₁) + ln(s₂²/s*²)/(2 (a − 1)), s*² = a s₂² + (1 − a) s₁²."""
    v = (p.scale / q.scale) ** 2 - 1
    mixed = 1 + (1 - a) * v  # s*² in units of s₂²
    if mixed <= 0:
        return INFINITE
    z = (p.loc - q.loc) / q.scale
    place = a * z * z / (2 * mixed)
    first, second = -0.5 * np.log1p(v), -np.log1p((1 - a) * v) / (2 * (a - 1))
    return float(place + first + second), float(place + abs(first) + abs(second))


def _poisson(p: Poisson, q: Poisson, a: float) -> ValueAndSize:
    mixed = p.rate**a * q.rate ** (1 - a)
    parts = mixed, -a * p.rate, -(1 - a) * q.rate
    return sum(parts) / (a - 1), sum(map(abs, parts)) / abs(a - 1)


def _bernoulli(p: Bernoulli, q: Bernoulli, a: float) -> ValueAndSize:
    with np.errstate(all="ignore"):
        yes = p.probs**a * np.float64(q.probs) ** (1 - a) if p.probs else 0.0
        no = (1 - p.probs) ** a * np.float64(1 - q.probs) ** (1 - a) if p.probs < 1 else 0.0
        return float(np.log(yes + no) / (a - 1)), 1 / abs(a - 1)


def _dirichlets(pairs: list[tuple[float, float]], a: float) -> ValueAndSize:
    mixed = [a * x + (1 - a) * y for x, y in pairs]
    if min(mixed) <= 0:
        return INFINITE
    totals = [sum(column) for column in (mixed, *zip(*pairs, strict=True))]
    logs = [
        sum(lgamma(x) for x in column) - lgamma(total)
        for column, total in zip((mixed, *zip(*pairs, strict=True)), totals, strict=True)
    ]
    parts = logs[0], -a * logs[1], -(1 - a) * logs[2]
    return float(sum(parts)) / (a - 1), float(sum(map(abs, parts))) / abs(a - 1)


def _beta(p: Beta, q: Beta, a: float) -> ValueAndSize:
    return _dirichlets([(p.a, q.a), (p.b, q.b)], a)


def _dirichlet(p: Dirichlet, q: Dirichlet, a: float) -> ValueAndSize:
    return _dirichlets(list(zip(p.alpha.tolist(), q.alpha.tolist(), strict=True)), a)


def _cauchy(p: Cauchy, q: Cauchy, a: float) -> ValueAndSize | None:
    """Order 2 only: every f-divergence is a function of chi-square (Nielsen and Okamura 2021)."""
    if a != 2:
        return None
    value = float(np.log1p(p.chi_square(q)))
    return value, value


RULES: dict[type[Distribution], Rule] = {
    Normal: _normal,
    Poisson: _poisson,
    Bernoulli: _bernoulli,
    Beta: _beta,
    Dirichlet: _dirichlet,
    Cauchy: _cauchy,
}


def closed_renyi(p: Distribution, q: Distribution, order: float) -> ValueAndSize | None:
    """The value in nats and the size of its terms, or None where no closed form is known.

    Examples
    --------
    >>> closed_renyi(Normal(0, 1), Normal(1, 1), 2.0)[0]
    1.0
    """
    if type(p) is type(q) and type(p) in RULES:
        return RULES[type(p)](p, q, order)
    return _gammas(p, q, order)


def _gammas(p: Distribution, q: Distribution, a: float) -> ValueAndSize | None:
    """Generalised gammas of one power: those of Gamma(k₁) and Gamma(k₂) at a ratio of rates."""
    first, second = p._power_gamma(), q._power_gamma()
    if first is None or second is None or first.space != second.space:
        return None
    if first.power_excess(second) != 0:
        return None
    shift = float(second.p * first.log_scale_over(second))
    k = a * first.k + (1 - a) * second.k
    rate = a + (1 - a) * np.exp(shift)
    if k <= 0 or rate <= 0:
        return INFINITE
    parts = (
        float(lgamma(k)), float(-k * log(rate)), float(-a * lgamma(first.k)),
        float(-(1 - a) * lgamma(second.k)), float((1 - a) * second.k * shift),
    )  # fmt: skip
    return sum(parts) / (a - 1), sum(map(abs, parts)) / abs(a - 1)
