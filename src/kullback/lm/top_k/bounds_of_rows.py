"""Sharp bounds for KL(P‖Q) where only the most probable tokens of P are known."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import arrays
from kullback.arguments import MANY, whole
from kullback.errors import InputError, ShapeError
from kullback.lm.top_k import tail_bounds
from kullback.lm.top_k.bounds import Bounds
from kullback.lm.top_k.known_lists import ABOVE, SINGLE, KnownLists
from kullback.lm.top_k.tail_bounds import ListTail

Array = NDArray[np.float64]
Ids = NDArray[np.int64]

# How far the probabilities of a whole row may be from 1 when 16-bit numbers were their source.
WHOLE = 5e-2
# What is left over of a whole list in float64, a token; ln of the smallest number that there is.
ROUNDED, SMALLEST = 1e-14, -745.2


def top_k_bounds(
    p_ids: ArrayLike,
    p_logp: ArrayLike,
    q_logp: ArrayLike,
    q_tail: ArrayLike | None = None,
    vocabulary: int | None = None,
) -> Bounds:
    """Bound KL(P‖Q) from the k most probable tokens of P.

    Parameters
    ----------
    p_ids : array-like of int, shape (k,) or (tokens, k)
        The ids of the tokens that P lists; −1 where a list is shorter.
    p_logp : array-like, same shape
        Their log-probabilities, in nats. A token that is not listed has at most the least of
        them. NaN where a list is shorter.
    q_logp : array-like
        Log-probabilities under Q: of shape (…, k), at the same tokens (NaN where unknown); or of
        shape (…, vocabulary), of every token by id, which makes the upper bound finite. Where
        both shapes are the same it is read as the first.
    q_tail : array-like, optional
        What is known of Q outside the list. A number, or one a token: the log-probability that
        no other token is below (a floor), in nats; the mass of all others together, or its log,
        says what 1 − Σ q says already, and changes nothing. One more axis, (n,) or (tokens, n):
        the log-probabilities of all other tokens, in any order.
    vocabulary : int, optional
        How many tokens there are. It sharpens the upper bound where few are not listed.

    Returns
    -------
    Bounds
        `lower`, `upper`, `truncated`, `renormalised` and `coverage`, of the batch shape.

    Raises
    ------
    InputError, ShapeError
        If the shapes do not fit, an id stands twice or outside the vocabulary, the probabilities
        sum to more than 1, or what is said of P and Q cannot be true of any distributions.

    Notes
    -----
    With S the list, p_T and q_T what is left on each side and c the least of the list:
    lower = Σ_S p ln(p/q) + Σ_T p' ln(p'/q) with p' = min(c, ρ q), which is p_T ln(p_T/q_T)
    wherever c does not bind or Q's tail is unknown; upper: c on the ⌊p_T/c⌋ tokens where Q is
    smallest and the remainder on the next, where an unknown q is the floor; without a floor it
    is +inf. Both are attained: no bound from the same facts is better. Truncation may err to
    either side, and renormalisation leaves out how much the tails differ. Rounding is slack: that
    of the kind of number, and of float32 where float64 numbers are all float32's, or contradict
    themselves at more digits, as printed ones do.

    Examples
    --------
    >>> import numpy as np
    >>> p, q = np.log([0.5, 0.2, 0.1]), np.log([0.45, 0.25, 0.08, 0.1, 0.1, 0.02])
    >>> bounds = top_k_bounds([0, 1, 2], p, q)
    >>> print(bounds)
    0.011304 ≤ KL(P‖Q) ≤ 0.19131 nats (80 % of P is known)
    >>> print(top_k_bounds([0, 1, 2], p, q[:3]))
    0.011304 ≤ KL(P‖Q) ≤ ∞ nats (80 % of P is known): Q has no floor outside the list
    >>> print(top_k_bounds([0, 1, 2], p, q[:3], q_tail=np.log(0.01)))
    0.011304 ≤ KL(P‖Q) ≤ 0.49088 nats (80 % of P is known)
    """
    if vocabulary is not None:
        whole("vocabulary", vocabulary, 1, MANY)
    ids, log_p, batch = _lists(p_ids, p_logp, vocabulary)
    raw = _floats("q_logp", q_logp)
    log_q = raw.reshape(-1, raw.shape[-1])
    if raw.shape[:-1] != batch:
        raise ShapeError(f"q_logp has shape {raw.shape}; it needs the first axes {batch} of p_ids")
    fine = _width(p_logp), _width(raw)
    facts = _Given(ids, log_p, log_q, q_tail, vocabulary, batch)
    try:
        return _bounds(facts, fine)
    except InputError as contradiction:
        coarse = max(fine[0], SINGLE), max(fine[1], SINGLE)
        if coarse == fine:
            raise
        # Numbers of float32 that were printed, and read as float64.
        try:
            return _bounds(facts, coarse)
        except InputError:
            raise contradiction from None


class _Given(NamedTuple):
    """What `top_k_bounds` was given, rows flat."""

    ids: Ids
    log_p: Array
    log_q: NDArray[Any]
    q_tail: ArrayLike | None
    vocabulary: int | None
    batch: tuple[int, ...]


def _bounds(given: _Given, fine: tuple[float, float]) -> Bounds:
    ids, log_p, log_q, q_tail, vocabulary, batch = given
    cap = np.exp(np.nanmin(log_p, axis=1, initial=0.0))
    if log_q.shape[1] != log_p.shape[1]:
        _refuse_vocabulary(log_q.shape[1], vocabulary, ids)
        return reshaped(of_dense(ids, log_p, log_q, cap, fine), batch)
    log_q = np.where(np.isnan(log_p), np.nan, log_q.astype(np.float64))
    known = KnownLists(log_p, log_q, cap, fine)
    tail = None if q_tail is None else _floats("q_tail", q_tail).astype(np.float64)
    if tail is not None and tail.ndim == len(batch) + 1:
        if tail.shape[:-1] != batch:
            raise ShapeError(f"q_tail has shape {tail.shape}; it needs the first axes {batch}")
        return reshaped(of_whole_rows(known, tail.reshape(-1, tail.shape[-1])), batch)
    floor = _floor(tail, batch, log_q)
    return reshaped(of_lists(known, floor, _others(vocabulary, log_p)), batch)


def of_dense(
    ids: Ids, log_p: Array, log_q: NDArray[Any], cap: Array, fine: tuple[float, float]
) -> Bounds:
    """Return the bounds where log q is known of every id; rows are widened one by one."""
    listed = np.take_along_axis(log_q, np.maximum(ids, 0), axis=1).astype(np.float64)
    known = KnownLists(log_p, np.where(np.isnan(log_p), np.nan, listed), cap, fine)
    rows = zip(log_q, ids, ~np.isnan(log_p), strict=True)
    return of_whole_rows(
        known, (np.delete(row, at[there]).astype(np.float64) for row, at, there in rows)
    )


def of_whole_rows(known: KnownLists, others: Iterable[Array]) -> Bounds:
    """Return the bounds where every log q outside the list is known, row by row."""
    start, facts = _listed(known)
    lower, upper = start - known.slack, start + known.slack
    for row, log_q in enumerate(others):
        q_listed = np.nansum(np.exp(known.log_q[row]))
        free = float(np.exp(log_q).sum())
        if not abs(q_listed + free - 1) <= WHOLE or np.isnan(log_q).any():
            raise InputError(
                f"the probabilities of Q for token {row} sum to {q_listed + free:.6g}, not 1; "
                f"give log-probabilities of the whole vocabulary (log_softmax of logits)"
            )
        rest, cap = _within(known, row, len(log_q)), float(known.cap[row])
        low, high = tail_bounds.of_whole_row(rest, cap, log_q)
        sums = (len(log_q) + 4) * 2.0**-53 * (free + rest[1])
        lower[row] += low + free - sums
        upper[row] += high + free + sums
    reason = _reason(start, upper, "Q gives 0 to a token that P may have")
    return Bounds(np.maximum(lower, 0.0), np.maximum(upper, 0.0), *facts, reason)


def _within(known: KnownLists, row: int, others: float) -> tuple[float, float]:
    """Return what P has outside its list: no more than so many tokens at the cap can have."""
    (least, most), cap = (float(x[row]) for x in known.rest), float(known.cap[row])
    room = others * cap if cap > 0 else 0.0
    if least > room * (1 + ABOVE) and least > (0 if cap > 0 else ABOVE):
        raise _impossible(row, least, cap, others)
    return min(least, room), min(most, room)


def of_lists(
    known: KnownLists,
    floor: Array,
    others: Array,
    *,
    only_q: Array | None = None,
    most: Array | None = None,
) -> Bounds:
    """Return the bounds where Q is known by a list too, and by a floor outside of it."""
    start, facts = _listed(known)
    count = len(start)
    extra = np.full((count, 1), np.nan) if only_q is None else only_q
    _refuse_more_than_1(known, extra)
    only_p = np.where(np.isnan(known.log_q), known.log_p, np.nan)
    # What only Q lists takes of P's rest too.
    places = np.where(np.isfinite(others), others, np.inf)
    rest = np.array([_within(known, row, float(places[row])) for row in range(count)]).T
    free = np.array(known.free(extra))
    largest = np.ones(count) if most is None else most
    tails = [
        ListTail(r, known.cap, f, largest, only_p, extra)
        for r, f in ((rest[0], free[1]), (rest[1], free[0]))
    ]
    _refuse_impossible(tails[0], floor, others)
    if only_q is None and np.isnan(only_p).all():
        # More tokens than the floor leaves room for there cannot be.
        with np.errstate(divide="ignore"):
            room = np.floor((free[1] + tail_bounds.SLACK) / np.exp(floor) * (1 + 1e-9))
        full, left = tail_bounds.split(rest[1], known.cap)
        others = np.minimum(others, np.maximum(room, full + (left > 0)))
    # The Bregman form of the tail: the masses of both sides outside P's list beside it.
    outside = np.nansum(np.exp(extra), axis=1) - np.nansum(np.exp(only_p), axis=1)
    # A list that is whole but for the rounding of float64: no token of Q is below its smallest.
    whole = (rest[0] == 0) & (rest[1] < known.log_p.shape[1] * ROUNDED)
    floor = np.where(whole, np.maximum(floor, SMALLEST), floor)
    lower = start - known.slack + tail_bounds.least(tails[0], rest, free) + outside
    upper = start + known.slack + outside + _most(tails[1], floor, others, rest, free)
    reason = _reason(start, upper, "Q has no floor outside the list")
    lower = np.maximum(lower, 0.0)
    return Bounds(lower, np.maximum(upper, lower), *facts, reason)


def _most(tail: ListTail, floor: Array, others: Array, rest: Array, free: Array) -> Array:
    """Return the most of the tail in Bregman form, wherever in its ranges the truth may be."""
    ends = [
        tail_bounds.most(replace(tail, rest=r, free=f), floor, others) - r + f
        for r in rest
        for f in free
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        steep = 1 + np.maximum(0.0, np.log(tail.cap) - floor)
        between = np.where(np.isfinite(steep), (rest[1] - rest[0]) * steep, 0.0)
    result: Array = np.max(ends, axis=0) + between
    return result


def _refuse_more_than_1(known: KnownLists, extra: Array) -> None:
    total = np.nansum(np.exp(known.log_q), axis=1) + np.nansum(np.exp(extra), axis=1)
    if (total > 1 + ABOVE).any():
        row = int(total.argmax())
        raise InputError(f"the probabilities of Q for token {row} sum to {total[row]:.6g} > 1")


def reshaped(bounds: Bounds, batch: tuple[int, ...]) -> Bounds:
    """Return bounds of tokens in a row in the shape that they were asked in."""
    return Bounds(
        bounds.lower.reshape(batch),
        bounds.upper.reshape(batch),
        bounds.truncated.reshape(batch),
        bounds.renormalised.reshape(batch),
        bounds.coverage.reshape(batch),
        bounds.reason,
    )


def _listed(known: KnownLists) -> tuple[Array, tuple[Array, Array, Array]]:
    """Return Σ p ln(p/q) − p + q over the tokens known on both sides, and three plain facts."""
    both = ~np.isnan(known.log_p) & ~np.isnan(known.log_q)
    p, q = np.exp(known.log_p), np.exp(known.log_q)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        d = known.log_p - known.log_q
        bregman = np.where(p > 0, p * (d + np.expm1(-d)), q)
        coverage, q_mass = (np.where(both, x, 0.0).sum(axis=1) for x in (p, q))
        truncated = np.where(both & (p > 0), p * d, 0.0).sum(axis=1)
        inside = truncated / coverage - np.log(coverage / q_mass)
    inside = np.where(np.isposinf(truncated), np.inf, inside)
    renormalised = np.where(coverage > 0, inside, np.nan)
    return np.where(both, bregman, 0.0).sum(axis=1), (truncated, renormalised, coverage)


def _lists(
    p_ids: ArrayLike, p_logp: ArrayLike, vocabulary: int | None
) -> tuple[Ids, Array, tuple[int, ...]]:
    """Check P's list: shapes, ids, and probabilities that sum to at most 1."""
    ids, log_p = arrays.numpy_of("p_ids", p_ids), _floats("p_logp", p_logp)
    if ids.shape != log_p.shape or ids.ndim not in (1, 2) or ids.size == 0:
        raise ShapeError(
            f"p_ids has shape {ids.shape} and p_logp {log_p.shape}; give both as (k,) or "
            f"(tokens, k)"
        )
    if ids.dtype.kind not in "iu":
        raise InputError(f"p_ids holds {ids.dtype}; give whole numbers")
    batch = ids.shape[:-1]
    ids = ids.astype(np.int64).reshape(-1, ids.shape[-1])
    log_p = log_p.astype(np.float64).reshape(ids.shape)
    log_p = np.where(ids < 0, np.nan, log_p)
    ordered = np.sort(np.where(np.isnan(log_p), -1, ids), axis=1)
    twice = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)
    if twice.any():
        row = int(np.argwhere(twice)[0][0])
        raise InputError(f"p_ids of token {row} has an id twice; each token has one probability")
    if vocabulary is not None and ids.max() >= vocabulary:
        raise InputError(f"p_ids holds {ids.max()} and the vocabulary has {vocabulary} tokens")
    mass = np.nansum(np.exp(log_p), axis=1)
    if not (mass <= 1 + ABOVE).all() or (log_p > ABOVE).any():
        row = int(np.nanargmax(mass))
        raise InputError(
            f"the probabilities of P for token {row} sum to {mass[row]:.6g}, more than 1; give "
            f"log-probabilities in nats"
        )
    return ids, log_p, batch


def _floats(name: str, value: ArrayLike) -> NDArray[Any]:
    array = arrays.numpy_of(name, value)
    if array.dtype.kind not in "fiu":
        raise InputError(f"{name} holds {array.dtype.name} values; give log-probabilities")
    if name != "q_tail" and array.ndim == 0:
        raise ShapeError(f"{name} is the single number {array}; give one per token of the list")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _width(value: Any) -> float:
    """Return the rounding of numbers: that of their kind, or of float32 where all come from it."""
    numbers = _floats("p_logp", value)
    kind = numbers.dtype
    if kind.itemsize > 4 and _are(numbers, np.float32) and not _are(numbers, np.float16):
        return SINGLE
    return max(float(np.finfo(kind).eps), 2.0**-52)


def _are(numbers: NDArray[Any], kind: type[np.floating[Any]]) -> bool:
    with np.errstate(over="ignore"):
        return np.array_equal(numbers, numbers.astype(kind), equal_nan=True)


def _floor(tail: Array | None, batch: tuple[int, ...], log_q: Array) -> Array:
    """Return log of the least q outside the list, for each token; −inf where nothing is known."""
    nothing = np.full(len(log_q), -np.inf)
    if tail is None:
        return nothing
    if tail.shape not in ((), batch):
        raise ShapeError(
            f"q_tail has shape {tail.shape}; give one number, one a token {batch}, or the "
            f"log-probabilities of all other tokens in one more axis"
        )
    left = 1.0 - np.nansum(np.exp(log_q), axis=1).reshape(batch)
    if any(np.allclose(mass, left, rtol=ABOVE, atol=0.0) for mass in (np.exp(tail), tail)):
        return nothing  # the mass of all others, which the list says already
    if np.isnan(tail).any() or (tail > 0).any():
        raise InputError(
            f"q_tail is {tail.max()}; a floor is a log-probability, at most 0, in nats (and the "
            f"mass of all other tokens is 1 less the sum of q_logp)"
        )
    return np.broadcast_to(tail, batch).reshape(-1).astype(np.float64)


def _others(vocabulary: int | None, log_p: Array) -> Array:
    """Return how many tokens are not listed; inf where that is not known."""
    listed = (~np.isnan(log_p)).sum(axis=1)
    return np.full(len(log_p), np.inf) if vocabulary is None else np.float64(vocabulary) - listed


def _refuse_vocabulary(found: int, vocabulary: int | None, ids: Ids) -> None:
    if vocabulary not in (None, found) or ids.max() >= found:
        raise ShapeError(
            f"q_logp has {found} columns; give as many as p_ids has, or one for each token of the "
            f"vocabulary ({vocabulary or f'at least {ids.max() + 1}'})"
        )


def _refuse_impossible(tail: ListTail, floor: Array, others: Array) -> None:
    """Raise where no P or no Q can be as it is said to be."""
    full, left = tail_bounds.split(tail.rest, tail.cap)
    needed = full + (left > ABOVE * tail.cap)
    none = (needed > others) | np.isinf(needed)
    if none.any():
        row = int(none.argmax())
        raise _impossible(row, tail.rest[row], tail.cap[row], others[row])
    elsewhere = (~np.isnan(tail.only_q)).sum(axis=1)
    tokens = np.where(np.isfinite(others), others, np.maximum(needed - elsewhere, 0.0))
    tokens = tokens + (~np.isnan(tail.only_p)).sum(axis=1)
    short = tokens * np.exp(floor) > tail.free * (1 + ABOVE)
    if short.any():
        row = int(short.argmax())
        raise InputError(
            f"the floor says that each of at least {int(tokens[row])} other tokens has a "
            f"probability of {np.exp(floor[row]):.6g} under Q for token {row}, and Q has "
            f"{tail.free[row]:.6g} left; give the log of the least probability, not of their sum"
        )


def _impossible(row: int, rest: float, cap: float, others: float) -> InputError:
    return InputError(
        f"P has {rest:.6g} left for token {row}, and its {others:g} other tokens have at most "
        f"{cap:.6g} each, the least that is listed; is the list one of the most probable tokens?"
    )


def _reason(listed: Array, upper: Array, otherwise: str) -> str:
    """Say why an upper bound is infinite, where one is."""
    infinite = np.flatnonzero(np.isinf(upper))
    if not infinite.size:
        return ""
    if np.isinf(listed).any():
        infinite = np.flatnonzero(np.isinf(listed))
        otherwise = "Q gives 0 to a token that P lists"
    if len(upper) == 1:
        return otherwise
    return f"{otherwise} ({infinite.size} of {len(upper)} tokens, the first is {infinite[0]})"
