"""The cells that profiles merge by: leaves of one fixed tree, which knows nothing of the data.

At level L an octave [2ᵉ, 2ᵉ⁺¹) has 2ᴸ cells of equal width, so that borders are exact doubles
and a cell of one level is two of the next; the negative half mirrors it, and zero is alone.
How fine a grid is depends only on which cells are occupied, and more rows never make it
finer: so the grids of two parts have all that is needed for the grid of the whole.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

Number = int | float | Decimal

BASE = 7  # level of the first visit: cells of 0.4 to 0.8 % of their value
FINEST = 40
DISTINCT = 256  # with at most so many different values, each one is kept
RESOLVED = 192  # with so many cells of the first visit occupied, no finer ones are needed
CELLS = 1536  # at most so many are kept
BIAS = 2048  # more than the lowest octave's number, so that keys have the sign of their cell
TINY = 2.0**-900  # what is nearer to zero than this shares one cell, on each side
_TINY_KEY = BIAS - 1000


class Cell(NamedTuple):
    """Rows between two values that occur."""

    low: Number
    high: Number
    rows: int


class Atom(NamedTuple):
    """A value so frequent that its rows, and the rows below it, are kept beside the cells."""

    value: Number
    rows: int
    below: int


class Keyed(NamedTuple):
    """A cell with its number in the grid of a level."""

    key: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class Grid:
    """The occupied cells of a column, in order.

    Parameters
    ----------
    level : int or None
        How fine; None where every cell is one value: the counts are exact.
    cells : tuple of Cell
        Each with the least and the greatest value in it.
    """

    level: int | None
    cells: tuple[Cell, ...]

    @property
    def rows(self) -> int:
        """Rows in all cells."""
        return sum(cell.rows for cell in self.cells)

    @property
    def whole(self) -> bool:
        """Whether the ends of all cells are whole numbers."""
        return all(cell.low == int(cell.low) and cell.high == int(cell.high) for cell in self.cells)


def key_of(value: Number, level: int) -> int:
    """Return the number of the cell that holds a value.

    Examples
    --------
    >>> [key_of(x, 1) for x in (0, 1.0, 1.4, 1.5, 2, -1.5)]
    [0, 4096, 4096, 4097, 4098, -4097]
    """
    number = float(value)
    if number == 0:
        return 0
    sign = 1 if number > 0 else -1
    if abs(number) < TINY:
        return sign * (_TINY_KEY << level)
    mantissa, exponent = math.frexp(abs(number))
    place = int(math.ldexp(mantissa, level + 1))
    return sign * (place + ((exponent + BIAS - 2) << level))


def coarser(key: int, levels: int) -> int:
    """Return the number of a cell's ancestor.

    Examples
    --------
    >>> coarser(key_of(-1.8, 9), 6) == key_of(-1.8, 3)
    True
    """
    return key >> levels if key >= 0 else -(-key >> levels)


def border(key: int, level: int) -> float:
    """Return the end nearer to zero of a cell; that of the cells around zero is 0.

    Examples
    --------
    >>> border(key_of(5, 2), 2), border(key_of(5, 2) + 1, 2), border(key_of(-5, 2), 2)
    (5.0, 6.0, -5.0)
    """
    place = abs(key)
    octave = (place >> level) - BIAS
    if octave < -900:  # around zero, or the far end of a cell beside it
        return 0.0 if place in {0, _TINY_KEY << level} else math.copysign(TINY, key)
    if octave > 1023:
        return math.copysign(math.inf, key)
    mantissa = place - ((octave + BIAS - 1) << level)
    return math.copysign(math.ldexp(mantissa, octave - level), key)


def gather(cells: Iterable[Keyed], levels: int) -> list[Keyed]:
    """Return the cells of a grid that is some levels coarser; cells come in order."""
    found: list[Keyed] = []
    for key, cell in cells:
        ancestor = coarser(key, levels)
        if found and found[-1].key == ancestor:
            last = found[-1].cell
            cell = Cell(last.low, cell.high, last.rows + cell.rows)  # noqa: PLW2901
            found[-1] = Keyed(ancestor, cell)
        else:
            found.append(Keyed(ancestor, cell))
    return found


def settle(cells: Sequence[Keyed], level: int) -> Grid:
    """Return the grid that these cells call for, none finer than they are.

    Up to 256 values are kept each; else, where 192 cells of the first visit's level are
    occupied, that level; else the finest with at most 1536 cells, which is also the bound
    of what is kept.
    """
    single = all(cell.low == cell.high for _, cell in cells)
    if single and len(cells) <= DISTINCT:
        return Grid(None, tuple(cell for _, cell in cells))
    if level > BASE:
        base = gather(cells, level - BASE)
        if len(base) >= RESOLVED:
            cells, level = base, BASE
    keys = {key for key, _ in cells}
    down = 0
    while len(keys) > CELLS and down < level:
        down += 1
        keys = {coarser(key, 1) for key in keys}
    kept = gather(cells, down) if down else cells
    return Grid(level - down, tuple(cell for _, cell in kept))


def keyed(cells: Iterable[Cell], level: int) -> list[Keyed]:
    """Number cells; both ends of a cell lie in one of this level."""
    return gather((Keyed(key_of(cell.low, level), cell) for cell in cells), 0)


def level_of(grid: Grid) -> int:
    """Return the finest level at which a grid's counts are known."""
    return FINEST if grid.level is None else grid.level


def join(first: Grid, second: Grid) -> Grid:
    """Return the grid of both parts together: the same as that of all rows at once."""
    if first.level is None and second.level is None:
        both = by_value([*first.cells, *second.cells])
        if len(both) <= DISTINCT:
            return Grid(None, tuple(both))
    level = min(level_of(first), level_of(second))
    sides = [*keyed(first.cells, level), *keyed(second.cells, level)]
    return settle(united(sides), level)


def by_value(cells: Iterable[Cell]) -> list[Cell]:
    """Add up cells of one value each."""
    rows: dict[Number, int] = {}
    for cell in cells:
        rows[cell.low] = rows.get(cell.low, 0) + cell.rows
    return [Cell(value, value, rows[value]) for value in sorted(rows)]


def united(cells: Iterable[Keyed]) -> list[Keyed]:
    """Add up the cells of one number, and sort them."""
    found: dict[int, Cell] = {}
    for key, cell in cells:
        other = found.get(key)
        if other is not None:
            low, high = min(other.low, cell.low), max(other.high, cell.high)
            cell = Cell(low, high, other.rows + cell.rows)  # noqa: PLW2901
        found[key] = cell
    return [Keyed(key, found[key]) for key in sorted(found)]


def join_atoms(first: Iterable[Atom], second: Iterable[Atom]) -> tuple[Atom, ...]:
    """Keep the frequent values that both parts know."""
    others = {atom.value: atom for atom in second}
    return tuple(
        Atom(atom.value, atom.rows + other.rows, atom.below + other.below)
        for atom in first
        if (other := others.get(atom.value)) is not None
    )
