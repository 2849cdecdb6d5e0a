"""Two language models against one base, as a document."""

from typing import TYPE_CHECKING

from kullback.report.cell import write
from kullback.report.document import Column, Document, Table, Text, Verdict
from kullback.report.label import name
from kullback.report.lm import MEAN_COLUMNS, percentile, plural, row_of, with_error

if TYPE_CHECKING:
    from kullback.lm.candidates import Candidates


def document(pair: "Candidates") -> Document:
    """Build the document of two models against one base.

    Parameters
    ----------
    pair : Candidates
        What `kullback.lm.compare_pair` returned.

    Returns
    -------
    Document
        Which is nearer, the differences, and both side by side.
    """
    rows = tuple(row_of(estimate, None)[:-1] for estimate in pair.differences.values())
    title = f"First less second, token by token; errors clustered by {pair.first.cluster}"
    return Document(
        "Two language models against one base",
        (
            Verdict("exact", headline(pair)),
            Text(f"First: {name(pair.first.model)}. Second: {name(pair.second.model)}."),
            Table(MEAN_COLUMNS[:-1], rows, title),
            _means(pair),
            _percentiles(pair),
        ),
    )


def headline(pair: "Candidates") -> str:
    """Say in one line which of two models is nearer to the base.

    Parameters
    ----------
    pair : Candidates
        What `kullback.lm.compare_pair` returned.

    Returns
    -------
    str
        One line; where the interval holds 0 it says that this is not known.
    """
    difference, interval = pair.difference, pair.difference.interval
    said = f"mean KL differs by {with_error(difference)} a token"
    p = "" if difference.p_value is None else f", p {write(difference.p_value, 'p-value')}"
    sizes = f"{pair.first.tokens:,} tokens, {pair.first.clusters:,} "
    sizes += plural(pair.first.cluster, pair.first.clusters)
    if interval is None or 0 in interval:
        return f"it is not known which is nearer to {name(pair.first.base)}: {said} ({sizes}{p})"
    nearer = pair.first if interval.high < 0 else pair.second
    return f"{name(nearer.model)} is nearer to {name(nearer.base)}: {said} ({sizes}{p})"


def _means(pair: "Candidates") -> Table:
    a, b = pair.first, pair.second
    shared = [key for key in a.estimates if key in b.estimates]
    columns = (Column("mean"), Column("first", "number"), Column("second", "number"))
    rows = tuple(
        (a.estimates[key].quantity, a.estimates[key].value, b.estimates[key].value)
        for key in shared
    )
    return Table(columns, rows, "Side by side")


def _percentiles(pair: "Candidates") -> Table:
    columns = (
        Column("percentile", "word"),
        Column("first", "number", bar=True),
        Column("second", "number", bar=True),
    )
    rows = tuple(
        (percentile(p), float(value), float(pair.second.percentiles[p]))
        for p, value in pair.first.percentiles.items()
    )
    return Table(columns, rows, "KL(base‖model) a token, in nats")
