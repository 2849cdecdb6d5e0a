"""A document as Markdown that GitHub, GitLab and plain readers show alike."""

import re

from kullback.report.blocks.cell import MARKS, write
from kullback.report.blocks.document import Cell, Column, Document, Table, Text, Verdict
from kullback.report.blocks.label import shorten, visible
from kullback.report.blocks.plain import Told, told

# Everything that Markdown may take for markup; HTML is closed off by the entities.
_MARKUP = re.compile(r"([\\`*_{}\[\]|~#$@])")
# Where a line begins with a CI runner's command, an item of a list or a rule.
_BEGINS = re.compile(r"^(?:(\s*)(?=::|[-+](?:\s|$)|-[-\s]*$)|(\d{1,9})(?=[.)](?:\s|$)))")
SIGNS = {"item": "- ", "note": "> "}
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def render(document: Document) -> str:
    """Return a document as Markdown that ends with a newline.

    Parameters
    ----------
    document : Document
        What to draw; folded tables are left out.

    Returns
    -------
    str
        A heading, paragraphs and tables; text from data cannot become markup.
    """
    blocks = [b for b in told(document) if not (isinstance(b, Table) and b.detail)]
    return "\n\n".join([f"## {escape(document.title)}", *map(_block, blocks)]) + "\n"


def escape(text: str) -> str:
    r"""Return `text` so that Markdown shows it as it is, on one line.

    Examples
    --------
    >>> print(escape("a|b <script>"))
    a\|b &lt;script&gt;
    """
    entities = "".join(_ENTITIES.get(c, c) for c in shorten(visible(text.strip(" ")), 2_000))
    return _MARKUP.sub(r"\\\1", entities)


def _block(block: Told) -> str:
    match block:
        case Table():
            return _table(block)
        case Verdict():
            mark = MARKS.get(block.state, "")
            return f"**{escape(f'{mark} {block.headline}'.strip())}**"
        case Text():
            return SIGNS.get(block.role, "") + _BEGINS.sub(r"\1\2\\", escape(block.text))


def _table(table: Table) -> str:
    rule = ["--:" if column.align == "right" else ":--" for column in table.columns]
    lines = [f"**{escape(table.title)}**", ""] if table.title else []
    lines.append(_row([escape(column.title) for column in table.columns]))
    lines.append(_row(rule))
    lines += [_row(list(map(_cell, row, table.columns))) for row in table.rows]
    left_out = table.left_out(len(table.rows))
    return "\n".join(lines) + (f"\n\n… and {left_out:,} more" if left_out > 0 else "")


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: Cell, column: Column) -> str:
    return escape(write(value, column.kind))
