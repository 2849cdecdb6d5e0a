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


def is_one_of(engine: Engine, segments: Sequence[Sequence[Any]], place: int = 0) -> str:
    """Return the condition that a row is of one of some segments.

    Parameters
    ----------
    engine : Engine
        Where the rows lie.
    segments : sequence of sequence
        The values of the keys of each.
    place : int
        The first of the keys that is not known to fit.
    """
    some: dict[Any, list[Sequence[Any]]] = {}
    for segment in segments:
        some.setdefault(segment[place], []).append(segment)
    if place == len(segments[0]) - 1:
        return _is_among(engine, place, list(some))
    return _either(
        [
            f"({_is_among(engine, place, [value])} AND {is_one_of(engine, held, place + 1)})"
            for value, held in some.items()
        ]
    )


def _is_among(engine: Engine, place: int, values: Sequence[Any]) -> str:
    """Return the condition that a key is one of some values."""
    tests, plain = [], []
    for value in values:
        if value is None:
            tests.append(f"s{place} IS NULL")
        elif isinstance(value, float) and math.isinf(value):
            finite = engine.dialect.is_finite.format(f"s{place}")
            tests.append(f"(NOT {finite} AND s{place} {'>' if value > 0 else '<'} 0)")
        else:
            plain.append(engine.dialect.literal(value))
    if plain:
        one = len(plain) == 1
        tests.append(f"s{place} = {plain[0]}" if one else f"s{place} IN ({', '.join(plain)})")
    return _either(tests)


def _either(tests: Sequence[str]) -> str:
    """Return the condition that one of some tests holds, nested no deeper than need be."""
    if len(tests) == 1:
        return tests[0]
    middle = len(tests) // 2
    return f"({_either(tests[:middle])} OR {_either(tests[middle:])})"


def texts(keys: Sequence[SegmentKey], values: Sequence[Any]) -> Values:
    """Write the values of a segment."""
    return tuple(key.text(value) for key, value in zip(keys, values, strict=True))


def named(keys: Sequence[SegmentKey]) -> str:
    """Return the values of the keys as s0, s1, … of a select list."""
    return ", ".join(f"{key.value} AS s{i}" for i, key in enumerate(keys))
