"""A profile for people: what each column is, as a schema has it."""

from kullback.report.blocks import document as doc
from kullback.tables.profiles import labels
from kullback.tables.profiles.aspects import columns_of
from kullback.tables.profiles.grid import Number
from kullback.tables.profiles.profile import Binned, ColumnProfile, Listed, Profile
from kullback.tables.profiles.types import written
from kullback.tables.results.comparison import ColumnFacts, Skipped

_NAMED = 4  # values that are shown
_COLUMNS = (
    doc.Column("column"),
    doc.Column("type", "word"),
    doc.Column("role", "word"),
    doc.Column("missing", "share"),
    doc.Column("range or values"),
)


def document(profile: Profile) -> doc.Document:
    """Return what every format is drawn from."""
    rows = tuple(_row(column) for column in profile)
    own = len(columns_of([column.name for column in profile]))
    aspects = f" and {len(rows) - own} aspects of them" if len(rows) > own else ""
    title = f"{profile.source}: {profile.rows:,} rows, {own} columns{aspects}"
    notes = tuple(doc.Text(note.text, "note") for note in profile.notes)
    table = doc.Table(_COLUMNS, rows, brief=len(rows))
    return doc.Document(title, (doc.Text(title), table, *notes))


def _row(column: ColumnProfile | Skipped) -> doc.Row:
    if isinstance(column, Skipped):
        facts = column.facts
        share = facts.missing / facts.rows if facts and facts.rows else None
        kind = facts.type if facts else ""
        return (column.name, kind, column.role or "", share, _of_facts(column.reason, facts))
    share = column.missing / column.rows if column.rows else None
    type_name = written(column.type, column.spelling)
    if column.nulls:
        type_name += f", missing: {', '.join(map(repr, column.nulls))}"
    return (column.name, type_name, column.role, share, _values(column))


def _of_facts(reason: str, facts: ColumnFacts | None) -> str:
    if facts is None or facts.lengths is None:
        return reason
    return f"{reason}; {facts.lengths[0]} to {facts.lengths[1]} characters"


def _values(column: ColumnProfile) -> str:
    """Return the range of numbers and times, and the names of the most frequent categories."""
    if column.minimum is not None and column.maximum is not None:
        return f"{_end(column, column.minimum)} to {_end(column, column.maximum)}"
    body = column.body
    if isinstance(body, Binned):
        return f"{len(body.counts)} bins" if column.counted else "no values"
    return _named(body)


def _named(body: Listed) -> str:
    if not body.counts:
        return "no values"
    shown = ", ".join(str(value) for value in list(body.counts)[:_NAMED])
    more = len(body.counts) - _NAMED
    return shown + (f" and {more:,} more" if more > 0 else "")


def _end(column: ColumnProfile, value: Number) -> str:
    if column.kind == "time":
        return labels.moment(int(value))
    if column.kind == "time of day":
        return labels.time_of_day(int(value))
    return labels.numbers([value])[0]
