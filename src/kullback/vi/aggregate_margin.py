"""One margin of the aggregate posterior, a mixture of normals: its KL from the standard normal."""

import heapq
import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LN_2PI = math.log(2 * math.pi)
# A normal reaches this many deviations: e^−72 lies beyond.
REACH = 12.0
# Cells are this share of the narrowest deviation in them, with so many nodes each.
SHARE, NODES = 0.5, 10
CELLS = 1024  # that are worked on at a time
NUMBERS = 1 << 21


def kl_of_margin(mean: Array, scale: Array) -> float:
    """Return KL(mixture of normals ‖ N(0, 1)) in nats.

    Parameters
    ----------
    mean, scale : ndarray of shape (data,)
        Of equally likely normals, of whatever widths.

    Returns
    -------
    float
        By Gauss–Legendre quadrature of q ln(q/p) − q + p, which is never negative, in cells of
        half the narrowest deviation that reaches there; 1e-9 or so of the value is its error.

    Examples
    --------
    >>> round(kl_of_margin(np.array([2.0, -2.0]), np.array([1.0, 1.0])), 10)
    1.3672798063
    """
    # The prior is one of those that must be seen, and has no part in the density.
    centres, widths = np.append(mean, 0.0), np.append(scale, 1.0)
    low, high = centres - REACH * widths, centres + REACH * widths
    edges = np.array(list(_cells(low, high, widths)))
    x, w = np.polynomial.legendre.leggauss(NODES)
    total = []
    for i in range(0, len(edges), CELLS):
        a, b = edges[i : i + CELLS].T
        near = (low[:-1] < b[-1]) & (high[:-1] > a[0])
        half = (b - a)[:, None] / 2
        z = (half * x + (a + b)[:, None] / 2).ravel()
        weights = (half * w).ravel()
        total.append(float(weights @ _integrand(z, mean[near], scale[near], len(mean))))
    return math.fsum(total)


def _cells(low: Array, high: Array, widths: Array) -> Iterator[tuple[float, float]]:
    """Yield cells, in order, that are no wider than SHARE of the narrowest normal there."""
    start, stop, narrowest = 0.0, 0.0, math.inf
    for a, b, width in _stretches(low, high, widths):
        joined = min(narrowest, width)
        if b - start <= SHARE * joined and a == stop and narrowest < math.inf:
            stop, narrowest = b, joined  # many ends lie close together: one cell for all
            continue
        if narrowest < math.inf:
            yield from _divided(start, stop, narrowest)
        start, stop, narrowest = a, b, width
    yield from _divided(start, stop, narrowest)


def _divided(start: float, stop: float, width: float) -> Iterator[tuple[float, float]]:
    count = max(1, math.ceil((stop - start) / (SHARE * width)))
    ends = np.linspace(start, stop, count + 1).tolist()
    return pairwise(ends)


def _stretches(low: Array, high: Array, widths: Array) -> Iterator[tuple[float, float, float]]:
    """Yield stretches between the ends of what reaches there, with the narrowest width of each."""
    order = np.argsort(low)
    ends = np.unique(np.concatenate([low, high])).tolist()
    here: list[tuple[float, float]] = []
    entered = 0
    for a, b in pairwise(ends):
        while entered < len(order) and low[order[entered]] <= a:
            i = order[entered]
            heapq.heappush(here, (float(widths[i]), float(high[i])))
            entered += 1
        while here and here[0][1] <= a:
            heapq.heappop(here)
        if here:
            yield a, b, here[0][0]


def _integrand(z: Array, mean: Array, scale: Array, count: int) -> Array:
    """Return q ln(q/p) − q + p, which is ≥ 0 and has the same integral as q ln(q/p)."""
    density = np.empty(len(z))
    rows = max(1, NUMBERS // max(1, len(mean)))
    for i in range(0, len(z), rows):
        u = (z[i : i + rows, None] - mean) / scale
        density[i : i + rows] = (np.exp(-0.5 * u * u) / scale).sum(axis=1)
    density /= count * math.sqrt(2 * math.pi)
    log_prior = -0.5 * (z * z + LN_2PI)
    possible = density > 0
    log_ratio = np.log(np.where(possible, density, 1.0)) - log_prior
    result: Array = np.where(possible, density * log_ratio - density, 0.0) + np.exp(log_prior)
    return result
