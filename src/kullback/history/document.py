"""A history of comparisons as a document: where each column stands, and how it came there."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kullback.glossary import footer
from kullback.report.blocks.charts import Point, Timeline
from kullback.report.blocks.diagrams import Heat, HeatMap
from kullback.report.blocks.document import (
    Block,
    Column,
    Document,
    Row,
    State,
    Table,
    Text,
    Verdict,
)
from kullback.report.blocks.label import name, quote
from kullback.units import Unit, format_number, nats_per, unit_name

if TYPE_CHECKING:
    from kullback.history import Entry

BRIEF = 40  # columns that a terminal shows
TIMELINES = 100
TREND = 24  # looks in a row of bars
ROWS, TIMES = 60, 400  # of a heat map
FLOOR = 0.02  # the value of the tallest bar at least, so that noise does not look like drift
BARS = "▁▂▃▄▅▆▇█"
WORST: tuple[State, ...] = ("drifted", "undecided", "same")
TITLES = {
    "jensen_shannon": "JS divergence",
    "kl": "KL(current‖reference)",
    "reverse_kl": "KL(reference‖current)",
    "missing": "share of missing values",
    "evidence": "evidence of a change",
}


def document(
    entries: "Sequence[Entry]", *, unit: Unit = "bits", tolerance: float | None = None
) -> Document:
    """Build the document of one measure's history.

    Parameters
    ----------
    entries : sequence of Entry
        Of one measure, the oldest first; at least one.
    unit : {"nats", "bits", "bans"}
        Of the informations.
    tolerance : float, optional
        In that unit: a line across the timelines.

    Returns
    -------
    Document
        The worst column of the last look (a window where there are windows, else a run), one row
        a column, a map of all columns and looks, and a timeline of each column that was ever
        found other than the same.
    """
    found = looks(entries)
    ranked = sorted(found.items(), key=lambda item: _rank(item[1][-1]))
    measure = entries[0].measure
    shown = "share" if measure == "missing" else unit_name(unit)
    blocks: list[Block] = [
        Verdict(_state(_now(found)[0]), headline(entries, unit=unit)),
        Text(f"{TITLES[measure]} of {_span(entries)}."),
        _table(ranked, shown),
        *_heat(ranked, TITLES[measure], shown),
        *(_timeline(key, rows, shown, tolerance) for key, rows in _moved(ranked)),
    ]
    blocks.append(Text(footer("verdict", "js", "units"), "hint"))
    return Document("A history of comparisons", tuple(blocks))


def looks(entries: "Sequence[Entry]") -> "dict[tuple[str, str], list[Entry]]":
    """Return what was found of each column, look by look: a look is a window, or else a run.

    A window that several runs looked at is what the last of them found.
    """
    series: dict[tuple[str, str], dict[str, Entry]] = defaultdict(dict)
    for entry in entries:
        series[entry.segment, entry.column][_look(entry)] = entry
    return {key: sorted(held.values(), key=_moment) for key, held in series.items()}


def _look(entry: "Entry") -> str:
    """Return which look an entry is of."""
    return entry.window or entry.run.isoformat()


def _label(entry: "Entry") -> str:
    return entry.window or f"{entry.run:%Y-%m-%d %H:%M}"


def _moment(entry: "Entry") -> str:
    """Order looks: windows of the calendar by their names, which are dates, the others by runs."""
    return entry.window if entry.window[:4].isdecimal() else f"{entry.run:%Y-%m-%d %H:%M:%S.%f}"


def _now(found: "dict[tuple[str, str], list[Entry]]") -> "list[Entry]":
    """Return what the last look found, the worst first."""
    ends = [held[-1] for held in found.values()]
    last = max(ends, key=_moment)
    return sorted((entry for entry in ends if _look(entry) == _look(last)), key=_rank)


def headline(entries: "Sequence[Entry]", *, unit: Unit = "bits") -> str:
    """Return where things stand after the last look, in one line."""
    now = _now(looks(entries))
    worst = [entry for entry in now if entry.verdict == now[0].verdict]
    text = f"{_named(now[0])}: {worst[0].verdict}, {len(worst)} of {len(now)} columns"
    if worst[0].verdict == "same":
        return text
    amount = "" if worst[0].measure == "missing" else f" ({_amount(worst[0], unit_name(unit))})"
    return f"{text}; the largest difference is in {quote(worst[0].column)}{amount}"


def _named(entry: "Entry") -> str:
    return f"window {entry.window}" if entry.window else f"{_label(entry)} UTC"


def _heat(
    ranked: "Sequence[tuple[tuple[str, str], list[Entry]]]", title: str, unit: str
) -> "Iterator[HeatMap]":
    """Yield a map of all columns and looks, where there are some of both."""
    held = {key: {_look(e): e for e in entries} for key, entries in ranked[:ROWS]}
    every = {_look(e): e for entries in held.values() for e in entries.values()}
    times = sorted(every, key=lambda look: _moment(every[look]))[-TIMES:]
    if len(times) < 2 or len(held) < 2:
        return
    values = {k: {t: _in(e.value, e, unit) for t, e in row.items()} for k, row in held.items()}
    finite = [v for row in values.values() for v in row.values() if v is not None and v < math.inf]
    cells = tuple(
        tuple(Heat(values[key].get(t), row[t].verdict if t in row else "") for t in times)
        for key, row in held.items()
    )
    shown = title if len(ranked) <= ROWS else f"{title}, the {ROWS} worst of {len(ranked)}"
    names = tuple(_title(key) for key in held)
    full = max([FLOOR, *finite])
    labels = tuple(_label(every[look]) for look in times)
    yield HeatMap(shown, names, labels, cells, "" if unit == "share" else unit, full)


def _title(key: tuple[str, str]) -> str:
    segment, column = key
    return name(column) if not segment else f"{name(column)} in {name(segment)}"


def _moved(
    ranked: "Sequence[tuple[tuple[str, str], list[Entry]]]",
) -> "Sequence[tuple[tuple[str, str], list[Entry]]]":
    moved = [item for item in ranked if any(entry.verdict != "same" for entry in item[1])]
    return moved[:TIMELINES]


def _rank(entry: "Entry") -> tuple[int, float]:
    return WORST.index(_state(entry)), -(entry.value or 0.0)


def _state(entry: "Entry") -> State:
    return next((state for state in WORST if state == entry.verdict), "undecided")


def _span(entries: "Sequence[Entry]") -> str:
    runs = sorted({entry.run for entry in entries})
    first, last = (f"{run:%Y-%m-%d}" for run in (runs[0], runs[-1]))
    return f"one run on {first}" if len(runs) == 1 else f"{len(runs)} runs, {first} to {last}"


def _table(
    ranked: "Sequence[tuple[tuple[str, str], list[Entry]]]",
    unit: str,
) -> Table:
    columns: tuple[Column, ...] = (
        Column("verdict", "verdict"),
        Column("segment"),
        Column("column"),
        Column(f"last ({unit})", "number"),
        Column("low", "number"),
        Column("high", "number"),
        Column("looks", "count"),
        Column("trend", "word"),
    )
    rows = tuple(_row(key, entries, unit) for key, entries in ranked)
    if not any(segment for (segment, _), _ in ranked):
        columns = (columns[0], *columns[2:])
        rows = tuple((row[0], *row[2:]) for row in rows)
    title = "Columns, the worst first; the trend ends with the last look"
    return Table(columns, rows, title, brief=BRIEF)


def _row(key: tuple[str, str], entries: "list[Entry]", unit: str) -> Row:
    last = entries[-1]
    numbers = (_in(value, last, unit) for value in (last.value, last.low, last.high))
    segment, column = key
    trend = _trend([_in(entry.value, entry, unit) for entry in entries[-TREND:]])
    return (last.verdict, name(segment), name(column), *numbers, float(len(entries)), trend)


def _in(value: float | None, entry: "Entry", unit: str) -> float | None:
    """Return a stored value in the unit asked for; a share is a share."""
    if value is None or entry.unit in (unit, "share"):
        return value
    return value * nats_per(entry.unit) / nats_per(unit)


def _amount(entry: "Entry", unit: str) -> str:
    return f"{format_number(_in(entry.value, entry, unit) or 0.0, 3)} {unit}"


def _trend(values: Sequence[float | None]) -> str:
    """Draw values as bars from 0 to the largest one, or to the floor.

    Examples
    --------
    >>> _trend([0.0, 0.5, 1.0, None]), _trend([0.0, 0.001, 0.002])
    ('▁▅█ ', '▁▁▂')
    """
    finite = [v for v in values if v is not None and v < float("inf")]
    most = max([*finite, FLOOR])
    return "".join(_bar(v, most) for v in values)


def _bar(value: float | None, most: float) -> str:
    if value is None:
        return " "
    return BARS[round(min(1.0, max(0.0, value / most)) * (len(BARS) - 1))]


def _timeline(
    key: tuple[str, str], entries: "list[Entry]", unit: str, tolerance: float | None
) -> Timeline:
    points = tuple(
        Point(
            _label(entry),
            _in(entry.value, entry, unit) or 0.0,
            _in(entry.low, entry, unit),
            _in(entry.high, entry, unit),
            entry.verdict,
        )
        for entry in entries
    )
    return Timeline(_title(key), points, "" if unit == "share" else unit, tolerance)
