"""Rényi divergences of every order in [0, ∞]."""

import numpy as np

from kullback.distributions.methods import closed_form as exact
from kullback.distributions.methods.closed_renyi import closed_renyi
from kullback.distributions.methods.f_divergences import numeric_integral
from kullback.distributions.methods.integrands import renyi_row
from kullback.distributions.methods.log_ratio import log_ratio_supremum
from kullback.distributions.methods.overlap import ratio_infinite, singular, stripped
from kullback.distributions.methods.quadrature import over_line
from kullback.distributions.methods.route import RouteSettings, kl_nats
from kullback.distributions.model.answer import EPS, Answer, infinite
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import LINES, uncovered
from kullback.distributions.special.arrays import Array
from kullback.errors import MethodError

# An order that stands for ∞: what is left is of the order of ln a/a.
HUGE = 2.0**52


def renyi_nats(p: Distribution, q: Distribution, a: float, asked: RouteSettings) -> Answer:
    """Rényi divergence of order a in nats, for one pair."""
    if singular(p, q):
        return infinite("P and Q are mutually singular")
    if a in ORDERS:
        return ORDERS[a](p, q, asked)
    out = (exact.by_support(p, q) or ratio_infinite(p, q, a)) if a > 1 else None
    return out or closed_renyi(*stripped(p, q), a) or _numeric(p, q, a, asked)


def _numeric(p: Distribution, q: Distribution, a: float, asked: RouteSettings) -> Answer:
    found = numeric_integral(p, q, renyi_row(a), asked)
    if np.isinf(found.value):
        return found
    sign = 1.0 if a > 1 else -1.0
    with np.errstate(all="ignore"):
        value = float(np.log1p(sign * found.value) / (a - 1))
    error = found.error / max(1 + sign * found.value, 1e-300) / abs(a - 1) + 4 * EPS * abs(value)
    return Answer(max(value, 0.0), error, found.method, notes=found.notes)


def _order_zero(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    """−ln Q(P > 0)."""
    if p.support.space not in LINES or not uncovered(q.support, p.support):
        return Answer(0.0, 0.0, "closed form")

    def rows(lp: Array, lq: Array, size: Array, d: Array | None) -> Array:  # noqa: ARG001
        mass = np.exp(np.minimum(lq, 700.0))
        lives = lp > -np.inf
        return np.stack([np.where(lives, mass, 0.0), np.where(lives, 0.0, mass), mass])

    def enough(values: Array, errors: Array) -> tuple[int, float]:  # noqa: ARG001
        which = int(np.argmin(np.abs(values[:2])))
        return which, max(asked.rtol / 100 * abs(values[which]), 1e-300)

    (inside, outside, _), errors, method = over_line(p, q, rows, enough)
    value = -np.log1p(-outside) if outside < inside else -np.log(inside)
    error = float(errors[1] if outside < inside else errors[0] / inside) + 8 * EPS * abs(value)
    return Answer(float(value), error, method)


def _order_infinite(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:  # noqa: ARG001
    """ln ess sup p/q."""
    out = exact.by_support(p, q) or ratio_infinite(p, q, HUGE)
    if out is not None:
        return out
    base_p, base_q = stripped(p, q)
    half, whole = (closed_renyi(base_p, base_q, a) for a in (HUGE / 2, HUGE))
    if half is not None and whole is not None:
        if not whole.value <= half.value * (1 + 1e-9) + 1e-9:
            return infinite("p/q has no bound")
        rest = 100 * (1 + abs(whole.value)) / HUGE
        return Answer(whole.value, whole.error + rest, "closed form")
    if p.support.space not in LINES:
        raise MethodError(
            f"the supremum of p/q is not known for {type(p).__name__} and {type(q).__name__}; "
            f"give a finite order"
        )
    return log_ratio_supremum(base_p, base_q)


ORDERS = {0.0: _order_zero, 1.0: kl_nats, float("inf"): _order_infinite}
