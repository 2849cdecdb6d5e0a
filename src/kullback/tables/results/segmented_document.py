"""Two datasets by segment as a document."""

from typing import TYPE_CHECKING

from kullback.glossary import footer
from kullback.report.blocks.document import Block, Document, Table, Text, Verdict
from kullback.report.blocks.label import name, quote
from kullback.tables.results.column_card import picture
from kullback.tables.results.comparison import ColumnComparison
from kullback.tables.results.comparison_document import settings
from kullback.tables.results.parts_document import (
    Sized,
    drifted_table,
    heat_map,
    parts_table,
    worst_parts,
)

if TYPE_CHECKING:
    from kullback.tables.results.segmented import SegmentedComparison

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
    if isinstance(comparison.composition, ColumnComparison):
        blocks.append(picture(comparison.composition))
    blocks += heat_map(comparison.ranked, comparison.unit, "JS divergence by column and segment")
    blocks += [Text(text, "item") for text in _one_sided(comparison)]
    blocks += [Text(note.text, "note") for note in comparison.notes]
    blocks += drifted_table(comparison, "What drifted")
    blocks.append(Text(footer("verdict", "js", "q-value", "role"), "hint"))
    said = settings(comparison, [("segments by", ", ".join(map(name, comparison.by)))])
    return Document("Two datasets by segment", tuple(blocks), comparison.unit, said)


def headline(comparison: "SegmentedComparison") -> str:
    """Return the verdict in one line, with the segment that says it loudest.

    Parameters
    ----------
    comparison : SegmentedComparison
        What `kullback.tables.segments` returned.
    """
    worst, text = worst_parts(comparison)
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
    parts = [
        Sized(
            name(s.label),
            (float(s.comparison.current.rows), float(s.comparison.reference.rows)),
            s.comparison,
        )
        for s in comparison.ranked
    ]
    title = f"Segments, the worst first; JS in {comparison.unit}"
    return parts_table(comparison, ["rows now", "rows before"], parts, title)


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
