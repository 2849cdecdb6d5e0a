"""What the unknown tail of P adds to a KL at least and at most, given what is known of Q's.

P's tail has the mass `rest` and no token above `cap`. Least: KL is convex, so P follows Q, p = ρ q,
as far as the cap lets it. Most: at a vertex, as many tokens at the cap as fit and one with the
remainder, where Q is smallest. All values are Σ p ln(p/q) over the tail, in nats.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# log ρ is searched between ± this, to the last bits: what it is worth is flat at the minimum.
WIDEST = 700.0
HALVINGS = 64

# So much of a token more or less is the rounding of a division.
SLACK = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class ListTail:
    """What is known outside the tokens that both sides list; one row a token.

    Parameters
    ----------
    rest, cap : ndarray of shape (tokens,)
        What P gives to the tokens that it does not list, and the most that one of them has.
    free, most : ndarray of shape (tokens,)
        What Q gives to the tokens that it does not list, and the most that one of them has.
    only_p : ndarray of shape (tokens, k)
        log p of tokens that Q does not list; NaN elsewhere.
    only_q : ndarray of shape (tokens, m)
        log q of tokens that P does not list; NaN elsewhere.
    """

    rest: Array
    cap: Array
    free: Array
    most: Array
    only_p: Array
    only_q: Array


def xlogy(x: Any, log_y: Any) -> Any:
    """Return x · log_y, and 0 where x is 0."""
    with np.errstate(invalid="ignore"):
        return np.where(x > 0, x * log_y, 0.0)


def log(x: Any) -> Any:
    """Return log x, and −inf at 0, without a warning."""
    with np.errstate(divide="ignore"):
        return np.log(x)


def split(rest: Any, cap: Any) -> tuple[Any, Any]:
    """Return how many tokens at the cap fit into the mass, and what is left for one more."""
    cap = np.minimum(cap, rest)
    with np.errstate(divide="ignore", invalid="ignore"):
        full = np.where(rest > 0, np.floor(rest / cap * (1 + SLACK)), 0.0)
        left = rest - full * cap
    return full, np.where(left > SLACK * cap, left, 0.0)


def of_whole_row(rest: tuple[float, float], cap: float, log_q: Array) -> tuple[float, float]:
    """Return the least and the most of Σ p ln(p/q) − p over a tail where every log q is known.

    `rest` is what P has there at least and at most. The least is convex in it, and least where P
    equals Q as far as the cap lets it; the most is largest at an end, or a token further.
    """
    if rest[1] <= 0:
        return 0.0, 0.0
    rising = np.sort(log_q)
    equal = float(np.minimum(np.exp(rising), cap).sum())
    nearest = min(max(equal, rest[0]), rest[1])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        low = _least_of_row(nearest, cap, rising) - nearest if nearest > 0 else 0.0
        ends = [_most_of_row(r, cap, rising) - r if r > 0 else 0.0 for r in rest]
        steep = 1 + max(0.0, float(np.log(cap)) - rising[0])
    return low, max(ends) + (rest[1] - rest[0]) * steep if np.isfinite(steep) else np.inf


def _least_of_row(rest: float, cap: float, rising: Array) -> float:
    """Fill the largest q up to the cap, and share the remainder in proportion to the others."""
    falling = rising[::-1]
    sums = np.cumsum(np.exp(rising))[::-1]  # of what is left when the first m are at the cap
    capped = np.arange(len(falling))
    left = rest - capped * cap
    fits = (left / sums) * np.exp(falling) <= cap * (1 + 1e-12)
    fits |= left <= 0
    m = int(fits.argmax()) if fits.any() else len(falling)
    filled = cap * (m * np.log(cap) - falling[:m].sum()) if m else 0.0
    if m == len(falling) or left[m] <= 0:
        return float(filled)
    return float(filled + left[m] * (np.log(left[m]) - log(sums[m])))


def _most_of_row(rest: float, cap: float, rising: Array) -> float:
    """Give the cap to the tokens with the smallest q, and the remainder to the next."""
    full, left = split(rest, cap)
    m, cap = min(int(full), len(rising)), min(cap, rest)
    total = cap * (m * np.log(cap) - rising[:m].sum()) if m else 0.0
    if m < len(rising):
        total += float(xlogy(left, log(left) - rising[m]))
    return float(total)


def least(tail: ListTail, rest: Array, free: Array) -> Array:
    """Return the least, in Bregman form, where Q's tail is known by its list and its mass only.

    `rest` and `free` are what each side has outside its list, at least and at most.

    The tokens that only Q lists take p = min(cap, ρ q); those that only P lists take
    q = min(most, p/ρ); what neither lists has p/q = ρ. One ρ makes both sides sum to 1.
    """
    if np.isnan(tail.only_p).all() and np.isnan(tail.only_q).all():
        # The two masses are as near to each other as their ranges let them be.
        p = np.clip(free[0], rest[0], rest[1])
        q = np.clip(p, free[0], free[1])
        with np.errstate(invalid="ignore"):
            ratio = np.where(p == q, 0.0, log(p) - log(q))
        return np.asarray(xlogy(p, ratio) - p + q)
    middle = replace(tail, rest=(rest[0] + rest[1]) / 2, free=(free[0] + free[1]) / 2)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found, of_p, of_q = _least_of_lists(middle, np.exp(tail.only_p), np.exp(tail.only_q))
        # Convex in both masses: it falls by no more than its slopes say.
        slope_p, slope_q = np.abs(np.log(of_p)), np.abs(1 - of_q)
        fall = xlogy((rest[1] - rest[0]) / 2, slope_p) + xlogy((free[1] - free[0]) / 2, slope_q)
    return np.asarray(found - middle.rest + middle.free - fall)


def _least_of_lists(tail: ListTail, p: Array, q: Array) -> tuple[Array, Array, Array]:
    def p_left(ratio: Array) -> Array:
        return tail.rest - _sum(np.fmin(tail.cap[:, None], ratio[:, None] * q), q)

    def q_left(ratio: Array) -> Array:
        return tail.free - _sum(np.fmin(tail.most[:, None], p / ratio[:, None]), p)

    both = _root(lambda ratio: p_left(ratio) - ratio * q_left(ratio), len(tail.rest))
    meet = (p_left(both) >= -1e-9 * tail.rest) & (q_left(both) >= -1e-9 * tail.free)
    of_p = of_q = both
    if not meet.all():
        # Where the lists leave nothing over, each side is shared out by itself.
        of_p = np.where(meet, both, _root(p_left, len(tail.rest)))
        of_q = np.where(meet, both, _root(lambda ratio: -q_left(ratio), len(tail.rest)))
    given = np.fmin(tail.cap[:, None], of_p[:, None] * q)
    taken = np.fmin(tail.most[:, None], p / of_q[:, None])
    over = np.where(meet, np.maximum(p_left(of_p), 0.0), 0.0)
    result: Array = (
        _sum(xlogy(given, log(given) - tail.only_q), q)
        + _sum(xlogy(p, tail.only_p - log(taken)), p)
        + xlogy(over, np.log(of_p))
    )
    return result, of_p, of_q


def most(tail: ListTail, log_floor: Array, others: Array) -> Array:
    """Return the most where no unlisted token of Q is below a floor; inf without one.

    `others` counts the tokens that neither side lists, inf where that is not known. Where P's
    tail needs all of them, the one with the least p takes what Q has over.
    """
    full, left = split(tail.rest, tail.cap)
    cap = np.minimum(tail.cap, tail.rest)
    crowded = others <= full + (left > 0)
    spare = np.where(crowded, np.where(left > 0, left, cap), 0.0)
    low = np.where(crowded, full - (left <= 0), full) * cap + np.where(crowded, 0.0, left)
    known = np.isfinite(others)
    over = tail.free - (np.where(known, others, 1.0) - 1.0) * np.exp(log_floor)
    log_over = log(np.maximum(over, 0.0))
    value = full * xlogy(cap, log(cap)) + xlogy(left, log(left))
    value = value - xlogy(low, log_floor) - xlogy(spare, log_over)
    p = np.exp(tail.only_p)
    result: Array = value + _sum(xlogy(p, tail.only_p - log_floor[:, None]), p)
    return result


def _sum(terms: Array, where: Array) -> Array:
    total: Array = np.where(np.isnan(where), 0.0, terms).sum(axis=1)
    return total


def _root(f: Callable[[Array], Array], count: int) -> Array:
    """Return where a function of ρ, positive first and negative later, changes its sign."""
    low, high = np.full(count, -WIDEST), np.full(count, WIDEST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        positive = f(np.exp(middle)) > 0
        low, high = np.where(positive, middle, low), np.where(positive, high, middle)
    found: Array = np.exp((low + high) / 2)
    return found
