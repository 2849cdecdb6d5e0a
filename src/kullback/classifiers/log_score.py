"""From labels and predictions to a `Score`."""

import math
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import xlogy

from kullback.arguments import renamed
from kullback.classifiers import calibration, per_row
from kullback.classifiers.calibration import ScoreParts
from kullback.classifiers.groups import group_codes
from kullback.classifiers.labelled_rows import LabelledRows, labelled
from kullback.classifiers.other_scores import other_scores
from kullback.classifiers.reliability_diagram import diagram, looked_at, points
from kullback.classifiers.results import ClassScore, PerSample, Score, known, nats
from kullback.results import Information, Note
from kullback.statistics.level import check_level
from kullback.statistics.mean import clustered_mean
from kullback.units import Unit, nats_per

Array = NDArray[np.float64]

CLASSES = 100  # up to so many are recalibrated one by one
LISTED = 1000  # impossible labels that are listed


@renamed("0.3", groups="cluster")
def score(  # noqa: PLR0913 - the contract has five; cluster, classes and level are optional
    labels: Any,
    predictions: Any,
    *,
    soft: bool = False,
    weights: ArrayLike | None = None,
    unit: Unit = "nats",
    cluster: ArrayLike | None = None,
    classes: Sequence[Hashable] | None = None,
    level: float = 0.95,
) -> Score:
    """Score predicted class probabilities against labels.

    Cross-entropy = entropy of the labels + KL(labels‖predictions): what cannot be predicted,
    and what the predictions cost on top. The same number is miscalibration − discrimination +
    uncertainty.

    Parameters
    ----------
    labels : array_like of shape (n,) or (n, k)
        A class a row; with ``soft=True`` a distribution over the classes a row, or counts of
        votes (whole numbers, more than one in some row).
    predictions : array_like of shape (n, k) or (n,)
        Probabilities of the classes, rows summing to 1; one number a row is the probability
        of the second of two classes. NumPy, torch or JAX arrays, lists, or a frame whose
        column names are the classes.
    soft : bool
        Whether a label is a row of numbers. The columns of two frames are matched by name.
    weights : array_like of shape (n,), optional
        How much each sample counts.
    unit : {"nats", "bits", "bans"}
        Of the result.
    cluster : array_like of shape (n,), optional
        Which samples belong together (a patient, a document) and are not independent: the
        standard error then rests on these groups.
    classes : sequence, optional
        The classes in the order of the columns; by default the frame's columns, else the
        sorted labels, as in scikit-learn, or 0, 1, 2, … where not every class is among the
        labels (a note says so).
    level : float
        Of the intervals.

    Returns
    -------
    Score
        In `unit`; cross-entropy, entropy and KL are ≥ 0 (KL against votes may be negative).

    Raises
    ------
    InputError, ShapeError
        If the arguments do not fit together; a label is missing or unknown.
    MassError
        If a row does not sum to 1.

    Notes
    -----
    Nothing is clipped. Where a label was predicted with probability 0 the score is +inf and
    the row is listed in ``infinite_at``; scikit-learn's ``log_loss`` answers 36.04 for such a
    row in float64 and 15.94 in float32.

    Examples
    --------
    >>> found = score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> found.cross_entropy, found.miscalibration, found.discrimination, found.uncertainty
    (0.4723 nats, 0.1257 nats, 0.3466 nats, 0.6931 nats)
    >>> score([[0.7, 0.3], [0.2, 0.8]], [[0.6, 0.4], [0.3, 0.7]], soft=True).kl
    0.02367 nats
    """
    nats_per(unit)
    check_level(level)
    given = labelled(labels, predictions, soft=soft, weights=weights, classes=classes)
    codes = group_codes(cluster, len(given.labels))
    return scored(given, codes, level).to(unit)


def scored(given: LabelledRows, groups: NDArray[np.intp] | None, level: float) -> Score:
    """Return the score of checked arguments, in nats."""
    rows = PerSample(*per_row.costs(given))
    cross, entropy, kl = (clustered_mean(values, groups, given.weights) for values in rows)
    parts, recalibration, notes = _parts(given, cross.value)
    bad = per_row.impossible(given)
    name, y, f = looked_at(given, None)
    return Score(
        cross_entropy=nats(cross.value),
        entropy=nats(entropy.value),
        kl=nats(kl.value),
        miscalibration=known(parts.miscalibration),
        discrimination=known(parts.discrimination),
        uncertainty=nats(parts.uncertainty),
        recalibration=recalibration,
        standard_error=nats(cross.error),
        interval=cross.interval(level),
        skill=skill(cross.value, parts.uncertainty),
        per_class=_per_class(given),
        per_sample=rows,
        reliability=diagram(name, points(y, f, given.weights), bins=10, level=level),
        infinite_at=tuple((int(i), given.classes[k]) for i, k in bad[:LISTED]),
        n=len(given.labels),
        groups=cross.groups,
        unit="nats",
        notes=given.notes + notes + impossible_note(len(np.unique(bad[:, 0])), len(given.labels)),
        others=other_scores(given.labels, given.predictions, given.weights),
    )


def skill(score: float, uncertainty: float) -> float | None:
    """Return 1 − score/uncertainty; None where the base rates cost nothing."""
    return None if uncertainty == 0 else 1 - score / uncertainty


def impossible_note(count: int, rows: int) -> tuple[Note, ...]:
    """Say how many labels were predicted to be impossible, and what can be done."""
    if not count:
        return ()
    return (
        Note(
            "impossible-labels",
            f"{count} of {rows} labels were predicted with probability 0: the score is infinite. "
            "Have the model give logits (kullback.logits never rounds to 0), or smooth its "
            "predictions by name before scoring, such as 0.999 f + 0.001/k, and say so.",
        ),
    )


def _parts(given: LabelledRows, value: float) -> tuple[ScoreParts, str, tuple[Note, ...]]:
    y, f, w = given.labels, given.predictions, given.weights
    if y.shape[1] == 2:
        return calibration.isotonic_parts(y[:, 1], f[:, 1], w, score=value), "isotonic", (_SEEN,)
    if not math.isfinite(value):
        base = w @ y / w.sum()
        none = ScoreParts(math.nan, math.nan, -float(xlogy(base, base).sum()))
        return none, "temperature", (_NO_TEMPERATURE,)
    parts, beta = calibration.temperature_parts(y, f, w, score=value)
    return parts, f"temperature {1 / beta:.4g}", (_SEEN,)


_SEEN = Note(
    "recalibrated-on-the-same-data",
    "The recalibration is fitted to the samples that it is judged on, so miscalibration and "
    "discrimination come out a little too large, by the same amount.",
)
_NO_TEMPERATURE = Note(
    "no-temperature",
    "No temperature makes an impossible class possible: the parts are given class by class only.",
)


def _per_class(given: LabelledRows) -> tuple[ClassScore, ...]:
    y, f, w = given.labels, given.predictions, given.weights
    total = w.sum()
    counted = w > 0
    with np.errstate(divide="ignore"):
        surprise = np.where(y > 0, -np.log(f), 0.0)
    cross = w[counted] @ (y * surprise)[counted] / total
    entropy = w @ -xlogy(y, y) / total
    shares, predicted = w @ y / total, w @ f / total
    classes = []
    for k, label in enumerate(given.classes):
        parts = _one_vs_rest(given, k) if len(given.classes) <= CLASSES else (None, None, None)
        own = (cross[k], entropy[k], cross[k] - entropy[k])
        classes.append(
            ClassScore(label, float(shares[k]), float(predicted[k]), *map(nats, own), *parts)
        )
    return tuple(classes)


def _one_vs_rest(given: LabelledRows, k: int) -> tuple[Information, Information, Information]:
    parts = calibration.isotonic_parts(given.labels[:, k], given.predictions[:, k], given.weights)
    miscalibration, discrimination, uncertainty = map(nats, parts)
    return miscalibration, discrimination, uncertainty
