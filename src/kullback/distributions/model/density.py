"""A user's own density on the line or the integers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from kullback.distributions.model.beyond import Beyond, beyond, continued
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.landmarks import landmarks_of
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array
from kullback.errors import InputError


@dataclass(frozen=True, eq=False, repr=False)
class Density(Distribution):
    """Density(log_density, support, …): a user's own density on the line or the integers.

    Parameters
    ----------
    function : callable
        x → ln f(x), vectorised; normalised.
    interval : tuple of float
        The two ends; ±inf for none.
    points : sequence of float
        Where the density has peaks, kinks or most of its mass; needed where the mass is far
        from 0 or narrow.
    sampler : callable, optional
        (size, generator) → draws.
    lattice : bool
        True for probabilities of integers.

    Examples
    --------
    >>> d = Density(lambda x: -0.5 * x * x - 0.9189385332046727, (-np.inf, np.inf))
    >>> d.support.low
    -inf
    """

    function: Callable[[Array], Array]
    interval: tuple[float, float] = (-np.inf, np.inf)
    points: Sequence[float] = field(default=())
    sampler: Callable[[int, np.random.Generator], Array] | None = None
    lattice: bool = False

    def _validate(self) -> None:
        if not callable(self.function):
            raise InputError(f"function of Density is {self.function!r}; give x → ln f(x)")
        low, high = self.interval
        if not low < high:
            raise InputError(f"interval of Density is {self.interval}; the low end must be below")

    @property
    def support(self) -> Support:
        low, high = self.interval
        return Support("lattice" if self.lattice else "real", float(low), float(high))

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        values = self._plain(x)
        low, high = self.interval
        if self.lattice or not (np.isneginf(values) & (x > low) & (x < high)).any():
            return values
        filled = continued(values, x, self._middle, self._beyond)
        return np.where(self.support.contains(x), filled, values)

    def _plain(self, x: Array) -> Array:
        inside = self.support.contains(x)
        with np.errstate(all="ignore"):
            harmless = np.where(inside, x, np.nan if not inside.any() else x[inside].flat[0])
            value = np.asarray(self.function(harmless), dtype=np.float64)
        return np.where(inside & ~np.isnan(value), value, -np.inf)

    @cached_property
    def _middle(self) -> float:
        marks = landmarks_of(self._plain, self.interval, np.asarray(self.points, dtype=float))
        return float(marks[np.argmax(self._plain(marks))])

    @cached_property
    def _beyond(self) -> tuple[Beyond | None, Beyond | None]:
        low, high = (beyond(self._plain, self._middle, end) for end in self.interval)
        return low, high

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        if self.sampler is None:
            raise InputError("this Density has no sampler; give one for Monte Carlo")
        return np.asarray(self.sampler(size, seed), dtype=np.float64)

    def _center(self) -> float:
        """Where a sum over integers starts."""
        return float(self.points[0]) if self.points else max(self.interval[0], 0.0)

    def _landmarks(self) -> Array:
        """The given points, and where the density has fallen by 1, 10, 100 … 700 nats."""
        return landmarks_of(self._plain, self.interval, np.asarray(self.points, dtype=float))
