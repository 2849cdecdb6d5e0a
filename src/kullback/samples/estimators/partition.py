"""KL from cells that hold equal shares of Y's sample, on a line."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma

Array = NDArray[np.float64]


class PartitionCells(NamedTuple):
    """Points of each sample in each cell."""

    x: Array
    y: Array


def equal_mass_cells(x: Array, y: Array) -> PartitionCells:
    """Cut the line at quantiles of Y into about √m cells, and count.

    They are right-closed; points of Y that coincide stay together, so that ties make fewer
    and fuller cells.
    """
    line = np.sort(y, axis=None)
    wanted = max(1, math.isqrt(len(line)))
    last = (np.arange(1, wanted) * len(line)) // wanted - 1
    edges = np.unique(line[last])
    edges = edges[edges < line[-1]]
    sizes = len(edges) + 1
    counts = [np.bincount(np.searchsorted(edges, v), minlength=sizes) for v in (x.ravel(), line)]
    return PartitionCells(*(c.astype(np.float64) for c in counts))


def partition(x: Array, y: Array) -> tuple[float, float, int]:
    """Return KL between cells, its standard error, and how many cells there are.

    Σ (x/n) [ψ(x) − ψ(n) − ψ(s + 1) + ψ(m + 2)] over cells of s spacings between the m points
    (the last holds one more than it has points). x is multinomial given the cells; the mass of
    Q in a cell is Beta(s, m + 1 − s), and in the cell where a point falls, of which wide ones
    are likelier, Beta(s + 1, m + 1 − s). After Wang, Kulkarni and Verdú (2005), IEEE Trans.
    Inf. Theory 51, 3064, whose correction −(cells − 1)/(2n) leaves out the noise of Q. By data
    processing KL between cells is never more than KL.
    """
    cells = equal_mass_cells(x, y)
    n, m, size = len(x), len(y), len(cells.x)
    spacings = cells.y.copy()
    spacings[-1] += 1
    seen = cells.x > 0
    share = cells.x[seen] / n
    logs = digamma(cells.x[seen]) - digamma(n) - digamma(spacings[seen] + 1) + digamma(m + 2)
    value = float(share @ logs)
    spread = float(share @ (logs - value) ** 2)
    chi_square = max(0.0, float(share @ (share * (m + 1) / spacings[seen])) - 1)
    # At P = Q both vanish, and the law is chi-square's: variance (cells − 1)/2·(1/n + 1/m)².
    null = (size - 1) / 2 * (1 / n + 1 / m) ** 2
    return value, math.sqrt(spread / n + chi_square / m + null), size
