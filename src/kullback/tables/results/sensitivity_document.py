"""One column under several choices as a document."""

from typing import TYPE_CHECKING

from kullback.glossary import footer
from kullback.report.blocks.document import Column, Document, Row, Table, Text
from kullback.report.blocks.label import quote

if TYPE_CHECKING:
    from kullback.tables.results.sensitivity import Sensitivity


def document(found: "Sensitivity") -> Document:
    """Build the document of a sensitivity: one row a choice.

    Parameters
    ----------
    found : Sensitivity
        What `kullback.tables.sensitivity` returned.
    """
    columns = (
        Column("bins", "word"),
        Column("outcomes", "count"),
        Column("smoothing", "word"),
        Column(f"KL ({found.unit})", "number"),
        Column(f"JS ({found.unit})", "number"),
        Column("from", "number"),
        Column("to", "number"),
        Column("verdict", "word"),
    )
    rows: tuple[Row, ...] = tuple(
        (
            "by value" if c.bins is None else str(c.bins),
            float(c.outcomes),
            c.smoothing,
            *(float(c.kl), float(c.jensen_shannon), float(c.low), float(c.high)),
            c.verdict,
        )
        for c in found
    )
    hint = Text(footer("bins", "smoothing", "verdict"), "hint")
    return Document(
        f"Choices behind {quote(found.column)}", (Text(found.headline), Table(columns, rows), hint)
    )
