"""What a diagram shows, as typed values: values side by side, shares that should agree, sums.

The files of `report/svg` of the same names draw them.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple


class Place(NamedTuple):
    """What is drawn at one place: a value of each side, and its interval where one is known."""

    label: str
    values: tuple[float | None, ...]
    intervals: tuple[tuple[float, float] | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Dots:
    """Values over places in order, of one side or of two beside each other.

    Parameters
    ----------
    title : str
        What is drawn.
    places : tuple of Place
        From left to right.
    names : tuple of str
        What the sides are called; one for each value of a place.
    unit : str
        Of the values; may be empty.
    axis : {"linear", "log"}
        Of the values. A linear one starts at 0; what lies further below the largest value than
        a logarithmic one can show stands at its foot.
    borders : tuple of str
        What is written between the places, one more than these; empty: each has its label.
    along : str
        What the places are.
    """

    title: str
    places: tuple[Place, ...]
    names: tuple[str, ...] = ("",)
    unit: str = ""
    axis: Literal["linear", "log"] = "linear"
    borders: tuple[str, ...] = ()
    along: str = ""


class Agreed(NamedTuple):
    """Samples of one range of predictions: their mean, the share that came, its interval."""

    predicted: float
    observed: float
    low: float
    high: float
    start: float
    end: float
    n: float

    @property
    def agrees(self) -> bool:
        """Whether the prediction lies in the interval."""
        return self.low <= self.predicted <= self.high


@dataclass(frozen=True, slots=True)
class Agreement:
    """Observed against predicted shares, in a square with its diagonal.

    Parameters
    ----------
    title : str
        What is drawn.
    points : tuple of Agreed
        In the order of the predictions.
    level : float
        Of the intervals.
    """

    title: str
    points: tuple[Agreed, ...]
    level: float = 0.95


class Step(NamedTuple):
    """One bar of a sum: from where to where, and what it is."""

    label: str
    start: float
    end: float
    kind: Literal["whole", "given", "cost", "gain"]


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A sum and its parts as bars below each other, each starting where the last one ended.

    Parameters
    ----------
    title : str
        What is drawn.
    steps : tuple of Step
        From top to bottom.
    unit : str
        Of all of them.
    """

    title: str
    steps: tuple[Step, ...]
    unit: str


class Heat(NamedTuple):
    """One cell of a heat map: how much, and what was found; None where nothing was."""

    value: float | None
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A value of many things at many times, as a cell each.

    Parameters
    ----------
    title : str
        What is drawn.
    names : tuple of str
        What the rows are.
    times : tuple of str
        What the columns are, from left to right.
    cells : tuple of tuples of Heat
        One tuple a row.
    unit : str
        Of the values; may be empty.
    full : float
        The value of a full cell; ones above it are full too.
    """

    title: str
    names: tuple[str, ...]
    times: tuple[str, ...]
    cells: tuple[tuple[Heat, ...], ...]
    unit: str = ""
    full: float = 1.0


Block = Dots | Agreement | Waterfall | HeatMap
