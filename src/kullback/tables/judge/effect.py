"""What moved in a column of numbers or times, in its own unit."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.tables.judge import reasons
from kullback.tables.profiles import labels
from kullback.tables.profiles.bins import parted
from kullback.tables.profiles.grid import Number, in_columns
from kullback.tables.profiles.identity import known_values
from kullback.tables.profiles.profile import Binned, ColumnProfile, Listed
from kullback.tables.results.column_facts import BeforeAndNow

Array = NDArray[np.float64]
Quantiles = Mapping[float, tuple[float, float]]  # of the reference and of the current data
Ends = tuple[Number | None, Number | None]

SECOND = 1_000_000  # microseconds
DAY = 86_400 * SECOND
MIDDLE = (0.05, 0.95)
SHARES: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)
MOVED = 0.05  # of the reference's middle 90 %, from which a median has moved
GAP = 0.1  # of all rows that crossed a value, from which it is said
CROWDED = 0.15  # of all rows in one cell: more than its share, and who knows where in it
WIDE = 0.02  # of the reference's middle 90 %
NONE = 5e-4  # a share this small is none, and one this near to 1 is all


class NumberCells(NamedTuple):
    """Cells of a column as numbers, in order, with the rows of P and of Q in them.

    `step` is what all ends are multiples of: a day, 1, or 0; `x_ends` and `y_ends` are the least
    and the greatest value of P and of Q.
    """

    low: Array
    high: Array
    x: Array
    y: Array
    step: float
    x_ends: Ends
    y_ends: Ends


def ends_of(column: ColumnProfile) -> Ends:
    """Return the least and the greatest value of a column, where they are known."""
    if not isinstance(column.body, Listed):
        return column.minimum, column.maximum
    values = [v for v, n in column.body.counts.items() if n and not isinstance(v, str)]
    if not values or column.body.other:
        return None, None
    return min(values), max(values)


def number_cells(reference: ColumnProfile, current: ColumnProfile) -> NumberCells | None:
    """Return the cells of both sides as numbers, where they were counted in the same ones."""
    q, p = reference.body, current.body
    x_ends, y_ends = ends_of(current), ends_of(reference)
    if isinstance(q, Listed) and isinstance(p, Listed):
        if reference.role != "integer-coded" or q.other or p.other:
            return None
        values = sorted({v for v in (*q.counts, *p.counts) if not isinstance(v, str)})
        ends = np.array([float(v) for v in values])
        sides = ([body.counts.get(v, 0) for v in values] for body in (p, q))
        x, y = (np.array(side, dtype=np.float64) for side in sides)
        return NumberCells(ends, ends, x, y, 1.0, x_ends, y_ends)
    if not (isinstance(q, Binned) and isinstance(p, Binned) and q.edges == p.edges and q.edges):
        return None
    known = [float(end) for end in (*x_ends, *y_ends) if end is not None]
    edges = [float(edge.value) for edge in q.edges]
    ends = np.array([min([edges[0], *known]), *edges, max([edges[-1], *known])])
    x, y = (np.array(body.counts, dtype=np.float64) for body in (p, q))
    return NumberCells(ends[:-1], ends[1:], x, y, _step(ends, reference.kind), x_ends, y_ends)


def _step(ends: Array, kind: str) -> float:
    steps = (DAY,) if kind == "time" else (1.0,)
    return next((float(step) for step in steps if not np.mod(ends, step).any()), 0.0)


def quantile_of(cells: NumberCells, rows: Array, ends: Ends, share: float) -> float:
    """Return a quantile, between the ends of its cell as if its rows were spread evenly.

    No row lies outside the side's own least and greatest value.
    """
    return _quantiles_of(cells, rows, ends, [share])[0]


def _quantiles_of(
    cells: NumberCells, rows: Array, ends: Ends, shares: Sequence[float]
) -> list[float]:
    below = rows.cumsum()
    ranks = [share * below[-1] for share in shares]
    values = []
    for rank, place in zip(ranks, below.searchsorted(ranks).tolist(), strict=True):
        before = below[place] - rows[place]
        part = (rank - before) / rows[place] if rows[place] else 0.0
        low, high = _cell(cells, place, ends)
        value = low + part * (high - low)
        values.append(round(value / cells.step) * cells.step if cells.step else value)
    return values


def _cell(cells: NumberCells, place: int, ends: Ends) -> tuple[float, float]:
    """Return the ends of a cell, as far as a side has values in it."""
    least, most = (
        float(near if end is None else end) for end, near in zip(ends, _FAR, strict=True)
    )
    low, high = (min(max(float(end[place]), least), most) for end in (cells.low, cells.high))
    return low, high


def _median(cells: NumberCells, write: Callable[[Number], str], width: float) -> str:
    """Write P's median; between which values it lies where one wide cell holds many rows."""
    below = np.cumsum(cells.x)
    place = int(np.searchsorted(below, below[-1] / 2))
    low, high = _cell(cells, place, cells.x_ends)
    if cells.x[place] > CROWDED * below[-1] and high - low > WIDE * width:
        return f"between {write(low)} and {write(high)}"
    return write(quantile_of(cells, cells.x, cells.x_ends, 0.5))


_FAR = (-math.inf, math.inf)


def writer(kind: str) -> Callable[[Number], str]:
    """Return how values of a kind are written in a sentence."""
    times = {"time": labels.moment, "time of day": labels.time_of_day}
    if kind in times:
        write = times[kind]
        return lambda value: write(int(value) // SECOND * SECOND)
    return lambda value: labels.number(_short(value))


def _short(value: Number) -> float:
    """Round to four digits, whole numbers to whole ones."""
    number = float(value)
    if number == 0 or not math.isfinite(number):
        return number
    digits = max(3 - math.floor(math.log10(abs(number))), 0)
    return round(number, digits)


def quantiles(cells: NumberCells) -> Quantiles | None:
    """Return some quantiles of the reference and of the current data."""
    if not (cells.x.sum() and cells.y.sum()):
        return None
    q = _quantiles_of(cells, cells.y, cells.y_ends, SHARES)
    p = _quantiles_of(cells, cells.x, cells.x_ends, SHARES)
    return dict(zip(SHARES, zip(q, p, strict=True), strict=True))


def effect(cells: NumberCells, found: Quantiles, kind: str) -> str | None:
    """Say what happened to an ordered column in its own unit; None where little of it moved."""
    q, p = ({s: ends[side] for s, ends in found.items()} for side in (0, 1))
    write, width = writer(kind), max(float(q[0.95]) - float(q[0.05]), 1e-300)
    said = []
    if abs(p[0.5] - q[0.5]) > MOVED * width:
        said.append(f"median {write(q[0.5])} → {_median(cells, write, width)}")
    elif max(abs(p[s] - q[s]) for s in (0.05, 0.95)) > MOVED * width:
        before, now = (f"{write(side[0.05])} to {write(side[0.95])}" for side in (q, p))
        said.append(f"the middle 90 % {before} → {now}")
    crossed = _crossed(cells, kind)
    return "; ".join([*said, *crossed]) if said else None


def _crossed(cells: NumberCells, kind: str) -> list[str]:
    """Say at which value the shares above it differ most."""
    above_q, above_p = (1 - np.cumsum(rows) / rows.sum() for rows in (cells.y, cells.x))
    place = int(np.argmax(np.abs(above_p - above_q)))
    q, p = float(above_q[place]), float(above_p[place])
    if abs(p - q) < GAP:
        return []
    side = "after" if kind in {"time", "time of day"} else "above"
    return [f"{_part(q)} lay {side} {writer(kind)(float(cells.high[place]))}, now {_part(p)}"]


def _part(share: float) -> str:
    if share < NONE:
        return "none"
    return "all" if share > 1 - NONE else reasons.percent(round(share, 3))


def summary(
    reference: ColumnProfile, current: ColumnProfile, found: Quantiles | None = None
) -> tuple[BeforeAndNow, ...]:
    """Return mean, median, middle 90 %, distinct and missing values, as far as they are known.

    Parameters
    ----------
    reference, current : ColumnProfile
        Of one column, in the same bins.
    found : mapping of float to (float, float), optional
        Its quantiles, where they are known already.
    """
    return (*_of_numbers(reference, current, found), *_of_values(reference, current))


def _of_numbers(
    reference: ColumnProfile, current: ColumnProfile, found: Quantiles | None
) -> Iterator[BeforeAndNow]:
    write = writer(reference.kind)
    means = mean(reference), mean(current)
    cells = number_cells(reference, current) if found is None or None in means else None
    if found is None:
        found = cells and quantiles(cells)
    if None not in means or (cells and found):
        spans = [
            (known, known) if known is not None else _mean_between(cells, side)
            for known, side in zip(means, ("y", "x"), strict=True)
        ]
        said = (_between(span, write, found) for span in spans)
        q, p = (low / 2 + high / 2 for low, high in spans)
        yield BeforeAndNow("mean", q, p, " → ".join(said))
    if found:
        q, p = found[0.5]
        yield BeforeAndNow("median", float(q), float(p), f"{write(q)} → {write(p)}")
        low, high = (found[share] for share in MIDDLE)
        before, now = (f"{write(a)} to {write(b)}" for a, b in zip(low, high, strict=True))
        widths = [float(b) - float(a) for a, b in zip(low, high, strict=True)]
        yield BeforeAndNow("5 to 95 %", widths[0], widths[1], f"{before} → {now}")


def _mean_between(cells: NumberCells | None, side: str) -> tuple[float, float]:
    """Return the least and the greatest mean that a side counted in cells can have."""
    assert cells is not None
    rows, ends = getattr(cells, side), getattr(cells, f"{side}_ends")
    least, most = (far if end is None else float(end) for end, far in zip(ends, _FAR, strict=True))
    shares = rows / rows.sum()
    low, high = (np.clip(end, least, most) for end in (cells.low, cells.high))
    return float(low @ shares), float(high @ shares)


def _between(
    span: tuple[float, float], write: Callable[[Number], str], found: Quantiles | None
) -> str:
    """Write a mean, or between which values it lies where its cells are wide."""
    low, high = span
    width = float(found[0.95][0]) - float(found[0.05][0]) if found else 0.0
    if high - low <= WIDE * abs(width):
        return write(low / 2 + high / 2)
    return f"{write(low)} to {write(high)}"


def _of_values(reference: ColumnProfile, current: ColumnProfile) -> Iterator[BeforeAndNow]:
    sides = reference, current
    kept = [known_values(side) for side in sides]
    if all(kept):
        counts = [len(values) << level for level, values in filter(None, kept)]
        about = "about " if any(level for level, _ in filter(None, kept)) else ""
        said = " → ".join(f"{about}{count:,}" for count in counts)
        yield BeforeAndNow("distinct", float(counts[0]), float(counts[1]), said)
    shares = [side.missing / max(1, side.rows) for side in sides]
    if any(shares):
        yield BeforeAndNow(
            "missing", shares[0], shares[1], " → ".join(map(reasons.percent, shares))
        )


def mean(column: ColumnProfile) -> float | None:
    """Return the mean of numbers and times, each cell at its middle; None where bins are open.

    A cell of a profile is at most .8 % of its value wide, so that the mean of values of one sign
    is right to .4 %; where values are listed it is exact.

    Parameters
    ----------
    column : ColumnProfile
        What is kept of it.
    """
    if column.grid is not None:
        cells = in_columns(column.grid.cells)
        if column.atoms and not cells.single.all():
            cells = in_columns(parted(cells, column.atoms))
        middles, rows = cells.low.astype(float) / 2 + cells.high.astype(float) / 2, cells.rows
    elif isinstance(column.body, Listed) and not column.body.other:
        counts = {v: n for v, n in column.body.counts.items() if not isinstance(v, str | bool)}
        middles, rows = np.array([*map(float, counts)]), np.array([*counts.values()])
    else:
        return None
    return float(middles @ (rows / rows.sum())) if rows.sum() else None
