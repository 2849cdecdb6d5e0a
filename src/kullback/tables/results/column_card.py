"""One compared column as a card, and as a document of its own: its numbers and its picture."""

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING

from kullback.glossary import footer
from kullback.report.blocks.charts import Dot, Shares
from kullback.report.blocks.document import Block, Card, Document, Fact, Facts, Text, Verdict
from kullback.report.blocks.label import name, quote
from kullback.tables.results.column_shares import LEAST_SCALE, shares
from kullback.units import nats_per

if TYPE_CHECKING:
    from kullback.tables.results.comparison import ColumnComparison

LISTED = 4  # new or gone outcomes that are named


def card(column: "ColumnComparison", anchor: str, chart: Shares) -> Card:
    """Return the card of a column.

    Parameters
    ----------
    column : ColumnComparison
        What was found.
    anchor : str
        Its name on the page.
    chart : Shares
        Its picture.
    """
    facts = (
        Fact(f"JS ({column.jensen_shannon.unit})", column.jensen_shannon, "interval"),
        Fact("KL(P‖Q)", column.kl),
        Fact("KL(Q‖P)", column.reverse_kl),
        Fact("p", float(column.p_value), "p-value"),
        Fact("q", float(column.q_value), "p-value"),
        *(Fact(fact.name, fact.said, "word") for fact in column.summary),
    )
    title = name(column.name)
    return Card(
        anchor, title, column.role, column.verdict, facts, chart, tuple(_lines(column, chart))
    )


def dot(column: "ColumnComparison", tolerance: float, scale: float) -> Dot:
    """Return the interval of a column's JS divergence; `tolerance` is in bits."""
    js = column.jensen_shannon
    low, high = js.interval or (js.value, js.value)
    limit = tolerance * nats_per("bits") / nats_per(js.unit)
    return Dot(js.value, low, high, limit, scale, column.verdict, js.unit)


def _lines(column: "ColumnComparison", chart: Shares) -> Iterator[str]:
    if column.reason:
        yield column.reason
    if column.new:
        yield f"new: {_listed(column.new)}"
    if column.gone:
        yield f"gone: {_listed(column.gone)}"
    yield from chart.notes
    for divergence in (column.kl, column.reverse_kl):
        said = (note.text for note in divergence.notes if note.code == "may-be-infinite")
        yield from (f"{divergence.quantity}: {text[0].lower()}{text[1:]}" for text in said)
    yield from (note.text for note in column.notes)


def _listed(labels: Sequence[Hashable]) -> str:
    more = f" and {len(labels) - LISTED:,} more" if len(labels) > LISTED else ""
    return ", ".join(quote(label) for label in labels[:LISTED]) + more


def document(column: "ColumnComparison") -> Document:
    """Build the document of one column.

    Parameters
    ----------
    column : ColumnComparison
        What was found.

    Returns
    -------
    Document
        Its verdict, its numbers, its two distributions, and what is to be said about it.
    """
    shown = card(column, "c0", picture(column))
    said = f"{column.verdict}: {column.name} ({column.role}): {column.jensen_shannon}"
    blocks: list[Block] = [
        Verdict(column.verdict, said.replace(column.name, quote(column.name), 1)),
        Facts(shown.facts),
        shown.chart,
        *(Text(line, "item") for line in shown.lines),
        Text(footer("verdict", "js", "role"), "hint"),
    ]
    return Document(f"The column {quote(column.name)}", tuple(blocks), column.kl.unit)


def picture(column: "ColumnComparison") -> Shares:
    """Return the picture of a column that stands alone, on a scale of its own."""
    values = column.outcomes.contribution
    finite = values[values < float("inf")]
    scale = max(float(finite.max(initial=0.0)), LEAST_SCALE / nats_per(column.kl.unit))
    return shares(column, scale)
