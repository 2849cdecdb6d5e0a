"""Windows over one column: by calendar, by number of rows, or in equal parts."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from kullback.errors import InputError
from kullback.tables.counting import column_counts, statements
from kullback.tables.engines import Engine, Source, SourceColumn
from kullback.tables.profiles import labels
from kullback.tables.profiles.profile import Edge
from kullback.tables.profiles.types import kind_of

MOST = 10_000  # windows
DAY = 86_400_000_000  # microseconds
# Length and offset in microseconds: weeks begin on Monday, and 1970 on a Thursday.
_FIXED = {"hour": (DAY // 24, 0), "day": (DAY, 0), "week": (7 * DAY, 3 * DAY)}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
UNITS = (*_FIXED, *_MONTHS)


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


def by_calendar(on: WindowScale, unit: str) -> WindowCut:
    """Cut into hours, days, weeks from Monday, months, quarters or years, in UTC."""
    if on.write is not labels.moment:
        raise InputError(f"by={unit!r} needs a column of times; for numbers use rows= or parts=")
    if unit in _FIXED:
        length, offset = _FIXED[unit]
        key = _floored(on, f"{on.value} + {offset}" if offset else on.value, length)
        return _listed(on, key, _NAMES[unit])
    low, high = on.engine.execute(
        f"SELECT min({on.value}), max({on.value}) FROM {on.source.relation}"
    )[0]
    if low is None:
        raise _nothing(on)
    edges = [
        Edge(_start(month), inclusive=False)
        for month in _months(int(low), int(high), _MONTHS[unit])
    ]
    _few_enough(len(edges))
    return _listed(on, _placed(on, edges), _NAMES[unit])


def _floored(on: WindowScale, value: str, length: int) -> str:
    dialect = on.engine.dialect
    return dialect.integer.format(f"floor(CAST({value} AS {dialect.float_type}) / {length})")


def _placed(on: WindowScale, edges: list[Edge]) -> str:
    place = statements.tree(edges, on.engine.dialect, on.value)
    return f"CASE WHEN {on.usable} THEN {place} END"


def _months(low: int, high: int, step: int) -> list[int]:
    """Return the months (12 · year + month − 1) that start a window after the first one."""
    first, last = (12 * d.year + d.month - 1 for d in (_day(low), _day(high)))
    return list(range(first - first % step + step, last + 1, step))


def _day(microseconds: int) -> date:
    return (labels.EPOCH + timedelta(microseconds=microseconds)).date()


def _start(month: int) -> int:
    start = datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return int((start - labels.EPOCH).total_seconds()) * 1_000_000


def _iso_week(microseconds: int) -> str:
    year, week, _ = _day(microseconds).isocalendar()
    return f"{year}-W{week:02d}"


_NAMES: dict[str, Callable[[int], str]] = {
    "hour": lambda us: f"{labels.EPOCH + timedelta(microseconds=us):%Y-%m-%d %H}:00",
    "day": lambda us: str(_day(us)),
    "week": _iso_week,
    "month": lambda us: f"{_day(us):%Y-%m}",
    "quarter": lambda us: f"{_day(us).year}-Q{(_day(us).month + 2) // 3}",
    "year": lambda us: str(_day(us).year),
}


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
    counted = f"SELECT count(*) FROM {on.source.relation} WHERE {on.usable}"
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
    rows = on.engine.execute(
        f"SELECT g, count(*), min(v), max(v) FROM ({inner}) AS t GROUP BY g ORDER BY g"
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
