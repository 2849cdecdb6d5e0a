"""What predictions will cost, before any label is there: from how they were calibrated."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback.arguments import seed_of
from kullback.classifiers.labelled_rows import LabelledRows, labelled
from kullback.errors import InputError, ShapeError
from kullback.results import Estimate, Interval, Note
from kullback.results.facts import PlainFacts
from kullback.statistics.level import check_level, quantile
from kullback.units import Unit, nats_per, unit_name

Array = NDArray[np.float64]

BINS = 20
DRAWS = 100
BLIND = Note(
    "concept-drift",
    "Holds only if a prediction of 70 % still comes true as often as it did with the labelled "
    "rows. Whether it does (concept drift) cannot be seen without labels.",
)


@dataclass(frozen=True, slots=True)
class ExpectedScore(PlainFacts):
    """What a model's predictions are expected to cost where there are no labels yet.

    Parameters
    ----------
    cross_entropy : Estimate
        Expected log loss, in the unit asked for.
    accuracy : Estimate
        Expected share of rows whose most probable class is the true one.
    auc : Estimate or None
        Expected area under the ROC curve; for two classes only.
    notes : tuple of Note
        What this cannot see.
    """

    cross_entropy: Estimate
    accuracy: Estimate
    auc: Estimate | None
    notes: tuple[Note, ...] = (BLIND,)

    def __str__(self) -> str:
        lines = [self.cross_entropy, self.accuracy, *([self.auc] if self.auc else [])]
        return "\n".join([*map(str, lines), *(f"note: {note.text}" for note in self.notes)])


class ExpectedParts(NamedTuple):
    """The three numbers of one draw."""

    cross_entropy: float
    accuracy: float
    auc: float


def expected_score(
    predictions: ArrayLike,
    *,
    labels: ArrayLike,
    calibration: ArrayLike,
    classes: Sequence[Any] | None = None,
    level: float = 0.95,
    unit: Unit = "nats",
    seed: int | None = None,
) -> ExpectedScore:
    """Say what predictions will cost, from labelled rows that the same model predicted.

    Each class's predictions are first corrected by how far they were off among the labelled
    rows, in 20 bins of equal numbers. If a corrected prediction c says how often a class comes
    true, the expected log loss of a row is −Σ c ln f, and so on.

    Parameters
    ----------
    predictions : array_like of shape (n,) or (n, classes)
        Probabilities of rows without labels.
    labels, calibration : array_like
        Labels of other rows, and the same model's predictions of them.
    classes, level, unit
        As for `score`.
    seed : int or None
        Of the resampling; None is 0.

    Returns
    -------
    ExpectedScore
        Each an Estimate; the interval counts the rows without labels and the error of the
        calibration, by 100 joint bootstrap draws of both.

    Raises
    ------
    InputError, MassError, ShapeError
        As for `score`.

    References
    ----------
    Garg et al. (2022), Leveraging unlabeled data to predict out-of-distribution performance;
    Guo et al. (2017), On calibration of modern neural networks.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> f = rng.uniform(size=4000)
    >>> y = rng.uniform(size=4000) < f
    >>> later = rng.beta(5, 1, size=4000)  # more certain than before: it will cost less
    >>> found = expected_score(later, labels=y.astype(int), calibration=f)
    >>> round(found.accuracy.value, 2), found.auc.value < 0.8
    (0.84, True)
    """
    check_level(level)
    ratio = nats_per(unit)
    known = labelled(labels, calibration, soft=False, weights=None, classes=classes)
    # Predictions read as their own soft labels: checked by the same rules.
    unknown = labelled(predictions, predictions, soft=True, weights=None, classes=None)
    if known.predictions.shape[1] != unknown.predictions.shape[1]:
        raise ShapeError(
            f"predictions has {unknown.predictions.shape[1]} classes and calibration "
            f"{known.predictions.shape[1]}; both must be of one model"
        )
    if len(known.labels) < 2 * BINS:
        raise InputError(
            f"labels has {len(known.labels)} rows; at least {2 * BINS} tell how well the "
            "predictions are calibrated"
        )
    f = unknown.predictions
    value = _parts(_corrected(f, known.predictions, known.labels), f)
    errors = _errors(f, known, np.random.default_rng(seed_of(seed)))
    sizes = len(f), len(known.labels)
    auc = None
    if f.shape[1] == 2:
        auc = _estimate("expected AUC", value.auc, errors.auc, level, sizes)
    return ExpectedScore(
        _estimate(
            "expected H(P, Q)",
            value.cross_entropy / ratio,
            errors.cross_entropy / ratio,
            level,
            sizes,
            unit_name(unit),
        ),
        _estimate("expected accuracy", value.accuracy, errors.accuracy, level, sizes),
        auc,
    )


def _corrected(f: Array, known: Array, labels: Array) -> Array:
    """Return how often each class is expected to be true: f, moved as its bin was off."""
    moved = np.empty_like(f)
    for k in range(f.shape[1]):
        order = np.argsort(known[:, k], kind="stable")
        parts = np.array_split(order, BINS)
        ends = np.array([known[part[-1], k] for part in parts[:-1]])
        off = np.array([(labels[part, k] - known[part, k]).mean() for part in parts])
        moved[:, k] = np.clip(f[:, k] + off[np.searchsorted(ends, f[:, k])], 0.0, 1.0)
    total = moved.sum(axis=1, keepdims=True)
    result: Array = np.where(total > 0, moved / np.where(total > 0, total, 1.0), f)
    return result


def _parts(c: Array, f: Array) -> ExpectedParts:
    with np.errstate(divide="ignore", invalid="ignore"):
        costs = np.where(c > 0, -c * np.log(f), 0.0)
    top = f.argmax(axis=1)
    auc = _auc(c[:, 1], f[:, 1]) if f.shape[1] == 2 else math.nan
    return ExpectedParts(
        float(costs.sum(axis=1).mean()), float(c[np.arange(len(c)), top].mean()), auc
    )


def _auc(c: Array, f: Array) -> float:
    """The chance that a true row is predicted above a false one, half of it where they tie."""
    order = np.argsort(f, kind="stable")
    c, f = c[order], f[order]
    starts = np.flatnonzero(np.r_[True, f[1:] != f[:-1]])
    true, false = np.add.reduceat(c, starts), np.add.reduceat(1 - c, starts)
    below = np.cumsum(false) - false / 2
    pairs = float(c.sum()) * float((1 - c).sum())
    return float(true @ below) / pairs if pairs > 0 else math.nan


def _errors(f: Array, known: LabelledRows, rng: np.random.Generator) -> ExpectedParts:
    draws = []
    for _ in range(DRAWS):
        rows = rng.integers(0, len(known.labels), len(known.labels))
        chosen = f[rng.integers(0, len(f), len(f))]
        c = _corrected(chosen, known.predictions[rows], known.labels[rows])
        draws.append(_parts(c, chosen))
    with np.errstate(invalid="ignore"):
        return ExpectedParts(*np.std(np.array(draws), axis=0, ddof=1).tolist())


def _estimate(
    quantity: str, value: float, error: float, level: float, sizes: tuple[int, int], unit: str = ""
) -> Estimate:
    interval = None
    if math.isfinite(value) and math.isfinite(error):
        reach = quantile(level) * error
        most = math.inf if unit else 1.0
        low, high = max(0.0, value - reach), min(most, value + reach)
        interval = Interval(low, high, level, f"bootstrap of both ({DRAWS} draws)")
    return Estimate(
        value=value,
        unit=unit,
        standard_error=error,
        interval=interval,
        method="calibrated predictions",
        n=sizes[0],
        m=sizes[1],
        outcomes=BINS,
        quantity=quantity,
        notes=(BLIND,),
    )
