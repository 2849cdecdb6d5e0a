"""Two datasets by segment as a document."""

from typing import TYPE_CHECKING

from kullback.report.blocks.document import Block, Column, Document, Row, Table, Text, Verdict
from kullback.report.blocks.label import name, quote

if TYPE_CHECKING:
    from kullback.tables.results.segmented import Segment, SegmentedComparison

BRIEF = 40  # segments that a terminal shows
NAMED = 10  # segments of one side only that are named


def document(comparison: "SegmentedComparison") -> Document:
    """Build the document of segments: the worst first, and those of one side only.

    Parameters
    ----------
    comparison : SegmentedComparison
        What `kullback.tables.segments` returned.
    """
    blocks: list[Block] = [
        Verdict(comparison.verdict, headline(comparison)),
        Text(_composition(comparison)),
        _segments(comparison),
    ]
    blocks += [Text(text, "item") for text in _one_sided(comparison)]
    blocks += [Text(note.text, "note") for note in comparison.notes]
    blocks += _drifted(comparison)
    return Document("Two datasets by segment", tuple(blocks))


def headline(comparison: "SegmentedComparison") -> str:
    """Return the verdict in one line, with the segment that says it loudest.

    Parameters
    ----------
    comparison : SegmentedComparison
        What `kullback.tables.segments` returned.
    """
    worst = [s for s in comparison.ranked if s.comparison.verdict == comparison.verdict]
    text = f"{comparison.verdict}: {len(worst)} of {len(comparison.segments)} segments"
    if not worst:
        return f"{text}; the shares of the segments are {comparison.verdict}"
    if comparison.verdict == "same":
        return text
    return f"{text}; the worst is {quote(worst[0].label)}"


def _composition(comparison: "SegmentedComparison") -> str:
    found = comparison.composition
    by = " × ".join(quote(column) for column in comparison.by)
    said = f"{getattr(found, 'verdict', 'not compared')} ({found.reason})"
    return f"Segments by {by}. Their shares: {said}."


def _segments(comparison: "SegmentedComparison") -> Table:
    columns = (
        Column("verdict", "verdict"),
        Column("segment"),
        Column("rows now", "count"),
        Column("rows before", "count"),
        Column("drifted", "count"),
        Column("undecided", "count"),
        Column("largest in"),
        Column(f"JS, {100 * comparison.level:g} %", "interval"),
        Column("why", "sentence"),
    )
    rows = tuple(map(_segment, comparison.ranked))
    title = f"Segments, the worst first; JS in {comparison.unit}"
    return Table(columns, rows, title, brief=BRIEF)


def _segment(segment: "Segment") -> Row:
    compared = segment.comparison.compared
    verdict = segment.comparison.verdict
    sizes = float(segment.comparison.current.rows), float(segment.comparison.reference.rows)
    counts = [float(sum(c.verdict == v for c in compared)) for v in ("drifted", "undecided")]
    worst = [c for c in compared if c.verdict == verdict]
    if not worst:
        return (verdict, name(segment.label), *sizes, *counts, "", None, "nothing was compared")
    largest = worst[0]
    head: Row = (verdict, name(segment.label), *sizes, *counts)
    return (*head, name(largest.name), largest.jensen_shannon, largest.reason)


def _one_sided(comparison: "SegmentedComparison") -> list[str]:
    said = []
    for found, words in (
        (comparison.appeared, "only in the current data"),
        (comparison.vanished, "only in the reference"),
    ):
        if found:
            names = ", ".join(
                f"{quote(s.label)} ({s.rows:,} row{'s' * (s.rows > 1)})" for s in found[:NAMED]
            )
            more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
            count = "1 segment is" if len(found) == 1 else f"{len(found)} segments are"
            said.append(f"{count} {words}: {names}{more}")
    return said


def _drifted(comparison: "SegmentedComparison") -> list[Block]:
    rows = tuple(
        (name(segment.label), name(c.name), c.jensen_shannon, float(c.q_value), c.reason)
        for segment, c in comparison.failing("drift")
    )
    columns = (
        Column("segment"),
        Column("column"),
        Column("JS", "interval"),
        Column("q-value", "p-value"),
        Column("why", "sentence"),
    )
    return [Table(columns, rows, "What drifted", detail=True, brief=BRIEF)] if rows else []
