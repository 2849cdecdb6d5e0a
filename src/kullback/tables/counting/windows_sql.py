"""Windows over one column: by calendar, by number of rows, or in equal parts."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any, NamedTuple

from kullback.errors import InputError
from kullback.tables.counting import column_counts, statements
from kullback.tables.engines import Engine, Source, SourceColumn
from kullback.tables.profiles import labels
from kullback.tables.profiles.calendar import Calendar, offsets
from kullback.tables.profiles.profile import Edge
from kullback.tables.profiles.types import kind_of

MOST = 10_000  # windows


class WindowSpan(NamedTuple):
    """One window: its key in SQL, its name, its rows, and the first and last value, written."""

    key: int
    label: str
    rows: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class WindowCut:
    """How rows are cut into windows.

    Parameters
    ----------
    key : str
        The SQL of the key of a row's window, NULL where it lies in none.
    spans : tuple of WindowSpan
        The windows that hold rows, in order.
    outside : int
        Rows in no window.
    """

    key: str
    spans: tuple[WindowSpan, ...]
    outside: int


@dataclass(frozen=True, slots=True)
class WindowScale:
    """The column that windows are cut on, as SQL of its values, and how to write one."""

    said: str
    engine: Engine
    source: Source
    value: str
    usable: str
    write: Callable[[Any], str]


def scale(engine: Engine, source: Source, column: SourceColumn, argument: str) -> WindowScale:
    """Read a column as a scale: times as microseconds since 1970, numbers as they are.

    Raises
    ------
    InputError
        If it is neither a number nor a time, nor text that holds times.
    """
    kind = kind_of(column.type)
    wanted = {"text": "time"}.get(kind, kind)
    if wanted not in {"time", "time of day", "number"}:
        raise InputError(
            f"{argument}: column {column.name!r} is of type {column.type}; "
            "expected times or numbers, which have an order"
        )
    read = column_counts.read_as(engine, source, column, wanted, column.type)
    finite = f" AND {read.dialect.is_finite.format(read.value)}" if read.floating else ""
    write = {"time": labels.moment, "time of day": labels.time_of_day}.get(wanted, _number)
    usable = f"{read.value} IS NOT NULL{finite}"
    said = f"{argument}: column {column.name!r}"
    return WindowScale(said, engine, source, read.value, usable, write)


def _number(value: Any) -> str:
    return labels.numbers([value])[0]


def by_calendar(on: WindowScale, calendar: Calendar) -> WindowCut:
    """Cut by a calendar, where its clock hangs; times without a zone are taken as UTC."""
    if on.write is not labels.moment:
        raise InputError(
            f"by={calendar.said!r} needs a column of times; for numbers use rows= or parts="
        )
    if calendar.zone is not None:
        on = replace(on, value=_on_the_wall(on, calendar.zone))
    if calendar.starts is None:
        shifted = f"{on.value} + {calendar.offset}" if calendar.offset else on.value
        key = _floored(on, shifted, calendar.length)
        return _listed(on, key, lambda at: calendar.name(at, ()))
    low, high = _ends(on)
    starts = calendar.starts(low, high)
    edges = [Edge(start, inclusive=False) for start in starts if low < start <= high]
    if calendar.told and starts[0] > low:
        on = replace(on, usable=f"{on.usable} AND {on.value} >= {starts[0]}")
        edges = edges[1:]
    _few_enough(len(edges))
    return _listed(on, _placed(on, edges), lambda at: calendar.name(at, starts))


def _ends(on: WindowScale) -> tuple[int, int]:
    low, high = on.engine.execute(
        f"SELECT min({on.value}), max({on.value}) FROM {on.source.relation}"
    )[0]
    if low is None:
        raise _nothing(on)
    return int(low), int(high)


def _on_the_wall(on: WindowScale, zone: tzinfo) -> str:
    """Return the time that a clock in a zone shows, as if it were UTC."""
    changes, distances = offsets(zone, *_ends(on))
    branches = "".join(
        f" WHEN {on.value} < {change} THEN {distance}"
        for change, distance in zip(changes, distances, strict=False)
    )
    last = distances[-1]
    distance = f"CASE{branches} ELSE {last} END" if branches else str(last)
    return f"({on.value} + {distance})"


def _floored(on: WindowScale, value: str, length: int) -> str:
    dialect = on.engine.dialect
    return dialect.integer.format(f"floor(CAST({value} AS {dialect.float_type}) / {length})")


def _placed(on: WindowScale, edges: list[Edge]) -> str:
    place = statements.tree(edges, on.engine.dialect, on.value)
    return f"CASE WHEN {on.usable} THEN {place} END"


def by_rows(on: WindowScale, rows: int) -> WindowCut:
    """Cut into windows of about so many rows in order; rows of one value stay together."""
    numbered = (
        f"SELECT v, rank() OVER (ORDER BY v) - 1 AS place FROM (SELECT {on.value} AS v "
        f"FROM {on.source.relation} WHERE {on.usable}) AS r"
    )
    group = _floored(on, "place", rows)
    found = on.engine.execute(
        f"SELECT g, max(v) FROM (SELECT v, {group} AS g FROM ({numbered}) AS n) AS t "
        "GROUP BY g ORDER BY g"
    )
    _few_enough(len(found))
    key = _placed(on, [Edge(last, inclusive=True) for _, last in found[:-1]])
    return _listed(on, key, None)


def by_parts(on: WindowScale, parts: int) -> WindowCut:
    """Cut into so many windows of about equal numbers of rows."""
    counted = f"SELECT {on.engine.dialect.count}(*) FROM {on.source.relation} WHERE {on.usable}"
    total = int(on.engine.execute(counted)[0][0])
    return by_rows(on, max(1, math.ceil(total / parts)))


def by_length(on: WindowScale, parts: int) -> WindowCut:
    """Cut into stretches of equal length, which takes no sorting."""
    ends = f"SELECT min({on.value}), max({on.value}) FROM {on.source.relation}"
    low, high = on.engine.execute(f"{ends} WHERE {on.usable}")[0]
    if low is None:
        raise _nothing(on)
    step = (int(high) - int(low)) // parts
    edges = [Edge(int(low) + i * step, inclusive=False) for i in range(1, parts)] if step else []
    return _listed(on, _placed(on, edges), None)


def in_place(engine: Engine, rows: int, parts: int) -> WindowCut | None:
    """Cut rows as they lie into stretches of one length; None where an engine keeps no order."""
    if not engine.dialect.keeps_order:
        return None
    length = max(1, math.ceil(rows / parts))
    key = f"CAST(floor((row_number() OVER () - 1) / {length}) AS BIGINT)"
    ends = [(i * length, min(rows, (i + 1) * length)) for i in range(math.ceil(rows / length))]
    spans = (
        WindowSpan(i, f"rows {low + 1} … {high}", high - low, str(low + 1), str(high))
        for i, (low, high) in enumerate(ends)
    )
    return WindowCut(key, tuple(spans), 0)


def _listed(on: WindowScale, key: str, name: Callable[[int], str] | None) -> WindowCut:
    """List the windows that hold rows."""
    inner = f"SELECT {on.value} AS v, {key} AS g FROM {on.source.relation}"
    count = f"{on.engine.dialect.count}(*)"
    rows = on.engine.execute(
        f"SELECT g, {count}, min(v), max(v) FROM ({inner}) AS t GROUP BY g ORDER BY g"
    )
    inside = [row for row in rows if row[0] is not None]
    if not inside:
        raise _nothing(on)
    _few_enough(len(inside))
    spans = tuple(
        _span(on, int(g), int(n), (low, high), name)
        for g, n, low, high in sorted(inside, key=lambda row: int(row[0]))
    )
    return WindowCut(key, spans, sum(int(row[1]) for row in rows if row[0] is None))


def _span(
    on: WindowScale, key: int, rows: int, ends: tuple[Any, Any], name: Callable[[int], str] | None
) -> WindowSpan:
    first, last = map(on.write, ends)
    between = first if first == last else f"{first} … {last}"
    return WindowSpan(key, name(int(ends[0])) if name else between, rows, first, last)


def _nothing(on: WindowScale) -> InputError:
    kind = "time" if on.write is labels.moment else "value"
    return InputError(f"{on.said} holds no {kind} to cut on; choose a column of times or numbers")


def _few_enough(windows: int) -> None:
    if windows > MOST:
        raise InputError(f"there would be {windows} windows, more than {MOST}: cut wider ones")
