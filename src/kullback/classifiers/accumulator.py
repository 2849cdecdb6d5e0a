"""A score from batches: sums that can be added, in whatever order."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logit, xlogy

from kullback import arrays
from kullback.arguments import renamed
from kullback.classifiers import calibration, per_row
from kullback.classifiers.calibration import ScoreParts
from kullback.classifiers.groups import group_codes
from kullback.classifiers.labelled_rows import (
    VOTES,
    LabelledRows,
    labelled,
)
from kullback.classifiers.log_score import impossible_note, skill
from kullback.classifiers.reliability_diagram import LabelledPoints, Reliability, diagram
from kullback.classifiers.results import ClassScore, Score, known, nats
from kullback.errors import InputError
from kullback.results import Note
from kullback.statistics.level import check_level
from kullback.statistics.mean import Mean, error_of_squares
from kullback.units import Unit, nats_per

Array = NDArray[np.float64]

CELLS = 2048  # of the log-odds of a prediction, from −20 to 20; the ends hold the rest
_REACH = 20.0
GRID = Note(
    "recalibrated-by-cells",
    f"Samples were streamed: the isotonic recalibration sees predictions in {CELLS} cells of "
    "their log-odds, each about 0.02 wide.",
)
_TEMPERATURE = Note(
    "no-temperature",
    "Samples were streamed, and a temperature needs all of them: the parts are given class by "
    "class only.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Accumulator:
    """What `score` needs to know of samples that come in batches; immutable.

    Parameters
    ----------
    classes : sequence
        The classes in the order of the columns of the predictions.
    soft : bool
        Whether a label is a row of numbers.
    sums : ndarray, optional
        Left to the methods, like all that follows.

    Examples
    --------
    >>> first = Accumulator(classes=(0, 1)).update([0, 1], [0.2, 0.7])
    >>> both = first.merge(Accumulator(classes=(0, 1)).update([1], [0.9]))
    >>> both.n, both.score().cross_entropy
    (3, 0.2284 nats)
    """

    classes: Sequence[Hashable]
    soft: bool = False
    n: int = 0
    sums: Array = field(default_factory=lambda: np.zeros(6))
    """Σw, Σw·CE, Σw·H and, of rows without a group, Σw², Σw²·CE, Σw²·CE²."""
    single: int = 0
    groups: Mapping[Hashable, tuple[float, float]] = field(default_factory=dict)
    cells: Array | None = None
    """Per class and cell: Σw, Σw·y, Σw·f, Σw·CE one-vs-rest, Σ−w·y ln f, Σ−w·y ln y, Σw², n."""
    impossible: int = 0
    votes: bool = False
    exponent: int | None = None
    """Weights are counted in units of 2^exponent, that of the largest so far."""

    @renamed("0.3", groups="cluster")
    def update(
        self,
        labels: Any,
        predictions: Any,
        *,
        weights: ArrayLike | None = None,
        cluster: ArrayLike | None = None,
    ) -> "Accumulator":
        """Return the accumulator with a batch added.

        Parameters
        ----------
        labels, predictions, weights, cluster
            As in `score`. A group may go on in another batch.
        """
        given = labelled(labels, predictions, soft=self.soft, weights=weights, classes=self.classes)
        return self.merge(_of_batch(self, given, cluster))

    def merge(self, other: "Accumulator") -> "Accumulator":
        """Return both together; associative, and commutative but for rounding.

        Raises
        ------
        InputError
            If they are of different classes, or only one has soft labels.
        """
        if tuple(self.classes) != tuple(other.classes) or self.soft != other.soft:
            raise InputError(
                f"these accumulators are of different things: classes {list(self.classes)[:5]}, "
                f"soft={self.soft}, and {list(other.classes)[:5]}, soft={other.soft}"
            )
        known = [each.exponent for each in (self, other) if each.exponent is not None]
        exponent = max(known, default=None)
        mine, theirs = self._in_units(exponent), other._in_units(exponent)
        groups = dict(mine.groups)
        for name, (weight, cost) in theirs.groups.items():
            before = groups.get(name, (0.0, 0.0))
            groups[name] = (before[0] + weight, before[1] + cost)
        filled = [cells for cells in (mine.cells, theirs.cells) if cells is not None]
        return replace(
            self,
            n=self.n + other.n,
            sums=mine.sums + theirs.sums,
            single=self.single + other.single,
            groups=groups,
            cells=sum(filled[1:], start=filled[0]) if filled else None,
            impossible=self.impossible + other.impossible,
            votes=self.votes or other.votes,
            exponent=exponent,
        )

    def _in_units(self, exponent: int | None) -> "Accumulator":
        """Return the same with weights counted in units of 2^exponent."""
        if self.exponent is None or exponent is None or self.exponent == exponent:
            return self
        once = math.ldexp(1.0, max(self.exponent - exponent, -1080))
        twice = once * once
        cells = None if self.cells is None else self.cells * _by_power(once, twice, OF_CELLS)
        return replace(
            self,
            sums=self.sums * _by_power(once, twice, OF_SUMS),
            groups={name: (w * once, cost * once) for name, (w, cost) in self.groups.items()},
            cells=cells,
            exponent=exponent,
        )

    def score(self, *, unit: Unit = "nats", level: float = 0.95) -> Score:
        """Return the score of all samples so far.

        Raises
        ------
        InputError
            If there are none.
        """
        nats_per(unit)
        check_level(level)
        if self.cells is None:
            raise InputError("there is nothing to score: update the accumulator first")
        cross = self._mean()
        entropy = float(self.sums[2] / self.sums[0])
        parts, notes = _parts(self.cells)
        binary = len(self.classes) == 2
        return Score(
            cross_entropy=nats(cross.value),
            entropy=nats(entropy),
            kl=nats(cross.value - entropy),
            miscalibration=known(parts.miscalibration),
            discrimination=known(parts.discrimination),
            uncertainty=nats(parts.uncertainty),
            recalibration="isotonic by cells",
            standard_error=nats(cross.error),
            interval=cross.interval(level),
            skill=skill(cross.value, parts.uncertainty),
            per_class=tuple(map(_class_score, self.classes, self.cells)),
            per_sample=None,
            reliability=_diagram(self.classes[1], self.cells[1], level) if binary else None,
            infinite_at=(),
            n=self.n,
            groups=cross.groups,
            unit="nats",
            notes=((VOTES,) if self.votes else ())
            + notes
            + impossible_note(self.impossible, self.n),
        ).to(unit)

    def _mean(self) -> Mean:
        """Return the mean cross-entropy; its error from the sums about the mean."""
        total, cost, _, w2, w2_cost, w2_cost2 = map(float, self.sums)
        value = cost / total
        count = self.single + len(self.groups)
        square = w2_cost2 - 2 * value * w2_cost + value**2 * w2
        square += sum((c - w * value) ** 2 for w, c in self.groups.values())
        return Mean(value, error_of_squares(max(square, 0.0), count, total), count)


# To which power weights go into the sums, and into the rows of the cells.
OF_SUMS = (1, 1, 1, 2, 2, 2)
OF_CELLS = (1, 1, 1, 1, 1, 1, 2, 0)


def _by_power(once: float, twice: float, powers: tuple[int, ...]) -> Array:
    factors: Array = np.array([(1.0, once, twice)[power] for power in powers])
    return factors if len(powers) == len(OF_SUMS) else factors[:, None]


def _of_batch(empty: Accumulator, given: LabelledRows, cluster: ArrayLike | None) -> Accumulator:
    counted = given.weights > 0
    cross, entropy, _ = (values[counted] for values in per_row.costs(given))
    w = given.weights[counted]
    sums = np.array([w.sum(), w @ cross, w @ entropy, 0.0, 0.0, 0.0])
    named: dict[Hashable, tuple[float, float]] = {}
    codes = group_codes(cluster, len(given.labels))
    if codes is None:
        sums[3:] = (w @ w, w**2 @ cross, w**2 @ cross**2)
    else:
        _, first, place = np.unique(codes[counted], return_index=True, return_inverse=True)
        names = arrays.numpy_of("cluster", cluster)[counted][first].tolist()
        both = (np.bincount(place, x) for x in (w, w * cross))
        named = dict(zip(names, zip(*(x.tolist() for x in both), strict=True), strict=True))
    return replace(
        empty,
        n=len(given.labels),
        sums=sums,
        single=0 if cluster is not None else len(w),
        groups=named,
        cells=_cells(given),
        impossible=len(np.unique(per_row.impossible(given)[:, 0])),
        votes=given.votes is not None,
        exponent=given.exponent,
    )


def _cells(given: LabelledRows) -> Array:
    """Return the sums of each class and cell, of shape (classes, 8, CELLS)."""
    counted = given.weights > 0
    w = given.weights[counted]
    cells = np.zeros((len(given.classes), 8, CELLS))
    for k in range(len(given.classes)):
        y, f = given.labels[counted, k], given.predictions[counted, k]
        place = (np.clip(logit(f), -_REACH, _REACH) + _REACH) * (CELLS / (2 * _REACH))
        cell = np.minimum(place.astype(np.intp), CELLS - 1)
        with np.errstate(divide="ignore"):
            surprise = np.where(y > 0, -np.log(f), 0.0)
        costs = (calibration.log_score(y, f), y * surprise, -xlogy(y, y))
        for row, amount in enumerate((w, w * y, w * f, *(w * cost for cost in costs), w * w)):
            cells[k, row] = np.bincount(cell, amount, CELLS)
        cells[k, 7] = np.bincount(cell, minlength=CELLS)
    return cells


def _one_vs_rest(cells: Array) -> ScoreParts:
    """Part the score of one class against all others, from its cells."""
    w, y, f, cost, *_ = cells[:, cells[0] > 0]
    return calibration.isotonic_parts(y / w, f / w, w, score=float(cost.sum() / w.sum()))


def _parts(cells: Array) -> tuple[ScoreParts, tuple[Note, ...]]:
    if len(cells) == 2:
        return _one_vs_rest(cells[1]), (GRID,)
    base = cells[:, 1].sum(axis=1) / cells[0, 0].sum()
    uncertainty = -float(xlogy(base, base).sum())
    return ScoreParts(math.nan, math.nan, uncertainty), (GRID, _TEMPERATURE)


def _class_score(label: Hashable, cells: Array) -> ClassScore:
    total, y, f, _, cross, entropy, _, _ = cells.sum(axis=1).tolist()
    own = (cross / total, entropy / total, (cross - entropy) / total)
    parts = _one_vs_rest(cells)
    return ClassScore(label, y / total, f / total, *map(nats, own), *map(nats, parts))


def _diagram(label: Hashable, cells: Array, level: float) -> Reliability:
    w, y, f, _, _, _, squares, n = cells[:, cells[0] > 0]
    return diagram(label, LabelledPoints(y / w, f / w, w, squares, n), bins=10, level=level)
