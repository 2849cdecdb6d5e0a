"""From cells to bins: the quantiles of the reference, and its spikes in bins of their own."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kullback.tables.profiles.grid import Atom, Cell, CellArrays, Grid, Number, in_columns
from kullback.tables.profiles.profile import Binned, Edge, Listed, Value
from kullback.tables.profiles.roles import ROLE_OF
from kullback.tables.results.comparison import Role

ROUNDING = 2.0**-22  # relative: more than a value moves when it is rounded to single precision
EXACT = 2**53  # engines differ in how they compare larger numbers of two types: no end stands there
NOTHING = 1_000  # times smaller than a bin: hardly a row of it is so near its end
TAIL_ROWS = 10  # fewer rows than this are no tail of their own
TAILS = 6  # on each side, each a quarter of the one before
ROWS_PER_BIN = 5  # fewer rows than this a bin, and there are fewer bins


_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")


def choose(cells: Sequence[Cell], bins: int) -> Binned:
    """Return about `bins` bins of equal mass; a value that holds a whole bin is one alone.

    Parameters
    ----------
    cells : sequence of Cell
        In order.
    bins : int
        How many are wanted; at least two, and at least five rows in each.

    Examples
    --------
    >>> choose([Cell(i, i, 10) for i in range(4)], 2).edges
    (Edge(value=1, inclusive=True),)
    """
    return _chosen(in_columns(cells), bins)


def _chosen(cells: CellArrays, bins: int) -> Binned:
    rows = int(cells.rows.sum())
    wanted = max(2, min(bins, rows // ROWS_PER_BIN))
    edges: list[Edge] = []
    start = 0
    for spike in _spikes(cells, rows, bins):
        value = cells[spike].low
        edges += _quantiles(cells, slice(start, spike), rows, wanted)
        edges += [Edge(value, inclusive=False), Edge(value, inclusive=True)]
        start = spike + 1
    edges += _quantiles(cells, slice(start, None), rows, wanted)
    return Binned(tuple(edges), _counts(cells, edges))


def tailed(cells: Sequence[Cell], bins: int) -> Binned:
    """Return the bins of `choose`, their outer ones parted into tails, and two beyond the data.

    An outer bin of equal mass hides what moves inside it, and beyond it. So a quarter of it, a
    sixteenth and so on are bins of their own while they hold rows enough, and what lies outside
    the least and the greatest value is in a bin where these data have none.

    Parameters
    ----------
    cells : sequence of Cell
        In order.
    bins : int
        How many of equal mass are wanted.

    Examples
    --------
    >>> [edge.value for edge in tailed([Cell(i, i + 0.5, 10) for i in range(40)], 2).edges]
    [0, 0.5, 4.5, 19.5, 35, 39, 39.5]
    """
    kept = in_columns(cells)
    chosen = _chosen(kept, bins)
    inner = chosen.edges
    held = kept.rows.nonzero()[0]
    if not held.size:
        return chosen
    ends = [
        Edge(kept[held[0]].low, inclusive=False),
        Edge(kept[held[-1]].high, inclusive=True),
    ]
    first, last = _cuts(kept, [inner[0], inner[-1]]) if inner else (len(kept), 0)
    lower = (Edge(kept[i].high, inclusive=True) for i in _tail(kept.rows[:first]))
    upper = (Edge(kept[-1 - i].low, inclusive=False) for i in _tail(kept.rows[last:][::-1]))
    ends = [end for end in ends if abs(float(end.value)) <= EXACT]
    edges = tuple(sorted({*inner, *lower, *upper, *ends}))
    return Binned(edges, _counts(kept, edges))


def _tail(rows: NDArray[np.int64]) -> list[int]:
    """Cut a quarter of a run of cells off its first end, a quarter of that, and so on."""
    below = np.cumsum(rows)
    cuts: list[int] = []
    mass = float(below[-1]) / 4 if below.size else 0.0
    while mass >= TAIL_ROWS and len(cuts) < TAILS:
        (cut,) = _nearest(below, [mass])
        cuts += [cut] if cut + 1 < len(below) else []
        mass /= 4
    return cuts


def _spikes(cells: CellArrays, rows: int, bins: int) -> list[int]:
    """Return which cells are one value that has a bin alone."""
    heavy = (cells.rows >= ROWS_PER_BIN) & (cells.rows * bins >= rows)
    places: list[int] = np.flatnonzero(cells.single & (heavy | (cells.rows == rows))).tolist()
    return places


def _is_heavy(held: int, rows: int, bins: int) -> bool:
    return held >= ROWS_PER_BIN and held * bins >= rows


def _quantiles(cells: CellArrays, run: slice, rows: int, wanted: int) -> list[Edge]:
    """Cut a run of cells into bins of about ``rows / wanted``, at borders of cells."""
    below = np.cumsum(cells.rows[run])
    if not below.size:
        return []
    mass = int(below[-1])
    parts = max(1, round(mass * wanted / rows))
    cuts = _nearest(below, [mass * part / parts for part in range(1, parts)])
    inner = sorted({cut for cut in cuts if cut + 1 < len(below)})
    return [Edge(value, inclusive=True) for value in cells.high[run][inner].tolist()]


def _nearest(below: NDArray[np.int64], targets: Sequence[float]) -> list[int]:
    """Return the places at which so many rows or nearly so many lie below."""
    known, after = below.tolist(), below.searchsorted(targets).tolist()
    return [
        i - 1 if i and target - known[i - 1] < known[i] - target else i
        for i, target in zip(after, targets, strict=True)
    ]


def counts(cells: Sequence[Cell], edges: Sequence[Edge]) -> tuple[int, ...]:
    """Add up the cells of each bin; every edge is the border of a cell."""
    return _counts(in_columns(cells), edges)


def _counts(cells: CellArrays, edges: Sequence[Edge]) -> tuple[int, ...]:
    below = np.append(0, np.cumsum(cells.rows))
    cuts = [0, *_cuts(cells, edges), len(cells)]
    return tuple(np.diff(below[cuts]).tolist())


def _cuts(cells: CellArrays, edges: Sequence[Edge]) -> list[int]:
    """Return how many cells lie below each edge."""
    if cells.high.dtype.kind == "f":
        values = [float(edge.value) for edge in edges]
        left, right = (cells.high.searchsorted(values, side).tolist() for side in _SIDES)
        return [right[i] if edge.inclusive else left[i] for i, edge in enumerate(edges)]
    sides = (_SIDES[edge.inclusive] for edge in edges)
    return [
        int(np.searchsorted(cells.high, edge.value, side))  # type: ignore[arg-type]
        for edge, side in zip(edges, sides, strict=True)
    ]


def coarsen(binned: Binned, edges: Sequence[Edge]) -> tuple[int, ...]:
    """Return the counts between some of the edges.

    Examples
    --------
    >>> edges = Edge(1, inclusive=True), Edge(2, inclusive=True)
    >>> coarsen(Binned(edges, (10, 20, 30)), edges[1:])
    (30, 30)
    """
    kept = set(edges)
    sums = [0]
    for n, edge in zip(binned.counts, (*binned.edges, None), strict=True):
        sums[-1] += n
        if edge in kept:
            sums.append(0)
    return tuple(sums)


def clear_of_rounding(edges: Sequence[Edge], grid: Grid, atoms: Sequence[Atom] = ()) -> list[Edge]:
    """Move edges off the values that they stand at, by what rounding to single precision may do.

    Where each cell is one value, half way to the next one at most; else at the values that many
    rows hold, and at the least and the greatest one: hardly a row lies so near to one of them.

    Examples
    --------
    >>> known = Grid(None, (Cell(0.1, 0.1, 5), Cell(0.2, 0.2, 5)))
    >>> clear_of_rounding([Edge(0.1, True)], known)[0].value > 0.1
    True
    """
    cells = in_columns(grid.cells)
    if not len(cells):
        return list(edges)
    if cells.single.all():
        lows, highs = ([float(end) for end in ends] for ends in (cells.low, cells.high))
        return [_clear(edge, lows, highs) for edge in edges]
    held = {*(float(atom.value) for atom in atoms), float(cells.low[0]), float(cells.high[-1])}
    held |= {float(edge.value) for edge, after in pairwise(edges) if edge.value == after.value}
    near = sorted({*held, *(float(edge.value) for edge in edges)})
    return [_clear_of(edge, near) if float(edge.value) in held else edge for edge in edges]


def _clear_of(edge: Edge, near: Sequence[float]) -> Edge:
    """Move an edge outward, where that is nothing beside the bin that it moves into."""
    value = float(edge.value)
    place, step = bisect_left(near, value), 1 if edge.inclusive else -1
    move = abs(value) * ROUNDING
    beside = place + step if 0 <= place + step < len(near) else place - step
    if move * NOTHING > abs(near[beside] - value):
        return edge
    return _moved(edge, step * move)


def _moved(edge: Edge, by: float) -> Edge:
    """Move an edge, unless that leads beyond all numbers."""
    value = float(edge.value) + by
    return Edge(value, edge.inclusive) if math.isfinite(value) else edge


def _clear(edge: Edge, lows: Sequence[float], highs: Sequence[float]) -> Edge:
    value = float(edge.value)
    own, beside, step = (highs, lows, 1) if edge.inclusive else (lows, highs, -1)
    place = bisect_left(own, value)
    if place == len(own) or own[place] != value:  # it stands inside a cell
        return edge
    after = place + step
    move = abs(value) * ROUNDING
    if 0 <= after < len(own):
        move = min(move, abs(beside[after] - value) / 2)
    return _moved(edge, step * move)


def shape(kind: str, grid: Grid, atoms: Sequence[Atom], bins: int) -> tuple[Role, Binned | Listed]:
    """Return the role and the counts of a column of which the grid is known, and no more."""
    values = by_value(grid) if kind == "number" else None
    if values is not None:
        return "integer-coded", Listed(values)
    return ROLE_OF[kind], tailed(parted(grid.cells, spikes(atoms, grid.rows, bins)), bins)


def by_value(grid: Grid) -> dict[Value, int] | None:
    """Return the counts per integer, most frequent first, where they are few and all whole."""
    if grid.level is not None or not len(grid.cells):
        return None
    if not (all(cell.low == int(cell.low) for cell in grid.cells)):
        return None
    ordered = sorted(grid.cells, key=lambda cell: (-cell.rows, cell.low))
    return {int(cell.low): cell.rows for cell in ordered}


def spikes(atoms: Iterable[Atom], rows: int, bins: int) -> list[Atom]:
    """Return the frequent values that have a bin alone."""
    return [atom for atom in atoms if _is_heavy(atom.rows, rows, bins)]


def parted(cells: Iterable[Cell], atoms: Iterable[Atom]) -> list[Cell]:
    """Part the cells at frequent values; no other row of a cell moves.

    Examples
    --------
    >>> parted([Cell(0.0, 1.0, 4), Cell(2, 4, 10)], [Atom(3, 5, 6)])
    [Cell(low=0.0, high=1.0, rows=4), Cell(low=2, high=2, rows=2), Cell(low=3, high=3, rows=5), \
Cell(low=4, high=4, rows=3)]
    """
    pieces: list[Cell] = []
    waiting = sorted(atoms, reverse=True)
    below = 0
    for cell in cells:
        low, high, rows = cell
        last = None
        while waiting and low <= waiting[-1].value <= high:
            value, held, before = waiting.pop()
            if before != below:
                first = low if last is None else _neighbour(last, 1)
                pieces.append(Cell(first, _neighbour(value, -1), before - below))
            pieces.append(Cell(value, value, held))
            rows -= before - below + held
            below, last = before + held, value
        if rows:
            pieces.append(Cell(low if last is None else _neighbour(last, 1), high, rows))
        below += rows
    return pieces


def _neighbour(value: Number, side: int) -> Number:
    """Return the next number of its type, above or below."""
    match value:
        case int():
            return value + side
        case Decimal():
            wide = Context(prec=80)
            return value.next_plus(wide) if side > 0 else value.next_minus(wide)
    return math.nextafter(value, side * math.inf)
