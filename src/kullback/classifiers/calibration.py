"""A score in three parts: miscalibration − discrimination + uncertainty.

With g the predictions after the best recalibration and r the mean label:
miscalibration = L(f) − L(g), discrimination = L(r) − L(g), uncertainty = L(r), so that
L(f) = miscalibration − discrimination + uncertainty (Murphy 1973; Dimitriadis, Gneiting and
Jordan 2021, who recalibrate by isotonic regression).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, isotonic_regression
from scipy.special import xlog1py, xlogy

Array = NDArray[np.float64]
Loss = Callable[[Array, Array], Array]

HOTTEST, COLDEST = 1e-3, 1e3  # inverse temperatures between which the best one is sought


class ScoreParts(NamedTuple):
    """Miscalibration, discrimination and uncertainty, in nats (or the loss's own unit)."""

    miscalibration: float
    discrimination: float
    uncertainty: float


def log_score(y: Array, p: Array) -> Array:
    """−y ln p − (1 − y) ln(1 − p) of each row."""
    return np.asarray(-xlogy(y, p) - xlog1py(1 - y, -p), dtype=np.float64)


def squared_error(y: Array, p: Array) -> Array:
    """(y − p)² of each row: the Brier score, or the error of a mean."""
    error: Array = (y - p) ** 2
    return error


def isotonic_parts(
    y: Array, f: Array, weights: Array, loss: Loss = log_score, score: float | None = None
) -> ScoreParts:
    """Part the mean loss of predictions f of a mean y, recalibrated by isotonic regression.

    Parameters
    ----------
    y, f, weights : ndarray of shape (n,)
        Labels (0, 1 or between), predictions, and weights.
    loss : callable
        A loss that is least at the mean of y.
    score : float, optional
        The mean loss of f, where `y` are means of several labels and it is known better.
    """
    counted = weights > 0
    y, f, w = y[counted], f[counted], weights[counted]
    total = float(w.sum())
    base = np.full(len(y), float(w @ y) / total)
    value, recalibrated, uncertainty = (
        float((w * loss(y, p)).sum()) / total for p in (f, _isotonic(y, f, w), base)
    )
    value = value if score is None else score
    return ScoreParts(value - recalibrated, uncertainty - recalibrated, uncertainty)


def _isotonic(y: Array, f: Array, w: Array) -> Array:
    """Return the non-decreasing function of f that is nearest to y, at each f."""
    # Only the order counts; as ranks, predictions of 1e-300 and 1e-299 stay apart.
    ranks = np.unique(f, return_inverse=True)[1].reshape(-1)
    mass = np.bincount(ranks, w)
    means = np.bincount(ranks, w * y) / mass
    fitted: Array = isotonic_regression(means, weights=mass).x[ranks]
    # The regression averages in floating point; a label's mean lies between the labels.
    return np.clip(fitted, y.min(), y.max())


def temperature(y: Array, f: Array, weights: Array) -> float:
    """Return β = 1/T for which predictions ∝ f^β have the least cross-entropy.

    The cross-entropy is convex in β, so it is least where its slope, mean of
    E_fβ[ln f] − E_y[ln f], is 0 (Guo et al. 2017). The ends of the range are 0.001 and 1000.
    """
    log_f = np.log(np.where(f > 0, f, 1.0))
    told = (weights * (y * log_f).sum(axis=1)).sum()

    def slope(beta: float) -> float:
        power = _powered(log_f, f, beta)
        return float((weights * (power * log_f).sum(axis=1)).sum() - told)

    if slope(HOTTEST) >= 0:
        return HOTTEST
    if slope(COLDEST) <= 0:
        return COLDEST
    return float(brentq(slope, HOTTEST, COLDEST, xtol=1e-12, rtol=1e-12))


def _powered(log_f: Array, f: Array, beta: float) -> Array:
    """Return f^β, normalised."""
    exponent = beta * log_f
    exponent -= np.where(f > 0, exponent, -np.inf).max(axis=1, keepdims=True)
    power = np.where(f > 0, np.exp(np.where(f > 0, exponent, 0.0)), 0.0)
    normal: Array = power / power.sum(axis=1, keepdims=True)
    return normal


def temperature_parts(
    y: Array, f: Array, weights: Array, score: float | None = None
) -> tuple[ScoreParts, float]:
    """Part the cross-entropy of many classes, recalibrated by one temperature; and 1/T.

    `score` is that of f where it is known: rows of low precision sum to 1 only nearly, and
    the three parts add up to the score as it is.
    """
    counted = weights > 0
    y, f, w = y[counted], f[counted], weights[counted]
    total = float(w.sum())
    base = w @ y / total
    uncertainty = -float(xlogy(base, base).sum())
    beta = temperature(y, f, w)
    log_f = np.log(np.where(f > 0, f, 1.0))
    value, recalibrated = (
        float((w * _cross_entropy(y, _powered(log_f, f, b))).sum()) / total for b in (1.0, beta)
    )
    value = value if score is None else score
    return ScoreParts(value - recalibrated, uncertainty - recalibrated, uncertainty), beta


def _cross_entropy(y: Array, f: Array) -> Array:
    cost: Array = -xlogy(y, f).sum(axis=1)
    return cost
