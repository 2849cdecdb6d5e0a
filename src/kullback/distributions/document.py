"""Two formulas compared, as a document: each quantity with its error and how it was obtained."""

import math
from collections.abc import Sequence

from kullback.glossary import footer
from kullback.report.blocks.cell import exact, write
from kullback.report.blocks.document import (
    Block,
    Column,
    Document,
    Row,
    State,
    Table,
    Text,
    Verdict,
)
from kullback.results import Divergence, Information
from kullback.units import format_number


def document(names: tuple[str, str], quantities: Sequence[Divergence]) -> Document:
    """Build the document of two formulas.

    Parameters
    ----------
    names : (str, str)
        How P and Q are written.
    quantities : sequence of Divergence
        KL(P‖Q) first.

    Returns
    -------
    Document
        The headline, one row a quantity, why some are infinite, and what was decided.
    """
    kl = quantities[0]
    state: State = "exact" if math.isfinite(kl.value) else "infinite"
    columns = (
        Column("quantity", "word"),
        Column("value", "measure"),
        Column("error", "word"),
        Column("obtained by", "word"),
    )
    blocks: list[Block] = [
        Verdict(state, headline(kl)),
        Text(f"P = {names[0]}, Q = {names[1]}."),
        Table(columns, tuple(map(_row, quantities)), "Quantities"),
    ]
    reasons = dict.fromkeys(f"{d.quantity}: {d.reason}." for d in quantities if d.reason)
    notes = dict.fromkeys(note.text for d in quantities for note in d.notes)
    blocks += [Text(reason, "note") for reason in reasons]
    blocks += [Text(note, "note") for note in notes]
    blocks.append(Text(footer("kl", "direction", "method", "units"), "hint"))
    return Document("Two distributions compared", tuple(blocks))


def headline(kl: Divergence) -> str:
    """Return KL(P‖Q) in one line, in two units where it is finite."""
    value = _information(kl)
    if not math.isfinite(kl.value):
        return f"{kl.quantity} = {write(value, 'measure')}"
    other = "nats" if kl.unit == "bits" else "bits"
    return f"{kl.quantity} = {write(value, 'measure')}   ({write(value.to(other), 'measure')})"


def _information(divergence: Divergence) -> Information:
    return Information(float(divergence.value), divergence.unit)


def _row(divergence: Divergence) -> Row:
    value = _information(divergence) if divergence.unit else float(divergence.value)
    return (divergence.quantity, value, _error(divergence), divergence.method)


def _error(divergence: Divergence) -> str:
    if not math.isfinite(divergence.value):
        return "–"
    return f"± {format_number(divergence.error, 2)}" if divergence.error else exact(0.0)
