"""Statistics of a table of two rows, as sums over its outcomes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlog1py

from kullback.counts.rows.pair import CountPair
from kullback.counts.rows.relabelling import Term

Array = NDArray[np.float64]

MINIMUM_EXPECTED = 5.0


def g_terms(n: float, m: float) -> Term:
    """Return the terms of G for samples of these sizes."""
    return _GTerm(n, m)


@dataclass(frozen=True, slots=True)
class _GTerm:
    """The term of one outcome; those of equal sizes are equal, so that what is known is found."""

    n: float
    m: float

    def __call__(self, x: Array, y: Array) -> Array:
        n, m, z = self.n, self.m, x + y
        expected_x, expected_y = z * (n / (n + m)), z * (m / (n + m))
        # The smaller sample's gap is the one that keeps its digits; the other is its negative.
        gap = x - expected_x if n <= m else expected_y - y
        first = xlog1py(x, gap / np.maximum(expected_x, 1e-300))
        second = xlog1py(y, -gap / np.maximum(expected_y, 1e-300))
        return np.asarray(2 * (first + second))


def pearson_terms(n: float, m: float) -> Term:
    """Return the terms of Pearson's statistic for samples of these sizes."""
    scale = (n + m) / n * ((n + m) / m)

    def terms(x: Array, y: Array) -> Array:
        z = x + y
        gap = x - z * (n / (n + m)) if n <= m else z * (m / (n + m)) - y
        return np.asarray(scale * gap**2 / np.maximum(z, 1e-300))

    return terms


def total(term: Term, counts: CountPair) -> float:
    """Return a statistic, never negative."""
    return max(0.0, counts.total(term))


def g_statistic(counts: CountPair) -> float:
    """Return G = 2 Σ [x ln(xN/(zn)) + y ln(yN/(zm))], never negative."""
    return total(g_terms(counts.n, counts.m), counts)


def smallest_expected(counts: CountPair) -> float:
    """Return the smallest count expected when P = Q, over the outcomes seen."""
    z = counts.x + counts.y
    share = min(counts.n, counts.m) / (counts.n + counts.m)
    return float(z[z > 0].min()) * share
