"""How far shares are drawn toward a target: the weight of least mean square error."""


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
