"""The Laplace (double exponential) distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.shared.location_scale import LocationScale
from kullback.distributions.model import expectations as expected
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.tails import DensityTail, stretched
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, exp, expm1, log, where
from kullback.distributions.special.primitives import g_step, h


@dataclass(frozen=True, eq=False, repr=False)
class Laplace(LocationScale):
    """Laplace(loc, scale): e^(−|x − loc|/scale)/(2 scale).

    KL = r h(|m₁ − m₂|/b₁) + g(r − 1), r = b₁/b₂. Gil, Alajaji and Linder (2013).

    Examples
    --------
    >>> Laplace(0, 2)
    Laplace(loc=0, scale=2)
    """

    _SCIPY: ClassVar = {"laplace": lambda loc, scale: (loc, scale)}
    _TORCH: ClassVar = {"Laplace": lambda d: (d.loc, d.scale)}
    _NAMED: ClassVar = {"Laplace": ("loc", "scale|scale_diag")}
    _PYMC: ClassVar = {"laplace": lambda loc, scale: (loc, scale)}
    _PRELIZ: ClassVar = {"Laplace": ("mu", "b")}
    _KERNEL: ClassVar = "Laplace"

    def log_density(self, x: Any) -> Array:
        z = np.abs(self._standard(x))
        result: Array = -z - np.log(2 * self.scale)
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return seed.laplace(self.loc, self.scale, (size, *self.batch_shape))

    def _same_family(self, q: "Laplace") -> Value:
        apart = abs(self.loc - q.loc) / self.scale
        ratio = self.scale / q.scale
        # Far apart the quotient of the places may overflow, and the ratio of scales underflow.
        far = apart > 1
        near = ratio * h(where(far, 0.0, apart))
        away = abs(self.loc - q.loc) / q.scale + ratio * expm1(-apart)
        return where(far, away, near) + g_step(self.scale - q.scale, q.scale, self.scale)

    def _natural(self) -> lp.Natural | None:
        return lp.Natural(lp.RATE, lambda: (-1 / Decimal(float(self.scale)),), (float(self.loc),))

    def entropy(self) -> Value:
        return 1 + log(2 * self.scale)

    def expectation(self) -> Value:
        return self.loc

    def deviation(self) -> Value:
        return 2**0.5 * self.scale

    def _distance(self, center: Value) -> Value:
        d = abs(self.loc - center)
        return d + self.scale * exp(-d / self.scale)

    def _exponential_moment(self, center: Value, rate: Value) -> Value:
        t = rate * self.scale
        missing = abs(t) >= 1
        value = exp(rate * (self.loc - center)) / (1 - where(missing, t * 0, t) ** 2)
        return where(missing, np.inf, value)

    def _surprisal(self) -> tuple[Term, ...]:
        return (
            expected.constant(log(2 * self.scale)),
            expected.distance(1 / self.scale, self.loc),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        tail = stretched(1.0, float(1 / self.scale))
        return tail, tail

    def _landmarks(self) -> Array:
        # The kink at the centre is a break point too.
        return np.concatenate([super()._landmarks(), [self.loc]])

    def quantile(self, u: Array) -> Array:
        result: Array = self.loc + self.scale * np.log(2 * u)
        return result

    def upper_quantile(self, u: Array) -> Array:
        result: Array = self.loc - self.scale * np.log(2 * u)
        return result
