"""Entropy of shares that are drawn toward equal ones."""

import numpy as np
from scipy.special import xlogy

from kullback.counts.row import Row


def james_stein(row: Row) -> float:
    """Entropy of λ/K + (1−λ) x/n with the λ of least mean square error (Hausser–Strimmer 2009)."""
    weight = shrinkage(row.seen / row.n, row.n, row.possible)
    equal = weight / row.possible
    p = equal + (1 - weight) * row.seen / row.n
    never = row.possible - len(row.seen)
    return -float(xlogy(p, p).sum() + never * xlogy(equal, equal)) + 0.0


def shrinkage(p: np.ndarray, n: float, outcomes: int) -> float:
    """Return λ = (1 − Σ p²) / [(n−1) Σ (1/K − p)²], within [0, 1], for shares p above 0.

    Examples
    --------
    >>> round(shrinkage(np.array([0.5, 0.3, 0.2]), 10, 3), 4)
    1.0
    """
    squares = float(p @ p)
    gap = squares - 1 / outcomes
    if n <= 1 or gap * (n - 1) <= 1 - squares:
        return 1.0
    return (1 - squares) / ((n - 1) * gap)
