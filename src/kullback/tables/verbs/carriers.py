"""What a format cannot hold is no difference between two sides: empty texts, and types as text.

A CSV file knows no text that is empty and no types, JSON no times and no decimals. What both sides
lack is compared as it lies; what one lacks, the other does without.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from kullback.results import Note
from kullback.tables.counting import spelling
from kullback.tables.counting.notations import CLOCK, PLAIN, TIMES
from kullback.tables.counting.side import OpenedSide
from kullback.tables.engines import EMPTY, SourceColumn
from kullback.tables.profiles.align import without_empty
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.profiles.types import kind_of

Counted = Profile | OpenedSide
# The types that text spells in one of these ways, and those of them that a source may lack.
_SPELT = {TIMES: "TIMESTAMP", CLOCK: "TIME", PLAIN: "DOUBLE", "seconds": "INTERVAL"}


def lacks_of(side: Counted) -> frozenset[str]:
    """Return what the format of a side cannot hold."""
    return side.lacks if isinstance(side, Profile) else side.source.lacks


def as_text(q: Counted, p: Counted) -> list[str]:
    """Return the columns that a file without types must be read again for, as text."""
    if not isinstance(q, OpenedSide) or not q.source.textual or lacks_of(p) >= lacks_of(q):
        return []
    held = {c.name: kind_of(c.type) for c in q.source.columns}
    return [
        name for name in spelling.texts_of(p) if held.get(name, "text") not in {"text", "nothing"}
    ]


def agreed(q: Counted, p: Counted) -> tuple[Counted, Counted]:
    """Return both sides without what one of them cannot hold."""
    return _without(q, p), _without(p, q)


def _without(side: Counted, other: Counted) -> Counted:
    if isinstance(side, Profile):
        return _profile_without(side, other)
    known = side.source.columns
    spelt = _plainly_spelt(known, side, other)
    columns = tuple(replace(c, spelling="") if c.name in spelt else c for c in known)
    if knows_empty_alone(side, other):
        columns = tuple(_not_empty(column, side) for column in columns)
    return side._replace(source=replace(side.source, columns=columns))


def knows_empty_alone(side: Counted, other: Counted) -> bool:
    """Return whether the format of one side holds empty texts, and that of the other does not."""
    return EMPTY in lacks_of(other) and EMPTY not in lacks_of(side)


def _not_empty(column: SourceColumn, side: OpenedSide) -> SourceColumn:
    if column.type != "VARCHAR":
        return column
    text = side.engine.dialect.own_text.format(column.address)  # a collation may pad with spaces
    held = f"CASE WHEN {text} <> '' THEN {column.address} END"
    return replace(column, address=held)


def _plainly_spelt(
    columns: Iterable[ColumnProfile | SourceColumn], side: Counted, other: Counted
) -> set[str]:
    """Return the columns whose spelling is only that of a format that lacks the type."""
    held = other if isinstance(other, Profile) else other.source.columns
    types = {c.name: c.type for c in held if isinstance(c, ColumnProfile | SourceColumn)}
    lacks = lacks_of(side), lacks_of(other)
    return {c.name for c in columns if _is_no_news(c.spelling, types.get(c.name, ""), lacks)}


def _is_no_news(spelt: str, other: str, lacks: tuple[Collection[str], Collection[str]]) -> bool:
    own, others = lacks
    held = other.startswith("DECIMAL") or ("DECIMAL" in others and own != others)
    decimal = spelt == PLAIN and held and "DECIMAL" in own
    return decimal or _SPELT.get(spelt) in others


def _profile_without(side: Profile, other: Counted) -> Profile:
    counted = [c for c in side if isinstance(c, ColumnProfile)]
    spelt = _plainly_spelt(counted, side, other)
    empty = knows_empty_alone(side, other)

    def each(column: ColumnProfile) -> ColumnProfile:
        column = replace(column, spelling="") if column.name in spelt else column
        return without_empty(column) if empty else column

    columns = (each(c) if isinstance(c, ColumnProfile) else c for c in side)
    return replace(side, columns=tuple(columns))


def spelt_nulls(q: Profile, p: Profile) -> tuple[Note, ...]:
    """Say of which columns missing values are spelt in another way now: what is read is the same.

    Readers take these texts for missing, as they do what is left out; a spelling that one of them
    would read as another value is another type, and no matter of this note.
    """
    others = {column.name: column for column in p if isinstance(column, ColumnProfile)}
    pairs = ((c, others.get(c.name)) for c in q if isinstance(c, ColumnProfile))
    found = ((a, b) for a, b in pairs if b and a.missing and b.missing and a.nulls != b.nulls)
    said = (f"{a.name!r}: missing values are {_spelt(b)} now, {_spelt(a)} before" for a, b in found)
    return tuple(Note("null-spelling", f"{text}.") for text in said)


def _spelt(column: ColumnProfile) -> str:
    return " or ".join(map(repr, column.nulls)) or "left out"


def notes(q: Counted, p: Counted) -> tuple[Note, ...]:
    """Say that empty texts are missing where one side cannot tell them apart."""
    sides = {"reference": q, "current": p}
    lacking = [name for name, side in sides.items() if EMPTY in lacks_of(side)]
    if len(lacking) != 1:
        return ()
    (name,) = lacking
    text = f"{name} comes from text without types: empty texts count as missing on both sides."
    return (Note("empty-texts", text),)
