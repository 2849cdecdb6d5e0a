"""Nearest neighbours in space: a k-d tree, on all cores this process may use."""

from dataclasses import dataclass
from functools import cached_property
from threading import Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback import limits
from kullback.kernels import PointTree
from kullback.statistics.progress import blocks

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

EUCLIDEAN = 2.0
CHEBYSHEV = np.inf
KEY_BITS = 16  # of a place on the curve: such numbers are sorted digit by digit
FEW = 4096  # queries that the nearest caches hold the tree for in any order
LARGE = 8192  # points from which growing two trees at once is worth a thread


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


@dataclass(frozen=True, eq=False)
class Tree:
    """Points, and the trees that are grown from them when first asked.

    Parameters
    ----------
    points : ndarray of shape (m, d)
        In any order.
    norm : float
        `EUCLIDEAN` or `CHEBYSHEV`.
    """

    points: Array
    norm: float = EUCLIDEAN

    @cached_property
    def grown(self) -> Any:
        """The tree that finds the nearest."""
        return PointTree(np.ascontiguousarray(self.points), chebyshev=self.norm == CHEBYSHEV)

    @cached_property
    def balls(self) -> Any:
        """The tree that counts within a radius."""
        from scipy.spatial import cKDTree

        return cKDTree(self.points)


def grow(first: Tree, second: Tree) -> None:
    """Grow two trees side by side, where more than one thread may be used."""
    if workers() == 1 or len(first.points) < LARGE:
        return
    beside = Thread(target=getattr, args=(second, "grown"))
    try:
        beside.start()
    except RuntimeError:  # no more threads to be had: they grow when asked
        return
    getattr(first, "grown")  # noqa: B009
    beside.join()


def workers() -> int:
    """Return how many threads to use: as many as the environment asks for, else all (−1)."""
    return limits.threads() or -1


def tree_nearest(queries: Array, points: Tree, k: int) -> TreeNeighbours:
    """Find the k nearest `points` (m, d) of each of the `queries` (n, d)."""
    distances, members = ranked(queries, points, k + 1)
    return TreeNeighbours(distances[:, k - 1], distances[:, k], members[:, :k], len(points.points))


def ranked(queries: Array, points: Tree, k: int) -> tuple[Array, Indices]:
    """Return distances and indices (n, k) of the nearest points; infinite beyond the last."""
    threads, tree = workers(), points.grown
    distances = np.empty((len(queries), k))
    members = np.empty((len(queries), k), dtype=np.intp)
    order = along_curve(queries) if len(queries) > FEW else None
    for part in blocks(len(queries), "nearest neighbours", size=max(1024, (1 << 20) // k)):
        chosen = part if order is None else order[part]
        asked = np.ascontiguousarray(queries[chosen])
        distances[chosen], members[chosen] = tree.nearest(asked, k, threads)
    return distances, members


def along_curve(queries: Array) -> Indices:
    """Return an order in which one query is near the next, so that they visit the same nodes.

    That of Morton (1966): the leading digits of the coordinates by turns.
    """
    d = min(queries.shape[1], KEY_BITS)
    bits = KEY_BITS // d
    spread = np.zeros(1 << bits, dtype=np.uint16)
    for bit in range(bits):
        spread |= ((np.arange(1 << bits) >> bit & 1) << bit * d).astype(np.uint16)
    keys = np.zeros(len(queries), dtype=np.uint16)
    for column in range(d):
        values = np.ascontiguousarray(queries[:, column])
        low = values.min()
        width = values.max() - low or 1.0
        cells = ((values - low) / width * ((1 << bits) - 1)).astype(np.uint16)
        keys |= spread[cells] << np.uint16(column)
    return np.argsort(keys, kind="stable")


def tree_radius(queries: Array, points: Tree, k: int) -> Array:
    """Return the distance of each query to its k-th nearest point, and nothing else."""
    return ranked(queries, points, k)[0][:, k - 1]


def tree_counts(queries: Array, points: Tree, radius: Array) -> Indices:
    """Count the points within `radius` of each query, the rim included."""
    threads = workers()
    counts = np.empty(len(queries), dtype=np.intp)
    for part in blocks(len(queries), "counting neighbours"):
        counts[part] = points.balls.query_ball_point(
            queries[part], radius[part], p=points.norm, workers=threads, return_length=True
        )
    return counts
