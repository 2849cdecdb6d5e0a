"""Two samples that belong together: in one order, whitened, and what is known of their shape."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kullback.samples.points.hull import Outside, outside
from kullback.samples.points.sphere import whitened
from kullback.samples.points.thickness import Thickness, thickness
from kullback.samples.points.tree import Tree, grow

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SamplePair:
    """Samples of P and of Q over the same columns.

    Parameters
    ----------
    x : ndarray of shape (n, d)
        Drawn from P, rows in lexical order.
    y : ndarray of shape (m, d)
        Drawn from Q, likewise.
    columns : tuple of str or None
        Names of the columns.
    """

    x: Array
    y: Array
    columns: tuple[str, ...] | None = None

    @property
    def n(self) -> int:
        """Observations of P."""
        return len(self.x)

    @property
    def m(self) -> int:
        """Observations of Q."""
        return len(self.y)

    @property
    def dimensions(self) -> int:
        """Columns."""
        return int(self.x.shape[1])

    @cached_property
    def white(self) -> tuple[Array, Array]:
        """Both samples, whitened; one column needs none, since ratios do not see its scale."""
        if self.dimensions == 1:
            return self.x, self.y
        (x, y), _ = whitened((self.x, self.y), self.columns)
        return x, y

    @cached_property
    def trees(self) -> tuple[Tree, Tree]:
        """Both whitened samples, as what finds their nearest points."""
        x, y = self.white
        return Tree(x), Tree(y)

    @cached_property
    def copies(self) -> Array:
        """How often each distinct point occurs in both samples together."""
        both = np.concatenate([self.x, self.y])
        first = np.sort(both[:, 0])
        if (first[1:] > first[:-1]).all():  # as a rule; then no other column matters
            return np.ones(len(first))
        return run_lengths(ordered(both))

    @property
    def distinct(self) -> int:
        """Distinct points."""
        return len(self.copies)

    @property
    def tied(self) -> float:
        """Share of the points that coincide with another."""
        return float(self.copies[self.copies > 1].sum()) / (self.n + self.m)

    @cached_property
    def outside(self) -> Outside:
        """How much of X lies outside the range of Y."""
        return outside(*self.white)

    @cached_property
    def thickness(self) -> tuple[Thickness, Thickness]:
        """How many dimensions each sample has near its points."""
        x, y = self.trees
        if self.dimensions > 1 and self.distinct == self.n + self.m:
            grow(x, y)
        return thickness(self.white[0], x), thickness(self.white[1], y)

    @property
    def apart(self) -> bool:
        """Whether one sample lies on a thinner set than the other, so that densities are none."""
        x, y = self.thickness
        return x.dimensions != y.dimensions

    def reverse(self) -> "SamplePair":
        """Return the pair with P and Q exchanged."""
        return SamplePair(self.y, self.x, self.columns)


def ordered(points: Array) -> Array:
    """Put rows into lexical order, so that their order of arrival changes nothing."""
    if points.shape[1] == 1:
        return np.sort(points, axis=0)
    by_first = points[np.argsort(points[:, 0])]
    if (by_first[1:, 0] > by_first[:-1, 0]).all():  # as a rule; then no other column matters
        return by_first
    return points[np.lexsort(points.T[::-1])]


def run_lengths(points: Array) -> Array:
    """Return how often each distinct row occurs, for rows in order.

    Examples
    --------
    >>> run_lengths(np.array([[1.0], [1.0], [2.0]])).tolist()
    [2.0, 1.0]
    """
    changed = np.zeros(max(len(points) - 1, 0), dtype=bool)
    for column in points.T:
        changed |= column[1:] != column[:-1]
    edges = np.concatenate([[0], np.flatnonzero(changed) + 1, [len(points)]])
    return np.diff(edges).astype(np.float64)
