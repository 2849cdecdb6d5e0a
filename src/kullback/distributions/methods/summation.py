"""Sums over the atoms of two laws, outwards from the middle of P, with a bound for the tail."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kullback.distributions.methods import tail_sum as heavy_tail
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value
from kullback.errors import MethodError

FIRST_BLOCK = 256
MOST_POINTS = 1 << 23

# (ln p, ln q, size of the rounding of their difference, that difference or None).
Evaluated = tuple[Array, Array, Array, Array | None]
Rows = Callable[..., Array]


@dataclass(frozen=True, slots=True)
class _Pair:
    """What is summed: the rows of two laws."""

    p: Distribution
    q: Distribution
    rows: Rows


def sums(p: Distribution, q: Distribution, rows: Rows) -> tuple[Array, Array]:
    """Sums of the rows over the atoms of both, and bounds of what was left out.

    Examples
    --------
    >>> from kullback.distributions.families import Poisson
    >>> masses = lambda lp, lq, size, d: np.exp(lp)[None] * np.ones((2, 1))
    >>> float(sums(Poisson(3), Poisson(4), masses)[0][0].round(12))
    1.0
    """
    earlier: list[Support] = []
    total: tuple[Array, Array] | None = None
    for piece in _joined([*p.support.lattices(), *q.support.lattices()]):
        part = _over_piece(_Pair(p, q, rows), _once(rows, earlier), piece)
        total = part if total is None else (total[0] + part[0], total[1] + part[1])
        earlier.append(piece)
    assert total is not None
    return total


def _joined(pieces: list[Support]) -> list[Support]:
    """The pieces, lattices of one step and offset as one."""
    found: dict[Any, Support] = {}
    for piece in pieces:
        single = bool(piece.points) or piece.space == "atom"
        key = piece if single else (piece.step, piece.offset % piece.step)
        other = found.get(key, piece)
        ends = min(float(piece.low), float(other.low)), max(float(piece.high), float(other.high))
        found[key] = piece if single else replace(other, low=ends[0], high=ends[1])
    # Lattices first: a point that two pieces share belongs to the first.
    return sorted(found.values(), key=lambda s: bool(s.points) or s.space == "atom")


def _once(rows: Rows, earlier: Sequence[Support]) -> Callable[[Array, Evaluated], Array]:
    """The rows at points that no earlier piece has counted."""

    def at(x: Array, evaluated: Evaluated) -> Array:
        with np.errstate(all="ignore"):
            terms = rows(*evaluated)
        terms = np.where(np.isnan(terms), 0.0, terms)
        if not earlier:
            return terms
        counted = np.logical_or.reduce([piece.contains(x) for piece in earlier])
        return np.where(counted, 0.0, terms)

    return at


def _evaluated(p: Distribution, q: Distribution, x: Array) -> Evaluated:
    """(ln p, ln q, the size of the rounding of their difference, that difference or None)."""
    lp, lq = p.log_density(x), q.log_density(x)
    known = p._log_ratio(q, x) if type(p) is type(q) else None
    if known is not None:
        return lp, lq, 4 * known[1], known[0]
    return lp, lq, np.abs(lp) + np.abs(lq) + 2, None


def _over_piece(
    pair: _Pair, terms: Callable[[Array, Evaluated], Array], piece: Support
) -> tuple[Array, Array]:
    def at(x: Array) -> Array:
        return terms(x, _evaluated(pair.p, pair.q, x))

    if piece.points or piece.space == "atom":
        values = at(piece.between(-np.inf, np.inf, 0)).sum(axis=1)
        return values, np.zeros(len(values))
    ends = [np.rint((float(end) - piece.offset) / piece.step) for end in (piece.low, piece.high)]
    middle = np.rint((_start(pair.p) - piece.offset) / piece.step)
    start = float(np.clip(middle, *ends))
    reach = _reach(pair.p, pair.q, _start(pair.p)) / float(piece.step)

    def by_index(k: Array) -> Array:
        return at(piece.offset + piece.step * k if piece.step != 1 or piece.offset else k)

    right = _outwards(pair, by_index, _blocks(start, float(ends[1]), 1.0, reach), float(ends[1]))
    left = _outwards(pair, by_index, _blocks(start - 1, float(ends[0]), -1.0, reach), 0.0)
    return right[0] + left[0], right[1] + left[1]


def _start(p: Distribution) -> float:
    center = getattr(p, "_center", None)
    return float(center()) if center is not None else 0.0


def _reach(p: Distribution, q: Distribution, start: float) -> float:
    """How far to go before small terms may end the sum: twelve deviations of both."""
    reach = float(FIRST_BLOCK)
    for law in (p, q):
        deviation, mean = law.deviation(), law.expectation()
        if deviation is not None and mean is not None and np.isfinite(deviation):
            reach = max(reach, min(abs(float(mean) - start) + 12 * float(deviation), 1e6))
    if p.deviation() is not None and float(p.deviation() or 0) > MOST_POINTS / 16:
        raise MethodError(
            f"{p!r} spreads over more than {MOST_POINTS:,} integers, too many to sum one by one; "
            f'use method="Monte Carlo"'
        )
    return reach


def _blocks(start: float, end: float, step: float, reach: float) -> Iterator[tuple[Value, bool]]:
    """Growing blocks of integers towards `end`, and whether the reach is behind them."""
    at, size = start, FIRST_BLOCK
    while (end - at) * step >= 0 and abs(at - start) < MOST_POINTS:
        count = int(min(size, (end - at) * step + 1))
        k = at + step * np.arange(count)
        at += step * count
        yield k, abs(at - start) >= reach
        size = min(2 * size, 1 << 16)


def _outwards(
    pair: _Pair,
    at: Callable[[Array], Array],
    blocks: Iterator[tuple[Value, bool]],
    end: float,
) -> tuple[Array, Array]:
    total: Array | float = 0.0
    tail: Array | float = 0.0
    for k, beyond in blocks:
        terms = at(k)
        total = total + np.array([_sum(row) for row in terms])
        if np.isposinf(total[0]):
            return total, 0.0 * terms[:, 0]
        full = len(k) >= FIRST_BLOCK
        tail = _tail_bound(np.abs(terms[:, -2:]), abs(float(k[-1])))
        if beyond and (tail <= 1e-18 * np.abs(total)).any() and tail[-1] <= 1e-13:
            return total, tail
        if beyond and np.isinf(end) and k[-1] >= heavy_tail.FROM:
            rest = heavy_tail.power_tail(pair.p, pair.q, pair.rows, float(k[-1]) + 1)
            if rest is not None:
                return total + rest[0], rest[1]
        stopped = full and abs(float(k[-1])) >= MOST_POINTS / 2
        tail = tail if stopped else np.zeros(len(terms))
    if isinstance(total, float):  # there was no point at all
        total = np.zeros(len(at(np.zeros(1))))
    return total, total * 0.0 + tail


def _sum(row: Array) -> float:
    return float(np.sum(np.sort(np.abs(row)) if (row >= 0).all() else row))


def _tail_bound(last: Array, k: float) -> Array:
    """Geometric where the last ratio is below 1 − 2/k, else as a power of k."""
    if last.shape[1] < 2:
        return last[:, -1]
    with np.errstate(all="ignore"):
        ratio = np.where(last[:, 1] > 0, last[:, 1] / last[:, 0], 0.0)
        ratio = np.where(np.isfinite(ratio), ratio, 1.0)
        geometric = last[:, 1] * ratio / (1 - ratio)
        exponent = k * (1 - ratio)
        power = np.where(exponent > 1.02, last[:, 1] * k / (exponent - 1), np.inf)
    bound = np.where(ratio < 1 - 4 / max(k, 8.0), geometric, power)
    return np.where(last[:, 1] == 0, 0.0, bound)
