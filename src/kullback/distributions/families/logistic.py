"""The logistic distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.shared.location_scale import LocationScale
from kullback.distributions.model import expectations as expected
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.tails import DensityTail, stretched
from kullback.distributions.special.arrays import (
    Array,
    Value,
    exp,
    lgamma,
    log,
    log1p,
    plain,
    where,
)
from kullback.distributions.special.primitives import logistic_divergence


@dataclass(frozen=True, eq=False, repr=False)
class Logistic(LocationScale):
    """Logistic(loc, scale): e^−z/(scale (1 + e^−z)²), z = (x − loc)/scale.

    At equal scales KL = d coth(d/2) − 2 with d = |m₁ − m₂|/s; otherwise by quadrature.

    Examples
    --------
    >>> Logistic(0, 1)
    Logistic(loc=0, scale=1)
    """

    _SCIPY: ClassVar = {"logistic": lambda loc, scale: (loc, scale)}
    _NAMED: ClassVar = {"Logistic": ("loc", "scale|scale_diag")}
    # What a relaxed Bernoulli is before its sigmoid (Maddison, Mnih and Teh 2017, eq. 20).
    _TORCH: ClassVar = {
        "LogitRelaxedBernoulli": lambda d: (d.logits / d.temperature, 1 / d.temperature)
    }
    _PYMC: ClassVar = {"logistic": lambda loc, scale: (loc, scale)}
    _PRELIZ: ClassVar = {"Logistic": ("mu", "s")}

    def log_density(self, x: Any) -> Array:
        z = np.abs(self._standard(x))
        result: Array = -z - 2 * np.log1p(np.exp(-z)) - np.log(self.scale)
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return seed.logistic(self.loc, self.scale, (size, *self.batch_shape))

    def _same_family(self, q: "Logistic") -> Value | None:
        if np.any(plain(self.scale) != plain(q.scale)):
            return None
        return logistic_divergence((self.loc - q.loc) / q.scale)

    def entropy(self) -> Value:
        return 2 + log(self.scale)

    def expectation(self) -> Value:
        return self.loc

    def deviation(self) -> Value:
        return np.pi / 3**0.5 * self.scale

    def _distance(self, center: Value) -> Value:
        d = abs(self.loc - center)
        return d + 2 * self.scale * log1p(exp(-d / self.scale))

    def _exponential_moment(self, center: Value, rate: Value) -> Value:
        t = rate * self.scale
        missing = abs(t) >= 1
        t = where(missing, t * 0, t)
        value = exp(rate * (self.loc - center) + lgamma(1 - t) + lgamma(1 + t))
        return where(missing, np.inf, value)

    def _softplus_mean(self, center: Value, scale: Value) -> Value | None:
        if np.any(plain(scale) != plain(self.scale)):
            return None
        d = abs(self.loc - center) / scale
        small = d < 1e-8
        y = where(small, d * 0 + 1, d)
        half = where(small, 1 + d / 2, y / (1 - exp(-y)))
        return half + (abs(self.loc - center) - (self.loc - center)) / (2 * scale) - d

    def _surprisal(self) -> tuple[Term, ...]:
        return (
            expected.constant(log(self.scale)),
            expected.linear(1.0, self.loc, self.scale),
            expected.softplus(2.0, self.loc, self.scale),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        tail = stretched(1.0, float(1 / self.scale))
        return tail, tail

    def quantile(self, u: Array) -> Array:
        result: Array = self.loc + self.scale * (np.log(u) - np.log1p(-u))
        return result

    def upper_quantile(self, u: Array) -> Array:
        result: Array = self.loc - self.scale * (np.log(u) - np.log1p(-u))
        return result
