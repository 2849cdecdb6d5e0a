"""Two models known by lists of likely tokens, as a document."""

from typing import TYPE_CHECKING

from kullback.glossary import footer
from kullback.lm.tokens.comparison_document import MEAN_COLUMNS, plural, row_of
from kullback.report.blocks.document import Column, Document, Table, Text, Verdict
from kullback.report.blocks.label import name
from kullback.units import format_number

if TYPE_CHECKING:
    from kullback.lm.top_k.compare import ListComparison


def document(comparison: "ListComparison") -> Document:
    """Build the document of two models that are known by lists of likely tokens.

    Parameters
    ----------
    comparison : ListComparison
        What `kullback.lm.compare_lists` returned.

    Returns
    -------
    Document
        The bounds, how much of the base is known, and what others report in their place.
    """
    c = comparison
    columns = (Column("what others report", "word"), Column("nats", "number"))
    others = (("KL of the lists, renormalised", c.renormalised), ("truncated sum", c.truncated))
    rows = tuple(row_of(each, None)[:-1] for each in (c.lower, c.upper))
    return Document(
        "Two language models, by their likeliest tokens",
        (
            Verdict("exact", headline(c)),
            Text(
                f"The tokens that both sides list hold {100 * c.coverage:.4g} % of the base's "
                f"probability: KL lies between the bounds, and is not known nearer."
            ),
            Table(MEAN_COLUMNS[:-1], rows, "Means over tokens, in nats"),
            Table(columns, others, "Neither of these bounds KL"),
            *(Text(note.text, "note") for note in c.notes),
            Text(footer("kl", "perplexity", "clustered"), "hint"),
        ),
    )


def headline(comparison: "ListComparison") -> str:
    """Return both bounds in one line.

    Parameters
    ----------
    comparison : ListComparison
        What `kullback.lm.compare_lists` returned.

    Returns
    -------
    str
        One line.
    """
    c = comparison
    low, high = (format_number(each.value, 4) for each in (c.lower, c.upper))
    n, groups = int(c.lower.n), c.lower.outcomes
    sizes = f"{n:,} {plural('token', n)} in {groups:,} {plural('response', groups)}"
    sides = f"{name(c.model)} against {name(c.base)}"
    return f"{low} ≤ KL(base‖model) ≤ {high} nats a token ({sizes}) · {sides}"
