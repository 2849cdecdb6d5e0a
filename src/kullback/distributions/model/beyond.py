"""A log-density beyond the point where the density underflowed: no hole is a tail.

Where ln f is only ln(f), it is −∞ once f is below 1e-308. A tail gets there gradually, and is
continued as ln f = A − B y^γ, with y the distance from the middle, or the inverse of that from a
finite end; a hole begins with a jump, and stays one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kullback.distributions.special.arrays import Array

# A density that is above e^FALLEN next to a point where it is 0 has a hole there.
FALLEN = -600.0
# Below this doubles are quantised, so that the continuation starts before.
LEAST = -690.0
HALVINGS = 200


@dataclass(frozen=True, slots=True)
class Beyond:
    """One side of a density that underflows at `edge`.

    Parameters
    ----------
    edge, origin : float
        The last point with a density above 0, and where y is measured from.
    inverse : bool
        Whether y is the inverse of the distance.
    at_edge : float
        ln f(edge).
    rise, power : float
        B y₀^γ and γ.
    """

    edge: float
    origin: float
    inverse: bool
    at_edge: float
    rise: float
    power: float

    def log_density(self, x: Array) -> Array:
        """A − B y^γ."""
        ratio = np.abs((x - self.origin) / (self.edge - self.origin))
        with np.errstate(all="ignore"):
            grown = ratio ** (-self.power if self.inverse else self.power)
            result: Array = self.at_edge - self.rise * (grown - 1)
        return result


def beyond(function: Callable[[Array], Array], middle: float, end: float) -> Beyond | None:
    """The continuation between the middle and an end; None where there is nothing to continue.

    Examples
    --------
    >>> found = beyond(lambda x: np.log(np.exp(-x)), 1.0, np.inf)
    >>> float(found.log_density(np.array(2000.0)).round(6))
    -2000.0
    """
    with np.errstate(all="ignore"):
        edge = _edge(function, middle, end)
        if edge is None:
            return None
        inverse = bool(np.isfinite(end))
        origin = end if inverse else middle
        nearer = np.array([1.0, 2.0, 4.0]) if inverse else np.array([1.0, 0.5, 0.25])
        fallen = -np.asarray(function(origin + (edge - origin) * nearer), dtype=float)
        steps = fallen[0] - fallen[1], fallen[1] - fallen[2]
        power = float(np.log2(steps[0] / steps[1]))
    if not (fallen[0] > -FALLEN and np.isfinite(power) and power > 0):
        return None
    rise = float(steps[0] / (1 - 0.5**power))
    return Beyond(edge, origin, inverse, float(-fallen[0]), rise, power)


def _edge(function: Callable[[Array], Array], middle: float, end: float) -> float | None:
    """The last point from the middle towards the end where the density has its digits."""
    sign = 1.0 if end > middle else -1.0
    reach = np.logspace(-12, 300, 625)
    if np.isfinite(end):
        reach = abs(end - middle) * (1 - np.logspace(0, -300, 625))
    points = middle + sign * reach
    dead = ~(function(points) >= LEAST) & (points != end)
    if not dead.any():
        return None
    first = int(np.argmax(dead))
    inside, outside = (points[first - 1] if first else middle), points[first]
    for _ in range(HALVINGS):
        half = (inside + outside) / 2
        if half in (inside, outside):
            break
        alive = bool(function(np.array([half]))[0] >= LEAST)
        inside, outside = (half, outside) if alive else (inside, half)
    return float(inside)


def continued(
    values: Array, x: Array, middle: float, sides: tuple[Beyond | None, Beyond | None]
) -> Array:
    """ln f with the points beyond an edge that underflowed filled in.

    Examples
    --------
    >>> continued(np.array([-np.inf]), np.array([3.0]), 0.0, (None, None)).tolist()
    [-inf]
    """
    for side, here in zip(sides, (x < middle, x > middle), strict=True):
        if side is not None:
            past = here & np.isneginf(values) & (np.abs(x - middle) > abs(side.edge - middle))
            values = np.where(past, side.log_density(np.where(past, x, side.edge)), values)
    return values
