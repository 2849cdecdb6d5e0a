"""From what a user passes to points: numbers of shape (n, d), and labels where there are some."""

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.arguments import refuse_lazy
from kullback.arrays import numpy_of
from kullback.checks import numeric, place
from kullback.errors import InputError, ShapeError, SupportError
from kullback.intake import refuse_masked

Array = NDArray[np.float64]

LARGEST = 1e150  # beyond, squares of differences overflow


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """One sample.

    Parameters
    ----------
    numbers : ndarray of shape (n, d)
        The numeric columns, finite float64.
    columns : tuple of str or None
        Their names, where the sample came with some.
    labels : list of tuple or None
        The categorical columns, one tuple a row.
    categorical : tuple of str
        Their names.
    flat : bool
        Whether the sample was given as one column of shape (n,).
    """

    numbers: Array
    columns: tuple[str, ...] | None = None
    labels: list[tuple[Any, ...]] | None = None
    categorical: tuple[str, ...] = ()
    flat: bool = False


def read(name: str, value: Any) -> Points:
    """Check one sample and return it as points.

    Parameters
    ----------
    name : str
        The name of the argument, for messages.
    value : array_like of shape (n,) or (n, d), frame, or mapping of columns
        The observations, one a row.

    Returns
    -------
    Points
        The observations in the order given.
    """
    refuse_lazy(name, value)
    table = _columns(value)
    if table is not None:
        return _from_columns(name, table)
    refuse_masked(name, value)
    texts = _texts(value)
    if texts is not None:
        return _of_texts(name, texts)
    raw = numeric(name, value)
    if raw.ndim not in (1, 2):
        raise ShapeError(
            f"{name} has shape {raw.shape}; give one observation a row: (n,) or (n, d)"
        )
    if raw.size == 0:
        raise ShapeError(f"{name} has shape {raw.shape}: no observations; give some")
    numbers = raw.reshape(len(raw), -1).astype(np.float64)
    _refuse_unusable(name, numbers, None)
    return Points(numbers, flat=raw.ndim == 1)


def _texts(value: Any) -> NDArray[Any] | None:
    """Return an array of categories, or None for anything else."""
    if getattr(getattr(value, "dtype", None), "name", "") in {"category", "string", "str"}:
        value = np.asarray(value, dtype=object)
    try:
        raw = np.asarray(value)
    except (ValueError, TypeError, RuntimeError):  # whoever reads numbers says what it is
        return None
    texts = raw.dtype.kind in "UST"
    texts |= raw.dtype.kind == "O" and any(isinstance(item, str) for item in raw.flat)
    return raw if texts and raw.ndim in (1, 2) and raw.size else None


def _of_texts(name: str, texts: NDArray[Any]) -> Points:
    """Read an array of categories: each column of it is one, unless all its values are numbers."""
    wide = texts.reshape(len(texts), -1)
    if all(map(_spells_a_number, wide.flat)):
        raise InputError(
            f"{name} holds numbers as texts; give numbers, or where they name categories a mapping "
            f"of columns, as {{'kind': {name}}}"
        )
    columns = [_numbers_or_texts(column) for column in wide.T]
    table = {str(i): column for i, column in enumerate(columns)}
    found = _from_columns(name, table)
    return replace(found, columns=None, flat=texts.ndim == 1)


def _spells_a_number(item: Any) -> bool:
    try:
        float(item)
    except (TypeError, ValueError):
        return False
    return True


def _numbers_or_texts(column: NDArray[Any]) -> NDArray[Any]:
    if column.dtype.kind == "O" and all(map(_real, column)):
        return column.astype(np.float64)
    return column


def _real(item: Any) -> bool:
    return isinstance(item, Real | Decimal) and not isinstance(item, bool)


def matched(x: Points, y: Points) -> Points:
    """Return `y` with its columns in the order of `x`, or say how the two differ."""
    if (x.columns is None) != (y.columns is None):
        bare = "x" if x.columns is None else "y"
        raise SupportError(f"{bare} has no column names and the other has; give both as frames")
    if x.columns is None or y.columns is None:
        return _same_width(x, y)
    for kind, mine, other in (
        ("numeric", x.columns, y.columns),
        ("categorical", x.categorical, y.categorical),
    ):
        if set(mine) != set(other):
            raise SupportError(
                f"the {kind} columns differ: x has {sorted(mine)} and y has {sorted(other)}; "
                f"give both the same columns, of the same types"
            )
    order = [y.columns.index(name) for name in x.columns]
    places = [y.categorical.index(name) for name in x.categorical]
    labels = y.labels and [tuple(row[i] for i in places) for row in y.labels]
    return Points(y.numbers[:, order], x.columns, labels, x.categorical)


def _same_width(x: Points, y: Points) -> Points:
    if x.categorical != y.categorical:
        kinds = (f"{len(side.categorical)} columns of categories" for side in (x, y))
        raise SupportError(
            f"x has {' and y has '.join(kinds)}; give both columns of the same types"
        )
    wide, other = x.numbers.shape[1], y.numbers.shape[1]
    if wide != other:
        raise ShapeError(
            f"x has {wide} columns and y has {other}; observations of both are rows of the same "
            f"length (is one of them transposed?)"
        )
    return y


def _pandas(value: Any) -> dict[str, Any]:
    names = [str(name) for name in value.columns]
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None:
        raise SupportError(f"a frame has the column {twice!r} more than once; rename one of them")
    return {name: _pandas_column(value.iloc[:, i]) for i, name in enumerate(names)}


def _pandas_column(series: Any) -> Any:
    """Return numbers as float64 (missing is NaN), and categories of numbers as categories."""
    if series.dtype.kind in "iuf":
        return series.to_numpy(dtype=np.float64, na_value=np.nan)
    if series.dtype == object:
        return _numbers_or_texts(series.to_numpy())
    return (series.astype(object) if series.dtype.kind == "O" else series).to_numpy()


def _polars(value: Any) -> dict[str, Any]:
    return {name: value[name].to_numpy() for name in value.columns}


def _arrow(value: Any) -> dict[str, Any]:
    return {name: value[name].to_numpy() for name in value.column_names}


# Where a frame's class lives, and how its columns are read; only what is loaded is asked.
FRAMES: dict[tuple[str, str], Callable[[Any], dict[str, Any]]] = {
    ("pandas", "DataFrame"): _pandas,
    ("polars", "DataFrame"): _polars,
    ("pyarrow", "Table"): _arrow,
}


def _columns(value: Any) -> dict[str, Any] | None:
    """Return name → values where the argument has columns, else None."""
    if isinstance(value, Mapping):
        return {
            str(name): _numbers_or_texts(numpy_of(str(name), column))
            for name, column in value.items()
        }
    for (module, kind), columns in FRAMES.items():
        loaded = sys.modules.get(module)
        if loaded is not None and isinstance(value, getattr(loaded, kind)):
            return columns(value)
    return None


def _from_columns(name: str, table: dict[str, Any]) -> Points:
    single = next((column for column, values in table.items() if np.ndim(values) != 1), None)
    if single is not None:
        raise ShapeError(
            f"{name}[{single!r}] is not a column of observations; give a mapping of columns, or "
            f"to kullback.counts a mapping of label to count"
        )
    lengths = {column: len(values) for column, values in table.items()}
    if not lengths or not min(lengths.values()):
        raise ShapeError(f"{name} has no observations (columns: {list(table)}); give some")
    if len(set(lengths.values())) > 1:
        raise ShapeError(f"the columns of {name} differ in length: {lengths}")
    numbers = {c: v for c, v in table.items() if v.dtype.kind in "fiu"}
    others = {c: _labels(name, c, v) for c, v in table.items() if c not in numbers}
    rows = next(iter(lengths.values()))
    matrix = np.column_stack(
        [np.empty((rows, 0)), *(v.astype(np.float64) for v in numbers.values())]
    )
    _refuse_unusable(name, matrix, tuple(numbers))
    labels = list(zip(*others.values(), strict=True)) if others else None
    return Points(matrix, tuple(numbers), labels, tuple(others))


def _labels(name: str, column: str, values: Any) -> list[Any]:
    """Return the categories of one column as plain Python values."""
    if values.dtype.kind in "mMc":
        raise InputError(
            f"{name}[{column!r}] holds {values.dtype} values; turn them into numbers first, "
            f"for example seconds since a fixed time"
        )
    plain = values.tolist()
    for row, label in enumerate(plain):
        if _missing(label):
            raise InputError(
                f"{name}[{column!r}][{row}] is missing; drop that row, or give missing values a "
                f"category of their own"
            )
    return list(plain)


def _missing(label: Any) -> bool:
    """Whether a category is None, NaN, or pandas' NA or NaT."""
    if label is None or type(label).__name__ in {"NAType", "NaTType"}:
        return True
    return isinstance(label, float) and math.isnan(label)


def _refuse_unusable(name: str, numbers: Array, columns: tuple[str, ...] | None) -> None:
    bad = ~(np.abs(numbers) <= LARGEST)
    if not bad.any():
        return
    row, column = (int(i) for i in np.argwhere(bad)[0])
    value = numbers[row, column]
    where = place([row] if numbers.shape[1] == 1 else [row, column])
    if columns is not None:
        where = f"[{columns[column]!r}][{row}]"
    remedy = "drop such rows from the sample, and say that you did"
    if np.isfinite(value):
        remedy = (
            f"beyond {LARGEST:g}: divide every sample by one number; KL stays the same, and an "
            f"entropy falls by its logarithm, once a column"
        )
    raise InputError(
        f"{name}{where} is {value} ({int(bad.sum())} such values of {numbers.size}); {remedy}"
    )
