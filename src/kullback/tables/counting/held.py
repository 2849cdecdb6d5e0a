"""The values of one column, held as an array, that answer what statements ask of it.

Each answer has the rows that the statement would have, in any order.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback import kernels
from kullback.tables.counting import statements
from kullback.tables.counting.statements import AskedStatement, Reading
from kullback.tables.profiles import drawn, grid
from kullback.tables.profiles.profile import Edge

Rows = list[tuple[Any, ...]]
_ARRAYS: MappingProxyType[Any, str] = MappingProxyType({float: "f8", int: "i8", Decimal: "O"})
_HALF = Decimal("0.5")
_FINEST = 9  # level of the grid that the native kernel counts
_SPECIAL = (
    (statements.NAN, math.nan),
    (statements.PLUS, math.inf),
    (statements.MINUS, -math.inf),
)


@dataclass(frozen=True, slots=True)
class HeldColumn:
    """What a column holds: its finite numbers in order, or its texts, and the rows beside them.

    Parameters
    ----------
    finite : array
        Sorted; empty for texts and booleans.
    texts : dict
        The rows of each text or boolean; empty for numbers.
    special : dict of int to int
        The rows of each special cell.
    """

    finite: NDArray[Any]
    texts: dict[Any, int]
    special: dict[int, int]

    def answer(self, asked: AskedStatement) -> Rows | None:
        """Return the rows of a statement; None if it is not known here."""
        found = ANSWERS.get(asked.what)
        return None if found is None else found(self, *asked.given)


def held(found: Any, given: NDArray[np.bool_], read: Reading) -> HeldColumn | None:
    """Return a column as it is held; None if its type is none that arrays hold as it is."""
    values = np.ma.asarray(found)
    absent = np.ma.getmaskarray(values)
    there = np.ma.getdata(values)[~absent]
    special = _absent(absent, given)
    if values.dtype.kind in "Ob":
        texts = Counter(there.tolist())
        plain = all(type(text) in {str, bool} for text in texts)
        return HeldColumn(np.array([]), dict(texts), special) if plain else None
    if values.dtype.kind not in ("f" if read.floating else "iu"):
        return None
    numbers = there.astype(np.float64) + 0.0 if there.dtype.kind == "f" else there  # no -0
    special |= _beyond(numbers)
    return HeldColumn(np.sort(numbers[np.isfinite(numbers)]), {}, special)


def held_counts(counted: Iterable[tuple[Any, bool, int]], read: Reading) -> HeldColumn | None:
    """Return a column as it is held, from its values, whether each was given, and their rows."""
    counts: Counter[Any] = Counter()
    special = {statements.NULL: 0, statements.UNREADABLE: 0}
    for x, given, n in counted:
        if x is None:
            special[statements.UNREADABLE if given else statements.NULL] += n
        else:
            counts[x] += n
    kinds = {type(x) for x in counts}
    if kinds <= {str, bool}:
        return HeldColumn(np.array([]), dict(counts), special)
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind not in ({float} if read.floating else {int, Decimal}):
        return None
    try:
        values = np.array(list(counts), dtype=_ARRAYS[kind])
    except OverflowError:  # beyond 64 bits
        return None
    values = np.repeat(values, list(counts.values()))
    if kind is float:
        values = values + 0.0  # no -0
        special |= _beyond(values)
        values = values[np.isfinite(values)]
    return HeldColumn(np.sort(values), {}, special)


def _absent(absent: NDArray[np.bool_], given: NDArray[np.bool_]) -> dict[int, int]:
    return {
        statements.NULL: int(np.count_nonzero(absent & ~given)),
        statements.UNREADABLE: int(np.count_nonzero(absent & given)),
    }


def _beyond(numbers: NDArray[np.float64]) -> dict[int, int]:
    return {
        statements.NAN: int(np.count_nonzero(np.isnan(numbers))),
        statements.PLUS: int(np.count_nonzero(numbers == np.inf)),
        statements.MINUS: int(np.count_nonzero(numbers == -np.inf)),
    }


def _grid_cells(column: HeldColumn, level: int) -> Rows:
    numbers = grid.keys_of(column.finite.astype(np.float64), level)
    return [*_specials(column), *_runs(numbers, column.finite)]


def _bin_counts(column: HeldColumn, edges: Sequence[Edge]) -> Rows | None:
    decimals = column.finite.dtype.kind == "O"
    if decimals and any(isinstance(edge.value, float) for edge in edges):
        return None  # engines round one of the two
    return [*_specials(column), *_runs(_bins(edges, column.finite), column.finite)]


def _linear_cells(column: HeldColumn, ranges: Sequence[tuple[Any, Any, int]]) -> Rows:
    values = column.finite
    numbers = np.full(len(values), -1, dtype=np.int64)
    for i, (low, high, parts) in reversed(list(enumerate(ranges))):  # of two, the first counts
        width = high - low
        start, stop = np.searchsorted(values, low), np.searchsorted(values, high, "right")
        some = values[start:stop]
        if isinstance(width, int) and width >= statements.INTEGERS:
            distance = some.astype(np.float64) - float(low)
        else:
            distance = (some - low).astype(np.float64)
        places = np.floor(distance * statements.linear_factor(width, parts)).astype(np.int64)
        numbers[start:stop] = i * 2 * statements.LINEAR_CELLS + places
    order = np.argsort(numbers, kind="stable")
    order = order[numbers[order] >= 0]
    return _runs(numbers[order], values[order])


def _value_counts(column: HeldColumn, most: int, listed: Sequence[Any], parted: bool) -> Rows:  # noqa: FBT001 - as it was asked
    pairs = list(column.texts.items())
    if len(column.finite):
        pairs = list(zip(*(a.tolist() for a in _unique(column.finite)), strict=True))
    beyond = [(x, n) for cell, x in _SPECIAL if (n := column.special.get(cell, 0))]
    null, unreadable = (column.special[c] for c in (statements.NULL, statements.UNREADABLE))
    absent = [(null, False), (unreadable, True)] if parted else [(null + unreadable, False)]
    rows = sum(n for _, n in pairs) + sum(column.special.values())
    distinct = len(pairs) + len(beyond)
    first: Rows = [(None, n, rows, distinct, said) for n, said in absent if n]
    first += [(x, n, rows, distinct, False) for x, n in beyond]
    named = set(listed)
    pairs.sort(key=lambda pair: (pair[0] not in named, -pair[1], pair[0]))
    return [*first, *((x, n, rows, distinct, False) for x, n in pairs[: most - len(first)])]


def _drawn_integers(column: HeldColumn, level: int, scale: int) -> Rows:
    values = column.finite
    if values.dtype.kind == "O":
        values = np.array([math.floor(x * scale + _HALF) for x in values], dtype=np.int64)
    elif scale != 1:
        values = np.floor(values * scale + 0.5)
    if values.dtype.kind == "f":
        values = values[values == np.floor(values)]
    whole, counts = _unique(values)
    places = np.abs(whole.astype(np.int64)) % drawn.PRIME * drawn.FACTOR % drawn.PRIME
    kept = places <= drawn.PRIME >> level
    return list(zip(whole[kept].tolist(), counts[kept].tolist(), strict=True))


ANSWERS: MappingProxyType[str, Callable[..., Rows | None]] = MappingProxyType(
    {
        "grid": _grid_cells,
        "bins": _bin_counts,
        "linear": _linear_cells,
        "values": _value_counts,
        "drawn": _drawn_integers,
    }
)


@dataclass(frozen=True, slots=True)
class HeldFloats:
    """The floats of a column as they lie, which the native kernels count without sorting them.

    Parameters
    ----------
    values : array of float64
        What is absent may be anything.
    absent : array of bool, optional
        Which rows hold none.
    gone : dict of int to int
        The rows of each special cell of what is absent.
    """

    values: NDArray[np.float64]
    absent: NDArray[np.bool_] | None
    gone: dict[int, int]

    def answer(self, asked: AskedStatement) -> Rows | None:
        """Return the rows of a statement; None if it is to be run."""
        if asked.what == "bins" and kernels.bin_cells is not None:
            edges = np.ascontiguousarray(_float_edges(*asked.given))
            return self._rows(kernels.bin_cells(self.values, self.absent, edges))
        if asked.what == "grid" and kernels.grid_cells is not None and asked.given[0] <= _FINEST:
            return self._rows(kernels.grid_cells(self.values, self.absent, *asked.given))
        return None

    def _rows(self, found: Sequence[NDArray[Any]]) -> Rows:
        special = self.gone
        if sum(special.values()) + int(found[1].sum()) < len(self.values):
            there = self.values if self.absent is None else self.values[~self.absent]
            special = special | _beyond(there)
        cells = zip(*(column.tolist() for column in found), strict=True)
        return [*((cell, n, None, None) for cell, n in special.items() if n), *cells]


Held = HeldColumn | HeldFloats
FLOAT_ANSWERS = frozenset({"bins", "grid"})


def held_floats(found: Any, given: NDArray[np.bool_] | None) -> HeldFloats | None:
    """Return floats as they are held; None if they are of another type.

    `given` is None where all that is given can be read.
    """
    values = np.ma.asarray(found)
    if values.dtype.kind != "f":
        return None
    numbers = np.ascontiguousarray(np.ma.getdata(values), dtype=np.float64)
    absent = np.ma.getmaskarray(values) if np.ma.is_masked(values) else None
    if absent is None:
        return HeldFloats(numbers, absent, {})
    return HeldFloats(numbers, absent, _absent(absent, ~absent if given is None else given))


def _specials(column: HeldColumn) -> Rows:
    return [(cell, n, None, None) for cell, n in column.special.items() if n]


def _unique(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the different values of a sorted array, and their rows."""
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1])[: len(values)])
    return values[starts], np.diff(np.append(starts, len(values)))


def _runs(numbers: NDArray[np.int64], values: NDArray[Any]) -> Rows:
    """Return (number, count, min, max) of each run of a number."""
    if not len(values):
        return []
    starts = np.concatenate([[0], (numbers[1:] != numbers[:-1]).nonzero()[0] + 1])
    ends = np.append(starts[1:], len(values))
    columns = (numbers[starts], ends - starts, values[starts], values[ends - 1])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _bins(edges: Sequence[Edge], values: NDArray[Any]) -> NDArray[np.int64]:
    """Return how many edges lie below each value."""
    if values.dtype.kind == "f":
        return np.searchsorted(_float_edges(edges), values)
    if values.dtype.kind == "O":
        known = values.tolist()
        places = [(bisect_right if e.inclusive else bisect_left)(known, e.value) for e in edges]
        return np.searchsorted(np.array(places, dtype=np.int64), np.arange(len(known)), "right")
    last = (
        math.floor(edge.value) if edge.inclusive else math.ceil(edge.value) - 1 for edge in edges
    )  # the greatest whole number that does not lie above an edge
    kind = np.iinfo(values.dtype)
    at = [min(end, kind.max) for end in last if end >= kind.min]
    return len(edges) - len(at) + np.searchsorted(np.array(at, dtype=values.dtype), values)


def _float_edges(edges: Sequence[Edge]) -> NDArray[np.float64]:
    """Return the greatest doubles that do not lie above the edges."""
    ends = np.array([float(edge.value) for edge in edges])
    open_ends = np.array([not edge.inclusive for edge in edges], dtype=bool)
    with np.errstate(over="ignore"):  # below the least number nothing lies but -inf
        return np.where(open_ends, np.nextafter(ends, -np.inf), ends)
