"""Tests of two rows of counts whose outcomes have an order."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from kullback.counts.rows.relabelling import Moments
from kullback.counts.tests.pearson_three import upper_tail

Array = NDArray[np.float64]

CELLS = 200  # more are joined with their neighbours: their order says as much


def anderson_darling(x: Array, y: Array) -> float:
    """Return the p-value of Anderson and Darling's statistic for two rows of ordered counts.

    A = nm/N Σ w (F − G)²/(H(1 − H)) over the borders between outcomes: F and G the shares of
    both samples below a border, H that of both together, w the share of the two outcomes beside
    it, halved (Anderson and Darling 1954; Scholz and Stephens 1987). Given the totals, each term
    is a squared normal when P = Q and their correlations are known, so that the first three
    moments are; the law is Pearson's of type III.

    Parameters
    ----------
    x, y : ndarray of shape (k,)
        Counts of P and of Q, in order.

    Examples
    --------
    >>> round(anderson_darling(np.array([10.0, 20, 30]), np.array([30.0, 20, 10])), 6)
    8e-06
    >>> anderson_darling(np.array([10.0, 20, 30]), np.array([20.0, 40, 60])) > 0.9
    True
    """
    x, y = _joined(x, y)
    n, m, z = x.sum(), y.sum(), x + y
    if len(z) < 2 or n == 0 or m == 0:
        return 1.0
    whole = n + m
    below = np.cumsum(z)[:-1] / whole
    gap = np.cumsum(x)[:-1] / n - np.cumsum(y)[:-1] / m
    weight = (z[:-1] + z[1:]) / (2 * whole)
    value = n * m / whole * float(weight @ (gap**2 / (below * (1 - below))))
    moments = _moments(weight * (whole / (whole - 1)), below / (1 - below))
    return min(1.0, upper_tail(value, moments))


def _moments(w: Array, odds: Array) -> Moments:
    """Return the moments of Σ w Z² of normals whose correlations are √(lesser odds / greater odds).

    They are 1, 2 and 8 times the traces of the first three powers of the covariance. A product
    of correlations round two or three borders is the lowest odds over the highest, so that the
    sums over pairs and triples are cumulative ones.
    """
    low, high = w * odds, w / odds
    lower = np.cumsum(low) - low
    pairs = high @ lower
    between = high @ (np.cumsum(w * lower) - w * lower)
    ends = (high * w) @ lower + high @ (np.cumsum(low * w) - low * w)
    second = w @ w + 2 * pairs
    third = float((w**3).sum()) + 3 * ends + 6 * between
    return Moments(float(w.sum()), 2 * float(second), 8 * float(third))


def _joined(x: Array, y: Array) -> tuple[Array, Array]:
    """Leave out what neither side has, and join neighbours where they are very many."""
    z = x + y
    seen = z > 0
    x, y, z = x[seen], y[seen], z[seen]
    if len(z) <= CELLS:
        return x, y
    place = np.minimum((np.cumsum(z) - z) * CELLS // z.sum(), CELLS - 1).astype(np.intp)
    joined = (np.bincount(place, side, CELLS) for side in (x, y))
    first, second = (np.asarray(side, dtype=np.float64) for side in joined)
    kept = first + second > 0
    return first[kept], second[kept]


def beyond(outside: float, n: float, m: float) -> float:
    """Return the p-value of so many of P's n values outside the extent of Q's m.

    When P = Q every order of all values is equally likely: the gaps below the least and above
    the greatest value of Q hold as many of P's as any two gaps do, so at least k of them if among
    k + 1 values at random at most one is Q's. Exact, and conservative where values are tied.

    Examples
    --------
    >>> round(beyond(1, 1, 2), 6)  # one value against two: outside in 2 of 3 orders
    0.666667
    """
    if outside <= 0:
        return 1.0
    drawn = outside + 1
    none = _log_choose(n, drawn) - _log_choose(n + m, drawn)
    one = math.log(m) + _log_choose(n, outside) - _log_choose(n + m, drawn)
    return min(1.0, math.exp(none) + math.exp(one))


def _log_choose(n: float, k: float) -> float:
    if k > n:
        return -math.inf
    return float(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))
