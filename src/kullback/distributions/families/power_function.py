"""The power-function distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.uniform import Uniform
from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.support import UNIT, Support
from kullback.distributions.model.tails import DensityTail, power
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import (
    Array,
    Value,
    digamma,
    exp,
    log,
    sqrt,
    trigamma,
    where,
)
from kullback.distributions.special.primitives import g_step


@dataclass(frozen=True, eq=False, repr=False)
class PowerFunction(Distribution):
    """PowerFunction(a): a x^(a − 1) on [0, 1]; −ln X is exponential with rate a.

    KL = g(a₂/a₁ − 1).

    Examples
    --------
    >>> PowerFunction(3)
    PowerFunction(a=3)
    """

    a: Value

    _CHECKS: ClassVar = {"a": parameters.positive}

    _SCIPY: ClassVar = {"powerlaw": lambda a: (a,)}

    @property
    def support(self) -> Support:
        return UNIT

    def _same_family(self, q: "PowerFunction") -> Value:
        return g_step(q.a - self.a, self.a, q.a)

    def _natural(self) -> lp.Natural | None:
        return lp.Natural(lp.RATE, lambda: (-Decimal(float(self.a)),))

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = (x > 0) & (x <= 1)
        value = np.log(self.a) + (self.a - 1) * np.log(np.where(inside, x, 1.0))
        return np.where(inside, value, -np.inf)

    def _simpler(self) -> Distribution:
        return Uniform(0.0, 1.0) if self.a == 1 else self

    def _log_density_below_one(self, y: Array) -> Value:
        return np.log(self.a) + (self.a - 1) * np.log1p(-np.asarray(y))

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return seed.power(self.a, (size, *self.batch_shape))

    def entropy(self) -> Value:
        return 1 - 1 / self.a - log(self.a)

    def expectation(self) -> Value:
        return self.a / (self.a + 1)

    def deviation(self) -> Value:
        return sqrt(self.a / (self.a + 2)) / (self.a + 1)

    def _log_mean(self) -> Value:
        return -1 / self.a

    def _log_deviation(self) -> Value:
        return 1 / self.a

    def _log1m_mean(self) -> Value:
        return digamma(1.0 + 0 * self.a) - digamma(self.a + 1)

    def _logit_deviation(self) -> Value:
        return sqrt(trigamma(self.a) + trigamma(1.0 + 0 * self.a))

    def _moment(self, scale: Value, power: Value) -> Value:
        missing = self.a + power <= 0
        value = self.a / where(missing, 1.0, self.a + power) * exp(-power * log(scale))
        return where(missing, np.inf, value)

    def _surprisal(self) -> tuple[Term, ...]:
        return (expected.constant(-log(self.a)), expected.logarithm(1 - self.a))

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(float(self.a)), power(1.0)

    def quantile(self, u: Array) -> Array:
        result: Array = np.exp(np.log(u) / self.a)
        return result

    def upper_quantile(self, u: Array) -> Array:
        result: Array = np.exp(np.log1p(-u) / self.a)
        return result
