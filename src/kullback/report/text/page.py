"""A document as text: plain and aligned, and coloured by rich on a terminal."""

import io
import os
import shutil
import sys
from collections.abc import Iterator

from kullback.report.blocks.cell import MARKS
from kullback.report.blocks.document import Document, Table, Text, Verdict
from kullback.report.blocks.label import shorten, unheard, visible
from kullback.report.blocks.plain import Told, told
from kullback.report.text.ascii import for_encoding
from kullback.report.text.table import STYLES, Line, Page, lines, wrap

PLAIN_WIDTH = 100  # of a file or a pipe, which have none of their own
NARROWEST = 40
ROLES = {"plain": "", "item": "", "note": "", "hint": "dim"}
SIGNS = {"item": "  – ", "note": "note: "}


def render(
    document: Document,
    *,
    width: int | None = None,
    encoding: str = "utf-8",
    color: bool = False,
    everything: bool = False,
) -> str:
    """Return a document as text that ends without a newline.

    Parameters
    ----------
    document : Document
        What to draw.
    width : int, optional
        Cells in a line; else ``COLUMNS``, else the terminal's, else 100.
    encoding : str
        Of the stream; signs that it cannot hold are written in ASCII.
    color : bool
        Colour it with ANSI sequences. Words and shapes say the same without.
    everything : bool
        Show the rows of long tables and the folded tables too.

    Returns
    -------
    str
        The same bytes for the same document and width.
    """
    page = Page(max(NARROWEST, width or line_width()), for_encoding(encoding), everything)
    drawn = list(_lines(document, page))
    return unheard(_colored(drawn) if color else "\n".join(map(_plain, drawn)))


def line_width() -> int:
    """Return how many cells a line of standard output has."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return min(int(columns), 10_000)
    if sys.stdout is not None and sys.stdout.isatty():
        return shutil.get_terminal_size().columns
    return PLAIN_WIDTH


def _lines(document: Document, page: Page) -> Iterator[Line]:
    last: Told | None = None
    for block in told(document):
        if isinstance(block, Table) and block.detail and not page.everything:
            continue
        if last is not None and not (isinstance(last, Text) and isinstance(block, Text)):
            yield ()
        yield from _block(block, page)
        last = block


def _block(block: Told, page: Page) -> Iterator[Line]:
    match block:
        case Table():
            yield from lines(block, page)
        case Verdict():
            mark = MARKS.get(block.state)
            text = f"{mark} {block.headline}" if mark else block.headline
            yield from _paragraph(text, STYLES.get(block.state, "bold"), page)
        case Text():
            first = SIGNS.get(block.role, "")
            yield from _paragraph(block.text, ROLES[block.role], page, first)


def _paragraph(text: str, style: str, page: Page, first: str = "") -> Iterator[Line]:
    indent = page.signs(first)
    whole = page.signs(shorten(visible(text), 2_000))
    for line in wrap(whole, page.width - len(indent)):
        yield ((indent + line, style),)
        indent = " " * len(indent)


def _plain(line: Line) -> str:
    return "".join(text for text, _ in line).rstrip()


def _colored(drawn: list[Line]) -> str:
    from rich.console import Console
    from rich.text import Text as RichText

    # The layout is done: rich only turns styles into ANSI sequences.
    console = Console(
        file=io.StringIO(), force_terminal=True, color_system="standard", legacy_windows=False
    )
    with console.capture() as capture:
        for line in drawn:
            styled = RichText.assemble(*line, end="\n")
            console.print(styled, soft_wrap=True, highlight=False, markup=False)
    return capture.get().rstrip("\n")
