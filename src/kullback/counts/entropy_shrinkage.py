"""Entropy of shares that are drawn toward equal ones."""

from scipy.special import xlogy

from kullback.counts.row import Row


def james_stein(row: Row) -> float:
    """Entropy of λ/K + (1−λ) x/n with the λ of least mean square error (Hausser–Strimmer 2009)."""
    p = row.seen / row.n
    squares = float(p @ p)
    weight = shrinkage(squares, squares - 1 / row.possible, row.n)
    equal = weight / row.possible
    p = equal + (1 - weight) * p
    never = row.possible - len(row.seen)
    return -float(xlogy(p, p).sum() + never * xlogy(equal, equal)) + 0.0


def shrinkage(squares: float, gap: float, n: float) -> float:
    """Return λ = (1 − Σ p²) / [(n−1) Σ (t − p)²], at most 1, for a target t.

    Parameters
    ----------
    squares : float
        Σ p² of the shares p.
    gap : float
        Σ (t − p)².
    n : float
        Observations.

    Examples
    --------
    >>> round(shrinkage(squares=0.52, gap=0.02, n=101), 4)
    0.24
    """
    if n <= 1 or gap * (n - 1) <= 1 - squares:
        return 1.0
    return (1 - squares) / ((n - 1) * gap)
