"""How much of one sample lies where the other has nothing."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

EXACT = 3  # columns up to which the convex hull is computed
CELLS = 4_000_000  # points times faces in one block
ROUNDING = 1e-9
FARTHEST = 256  # points whose hull holds most of the others


class Outside(NamedTuple):
    """Share of X outside the range of Y, and what it would be on average if P = Q."""

    share: float
    expected: float

    @property
    def notable(self) -> bool:
        """Whether it is far more than chance."""
        return self.share > 2.5 * self.expected


def outside(x: Array, y: Array) -> Outside:
    """Return the share of X outside the range of Y (its convex hull).

    Exact up to three columns. Beyond, the share outside the ellipsoid of Y's covariance that
    holds all of Y: the hull lies inside it, so this is a lower bound. What is expected is
    Efron's (1965, Biometrika 52): a new point is outside as often as a point is a corner.
    """
    if x.shape[1] == 1:
        beyond = (x < y.min()) | (x > y.max())
        return Outside(float(np.mean(beyond)), 2 / (len(y) + 1))
    if x.shape[1] <= EXACT and len(y) > x.shape[1] + 1:
        return _outside_hull(x, y)
    return _outside_ellipsoid(x, y)


def _outside_hull(x: Array, y: Array) -> Outside:
    from scipy.spatial import ConvexHull, QhullError

    middle = y.mean(axis=0)
    try:
        hull = ConvexHull(_near_hull(y, middle))
    except QhullError:  # Y lies on a line or a plane
        return _outside_ellipsoid(x, y)
    faces = hull.equations
    far = _beyond_ball(x, middle, faces)
    step = max(1, CELLS // len(faces))
    count = 0
    for start in range(0, len(far), step):
        above = far[start : start + step] @ faces[:, :-1].T + faces[:, -1]
        count += int(np.count_nonzero((above > ROUNDING).any(axis=1)))
    return Outside(count / len(x), len(hull.vertices) / len(y))


def _near_hull(y: Array, middle: Array) -> Array:
    """Return points that have the hull of all: those beyond a ball in that of the farthest few."""
    from scipy.spatial import ConvexHull, QhullError

    if len(y) <= 4 * FARTHEST:
        return y
    squares = np.sum((y - middle) ** 2, axis=1)
    try:
        few = ConvexHull(y[np.argpartition(squares, -FARTHEST)[-FARTHEST:]])
    except QhullError:  # they lie on a line or a plane, which says nothing of the others
        return y
    return _beyond_ball(y, middle, few.equations)


def _beyond_ball(x: Array, middle: Array, faces: Array) -> Array:
    """Return the points beyond the largest ball about the middle that touches no face.

    All others are inside the hull; of a cloud that is most, so that few meet every face.
    """
    radius = -float((faces[:, :-1] @ middle + faces[:, -1]).max())
    far: Array = x[np.sum((x - middle) ** 2, axis=1) >= max(radius, 0.0) ** 2]
    return far


def _outside_ellipsoid(x: Array, y: Array) -> Outside:
    middle = y.mean(axis=0)
    shape = np.linalg.pinv(np.atleast_2d(np.cov(y.T))) if len(y) > 1 else np.eye(y.shape[1])
    radii = [np.sum(((c - middle) @ shape) * (c - middle), axis=1) for c in (x, y)]
    share = float(np.mean(radii[0] > radii[1].max() * (1 + ROUNDING)))
    return Outside(share, 1 / (len(y) + 1))
