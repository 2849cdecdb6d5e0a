"""What clamped tokens may add to a divergence, at least and at most.

A file that clamps says of its unlikeliest tokens only that each has at most the cap c, and, by
what the others leave over, about how much they have together. Where the other side knows those
tokens, its own numbers are used. Nothing is guessed: between both ends everything is possible.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.lm.files.rows import SideRows
from kullback.lm.tokens.clamped_least import Clamped, LeastPlace, Range, least_places
from kullback.lm.tokens.rounding import HEAD

Array = NDArray[np.float64]
LN2 = math.log(2.0)

# So much of a token more or less is the rounding of a sum.
ROUNDING = 1e-9


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
    return [ends(*_both(p, q, kept, int(row))) for row in rows]


def _both(p: SideRows, q: SideRows, kept: Array, row: int) -> tuple[Clamped, Clamped, int]:
    """Return what either side alone has clamped, and how many tokens both have."""
    low = [_low(side, row) for side in (p, q)]
    found = []
    for here, side, other, mass in ((0, p, q, kept[row, 0]), (1, q, p, kept[row, 1])):
        scale, minimum, _ = other.affine[row]
        alone = np.flatnonzero(low[here] & ~low[1 - here])
        log_others = scale * other.values[row, alone].astype(np.float64) + minimum
        cap = float(side.affine[row, 1]) if low[here].any() else 0.0
        found.append(Clamped.of(log_others, cap, _mass(side, row, float(mass), low[here])))
    return found[0], found[1], int((low[0] & low[1]).sum())


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


def ends(p: Clamped, q: Clamped, both: int) -> TailEnds:
    """Return what clamped tokens add, at least and at most.

    Parameters
    ----------
    p, q : Clamped
        The tokens that only P has clamped, and those that only Q has.
    both : int
        How many tokens both have clamped.
    """
    counted = _at(p, q, LeastPlace(0.0, 0.0, (0.0, 0.0)))
    there = [_at(p, q, place) for place in least_places(p, q, both) if any(place[:2])]
    least = np.maximum(counted, np.min(there, axis=0)) if there else counted
    of_p, of_q = _at_vertex(p, both), _at_vertex(q, both)
    forward, backward = _most_kl(p, q, both, of_p[0]), _most_kl(q, p, both, of_q[0])
    most = np.array([forward, backward, *(of_p[1:] + of_q[1:])])
    return TailEnds(counted, least, np.maximum(most, least))


def _at(p: Clamped, q: Clamped, place: LeastPlace) -> Array:
    """Return what the divergences are at one place."""
    with np.errstate(divide="ignore"):
        x, y = np.log(place.both)
    (own_p, there_q), (own_q, there_p) = p.at(place.log_p), q.at(place.log_q)
    log_p, log_q = np.concatenate([own_p, there_p, [x]]), np.concatenate([there_q, own_q, [y]])
    return np.array([each.sum() for each in terms(log_p, log_q)])


def _most_kl(p: Clamped, q: Clamped, both: int, gained: float) -> float:
    """Return the most of KL(P‖Q): ∞ where P may have mass and Q, being clamped, may have none."""
    possible = q.sums[-1] > 0 or (both > 0 and p.mass.high > 0)
    return math.inf if possible else gained + q.mass.high


def _at_vertex(p: Clamped, both: int) -> Array:
    """Return the most of KL, JS and TV where P has clamped.

    Each is convex in p, so most at a vertex: as many tokens at the cap as P has mass for, and
    the others at 0; and more the smaller q is there, which where Q has clamped too may be 0.
    """
    total = float(p.sums[-1])
    none = np.array([1.0, LN2 / 2, 0.5]) * total
    cap = math.exp(p.log_cap)
    fewest, most = (x / cap for x in p.mass)
    wanted = math.ceil(most - ROUNDING)
    apart = min(both, wanted)
    count = min(len(p.log_others), wanted - apart)
    nothing = cap * apart * np.array([0.0, LN2 / 2, 0.5])
    if not count:
        return np.asarray(none + nothing)
    smallest = p.log_others[:count]
    small = np.exp(smallest)
    forward, _, js, tv = terms(np.full(count, p.log_cap), smallest)
    gains = np.array([forward - small, js - LN2 / 2 * small, tv - small / 2])
    least = min(count, math.floor(fewest + ROUNDING) - apart)
    many = np.clip((gains > 0).sum(axis=1), max(0, least), count)
    here = np.arange(count) < many[:, None]
    result: Array = none + nothing + np.where(here, gains, 0.0).sum(axis=1)
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
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        d = np.where(log_p == log_q, 0.0, log_p - log_q)
        forward = np.where(p > 0, p * d - p + q, q)
        backward = np.where(q > 0, -q * d - q + p, p)
        of_p = np.where(p > 0, p * (LN2 - np.log1p(np.exp(-d))), 0.0)
        of_q = np.where(q > 0, q * (LN2 - np.log1p(np.exp(d))), 0.0)
    return forward, backward, (of_p + of_q) / 2, np.abs(p - q) / 2
