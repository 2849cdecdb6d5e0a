"""A document for formats of words: charts as tables, and nothing that only an eye can use."""

from collections.abc import Iterator
from dataclasses import replace

from kullback.report.blocks.chart_tables import as_table
from kullback.report.blocks.charts import Block, Histogram, Lines, Shares, Timeline
from kullback.report.blocks.diagrams import Agreement, Dots, HeatMap, Waterfall
from kullback.report.blocks.document import Card, Document, Facts, Figure, Table, Text, Verdict
from kullback.report.blocks.label import quote

Told = Text | Verdict | Table
OUTCOMES = 8  # that explain a column


def told(document: Document) -> Iterator[Told]:
    """Yield the blocks of a document as paragraphs, verdicts and tables.

    Facts, heat maps and pictures of two distributions are left out: the tables beside them say
    the same.
    """
    for block in document.blocks:
        match block:
            case Text() | Verdict():
                yield block
            case Table():
                yield _without_pictures(block)
            case Card() if block.state == "drifted":
                yield explained(block)
            case Figure(table=Table() as table):
                yield table
            case Timeline() | Histogram() | Lines() | Dots() | Agreement() | Waterfall():
                yield as_table(block)
            case Card() | Facts() | Shares() | Figure() | HeatMap():
                pass


def explained(card: Card) -> Table:
    """Return the outcomes that contribute most to a column's divergence, largest first."""
    table = as_table(card.chart)
    order = sorted(range(len(table.rows)), key=lambda i: -card.chart.parts[i].contribution)
    rows = tuple(table.rows[i] for i in order[:OUTCOMES])
    title = f"What explains {quote(card.title)}"
    return replace(table, rows=rows, title=title, total=len(table.rows))


def _without_pictures(table: Table) -> Table:
    kept = [i for i, column in enumerate(table.columns) if column.kind != "picture"]
    if len(kept) == len(table.columns):
        return table
    rows = tuple(tuple(row[i] for i in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[i] for i in kept), rows=rows)


def charts_of(document: Document) -> tuple[Block, ...]:
    """Return the charts of a document, those in figures and cards among them.

    Examples
    --------
    >>> from kullback.report.blocks.charts import Timeline
    >>> charts_of(Document("t", (Text("a"), Figure(Timeline("JS by day", ())))))[0].title
    'JS by day'
    """
    found: list[Block] = []
    for block in document.blocks:
        match block:
            case Card() | Figure():
                found.append(block.chart)
            case Text() | Verdict() | Table() | Facts():
                pass
            case _:
                found.append(block)
    return tuple(found)
