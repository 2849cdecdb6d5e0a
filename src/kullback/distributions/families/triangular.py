"""The triangular distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.model.tails import DensityTail, power
from kullback.distributions.special.arrays import Array, Value, log, plain, sqrt
from kullback.errors import InputError


@dataclass(frozen=True, eq=False, repr=False)
class Triangular(Distribution):
    """Triangular(low, mode, high): a density of two straight lines with its top at the mode.

    Examples
    --------
    >>> Triangular(0, 1, 3)
    Triangular(low=0, mode=1, high=3)
    """

    low: Value
    mode: Value
    high: Value

    _CHECKS: ClassVar = {"low": parameters.real, "mode": parameters.real, "high": parameters.real}

    _SCIPY: ClassVar = {"triang": lambda c, loc, scale: (loc, loc + c * scale, loc + scale)}
    _NAMED: ClassVar = {"Triangular": ("low", "peak", "high")}
    _PYMC: ClassVar = {"triangular": lambda low, mode, high: (low, mode, high)}
    _PRELIZ: ClassVar = {"Triangular": ("lower", "c", "upper")}

    def _validate(self) -> None:
        low, mode, high = (plain(v) for v in (self.low, self.mode, self.high))
        if not np.all((low <= mode) & (mode <= high) & (low < high)):
            raise InputError(f"{self!r} needs low ≤ mode ≤ high and low < high")

    @property
    def support(self) -> Support:
        return Support("real", self.low, self.high)

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        width = self.high - self.low
        with np.errstate(all="ignore"):
            rising = 2 * (x - self.low) / (width * (self.mode - self.low))
            falling = 2 * (self.high - x) / (width * (self.high - self.mode))
            left = (x < self.mode) | ((x == self.mode) & (self.mode > self.low))
            value = np.log(np.where(left, rising, falling))
        return np.where((x >= self.low) & (x <= self.high), value, -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return seed.triangular(self.low, self.mode, self.high, (size, *self.batch_shape))

    def entropy(self) -> Value:
        return 0.5 + log((self.high - self.low) / 2)

    def expectation(self) -> Value:
        return (self.low + self.mode + self.high) / 3

    def deviation(self) -> Value:
        a, b = self.mode - self.low, self.high - self.mode
        return sqrt((a * a + a * b + b * b) / 18)

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(2.0 if self.mode > self.low else 1.0), power(
            2.0 if self.mode < self.high else 1.0
        )

    def _landmarks(self) -> Array:
        return np.concatenate([super()._landmarks(), [self.mode]])

    def quantile(self, u: Array) -> Value:
        a, b = self.mode - self.low, self.high - self.mode
        width = a + b
        rising = self.low + np.sqrt(u * width * a)
        falling = self.high - np.sqrt((1 - u) * width * b)
        return np.where(u * width <= a, rising, falling)

    def upper_quantile(self, u: Array) -> Value:
        mirrored = Triangular(-self.high, -self.mode, -self.low)
        return -mirrored.quantile(u)
