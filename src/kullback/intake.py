"""What people bring along, read the same way in every room: labels, masks, containers, dtypes.

Labels are meant: those of a mapping, a Counter, an index, the columns of a frame, or a coordinate.
What cannot be read without a guess is refused, with the remedy.
"""

import sys
from collections.abc import Hashable, Iterator, Mapping, Sequence, ValuesView
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.arguments import refuse_lazy, refuse_sparse
from kullback.errors import InputError, ShapeError, SupportError
from kullback.results import Note

NAN = float("nan")
_EIGHT_BITS = ("e4m3", "e4m3fn", "e4m3fnuz", "e4m3b11fnuz", "e5m2", "e5m2fnuz")
SMALL_FLOATS = ("bfloat16", *(f"float8_{name}" for name in _EIGHT_BITS))
MOST_SHOWN = 3


class Labelled(NamedTuple):
    """An array whose last axis has names; those of its other axis too, where it has some."""

    labels: tuple[Hashable, ...]
    values: NDArray[Any]
    rows: tuple[Hashable, ...] | None = None


@dataclass(frozen=True, slots=True)
class AlignedArguments:
    """Arguments in one order of outcomes.

    Parameters
    ----------
    labels : tuple or None
        The names of the outcomes, where the arguments had some.
    values : list
        The arguments, outcomes last where they had labels; the others as they came.
    notes : tuple of Note
        What a reader should look at.
    """

    labels: tuple[Hashable, ...] | None
    values: list[Any]
    notes: tuple[Note, ...] = ()


def aligned(
    named: dict[str, Any], *, axis: int | None = -1, absent: float = 0.0, paired: bool = True
) -> AlignedArguments:
    """Bring labelled arguments into one order of outcomes.

    Parameters
    ----------
    named : dict
        The arguments by name.
    axis : int or None
        Where the outcomes lie; None takes the whole array, by position.
    absent : float
        What an outcome holds that an argument does not list.
    paired : bool
        Whether the first row meets the first, and so on.

    Returns
    -------
    AlignedArguments
        The values on the union of the labels.

    Raises
    ------
    SupportError
        Labels on one side only, or twice on one side.
    InputError
        Masked entries, sparse and lazy arrays: with what to do about them.
    """
    if not any(map(_of_interest, named.values())):
        return AlignedArguments(None, list(named.values()))
    plain = {name: contents(name, value) for name, value in named.items()}
    tables = {name: labelled(name, value, axis) for name, value in plain.items()}
    whole = {name: table for name, table in tables.items() if table is not None}
    bare = [name for name, table in tables.items() if table is None]
    if not whole or (bare and all(map(_by_position, whole.values()))):
        return AlignedArguments(None, list(plain.values()))
    if bare:
        raise SupportError(
            f"{next(iter(whole))} has labels and {bare[0]} has none, so their outcomes cannot be "
            f"matched; give both as mappings (or Series), or both as arrays"
        )
    if paired:
        _same_rows(whole)
    whole = _one_kind_of_missing(whole)
    labels = tuple(dict.fromkeys(label for table in whole.values() for label in table.labels))
    values = [_spread(table, labels, absent) for table in whole.values()]
    return AlignedArguments(labels, values, tuple(_unlike(whole)))


def _of_interest(value: Any) -> bool:
    """Whether a value is more than numbers in a row, which NumPy reads as they are."""
    if type(value) is np.ndarray:
        return bool(value.dtype == object) or _is_small_float(value.dtype)
    if type(value) in (list, tuple):
        return any(isinstance(item, Decimal | Fraction) for item in value)
    return True


def contents(name: str, value: Any) -> Any:
    """Return what NumPy can read of a container, or refuse it with the remedy."""
    refuse_masked(name, value)
    refuse_sparse(name, value)
    refuse_lazy(name, value)
    if isinstance(value, Iterator | ValuesView | set | frozenset):
        if isinstance(value, set | frozenset):
            raise InputError(f"{name} is a set, which has no order; give a list or a mapping")
        value = list(value)
    if isinstance(value, list | tuple) and any(isinstance(i, Decimal | Fraction) for i in value):
        return _floats(name, value)
    if isinstance(value, np.ndarray):
        return exact_numbers(value)
    return _of_pandas(value)


def refuse_shuffled(named: dict[str, Any]) -> None:
    """Refuse Series and frames whose rows have the same names in another order.

    Where rows are observations and no outcomes they are paired in order, and then a name that
    stands elsewhere is a mistake of one side.
    """
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return
    tables = {
        name: value.index
        for name, value in named.items()
        if isinstance(value, pandas.Series | pandas.DataFrame)
    }
    names = list(tables)
    for name in names[1:]:
        first, other = tables[names[0]], tables[name]
        same = len(first) == len(other) and not first.equals(other)
        if same and first.is_unique and first.sort_values().equals(other.sort_values()):
            raise ShapeError(
                f"the rows of {name} have the names of those of {names[0]} in another order, and "
                f"rows are paired in order; give {name}.loc[{names[0]}.index], or drop the names "
                f"with .to_numpy()"
            )


def refuse_masked(name: str, value: Any) -> None:
    """Refuse masked entries: whether they are zero or unknown, only the caller knows."""
    # Who holds a masked array has loaded its module, which costs a start a seventh of NumPy.
    # Of arrays of NumPy alone: a graph of torch.compile cannot hold what it says of tensors.
    masked = isinstance(value, np.ndarray) and "numpy.ma" in sys.modules
    if masked and np.ma.is_masked(value):
        where = np.argwhere(np.ma.getmaskarray(value))[0]
        raise InputError(
            f"{name}[{', '.join(map(str, where))}] is masked; give {name}.filled(0) where masked "
            f"outcomes are impossible, or {name}.compressed() to leave them out"
        )


def _floats(name: str, items: Sequence[Any]) -> NDArray[Any]:
    """Exact numbers as floats."""
    try:
        return np.array([float(item) for item in items])
    except (ValueError, TypeError) as error:
        raise InputError(f"{name} holds what is no float: {error}") from None
    except OverflowError:
        raise InputError(
            f"{name} holds a whole number above 1.8e308, more than a float holds: divide "
            f"all by one number first"
        ) from None


def exact_numbers(value: NDArray[Any]) -> NDArray[Any]:
    """Decimals and fractions as floats; 8- and 16-bit floats of other packages as float32."""
    value = np.asarray(value)  # a mask without entries is none
    if _is_small_float(value.dtype):
        return value.astype(np.float32)
    if value.dtype == object and value.size and all(map(_is_number, value.flat)):
        return _floats("the argument", value.ravel().tolist()).reshape(value.shape)
    return value


def _is_small_float(dtype: np.dtype[Any]) -> bool:
    """Return whether another package made a type; NumPy puts the name of each together anew."""
    return dtype.isbuiltin != 1 and dtype.name in SMALL_FLOATS


def _is_number(item: Any) -> bool:
    numbers = Decimal | Fraction | float | int | np.floating | np.integer
    return isinstance(item, numbers) and not isinstance(item, bool)


def coarse(value: Any) -> int | None:
    """Bytes of a number that was widened on the way in; None where its dtype tells."""
    return 2 if getattr(getattr(value, "dtype", None), "name", "") in SMALL_FLOATS else None


def _of_pandas(value: Any) -> Any:
    """A nullable or Arrow-backed array as NumPy's; what is missing becomes NaN."""
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.api.extensions.ExtensionArray):
        return _numbers_of(value)
    if type(value).__module__.startswith("pyarrow") and hasattr(value, "to_numpy"):
        plain = type(value).__name__ in ("ChunkedArray", "Tensor")
        return value.to_numpy() if plain else value.to_numpy(zero_copy_only=False)
    return value


def _numbers_of(column: Any) -> NDArray[Any]:
    """The numbers of a pandas array or Series; as they are where they are none."""
    if isinstance(column.dtype, np.dtype):
        return exact_numbers(column.to_numpy())
    try:
        found: NDArray[Any] = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        return np.asarray(column)
    return found


def labelled(name: str, value: Any, axis: int | None = -1) -> Labelled | None:
    """Return values with the names of their outcomes, or None where they have none."""
    if axis is None and not isinstance(value, Mapping):
        return None
    if isinstance(value, Mapping) and axis != -1 and _wide(value):
        raise ShapeError(
            f"{name} maps labels to several numbers each, so that its keys are the outcomes; "
            f"leave axis={axis} out, or give an array"
        )
    found = (
        _mapping(value) or _of_series(value) or _of_frame(value, axis) or _of_xarray(value, axis)
    )
    if found is None:
        return None
    labels = tuple(canonical(label) for label in found.labels)
    if len(set(labels)) < len(labels):
        twice = next(label for i, label in enumerate(labels) if label in labels[:i])
        raise SupportError(
            f"{name} has the label {twice!r} more than once; add its values up first"
        )
    return found._replace(labels=labels)


def canonical(label: Hashable) -> Hashable:
    """One object for every NaN, so that it equals itself as any other label does."""
    if isinstance(label, tuple):
        return tuple(canonical(part) for part in label)
    if isinstance(label, np.datetime64 | np.timedelta64):  # nanoseconds would be bare numbers
        label = label.astype(label.dtype.str[:3] + "[us]").item()
    if isinstance(label, np.generic) or getattr(label, "ndim", None) == 0:  # a scalar of torch
        label = label.item()  # type: ignore[attr-defined]
    unequal = isinstance(label, float) and label != label  # noqa: PLR0124
    return NAN if unequal or type(label).__name__ == "NAType" else label


def _one_kind_of_missing(whole: dict[str, Labelled]) -> dict[str, Labelled]:
    """None, NaN, NaT and NA are one label, unless an argument tells two of them apart.

    Libraries turn one into the other on the way: an index of texts holds NaN in place of None.
    """
    bare = {name: tuple(map(_missing_as_nan, table.labels)) for name, table in whole.items()}
    if any(len(set(labels)) < len(labels) for labels in bare.values()):
        return whole
    first: dict[Hashable, Hashable] = {}
    for name, table in whole.items():
        for plain, label in zip(bare[name], table.labels, strict=True):
            first.setdefault(plain, label)
    return {
        name: table._replace(labels=tuple(first[plain] for plain in bare[name]))
        for name, table in whole.items()
    }


def _missing_as_nan(label: Hashable) -> Hashable:
    if isinstance(label, tuple):
        return tuple(map(_missing_as_nan, label))
    return NAN if label is None or type(label).__name__ == "NaTType" else label


def _mapping(value: Any) -> Labelled | None:
    if not isinstance(value, Mapping):
        return None
    numbers = list(value.values())
    if any(isinstance(item, Decimal | Fraction) for item in numbers):
        numbers = [float(item) for item in numbers]
    return Labelled(tuple(value), _last(numbers))


def _wide(value: Mapping[Any, Any]) -> bool:
    return any(np.ndim(numbers) > 0 for numbers in value.values())


def _last(numbers: list[Any]) -> NDArray[Any]:
    """One number a label; where each label holds several, the labels go last."""
    array = np.array(numbers)
    return array if array.ndim < 2 else np.moveaxis(array, 0, -1)


def _of_series(value: Any) -> Labelled | None:
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(value, pandas.Series):
        return None
    return Labelled(tuple(value.index.tolist()), _numbers_of(value))


def _of_frame(value: Any, axis: int | None) -> Labelled | None:
    """The columns of a frame, or its index where the outcomes go down."""
    pandas, polars = sys.modules.get("pandas"), sys.modules.get("polars")
    if polars is not None and isinstance(value, polars.DataFrame):
        return Labelled(tuple(value.columns), value.to_numpy()) if axis in (-1, 1) else None
    if pandas is None or not isinstance(value, pandas.DataFrame):
        return None
    if not value.shape[1]:
        return None
    numbers = np.column_stack([_numbers_of(value.iloc[:, i]) for i in range(value.shape[1])])
    across, down = (
        None if isinstance(index, pandas.RangeIndex) else tuple(index.tolist())
        for index in (value.columns, value.index)
    )
    if axis in (0, -2):
        return None if down is None else Labelled(down, numbers.T, across)
    return None if across is None else Labelled(across, numbers, down)


def _of_xarray(value: Any, axis: int | None) -> Labelled | None:
    xarray = sys.modules.get("xarray")
    if xarray is None or not isinstance(value, xarray.DataArray) or axis is None:
        return None
    if not value.ndim:
        return None
    dimension = value.dims[axis]
    if dimension not in value.coords:
        return None
    labels = tuple(value.coords[dimension].values)
    return Labelled(labels, np.moveaxis(value.values, axis, -1))


def _by_position(table: Labelled) -> bool:
    """Whether the labels only number the outcomes."""
    return table.labels == tuple(range(len(table.labels)))


def _same_rows(whole: dict[str, Labelled]) -> None:
    """Refuse batches whose rows are named differently: they would be paired by position."""
    rows = {
        name: tuple(map(canonical, table.rows))
        for name, table in whole.items()
        if table.rows is not None
    }
    names = list(rows)
    for name in names[1:]:
        first, other = rows[names[0]], rows[name]
        if len(first) == len(other) > 1 and first != other:
            raise ShapeError(
                f"the rows of {names[0]} and of {name} have different names, and rows are "
                f"paired in order; give {name}.loc[{names[0]}.index], or drop the names"
            )


def _spread(table: Labelled, labels: Sequence[Hashable], absent: float) -> NDArray[Any]:
    """The values of a table on all labels."""
    if table.values.ndim == 0 or table.values.dtype.kind not in "fiu":
        return table.values  # whoever reads numbers will say what this is
    if table.labels == labels:
        return table.values
    place = {label: i for i, label in enumerate(labels)}
    kind = np.result_type(table.values.dtype, np.float32) if absent else table.values.dtype
    spread = np.full((*table.values.shape[:-1], len(labels)), absent, dtype=kind)
    spread[..., [place[label] for label in table.labels]] = table.values
    return spread


def _unlike(whole: dict[str, Labelled]) -> Iterator[Note]:
    """Say where labels differ in kind only: the number 1 and the text '1' are two outcomes."""
    names = list(whole)
    for name in names[1:]:
        mine, other = set(whole[names[0]].labels), set(whole[name].labels)
        texts = {str(label): label for label in mine - other}
        alike = [(texts[str(b)], b) for b in other - mine if str(b) in texts]
        if alike:
            said = ", ".join(f"{a!r} and {b!r}" for a, b in sorted(alike, key=str)[:MOST_SHOWN])
            yield Note(
                "unlike-labels",
                f"{names[0]} and {name} have labels that differ in type only ({said}): they "
                f"count as different outcomes; convert one side.",
            )
