"""A document as HTML: one self-contained page without scripts, or a fragment for notebooks."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from kullback.report.cell import MARKS, bar_share, write
from kullback.report.document import Cell, Column, Document, Table
from kullback.report.label import shorten, visible

if TYPE_CHECKING:
    from jinja2 import Environment


def page(document: Document) -> str:
    """Return a document as one HTML page that needs nothing from outside.

    Parameters
    ----------
    document : Document
        What to draw.

    Returns
    -------
    str
        A page that is readable without styles, in light and in dark; it holds no script.
    """
    return _environment().get_template("page.html").render(document=document)


def fragment(document: Document) -> str:
    """Return a document as a piece of HTML for a notebook cell.

    Parameters
    ----------
    document : Document
        What to draw.

    Returns
    -------
    str
        One ``<div>`` with its own style, which touches nothing outside itself.
    """
    return _environment().get_template("fragment.html").render(document=document)


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
    environment.filters["prose"] = _prose
    environment.globals.update(marks=MARKS, write=write, bar=_bar, kind_of=_kind_of)
    return environment


def _source(template: str) -> str:
    folder = files("kullback.report") / "templates"
    return (folder / template).read_text(encoding="utf-8")


def _prose(text: str) -> str:
    return shorten(visible(text), 2_000)


def _kind_of(block: object) -> str:
    return type(block).__name__.lower()


def _bar(table: Table, value: Cell, column: Column) -> float | None:
    place = table.columns.index(column)
    share = bar_share(value, column, tuple(row[place] for row in table.rows))
    return None if share is None else round(100 * share, 2)
