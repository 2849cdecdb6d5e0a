"""A density known at the points of a grid, and nothing else of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from kullback.arguments import text
from kullback.checks import MASS_CHOICES, Mass, numeric, place
from kullback.distributions.model import parameters
from kullback.distributions.model.beyond import FALLEN, LEAST
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support, union
from kullback.distributions.special.arrays import Array, Value
from kullback.errors import InputError, MassError, ShapeError

# A mass may be off 1 by this beyond the error of the rule: what a grid that ends at five
# standard deviations leaves out.
LEFT_OUT = 1e-6
# The points of a rule that tells the error of the whole: the first of them, and the step. A kink in
# the middle of a step moves the even and the odd points as it moves all, and not every third.
THINNED = ((0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
# A third of the points must still make a grid.
FEWEST = 5


@dataclass(frozen=True, eq=False, repr=False)
class GridDensity(Distribution):
    """GridDensity(points, values): a density known at the points of a grid; `from_density`.

    Between two points its logarithm is interpolated (Akima), and the density itself where one of
    the two is 0; it is 0 where two neighbours are, and beyond the grid. Divergences are sums over
    the points, so that what was interpolated only counts where the grids of P and Q differ.

    Parameters
    ----------
    points : array_like of shape (k,)
        Increasing, at any steps.
    values : array_like of shape (..., k)
        The density there; it is divided by its integral.

    Examples
    --------
    >>> GridDensity([0.0, 0.5, 1.0, 1.5, 2.0], [0.0, 0.5, 1.0, 0.5, 0.0]).support.high
    2.0
    """

    points: Value
    values: Value

    _CHECKS: ClassVar = {"points": parameters.vector, "values": parameters.vector}
    _EVENT: ClassVar = {"points": 1, "values": 1}

    def _validate(self) -> None:
        # To tell the error, parts of a grid of the fewest points are laws too.
        points, values = checked(self.points, self.values, fewest=2)
        total = integral(values, points)
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "values", values / total[..., None])

    @property
    def support(self) -> Support:
        if not self.is_scalar:
            return Support("real", float(self._grid()[0]), float(self._grid()[-1]))
        return union(Support("real", low, high) for low, high in self._runs)

    @cached_property
    def _logs(self) -> Array:
        """ln f at the points, continued where f underflowed and is no hole."""
        with np.errstate(divide="ignore"):
            logs = np.log(self.values)
        return _continued(_continued(logs, self.points)[::-1], -self.points[::-1])[::-1]

    @cached_property
    def _runs(self) -> list[tuple[float, float]]:
        """The stretches where the density is not 0, in order."""
        alive = np.isfinite(self._logs)
        cells = np.concatenate([[False], alive[1:] | alive[:-1], [False]])
        ends = np.asarray(self.points)[np.flatnonzero(cells[1:] != cells[:-1])]
        return [(float(low), float(high)) for low, high in ends.reshape(-1, 2)]

    def _grid(self) -> Array:
        return np.asarray(self.points)

    def _coarser(self, first: int, step: int) -> Distribution:
        """Some of the points from `first` on, and the ends of each run: to tell the error."""
        keep = np.zeros(len(self._grid()), bool)
        keep[first::step] = True
        alive = np.isfinite(self._logs)
        edges = alive[1:] != alive[:-1]
        keep[[0, -1]] = True
        keep[:-1] |= edges
        keep[1:] |= edges
        return _from_logs(self._grid()[keep], self._logs[keep])

    def _refined(self, others: Array) -> Distribution:
        """The same with more points, those of the others that lie between its own."""
        own = self._grid()
        points = np.union1d(own, others[(others > own[0]) & (others < own[-1])])
        return self if len(points) == len(own) else _from_logs(points, self.log_density(points))

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        points, logs = self._grid(), self._logs
        cell = np.clip(np.searchsorted(points, x, side="right") - 1, 0, len(points) - 2)
        share = (x - points[cell]) / (points[cell + 1] - points[cell])
        low, high = logs[cell], logs[cell + 1]
        with np.errstate(all="ignore"):
            inside = np.log((1 - share) * np.exp(low) + share * np.exp(high))
        for first, last, curve in self._curves:
            inside = np.where((x >= first) & (x <= last), curve(x), inside)
        inside = np.where(share == 0, low, np.where(share == 1, high, inside))
        return np.where((share >= 0) & (share <= 1), inside, -np.inf)

    @cached_property
    def _curves(self) -> list[tuple[float, float, Callable[[Array], Array]]]:
        """Curves through ln f, one for each stretch of points where it is finite."""
        from scipy.interpolate import Akima1DInterpolator

        points, alive = self._grid(), np.isfinite(self._logs)
        ends = np.flatnonzero(np.diff(np.concatenate([[False], alive, [False]]).astype(int)))
        return [
            (points[a], points[b - 1], Akima1DInterpolator(points[a:b], self._logs[a:b]))
            for a, b in ends.reshape(-1, 2)
            if b - a > 1
        ]

    def quantile(self, u: Array) -> Array:
        points, values = self._grid(), np.asarray(self.values)
        step = np.diff(points)
        below = np.concatenate([[0.0], np.cumsum(step * (values[1:] + values[:-1]) / 2)])
        u = np.asarray(u, dtype=np.float64) * below[-1]
        cell = np.clip(np.searchsorted(below, u, side="right") - 1, 0, len(step) - 1)
        rest, start = u - below[cell], values[cell]
        slope = (values[cell + 1] - start) / step[cell]
        root = np.sqrt(np.maximum(start * start + 2 * slope * rest, 0.0))
        with np.errstate(all="ignore"):
            way = np.where(rest > 0, 2 * rest / (start + root), 0.0)
        return points[cell] + np.minimum(way, step[cell])

    def upper_quantile(self, u: Array) -> Array:
        return self.quantile(1 - np.asarray(u))

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return self.quantile(seed.random(size))

    def _landmarks(self) -> Array:
        return self._grid()


def from_density(x: ArrayLike, density: ArrayLike, *, mass: Mass = "check") -> GridDensity:
    """Read a density that is known on a grid, for the measures of `kullback.distributions`.

    Parameters
    ----------
    x : array_like of shape (k,)
        The points of the grid, increasing; their steps may differ.
    density : array_like of shape (..., k)
        The density at each point; several along the first axes.
    mass : {"check", "normalize"}
        Check that the integral over the grid is 1, as far as the grid can tell, or divide by it
        whatever it is.

    Returns
    -------
    GridDensity
        A law as any other: against another one, on the same grid or not, or against a formula.

    Raises
    ------
    InputError
        Points that do not increase; values that are no finite numbers ≥ 0.
    MassError
        A density that does not integrate to 1, or is 0 everywhere.
    ShapeError
        Not as many values as points, or fewer than five.

    Notes
    -----
    Integrals are trapezoids over the points, which are exact to rounding for smooth densities
    that vanish at both ends. ``.error`` is how far they are from the same over the even points, the
    odd ones and every third: an estimate and no bound, as a note of the result says. KL is infinite
    where Q is 0 at two neighbouring points, or beyond its grid, and P is not; densities that fall
    below the least double on the way to an end are continued.

    Examples
    --------
    >>> import numpy as np
    >>> from kullback.distributions import Normal, kl
    >>> x = np.linspace(-9, 10, 400)
    >>> p, q = (np.exp(-((x - m) ** 2) / 2) / np.sqrt(2 * np.pi) for m in (0, 1))
    >>> found = kl(from_density(x, p), from_density(x, q))
    >>> round(found.value, 9), found.error < 1e-11
    (0.5, True)
    >>> round(kl(from_density(x, p), Normal(0, 2)).value, 4)
    0.3181
    """
    if text("mass", mass) not in ("check", "normalize"):
        hint = " (as-is has no meaning for a density)" if mass in MASS_CHOICES else ""
        raise InputError(f'mass={mass!r}{hint}; choose "check" or "normalize"')
    points, values = checked(numeric("x", x), numeric("density", density), "x", "density")
    total = integral(values, points)
    off = np.abs(total - 1) > LEFT_OUT + 2 * _unsure(points, values, total)
    if mass == "check" and off.any():
        at = tuple(np.argwhere(np.atleast_1d(off))[0]) if off.ndim else ()
        raise MassError(
            f"density{place(at) if at else ''} integrates to {total[at]:.8g} over x from "
            f"{points[0]:g} to {points[-1]:g}, not 1; widen the grid, take more points, or give "
            f'mass="normalize", which divides by the integral'
        )
    return GridDensity(points, values)


def integral(values: Array, points: Array) -> Array:
    """Trapezoids over the last axis."""
    return np.asarray((values[..., 1:] + values[..., :-1]) @ np.diff(points) / 2)


def _unsure(points: Array, values: Array, total: Array) -> Array:
    """How far an integral is from those over the even, the odd and every third point."""
    some = [np.union1d(np.arange(a, len(points), b), [0, len(points) - 1]) for a, b in THINNED]
    rough = [integral(values[..., at], points[at]) for at in some]
    return np.asarray(np.max(np.abs(rough - total), axis=0))


def checked(
    x: Any,
    density: Any,
    first: str = "points of GridDensity",
    second: str = "values",
    fewest: int = FEWEST,
) -> tuple[Array, Array]:
    """Return a grid that increases and a density on it, as float64."""
    points, values = (np.asarray(a, dtype=np.float64) for a in (x, density))
    if points.ndim != 1 or len(points) < fewest or values.shape[-1:] != points.shape:
        raise ShapeError(
            f"{first} has shape {points.shape} and {second} {values.shape}; give one value for "
            f"each of {fewest} or more points, along the last axis"
        )
    for name, array, fine, rule in (
        (first, points, np.isfinite(points), "finite"),
        (second, values, np.isfinite(values) & (values >= 0), "finite and ≥ 0"),
    ):
        if not fine.all():
            at = np.argwhere(~fine)[0]
            raise InputError(f"{name}{place(at)} is {array[tuple(at)]}; it must be {rule}")
    back = np.flatnonzero(np.diff(points) <= 0)
    if len(back):
        at = int(back[0]) + 1
        raise InputError(
            f"{first}[{at}] is {points[at]:g} after {points[at - 1]:g}; give increasing points, "
            f"each once: order = numpy.argsort(x), then x[order] and density[..., order]"
        )
    if not (values > 0).any(axis=-1).all():
        raise MassError(f"{second} is 0 at every point; give a density that has some mass")
    return points, values


def _from_logs(points: Array, logs: Array) -> GridDensity:
    """A law from its logarithms, which reach lower than its values."""
    law = GridDensity(points, np.exp(logs))
    with np.errstate(divide="ignore"):
        vars(law)["_logs"] = logs - np.log(integral(np.exp(logs), points))
    return law


def _continued(logs: Array, points: Array) -> Array:
    """ln f to the right of each point where it underflowed: a parabola through three points."""
    logs = logs.copy()
    held = logs >= LEAST
    (edges,) = np.nonzero(held[:-1] & ~held[1:] & (logs[:-1] < FALLEN))
    for last in edges:
        here = slice(last - 2, last + 1)
        if last < 2 or not held[here].all() or not (np.diff(logs[here]) < 0).all():
            continue
        after = held[last + 1 :]
        past = slice(last + 1, last + 1 + (int(np.argmax(after)) if after.any() else len(after)))
        fitted = np.polynomial.Polynomial.fit(points[here], logs[here], 2)(points[past])
        logs[past] = np.minimum.accumulate(np.minimum(fitted, logs[last]))
    return logs
