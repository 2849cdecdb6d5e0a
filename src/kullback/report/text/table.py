"""A table as aligned lines: numbers are never cut, names are, words go below their row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells

from kullback.report.blocks.cell import MARKS, bar_shares, write
from kullback.report.blocks.document import Column, Table

Span = tuple[str, str]  # a text and its style
Line = tuple[Span, ...]

GAP = "  "
SHORT_NAME, SHORTEST_NAME = 24, 8
WIDEST_BAR = 24
BLOCKS = " ▏▎▍▌▋▊▉"
STYLES = {"drifted": "bold red", "undecided": "yellow", "same": "green"}
STYLES |= {"lost": "bold red", "retyped": "bold red"}


@dataclass(frozen=True, slots=True)
class Page:
    """What lines are drawn on.

    Parameters
    ----------
    width : int
        Cells in a line.
    signs : callable
        Makes a text fit for the encoding of the stream.
    everything : bool
        Show every row and every folded table.
    """

    width: int
    signs: Callable[[str], str]
    everything: bool = False


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table's cells as text, with the width that each column gets."""

    columns: tuple[Column, ...]
    texts: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    bars: tuple[str, ...]


def lines(table: Table, page: Page) -> Iterator[Line]:
    """Draw a table as lines of styled spans.

    Parameters
    ----------
    table : Table
        What to draw.
    page : Page
        On what.

    Yields
    ------
    tuple of (str, str)
        The texts of one line and their styles.
    """
    if table.title:
        yield ((page.signs(table.title), "bold"),)
    rows = table.rows if page.everything else table.rows[: table.brief]
    grid = _grid(table, rows, page)
    yield _header(grid, page)
    for texts, row, bar in zip(grid.texts, rows, grid.bars, strict=True):
        yield _line(grid, texts, (str(row[0]), bar), page)
        yield from _below(grid, texts, page)
    left_out = table.left_out(len(rows))
    if left_out > 0:
        yield ((page.signs(f"{GAP}… and {left_out:,} more"), "dim"),)


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` cells, at blanks where there are some."""
    done: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
            continue
        done += [line] if line else []
        *full, line = chop_cells(word, width) or [""]
        done += full
    return [*done, line]


def _grid(table: Table, rows: tuple[tuple[object, ...], ...], page: Page) -> _Grid:
    columns = table.columns
    texts = tuple(
        tuple(page.signs(write(cell, c.kind)) for cell, c in zip(row, columns, strict=True))  # type: ignore[arg-type]  # rows of a Table hold cells
        for row in rows
    )
    natural = [
        max([cell_len(page.signs(c.title)), *(cell_len(text[i]) for text in texts)])
        for i, c in enumerate(columns)
    ]
    widths = _fitted(columns, natural, page.width)
    room = page.width - _needed(list(widths)) - len(GAP)
    return _Grid(columns, texts, widths, _bars(table, rows, min(WIDEST_BAR, room), page))


def _fitted(columns: tuple[Column, ...], natural: list[int], width: int) -> tuple[int, ...]:
    """Send sentences below their row, then cut long names, then send words below too."""
    widths = _without("sentence", columns, natural, width)
    widths = _cut_names(columns, widths, width, SHORT_NAME)
    widths = _without("word", columns, widths, width)
    return tuple(_cut_names(columns, widths, width, SHORTEST_NAME))


def _without(kind: str, columns: tuple[Column, ...], widths: list[int], width: int) -> list[int]:
    if _needed(widths) <= width:
        return widths
    return [0 if c.kind == kind else w for c, w in zip(columns, widths, strict=True)]


def _cut_names(
    columns: tuple[Column, ...], widths: list[int], width: int, shortest: int
) -> list[int]:
    widths = list(widths)
    names = [i for i, c in enumerate(columns) if c.kind == "text" and widths[i] > shortest]
    while names and (excess := _needed(widths) - width) > 0:
        widest = max(names, key=lambda i: widths[i])
        widths[widest] -= min(excess, max(1, widths[widest] - shortest))
        names = [i for i in names if widths[i] > shortest]
    return widths


def _needed(widths: list[int]) -> int:
    return sum(widths) + len(GAP) * sum(width > 0 for width in widths)


def _bars(
    table: Table, rows: tuple[tuple[object, ...], ...], room: int, page: Page
) -> tuple[str, ...]:
    places = [i for i, c in enumerate(table.columns) if c.bar]
    if not places or room < 4:
        return ("",) * len(rows)
    place = places[0]
    cells = tuple(row[place] for row in table.rows)
    shares = bar_shares(table.columns[place], cells)[: len(rows)]
    return tuple(page.signs(_bar(share or 0.0, room)) for share in shares)


def _bar(share: float, room: int) -> str:
    eighths = round(share * room * 8)
    if share > 0:
        eighths = max(1, eighths)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + BLOCKS[rest].strip()


def _header(grid: _Grid, page: Page) -> Line:
    titles = tuple(page.signs(column.title) for column in grid.columns)
    return (("".join(text for text, _ in _line(grid, titles, ("", ""), page)).rstrip(), "bold"),)


def _line(grid: _Grid, texts: tuple[str, ...], row: tuple[str, str], page: Page) -> Line:
    state, bar = row
    spans: list[Span] = []
    for column, text, width in zip(grid.columns, texts, grid.widths, strict=True):
        if width:
            style = STYLES.get(state, "") if column.kind == "verdict" and state in MARKS else ""
            spans += [(GAP, ""), (_padded(text, width, column.align, page), style)]
    if bar:
        spans += [(GAP, ""), (bar, "cyan")]
    return _stripped(spans)


def _stripped(spans: list[Span]) -> Line:
    *most, (text, style) = spans
    return (*most, (text.rstrip(), style))


def _below(grid: _Grid, texts: tuple[str, ...], page: Page) -> Iterator[Line]:
    sent = [text for text, width in zip(texts, grid.widths, strict=True) if not width and text]
    if sent:
        for part in wrap(page.signs(" · ").join(sent), max(20, page.width - 6)):
            yield ((f"      {part}", "dim"),)


def _padded(text: str, width: int, align: str, page: Page) -> str:
    if cell_len(text) > width:
        end = page.signs("…")
        text = chop_cells(text, max(1, width - len(end)))[0] + end
    blank = " " * (width - cell_len(text))
    return blank + text if align == "right" else text + blank
