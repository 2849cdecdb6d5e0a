"""Sums over the atoms of two laws, outwards from the middle of P, with a bound for the tail."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kullback.distributions.methods import tail_sum as heavy_tail
from kullback.distributions.methods.integrands import Rounding, rounding_of
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array
from kullback.distributions.special.block_sum import block_sum
from kullback.errors import MethodError

FIRST_BLOCK = 256
# So many points are added one by one.
FEW = 1 << 11
# Laws that do not say where they are are followed so far.
MOST_POINTS = 1 << 23
# Beyond this doubles do not hold every integer.
MOST_INTEGERS = 2.0**53
# In deviations from a mean, and in blocks from an end.
SPREADS = np.array([-40.0, -20, -12, -8, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 8, 12, 20, 40])
GROWTH = 8.0 ** np.arange(12)
BOTH_SIDES = np.concatenate([-GROWTH, GROWTH])

# (ln p, ln q, size of the rounding of their difference, that difference or None).
Evaluated = tuple[Array, Array, Rounding, Array | None]
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
    """(ln p, ln q, their rounding, their difference where it is known better, or None)."""
    lp, lq = p.log_density(x), q.log_density(x)
    known = p._log_ratio(q, x) if type(p) is type(q) else None
    rounding = rounding_of(
        np.maximum(np.abs(lp), p._log_parts(x)), np.maximum(np.abs(lq), q._log_parts(x))
    )
    if known is not None:
        return lp, lq, rounding._replace(ratio=4 * known[1]), known[0]
    return lp, lq, rounding, None


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
    if ends[1] - ends[0] < FEW:
        run: Any = np.arange(ends[0], ends[1] + 1)
        values = at(piece.offset + piece.step * run).sum(axis=1)
        return values, np.zeros(len(values))
    found = _edges(pair, start)
    edges = None
    if found is not None:
        edges = _Edges(*(np.unique(np.rint((x - piece.offset) / piece.step)) for x in found))

    def by_index(k: Array) -> Array:
        return at(piece.offset + piece.step * k if piece.step != 1 or piece.offset else k)

    right = _outwards(pair, by_index, _Way(start, float(ends[1]), 1.0), edges)
    left = _outwards(pair, by_index, _Way(start - 1, float(ends[0]), -1.0), edges)
    return right[0] + left[0], right[1] + left[1]


def _start(p: Distribution) -> float:
    center = getattr(p, "_center", None)
    return float(center()) if center is not None else 0.0


@dataclass(frozen=True, slots=True)
class _Edges:
    """Where blocks begin: around the means of both laws, all of which are passed, and at ends."""

    around: Array
    all: Array


def _edges(pair: _Pair, start: float) -> tuple[Array, Array] | None:
    """Where blocks begin for laws that know where they are: around their means, and also at ends.

    None for other laws, whose terms are added one by one.
    """
    found: list[float] = [start]
    ends_of_blocks: list[Array] = []
    for law in (pair.p, pair.q):
        if not hasattr(law, "__dataclass_fields__"):  # the measure itself, or nothing
            continue
        deviation, mean = law.deviation(), law.expectation()
        simple = set(law.parameters) == set(law._CHECKS) and not law._EVENT
        if not simple or deviation is None or mean is None:
            return None
        around = float(mean) + float(deviation) * SPREADS
        if not np.isfinite(around).all():
            return None
        if not (np.abs(around) < MOST_INTEGERS).all():
            raise MethodError(
                f"{law!r} spreads over more than {MOST_INTEGERS:g} integers, which doubles do not "
                f"tell apart; take it for a density, as in Normal(mean, deviation)"
            )
        found.extend(around.tolist())
        support = law.support
        ends = [float(end) for end in (support.low, support.high) if np.isfinite(end)]
        ends_of_blocks.extend(end + FIRST_BLOCK * BOTH_SIDES for end in ends)
    means = np.array(found)
    return means, np.concatenate([means, *ends_of_blocks])


@dataclass(frozen=True, slots=True)
class _Way:
    """From a start towards an end, both counted."""

    start: float
    end: float
    step: float

    def blocks(self, edges: _Edges | None) -> Iterator[tuple[float, float]]:
        """(first, count) of growing blocks; with edges they also begin anew at each.

        Short ones are taken together.
        """
        at, size = self.start, float(FIRST_BLOCK)
        ahead = np.array([]) if edges is None else edges.all[(edges.all - at) * self.step > 0]
        ahead = ahead if self.step > 0 else ahead[::-1]
        most = MOST_POINTS if edges is None else MOST_INTEGERS
        while (self.end - at) * self.step >= 0 and abs(at - self.start) < most:
            count = min(size, (self.end - at) * self.step + 1)
            steps = (ahead - at) * self.step
            ahead, steps = ahead[steps > 0], steps[steps > 0]
            if len(steps):
                short = int(np.searchsorted(steps, FIRST_BLOCK, side="right"))
                count = min(count, float(steps[max(short - 1, 0)]))
            yield at, count
            at += self.step * count
            size = 2 * size if edges is not None else min(2 * size, 1 << 16)

    def reached(self, at: float, edges: _Edges | None) -> bool:
        """Whether all of both laws' surroundings, or the first blocks, are behind."""
        if edges is None:
            return abs(at - self.start) > FIRST_BLOCK
        return not ((edges.around - at) * self.step > 0).any()


def _outwards(
    pair: _Pair, at: Callable[[Array], Array], way: _Way, edges: _Edges | None
) -> tuple[Array, Array]:
    """The sum on one side, and the error of what its blocks and its tail leave out."""
    total = lost = np.zeros(1)
    tail = total + np.inf
    for first, count in way.blocks(edges):
        last = first + way.step * (count - 1)
        found, off, near = _block(at, (first, count, way.step), edges, total)
        total, lost = total + found, lost + off
        if np.isposinf(total[0]):
            return total, np.zeros(len(total))
        if last == way.end or not way.reached(last + way.step, edges):
            continue
        tail = _tail_bound(np.abs(near), abs(last)) if count > 1 else tail
        if (tail <= 1e-18 * np.abs(total)).any() and tail[-1] <= 1e-13:
            return total, lost + tail
        if np.isinf(way.end) and last >= heavy_tail.FROM:
            rest = heavy_tail.power_tail(pair.p, pair.q, pair.rows, float(last) + 1)
            if rest is not None:
                return total + rest[0], lost + rest[1]
    most = MOST_POINTS if edges is None else MOST_INTEGERS
    ended = abs(way.end - way.start) < most
    return total, lost if ended else lost + tail


def _block(
    at: Callable[[Array], Array],
    run: tuple[float, float, float],
    edges: _Edges | None,
    total: Array,
) -> tuple[Array, Array, Array]:
    """The sum over (first, count, step), its error, and the last two terms."""
    first, count, step = run
    points: Any
    if edges is None or count <= FIRST_BLOCK:
        points = first + step * np.arange(int(count))
        terms = at(points)
        return np.array([_sum(row) for row in terms]), np.zeros(1), terms[:, -2:]
    last = first + step * (count - 1)
    return *block_sum(at, first, count, step, total), at(np.array([last - step, last]))


def _sum(row: Any) -> float:
    return float(np.sum(np.sort(np.abs(row)) if (row >= 0).all() else row))


def _tail_bound(last: Any, k: float) -> Any:
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
