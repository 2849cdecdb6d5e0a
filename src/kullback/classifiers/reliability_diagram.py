"""Predicted against observed shares: whether 70 % means 70 %."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback.arguments import MANY, whole, word
from kullback.classifiers.labelled_rows import LabelledRows, labelled
from kullback.errors import InputError
from kullback.results.facts import PlainFacts
from kullback.statistics.level import check_level, quantile
from kullback.units import format_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kullback.report.blocks.diagrams import Agreement

Array = NDArray[np.float64]

TOP = "the most probable class"


class ReliabilityBin(NamedTuple):
    """Samples with predictions in [low, high]: what was predicted, and what happened."""

    low: float
    high: float
    n: int
    predicted: float
    observed: float
    observed_low: float
    observed_high: float

    @property
    def agrees(self) -> bool:
        """Whether the mean prediction lies in the interval for the observed share."""
        return self.observed_low <= self.predicted <= self.observed_high


class LabelledPoints(NamedTuple):
    """Predictions f of labels y (0, 1 or between): rows, or cells of `n` rows each."""

    y: Array
    f: Array
    weights: Array
    squares: Array
    n: Array

    def at(self, index: NDArray[np.intp]) -> "LabelledPoints":
        """Return some of them."""
        return LabelledPoints(*(values[index] for values in self))


def points(y: Array, f: Array, weights: Array) -> LabelledPoints:
    """Return one point a row, without those of no weight."""
    own = LabelledPoints(y, f, weights, weights**2, np.ones(len(y)))
    return own.at(np.flatnonzero(weights > 0))


# Digits of a place among the bins that rounding leaves alone.
ROUNDED = 9


@dataclass(frozen=True, slots=True, repr=False)
class Reliability(PlainFacts):
    """A reliability diagram as numbers.

    Parameters
    ----------
    of : hashable
        The class whose probability it is, or "the most probable class".
    bins : tuple of ReliabilityBin
        In order, each of about as many samples; equal predictions lie in one bin.
    level : float
        Of the Wilson intervals for the observed shares.
    expected_calibration_error : float
        Mean distance between predicted and observed share, in probability. It is never 0 on
        data: of a perfect model it is about as large as the intervals are wide.
    """

    of: Hashable
    bins: tuple[ReliabilityBin, ...]
    level: float
    expected_calibration_error: float

    @property
    def chart(self) -> "Agreement":
        """Return it as a picture: what was said, and what came."""
        from kullback.report.blocks.diagrams import Agreed, Agreement
        from kullback.report.blocks.label import quote

        title = (
            f"Reliability of {quote(str(self.of))}: does 70 % mean 70 %? "
            f"{100 * self.level:g} % intervals; expected calibration error "
            f"{format_number(self.expected_calibration_error, 3)}"
        )
        points = tuple(
            Agreed(
                *(b.predicted, b.observed, b.observed_low, b.observed_high, b.low, b.high),
                float(b.n),
            )
            for b in self.bins
        )
        return Agreement(title, points, self.level)

    def __repr__(self) -> str:
        samples = sum(b.n for b in self.bins)
        error = format_number(self.expected_calibration_error, 3)
        return (
            f"<Reliability of {self.of!r}: {len(self.bins)} bins of {samples:,} samples, "
            f"expected calibration error {error}>"
        )

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw it with matplotlib, and return the axes."""
        from kullback.report.axes.draw import draw

        return draw(self.chart, ax)


def reliability(  # noqa: PLR0913 - the arguments of score, and what to look at
    labels: Any,
    predictions: Any,
    *,
    of: Hashable | None = None,
    bins: int = 10,
    strategy: str = "quantile",
    level: float = 0.95,
    soft: bool = False,
    weights: ArrayLike | None = None,
    classes: Sequence[Hashable] | None = None,
) -> Reliability:
    """Compare predicted probabilities with how often it happened, bin by bin.

    Parameters
    ----------
    labels, predictions, soft, weights, classes
        As in `score`.
    of : hashable, optional
        The class to look at. By default the second of two classes; of more classes, whether
        the most probable one is right.
    bins : int
        How many at most.
    strategy : {"quantile", "uniform"}
        Bins of equally many samples, or of equal width, as most published calibration errors
        have them (right-closed; empty ones are left out).
    level : float
        Of the intervals (Wilson 1927), for the effective number of samples in a bin. They
        take the samples as independent: in groups they are too narrow.

    Returns
    -------
    Reliability
        A row a bin.

    Raises
    ------
    InputError, ShapeError, MassError
        As in `score`; if there is no class `of`.

    Examples
    --------
    >>> found = reliability([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], bins=2)
    >>> [(round(b.predicted, 3), b.observed) for b in found.bins]
    [(0.225, 0.5), (0.6, 0.5)]
    """
    check_level(level)
    bins = whole("bins", bins, 1, MANY)
    given = labelled(labels, predictions, soft=soft, weights=weights, classes=classes)
    name, y, f = looked_at(given, of)
    word("strategy", strategy, CUTS)
    every = points(y, f, given.weights)
    return diagram(name, every, bins=bins, level=level, strategy=strategy)


def looked_at(given: LabelledRows, of: Any) -> tuple[Hashable, Array, Array]:
    """Return the name, the labels and the predictions of the class to look at."""
    if of is None and len(given.classes) > 2:
        top = given.predictions.argmax(axis=1)
        rows = np.arange(len(top))
        return TOP, given.labels[rows, top], given.predictions[rows, top]
    if of is not None and not (isinstance(of, Hashable) and of in given.classes):
        raise InputError(f"of={of!r} is none of the classes {list(given.classes)[:8]}")
    k = len(given.classes) - 1 if of is None else given.classes.index(of)
    return given.classes[k], given.labels[:, k], given.predictions[:, k]


def diagram(
    name: Hashable,
    given: LabelledPoints,
    *,
    bins: int,
    level: float,
    strategy: str = "quantile",
) -> Reliability:
    """Return the diagram of predictions and labels."""
    ordered = given.at(np.argsort(given.f, kind="stable"))
    parts = [ordered.at(part) for part in CUTS[strategy](ordered.f, ordered.weights, bins)]
    z = quantile(level)
    found = tuple(_bin(part, z) for part in parts)
    masses = np.array([part.weights.sum() for part in parts])
    gaps = np.array([abs(b.predicted - b.observed) for b in found])
    return Reliability(name, found, level, float(masses @ gaps / masses.sum()))


def _equal_parts(f: Array, w: Array, bins: int) -> list[NDArray[np.intp]]:
    """Part sorted predictions into at most `bins` parts of equal weight, ties together."""
    # Where the sums' rounding alone says on which side of an edge a row lies, it is on the edge.
    middle = np.round((np.cumsum(w) - w / 2) / w.sum() * bins, ROUNDED)
    starts = np.flatnonzero(np.r_[True, f[1:] != f[:-1]])
    # Every row of equal predictions goes where the first of them goes.
    part = np.minimum(middle.astype(np.intp), bins - 1)
    first = np.repeat(part[starts], np.diff(np.r_[starts, len(f)]))
    return np.split(np.arange(len(f)), np.flatnonzero(np.diff(first)) + 1)


def _bin(part: LabelledPoints, z: float) -> ReliabilityBin:
    y, f, w, squares, n = part
    total = float(w.sum())
    observed = min(max(float(w @ y) / total, 0.0), 1.0)
    low, high = _wilson(observed, total**2 / float(squares.sum()), z)
    predicted = float(w @ f) / total
    return ReliabilityBin(float(f[0]), float(f[-1]), int(n.sum()), predicted, observed, low, high)


def _wilson(share: float, n: float, z: float) -> tuple[float, float]:
    """Return the score interval of a share (Wilson 1927)."""
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # Rounding must not put an end of the interval inside the share.
    return min(share, max(0.0, centre - reach)), max(share, min(1.0, centre + reach))


def _equal_widths(f: Array, weights: Array, bins: int) -> list[NDArray[np.intp]]:
    """Cut sorted predictions at (k/bins), right-closed, and leave empty bins out."""
    del weights
    which = np.clip(np.ceil(f * bins) - 1, 0, bins - 1)
    return [rows for k in range(bins) if len(rows := np.flatnonzero(which == k))]


CUTS = {"quantile": _equal_parts, "uniform": _equal_widths}
