"""Blocks of columns over the same rows, laid out so that one distance fits all kinds.

Each number is divided by the standard deviation of its column; categories lie so far apart that
no neighbour is of another. The distance of two rows is the largest in any column.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kullback.errors import ShapeError
from kullback.samples.estimators.columns import half_steps
from kullback.samples.points.points import Points

Array = NDArray[np.float64]

FEW = 10  # distinct numbers that are counted like categories
FAR = 1e9  # standard deviations between two categories


@dataclass(frozen=True, eq=False)
class Blocks:
    """Blocks of columns.

    Parameters
    ----------
    scaled : list of ndarray of shape (n, d)
        The columns of each block, in standard deviations, categories far apart.
    log_scale : list of float
        ln of the volume that scaling took away, a block.
    labels : list
        The categories of each row, for blocks that hold nothing else; else None.
    """

    scaled: list[Array]
    log_scale: list[float]
    labels: list[list[tuple[Hashable, ...]] | None]

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.scaled[0])

    @property
    def counted(self) -> bool:
        """Whether there is nothing but categories."""
        return all(labels is not None for labels in self.labels)

    def rows(self, chosen: NDArray[np.intp]) -> "Blocks":
        """Return some of the rows, of numbers and categories side by side."""
        parts = [block[chosen] for block in self.scaled]
        labels = [own and [own[i] for i in chosen] for own in self.labels]
        return Blocks(parts, self.log_scale, labels)

    def together(self, blocks: Sequence[int]) -> Array:
        """Return the columns of some of the blocks side by side."""
        return np.column_stack([self.scaled[i] for i in blocks])


def blocks_of(named: dict[str, Points], seed: int = 0) -> Blocks:
    """Lay out blocks that have the same rows; `seed` spreads values that come up again."""
    sizes = {name: len(points.numbers) for name, points in named.items()}
    if len(set(sizes.values())) > 1:
        said = " and ".join(f"{name} {size}" for name, size in sizes.items())
        raise ShapeError(f"the rows belong together one by one, and there are {said} of them")
    scaled, volumes, labels = [], [], []
    rng = np.random.default_rng(seed)
    for points in named.values():
        spread = points.numbers.std(axis=0)
        spread = np.where(spread > 0, spread, 1.0)
        columns = [
            _spread(column / scale, rng)
            for column, scale in zip(points.numbers.T, spread, strict=True)
        ]
        if points.labels is not None:
            columns.append(_far_apart(points.labels))
        scaled.append(np.column_stack(columns) if columns else np.empty((len(points.numbers), 0)))
        volumes.append(float(np.log(spread).sum()))
        labels.append(None if points.numbers.shape[1] else points.labels)
    return Blocks(scaled, volumes, labels)


def _spread(column: Array, rng: np.random.Generator) -> Array:
    """Spread each value evenly over its own step: what it tells of the others stays the same.

    Few values are left as they are: they are counted.
    """
    values, which = np.unique(column, return_inverse=True)
    if len(values) == len(column) or len(values) <= FEW:
        return column
    return np.asarray(column + half_steps(values)[which.ravel()] * rng.uniform(-1, 1, len(column)))


def _far_apart(labels: list[tuple[Hashable, ...]]) -> Array:
    columns = []
    for column in zip(*labels, strict=True):
        places = {label: i for i, label in enumerate(sorted(set(column), key=repr))}
        columns.append([FAR * places[label] for label in column])
    return np.array(columns).T
