"""Two language models against one base, as a document."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kullback.glossary import footer
from kullback.lm.tokens.charts import SIDES, pictures
from kullback.lm.tokens.comparison_document import MEAN_COLUMNS, how_many, row_of, with_error
from kullback.report.blocks.cell import write
from kullback.report.blocks.document import Column, Document, Fact, Facts, Table, Text, Verdict
from kullback.report.blocks.label import name

if TYPE_CHECKING:
    from kullback.lm.tokens.candidates import Candidates


def document(pair: "Candidates") -> Document:
    """Build the document of two models against one base.

    Parameters
    ----------
    pair : Candidates
        What `kullback.lm.compare_pair` returned.

    Returns
    -------
    Document
        Which is nearer, the differences, and both side by side, in numbers and in pictures.
    """
    rows = tuple(row_of(estimate, None)[:-1] for estimate in pair.differences.values())
    title = f"First less second, token by token; errors clustered by {pair.first.cluster}"
    return Document(
        "Two language models against one base",
        (
            Verdict("exact", headline(pair)),
            Text(f"First: {name(pair.first.model)}. Second: {name(pair.second.model)}."),
            Facts(tuple(_facts(pair))),
            Table(MEAN_COLUMNS[:-1], rows, title),
            _means(pair),
            *pictures((pair.first, pair.second)),
            Text(footer("kl", "clustered", "noise-floor", "interval"), "hint"),
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
    sizes = how_many(pair.first.tokens, pair.first.cluster, pair.first.clusters)
    unsure = not math.isinf(difference.value) if interval is None else 0 in interval
    if unsure:
        return f"it is not known which is nearer to {name(pair.first.base)}: {said} ({sizes}{p})"
    which, nearer = (SIDES[0], pair.first) if difference.value < 0 else (SIDES[1], pair.second)
    alike = pair.first.model == pair.second.model
    said_of = f"{name(nearer.model)} ({which})" if alike else name(nearer.model)
    return f"{said_of} is nearer to {name(nearer.base)}: {said} ({sizes}{p})"


def _facts(pair: "Candidates") -> Iterator[Fact]:
    for side, c in zip(SIDES, (pair.first, pair.second), strict=True):
        yield Fact(f"{side}: mean KL ({c.kl.unit})", c.kl.value, "brief")
        yield Fact(f"{side}: median ({c.unit})", c.percentiles[50.0], "brief")
        yield Fact(f"{side}: 99 % ({c.unit})", c.percentiles[99.0], "brief")


def _means(pair: "Candidates") -> Table:
    a, b = pair.first, pair.second
    shared = [key for key in a.estimates if key in b.estimates]
    columns = (Column("mean"), Column("first", "number"), Column("second", "number"))
    rows = tuple(
        (a.estimates[key].quantity, a.estimates[key].value, b.estimates[key].value)
        for key in shared
    )
    return Table(columns, rows, "Side by side")
