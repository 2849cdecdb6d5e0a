"""Entropy of shares that are drawn toward equal ones."""

from scipy.special import xlogy

from kullback.counts.rows.row import CountRow
from kullback.counts.smoothing.shrinkage import shrinkage


def james_stein(row: CountRow) -> float:
    """Entropy of λ/K + (1−λ) x/n with the λ of least mean square error (Hausser–Strimmer 2009)."""
    p = row.seen / row.n
    squares = float(p @ p)
    weight = shrinkage(squares, squares - 1 / row.possible, row.n)
    equal = weight / row.possible
    p = equal + (1 - weight) * p
    never = row.possible - len(row.seen)
    return -float(xlogy(p, p).sum() + never * xlogy(equal, equal)) + 0.0
