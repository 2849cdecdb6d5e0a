"""What clamped tokens may add to a divergence, at least and at most.

A file that clamps says of its unlikeliest tokens only that each has at most the cap c, and, by
what the others leave over, about how much they have together. Where the other side knows those
tokens, its own numbers are used. Nothing is guessed: between both ends everything is possible.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.lm.files.rows import SideRows

Array = NDArray[np.float64]
LN2 = math.log(2.0)

# What float32 makes of a row's minimum and log-sum, beside the rounding of its codes.
HEAD = 4e-6
# So much of a token more or less is the rounding of a sum.
ROUNDING = 1e-9


class Range(NamedTuple):
    """Between which values a mass lies."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class ClampedRow:
    """One side of one row, at the tokens that either side has clamped.

    Parameters
    ----------
    log_p : ndarray of shape (tokens,)
        ln p; of a clamped one the cap.
    clamped : ndarray of bool, shape (tokens,)
        Which this side has clamped.
    mass : Range
        What its clamped tokens have together.
    """

    log_p: Array
    clamped: NDArray[np.bool_]
    mass: Range


class TailEnds(NamedTuple):
    """KL, reverse KL, JS and TV of the tail, in this order."""

    counted: Array
    """What the kernel has counted: each clamped token by itself, at its least."""
    least: Array
    most: Array


def tail_ends(p: SideRows, q: SideRows, kept: Array, rows: NDArray[np.intp]) -> list[TailEnds]:
    """Return what the clamped tokens of some rows add, at least and at most.

    Parameters
    ----------
    p, q : SideRows
        Both sides.
    kept : ndarray of shape (all rows, 2)
        The mass of the tokens that each side has not clamped.
    rows : ndarray of int
        Which rows.

    Returns
    -------
    list of TailEnds
        One a row.
    """
    return [_ends(*_both(p, q, kept, int(row))) for row in rows]


def _both(p: SideRows, q: SideRows, kept: Array, row: int) -> tuple[ClampedRow, ClampedRow]:
    low = [_low(side, row) for side in (p, q)]
    at = np.flatnonzero(low[0] | low[1])
    found = []
    for side, clamped, mass in zip((p, q), low, kept[row], strict=True):
        scale, minimum, _ = side.affine[row]
        log_p = scale * side.values[row, at].astype(np.float64) + minimum
        found.append(ClampedRow(log_p, clamped[at], _mass(side, row, float(mass), clamped)))
    return found[0], found[1]


def _low(side: SideRows, row: int) -> NDArray[np.bool_]:
    codes = side.values[row]
    if codes.dtype != np.uint16 or side.affine[row, 2] != 1:
        return np.zeros(codes.shape, dtype=bool)
    return np.asarray(codes == 0)


def _mass(side: SideRows, row: int, kept: float, clamped: NDArray[np.bool_]) -> Range:
    """Return what the clamped tokens have: what is left over, as far as rounding lets it know."""
    count = int(clamped.sum())
    if not count:
        return Range(0.0, 0.0)
    scale, minimum, _ = side.affine[row]
    # The likeliest token is stored exactly, every other one within half a step.
    top = math.exp(scale * 65535 + minimum)
    slack = max(0.0, kept - top) * scale / 2 + HEAD
    most = count * math.exp(minimum)
    return Range(min(most, max(0.0, 1 - kept - slack)), min(most, max(0.0, 1 - kept + slack)))


def _ends(p: ClampedRow, q: ClampedRow) -> TailEnds:
    counted = _each_at_least(p, q)
    known_p, known_q = _known(p, q), _known(q, p)
    together = [
        Range(known + side.mass.low, known + side.mass.high)
        for side, known in ((p, known_p), (q, known_q))
    ]
    least = np.maximum(counted, _as_one(*together))
    forward, backward = _most(p, q), _most(q, p)
    most = np.array([forward[0], backward[0], *np.minimum(forward[1:], backward[1:])])
    return TailEnds(counted, least, np.maximum(most, least))


def _known(side: ClampedRow, other: ClampedRow) -> float:
    """Return the mass of a side at the tokens that only the other one has clamped."""
    return float(np.exp(side.log_p[~side.clamped & other.clamped]).sum())


def _each_at_least(p: ClampedRow, q: ClampedRow) -> Array:
    """Return the least of each token by itself, added up: equal wherever the caps allow it."""
    free = (p.clamped & (q.log_p <= p.log_p)) | (q.clamped & (p.log_p <= q.log_p))
    return np.array([x.sum() for x in terms(p.log_p[~free], q.log_p[~free])])


def _as_one(p: Range, q: Range) -> Array:
    """Return the least of all clamped tokens taken for one: merging never makes more."""
    if p.high < q.low:
        x, y = p.high, q.low
    elif q.high < p.low:
        x, y = p.low, q.high
    else:
        return np.zeros(4)
    with np.errstate(divide="ignore"):
        return np.concatenate(terms(np.log([x]), np.log([y])))


def _most(p: ClampedRow, q: ClampedRow) -> Array:
    """Return the most of KL(P‖Q), JS and TV; sharp where only P has clamped.

    Each is convex in p, so most at a vertex: as many tokens at the cap as P has mass for, and
    the others at 0; and more the smaller q is there.
    """
    apart = _known(p, q) + p.mass.high, _known(q, p) + q.mass.high
    if q.clamped.any():
        infinite = apart[0] > 0 and bool(_takes_from_clamped(p, q))
        forward = math.inf if infinite else _at_vertex(p, q)[0] + q.mass.high
        return np.array([forward, LN2 * sum(apart) / 2, sum(apart) / 2])
    return _at_vertex(p, q)


def _takes_from_clamped(p: ClampedRow, q: ClampedRow) -> bool:
    """Whether P may have mass where Q, being clamped, may have none."""
    return _known(p, q) > 0 or (p.mass.high > 0 and bool((p.clamped & q.clamped).any()))


def _at_vertex(p: ClampedRow, q: ClampedRow) -> Array:
    only = p.clamped & ~q.clamped
    log_q = q.log_p[only]
    total = float(np.exp(log_q).sum())
    none = np.array([1.0, LN2 / 2, 0.5]) * total
    if not len(log_q):
        return none
    log_cap = float(p.log_p[only][0])
    fewest, most = (x * math.exp(-log_cap) for x in p.mass)
    count = min(len(log_q), math.ceil(most - ROUNDING))
    if not count:
        return none
    smallest = np.sort(np.partition(log_q, count - 1)[:count])
    small = np.exp(smallest)
    forward, _, js, tv = terms(np.full(count, log_cap), smallest)
    gains = np.array([forward - small, js - LN2 / 2 * small, tv - small / 2])
    wanted = np.clip((gains > 0).sum(axis=1), min(count, math.floor(fewest + ROUNDING)), count)
    here = np.arange(count) < wanted[:, None]
    result: Array = none + np.where(here, gains, 0.0).sum(axis=1)
    return result


def terms(log_p: Array, log_q: Array) -> tuple[Array, Array, Array, Array]:
    """Return p ln(p/q) − p + q, the same with both exchanged, and the parts of JS and of TV.

    Examples
    --------
    >>> forward, _, _, tv = terms(np.log([0.5]), np.log([0.25]))
    >>> round(float(forward[0]), 4), float(tv[0])
    (0.0966, 0.125)
    """
    p, q = np.exp(log_p), np.exp(log_q)
    with np.errstate(divide="ignore", invalid="ignore"):
        d = np.where(log_p == log_q, 0.0, log_p - log_q)
        forward = np.where(p > 0, p * d - p + q, q)
        backward = np.where(q > 0, -q * d - q + p, p)
        of_p = np.where(p > 0, p * (LN2 - np.log1p(np.exp(-d))), 0.0)
        of_q = np.where(q > 0, q * (LN2 - np.log1p(np.exp(d))), 0.0)
    return forward, backward, (of_p + of_q) / 2, np.abs(p - q) / 2
