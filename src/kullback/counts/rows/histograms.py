"""Two histograms with edges of their own, as counts over the same bins."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.checks import numeric
from kullback.errors import InputError, ShapeError

Array = NDArray[np.float64]


def from_histograms(p: Any, q: Any) -> tuple[Array, Array]:
    """Bring two pairs of `numpy.histogram` onto the bins that both can tell apart.

    No bin is cut, since what it holds could lie anywhere in it: bins are joined until the edges
    agree, and bins without observations beyond the other's range count as its own empty ones.

    Parameters
    ----------
    p, q : pair of array_like
        Counts of shape (k,) and edges of shape (k + 1,), increasing.

    Returns
    -------
    x, y : ndarray
        Counts of P and of Q over the same bins, for `kullback.counts`.

    Raises
    ------
    InputError
        If the edges do not increase, or share no bin, so that the data must be counted again.
    ShapeError
        If the number of edges is not that of the counts plus one.

    Examples
    --------
    >>> x, y = from_histograms(([3, 1, 2], [0, 1, 2, 4]), ([5, 5], [0, 2, 4]))
    >>> x.tolist(), y.tolist()
    ([4.0, 2.0], [5.0, 5.0])
    """
    first, second = _histogram("p", p), _histogram("q", q)
    low = max(first[1][0], second[1][0])
    high = min(first[1][-1], second[1][-1])
    shared = np.intersect1d(first[1], second[1])
    ends = shared[:1].tolist() + shared[-1:].tolist()
    if len(shared) < 2 or _beyond(first, ends) or _beyond(second, ends):
        raise InputError(
            f"the edges of p ({first[1][0]:.6g} to {first[1][-1]:.6g}, {len(first[0])} bins) and "
            f"of q ({second[1][0]:.6g} to {second[1][-1]:.6g}, {len(second[0])} bins) share no "
            f"bins that hold every count between {low:.6g} and {high:.6g}; count both again over "
            f"one list of edges, as numpy.histogram(data, bins=edges) does"
        )
    return _joined(first, shared), _joined(second, shared)


def _histogram(name: str, given: Any) -> tuple[Array, Array]:
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise ShapeError(f"{name} is not a pair (counts, edges), as numpy.histogram returns it")
    counts = numeric(f"{name}[0]", given[0]).astype(np.float64)
    edges = numeric(f"{name}[1]", given[1]).astype(np.float64)
    if counts.ndim != 1 or edges.shape != (len(counts) + 1,):
        raise ShapeError(
            f"{name} has counts of shape {counts.shape} and edges of shape {edges.shape}; give one "
            f"edge more than counts"
        )
    if not (np.diff(edges) > 0).all() or not np.isfinite(counts).all() or (counts < 0).any():
        raise InputError(
            f"{name} needs edges that increase and counts that are finite and never negative"
        )
    return counts, edges


def _beyond(histogram: tuple[Array, Array], ends: list[float]) -> bool:
    """Whether a histogram holds observations outside what is shared."""
    counts, edges = histogram
    return bool(counts[(edges[1:] <= ends[0]) | (edges[:-1] >= ends[1])].any())


def _joined(histogram: tuple[Array, Array], shared: Array) -> Array:
    counts, edges = histogram
    inside = np.concatenate([[0.0], np.cumsum(counts)])
    return np.diff(inside[np.searchsorted(edges, shared)])
