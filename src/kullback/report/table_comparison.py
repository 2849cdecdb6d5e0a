"""Two datasets, column by column, as a document."""

from collections import Counter
from typing import TYPE_CHECKING

from kullback.report.document import Block, Column, Document, Row, State, Table, Text, Verdict
from kullback.report.label import name, quote
from kullback.units import format_number

if TYPE_CHECKING:
    from kullback.tables.comparison import ColumnComparison, Side, TableComparison

BRIEF = 40  # columns that a terminal shows
OUTCOMES = 8  # outcomes that a column's own table shows
VERDICTS: tuple[State, ...] = ("drifted", "undecided", "same")


def document(comparison: "TableComparison") -> Document:
    """Build the document of a comparison of two datasets.

    Parameters
    ----------
    comparison : TableComparison
        What `kullback.tables.compare` returned.

    Returns
    -------
    Document
        Both sides, the verdict, one row a column, what was skipped and why, and the counts.
    """
    blocks: list[Block] = [
        Verdict(comparison.verdict if comparison.compared else "undecided", headline(comparison)),
        Text(
            "P = current, Q = reference: KL(current‖reference) is the extra surprise of who "
            "believes the reference while the current data happens."
        ),
        _sides(comparison),
    ]
    if comparison.compared:
        blocks.append(_columns(comparison))
    if comparison.skipped:
        blocks.append(_skipped(comparison))
    blocks += [Text(note.text, "note") for note in comparison.notes]
    blocks += [_explained(column) for column in comparison.compared if column.verdict == "drifted"]
    blocks += _column_notes(comparison)
    blocks += [Text(_closing(comparison)), Text(_HINT, "hint")]
    return Document("Two datasets compared", tuple(blocks))


_HINT = "What the words mean: kullback explain verdict · what JS is: kullback explain js"


def headline(comparison: "TableComparison") -> str:
    """Return the verdict in one line, with the column that says it loudest.

    Parameters
    ----------
    comparison : TableComparison
        What `kullback.tables.compare` returned.

    Returns
    -------
    str
        One line without a line break, whatever the columns are called.
    """
    compared = comparison.compared
    if not compared:
        return "nothing to compare: every column was skipped"
    worst = [c for c in compared if c.verdict == comparison.verdict]
    text = f"{comparison.verdict}: {len(worst)} of {len(compared)} columns"
    marked = "".join(f"; {c.mark} {quote(c.name)} {c.verdict}" for c in compared if c.mark)
    if comparison.verdict == "same":
        return text + marked
    largest = format_number(worst[0].jensen_shannon.value, 3)
    js = f"JS {largest} {worst[0].jensen_shannon.unit}"
    return f"{text}; the largest difference is in {quote(worst[0].name)} ({js}){marked}"


def _sides(comparison: "TableComparison") -> Table:
    columns = (Column("side"), Column("data"), Column("rows", "count"))
    rows = (_side("P current", comparison.current), _side("Q reference", comparison.reference))
    return Table(columns, rows)


def _side(title: str, side: "Side") -> Row:
    return (title, side.name, float(side.rows))


def _columns(comparison: "TableComparison") -> Table:
    columns = (
        Column("verdict", "verdict"),
        Column("column"),
        Column("role", "word"),
        Column(f"JS, {100 * comparison.level:g} %", "interval"),
        Column("KL", "number"),
        Column("reverse", "number"),
        Column("q-value", "p-value"),
        Column("why", "sentence"),
    )
    rows = tuple(map(_column, comparison.compared))
    title = f"Columns, the largest JS divergence first; JS, KL and reverse KL in {comparison.unit}"
    return Table(columns, rows, title, brief=BRIEF)


def _column(column: "ColumnComparison") -> Row:
    return (
        column.verdict,
        name(column.name),
        f"{column.mark}, {column.role}" if column.mark else column.role,
        column.jensen_shannon,
        column.kl,
        column.reverse_kl,
        float(column.q_value),
        column.reason,
    )


def _skipped(comparison: "TableComparison") -> Table:
    rows = tuple((name(column.name), column.reason) for column in comparison.skipped)
    columns = (Column("skipped"), Column("why", "sentence"))
    return Table(columns, rows, "Not compared", brief=BRIEF)


def _explained(column: "ColumnComparison") -> Table:
    unit = column.kl.unit
    columns = (
        Column("outcome"),
        Column("P current", "number"),
        Column("Q reference", "number"),
        Column(f"contribution ({unit})", "number", bar=True),
    )
    rows = tuple(
        (name(o.label), float(o.p), float(o.q), float(o.contribution))
        for o in column.outcomes.largest(OUTCOMES)
    )
    title = f"What explains {quote(column.name)}"
    return Table(columns, rows, title, total=len(column.outcomes), detail=True)


def _column_notes(comparison: "TableComparison") -> list[Block]:
    rows = tuple(
        (name(column.name), note.text) for column in comparison.compared for note in column.notes
    )
    columns = (Column("column"), Column("note", "sentence"))
    return [Table(columns, rows, "Notes on single columns", detail=True)] if rows else []


def _closing(comparison: "TableComparison") -> str:
    counts = Counter(column.verdict for column in comparison.compared)
    parts = [f"{counts[verdict]} {verdict}" for verdict in VERDICTS]  # type: ignore[index]  # a Verdict is a State
    if comparison.skipped:
        parts.append(f"{len(comparison.skipped)} skipped")
    return (
        f"{' · '.join(parts)} (alpha {comparison.alpha:g}, tolerance {comparison.tolerance:g} bits "
        f"of JS, {100 * comparison.level:g} % intervals)"
    )
