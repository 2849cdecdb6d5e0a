"""A foreign distribution around its own log-density, where none of our families fits."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from kullback.distributions.model.beyond import Beyond, beyond, continued
from kullback.distributions.model.distribution import LEVELS, Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array


@dataclass(frozen=True, eq=False, repr=False)
class Wrapped(Distribution):
    """A distribution known by functions.

    Parameters
    ----------
    name : str
        What it is called in messages.
    function : callable
        x → ln f(x).
    ends : tuple of float
        Its support.
    marks : tuple of float
        Landmarks, usually quantiles.
    draw : callable
        (size, generator) → draws.
    lattice : bool
        Whether it lives on the integers.
    """

    name: str
    function: Callable[[Any], Any]
    ends: tuple[float, float]
    marks: tuple[float, ...]
    draw: Callable[[int, np.random.Generator], Any]
    lattice: bool = False

    @classmethod
    def of_frozen(cls, obj: Any) -> "Wrapped":
        """Around a frozen scipy distribution."""
        lattice = not hasattr(obj, "pdf")
        density = obj.logpmf if lattice else obj.logpdf
        low, high = (float(end) for end in obj.support())

        def draw(size: int, seed: np.random.Generator) -> Any:
            return obj.rvs(size=size, random_state=seed)

        marks = quantiles(obj.ppf, obj.isf)
        return cls(f"scipy {obj.dist.name}", density, (low, high), marks, draw, lattice)

    def __repr__(self) -> str:
        return f"Wrapped({self.name})"

    @property
    def support(self) -> Support:
        low, high = self.ends
        return Support("lattice" if self.lattice else "real", low, high)

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        values = self._plain(x)
        if self.lattice or not (np.isneginf(values) & self._inside(x)).any():
            return values
        filled = continued(values, x, self._middle, self._beyond)
        return np.where(self._inside(x), filled, values)

    def _plain(self, x: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(self.function(x), dtype=np.float64)

    def _inside(self, x: Array) -> Any:
        low, high = self.ends
        return (x > low) & (x < high)

    @cached_property
    def _middle(self) -> float:
        return float(np.median(self.marks)) if self.marks else float(np.clip(0.0, *self.ends))

    @cached_property
    def _beyond(self) -> tuple[Beyond | None, Beyond | None]:
        low, high = (beyond(self._plain, self._middle, end) for end in self.ends)
        return low, high

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return np.asarray(self.draw(size, seed), dtype=np.float64)

    def _center(self) -> float:
        """The median, where a sum starts."""
        return float(np.floor(np.median(self.marks))) if self.marks else self.ends[0]

    def _landmarks(self) -> Array:
        return np.asarray(self.marks)


def quantiles(lower: Callable[[Any], Any], upper: Callable[[Any], Any]) -> tuple[float, ...]:
    """The landmarks from quantile functions; values that they cannot give are left out."""
    marks: list[float] = []
    for function in (lower, upper):
        for level in LEVELS:
            try:
                with np.errstate(all="ignore"):
                    value = float(function(level))
            except (OverflowError, ZeroDivisionError, ValueError, FloatingPointError):
                continue
            if np.isfinite(value):
                marks.append(value)
    return tuple(sorted(marks))
