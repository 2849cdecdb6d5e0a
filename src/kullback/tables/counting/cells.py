"""Cells of a numeric column: those of its grid, then finer ones until none is heavy.

Cells are counted by the engine and are deterministic: the same rows give the same cells,
in whatever order they lie. Bins are then unions of cells, so their counts are exact.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from kullback.tables.counting import statements
from kullback.tables.counting.statements import Reading
from kullback.tables.profiles import grid
from kullback.tables.profiles.grid import Atom, Cell, CellArrays, Grid, Keys, Number

Rows = list[tuple[Any, ...]]
Execute = Callable[[str], Rows]
Numbered = dict[int, tuple[int, Number, Number]]

_ROUNDS = 10  # each divides a cell that holds a bin by 64 or more: tells any two doubles apart
_FINER = 16  # cells for each quarter of a bin, when a heavy cell is divided
_SPANNED = 8 * grid.CELLS  # cells between the ends of what a finer grid must tell apart


class NumericCells(NamedTuple):
    """What is known of a numeric column: its grid, its frequent values, and the finest cells."""

    grid: Grid
    atoms: tuple[Atom, ...]
    cells: CellArrays


class Specials(NamedTuple):
    """Rows that are in no cell."""

    null: int = 0
    nan: int = 0
    plus_infinity: int = 0
    minus_infinity: int = 0
    unreadable: int = 0


_NAMES = {
    statements.NULL: "null",
    statements.NAN: "nan",
    statements.PLUS: "plus_infinity",
    statements.MINUS: "minus_infinity",
    statements.UNREADABLE: "unreadable",
}


def split(rows: Rows) -> tuple[Numbered, Specials]:
    """Part (cell, count, min, max) rows into numbered cells and special rows."""
    numbered = {
        cell: (int(n), zero(low), zero(high))
        for cell, n, low, high, *_ in rows
        if cell not in _NAMES
    }
    special = {_NAMES[cell]: int(n) for cell, n, *_ in rows if cell in _NAMES}
    return numbered, Specials(**special)


def zero(value: Number) -> Number:
    """Return a value, zero without its sign: rows order how they like, and it is one value."""
    return value if value else abs(value)  # type: ignore[return-value]  # of its own type


def in_columns(rows: Rows) -> tuple[Keys, CellArrays, Specials]:
    """Part (cell, count, min, max, …) rows into numbers of cells, cells in order, and the rest."""
    special = {_NAMES[row[0]]: int(row[1]) for row in rows if row[0] in _NAMES}
    held = [row for row in rows if row[0] not in _NAMES] if special else rows
    keys = np.array([row[0] for row in held], dtype=np.int64)
    order = np.argsort(keys)
    rows_of = np.array([row[1] for row in held], dtype=np.int64)[order]
    low, high = (grid.ends([row[place] for row in held])[order] for place in (2, 3))
    for values in (low, high):
        for place in (values == 0).nonzero()[0]:
            values[place] = zero(values[place])
    return keys[order], CellArrays(low, high, rows_of), Specials(**special)


def measure(execute: Execute, reading: Reading, bins: int) -> tuple[NumericCells, Specials]:
    """Return the cells of a column in order, none heavier than a quarter bin if it can be split."""
    kept, specials = _grid(execute, reading)
    cells = grid.in_columns(kept.cells)
    for _ in range(_ROUNDS):
        coarse = _unresolved(cells, bins)
        if not coarse:
            break
        joined = set(cells).difference(coarse)
        rows = kept.rows
        ranges = [(cell.low, cell.high, _parts(cell, rows, bins)) for cell in _joined(coarse)]
        finer = [
            Cell(zero(low), zero(high), int(n))
            for _, n, low, high in execute(statements.linear_cells(reading, ranges))
        ]
        cells = grid.in_columns(in_order([*joined, *finer]))
    return NumericCells(kept, _atoms(cells, bins), cells), specials


def _grid(execute: Execute, reading: Reading) -> tuple[Grid, Specials]:
    """Count in the fixed grid, at most levels once, and finer while too little is told apart."""
    level = grid.BASE
    keys, cells, specials = in_columns(execute(statements.grid_cells(reading, grid.BASE)))
    resolved = len(keys) >= grid.RESOLVED
    if resolved and _may_be_few(cells):
        listed = _listed(execute, reading)
        if listed is not None:
            return listed, specials
    while (finer := _finer(cells, level, resolved=resolved)) is not None:
        level = finer
        keys, cells, _ = in_columns(execute(statements.grid_cells(reading, level)))
    if level == grid.FINEST and _least_distinct(cells) <= grid.DISTINCT:
        return _listed(execute, reading) or grid.settle_columns(keys, cells, level), specials
    return grid.settle_columns(keys, cells, level), specials


def _finer(cells: CellArrays, level: int, *, resolved: bool) -> int | None:
    """Return the level at which to count next; None where enough is known."""
    coarse = (~cells.single).nonzero()[0]
    distinct = _least_distinct(cells)
    enough = distinct > grid.DISTINCT and (resolved or len(cells) > grid.CELLS)
    if not coarse.size or enough or level == grid.FINEST:
        return None
    finest = grid.FINEST
    low, high = (
        grid.keys_of(ends[coarse].astype(np.float64), finest) for ends in (cells.low, cells.high)
    )
    span: int = sum((high - low).tolist())
    down = max(0, (span // _SPANNED).bit_length())
    return min(finest, max(level + 1, finest - down))


def _may_be_few(cells: CellArrays) -> bool:
    """Return whether the column may hold whole numbers near each other, not too many to keep."""
    if cells.single.all() or _least_distinct(cells) > grid.WHOLE:
        return False
    low, high = (ends.astype(np.float64) for ends in (cells.low, cells.high))
    near = float(high.max()) - float(low.min()) <= grid.NEAR  # ∞ where it overflows
    return bool(near and not (np.mod(low, 1).any() or np.mod(high, 1).any()))


def _least_distinct(cells: CellArrays) -> int:
    return 2 * len(cells) - int(np.count_nonzero(cells.single))


def _listed(execute: Execute, reading: Reading) -> Grid | None:
    """Return the values that no grid tells apart one by one, if they are few."""
    rows = execute(statements.value_counts(reading, grid.WHOLE + 1))
    cells = sorted(Cell(x, x, int(n)) for x, n, *_ in rows if x is not None and math.isfinite(x))
    return Grid(None, tuple(cells)) if grid.few([cell.low for cell in cells]) else None


def _atoms(cells: CellArrays, bins: int) -> tuple[Atom, ...]:
    """Return the values that hold more than a quarter of a bin."""
    rows, below = int(cells.rows.sum()), np.cumsum(cells.rows) - cells.rows
    heavy = (cells.single & (cells.rows * (4 * bins) > rows)).nonzero()[0]
    found = (cells.low[heavy], cells.rows[heavy], below[heavy])
    return tuple(map(Atom, *(column.tolist() for column in found)))


def _unresolved(cells: CellArrays, bins: int) -> list[Cell]:
    heavy = (~cells.single & (cells.rows * (4 * bins) > cells.rows.sum())).nonzero()[0]
    return [cell for cell in cells.at(heavy) if math.isfinite(_per_width(cell))]


def _joined(cells: Sequence[Cell]) -> list[Cell]:
    """Join neighbours of about one width: one grid over both is as fine, and cheaper to count."""
    joined: list[Cell] = []
    width = 0.0  # of the first cell of the run
    for cell in cells:
        own = float(cell.high) - float(cell.low)
        near = bool(joined) and float(cell.low) - float(joined[-1].high) <= width
        if near and width <= 2 * own <= 4 * width:
            last = joined.pop()
            joined.append(Cell(last.low, cell.high, last.rows + cell.rows))
        else:
            joined.append(cell)
            width = own
    return joined


def _parts(cell: Cell, rows: int, bins: int) -> int:
    """Return into how many cells a heavy one is divided: more, the more it holds."""
    return min(statements.LINEAR_CELLS, _FINER * max(1, cell.rows * 4 * bins // rows))


def _per_width(cell: Cell) -> float:
    """Return the cells a unit of a finer grid; not finite where the cell cannot be divided."""
    width = float(cell.high - cell.low)  # type: ignore[operator]  # both of one type
    return statements.LINEAR_CELLS / width if width else math.inf


def in_order(cells: Iterable[Cell]) -> list[Cell]:
    """Sort cells; where rounding made two overlap they become one."""
    ordered: list[Cell] = []
    for cell in sorted(cells):
        if ordered and cell.low <= ordered[-1].high:
            last = ordered.pop()
            cell = Cell(last.low, max(last.high, cell.high), last.rows + cell.rows)  # noqa: PLW2901
        ordered.append(cell)
    return ordered
