"""Grid cells of a numeric column, refined until no cell is heavy.

Cells are counted by the engine and are deterministic: the same rows give the same cells,
in whatever order they lie. Bins are then unions of cells, so their counts are exact.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from kullback.tables import statements
from kullback.tables.profiles import Number
from kullback.tables.statements import Reading

Rows = list[tuple[Any, ...]]
Execute = Callable[[str], Rows]

BY_VALUE = 64  # integers with at most so many different values are counted by value
_ROUNDS = 10  # each divides a cell that holds a bin by 64 or more: tells any two doubles apart
_FINER = 16  # cells for each quarter of a bin, when a heavy cell is divided


class Cell(NamedTuple):
    """Rows between two values that occur."""

    low: Number
    high: Number
    rows: int


@dataclass(frozen=True, slots=True)
class Specials:
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


def split(rows: Rows) -> tuple[dict[int, tuple[int, Number, Number]], Specials]:
    """Part (cell, count, min, max) rows into numbered cells and special rows."""
    numbered = {cell: (n, low, high) for cell, n, low, high in rows if cell not in _NAMES}
    special = {_NAMES[cell]: int(n) for cell, n, _, _ in rows if cell in _NAMES}
    return numbered, Specials(**special)


def measure(execute: Execute, reading: Reading, bins: int) -> tuple[list[Cell], Specials]:
    """Return the cells of a column in order, none heavier than a quarter bin if it can be split."""
    numbered, specials = split(execute(statements.log_cells(reading)))
    cells = in_order(Cell(low, high, int(n)) for n, low, high in numbered.values())
    for _ in range(_ROUNDS):
        coarse = _unresolved(cells, bins)
        if not coarse:
            break
        kept = set(cells).difference(coarse)
        rows = sum(cell.rows for cell in cells)
        ranges = [(cell.low, cell.high, _parts(cell, rows, bins)) for cell in _joined(coarse)]
        finer = [
            Cell(low, high, int(n))
            for _, n, low, high in execute(statements.linear_cells(reading, ranges))
        ]
        cells = in_order([*kept, *finer])
    return cells, specials


def _unresolved(cells: Sequence[Cell], bins: int) -> list[Cell]:
    rows = sum(cell.rows for cell in cells)
    few = len(cells) <= BY_VALUE and all_whole(cells)
    return [
        cell
        for cell in cells
        if (few or cell.rows * 4 * bins > rows) and math.isfinite(_per_width(cell))
    ]


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


def is_whole(value: Number) -> bool:
    """Return whether a number is an integer, of whatever type."""
    return value == int(value)


def all_whole(cells: Sequence[Cell]) -> bool:
    """Return whether the ends of all cells are integers."""
    return all(is_whole(cell.low) and is_whole(cell.high) for cell in cells)


def by_value(cells: Sequence[Cell]) -> dict[int, int] | None:
    """Return the counts per integer, where there are few and each has a cell of its own."""
    single = len(cells) <= BY_VALUE and all(cell.low == cell.high for cell in cells)
    if not (single and cells and all_whole(cells)):
        return None
    return {int(cell.low): cell.rows for cell in cells}
