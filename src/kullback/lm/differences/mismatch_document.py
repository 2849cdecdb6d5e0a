"""Why two engines differ, as a document."""

from typing import TYPE_CHECKING

from kullback.glossary import footer
from kullback.report.blocks.document import Block, Column, Document, Table, Text, Verdict
from kullback.report.blocks.label import name
from kullback.units import format_number

if TYPE_CHECKING:
    from kullback.lm.differences.explain import Mismatch

COLUMNS = (
    Column("what", "word"),
    Column("TV before", "number"),
    Column("after", "number"),
    Column("in words", "sentence"),
)


def document(found: "Mismatch") -> Document:
    """Build the document of what makes two engines differ."""
    rows = tuple((each.code, each.before, each.after, each.text) for each in found.faults)
    blocks: list[Block] = [Verdict("exact", headline(found))]
    if rows:
        blocks.append(Table(COLUMNS, rows, "What was found, each undone before the next"))
    blocks += [Text(_first(found)), *(Text(note.text, "note") for note in found.notes)]
    blocks.append(Text(footer("kl", "noise-floor", "perplexity"), "hint"))
    return Document("Why two engines differ", tuple(blocks))


def headline(found: "Mismatch") -> str:
    """Return the faults and what is left in one line."""
    sides = f"{name(found.a)} (A) and {name(found.b)} (B)"
    apart, left = (format_number(x, 2) for x in (found.distance, found.left))
    if not found.faults:
        return f"No known fault explains how {sides} differ: TV {apart} a token"
    codes = ", ".join(each.code for each in found.faults)
    return f"{sides} differ by {codes}: TV {apart} a token, {left} without"


def _first(found: "Mismatch") -> str:
    if found.first is None:
        return f"All {found.rows} rows agree then, but for rounding."
    place = ""
    if found.first_cluster is not None:
        place = f" (chunk {found.first_cluster}, place {found.first_position})"
    before = f"; the {found.first} rows before it agree" if found.first else ""
    return f"The first row that is apart still is {found.first}{place}{before}."
