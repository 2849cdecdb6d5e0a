"""Rows by what they share: their categories, and the atoms that they sit on."""

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.samples.estimators.columns import ColumnKinds
from kullback.samples.points.pair import ordered
from kullback.samples.points.points import Points

Array = NDArray[np.float64]


class Strata(NamedTuple):
    """Rows of each sample by stratum, in one order of strata.

    Where all rows of a stratum sit on an atom of a column, the column is left out there.
    """

    labels: list[tuple[Hashable, ...]]
    x: list[Array]
    y: list[Array]

    @property
    def sizes(self) -> tuple[Array, Array]:
        """Rows of x and of y in each stratum."""
        return (
            np.array([len(rows) for rows in self.x], dtype=np.float64),
            np.array([len(rows) for rows in self.y], dtype=np.float64),
        )


def in_order(points: Points) -> Points:
    """Return the rows in an order that does not depend on how they came."""
    if points.labels is None:
        return Points(ordered(points.numbers), points.columns)
    order = np.lexsort((*points.numbers.T[::-1], np.array([repr(row) for row in points.labels])))
    labels = [points.labels[i] for i in order]
    return Points(points.numbers[order], points.columns, labels, points.categorical)


def strata(x: Points, y: Points, found: ColumnKinds | None, seed: int) -> Strata:
    """Part the rows of both samples by their categories and the atoms that they sit on."""
    numbers = x.numbers, y.numbers
    wide = x.numbers.shape[1]
    bare = tuple(np.full((len(side), wide), -1) for side in numbers)
    codes = bare if found is None else found.codes
    if found is not None:
        numbers = found.spread(*numbers, seed)
    named = [
        [
            (tuple(own), row.tobytes())
            for own, row in zip(points.labels or [()] * len(side), side, strict=True)
        ]
        for points, side in zip((x, y), codes, strict=True)
    ]
    keys = list(dict.fromkeys([*named[0], *named[1]]))
    number = {key: i for i, key in enumerate(keys)}
    parted = []
    for values, own in zip(numbers, named, strict=True):
        which = np.fromiter((number[key] for key in own), dtype=np.intp, count=len(own))
        order = np.argsort(which, kind="stable")
        edges = np.searchsorted(which[order], np.arange(1, len(keys)))
        parted.append(np.split(values[order], edges))
    of_row = [np.frombuffer(row, dtype=codes[0].dtype) for _, row in keys]
    for side in parted:
        side[:] = [rows[:, own < 0] for rows, own in zip(side, of_row, strict=True)]
    labels: list[tuple[Hashable, ...]] = [
        (*own, *(() if found is None else found.label(row)))
        for (own, _), row in zip(keys, of_row, strict=True)
    ]
    return Strata([label or ("no atom",) for label in labels], *parted)
