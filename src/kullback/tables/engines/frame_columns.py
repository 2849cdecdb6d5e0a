"""Frames column by column: what DuckDB cannot read is converted, or only its presence is kept."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.errors import InputError
from kullback.tables.engines import SourceColumn

Reads = Callable[[Any], bool]
_EXACT, _WIDEST = 2.0**53, 2.0**63
_KEPT = {"halffloat[pyarrow]": "float[pyarrow]", "decimal256": "double[pyarrow]"}


def readable(data: Any, kind: str, reads: Reads) -> tuple[Any, dict[str, str]]:
    """Return a frame that can be read, and the types of the columns of which only rows are kept.

    Parameters
    ----------
    data : frame or mapping
        Of pandas, polars, pyarrow, or a dict of arrays.
    kind : str
        The library and the class, as in ``pandas.DataFrame``.
    reads : callable
        frame → whether DuckDB reads it.
    """
    library = _LIBRARIES.get(kind)
    if library is None:
        return data, {}
    data = library.prepared(data)
    if reads(data):
        return data, {}
    odd: dict[str, str] = {}
    columns = {}
    for name in library.names(data):
        one = library.column(data, name)
        ways = (lambda c: c, *library.ways)
        tried = (_tried(way, one, name, library, reads) for way in ways)
        found = next((column for column in tried if column is not None), None)
        if found is None:
            odd[str(name)] = repr(library.type(one))  # which is no type of DuckDB's
            found = _present(name, one, library)
        columns[name] = found
    return library.frame(columns), odd


def _present(name: Any, column: Any, library: Any) -> Any:
    """Return where a column that DuckDB does not read has values, if that can be asked."""
    try:
        return library.presence(column)
    except ArithmeticError:
        raise InputError(
            f"the column {name!r} holds a signalling NaN of decimals, which nothing can be "
            f"compared with; give None in its place"
        ) from None


def _tried(way: Callable[[Any], Any], column: Any, name: Any, library: Any, reads: Reads) -> Any:
    """Return a column converted in some way, if it can be and is then readable."""
    try:
        converted = way(column)
        return converted if reads(library.frame({name: converted})) else None
    except Exception:  # noqa: BLE001  whatever a library raises where a way is none
        return None


def _in_parts(column: Any) -> Any:
    """Return complex numbers as their real and imaginary parts, and wide floats as doubles."""
    values = np.asarray(column)
    if values.dtype.kind == "c":
        return [None if v != v else [float(v.real), float(v.imag)] for v in values]  # noqa: PLR0124
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    raise TypeError("no numbers")


def _listed(values: list[Any]) -> NDArray[Any]:
    """Return an array of objects, lists among them."""
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return held


def _escaped(value: Any) -> Any:
    """Return text without lone surrogates, and anything else as it is."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _ends(column: Any) -> Any:
    """Return intervals of numbers as their two ends."""
    pairs = zip(column.array.left, column.array.right, column.notna(), strict=True)
    return _as_series(
        [[float(low), float(high)] if there else None for low, high, there in pairs], column
    )


def _as_series(values: Any, like: Any) -> Any:
    import pandas as pd

    held = _listed(values) if isinstance(values, list) else values
    return pd.Series(held, index=like.index)


def _in_lists(column: Any) -> Any:
    import pyarrow as pa

    return column.cast(pa.list_(pa.float64()))


class Stream:
    """An Arrow stream and nothing else, so that DuckDB needs no other package to read it."""

    def __init__(self, data: Any) -> None:
        self._data = data

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._data.__arrow_c_stream__(requested_schema)


def of_pandas(columns: tuple[SourceColumn, ...], data: Any) -> tuple[SourceColumn, ...]:
    """Return columns as a pandas frame has them, with what is to be said of its floats."""
    return _with_lost_digits(_in_days(columns), data)


def _with_lost_digits(columns: tuple[SourceColumn, ...], data: Any) -> tuple[SourceColumn, ...]:
    """Say which columns of a pandas frame hold whole numbers that floats cannot tell apart.

    Integers beside missing values become floats in NumPy, and lose the digits beyond 2^53.
    """
    lost = {str(name) for name, column in data.items() if _is_rounded(column)}
    said = "holds whole numbers beyond 2^53 as floats, which have lost digits; Int64 keeps them"
    return tuple(replace(c, note=f"{c.name!r} {said}") if c.name in lost else c for c in columns)


def _in_days(columns: tuple[SourceColumn, ...]) -> tuple[SourceColumn, ...]:
    """Return durations as pandas has them: DuckDB makes years of 360 days, and counts 365.25."""
    years = "CAST(datepart('year', {0}) AS INTEGER)"
    whole = f"({{0}} - to_years({years}) + to_days(360 * {years}))"
    return tuple(
        replace(c, address=whole.replace("{0}", c.address)) if c.type == "INTERVAL" else c
        for c in columns
    )


def with_microseconds(data: Any) -> tuple[Any, set[str]]:
    """Return a lazy frame as Parquet keeps it, and the names of its durations, which it lacks."""
    import polars as pl

    schema = data.collect_schema().items()
    names = [name for name, kind in schema if isinstance(kind, pl.Duration)]
    return data.with_columns(pl.col(names).dt.total_microseconds()), {*names}


def as_durations(columns: tuple[SourceColumn, ...], names: set[str]) -> tuple[SourceColumn, ...]:
    """Return columns of which some are microseconds that a duration takes."""
    sql = "to_microseconds({})".format
    return tuple(
        replace(c, address=sql(c.address), type="INTERVAL") if c.name in names else c
        for c in columns
    )


def _is_rounded(column: Any) -> bool:
    if column.dtype != np.float64 or not len(column):
        return False
    values = column.to_numpy()
    if not _EXACT <= np.fmax.reduce(np.abs(values)) < _WIDEST or not np.isnan(values).any():
        return False
    held = values[~np.isnan(values)]
    return bool((held == np.floor(held)).all())


def parts_of(data: Any, kind: str) -> Callable[[Sequence[int], str], Any]:
    """Return what gives some columns of a frame, which are not copied."""
    if kind == "pandas.DataFrame":
        columns = [(str(name), column) for name, column in data.items()]
        return lambda places, _: _lent(dict(columns[place] for place in places), data.index)
    names = list(data.columns if kind == "polars.DataFrame" else data.column_names)
    return lambda places, _: Stream(data.select([names[place] for place in places]))


def _lent(columns: dict[str, Any], index: Any) -> Any:
    """Return columns of numbers as arrays, which DuckDB binds in a third of a frame's time."""
    import pandas as pd

    if all(_is_plain(column.dtype) for column in columns.values()):
        return {name: column.to_numpy() for name, column in columns.items()}
    return pd.DataFrame(columns, index=index, copy=False)


def _is_plain(dtype: Any) -> bool:
    return isinstance(dtype, np.dtype) and dtype.kind in "fiub" and dtype.isnative


class _Pandas:
    """Series of a pandas frame."""

    def prepared(self, data: Any) -> Any:
        return data

    def names(self, data: Any) -> list[Any]:
        return list(data.columns)

    def column(self, data: Any, name: Any) -> Any:
        return data[name]

    def frame(self, columns: dict[Any, Any]) -> Any:
        import pandas as pd

        return pd.DataFrame(columns)

    def type(self, column: Any) -> str:
        return str(column.dtype)

    def presence(self, column: Any) -> Any:
        return column.notna().where(column.notna())

    ways = (
        lambda c: c.sparse.to_dense(),
        lambda c: c.astype(_KEPT.get(c.dtype.name.split("(")[0], c.dtype)),
        lambda c: c.dt.to_timestamp(),
        _ends,
        lambda c: c.array.mid.to_series(c.index) if c.dtype.kind == "O" else None,
        lambda c: _as_series(_in_parts(c), c),
        lambda c: (
            c.astype(object).where(c.notna(), None).map(str, na_action="ignore")
            if str(c.dtype) == "category"
            else None
        ),
        lambda c: c.map(_escaped) if c.dtype == object else None,
    )


class _Polars:
    """Series of a polars frame."""

    def prepared(self, data: Any) -> Any:
        """Give columns of nothing a type, since DuckDB reads none without it."""
        import polars as pl

        _refuse_nul(data.schema.items())
        nothing = [name for name, kind in data.schema.items() if kind == pl.Null]
        data = data.with_columns(pl.col(nothing).cast(pl.Int32)) if nothing else data
        objects = [name for name, kind in data.schema.items() if kind == pl.Object]
        # Polars hands objects on as addresses in memory.
        texts = [
            pl.Series(n, [None if v is None else str(v) for v in data[n]], pl.String)
            for n in objects
        ]
        return data.with_columns(texts) if texts else data

    def names(self, data: Any) -> list[Any]:
        return list(data.columns)

    def column(self, data: Any, name: Any) -> Any:
        return data[name]

    def frame(self, columns: dict[Any, Any]) -> Any:
        import polars as pl

        return pl.DataFrame(columns)

    def type(self, column: Any) -> str:
        return str(column.dtype)

    def presence(self, column: Any) -> Any:
        import polars as pl

        return column.is_not_null().replace_strict({True: 1, False: None}, return_dtype=pl.Int32)

    ways = (lambda c: _cast_polars(c, exact=True), lambda c: _cast_polars(c, exact=False))


def _refuse_nul(fields: Iterable[tuple[str, Any]]) -> None:
    """Refuse names for which polars would end the process as it hands them on."""
    for name, kind in fields:
        if "\0" in name:
            raise InputError(
                f"the name {name!r:.100} holds a NUL, which polars hands on to nobody; rename it"
            )
        _refuse_nul((field.name, field.dtype) for field in getattr(kind, "fields", ()))
        if (inner := getattr(kind, "inner", None)) is not None:
            _refuse_nul([("", inner)])


def _cast_polars(column: Any, *, exact: bool) -> Any:
    """Return half floats in single precision, and wide integers as they are, if they fit."""
    import polars as pl

    kept = pl.Float32 if column.dtype.is_float() else pl.Decimal(38, 0)
    return column.cast(kept if exact else pl.Float64)


class _Arrow:
    """Columns of an Arrow table."""

    def prepared(self, data: Any) -> Any:
        return data

    def names(self, data: Any) -> list[Any]:
        return list(data.column_names)

    def column(self, data: Any, name: Any) -> Any:
        return data.column(name)

    def frame(self, columns: dict[Any, Any]) -> Any:
        import pyarrow as pa

        return pa.table(columns)

    def type(self, column: Any) -> str:
        return str(column.type)

    def presence(self, column: Any) -> Any:
        import pyarrow as pa

        return pa.array([1 if there else None for there in column.is_valid().to_pylist()])

    ways = (
        lambda c: c.cast("float32") if str(c.type) == "halffloat" else None,
        lambda c: c.cast("float64"),
        _in_lists,
    )


class _Arrays:
    """Arrays of a mapping."""

    def prepared(self, data: Any) -> Any:
        return data

    def names(self, data: Any) -> list[Any]:
        return list(data)

    def column(self, data: Any, name: Any) -> Any:
        return data[name]

    def frame(self, columns: dict[Any, Any]) -> Any:
        return columns

    def type(self, column: Any) -> str:
        return str(column.dtype)

    def presence(self, column: Any) -> Any:
        return np.where(column == column, 1.0, np.nan)  # noqa: PLR0124  NaN is unlike itself

    ways = (
        lambda c: np.array([_escaped(v) for v in c], dtype=object) if c.dtype == object else None,
        lambda c: _listed(found) if isinstance(found := _in_parts(c), list) else found,
    )


_LIBRARIES: dict[str, Any] = {
    "pandas.DataFrame": _Pandas(),
    "polars.DataFrame": _Polars(),
    "pyarrow.Table": _Arrow(),
    "mapping": _Arrays(),
}
