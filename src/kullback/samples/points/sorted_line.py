"""Nearest neighbours on a line: sliding windows over sorted numbers, no tree.

The k nearest of sorted points always lie side by side, so the k-th distance is the least
reach of k + 1 windows: O(n ln k) after sorting, and every step is a vector operation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kullback.statistics.progress import blocks

Array = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class LineNeighbours:
    """The k nearest points of each query, as windows of the sorted points.

    Parameters
    ----------
    radius, wider : ndarray of shape (queries,)
        Distance to the k-th and the (k+1)-th; the latter infinite where there is none.
    start : ndarray of shape (queries,)
        Where the window of k points starts.
    k, size : int
        Length of the windows, and how many points there are.
    """

    radius: Array
    wider: Array
    start: Indices
    k: int
    size: int

    def shared_out(self, weights: Array) -> Array:
        """Give each query's weight to all its k neighbours; return what each point gets."""
        starts = np.bincount(self.start, weights, self.size + 1)
        stops = np.bincount(self.start + self.k, weights, self.size + 1)
        return np.asarray(np.cumsum(starts - stops)[: self.size], dtype=np.float64)


def line_nearest(queries: Array, points: Array, k: int) -> LineNeighbours:
    """Find the k nearest sorted `points` of each of the sorted `queries`."""
    radius, start = windows(queries, points, k)
    if k < len(points):
        wider, _ = windows(queries, points, k + 1)
    else:
        wider = np.full(len(queries), np.inf)
    return LineNeighbours(radius, wider, start, k, len(points))


def windows(queries: Array, points: Array, k: int) -> tuple[Array, Indices]:
    """Return the distance to the k-th nearest point, and where the window of k starts.

    As a window slides to the right its left reach falls and its right reach grows: the best is
    where they cross, found by bisection, or the one before.
    """
    beyond = np.full(k, np.inf)
    padded = np.concatenate([-beyond, points, beyond])
    radius = np.empty(len(queries))
    start = np.empty(len(queries), dtype=np.intp)
    for part in blocks(len(queries), "nearest neighbours"):
        here = queries[part]
        low = np.searchsorted(points, here)
        high = low + k
        for _ in range(k.bit_length()):
            middle = (low + high) // 2
            crossed = padded[middle + (k - 1)] - here >= here - padded[middle]
            low, high = np.where(crossed, low, middle + 1), np.where(crossed, middle, high)
        before = np.maximum(high - 1, 0)
        reach = [np.maximum(here - padded[w], padded[w + (k - 1)] - here) for w in (before, high)]
        radius[part] = np.minimum(*reach)
        start[part] = np.where(reach[0] < reach[1], before, high) - k
    return radius, start


def span(queries: Array, points: Array, radius: Array) -> tuple[Indices, Indices]:
    """Return where the sorted points within `radius` of each query start and stop."""
    return (
        np.searchsorted(points, queries - radius, side="left"),
        np.searchsorted(points, queries + radius, side="right"),
    )


def line_counts(queries: Array, points: Array, radius: Array) -> Indices:
    """Count the sorted points within `radius` of each query, the rim included."""
    low, high = span(queries, points, radius)
    return high - low


def line_reach(queries: Array, points: Array, radius: Array) -> tuple[Indices, Array]:
    """Count the sorted points within `radius`, and how far the farthest of them is."""
    low, high = span(queries, points, radius)
    some = high > low
    first = np.where(some, low, 0)
    last = np.where(some, high - 1, 0)
    reach = np.maximum(queries - points[first], points[last] - queries)
    return high - low, np.where(some, reach, np.nan)
