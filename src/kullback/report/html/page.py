"""A document as HTML: one self-contained page, or a fragment without scripts for notebooks.

The page is whole without its script and its styles: these only add search, sorting, another
unit, a dark page and what a pointer or an arrow key finds in a picture.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kullback.report.blocks.cell import MARKS
from kullback.report.blocks.chart_tables import as_table
from kullback.report.blocks.charts import in_other_unit, other_unit
from kullback.report.blocks.document import Card, Document, Fact, Table
from kullback.report.html import table as html_table
from kullback.report.html.compact import compact
from kullback.report.svg.draw import draw
from kullback.report.svg.shares import legend

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

FRAGMENT_ROWS = 12  # of a table in a notebook; the page holds all


def page(document: Document, run: tuple[Fact, ...] = ()) -> str:
    """Return a document as one HTML page that needs nothing from outside.

    Parameters
    ----------
    document : Document
        What to draw.
    run : tuple of Fact
        When and with what it was made; said at the top, before the document's settings.

    Returns
    -------
    str
        A page that is readable without styles and scripts, in light and in dark. Its policy
        lets its own script run and no other.
    """
    script = _source("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        _environment()
        .get_template("page.html")
        .render(
            _context(document, run),
            script=_markup(script),
            digest=digest,
            brief=False,
        )
    )


def fragment(document: Document) -> str:
    """Return a document as a piece of HTML for a notebook cell.

    Parameters
    ----------
    document : Document
        What to draw; of a long table the first rows, and no cards.

    Returns
    -------
    str
        One ``<div>`` with its own style, which touches nothing outside itself; no script.
    """
    return _environment().get_template("fragment.html").render(_context(document), brief=True)


def _context(document: Document, run: tuple[Fact, ...] = ()) -> dict[str, Any]:
    return {
        "run": (*run, *document.settings),
        "document": document,
        "unit": document.unit,
        "other": other_unit(document.unit),
        "sections": list(_sections(document)),
        "heads": _heads(document),
    }


def _heads(document: Document) -> list[str]:
    """Return the titles of the ranked table, which a phone writes before each value."""
    ranked = (b for b in document.blocks if isinstance(b, Table) and b.anchors)
    return [column.title for table in ranked for column in table.columns]


def _sections(document: Document) -> Iterator[tuple[str, Any]]:
    """Yield (kind, block) with the cards, or the figures, that follow each other as one list."""
    for kind, blocks in groupby(document.blocks, key=lambda block: type(block).__name__.lower()):
        if kind in {"card", "figure"}:
            yield kind, list(blocks)
        else:
            yield from ((kind, block) for block in blocks)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = html_table.prose
    environment.filters["compact"] = lambda html: _markup(compact(str(html)))
    environment.globals.update(
        marks=MARKS,
        prepare=html_table.prepare,
        fact=html_table.fact,
        as_table=as_table,
        ratio=lambda unit: f"{in_other_unit(1.0, unit):.7g}",
        draw=lambda chart: _markup(draw(chart)),
        picture=_markup,
        legend=lambda kind: _markup(legend(kind)),
        summary=_summary,
        rows=FRAGMENT_ROWS,
    )
    return environment


def _summary(card: Card) -> str:
    return "What explains it" if card.state == "drifted" else "Outcomes"


def _markup(text: str) -> "Markup":
    """Mark what our own modules have written, and escaped, as markup."""
    from markupsafe import Markup

    return Markup(text)


@cache
def _source(template: str) -> str:
    folder = files("kullback.report.html") / "templates"
    text = (folder / template).read_text(encoding="utf-8")
    if template.endswith(".css"):
        return re.sub(r"\s*([{};,])\s*|(?<=:)\s+", r"\1", _compact(text)).replace(";}", "}")
    if template.endswith(".js"):  # a test looks that no string of the script is squeezed
        return re.sub(r" (=>|=|===|&&|\|\||\?|:|\+|\*) |(,) ", r"\1\2", _compact(text))
    return text


def _compact(text: str) -> str:
    """Leave out indentation and lines of comment, which every page would carry."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))
