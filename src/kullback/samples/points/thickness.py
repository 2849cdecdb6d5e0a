"""How many dimensions a cloud of points has near its points: a curve in space has one.

Where columns are functions of one another (t, sin t, t²) distances grow as in fewer dimensions
than there are columns, and what counts them in columns is off by the ratio.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.samples.points.tree import Tree, ranked

Array = NDArray[np.float64]

NEAREST = 10  # neighbours looked at
ASKED = 2000  # points that are asked, evenly among the rows
FIRST = 4  # of which every so many are asked first
SURE = 3.0  # errors by which it must fall short of the columns, and by half a dimension
WHOLE = 0.15  # off a whole number, from which on the next one may be meant


class Thickness(NamedTuple):
    """The dimensions near the points of a cloud, as measured, and the whole number meant."""

    measured: float
    dimensions: int

    @property
    def next(self) -> int:
        """The whole number beside it that may be meant too, or the same one."""
        apart = self.measured - self.dimensions
        return self.dimensions if abs(apart) < WHOLE else self.dimensions + (1 if apart > 0 else -1)


def thickness(cloud: Array, tree: Tree | None = None) -> Thickness:
    """Measure the dimensions of a cloud of shape (n, d) in order; d unless there are clearly fewer.

    Parameters
    ----------
    cloud : ndarray of shape (n, d)
        Rows in lexical order.
    tree : Tree or None
        Of the same rows, where there is one already.

    Returns
    -------
    Thickness
        As measured, and the whole number meant.

    Notes
    -----
    1/m = mean of ln(ρ_k/ρ_j) over the k neighbours j of each point: Levina and Bickel (2005),
    Maximum likelihood estimation of intrinsic dimension, averaged as MacKay and Ghahramani.

    Examples
    --------
    >>> t = np.sort(np.random.default_rng(0).random(200))
    >>> thickness(np.column_stack([t, np.sin(t)])).dimensions
    1
    """
    columns = cloud.shape[1]
    whole = Thickness(float(columns), columns)
    if columns == 1:
        return whole
    new = np.append(True, (cloud[1:] != cloud[:-1]).any(axis=1))
    if tree is None or not new.all():
        tree = Tree(cloud[new])
    if len(tree.points) <= 2 * NEAREST:
        return whole
    asked = tree.points[:: max(1, len(tree.points) // ASKED)]
    ratios = np.full((len(asked), NEAREST - 1), np.nan)
    ratios[::FIRST] = _ratios(asked[::FIRST], tree)
    if len(asked) >= ASKED and _surely(ratios[::FIRST], len(asked)) > columns - 0.5:
        return whole
    for start in range(1, FIRST):
        ratios[start::FIRST] = _ratios(asked[start::FIRST], tree)
    ratios = ratios[np.isfinite(ratios[:, 0])]
    slope = float(ratios.mean()) if len(ratios) else 0.0
    if slope <= 0:
        return whole
    measured = 1 / slope
    if measured + SURE * measured / math.sqrt(len(ratios)) > columns - 0.5:
        return whole
    return Thickness(measured, max(1, round(measured)))


def _ratios(asked: Array, tree: Tree) -> Array:
    """Return ln(ρ_k/ρ_j) of each neighbour j, NaN where the nearest is at no distance."""
    radius = ranked(asked, tree, NEAREST + 1)[0][:, 1:]
    radius[radius[:, 0] <= 0] = np.nan
    return np.asarray(np.log(radius[:, -1:] / radius[:, :-1]))


def _surely(ratios: Array, asked: int) -> float:
    """Return what all that are asked would show at least, from the first of them."""
    each = ratios[np.isfinite(ratios[:, 0])].mean(axis=1)
    if len(each) < 2 or (slope := each.mean() + SURE * each.std() / math.sqrt(len(each))) <= 0:
        return -math.inf
    return float((1 + SURE / math.sqrt(asked)) / slope)
