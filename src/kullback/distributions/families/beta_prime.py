"""The beta prime distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.beta import Beta
from kullback.distributions.families.shared.beta import log_beta, log_beta_core
from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.support import POSITIVE, Support
from kullback.distributions.model.tails import DensityTail, power
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, digamma, exp, log, plain, where
from kullback.distributions.special.log_gamma import lgamma_ratio


@dataclass(frozen=True, eq=False, repr=False)
class BetaPrime(Distribution):
    """BetaPrime(a, b): X/(1 + X) is Beta(a, b), and KL is that of the betas.

    Examples
    --------
    >>> BetaPrime(2, 3)
    BetaPrime(a=2, b=3)
    """

    a: Value
    b: Value

    _CHECKS: ClassVar = {"a": parameters.positive, "b": parameters.positive}
    _EXACT = "Bregman"

    _SCIPY: ClassVar = {"betaprime": lambda a, b: (a, b)}

    @property
    def support(self) -> Support:
        return POSITIVE

    def base(self) -> Beta:
        """The distribution of X/(1 + X)."""
        return Beta(self.a, self.b)

    def _canonical(self) -> tuple[tuple[Any, ...], Distribution]:
        return ("odds",), self.base()

    def _same_family(self, q: "BetaPrime") -> Value:
        return self.base()._same_family(q.base())

    def _same_family_lost(self, q: "BetaPrime") -> Value:
        return self.base()._same_family_lost(q.base())

    def _natural(self) -> lp.Natural | None:
        return lp.Natural(lp.DIRICHLET, lambda: (Decimal(float(self.a)), Decimal(float(self.b))))

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = x > 0
        log_x = np.log(np.where(inside, x, 1.0))
        rest = -np.logaddexp(0.0, log_x)
        value = log_beta_core(self.a, self.b, log_x + rest, rest) - log_x
        return np.where(inside, value, -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        shape = (size, *self.batch_shape)
        result: Array = seed.standard_gamma(self.a, shape) / seed.standard_gamma(self.b, shape)
        return result

    def entropy(self) -> Value:
        return self.base().entropy() - 2 * self.base()._log1m_mean()

    def expectation(self) -> Value:
        return self._moment(1.0, 1.0)

    def _log_mean(self) -> Value:
        return digamma(self.a) - digamma(self.b)

    def _log_deviation(self) -> Value:
        return self.base()._logit_deviation()

    def _log1p_mean(self, scale: Value) -> Value | None:
        return -self.base()._log1m_mean() if np.all(plain(scale) == 1) else None

    def _moment(self, scale: Value, power: Value) -> Value:
        missing = (self.a + power <= 0) | (self.b - power <= 0)
        r = where(missing, 0.0, power) + 0 * self.a * self.b
        steps = lgamma_ratio(self.a + 0 * r, r) + lgamma_ratio(self.b + 0 * r, -r)
        value = exp(steps - power * log(scale))
        return where(missing, np.inf, value)

    def _surprisal(self) -> tuple[Term, ...]:
        return (
            expected.constant(log_beta(self.a, self.b)),
            expected.logarithm(1 - self.a),
            expected.log1p(self.a + self.b, 1.0),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(float(self.a)), power(float(self.b))

    def quantile(self, u: Array) -> Array:
        return self._odds(
            special.betaincinv(self.a, self.b, u), special.betainccinv(self.b, self.a, u)
        )

    def upper_quantile(self, u: Array) -> Array:
        return self._odds(
            special.betainccinv(self.a, self.b, u), special.betaincinv(self.b, self.a, u)
        )

    def _odds(self, x: Array, rest: Array) -> Array:
        result: Array = np.clip(x / np.maximum(rest, 1e-290), 1e-290, 1e290)
        return result
