"""Columns with an order: what lies beyond the reference, and what moved, in their own unit."""

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.counts.tests.ordered import beyond
from kullback.tables.judge import reasons
from kullback.tables.profiles import bins, labels
from kullback.tables.profiles.align import Aligned
from kullback.tables.profiles.grid import Number
from kullback.tables.profiles.labels import Bin
from kullback.tables.profiles.profile import Binned, ColumnProfile, Edge, Listed

Array = NDArray[np.float64]


class BeyondRange(NamedTuple):
    """Current rows that lie outside the reference's extent, among how many, and how odd that is."""

    rows: float
    current: float
    p_value: float
    said: str


class NumberCells(NamedTuple):
    """Cells of a column as numbers, in order, with the rows of P and of Q in them."""

    low: Array
    high: Array
    x: Array
    y: Array

    @property
    def whole(self) -> bool:
        """Whether all ends are whole numbers, as those of whole numbers are."""
        return bool(
            (self.low == np.floor(self.low)).all() and (self.high == np.floor(self.high)).all()
        )


def outside(
    reference: ColumnProfile, current: ColumnProfile, worth: tuple[float, float]
) -> BeyondRange | None:
    """Count the current rows beyond the reference's least and greatest value; None if unknown."""
    low, high = reference.minimum, reference.maximum
    rows = _beyond(reference, current)
    if rows is None or low is None or high is None or not reference.counted:
        return None
    number = float(sum(rows))
    n, m = current.rows / worth[0], reference.counted / worth[1]
    p_value = beyond(math.floor(number / worth[0]), current.counted / worth[0], m)
    write = writer(reference.kind)
    ends = []
    if rows[0] and current.minimum is not None:
        ends.append(f"minimum {write(low)} → {write(current.minimum)}")
    if rows[1] and current.maximum is not None:
        ends.append(f"maximum {write(high)} → {write(current.maximum)}")
    share = reasons.percent(number / current.rows)
    said = f"{share} of current rows lie outside the reference's range ({', '.join(ends)})"
    return BeyondRange(number / worth[0], n, p_value, said)


def _beyond(reference: ColumnProfile, current: ColumnProfile) -> tuple[int, int] | None:
    """Return the current rows below and above the reference's extent, where they were counted."""
    q, p, low, high = reference.body, current.body, reference.minimum, reference.maximum
    if low is None or high is None or reference.kind != current.kind:
        return None
    if isinstance(q, Listed) and isinstance(p, Listed):
        if p.other or reference.role != "integer-coded":
            return None
        numbers = [(v, n) for v, n in p.counts.items() if not isinstance(v, str)]
        return sum(n for v, n in numbers if v < low), sum(n for v, n in numbers if v > high)
    if not (isinstance(q, Binned) and isinstance(p, Binned) and p.edges == q.edges):
        return None
    return (p.counts[0], p.counts[-1]) if _ends_at(q.edges, reference) else None


def within(column: ColumnProfile, reference: ColumnProfile) -> ColumnProfile:
    """Return a column without the bins beyond the reference; a spike at an end keeps its bin."""
    body = column.body
    if not isinstance(body, Binned) or not _ends_at(body.edges, reference):
        return column
    edges = body.edges
    first = 0 if edges[1].value == edges[0].value else 1
    last = len(edges) if edges[-2].value == edges[-1].value else len(edges) - 1
    kept = edges[first:last]
    return replace(column, body=Binned(kept, bins.coarsen(body, kept))) if kept else column


def _ends_at(edges: Sequence[Edge], reference: ColumnProfile) -> bool:
    low, high = reference.minimum, reference.maximum
    if len(edges) < 3:
        return False
    if low is None or high is None:  # counted by the bins of another part: none of it lies beyond
        counts = reference.body.counts if isinstance(reference.body, Binned) else (1,)
        return not (counts[0] or counts[-1])
    return (edges[0], edges[-1]) == (Edge(low, inclusive=False), Edge(high, inclusive=True))


def in_order(role: str, type_name: str, aligned: Aligned) -> tuple[Array, Array] | None:
    """Return the counts of the outcomes that have an order, in it; None if they have none."""
    rank = _ranks(role, type_name)
    if rank is None:
        return None
    placed = [(rank(label, i), i) for i, label in enumerate(aligned.labels)]
    order = [i for place, i in sorted((p, i) for p, i in placed if p is not None)]
    return (aligned.x[order], aligned.y[order]) if len(order) > 2 else None


def _ranks(role: str, type_name: str) -> Callable[[Hashable, int], float | None] | None:
    if role in {"numeric", "date/time", "integer-coded"}:
        return _rank
    if type_name.startswith("ENUM("):
        names = type_name.removeprefix("ENUM(").removesuffix(")").strip("'").split("', '")
        places = {name.replace("''", "'"): float(place) for place, name in enumerate(names)}
        return lambda label, _: places.get(label) if isinstance(label, str) else None
    return None


def _rank(label: Hashable, place: int) -> float | None:
    if label == labels.MINUS_INFINITY:
        return -math.inf
    if label == labels.PLUS_INFINITY:
        return math.inf
    if isinstance(label, Bin):
        return float(place)
    return float(label) if isinstance(label, int | float) else None


def number_cells(reference: ColumnProfile, current: ColumnProfile) -> NumberCells | None:
    """Return the cells of both sides as numbers, where they were counted in the same ones."""
    q, p = reference.body, current.body
    if isinstance(q, Listed) and isinstance(p, Listed):
        if reference.role != "integer-coded" or q.other or p.other:
            return None
        values = sorted({v for v in (*q.counts, *p.counts) if not isinstance(v, str)})
        ends = np.array([float(v) for v in values])
        sides = ([body.counts.get(v, 0) for v in values] for body in (p, q))
        return NumberCells(ends, ends, *(np.array(side, dtype=np.float64) for side in sides))
    if not (isinstance(q, Binned) and isinstance(p, Binned) and q.edges == p.edges and q.edges):
        return None
    edges = [float(edge.value) for edge in q.edges]
    low = min(
        [edges[0], *(float(s.minimum) for s in (reference, current) if s.minimum is not None)]
    )
    high = max(
        [edges[-1], *(float(s.maximum) for s in (reference, current) if s.maximum is not None)]
    )
    ends = np.array([low, *edges, high])
    x, y = (np.array(body.counts, dtype=np.float64) for body in (p, q))
    return NumberCells(ends[:-1], ends[1:], x, y)


def quantile_of(cells: NumberCells, rows: Array, share: float) -> float:
    """Return a quantile, between the ends of its cell as if its rows were spread evenly."""
    below = np.cumsum(rows)
    rank = share * below[-1]
    place = int(np.searchsorted(below, rank))
    before = below[place] - rows[place]
    part = (rank - before) / rows[place] if rows[place] else 0.0
    low, high = float(cells.low[place]), float(cells.high[place])
    value = low + part * (high - low)
    return float(round(value)) if cells.whole else value


def writer(kind: str) -> Callable[[Number], str]:
    """Return how values of a kind are written in a sentence."""
    times = {"time": labels.moment, "time of day": labels.time_of_day}
    if kind in times:
        write = times[kind]
        return lambda value: write(int(value) // SECOND * SECOND)
    return lambda value: labels.numbers([_short(value)])[0]


def _short(value: Number) -> float:
    """Round to four digits, whole numbers to whole ones."""
    number = float(value)
    if number == 0 or not math.isfinite(number):
        return number
    digits = max(3 - math.floor(math.log10(abs(number))), 0)
    return round(number, digits)


SECOND = 1_000_000  # microseconds
SHARES: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)
MOVED = 0.05  # of the reference's middle 90 %, from which a median has moved
GAP = 0.1  # of all rows that crossed a value, from which it is said


def quantiles(cells: NumberCells) -> dict[float, tuple[float, float]] | None:
    """Return some quantiles of the reference and of the current data."""
    if not (cells.x.sum() and cells.y.sum()):
        return None
    return {s: (quantile_of(cells, cells.y, s), quantile_of(cells, cells.x, s)) for s in SHARES}


def effect(cells: NumberCells, kind: str) -> str | None:
    """Say what happened to an ordered column in its own unit; None where little of it moved."""
    found = quantiles(cells)
    if found is None:
        return None
    q, p = ({s: ends[side] for s, ends in found.items()} for side in (0, 1))
    write, width = writer(kind), max(q[0.95] - q[0.05], 1e-300)
    said = []
    if abs(p[0.5] - q[0.5]) > MOVED * width:
        said.append(f"median {write(q[0.5])} → {write(p[0.5])}")
    elif max(abs(p[s] - q[s]) for s in (0.05, 0.95)) > MOVED * width:
        before, now = (f"{write(side[0.05])} to {write(side[0.95])}" for side in (q, p))
        said.append(f"the middle 90 % {before} → {now}")
    crossed = _crossed(cells, write)
    return "; ".join([*said, *crossed]) if said else None


def _crossed(cells: NumberCells, write: Callable[[float], str]) -> list[str]:
    """Say at which value the shares above it differ most."""
    above_q, above_p = (1 - np.cumsum(rows) / rows.sum() for rows in (cells.y, cells.x))
    place = int(np.argmax(np.abs(above_p - above_q)))
    q, p = float(above_q[place]), float(above_p[place])
    if abs(p - q) < GAP:
        return []
    now = "none" if p < 1e-12 else reasons.percent(round(p, 3))
    before = "none" if q < 1e-12 else reasons.percent(round(q, 3))
    return [f"{before} lay above {write(float(cells.high[place]))}, now {now}"]
