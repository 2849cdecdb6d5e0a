"""The Kumaraswamy distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.shared.power_gamma import EULER
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
    expm1,
    lgamma,
    log,
    plain,
    sqrt,
    trigamma,
    where,
)
from kullback.distributions.special.log_gamma import lgamma_bend, lgamma_ratio
from kullback.distributions.special.primitives import g_step


@dataclass(frozen=True, eq=False, repr=False)
class Kumaraswamy(Distribution):
    """Kumaraswamy(a, b): a b x^(a − 1) (1 − x^a)^(b − 1) on [0, 1]; X^a is Beta(1, b).

    At equal a, KL = g(b₂/b₁ − 1); otherwise numeric.

    Examples
    --------
    >>> Kumaraswamy(2, 3)
    Kumaraswamy(a=2, b=3)
    """

    a: Value
    b: Value

    _CHECKS: ClassVar = {"a": parameters.positive, "b": parameters.positive}

    _TORCH: ClassVar = {"Kumaraswamy": lambda d: (d.concentration1, d.concentration0)}
    _NAMED: ClassVar = {
        "Kumaraswamy": ("concentration1|concentration_1", "concentration0|concentration_0")
    }
    _PYMC: ClassVar = {"kumaraswamy": lambda a, b: (a, b)}
    _PRELIZ: ClassVar = {"Kumaraswamy": ("a", "b")}

    @property
    def support(self) -> Support:
        return UNIT

    def _same_family(self, q: "Kumaraswamy") -> Value | None:
        if np.any(plain(self.a) != plain(q.a)):
            return None
        return g_step(q.b - self.b, self.b, q.b)

    def _natural(self) -> lp.Natural | None:
        return lp.Natural(lp.RATE, lambda: (-Decimal(float(self.b)),), (float(self.a),))

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = (x > 0) & (x < 1)
        log_x = np.log(np.where(inside, x, 0.5))
        return np.where(inside, self._at(log_x), -np.inf)

    def _simpler(self) -> Distribution:
        return Uniform(0.0, 1.0) if self.a == self.b == 1 else self

    def _log_density_below_one(self, y: Array) -> Array:
        return self._at(np.log1p(-np.asarray(y)))

    def _at(self, log_x: Array) -> Array:
        tail = np.log(-np.expm1(self.a * log_x))
        value: Array = np.log(self.a * self.b) + (self.a - 1) * log_x + (self.b - 1) * tail
        return value

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        e = seed.standard_exponential((size, *self.batch_shape))
        result: Array = np.exp(np.log(-np.expm1(-e / self.b)) / self.a)
        return result

    def entropy(self) -> Value:
        a, b = self.a, self.b
        return (1 - 1 / b) + (1 - 1 / a) * (digamma(b + 1) + EULER) - log(a * b)

    def _log_mean(self) -> Value:
        return -(digamma(self.b + 1) + EULER) / self.a

    def _log_deviation(self) -> Value:
        return sqrt(trigamma(1.0 + 0 * self.b) - trigamma(self.b + 1)) / self.a

    def _log1m_power_mean(self, power: Value) -> Value | None:
        return -1 / self.b if np.all(plain(power) == plain(self.a)) else None

    def _moment(self, scale: Value, power: Value) -> Value:
        t = 1 + power / self.a
        missing = t <= 0
        t = where(missing, 1.0, t)
        # Γ(b + 1)/Γ(b + t), without two large logarithms.
        gammas = lgamma(t) - lgamma_ratio(self.b + 1.0, t - 1 + 0 * self.b)
        return where(missing, np.inf, exp(gammas - power * log(scale)))

    def expectation(self) -> Value:
        return self._moment(1.0, 1.0)

    def deviation(self) -> Value:
        step = 1 / self.a
        bend = lgamma_bend(1.0 + step, step) - lgamma_bend(self.b + 1.0 + step, step)
        return self.expectation() * sqrt(expm1(bend))

    def _surprisal(self) -> tuple[Term, ...]:
        return (
            expected.constant(-log(self.a * self.b)),
            expected.logarithm(1 - self.a),
            expected.log1m_power(1 - self.b, self.a),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(float(self.a)), power(float(self.b))

    def quantile(self, u: Array) -> Array:
        result: Array = np.exp(np.log(-np.expm1(np.log1p(-u) / self.b)) / self.a)
        return result

    def upper_quantile(self, u: Array) -> Array:
        result: Array = np.exp(np.log1p(-np.exp(np.log(u) / self.b)) / self.a)
        return result
