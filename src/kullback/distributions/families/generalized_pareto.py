"""The generalised Pareto distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.model.tails import DensityTail, power, stretched
from kullback.distributions.special.arrays import Array, Value, log, plain, sqrt, where
from kullback.distributions.special.primitives import log1p_quotient


@dataclass(frozen=True, eq=False, repr=False)
class GeneralizedPareto(Distribution):
    """GeneralizedPareto(loc, scale, xi): (1 + xi z)^(−1/xi − 1)/scale, z = (x − loc)/scale.

    Pickands (1975). It ends at loc − scale/xi where xi < 0, and is exponential at xi = 0.

    Examples
    --------
    >>> GeneralizedPareto(0, 1, 0.3)
    GeneralizedPareto(loc=0, scale=1, xi=0.3)
    """

    loc: Value
    scale: Value
    xi: Value

    _CHECKS: ClassVar = {
        "loc": parameters.real,
        "scale": parameters.positive,
        "xi": parameters.real,
    }

    _SCIPY: ClassVar = {"genpareto": lambda c, loc, scale: (loc, scale, c)}
    _TORCH: ClassVar = {"GeneralizedPareto": lambda d: (d.loc, d.scale, d.concentration)}
    _NAMED: ClassVar = {"GeneralizedPareto": ("loc", "scale", "concentration")}

    @property
    def support(self) -> Support:
        xi = plain(self.xi)
        ends = np.where(
            xi < 0, plain(self.loc) - plain(self.scale) / np.where(xi < 0, xi, 1), np.inf
        )
        return Support("real", self.loc, float(ends) if ends.ndim == 0 else ends)

    def log_density(self, x: Any) -> Array:
        apart = np.asarray(x, dtype=np.float64) - self.loc
        with np.errstate(all="ignore"):
            inside = (apart >= 0) & (1 + self.xi * (apart / self.scale) > 0)
            spread = self._spread(np.where(inside, apart, 0.0))
        return np.where(inside, -np.log(self.scale) - (1 + self.xi) * spread, -np.inf)

    def _spread(self, apart: Array) -> Value:
        """ln(1 + xi z)/xi, z itself at xi = 0."""
        z = apart / self.scale
        y = self.xi * z
        small = np.abs(y) < 1e-8
        logarithm = log1p_quotient(np.where(small, 0.0, self.xi * apart), self.scale)
        return np.where(small, z * (1 - y / 2), logarithm / self.xi)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return self._from_exponential(seed.standard_exponential((size, *self.batch_shape)))

    def _from_exponential(self, e: Array) -> Array:
        y = np.minimum(self.xi * e, 660)
        with np.errstate(all="ignore"):
            z = np.where(y == 0, e, np.expm1(y) / np.where(self.xi == 0, 1.0, self.xi))
        result: Array = self.loc + self.scale * z
        return result

    def entropy(self) -> Value:
        return log(self.scale) + self.xi + 1

    def expectation(self) -> Value:
        finite = self.xi < 1
        return where(finite, self.loc + self.scale / (1 - where(finite, self.xi, 0.0)), np.inf)

    def deviation(self) -> Value:
        finite = self.xi < 0.5
        xi = where(finite, self.xi, 0.0)
        return where(finite, self.scale / (1 - xi) / sqrt(1 - 2 * xi), np.inf)

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        xi = float(self.xi)
        upper = power(1 / abs(xi)) if xi else stretched(1.0, float(1 / self.scale))
        return power(1.0), upper

    def quantile(self, u: Array) -> Array:
        return self._from_exponential(-np.log1p(-u))

    def upper_quantile(self, u: Array) -> Array:
        return self._from_exponential(-np.log(u))
