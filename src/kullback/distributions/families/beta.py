"""The beta distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.shared.beta import (
    beta_divergence,
    log_beta,
    log_beta_core,
    means_lost,
)
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
    plain,
    sqrt,
    trigamma,
    where,
)
from kullback.distributions.special.log_gamma import gamma_entropy, lgamma_ratio


@dataclass(frozen=True, eq=False, repr=False)
class Beta(Distribution):
    """Beta(a, b): x^(a − 1) (1 − x)^(b − 1)/B(a, b) on [0, 1].

    KL is that of a Dirichlet with two parts, regrouped: A₂ KL(mean₂‖mean₁) + Σ C − C(A).

    Examples
    --------
    >>> Beta(2, 3)
    Beta(a=2, b=3)
    """

    a: Value
    b: Value

    _CHECKS: ClassVar = {"a": parameters.positive, "b": parameters.positive}
    _EXACT = "Bregman"

    _SCIPY: ClassVar = {"beta": lambda a, b: (a, b)}
    _TORCH: ClassVar = {"Beta": lambda d: (d.concentration1, d.concentration0)}
    _NAMED: ClassVar = {
        "Beta": ("concentration1|concentration_1", "concentration0|concentration_0")
    }
    _PYMC: ClassVar = {"beta": lambda a, b: (a, b)}
    _PRELIZ: ClassVar = {"Beta": ("alpha", "beta")}
    _KERNEL: ClassVar = "Beta"

    @property
    def support(self) -> Support:
        return UNIT

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = (x >= 0) & (x <= 1)
        with np.errstate(all="ignore"):
            value = self._log_density(np.log(x), np.log1p(-x))
            edge = (x == 0) | (x == 1)
            value = np.where(edge, self._at_edge(x), value)
        return np.where(inside, value, -np.inf)

    def _simpler(self) -> Distribution:
        return Uniform(0.0, 1.0) if self.a == self.b == 1 else self

    def _log_density_below_one(self, y: Array) -> Array:
        return Beta(self.b, self.a).log_density(y)

    def _log_density(self, log_x: Array, log_1mx: Array) -> Array:
        return log_beta_core(self.a, self.b, log_x, log_1mx) - log_x - log_1mx

    def _at_edge(self, x: Array) -> Array:
        exponent = where(x == 0, self.a, self.b) - 1
        finite = -log_beta(self.a, self.b)
        return np.where(exponent == 0, finite, np.where(exponent > 0, -np.inf, np.inf))

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return seed.beta(self.a, self.b, (size, *self.batch_shape))

    def _same_family(self, q: "Beta") -> Value:
        return beta_divergence(((self.a, q.a), (self.b, q.b)))

    def _natural(self) -> lp.Natural | None:
        return lp.Natural(lp.DIRICHLET, lambda: (Decimal(float(self.a)), Decimal(float(self.b))))

    def _same_family_lost(self, q: "Beta") -> Value:
        return means_lost(((plain(self.a), plain(q.a)), (plain(self.b), plain(q.b))))

    def entropy(self) -> Value:
        a, b = self.a, self.b
        total = a + b
        cores = gamma_entropy(a) + gamma_entropy(b) - gamma_entropy(total)
        return cores + digamma(a) + digamma(b) - 2 * digamma(total)

    def expectation(self) -> Value:
        return self.a / (self.a + self.b)

    def deviation(self) -> Value:
        total = self.a + self.b
        return sqrt(self.a / total * (self.b / total) / (total + 1))

    def _log_mean(self) -> Value:
        return digamma(self.a) - digamma(self.a + self.b)

    def _log1m_mean(self) -> Value:
        return digamma(self.b) - digamma(self.a + self.b)

    def _log_deviation(self) -> Value:
        return sqrt(trigamma(self.a) - trigamma(self.a + self.b))

    def _logit_deviation(self) -> Value:
        return sqrt(trigamma(self.a) + trigamma(self.b))

    def _moment(self, scale: Value, power: Value) -> Value:
        missing = self.a + power <= 0
        r = where(missing, 0.0, power) + 0 * self.a
        steps = lgamma_ratio(self.a, r) - lgamma_ratio(self.a + self.b, r)
        value = exp(steps - power * log(scale))
        return where(missing, np.inf, value)

    def _surprisal(self) -> tuple[Term, ...]:
        return (
            expected.constant(log_beta(self.a, self.b)),
            expected.logarithm(1 - self.a),
            expected.log1m(1 - self.b),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(float(self.a)), power(float(self.b))

    def quantile(self, u: Array) -> Array:
        result: Array = special.betaincinv(self.a, self.b, u)
        return result

    def upper_quantile(self, u: Array) -> Array:
        result: Array = 1 - special.betaincinv(self.b, self.a, u)
        return result
