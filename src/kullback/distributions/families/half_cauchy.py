"""The half-Cauchy distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.cauchy import log_one_plus_square
from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.support import POSITIVE, Support
from kullback.distributions.model.tails import DensityTail, power
from kullback.distributions.special.arrays import Array, Value, log, log1p, plain


@dataclass(frozen=True, eq=False, repr=False)
class HalfCauchy(Distribution):
    """HalfCauchy(scale): 2/(π scale (1 + z²)) for x ≥ 0, z = x/scale.

    KL = ln(1 + (s₁ − s₂)²/(4 s₁ s₂)), as of the symmetric Cauchy.

    Examples
    --------
    >>> HalfCauchy(3)
    HalfCauchy(scale=3)
    """

    scale: Value

    _CHECKS: ClassVar = {"scale": parameters.positive}

    _SCIPY: ClassVar = {"halfcauchy": lambda scale: (scale,)}
    _TORCH: ClassVar = {"HalfCauchy": lambda d: (d.scale,)}
    _NAMED: ClassVar = {"HalfCauchy": ("scale|scale_diag",)}
    _PYMC_PLACED: ClassVar = {"halfcauchy": lambda scale: (scale,)}
    _PRELIZ: ClassVar = {"HalfCauchy": ("beta",)}

    @property
    def support(self) -> Support:
        return POSITIVE

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        spread = log_one_plus_square(x, self.scale)
        value = np.log(2 / np.pi) - np.log(self.scale) - spread
        return np.where(x >= 0, value, -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        return np.abs(self.scale * seed.standard_cauchy((size, *self.batch_shape)))

    def _same_family(self, q: "HalfCauchy") -> Value:
        d = self.scale - q.scale
        return log1p(d / self.scale * (d / q.scale) / 4)

    def entropy(self) -> Value:
        return log(2 * np.pi * self.scale)

    def expectation(self) -> Value:
        return self.scale * 0 + np.inf

    def deviation(self) -> Value:
        return self.scale * 0 + np.inf

    def _log_mean(self) -> Value:
        return log(self.scale)

    def _log_deviation(self) -> Value:
        return np.pi / 2 + self.scale * 0

    def _log_quadratic_mean(self, center: Value, scale: Value) -> Value | None:
        if np.any(plain(center) != 0):
            return None
        ratio = self.scale / scale
        return log1p(ratio * (2 + ratio))

    def _surprisal(self) -> tuple[Term, ...]:
        return (
            expected.constant(log(np.pi * self.scale / 2)),
            expected.log_quadratic(1.0, 0.0, self.scale),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(1.0), power(1.0)

    def quantile(self, u: Array) -> Array:
        result: Array = self.scale * np.tan(np.pi / 2 * u)
        return result

    def upper_quantile(self, u: Array) -> Array:
        result: Array = self.scale / np.tan(np.pi / 2 * u)
        return result
