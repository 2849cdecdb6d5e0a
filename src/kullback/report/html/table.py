"""A table prepared for HTML: each cell as text, in the other unit, and as a key to sort by."""

import math
from dataclasses import replace
from typing import NamedTuple

from kullback.report.blocks.cell import MARKS, bar_shares, in_other, write
from kullback.report.blocks.charts import Dot, Sparkline, other_unit
from kullback.report.blocks.document import Cell, Column, Fact, Table
from kullback.report.blocks.label import shorten, visible
from kullback.report.svg import writer as svg
from kullback.report.svg.draw import draw, draw_again
from kullback.results import Estimate

BAR = 96.0  # the length of the longest bar
_ORDER = {verdict: place for place, verdict in enumerate(MARKS)}


class Words(NamedTuple):
    """A text, and what it becomes in the other unit; empty where it stays."""

    text: str
    other: str = ""


class HtmlCell(NamedTuple):
    """One cell: its words, its picture (markup of our own), and its sort key."""

    words: Words
    picture: str = ""
    key: str = ""
    state: str = ""


class HtmlTable(NamedTuple):
    """A table whose every string is ready, but not yet escaped."""

    title: Words
    heads: tuple[Words, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[HtmlCell, ...], ...]
    left_out: int
    anchors: tuple[str, ...]


def prepare(table: Table, unit: str, rows: int | None = None) -> HtmlTable:
    """Return a table ready for the template.

    Parameters
    ----------
    table : Table
        What to draw.
    unit : str
        Of the document; empty where nothing is switched.
    rows : int, optional
        At most so many, in a fragment without cards.
    """
    if rows is not None:
        table = _brief(table, rows)
    shown = table.rows
    columns = [
        _column(column, tuple(row[i] for row in shown), table, unit, cards=rows is None)
        for i, column in enumerate(table.columns)
    ]
    return HtmlTable(
        Words(prose(table.title), _in_other(table.title, unit, " in {}")),
        tuple(
            Words(prose(c.title), c.other or _in_other(c.title, c.unit and unit, "({})"))
            for c in table.columns
        ),
        table.columns,
        tuple(zip(*columns, strict=True)),
        table.left_out(len(shown)),
        table.anchors,
    )


def _brief(table: Table, rows: int) -> Table:
    """Return the first rows of a table, without the columns that are details."""
    kept = [i for i, column in enumerate(table.columns) if not column.detail]
    return replace(
        table,
        columns=tuple(table.columns[i] for i in kept),
        rows=tuple(tuple(row[i] for i in kept) for row in table.rows[:rows]),
        total=max(table.total, len(table.rows)),
    )


def fact(found: Fact, unit: str) -> tuple[Words, Words]:
    """Return the title and the value of a fact."""
    title = Words(prose(found.title), _in_other(found.title, unit, "({})"))
    return title, _words(found.value, Column(found.title, found.kind), unit)


def prose(text: str) -> str:
    """Return a text as a person reads it."""
    return shorten(visible(text), 2_000)


def _column(
    column: Column, cells: tuple[Cell, ...], table: Table, unit: str, *, cards: bool
) -> list[HtmlCell]:
    shares = [None] * len(cells) if table.detail else bar_shares(column, cells)
    return [
        HtmlCell(
            _words(cell, column, unit),
            _picture(cell, share, cards=cards),
            _key(cell, column) if (table.anchors or table.detail) and cards else "",
            str(cell) if column.kind == "verdict" and cell in MARKS else "",
        )
        for cell, share in zip(cells, shares, strict=True)
    ]


def _words(cell: Cell, column: Column, unit: str) -> Words:
    text = write(cell, column.kind)
    converted = in_other(cell, column) if unit else None
    other = "" if converted is None else write(converted, column.kind)
    return Words(text, other if other != text else "")


def _picture(cell: Cell, share: float | None, *, cards: bool) -> str:
    if isinstance(cell, Dot | Sparkline):
        return draw_again(cell) if cards else draw(cell)
    if share is None:
        return ""
    bar = svg.path(svg.box(0, max(share * BAR, 0.5 if share else 0.0), 0, 8), "more")
    return svg.picture((BAR, 8), [bar])


def _key(cell: Cell, column: Column) -> str:
    """Return what a cell is sorted by, where its text would not do."""
    match cell:
        case Estimate() | float() | int():
            value = float(cell)
            plain = column.kind == "number" and write(cell, column.kind).isascii()
            if math.isnan(value) or plain:
                return ""
            return f"{value:.6g}".replace("inf", "Infinity")
        case str() if cell in _ORDER:
            return str(_ORDER[cell])
    return ""


def _in_other(title: str, unit: str, form: str) -> str:
    """Return a title that ends with its unit, with the other one in its place."""
    other = other_unit(unit)
    end = form.format(unit)
    return (
        prose(title.removesuffix(end) + form.format(other)) if other and title.endswith(end) else ""
    )
