"""The least that clamped tokens may add to any divergence, with what each side has left over.

P has clamped some tokens alone (A), Q some others (B), and both the rest (C), where only their
number is known. Every f-divergence is least at the same place: no ratio p/q is further from 1
than its side's left-over mass asks for. In A, p = min(cap, r·q); in B, q = min(cap, p/r); in C,
where it is needed, p = r·q.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Halvings of a logarithm of a ratio: to its last bit.
HALVINGS = 80
# The logarithms of ratios between which the caps of 32-bit files and all masses lie.
FARTHEST = 250.0


class Range(NamedTuple):
    """Between which values a mass lies."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Clamped:
    """The tokens that one side alone has clamped, and what it has clamped together.

    Parameters
    ----------
    log_others : ndarray of shape (tokens,)
        ln of what the other side has there, ascending.
    sums : ndarray of shape (tokens + 1,)
        The running sum of its masses, from 0.
    log_cap : float
        ln of the most that a clamped token has.
    mass : Range
        What all tokens that this side has clamped have together, those of both sides with them.
    """

    log_others: Array
    sums: Array
    log_cap: float
    mass: Range

    @classmethod
    def of(cls, log_others: Array, log_cap: float, mass: Range) -> "Clamped":
        """Return them for masses of the other side in any order."""
        ordered = np.sort(log_others)
        return cls(ordered, np.concatenate([[0.0], np.cumsum(np.exp(ordered))]), log_cap, mass)

    def at(self, log_ratio: float) -> tuple[Array, Array]:
        """Return ln of min(cap, ratio·other) and of other: tokens at the cap, and one of the rest.

        Where all ratios are one, many tokens are as far apart as one with all of their mass.
        """
        free, rest = self._free(log_ratio), math.inf
        if self.sums[free] > 0:
            rest = -math.log(self.sums[free])
        capped = self.log_others[free:]
        own = np.concatenate([np.full(len(capped), self.log_cap), [log_ratio - rest]])
        return own, np.concatenate([capped, [-rest]])

    def taken(self, log_ratio: float) -> float:
        """Return Σ min(cap, ratio·other)."""
        free = self._free(log_ratio)
        capped = self._cap * (len(self.log_others) - free)
        return float(math.exp(log_ratio) * self.sums[free] + capped)

    def _free(self, log_ratio: float) -> int:
        """Return how many tokens are below the cap."""
        return int(np.searchsorted(self.log_others, self.log_cap - log_ratio, side="right"))

    def alone(self) -> float:
        """Return ln of the ratio next to 1 at which these tokens alone have a possible mass."""
        most = self.taken(0.0)
        if most > self.mass.high:
            return _root(lambda t: self.taken(t) - self.mass.high, -FARTHEST, 0.0)
        if most < self.mass.low:
            return _root(lambda t: self.taken(t) - self.mass.low, 0.0, FARTHEST)
        return 0.0

    @property
    def _cap(self) -> float:
        return math.exp(self.log_cap)

    def room(self, tokens: int) -> float:
        """Return the most that so many tokens have together."""
        return tokens * self._cap


class LeastPlace(NamedTuple):
    """Where every divergence is least, in logarithms."""

    log_p: float
    """ln p/q at the tokens that P alone has clamped, unless their cap is below."""
    log_q: float
    """ln q/p at those that Q alone has."""
    both: tuple[float, float]
    """What P and Q have at the tokens of both together."""


def least_places(p: Clamped, q: Clamped, both: int) -> list[LeastPlace]:
    """Return the place or two of which one is where all divergences are least.

    Parameters
    ----------
    p, q : Clamped
        The tokens that only P has clamped, and those that only Q has.
    both : int
        How many tokens both have clamped.

    Examples
    --------
    >>> p = Clamped.of(np.log([0.1, 0.2]), 0.0, Range(0.15, 0.15))
    >>> [place] = least_places(p, Clamped.of(np.array([]), 0.0, Range(0.0, 0.0)), 0)
    >>> round(math.exp(place.log_p), 6)
    0.5
    """
    log_p, log_q = p.alone(), q.alone()
    if not both or log_p <= -log_q:
        return [LeastPlace(log_p, log_q, (0.0, 0.0))]
    t = _together(p, q, (-log_q, log_p), both)
    if t < 0:
        y = max(0.0, q.mass.low - q.taken(-t))
        x = math.exp(t) * y
    else:
        x = max(0.0, p.mass.low - p.taken(t)) if t > 0 else 0.0
        y = math.exp(-t) * x
    full = [_full(p, q, both)] if x > p.room(both) else []
    if y > q.room(both):
        log_q, log_p, (y, x) = _full(q, p, both)
        full.append(LeastPlace(log_p, log_q, (x, y)))
    return full or [LeastPlace(t, -t, (x, y))]


def _full(p: Clamped, q: Clamped, both: int) -> LeastPlace:
    """Return where all is least if P is at its cap in all tokens of both: they are known then."""
    x, low, high = p.room(both), *p.mass
    log_p = replace(p, mass=Range(max(0.0, low - x), max(0.0, high - x))).alone()
    known = np.concatenate([q.log_others, np.full(both, p.log_cap)])
    log_q = Clamped.of(known, q.log_cap, q.mass).alone()
    return LeastPlace(log_p, log_q, (x, both * math.exp(min(q.log_cap, log_q + p.log_cap))))


def _together(p: Clamped, q: Clamped, ends: tuple[float, float], both: int) -> float:
    """Return ln of the one ratio p/q of A, B and C, where C has to take what A or B cannot."""
    low, high = ends
    if low <= 0.0 <= high:
        x = Range(p.mass.low - p.taken(0.0), p.mass.high - p.taken(0.0))
        y = Range(q.mass.low - q.taken(0.0), q.mass.high - q.taken(0.0))
        room = min(p.room(both), q.room(both))
        if max(x.low, y.low, 0.0) <= min(x.high, y.high, room):
            return 0.0
        low, high = (low, 0.0) if x.high < y.low else (0.0, high)
    of_p, of_q = (p.mass.high, q.mass.low) if high <= 0.0 else (p.mass.low, q.mass.high)

    def over(t: float) -> float:
        return p.taken(t) - of_p + math.exp(t) * (of_q - q.taken(-t))

    return _root(over, low, high)


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    """Return where a rising function is 0, by halving."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return high
