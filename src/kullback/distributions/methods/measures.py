"""How the relatives of KL are computed, in nats: closed where known, else the ladder."""

from collections.abc import Callable
from typing import Any

import numpy as np

from kullback.distributions.adapters import as_distribution
from kullback.distributions.families import Cauchy, Normal
from kullback.distributions.methods import closed_form as exact
from kullback.distributions.methods.integrands import (
    Row,
    chi_square_row,
    hellinger_row,
    jensen_shannon_row,
    renyi_row,
    total_variation_row,
)
from kullback.distributions.methods.monte_carlo import mean_of
from kullback.distributions.methods.plain_entropy import plain_mean
from kullback.distributions.methods.quadrature import integral
from kullback.distributions.methods.renyi import closed_renyi
from kullback.distributions.methods.route import RouteSettings, common_shape, member
from kullback.distributions.methods.summation import lattice_sum
from kullback.distributions.model.answer import EPS, Answer, infinite, rounding
from kullback.distributions.model.composite import Independent
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.tails import ratio_diverges
from kullback.distributions.special.arrays import plain
from kullback.errors import UnreliableError

LN_2 = float(np.log(2))
DISCRETE = {"lattice", "atom"}
# A closed Rényi divergence that cancels further than this is integrated instead.
CANCELLATION = 1e-11

One = Callable[[Distribution, Distribution, RouteSettings], Answer]


def entropy_nats(p: Distribution, asked: RouteSettings) -> Answer:
    """H(P) in nats: known, of independent parts, or by the ladder."""
    value = p.entropy()
    if value is not None:
        return Answer(value, rounding(plain(value)), "closed form")
    if isinstance(p, Independent):
        return added([entropy_nats(part, asked) for part in p.parts])
    if p.support.space not in {"real", "circle", *DISCRETE}:
        return mean_of(p, lambda x: -p.log_density(x), asked.seed)
    return plain_mean(p, p, asked.rtol)


def added(each: list[Answer]) -> Answer:
    """Values that add, with their errors."""
    method = max(each, key=lambda f: f.error).method
    return Answer(sum(f.value for f in each), sum(f.error for f in each), method)


def jensen_shannon_nats(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    """JS in nats for one pair."""
    if _singular(p, q):
        return Answer(LN_2, 0.0, "support")
    if isinstance(p, Cauchy) and isinstance(q, Cauchy):
        scales = 2 * np.sqrt(p.scale * q.scale)
        # ln(2 √D/(√D + 2 √(s₁ s₂))), from x = √D/(2 √(s₁ s₂)) − 1 ≥ 0.
        chi = p.chi_square(q)
        x = chi / 2 / (np.sqrt(1 + chi / 2) + 1)
        value = float(np.log1p(x / (2 + x))) if scales > 0 else 0.0
        return Answer(value, rounding(value), "closed form")
    return _numeric(p, q, jensen_shannon_row, asked)


def hellinger_value(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    """The Hellinger distance of one pair."""
    if _singular(p, q):
        return Answer(1.0, 0.0, "support")
    closed = _closed_renyi(p, q, 0.5)
    if closed is not None:
        value = float(np.sqrt(-np.expm1(-closed.value / 2)))
        return Answer(value, closed.error + rounding(value), "closed form")
    found = _numeric(p, q, hellinger_row, asked)
    value = float(np.sqrt(max(found.value, 0.0)))
    error = found.error / (2 * value) if value > 0 else float(np.sqrt(found.error))
    return Answer(value, error, found.method, notes=found.notes)


def total_variation_value(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    """Total variation of one pair."""
    from scipy.special import erf

    if _singular(p, q):
        return Answer(1.0, 0.0, "support")
    if isinstance(p, Normal) and isinstance(q, Normal) and p.scale == q.scale:
        value = float(erf(abs(p.loc - q.loc) / p.scale / 8**0.5))
        return Answer(value, rounding(value), "closed form")
    if isinstance(p, Cauchy) and isinstance(q, Cauchy):
        value = float(2 / np.pi * np.arctan(np.sqrt(p.chi_square(q) / 2)))
        return Answer(value, rounding(value), "closed form")
    return _numeric(p, q, total_variation_row, asked)


def chi_square_value(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    """χ² of one pair."""
    out = exact.by_support(p, q) or _ratio_infinite(p, q, 2.0)
    if out is not None:
        return out
    closed = _closed_renyi(p, q, 2.0)
    if closed is not None:
        with np.errstate(over="ignore"):
            value = float(np.expm1(closed.value))
        return Answer(value, (1 + value) * closed.error, closed.method, closed.reason)
    return _numeric(p, q, chi_square_row, asked)


def renyi_nats(p: Distribution, q: Distribution, a: float, asked: RouteSettings) -> Answer:
    """Rényi divergence of order a ≠ 1, in nats, for one pair."""
    if _singular(p, q):
        return infinite("P and Q are mutually singular")
    out = (exact.by_support(p, q) or _ratio_infinite(p, q, a)) if a > 1 else None
    if out is not None:
        return out
    closed = _closed_renyi(p, q, a)
    if closed is not None:
        return closed
    found = _numeric(p, q, renyi_row(a), asked)
    sign = 1.0 if a > 1 else -1.0
    with np.errstate(all="ignore"):
        value = float(np.log1p(sign * found.value) / (a - 1))
    error = found.error / max(1 + sign * found.value, 1e-300) / abs(a - 1) + 4 * EPS * abs(value)
    return Answer(value, error, found.method, notes=found.notes)


def _closed_renyi(p: Distribution, q: Distribution, a: float) -> Answer | None:
    base_p, base_q = _stripped(p, q)
    answered = closed_renyi(base_p, base_q, a)
    if answered is None:
        return None
    value, size = answered
    if np.isinf(value):
        return Answer(value, 0.0, "closed form", "∫ p^a q^(1 − a) is infinite")
    lost = 8 * EPS * size
    if lost > CANCELLATION * abs(value) and p != q:
        return None
    return Answer(value, lost, "closed form")


def _stripped(p: Distribution, q: Distribution) -> tuple[Distribution, Distribution]:
    """An equal bijection changes no f-divergence."""
    first, second = p._canonical(), q._canonical()
    if first is None or second is None or first[0] != second[0]:
        return p, q
    return _stripped(first[1], second[1])


def _ratio_infinite(p: Distribution, q: Distribution, a: float) -> Answer | None:
    p, q = _stripped(p, q)
    first, second = p._tails(), q._tails()
    if first is None or second is None or p.support.space == "atom":
        return None
    ends = ((p.support.low, q.support.low), (p.support.high, q.support.high))
    for (end_p, end_q), tail_p, tail_q in zip(ends, first, second, strict=True):
        finite_lattice = p.support.space == "lattice" and np.isfinite(end_p)
        known = np.isfinite(tail_p.rate) and np.isfinite(tail_q.rate)
        if end_p == end_q and not finite_lattice and known and ratio_diverges(tail_p, tail_q, a):
            return infinite("P's tail is too heavy: ∫ p^a q^(1 − a) = ∞")
    return None


def _singular(p: Distribution, q: Distribution) -> bool:
    """Whether P and Q share no mass because of their spaces or their supports."""
    first, second = p.support, q.support
    if (first.space in DISCRETE) != (second.space in DISCRETE):
        return True
    if first.space not in {"real", "circle", *DISCRETE}:
        return False
    apart = bool(first.high < second.low or second.high < first.low)
    touching = bool(first.high == second.low or second.high == first.low)
    return apart or (touching and first.space not in DISCRETE)


def _numeric(p: Distribution, q: Distribution, row: Row, asked: RouteSettings) -> Answer:
    p, q = _stripped(p, q)
    spaces = {p.support.space, q.support.space}
    if spaces <= {"real", "circle"}:
        return integral(p, q, row, asked.rtol, kinked=row is total_variation_row)
    if spaces <= DISCRETE:
        return lattice_sum(p, q, row, asked.rtol)

    def under_p(x: Any) -> Any:
        lp, lq = p.log_density(x), q.log_density(x)
        # Half by draws of P: ∫ row = E_P row/p, with rows taken at p = 1.
        return row(np.zeros_like(lp), lq - lp)

    return mean_of(p, under_p, asked.seed)


def pairwise(p: Any, q: Any, asked: RouteSettings, one: One) -> Answer:
    """One pair, or each member of a batch."""
    first, second = as_distribution("p", p), as_distribution("q", q)
    exact.check_comparable(first, second)
    if first._holds_tensors or second._holds_tensors:
        first, second = (_detached(law) for law in (first, second))
    if first.is_scalar and second.is_scalar:
        if first == second:
            return Answer(0.0, 0.0, "closed form")
        with np.errstate(all="ignore"):
            return one(first, second, asked)
    shape = common_shape(first, second)
    values, found = np.zeros(shape), []
    for index in np.ndindex(*shape):
        with np.errstate(all="ignore"):
            each = one(member(first, index, shape), member(second, index, shape), asked)
        found.append(each)
        values[index] = found[-1].value
    worst = max(found, key=lambda f: f.error)
    return Answer(
        values, worst.error, worst.method, next((f.reason for f in found if f.reason), "")
    )


def _detached(law: Distribution) -> Distribution:
    return type(law)(**{k: plain(v) for k, v in law.parameters.items()})


def strictly(found: Answer, *, strict: bool) -> Answer:
    """Refuse a numeric value under ``strict=True``."""
    if strict and found.method in {"quadrature", "summation", "Monte Carlo"}:
        raise UnreliableError(
            f"strict=True asks for an exact value, and this one goes by {found.method}; "
            f"drop strict, and read .error"
        )
    return found
