"""What rows make a segment: the values of its columns, written alike on every engine."""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from kullback.tables.counting import column_counts
from kullback.tables.counting.side import OpenedSide, column_of
from kullback.tables.engines import Engine, SourceColumn
from kullback.tables.profiles import labels
from kullback.tables.profiles.types import kind_of, reading
from kullback.tables.results.segmented import Values

_EXCHANGED = {"number", "boolean"}  # 0 and 1 are false and true
_SPELT_OUT = 1e22  # below it, a whole number is written with all its digits
_SQL_TYPES = MappingProxyType({"boolean": "BOOLEAN", "time": "BIGINT", "time of day": "BIGINT"})


class SegmentKey(NamedTuple):
    """A column that makes segments: the SQL of its values, NULL where missing, and their type."""

    value: str
    kind: str
    type: str

    def text(self, value: Any) -> str | None:
        """Write a value as it is written of every engine and format.

        Examples
        --------
        >>> key = SegmentKey("x", "number", "DOUBLE")
        >>> key.text(1e15), key.text(Decimal("1000000000000000.0")), key.text(0.5)
        ('1000000000000000', '1000000000000000', '0.5')
        """
        return None if value is None else _WRITTEN[self.kind](value, self.type)

    def sql_text(self, engine: Engine) -> str:
        """Return the SQL of its values as a text, which may be spelt as the engine does."""
        kind = _SQL_TYPES.get(self.kind, self.type)
        return reading(self.value, kind, "text", kind, engine.dialect)


def _number(value: Any, type_name: str) -> str:
    if math.isfinite(value) and value == int(value) and abs(value) < _SPELT_OUT:
        return str(int(value))
    if type_name == "FLOAT":
        return str(np.float32(value))
    exact = isinstance(value, Decimal) and value.is_finite() and Decimal(repr(float(value)))
    return f"{value.normalize():f}" if exact and exact != value else repr(float(value))


_WRITTEN: Mapping[str, Callable[[Any, str], str]] = MappingProxyType(
    {
        "number": _number,
        "boolean": lambda value, _: "true" if value else "false",
        "time": lambda value, _: labels.moment(int(value)),
        "time of day": lambda value, _: labels.time_of_day(int(value)),
        "text": lambda value, _: str(value),
    }
)


def keys_of(side: OpenedSide, names: Sequence[str], like: OpenedSide) -> list[SegmentKey]:
    """Return how the columns that make segments are read; 0 and 1 as the other side has them."""
    return [
        _key(side, column_of(side.source, name, "by"), column_of(like.source, name, "by"))
        for name in names
    ]


def _key(side: OpenedSide, column: SourceColumn, like: SourceColumn) -> SegmentKey:
    kind, other = kind_of(column.type), kind_of(like.type)
    if {kind, other} == _EXCHANGED:
        kind = other
    if kind not in _WRITTEN:
        kind = "text"
    single = "FLOAT" in {column.type, like.type} and kind == "number"
    precision = "FLOAT" if single else column.type
    read = column_counts.read_as(side.engine, side.source, column, kind, precision)
    value = read.value
    if read.floating:
        value = f"CASE WHEN NOT {read.dialect.is_nan.format(value)} THEN {value} END"
    return SegmentKey(value, kind, precision)


class FoundSegment(NamedTuple):
    """What a side holds of a segment: its values as the engine has them, and its rows."""

    values: tuple[Any, ...]
    rows: int


Segments = dict[Values, FoundSegment]


def found(side: OpenedSide, keys: Sequence[SegmentKey]) -> Segments:
    """Count the rows of each segment."""
    group = ", ".join(f"s{i}" for i in range(len(keys)))
    inner = f"(SELECT {named(keys)} FROM {side.source.relation}) AS t"
    count = f"{side.engine.dialect.count}(*)"
    rows = side.engine.execute(f"SELECT {group}, {count} FROM {inner} GROUP BY {group}")
    return {texts(keys, row[:-1]): FoundSegment(tuple(row[:-1]), int(row[-1])) for row in rows}


def texts(keys: Sequence[SegmentKey], values: Sequence[Any]) -> Values:
    """Write the values of a segment."""
    return tuple(key.text(value) for key, value in zip(keys, values, strict=True))


def named(keys: Sequence[SegmentKey]) -> str:
    """Return the values of the keys as s0, s1, … of a select list."""
    return ", ".join(f"{key.value} AS s{i}" for i, key in enumerate(keys))
