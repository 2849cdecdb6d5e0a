"""The Lomax (Pareto II) distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.shared.power_gamma import EULER
from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.support import POSITIVE, Support
from kullback.distributions.model.tails import DensityTail, power
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import (
    Array,
    Value,
    digamma,
    exp,
    lgamma,
    log,
    plain,
    sqrt,
    trigamma,
    where,
)
from kullback.distributions.special.log_gamma import lgamma_ratio
from kullback.distributions.special.primitives import g_step, log1p_quotient


@dataclass(frozen=True, eq=False, repr=False)
class Lomax(Distribution):
    """Lomax(alpha, scale): alpha/scale (1 + x/scale)^(−alpha − 1) for x ≥ 0.

    At equal scales KL = g(α₂/α₁ − 1).

    Examples
    --------
    >>> Lomax(3, 2)
    Lomax(alpha=3, scale=2)
    """

    alpha: Value
    scale: Value

    _CHECKS: ClassVar = {"alpha": parameters.positive, "scale": parameters.positive}

    _SCIPY: ClassVar = {"lomax": lambda c, scale: (c, scale)}

    @property
    def support(self) -> Support:
        return POSITIVE

    def _same_family(self, q: "Lomax") -> Value | None:
        if np.any(plain(self.scale) != plain(q.scale)):
            return None
        return g_step(q.alpha - self.alpha, self.alpha, q.alpha)

    def _natural(self) -> lp.Natural | None:
        return lp.Natural(lp.RATE, lambda: (-Decimal(float(self.alpha)),), (float(self.scale),))

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = x >= 0
        spread = log1p_quotient(np.where(inside, x, 0.0), self.scale)
        value = np.log(self.alpha) - np.log(self.scale) - (self.alpha + 1) * spread
        return np.where(inside, value, -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        e = seed.standard_exponential((size, *self.batch_shape))
        result: Array = self.scale * np.expm1(e / self.alpha)
        return result

    def entropy(self) -> Value:
        return log(self.scale) - log(self.alpha) + 1 + 1 / self.alpha

    def _log_mean(self) -> Value:
        return log(self.scale) - EULER - digamma(self.alpha)

    def _log_deviation(self) -> Value:
        return sqrt(np.pi**2 / 6 + trigamma(self.alpha))

    def _log1p_mean(self, scale: Value) -> Value | None:
        return 1 / self.alpha if np.all(plain(scale) == plain(self.scale)) else None

    def _moment(self, scale: Value, power: Value) -> Value:
        missing = (power >= self.alpha) | (power <= -1)
        t = where(missing, 0.0, power)
        gammas = lgamma(1 + t) + lgamma_ratio(self.alpha, -t + 0 * self.alpha)
        value = exp(t * (log(self.scale) - log(scale)) + gammas)
        return where(missing, np.inf, value)

    def expectation(self) -> Value:
        return self._moment(1.0, 1.0)

    def deviation(self) -> Value:
        finite = self.alpha > 2
        alpha = where(finite, self.alpha, 3.0)
        spread = self.scale / (alpha - 1) * sqrt(alpha / (alpha - 2))
        return where(finite, spread, np.inf)

    def _surprisal(self) -> tuple[Term, ...]:
        rest = log(self.scale) - log(self.alpha)
        return (expected.constant(rest), expected.log1p(self.alpha + 1, self.scale))

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(1.0), power(float(self.alpha))

    def quantile(self, u: Array) -> Array:
        result: Array = self.scale * np.expm1(-np.log1p(-u) / self.alpha)
        return result

    def upper_quantile(self, u: Array) -> Array:
        result: Array = self.scale * np.expm1(np.minimum(-np.log(u) / self.alpha, 660))
        return result
