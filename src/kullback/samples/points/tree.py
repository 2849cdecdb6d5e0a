"""Nearest neighbours in space: a k-d tree, on all cores this process may use."""

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kullback.errors import InputError
from kullback.kernels import PointTree
from kullback.statistics.progress import blocks

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

EUCLIDEAN = 2.0
CHEBYSHEV = np.inf


@dataclass(frozen=True, slots=True, eq=False)
class TreeNeighbours:
    """The k nearest points of each query, by index.

    Parameters
    ----------
    radius, wider : ndarray of shape (queries,)
        Distance to the k-th and the (k+1)-th; the latter infinite where there is none.
    members : ndarray of shape (queries, k)
        Which points they are.
    size : int
        How many points there are.
    """

    radius: Array
    wider: Array
    members: Indices
    size: int

    def shared_out(self, weights: Array) -> Array:
        """Give each query's weight to all its k neighbours; return what each point gets."""
        received = np.zeros(self.size)
        for rank in range(self.members.shape[1]):
            received += np.bincount(self.members[:, rank], weights, self.size)
        return received


def workers() -> int:
    """Return how many threads to use: KULLBACK_THREADS, else OMP_NUM_THREADS, else all (−1)."""
    for name in ("KULLBACK_THREADS", "OMP_NUM_THREADS"):
        text = os.environ.get(name, "").split(",")[0].strip()
        if text:
            if not text.isdigit() or int(text) == 0:
                raise InputError(f"{name}={text!r} is not a number of threads; give 1 or more")
            return int(text)
    return -1


def tree_nearest(queries: Array, points: Array, k: int, norm: float = EUCLIDEAN) -> TreeNeighbours:
    """Find the k nearest `points` (m, d) of each of the `queries` (n, d)."""
    distances, members = ranked(queries, points, k + 1, norm)
    return TreeNeighbours(distances[:, k - 1], distances[:, k], members[:, :k], len(points))


def ranked(queries: Array, points: Array, k: int, norm: float = EUCLIDEAN) -> tuple[Array, Indices]:
    """Return distances and indices (n, k) of the nearest points; infinite beyond the last."""
    threads = workers()
    tree = PointTree(np.ascontiguousarray(points), chebyshev=norm == CHEBYSHEV)
    distances = np.empty((len(queries), k))
    members = np.empty((len(queries), k), dtype=np.intp)
    for part in blocks(len(queries), "nearest neighbours", size=max(1024, (1 << 20) // k)):
        asked = np.ascontiguousarray(queries[part])
        distances[part], members[part] = tree.nearest(asked, k, threads)
    return distances, members


def tree_radius(queries: Array, points: Array, k: int) -> Array:
    """Return the distance of each query to its k-th nearest point, and nothing else."""
    return ranked(queries, points, k)[0][:, k - 1]


def tree_counts(queries: Array, points: Array, radius: Array, norm: float = EUCLIDEAN) -> Indices:
    """Count the points within `radius` of each query, the rim included."""
    from scipy.spatial import cKDTree

    tree, threads = cKDTree(points), workers()
    counts = np.empty(len(queries), dtype=np.intp)
    for part in blocks(len(queries), "counting neighbours"):
        counts[part] = tree.query_ball_point(
            queries[part], radius[part], p=norm, workers=threads, return_length=True
        )
    return counts
