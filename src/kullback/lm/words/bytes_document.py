"""Two models with different tokenisers compared, as a document."""

from typing import TYPE_CHECKING

from kullback.glossary import footer
from kullback.report.blocks.document import Block, Column, Document, Table, Text, Verdict
from kullback.report.blocks.label import name
from kullback.units import format_number

if TYPE_CHECKING:
    from kullback.lm.words.compare_bytes import ByteComparison
    from kullback.results import Estimate

COLUMNS = (
    Column("what", "word"),
    Column("mean", "number"),
    Column("95 % from", "number"),
    Column("to", "number"),
)


def document(found: "ByteComparison") -> Document:
    """Build the document of two models whose tokens differ."""
    named = {
        "KL(base‖model), bits a place": found.kl,
        "KL(model‖base), bits a place": found.reverse_kl,
        "bits per byte, base": found.bits_per_byte_base,
        "bits per byte, model": found.bits_per_byte_model,
    }
    rows = tuple((what, each.value, *_ends(each)) for what, each in named.items())
    blocks: tuple[Block, ...] = (
        Verdict("exact", headline(found)),
        Table(COLUMNS, rows, "Means over places and over bytes"),
        *(Text(note.text, "note") for note in found.notes),
        Text(footer("kl", "perplexity", "clustered"), "hint"),
    )
    return Document("Two language models with their own tokens", blocks)


def _ends(estimate: "Estimate") -> tuple[float | None, float | None]:
    interval = estimate.interval
    return (None, None) if interval is None else (interval.low, interval.high)


def headline(found: "ByteComparison") -> str:
    """Return KL per byte in one line."""
    bound = "" if found.exact else "at least "
    per_byte, place = (format_number(x, 4) for x in (found.kl_per_byte, found.kl.value))
    return (
        f"KL(base‖model) {bound}{per_byte} bits per byte, {place} bits at each of {found.places:,} "
        f"shared places · {name(found.model)} against {name(found.base)}"
    )
