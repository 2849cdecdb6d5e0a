"""The Pareto distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.support import Support
from kullback.distributions.model.tails import DensityTail, power
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, exp, log, plain, sqrt, where
from kullback.distributions.special.primitives import g_step, log_ratio


@dataclass(frozen=True, eq=False, repr=False)
class Pareto(Distribution):
    """Pareto(alpha, scale): alpha scale^alpha x^(−alpha − 1) on [scale, ∞).

    KL = α₂ ln(m₁/m₂) + g(α₂/α₁ − 1) for m₁ ≥ m₂.

    Examples
    --------
    >>> Pareto(3, 1)
    Pareto(alpha=3, scale=1)
    """

    alpha: Value
    scale: Value

    _CHECKS: ClassVar = {"alpha": parameters.positive, "scale": parameters.positive}

    _SCIPY: ClassVar = {"pareto": lambda b, scale: (b, scale)}
    _TORCH: ClassVar = {"Pareto": lambda d: (d.alpha, d.scale)}
    _NAMED: ClassVar = {"Pareto": ("alpha|concentration", "scale|scale_diag")}
    _PYMC: ClassVar = {"pareto": lambda alpha, scale: (alpha, scale)}
    _PRELIZ: ClassVar = {"Pareto": ("alpha", "m")}

    @property
    def support(self) -> Support:
        return Support("real", self.scale, np.inf)

    def _same_family(self, q: "Pareto") -> Value:
        shape = g_step(q.alpha - self.alpha, self.alpha, q.alpha)
        return q.alpha * log_ratio(self.scale, q.scale) + shape

    def _natural(self) -> lp.Natural | None:
        return lp.Natural(lp.RATE, lambda: (-Decimal(float(self.alpha)),), (float(self.scale),))

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = x >= self.scale
        log_z = np.log(np.where(inside, x, self.scale)) - np.log(self.scale)
        value = np.log(self.alpha) - np.log(self.scale) - (self.alpha + 1) * log_z
        return np.where(inside, value, -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        e = seed.standard_exponential((size, *self.batch_shape))
        result: Array = self.scale * np.exp(e / self.alpha)
        return result

    def entropy(self) -> Value:
        return log(self.scale) - log(self.alpha) + 1 + 1 / self.alpha

    def expectation(self) -> Value:
        return self._moment(1.0, 1.0)

    def deviation(self) -> Value:
        finite = self.alpha > 2
        alpha = where(finite, self.alpha, 3.0)
        spread = self.scale / (alpha - 1) * sqrt(alpha / (alpha - 2))
        return where(finite, spread, np.inf)

    def _log_mean(self) -> Value:
        return log(self.scale) + 1 / self.alpha

    def _log_deviation(self) -> Value:
        return 1 / self.alpha

    def _moment(self, scale: Value, power: Value) -> Value:
        missing = power >= self.alpha
        rest = where(missing, 1.0, self.alpha - power)
        value = self.alpha / rest * exp(power * (log(self.scale) - log(scale)))
        return where(missing, np.inf, value)

    def _distance(self, center: Value) -> Value | None:
        return self.expectation() - center if np.all(plain(center) <= plain(self.scale)) else None

    def _surprisal(self) -> tuple[Term, ...]:
        rest = -log(self.alpha) - self.alpha * log(self.scale)
        return (expected.constant(rest), expected.logarithm(self.alpha + 1))

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(1.0), power(float(self.alpha))

    def quantile(self, u: Array) -> Array:
        result: Array = self.scale * np.exp(-np.log1p(-u) / self.alpha)
        return result

    def upper_quantile(self, u: Array) -> Array:
        result: Array = self.scale * np.exp(np.minimum(-np.log(u) / self.alpha, 660))
        return result
