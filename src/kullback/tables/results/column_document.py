"""One compared column as a document of its own."""

from typing import TYPE_CHECKING

from kullback.glossary import footer
from kullback.report.blocks.document import Block, Document, Facts, Text, Verdict
from kullback.report.blocks.label import quote
from kullback.tables.results.column_card import card
from kullback.tables.results.column_shares import LEAST_SCALE, shares
from kullback.units import nats_per

if TYPE_CHECKING:
    from kullback.tables.results.comparison import ColumnComparison


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
    shown = card(column, "c0", shares(column, _scale(column), "s0"))
    said = f"{column.verdict}: {column.name} ({column.role}): {column.jensen_shannon}"
    blocks: list[Block] = [
        Verdict(column.verdict, said.replace(column.name, quote(column.name), 1)),
        Facts(shown.facts),
        shown.chart,
        *(Text(line, "item") for line in shown.lines),
        Text(footer("verdict", "js", "role"), "hint"),
    ]
    return Document(f"The column {quote(column.name)}", tuple(blocks), column.kl.unit)


def _scale(column: "ColumnComparison") -> float:
    values = column.outcomes.contribution
    finite = values[values < float("inf")]
    return max(float(finite.max(initial=0.0)), LEAST_SCALE / nats_per(column.kl.unit))
