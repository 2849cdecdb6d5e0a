"""A table of counts: two columns or more, one cell for each combination of their outcomes."""

import sys
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.checks import numeric
from kullback.counts.rows.row import one_row, remarks, whole_numbers
from kullback.errors import InputError, ShapeError
from kullback.intake import canonical, contents
from kullback.results import Note

Array = NDArray[np.float64]

MOST_CELLS = 20_000_000


@dataclass(frozen=True, eq=False)
class CountTable:
    """Counts of combinations, and what was accepted on the way.

    Parameters
    ----------
    x : ndarray of shape (k1, k2, …)
        Counts, float64.
    notes : tuple of Note
        What a reader should look at.
    """

    x: Array
    notes: tuple[Note, ...] = ()

    @property
    def n(self) -> float:
        """Observations."""
        return float(self.x.sum())

    def margin(self, columns: tuple[int, ...]) -> Array:
        """Counts of the combinations of some of the columns, kept as axes of length 1 elsewhere."""
        others = tuple(i for i in range(self.x.ndim) if i not in columns)
        return np.asarray(self.x.sum(axis=others, keepdims=True))


def read_table(value: Any) -> CountTable:
    """Read a table of counts.

    Parameters
    ----------
    value : array_like of shape (k1, k2, …), frame, or mapping of tuples
        Counts of combinations, as ``pandas.crosstab`` or ``Counter(zip(a, b))`` give them.

    Returns
    -------
    CountTable
        The counts, checked.
    """
    raw = _of_tuples(value)
    if raw is None:
        raw = numeric("table", _array(contents("table", value)))
    if raw.ndim < 2:
        raise ShapeError(
            f"table has shape {raw.shape}; give the counts of two columns or more together, as "
            f"Counter(zip(a, b)) or pandas.crosstab(a, b)"
        )
    if raw.size == 0:
        raise ShapeError(f"table has shape {raw.shape}: no outcomes; give some")
    places = _IndexLabels(raw.shape)
    counts = one_row("table", raw.ravel(), places).reshape(raw.shape)
    notes = remarks([float(counts.sum())], whole=whole_numbers(counts))
    return CountTable(counts, tuple(notes))


class _IndexLabels(Sequence[Hashable]):
    """The place of each cell, named when it is asked for."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape

    def __len__(self) -> int:
        return int(np.prod(self.shape))

    def __getitem__(self, index: Any) -> Any:
        return tuple(int(i) for i in np.unravel_index(int(index), self.shape))


def _array(value: Any) -> Any:
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.DataFrame):
        return value.to_numpy()
    return value


def _of_tuples(value: Any) -> Array | None:
    """Lay out a mapping (or a Series) whose labels are combinations."""
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.Series):
        value = value.to_dict()
    if not isinstance(value, Mapping):
        return None
    keys = list(value)
    wide = {len(key) if isinstance(key, tuple) else 1 for key in keys}
    if len(wide) != 1 or wide == {1}:
        raise ShapeError(
            "table is a mapping whose labels are not all tuples of one length of two or more; give "
            "Counter(zip(a, b)), or a table of counts"
        )
    counted = numeric("table", list(value.values()))
    return laid_out(list(zip(*map(canonical, keys), strict=True)), counted)


def laid_out(columns: Sequence[Sequence[Any]], counted: NDArray[Any]) -> Array:
    """Return the table of combinations that are listed with their counts."""
    codes = [_codes(column) for column in columns]
    shape = tuple(max(code) + 1 for code in codes)
    if float(np.prod([float(k) for k in shape])) > MOST_CELLS:
        raise InputError(
            f"a table of {' × '.join(map(str, shape))} outcomes is too large "
            f"(at most {MOST_CELLS:,} cells); merge rare outcomes, or take a shorter history"
        )
    found = np.zeros(shape)
    np.add.at(found, tuple(np.asarray(code) for code in codes), counted)
    return found


def _codes(column: Sequence[Any]) -> list[int]:
    places: dict[Any, int] = {}
    try:
        return [places.setdefault(label, len(places)) for label in column]
    except TypeError as error:
        raise InputError(f"a value is no outcome: {error}; give numbers or texts") from None
