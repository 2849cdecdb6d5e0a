"""The skew normal distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.normal import Normal
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import LEVELS, Distribution
from kullback.distributions.model.support import REALS, Support
from kullback.distributions.model.tails import DensityTail, stretched
from kullback.distributions.special.arrays import Array, Value, plain, sqrt, where


@dataclass(frozen=True, eq=False, repr=False)
class SkewNormal(Distribution):
    """SkewNormal(loc, scale, shape): 2 φ(z) Φ(shape·z)/scale, z = (x − loc)/scale.

    Azzalini (1985). No divergence of it is closed.

    Examples
    --------
    >>> SkewNormal(0, 1, 4)
    SkewNormal(loc=0, scale=1, shape=4)
    """

    loc: Value
    scale: Value
    shape: Value

    _CHECKS: ClassVar = {
        "loc": parameters.real,
        "scale": parameters.positive,
        "shape": parameters.real,
    }

    _SCIPY: ClassVar = {"skewnorm": lambda a, loc, scale: (loc, scale, a)}
    _PYMC: ClassVar = {"skewnormal": lambda loc, scale, shape: (loc, scale, shape)}
    _PRELIZ: ClassVar = {"SkewNormal": ("mu", "sigma", "alpha")}

    @property
    def support(self) -> Support:
        return REALS

    def log_density(self, x: Any) -> Value:
        z = (np.asarray(x, dtype=np.float64) - self.loc) / self.scale
        result: Array = np.log(2 / self.scale) - 0.5 * z * z - 0.5 * np.log(2 * np.pi)
        return result + special.log_ndtr(self.shape * z)

    def _simpler(self) -> Distribution:
        return Normal(self.loc, self.scale) if self.shape == 0 else self

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        shape = (size, *self.batch_shape)
        delta = self._delta()
        a, b = np.abs(seed.standard_normal(shape)), seed.standard_normal(shape)
        return self.loc + self.scale * (delta * a + np.sqrt(1 - delta**2) * b)

    def _delta(self) -> Value:
        size = where(abs(self.shape) > 1e150, 1e150, abs(self.shape))
        return np.sign(plain(self.shape)) * size / sqrt(1 + size * size)

    def expectation(self) -> Value:
        return self.loc + self.scale * self._delta() * (2 / np.pi) ** 0.5

    def deviation(self) -> Value:
        return self.scale * sqrt(1 - 2 * self._delta() ** 2 / np.pi)

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        wide = float(0.5 / self.scale / self.scale)
        thin = stretched(2.0, wide * (1 + float(self.shape) * float(self.shape)))
        heavy = stretched(2.0, wide)
        return (thin, heavy) if self.shape > 0 else (heavy, thin)

    def _landmarks(self) -> Value:
        # Quantiles of the heavy side, and of the thin one, which is narrower by √(1 + shape²).
        wide = special.ndtri(LEVELS)
        thin = wide / np.sqrt(1 + self.shape * self.shape)
        return self.loc + self.scale * np.concatenate([wide, -wide, thin, -thin])
