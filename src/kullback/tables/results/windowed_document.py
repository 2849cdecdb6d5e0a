"""A dataset in windows as a document."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kullback.glossary import footer
from kullback.report.blocks.charts import Point, Timeline
from kullback.report.blocks.document import Block, Document, Table, Text, Verdict
from kullback.report.blocks.label import name, quote
from kullback.tables.results.comparison_document import loudest, settings
from kullback.tables.results.gate import FAILING
from kullback.tables.results.parts_document import (
    Sized,
    drifted_table,
    heat_map,
    parts_table,
    worst_parts,
)
from kullback.units import nats_per

if TYPE_CHECKING:
    from kullback.tables.results.windowed import Window, WindowedComparison

TIMELINES = 50  # columns that are drawn


def document(comparison: "WindowedComparison") -> Document:
    """Build the document of windows: one row a window, then what drifted in which.

    Parameters
    ----------
    comparison : WindowedComparison
        What `kullback.tables.windows` returned.
    """
    against = {"baseline": "the reference", "consecutive": "the window before it"}
    blocks: list[Block] = [
        Verdict(comparison.verdict, headline(comparison)),
        Text(
            f"Windows of {comparison.current.name} by {comparison.cut} of {quote(comparison.on)}, "
            f"each against {against[comparison.against]}."
        ),
        _windows(comparison),
    ]
    blocks += [Text(note.text, "note") for note in comparison.notes]
    blocks += heat_map(comparison.windows, comparison.unit, "JS divergence by column and window")
    blocks += _timelines(comparison)
    blocks += drifted_table(comparison, "What drifted, in order of time")
    blocks.append(Text(footer("verdict", "js", "q-value", "monitor"), "hint"))
    said = settings(comparison, [("windows by", f"{comparison.cut} of {name(comparison.on)}")])
    return Document("A dataset in windows", tuple(blocks), comparison.unit, said)


def headline(comparison: "WindowedComparison") -> str:
    """Return the verdict in one line, with the window that says it first and the one loudest.

    Parameters
    ----------
    comparison : WindowedComparison
        What `kullback.tables.windows` returned.
    """
    worst, text = worst_parts(comparison)
    found = [
        (column.jensen_shannon.value, window, column)
        for window in worst
        for column in window.comparison.compared
        if column.verdict == comparison.verdict
    ]
    if comparison.verdict == "same" or not found:
        return text
    _, window, column = max(found, key=lambda item: item[0])
    said = loudest(column, comparison.alpha)
    where = f"{quote(column.name)} in {window.label}"
    return f"{text}, the first is {worst[0].label}; the largest difference is in {where} ({said})"


def _windows(comparison: "WindowedComparison") -> Table:
    parts = [Sized(w.label, (float(w.rows),), w.comparison) for w in comparison.windows]
    return parts_table(comparison, ["rows"], parts, f"Windows in order; JS in {comparison.unit}")


def _timelines(comparison: "WindowedComparison") -> list[Timeline]:
    """Draw the columns that drifted in some window, the largest divergence first."""
    largest: dict[str, float] = {}
    columns = (c for window in comparison.windows for c in window.comparison.compared)
    for column in columns:
        if column.verdict not in FAILING["drift"]:
            continue
        value = column.jensen_shannon.value
        largest[column.name] = max(value, largest.get(column.name, value))
    ranked = sorted(largest, key=lambda name: -largest[name])[:TIMELINES]
    return [_timeline(comparison, column) for column in ranked]


def _timeline(comparison: "WindowedComparison", column: str) -> Timeline:
    points = tuple(p for window in comparison.windows for p in _points(window, column))
    found = (c for window in comparison.windows for c in window.comparison.compared)
    limit = next((c.tolerance for c in found if c.name == column), comparison.tolerance)
    tolerance = limit * nats_per("bits") / nats_per(comparison.unit)
    return Timeline(f"{name(column)}, JS", points, comparison.unit, tolerance)


def _points(window: "Window", column: str) -> Iterator[Point]:
    """Yield the point of a window, if the column was compared there."""
    for found in window.comparison.compared:
        if found.name == column:
            js = found.jensen_shannon
            low, high = (None, None) if js.interval is None else js.interval
            yield Point(window.label, js.value, low, high, found.verdict)
