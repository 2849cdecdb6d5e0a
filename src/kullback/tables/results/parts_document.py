"""Parts as tables of a document: one row a part, and what drifted in which."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from kullback.report.blocks.charts import Sparkline
from kullback.report.blocks.diagrams import Heat, HeatMap
from kullback.report.blocks.document import Block, Cell, Column, Row, Table
from kullback.report.blocks.label import name
from kullback.tables.results.column_card import dot
from kullback.tables.results.column_shares import shares
from kullback.tables.results.comparison import Skipped
from kullback.tables.results.comparison_document import strip

if TYPE_CHECKING:
    from kullback.tables.results.comparison import ColumnComparison, TableComparison
    from kullback.tables.results.parts import PartedComparison, TablePart
    from kullback.tables.results.segmented import SegmentedComparison
    from kullback.tables.results.windowed import WindowedComparison

    Parted: TypeAlias = WindowedComparison | SegmentedComparison

BRIEF = 40  # parts that a terminal shows
ROWS, PLACES = 30, 60  # columns and parts that a map shows
LEAST = 0.02  # the value of a full cell, at least


class Sized(NamedTuple):
    """A part with its numbers of rows."""

    label: str
    sizes: tuple[float, ...]
    comparison: "TableComparison"


def parts_table(
    comparison: "Parted", sizes: Sequence[str], parts: Sequence[Sized], title: str
) -> Table:
    """Return the table of parts: verdict, sizes, how much drifted, and the largest difference.

    Parameters
    ----------
    comparison : WindowedComparison or SegmentedComparison
        What was compared.
    sizes : sequence of str
        What the numbers of rows are called.
    parts : sequence of Sized
        In the order in which they stand.
    title : str
        Above the table.
    """
    worst = [_worst(part.comparison) for part in parts]
    highs = (c.jensen_shannon.interval.high for c in worst if c and c.jensen_shannon.interval)
    scale = max([0.0, *highs]) or 1.0
    columns = (
        Column("verdict", "verdict"),
        Column(comparison.KIND),
        *(Column(size, "count") for size in sizes),
        Column("drifted", "count"),
        Column("undecided", "count"),
        Column("largest in"),
        Column("current on reference", "picture", detail=True),
        Column(f"JS, {100 * comparison.level:g} %", "interval"),
        strip(comparison, scale),
        Column("why", "sentence"),
    )
    rows = tuple(_row(part, found, scale) for part, found in zip(parts, worst, strict=True))
    return Table(columns, rows, title, brief=BRIEF)


def _worst(table: "TableComparison") -> "ColumnComparison | None":
    return next((c for c in table.compared if c.verdict == table.verdict), None)


def _row(part: Sized, worst: "ColumnComparison | None", scale: float) -> Row:
    compared = part.comparison.compared
    counts = [float(sum(c.verdict == v for c in compared)) for v in ("drifted", "undecided")]
    head: Row = (part.comparison.verdict, part.label, *part.sizes, *counts)
    if worst is None:
        return (*head, "", None, None, None, "nothing was compared")
    pictures = Sparkline(shares(worst, scale)), dot(worst, worst.tolerance, scale)
    js = worst.jensen_shannon
    return (*head, name(worst.name), pictures[0], js, pictures[1], worst.reason)


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
