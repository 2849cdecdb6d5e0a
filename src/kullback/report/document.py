"""What a report is made of: a title and blocks of typed values, no markup and no layout.

A section (`scorecard.py`, `table_comparison.py`) builds blocks; a format (`text.py`,
`markdown.py`, `html.py`) renders blocks. The union of blocks is closed: a new kind of
block must be drawn by every format.
"""

from dataclasses import dataclass
from typing import Literal

from kullback.results import Estimate, Information

Cell = str | float | Information | Estimate | None
Row = tuple[Cell, ...]
Kind = Literal[
    "text", "word", "number", "measure", "interval", "p-value", "count", "verdict", "sentence"
]
State = Literal["drifted", "undecided", "same", "infinite", "exact"]


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph.

    Parameters
    ----------
    text : str
        What it says, without markup.
    role : {"plain", "item", "note", "hint"}
        What it is for; a format may show it by weight or colour.
    """

    text: str
    role: Literal["plain", "item", "note", "hint"] = "plain"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The one sentence that a reader in a hurry takes away.

    Parameters
    ----------
    state : str
        What kind of news it is: formats give it a sign of its own.
    headline : str
        The sentence.
    """

    state: State
    headline: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: what it is called, and how its values are written.

    Parameters
    ----------
    title : str
        With its unit, where the cells do not carry one.
    kind : str
        How a cell is written (`kullback.report.cell`). Text may be cut where space is short;
        words and numbers never are; a sentence may go below its row.
    bar : bool
        Draw each value as a bar as well, on the column's common scale.
    """

    title: str
    kind: Kind = "text"
    bar: bool = False

    @property
    def align(self) -> Literal["left", "right"]:
        """Numbers to the right, words to the left."""
        return "right" if self.kind in {"number", "interval", "p-value", "count"} else "left"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of typed values.

    Parameters
    ----------
    columns : tuple of Column
        What the cells are.
    rows : tuple of tuple
        One cell a column.
    title : str
        A caption; may be empty.
    total : int
        How many rows there would be, had none been left out.
    brief : int
        How many rows a terminal shows unless asked for all.
    detail : bool
        Something to look up: folded away, or left out where space is short.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    total: int = 0
    brief: int = 40
    detail: bool = False

    def left_out(self, shown: int) -> int:
        """Return how many rows a reader of the first `shown` does not see."""
        return max(self.total, len(self.rows)) - shown


Block = Text | Verdict | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A title and the blocks under it.

    Parameters
    ----------
    title : str
        The name of the page.
    blocks : tuple of Text, Verdict or Table
        From top to bottom.
    """

    title: str
    blocks: tuple[Block, ...]
