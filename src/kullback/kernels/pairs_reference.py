"""The readable kernels of all pairs of rows: twins of the native ones.

Each takes rows of probabilities, (m, k) and (n, k), and gives (m, n) values in nats, those of
the kernel of one pair. A symmetric measure of one set alone gives the pairs i < j, row by row,
as ``scipy.spatial.distance.pdist`` does.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.kernels import reference

Array = NDArray[np.float64]


def _all(kernel: Callable[..., Any], p: Array, q: Array) -> Array:
    values = np.empty((len(p), len(q)))
    for i, row in enumerate(p):
        values[i] = kernel(np.broadcast_to(row, q.shape), q)
    return values


def _symmetric(kernel: Callable[..., Any], p: Array, q: Array | None) -> Array:
    if q is not None:
        return _all(kernel, p, q)
    lines = [_all(kernel, p[i : i + 1], p[i + 1 :])[0] for i in range(len(p))]
    return np.concatenate(lines) if lines else np.empty(0)


def pairwise_kl(p: Array, q: Array) -> Array:
    """Σ p ln(p/q) − p + q of all pairs."""
    return _all(reference.kl, p, q)


def pairwise_cross_entropy(p: Array, q: Array) -> Array:
    """−Σ p ln q of all pairs."""
    return _all(reference.cross_entropy, p, q)


def pairwise_hellinger(p: Array, q: Array | None = None) -> Array:
    """√(½ Σ (√p − √q)²) of all pairs."""
    return _symmetric(reference.hellinger, p, q)


def pairwise_jensen_shannon(p: Array, q: Array | None = None) -> Array:
    """½ KL(p‖m) + ½ KL(q‖m) of all pairs, m = (p + q)/2."""
    return _symmetric(reference.jensen_shannon, p, q)


def pairwise_total_variation(p: Array, q: Array | None = None) -> Array:
    """½ Σ |p − q| of all pairs."""
    return _symmetric(reference.total_variation, p, q)
