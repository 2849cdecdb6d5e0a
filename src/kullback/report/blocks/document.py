"""What a report is made of: a title and blocks of typed values, no markup and no layout.

A section (`scorecard.py`, `table_comparison.py`) builds blocks; a format (`text.py`,
`markdown.py`, `html.py`) renders blocks. The union of blocks is closed: a new kind of
block must be drawn by every format. Formats of words take their blocks from `told.py`, which
says a chart as a table, or leaves it out where a table beside it says the same.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from kullback.report.blocks import charts
from kullback.results import Estimate, Information

Cell = str | float | Information | Estimate | charts.Small | None
Row = tuple[Cell, ...]
Kind = Literal[
    "text",
    "word",
    "number",
    "measure",
    "brief",
    "interval",
    "p-value",
    "count",
    "share",
    "verdict",
    "sentence",
    "picture",
]
_TO_THE_RIGHT = {"number", "brief", "interval", "p-value", "count", "share"}
State = Literal[
    "drifted",
    "undecided",
    "same",
    "lost",
    "retyped",
    "new",
    "skipped",
    "infinite",
    "exact",
]


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
    other : str
        The sentence in the other unit, where it holds a number with a unit.
    """

    state: State
    headline: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: what it is called, and how its values are written.

    Parameters
    ----------
    title : str
        With its unit, where the cells do not carry one.
    kind : str
        How a cell is written (`kullback.report.blocks.cell`). Text may be cut where space is short;
        words and numbers never are; a sentence may go below its row.
    bar : bool
        Draw each value as a bar as well, on the column's common scale.
    unit : str
        Of the values, where the title names it: a page can show them in another one.
    detail : bool
        Left out of a notebook's table, where space is short.
    other : str
        The title in the other unit, where more than the unit's name changes in it.
    """

    title: str
    kind: Kind = "text"
    bar: bool = False
    unit: str = ""
    detail: bool = False
    other: str = ""

    @property
    def align(self) -> Literal["left", "right"]:
        """Numbers to the right, words to the left."""
        return "right" if self.kind in _TO_THE_RIGHT else "left"


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
    anchors : tuple of str
        For each row, the `Card` that tells more about it; empty where there are none.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    total: int = 0
    brief: int = 40
    detail: bool = False
    anchors: tuple[str, ...] = ()

    def left_out(self, shown: int) -> int:
        """Return how many rows a reader of the first `shown` does not see."""
        return max(self.total, len(self.rows)) - shown


class Fact(NamedTuple):
    """One value with what it is called."""

    title: str
    value: Cell
    kind: Kind = "number"


@dataclass(frozen=True, slots=True)
class Facts:
    """The few values that a reader wants at one glance; other blocks say them too.

    Parameters
    ----------
    facts : tuple of Fact
        In the order of interest.
    """

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """All that there is to say about one column.

    Parameters
    ----------
    anchor : str
        Its name on the page; letters and digits.
    title, role : str
        How the column is called, and how it was read.
    state : str
        Its verdict.
    facts : tuple of Fact
        Its numbers.
    chart : Shares
        Its two distributions.
    lines : tuple of str
        The reason, what is new, gone and missing, and what was decided, a sentence each.
    """

    anchor: str
    title: str
    role: str
    state: State
    facts: tuple[Fact, ...]
    chart: charts.Shares
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture, and the table that formats of words show in its place.

    Parameters
    ----------
    chart : Dots, Histogram, Agreement or Waterfall
        What is drawn. Pictures that follow each other stand side by side.
    table : Table, optional
        Its numbers, one row a place of the picture. Without one, another block says them.
    """

    chart: charts.Block
    table: Table | None = None


Block = Text | Verdict | Table | Facts | Card | Figure | charts.Block


@dataclass(frozen=True, slots=True)
class Document:
    """A title and the blocks under it.

    Parameters
    ----------
    title : str
        The name of the page.
    blocks : tuple of Block
        From top to bottom.
    unit : str
        The unit of what is in it; a page offers another one. Empty: there is nothing to switch.
    settings : tuple of Fact
        What was compared, and how it was asked for; a page shows it at its top.
    """

    title: str
    blocks: tuple[Block, ...]
    unit: str = ""
    settings: tuple[Fact, ...] = ()
