"""How many dimensions a cloud of points has near its points: a curve in space has one.

Where columns are functions of one another (t, sin t, t²) distances grow as in fewer dimensions
than there are columns, and what counts them in columns is off by the ratio.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.samples.points.tree import ranked

Array = NDArray[np.float64]

NEAREST = 10  # neighbours looked at
ASKED = 2000  # points that are asked, evenly among the rows
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


def thickness(cloud: Array) -> Thickness:
    """Measure the dimensions of a cloud of shape (n, d) in order; d unless there are clearly fewer.

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
    if columns > 1:
        cloud = cloud[np.append(True, (cloud[1:] != cloud[:-1]).any(axis=1))]
    n = len(cloud)
    whole = Thickness(float(columns), columns)
    if columns == 1 or n <= 2 * NEAREST:
        return whole
    asked = cloud[:: max(1, n // ASKED)]
    radius = ranked(asked, cloud, NEAREST + 1)[0][:, 1:]
    radius = radius[radius[:, 0] > 0]
    slope = float(np.log(radius[:, -1:] / radius[:, :-1]).mean()) if len(radius) else 0.0
    if slope <= 0:
        return whole
    measured = 1 / slope
    if measured + SURE * measured / math.sqrt(len(radius)) > columns - 0.5:
        return whole
    return Thickness(measured, max(1, round(measured)))
