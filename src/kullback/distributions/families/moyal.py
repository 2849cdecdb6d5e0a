"""The Moyal distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.shared.location_scale import LocationScale
from kullback.distributions.families.shared.power_gamma import EULER
from kullback.distributions.model import expectations as expected
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.model.tails import DensityTail, doubly, stretched
from kullback.distributions.special.arrays import Array, Value, exp, lgamma, log, where


@dataclass(frozen=True, eq=False, repr=False)
class Moyal(LocationScale):
    """Moyal(loc, scale): e^(−(z + e^−z)/2)/(scale √(2π)), z = (x − loc)/scale.

    e^−Z is chi-square with one degree of freedom, so that e^−X is a generalised gamma.

    Examples
    --------
    >>> Moyal(0, 1)
    Moyal(loc=0, scale=1)
    """

    _SCIPY: ClassVar = {"moyal": lambda loc, scale: (loc, scale)}
    _NAMED: ClassVar = {"Moyal": ("loc", "scale")}
    _PYMC: ClassVar = {"moyal": lambda loc, scale: (loc, scale)}
    _PRELIZ: ClassVar = {"Moyal": ("mu", "sigma")}

    def _power_gamma(self) -> PowerGamma:
        shifts = ((self.loc, -1.0), (self.scale, float(np.log(2))))
        return PowerGamma(0.5, (1.0, self.scale, -1), shifts=shifts, space="exp(−x)")

    def log_density(self, x: Any) -> Value:
        z = self._standard(x)
        with np.errstate(over="ignore"):
            decay = np.exp(-z)
        result: Array = -0.5 * (z + decay)
        return result - np.log(self.scale) - 0.5 * np.log(2 * np.pi)

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        chi2 = seed.standard_normal((size, *self.batch_shape)) ** 2
        return self.loc - self.scale * np.log(chi2)

    def entropy(self) -> Value:
        return log(self.scale) + 0.5 * float(np.log(2 * np.pi)) + 0.5 * (1 + EULER + np.log(2))

    def expectation(self) -> Value:
        return self.loc + self.scale * (EULER + float(np.log(2)))

    def deviation(self) -> Value:
        return self.scale * np.pi / 2**0.5

    def _exponential_moment(self, center: Value, rate: Value) -> Value:
        t = rate * self.scale
        missing = t >= 0.5
        t = where(missing, t * 0, t)
        value = exp(rate * (self.loc - center) - t * np.log(2) + lgamma(0.5 - t)) / np.pi**0.5
        return where(missing, np.inf, value)

    def _surprisal(self) -> tuple[Term, ...]:
        rest = log(self.scale) + 0.5 * float(np.log(2 * np.pi))
        return (
            expected.constant(rest),
            expected.linear(0.5, self.loc, self.scale),
            expected.exponential(0.5, self.loc, -1 / self.scale),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return doubly(float(1 / self.scale)), stretched(1.0, float(0.5 / self.scale))

    def quantile(self, u: Array) -> Array:
        result: Array = self.loc - self.scale * np.log(2 * special.gammainccinv(0.5, u))
        return result

    def upper_quantile(self, u: Array) -> Array:
        at = np.maximum(special.gammaincinv(0.5, u), 1e-300)
        result: Array = self.loc - self.scale * np.log(2 * at)
        return result
