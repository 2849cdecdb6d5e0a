"""The Gumbel distribution of maxima."""

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
from kullback.distributions.special.arrays import Array, Value, exp, lgamma, log, plain, where


@dataclass(frozen=True, eq=False, repr=False)
class Gumbel(LocationScale):
    """Gumbel(loc, scale): e^(−z − e^−z)/scale, z = (x − loc)/scale.

    e^−X is Weibull, so that KL = h(−y) + B(1, r − 1), r = s₁/s₂. Gil (2011), corrected.

    Examples
    --------
    >>> Gumbel(0, 1)
    Gumbel(loc=0, scale=1)
    """

    _SCIPY: ClassVar = {"gumbel_r": lambda loc, scale: (loc, scale)}
    _TORCH: ClassVar = {"Gumbel": lambda d: (d.loc, d.scale)}
    _NAMED: ClassVar = {"Gumbel": ("loc", "scale|scale_diag")}
    _PYMC: ClassVar = {"gumbel": lambda loc, scale: (loc, scale)}
    _PRELIZ: ClassVar = {"Gumbel": ("mu", "beta")}
    _KERNEL: ClassVar = "Gumbel"

    def _power_gamma(self) -> PowerGamma:
        return PowerGamma(1.0, (1.0, self.scale, -1), shifts=((self.loc, -1.0),), space="exp(−x)")

    def log_density(self, x: Any) -> Array:
        z = self._standard(x)
        with np.errstate(over="ignore"):
            decay = np.exp(-z)
        result: Array = -z - decay - np.log(self.scale)
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return seed.gumbel(self.loc, self.scale, (size, *self.batch_shape))

    def entropy(self) -> Value:
        return 1 + EULER + log(self.scale)

    def expectation(self) -> Value:
        return self.loc + EULER * self.scale

    def deviation(self) -> Value:
        return np.pi / 6**0.5 * self.scale

    def _distance(self, center: Value) -> Value:
        # E|X − c| = E X − c + 2 E (c − X)₊, and E (c − X)₊ = s E₁(e^−z) at z = (c − m)/s.
        z = plain(center - self.loc) / plain(self.scale)
        tail = special.exp1(np.exp(np.clip(-z, -700, 700)))
        return self.expectation() - center + 2 * self.scale * tail

    def _exponential_moment(self, center: Value, rate: Value) -> Value:
        t = rate * self.scale
        missing = t >= 1
        value = exp(rate * (self.loc - center) + lgamma(1 - where(missing, t * 0, t)))
        return where(missing, np.inf, value)

    def _surprisal(self) -> tuple[Term, ...]:
        return (
            expected.constant(log(self.scale)),
            expected.linear(1.0, self.loc, self.scale),
            expected.exponential(1.0, self.loc, -1 / self.scale),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return doubly(float(1 / self.scale)), stretched(1.0, float(1 / self.scale))

    def quantile(self, u: Array) -> Array:
        result: Array = self.loc - self.scale * np.log(-np.log(u))
        return result

    def upper_quantile(self, u: Array) -> Array:
        result: Array = self.loc - self.scale * np.log(-np.log1p(-u))
        return result
