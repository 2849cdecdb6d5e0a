"""The Lindley distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import LEVELS, Distribution
from kullback.distributions.model.support import POSITIVE, Support
from kullback.distributions.model.tails import DensityTail, power, stretched
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, log, log1p, sqrt
from kullback.distributions.special.bregman import bregman
from kullback.distributions.special.primitives import log_ratio


@dataclass(frozen=True, eq=False, repr=False)
class Lindley(Distribution):
    """Lindley(theta): theta²/(1 + theta) (1 + x) e^(−theta x) for x ≥ 0.

    The Bregman rule with F(θ) = ln(1 + θ) − 2 ln θ. Ghitany, Atieh and Nadarajah (2008).

    Examples
    --------
    >>> Lindley(1.5)
    Lindley(theta=1.5)
    """

    theta: Value

    _CHECKS: ClassVar = {"theta": parameters.positive}
    _EXACT = "Bregman"

    @property
    def support(self) -> Support:
        return POSITIVE

    def log_normaliser(self) -> Value:
        """F(θ) with ln f = ln(1 + x) − θ x − F(θ)."""
        return log1p(self.theta) - 2 * log(self.theta)

    def _same_family(self, q: "Lindley") -> Value:
        delta = q.theta - self.theta
        increase = log1p(delta / (1 + self.theta)) - 2 * log_ratio(q.theta, self.theta)

        def second(t: Value) -> Value:
            return 2 / t**2 - 1 / (1 + t) ** 2

        return bregman((increase, -self.expectation()), delta, second, theta=self.theta)

    def _natural(self) -> lp.Natural | None:
        return lp.Natural(lp.LINDLEY, lambda: (-Decimal(float(self.theta)),))

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = x >= 0
        value = np.log1p(np.where(inside, x, 0.0)) - self.theta * x - self.log_normaliser()
        return np.where(inside, value, -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        shape = (size, *self.batch_shape)
        once = seed.random(shape) < self.theta / (1 + self.theta)
        result: Array = seed.standard_gamma(np.where(once, 1.0, 2.0)) / self.theta
        return result

    def expectation(self) -> Value:
        return (2 + self.theta) / (self.theta * (1 + self.theta))

    def deviation(self) -> Value:
        t = self.theta
        return sqrt(t * t + 4 * t + 2) / (t * (1 + t))

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(1.0), stretched(1.0, float(self.theta), 1.0)

    def _landmarks(self) -> Value:
        ends = special.gammainccinv(2.0, LEVELS), special.gammaincinv(1.0, LEVELS)
        return np.concatenate([ends[1], ends[0][::-1]]) / self.theta
