"""What a picture shows, as typed values: no markup, no coordinates, no colours.

`svg_shares.py`, `svg_series.py` and `svg_histogram.py` draw these; `chart_tables.py` says them
as a table, for text, for screen readers and for whoever wants the numbers.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from kullback.errors import InputError
from kullback.report.blocks import diagrams
from kullback.units import PREFIX, nats_per

Axis = Literal["linear", "log", "time", "clock"]


class SharePart(NamedTuple):
    """One outcome of a picture of two distributions.

    `low` and `high` are its ends on the axis; equal ends are one single value, and None is an
    outcome without a place on it, such as a category or "missing". `rest` is all outcomes
    that have no part of their own: its shares stand in words, not in a bar.
    """

    label: str
    p: float
    q: float
    contribution: float
    low: float | None = None
    high: float | None = None
    surprise: tuple[float, float] | None = None
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Shares:
    """P and Q over the same outcomes, and what each of these contributes to KL(P‖Q).

    Bins are drawn as densities (share ÷ width), so that bins of equal mass do not look flat;
    categories are drawn side by side; contributions below, on a scale that pictures share.

    Parameters
    ----------
    title : str
        What is compared, for example the name of a column.
    parts : tuple of SharePart
        The outcomes, bins in the order of the axis.
    unit : str
        Of contributions and surprises.
    scale : float
        The contribution that fills the height; the same in all pictures of a page.
    names : (str, str)
        What P and Q are called.
    axis : {"linear", "log", "time", "clock"}
        Of the bins; times are seconds.
    notes : tuple of str
        What the picture cannot show as it is, such as an end that is cut.
    key : str
        Its name on a page, by which the row of a table shows it again, small.
    """

    title: str
    parts: tuple[SharePart, ...]
    unit: str
    scale: float
    names: tuple[str, str] = ("P", "Q")
    axis: Axis = "linear"
    notes: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Sparkline:
    """The same as `Shares`, small, for the row of a table."""

    shares: Shares


@dataclass(frozen=True, slots=True)
class Dot:
    """An estimate with its interval beside a tolerance, for the row of a table.

    Parameters
    ----------
    value, low, high : float
        The estimate and its interval.
    tolerance : float
        Where the line is.
    scale : float
        The value at the right end; the same in all rows. The axis is of square roots.
    verdict : str
        Gives the shape.
    unit : str
        Of all of them.
    """

    value: float
    low: float
    high: float
    tolerance: float
    scale: float
    verdict: str
    unit: str


class Point(NamedTuple):
    """One window of a timeline; what is not known is None."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Estimates in the order of time, each with its interval, and the tolerance as a line.

    Parameters
    ----------
    title : str
        What is drawn.
    points : tuple of Point
        In the order of time.
    unit : str
        Of the values; may be empty.
    tolerance : float or None
        In the same unit.
    line : str
        What the line across is called.
    """

    title: str
    points: tuple[Point, ...]
    unit: str = ""
    tolerance: float | None = None
    line: str = "tolerance"


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts of one quantity, drawn as density over a linear or a logarithmic axis.

    Parameters
    ----------
    title : str
        What is drawn.
    edges : tuple of float
        Borders of the bins, one more than counts; above 0 where the axis is logarithmic.
    counts : tuple of float
        How many in each bin.
    unit : str
        Of the edges; may be empty.
    axis : {"linear", "log"}
        Of the edges.
    marks : tuple of (float, str)
        Values to mark by a line, such as percentiles.
    others : tuple of float
        Counts of a second side over the same edges; may be empty.
    names : tuple of str
        What the two sides are called.

    Raises
    ------
    InputError
        If the edges do not increase, do not fit the counts, or cannot lie on the axis.
    """

    title: str
    edges: tuple[float, ...]
    counts: tuple[float, ...]
    unit: str = ""
    axis: Axis = "log"
    marks: tuple[tuple[float, str], ...] = ()
    others: tuple[float, ...] = ()
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        edges = self.edges
        if len(edges) != len(self.counts) + 1 or len(edges) < 2:
            raise InputError(
                f"edges: {len(edges)} of them for {len(self.counts)} counts; expected one more "
                "than counts, and at least two"
            )
        falls = [i for i, (a, b) in enumerate(pairwise(edges)) if not -math.inf < a < b < math.inf]
        if falls:
            a, b = edges[falls[0]], edges[falls[0] + 1]
            raise InputError(
                f"edges[{falls[0]}] = {a:g} and edges[{falls[0] + 1}] = {b:g}; expected finite "
                "numbers that increase"
            )
        if self.axis == "log" and edges[0] <= 0:
            raise InputError(
                f"edges[0] = {edges[0]:g} has no place on a logarithmic axis; give axis='linear' "
                "or leave out what is not above 0"
            )


class Line(NamedTuple):
    """One curve of a chart over an index; a value that is not finite is a gap."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Curves over one index, such as the steps of a training.

    Parameters
    ----------
    title : str
        What is drawn.
    index : tuple of float
        Where the values are, increasing; at least one.
    lines : tuple of Line
        Each by its colour and its dashes.
    unit : str
        Of the values; may be empty.
    index_title : str
        What the index counts.
    """

    title: str
    index: tuple[float, ...]
    lines: tuple[Line, ...]
    unit: str = ""
    index_title: str = "step"


Block = Shares | Timeline | Histogram | Lines | diagrams.Block
Small = Sparkline | Dot
Chart = Block | Small

_OTHER = {"nats": "bits", "bits": "nats", "bans": "bits"}


def other_unit(unit: str) -> str:
    """Return the unit that a reader may want instead; empty where there is none.

    Examples
    --------
    >>> other_unit("bits"), other_unit("nats"), other_unit("")
    ('nats', 'bits', '')
    """
    return _OTHER.get(unit, "nats" if unit.startswith(PREFIX) else "")


def in_other_unit(value: float, unit: str) -> float:
    """Return `value` in the other unit.

    Examples
    --------
    >>> round(in_other_unit(1.0, "bits"), 4)
    0.6931
    """
    return value * nats_per(unit) / nats_per(other_unit(unit))
