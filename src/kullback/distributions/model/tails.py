"""The tail screen: whether E_P[−ln q] is infinite although Q covers P.

A tail is described towards its end; an end at a finite point is described in y = 1/distance,
where the same four classes occur, from heavy to light.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kullback.units import format_number


@dataclass(frozen=True, slots=True)
class DensityTail:
    """How a density ends.

    Parameters
    ----------
    kind : {"power", "log-square", "stretched", "doubly exponential"}
        y^(−α−1); exp(−c ln² y); y^m exp(−rate y^γ); exp(−c e^(rate y)).
    index : float
        α or γ.
    rate : float
        The rate of the exponent.
    prefactor : float
        m, of "stretched".
    """

    kind: str
    index: float = 1.0
    rate: float = 1.0
    prefactor: float = 0.0


def power(alpha: float) -> DensityTail:
    """A density like y^(−α−1); at a finite end like distance^(α−1)."""
    return DensityTail("power", alpha)


def stretched(gamma: float, rate: float = math.inf, prefactor: float = 0.0) -> DensityTail:
    """A density like y^m exp(−rate y^γ)."""
    return DensityTail("stretched", gamma, rate, prefactor)


def doubly(rate: float) -> DensityTail:
    """A density like exp(−c e^(rate y))."""
    return DensityTail("doubly exponential", 1.0, rate)


# From heavy to light.
RANK = {"power": 0, "log-square": 1, "stretched": 2, "doubly exponential": 3}
LOG_SQUARE = DensityTail("log-square")


def _never(p: DensityTail, q: DensityTail) -> str:  # noqa: ARG001
    return ""


def _against_stretched(p: DensityTail, q: DensityTail) -> str:
    """−ln q grows like y^γ: infinite where P has no such moment."""
    if p.kind == "power" and p.index <= q.index:
        return (
            f"P's tail is a power of index {format_number(p.index)}, and −ln q grows like the "
            f"power {format_number(q.index)}, which has no mean under P"
        )
    return ""


def _against_doubly(p: DensityTail, q: DensityTail) -> str:
    """−ln q grows like e^(t y): infinite where P has no such exponential moment."""
    heavy = p.kind in {"power", "log-square"} or (p.kind == "stretched" and p.index < 1)
    equal = p.kind == "stretched" and p.index == 1
    if heavy or (equal and (q.rate > p.rate or (q.rate == p.rate and p.prefactor >= -1))):
        return (
            f"−ln q grows exponentially at rate {format_number(q.rate)}, "
            f"and P's tail is too heavy for that to have a mean"
        )
    return ""


_RULES: dict[str, Callable[[DensityTail, DensityTail], str]] = {
    "power": _never,
    "log-square": _never,
    "stretched": _against_stretched,
    "doubly exponential": _against_doubly,
}


def diverges(p: DensityTail, q: DensityTail) -> str:
    """Return why E_P[−ln q] is infinite towards this end, or "".

    Examples
    --------
    >>> diverges(power(1.0), stretched(2.0))[:39]
    "P's tail is a power of index 1, and −ln"
    >>> diverges(stretched(2.0), stretched(1.0))
    ''
    """
    return _RULES[q.kind](p, q)


def heaviest(tails: Sequence[DensityTail]) -> DensityTail:
    """The tail that outweighs the others: by its kind, its index, its rate.

    Examples
    --------
    >>> heaviest([stretched(2.0), power(1.0)]).kind
    'power'
    """
    return min(tails, key=lambda t: (RANK[t.kind], t.index, t.rate, -t.prefactor))


def ratio_diverges(p: DensityTail, q: DensityTail, order: float) -> bool:
    """Whether ∫ p^a q^(1 − a) is infinite towards this end, for an order a > 1.

    Examples
    --------
    >>> ratio_diverges(stretched(1.0, 1.0), stretched(1.0, 2.5), 2.0)
    True
    >>> ratio_diverges(doubly(1.0), doubly(1.001), 2.0)
    True
    """
    first, second = (RANK[p.kind], p.index), (RANK[q.kind], q.index)
    if p.kind == "power" and q.kind == "power":
        return order * p.index <= (order - 1) * q.index
    if first != second or p.kind == "log-square":
        return first < second
    if p.kind == "doubly exponential":  # whatever the order; equal rates are left to others
        return q.rate > p.rate
    if p.kind == "stretched" and order * p.rate == (order - 1) * q.rate:
        return order * p.prefactor - (order - 1) * q.prefactor >= -1
    return order * p.rate < (order - 1) * q.rate
