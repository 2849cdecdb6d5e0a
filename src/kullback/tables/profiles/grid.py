"""The cells that profiles merge by: leaves of one fixed tree, which knows nothing of the data.

At level L an octave [2ᵉ, 2ᵉ⁺¹) has 2ᴸ cells of equal width, so that borders are exact doubles
and a cell of one level is two of the next; the negative half mirrors it, and zero is alone.
How fine a grid is depends only on which cells are occupied, and more rows never make it
finer: so the grids of two parts have all that is needed for the grid of the whole.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

Number = int | float | Decimal
Keys = NDArray[np.int64]

BASE = 7  # level of the first visit: cells of 0.4 to 0.8 % of their value
FINEST = 40
DISTINCT = 256  # with at most so many different values, each one is kept
SCALES = (10, 100, 1000, 10_000)  # of decimals that are told apart
EXACT = 2**20  # up to which single precision knows a whole number to a tenth
NEARLY = 0.07  # of the least step of decimals; what single precision moves them by
MOST = 0.99  # of the ends of cells have so many decimals
WHOLE = 1024  # likewise of whole numbers that lie near each other
NEAR = 4096  # between the least and the greatest of them
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


@dataclass(frozen=True, slots=True, eq=False)
class CellArrays(Sequence[Cell]):
    """Cells in order, kept as three arrays: a wide table has millions of them.

    Parameters
    ----------
    low, high : array
        The ends: doubles, or objects where one of them is no float, so that each stays exact.
    rows : array of int
        How many rows each holds.
    """

    low: NDArray[Any]
    high: NDArray[Any]
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Cell: ...
    @overload
    def __getitem__(self, place: slice) -> "CellArrays": ...
    def __getitem__(self, place: int | slice) -> "Cell | CellArrays":
        if isinstance(place, slice):
            return self.at(place)
        return Cell(self.low.item(place), self.high.item(place), self.rows.item(place))

    def __iter__(self) -> Iterator[Cell]:
        columns = (self.low.tolist(), self.high.tolist(), self.rows.tolist())
        return map(Cell._make, zip(*columns, strict=True))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # arrays have none

    @property
    def single(self) -> NDArray[np.bool_]:
        """Which cells hold one value."""
        return np.asarray(self.low == self.high, dtype=bool)

    def at(self, places: Any) -> "CellArrays":
        """Return some of them."""
        return CellArrays(self.low[places], self.high[places], self.rows[places])

    def joined(self, starts: NDArray[np.intp]) -> "CellArrays":
        """Make one cell of each run of cells."""
        last = np.append(starts[1:], len(self)) - 1
        return CellArrays(self.low[starts], self.high[last], np.add.reduceat(self.rows, starts))


def in_columns(cells: Sequence[Cell]) -> CellArrays:
    """Return cells as arrays.

    Examples
    --------
    >>> in_columns([Cell(0.0, 1.5, 3), Cell(2.0, 2.0, 4)]).single.tolist()
    [False, True]
    """
    if isinstance(cells, CellArrays):
        return cells
    low, high = ends([cell[0] for cell in cells]), ends([cell[1] for cell in cells])
    return CellArrays(low, high, np.array([cell[2] for cell in cells], dtype=np.int64))


def _are_whole(values: NDArray[Any]) -> bool:
    if values.dtype == object:
        return all(type(value) is int or value == int(value) for value in values.tolist())
    return bool((values == np.floor(values)).all())


def ends(values: Sequence[Number]) -> NDArray[Any]:
    """Return values as doubles if all are, else as they are."""
    plain = set(map(type, values)) <= {float}
    return np.array(values, dtype=np.float64 if plain else object)


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
    cells : sequence of Cell
        Each with the least and the greatest value in it.
    """

    level: int | None
    cells: Sequence[Cell]

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", in_columns(self.cells))

    @property
    def rows(self) -> int:
        """Rows in all cells."""
        return int(in_columns(self.cells).rows.sum())

    @property
    def whole(self) -> bool:
        """Whether the ends of all cells are whole numbers."""
        held = in_columns(self.cells)
        return all(map(_are_whole, (held.low, held.high)))

    @property
    def scale(self) -> int:
        """By what its numbers are multiplied to be whole: 100 of cents; 0 where nothing does."""
        if self.whole:
            return 1
        held = in_columns(self.cells)
        values = np.concatenate([held.low, held.high]).astype(np.float64)
        largest = float(np.abs(values).max())
        for scale in SCALES:
            if largest >= EXACT / scale:
                return 0
            moved = values * scale
            if np.mean(np.abs(moved - np.rint(moved)) <= NEARLY) >= MOST:
                return scale
        return 0


def key_of(value: Number, level: int) -> int:
    """Return the number of the cell that holds a value.

    Examples
    --------
    >>> [key_of(x, 1) for x in (0, 1.0, 1.4, 1.5, 2, -1.5)]
    [0, 4096, 4096, 4097, 4098, -4097]
    """
    return int(keys_of(np.array([float(value)]), level)[0])


def keys_of(values: NDArray[np.float64], level: int) -> Keys:
    """Return the numbers of the cells that hold some values."""
    sizes = np.abs(values)
    mantissas, exponents = np.frexp(sizes)
    places = np.ldexp(mantissas, level + 1).astype(np.int64)
    keys = places + ((exponents.astype(np.int64) + (BIAS - 2)) << level)
    keys = np.where(sizes < TINY, _TINY_KEY << level, keys)
    numbered: Keys = np.sign(values).astype(np.int64) * keys
    return numbered


def coarser(keys: Keys, levels: int) -> Keys:
    """Return the numbers of cells' ancestors.

    Examples
    --------
    >>> coarser(np.array([key_of(-1.8, 9), 0]), 6).tolist() == [key_of(-1.8, 3), 0]
    True
    """
    ancestors: Keys = np.sign(keys) * (np.abs(keys) >> levels)
    return ancestors


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


def gather(cells: Sequence[Keyed], levels: int) -> list[Keyed]:
    """Return the cells of a grid that is some levels coarser; cells come in order."""
    keys, joined = _gathered(*_parted(cells), levels)
    return list(map(Keyed, keys.tolist(), joined))


def _parted(cells: Sequence[Keyed]) -> tuple[Keys, CellArrays]:
    keys = np.array([key for key, _ in cells], dtype=np.int64)
    return keys, in_columns([cell for _, cell in cells])


def _gathered(keys: Keys, cells: CellArrays, levels: int) -> tuple[Keys, CellArrays]:
    if not len(keys):
        return keys, cells
    ancestors = coarser(keys, levels)
    starts = np.flatnonzero(np.diff(ancestors, prepend=ancestors[0] - 1))
    return ancestors[starts], cells.joined(starts)


def settle(cells: Sequence[Keyed], level: int) -> Grid:
    """Return the grid that these cells call for, as `settle_columns` does."""
    return settle_columns(*_parted(cells), level)


def settle_columns(keys: Keys, cells: CellArrays, level: int) -> Grid:
    """Return the grid that these cells call for, none finer than they are.

    Few values are kept each (`few`); else, where 192 cells of the first visit's level are
    occupied, that level; else the finest with at most 1536 cells, which is also the bound
    of what is kept.
    """
    if cells.single.all() and few(cells.low.tolist()):
        return Grid(None, cells)
    if level > BASE:
        base = _gathered(keys, cells, level - BASE)
        if len(base[0]) >= RESOLVED:
            (keys, cells), level = base, BASE
    while len(keys) > CELLS and level:
        keys, cells = _gathered(keys, cells, 1)
        level -= 1
    return Grid(level, cells)


def few(values: Sequence[Number]) -> bool:
    """Return whether so many different values, in order, are kept each.

    Up to 256, and of whole numbers that lie near each other up to 1024. Of fewer rows there are no
    more of them, so that parts know what the whole does.

    Examples
    --------
    >>> few([x / 2 for x in range(256)]), few([x / 2 for x in range(257)]), few(range(1024))
    (True, False, True)
    """
    if len(values) <= DISTINCT:
        return True
    near = len(values) <= WHOLE and float(values[-1]) - float(values[0]) <= NEAR
    return near and all(value == int(value) for value in values)


def keyed(cells: Iterable[Cell], level: int) -> list[Keyed]:
    """Number cells; both ends of a cell lie in one of this level."""
    held = in_columns(list(cells))
    keys = keys_of(held.low.astype(np.float64), level)
    return gather(list(map(Keyed, keys.tolist(), held)), 0)


def level_of(grid: Grid) -> int:
    """Return the finest level at which a grid's counts are known."""
    return FINEST if grid.level is None else grid.level


def join(first: Grid, second: Grid) -> Grid:
    """Return the grid of both parts together: the same as that of all rows at once."""
    if first.level is None and second.level is None:
        both = by_value([*first.cells, *second.cells])
        if few([cell.low for cell in both]):
            return Grid(None, both)
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
