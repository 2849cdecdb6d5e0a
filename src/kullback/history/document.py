"""A history of comparisons as a document: where each column stands, and how it came there."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kullback.glossary import footer
from kullback.report.blocks.charts import Point, Timeline
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
from kullback.units import format_number, nats_per

if TYPE_CHECKING:
    from kullback.history import Entry

BRIEF = 40  # columns that a terminal shows
TIMELINES = 100
TREND = 24  # runs in a row of bars
FLOOR = 0.02  # the value of the tallest bar at least, so that noise does not look like drift
BARS = "▁▂▃▄▅▆▇█"
WORST: tuple[State, ...] = ("drifted", "undecided", "same")
TITLES = {
    "jensen_shannon": "JS divergence",
    "kl": "KL(current‖reference)",
    "reverse_kl": "KL(reference‖current)",
    "missing": "share of missing values",
}


def document(entries: "Sequence[Entry]", *, unit: str = "bits") -> Document:
    """Build the document of one measure's history.

    Parameters
    ----------
    entries : sequence of Entry
        Of one measure, the oldest first; at least one.
    unit : {"nats", "bits", "bans"}
        Of the informations.

    Returns
    -------
    Document
        The worst column of the last run, one row a column, and a timeline of each column that
        was ever found other than the same.
    """
    series: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        series[entry.segment, entry.column].append(entry)
    ranked = sorted(series.items(), key=lambda item: _rank(item[1][-1]))
    measure = entries[0].measure
    shown = "share" if measure == "missing" else unit
    blocks: list[Block] = [
        Verdict(_state(ranked[0][1][-1]), headline(entries, unit=unit)),
        Text(f"{TITLES[measure]} of {_span(entries)}."),
        _table(ranked, shown),
        *(_timeline(key, rows, shown) for key, rows in _moved(ranked)),
    ]
    blocks.append(Text(footer("verdict", "js", "units"), "hint"))
    return Document("A history of comparisons", tuple(blocks))


def headline(entries: "Sequence[Entry]", *, unit: str = "bits") -> str:
    """Return where things stand after the last run, in one line."""
    last = max(entry.run for entry in entries)
    now = sorted((entry for entry in entries if entry.run == last), key=_rank)
    worst = [entry for entry in now if entry.verdict == now[0].verdict]
    columns = len({(entry.segment, entry.column) for entry in now})
    named = len({(entry.segment, entry.column) for entry in worst})
    text = f"{last:%Y-%m-%d %H:%M} UTC: {worst[0].verdict}, {named} of {columns} columns"
    if worst[0].verdict == "same":
        return text
    amount = "" if worst[0].measure == "missing" else f" ({_amount(worst[0], unit)})"
    return f"{text}; the largest difference is in {quote(worst[0].column)}{amount}"


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
        Column("runs", "count"),
        Column("trend", "word"),
    )
    rows = tuple(_row(key, entries, unit) for key, entries in ranked)
    if not any(segment for (segment, _), _ in ranked):
        columns = (columns[0], *columns[2:])
        rows = tuple((row[0], *row[2:]) for row in rows)
    title = "Columns, the worst first; the trend ends with the last run"
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


def _timeline(key: tuple[str, str], entries: "list[Entry]", unit: str) -> Timeline:
    segment, column = key
    title = name(column) if not segment else f"{name(column)} in {name(segment)}"
    points = tuple(
        Point(
            entry.window or f"{entry.run:%Y-%m-%d %H:%M}",
            _in(entry.value, entry, unit) or 0.0,
            _in(entry.low, entry, unit),
            _in(entry.high, entry, unit),
            entry.verdict,
        )
        for entry in entries
    )
    return Timeline(title, points, "" if unit == "share" else unit)
