"""The twin of the native tree of points: SciPy's."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.intp]


class PointTree:
    """Points in which nearest neighbours are found.

    Parameters
    ----------
    points : ndarray of shape (m, d)
    chebyshev : bool
        Measure the largest difference of a coordinate in place of the Euclidean distance.
    """

    def __init__(self, points: Array, *, chebyshev: bool) -> None:
        from scipy.spatial import cKDTree

        self._tree = cKDTree(points)
        self._norm = np.inf if chebyshev else 2.0

    def nearest(self, queries: Array, k: int, threads: int) -> tuple[Array, Indices]:
        """Return distances and places (n, k), nearest first; ∞ and m beyond the last point.

        `threads` below 1 is as many as there are.
        """
        ranks = range(1, k + 1)
        distances, places = self._tree.query(queries, ranks, p=self._norm, workers=threads)
        return np.asarray(distances), np.asarray(places)
