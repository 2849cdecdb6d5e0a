"""Parts as tables of a document: one row a part, and what drifted in which."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kullback.report.blocks.diagrams import Heat, HeatMap
from kullback.report.blocks.document import Block, Cell, Column, Row, Table
from kullback.report.blocks.label import name
from kullback.tables.results.comparison import Skipped

if TYPE_CHECKING:
    from kullback.tables.results.comparison import ColumnComparison, TableComparison
    from kullback.tables.results.parts import PartedComparison, TablePart

BRIEF = 40  # parts that a terminal shows
ROWS, PLACES = 30, 60  # columns and parts that a map shows
LEAST = 0.02  # the value of a full cell, at least


def parts_table(
    comparison: "PartedComparison[Any]", sizes: Sequence[str], rows: Sequence[Row], title: str
) -> Table:
    """Return the table of parts.

    Parameters
    ----------
    comparison : WindowedComparison or SegmentedComparison
        What was compared.
    sizes : sequence of str
        What the numbers of rows are called.
    rows : sequence of Row
        As `part_row` gives them.
    title : str
        Above the table.
    """
    columns = (
        Column("verdict", "verdict"),
        Column(comparison.KIND),
        *(Column(size, "count") for size in sizes),
        Column("drifted", "count"),
        Column("undecided", "count"),
        Column("largest in"),
        Column(f"JS, {100 * comparison.level:g} %", "interval"),  # type: ignore[attr-defined]
        Column("why", "sentence"),
    )
    return Table(columns, tuple(rows), title, brief=BRIEF)


def part_row(label: str, sizes: Sequence[float], table: "TableComparison") -> Row:
    """Return one part: its verdict, its sizes, how much drifted, and the largest difference."""
    counts = [
        float(sum(c.verdict == verdict for c in table.compared))
        for verdict in ("drifted", "undecided")
    ]
    head: Row = (table.verdict, label, *sizes, *counts)
    found = [c for c in table.compared if c.verdict == table.verdict]
    if not found:
        return (*head, "", None, "nothing was compared")
    return (*head, name(found[0].name), found[0].jensen_shannon, found[0].reason)


def drifted_table(comparison: "PartedComparison[Any]", title: str) -> list[Block]:
    """Return what drifted in which part, if anything did."""
    rows = tuple(
        (name(part.label), name(c.name), *_evidence(c), c.reason)
        for part, c in comparison.failing("drift")
    )
    columns = (
        Column(comparison.KIND),
        Column("column"),
        Column("JS", "interval"),
        Column("q-value", "p-value"),
        Column("why", "sentence"),
    )
    return [Table(columns, rows, title, detail=True, brief=BRIEF)] if rows else []


def _evidence(column: "ColumnComparison | Skipped") -> tuple[Cell, Cell]:
    """Return the divergence and the q-value of a column, if it was compared."""
    if isinstance(column, Skipped):
        return None, None
    return column.jensen_shannon, float(column.q_value)


def worst_parts(comparison: "PartedComparison[Any]") -> tuple[list["TablePart"], str]:
    """Return the parts with the verdict of the whole, and how many those are."""
    found = [p for p in comparison.ranked if p.comparison.verdict == comparison.verdict]
    kinds = f"{len(comparison.members)} {comparison.KIND}s"
    return found, f"{comparison.verdict}: {len(found)} of {kinds}"


def heat_map(parts: "Sequence[TablePart]", unit: str, title: str) -> Iterator[HeatMap]:
    """Yield a map of columns and parts, the largest JS divergence first, if there are some of both.

    Parameters
    ----------
    parts : sequence of TablePart
        In the order in which they stand.
    unit : str
        Of the values.
    title : str
        What is drawn.
    """
    shown = parts[:PLACES]
    found = [{c.name: c for c in part.comparison.compared} for part in shown]
    largest: dict[str, float] = {}
    for columns in found:
        for column, compared in columns.items():
            value = compared.jensen_shannon.value
            largest[column] = max(value, largest.get(column, value))
    ranked = sorted(largest, key=lambda column: -largest[column])[:ROWS]
    if len(shown) < 2 or len(ranked) < 2:
        return
    cells = tuple(
        tuple(
            Heat(columns[column].jensen_shannon.value, columns[column].verdict)
            if column in columns
            else Heat(None)
            for columns in found
        )
        for column in ranked
    )
    names, labels = tuple(map(name, ranked)), tuple(part.label for part in shown)
    yield HeatMap(title, names, labels, cells, unit, max(LEAST, *largest.values()))
