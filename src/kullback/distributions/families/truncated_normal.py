"""The truncated normal distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.normal import Normal
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.model.tails import DensityTail, power, stretched
from kullback.distributions.special.arrays import Array, Value, plain
from kullback.errors import InputError


@dataclass(frozen=True, eq=False, repr=False)
class TruncatedNormal(Distribution):
    """TruncatedNormal(loc, scale, low, high): Normal(loc, scale) given low ≤ X ≤ high.

    The density is normalised about its highest point, so that a tail 30 deviations out keeps
    its digits. Either end may be infinite.

    Examples
    --------
    >>> TruncatedNormal(0, 1, 8, 9)
    TruncatedNormal(loc=0, scale=1, low=8, high=9)
    """

    loc: Value
    scale: Value
    low: Value
    high: Value

    _CHECKS: ClassVar = {
        "loc": parameters.real,
        "scale": parameters.positive,
        "low": parameters.extended,
        "high": parameters.extended,
    }

    _SCIPY: ClassVar = {
        "truncnorm": lambda a, b, loc, scale: (loc, scale, loc + a * scale, loc + b * scale)
    }
    _NAMED: ClassVar = {"TruncatedNormal": ("loc", "scale", "low", "high")}
    _PYMC: ClassVar = {"truncated_normal": lambda loc, scale, low, high: (loc, scale, low, high)}
    _PRELIZ: ClassVar = {"TruncatedNormal": ("mu", "sigma", "lower", "upper")}

    def _validate(self) -> None:
        if not np.all(plain(self.low) < plain(self.high)):
            raise InputError(f"{self!r} needs low below high")

    @property
    def support(self) -> Support:
        return Support("real", self.low, self.high)

    def _top(self) -> Any:
        """The highest point of the density."""
        return np.clip(self.loc, self.low, self.high)

    def _log_mass(self) -> Any:
        """ln ∫ e^(−(z² − z₀²)/2) dz over the interval, z₀ the highest point."""
        top = (self._top() - self.loc) / self.scale
        left, right = (self._top() - self.low) / self.scale, (self.high - self._top()) / self.scale
        return np.log(_half_mass(-top, left) + _half_mass(top, right))

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        top = self._top()
        a, d = (top - self.loc) / self.scale, (x - top) / self.scale
        value = -d * (a + d / 2) - np.log(self.scale) - self._log_mass()
        return np.where((x >= self.low) & (x <= self.high), value, -np.inf)

    def _simpler(self) -> Distribution:
        whole = np.isinf(self.low) and np.isinf(self.high)
        return Normal(self.loc, self.scale) if whole else self

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        return self.quantile(seed.random((size, *self.batch_shape)))

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        low, high = np.isinf(float(self.low)), np.isinf(float(self.high))
        return (stretched(2.0) if low else power(1.0)), (stretched(2.0) if high else power(1.0))

    def quantile(self, u: Array) -> Value:
        a, b = (self.low - self.loc) / self.scale, (self.high - self.loc) / self.scale
        if a > 0:
            mirrored = TruncatedNormal(-self.loc, self.scale, -self.high, -self.low)
            return -mirrored.upper_quantile(u)
        low, high = special.log_ndtr(a), special.log_ndtr(b)
        with np.errstate(all="ignore"):
            level = np.logaddexp(np.log1p(-u) + low, np.log(u) + high)
        return self._clip(special.ndtri_exp(level))

    def upper_quantile(self, u: Array) -> Value:
        a, b = (self.low - self.loc) / self.scale, (self.high - self.loc) / self.scale
        if a > 0:
            mirrored = TruncatedNormal(-self.loc, self.scale, -self.high, -self.low)
            return -mirrored.quantile(u)
        low, high = special.log_ndtr(a), special.log_ndtr(b)
        with np.errstate(all="ignore"):
            level = np.logaddexp(np.log(u) + low, np.log1p(-u) + high)
        return self._clip(special.ndtri_exp(level))

    def _clip(self, z: Array) -> Value:
        return np.clip(self.loc + self.scale * z, self.low, self.high)


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


def _half_mass(slope: Any, width: Any) -> Any:
    """∫₀^width e^(−slope t − t²/2) dt for slope ≥ 0, by scaled complementary error functions.

    Where the exponent hardly moves, two of these would cancel: there the integral is summed.
    """
    root = 2**0.5
    start = np.maximum(slope, 0.0)
    with np.errstate(all="ignore"):
        finite = np.where(np.isinf(width), 0.0, width)
        fall = start * finite + finite * finite / 2
        end = np.exp(-fall) * special.erfcx((start + finite) / root)
        whole = (np.pi / 2) ** 0.5 * (
            special.erfcx(start / root) - np.where(np.isinf(width), 0.0, end)
        )
        at = finite[..., None] * (_NODES + 1) / 2
        summed = finite * (np.exp(-at * (start[..., None] + at / 2)) @ _WEIGHTS) / 2
    near = (fall < 1) & np.isfinite(width)
    return np.where(width > 0, np.where(near, summed, whole), 0.0)
