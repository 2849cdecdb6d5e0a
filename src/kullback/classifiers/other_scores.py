"""Scores that others report: accuracy, Brier and the area under the ROC curve."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CLASSES = 100  # up to so many have an area each


class OtherScores(NamedTuple):
    """What a newcomer looks for, beside the parts of the cross-entropy.

    Parameters
    ----------
    accuracy : float
        How often the class with the largest probability (the first of several) is right.
    brier : float
        The mean of Σ(f − y)² over all classes, from 0 to 2; scikit-learn's of two classes is half.
    auc : float or None
        How often a sample of a class gets more probability for it than one of another, ties
        counted half; the mean over the classes. None where only one class is there.
    """

    accuracy: float
    brier: float
    auc: float | None


def other_scores(y: Array, f: Array, w: Array) -> OtherScores:
    """Return accuracy, Brier and area of labels y and predictions f, weighted."""
    total = w.sum()
    top = np.take_along_axis(y, f.argmax(axis=1)[:, None], axis=1)[:, 0]
    counted = range(1, 2) if y.shape[1] == 2 else range(y.shape[1])
    areas = [_area(y[:, k], f[:, k], w) for k in counted] if len(counted) <= CLASSES else []
    known = [area for area in areas if area is not None]
    return OtherScores(
        float(w @ top / total),
        float(w @ ((f - y) ** 2).sum(axis=1) / total),
        float(np.mean(known)) if known else None,
    )


def _area(y: Array, f: Array, w: Array) -> float | None:
    """Return the chance that a positive has a larger f than a negative, ties counted half."""
    _, place = np.unique(f, return_inverse=True)
    positive, negative = np.bincount(place, w * y), np.bincount(place, w * (1 - y))
    pairs = positive.sum() * negative.sum()
    below = np.cumsum(negative) - negative / 2
    return float(positive @ below / pairs) if pairs > 0 else None
