"""The normal distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.shared.location_scale import LocationScale
from kullback.distributions.model import expectations as expected
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.tails import DensityTail, stretched
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, erf, exp, log, where
from kullback.distributions.special.primitives import g, log_ratio

LN_2PI = 1.8378770664093453


@dataclass(frozen=True, eq=False, repr=False)
class Normal(LocationScale):
    """Normal(loc, scale): e^(−z²/2)/(scale √(2π)), z = (x − loc)/scale.

    KL = g(v)/2 + ((m₁ − m₂)/s₂)²/2 with v = (s₁/s₂)² − 1. Kullback (1959), ch. 9.

    Examples
    --------
    >>> Normal(0, 1)
    Normal(loc=0, scale=1)
    >>> float(Normal(0.0, 1.0)._same_family(Normal(1.0, 1.0)))
    0.5
    """

    _SCIPY: ClassVar = {"norm": lambda loc, scale: (loc, scale)}
    _TORCH: ClassVar = {"Normal": lambda d: (d.loc, d.scale)}
    _NAMED: ClassVar = {"Normal": ("loc", "scale|scale_diag")}
    _PYMC: ClassVar = {"normal": lambda loc, scale: (loc, scale)}
    _PRELIZ: ClassVar = {"Normal": ("mu", "sigma")}
    _KERNEL: ClassVar = "Normal"

    def log_density(self, x: Any) -> Array:
        z = self._standard(x)
        result: Array = -0.5 * z * z - np.log(self.scale) - 0.5 * LN_2PI
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        return self.loc + self.scale * seed.standard_normal((size, *self.batch_shape))

    def _same_family(self, q: "Normal") -> Value:
        d = (self.scale - q.scale) / q.scale
        z = (self.loc - q.loc) / q.scale
        if isinstance(d, float) and d < -0.5:
            return (_narrow(self.scale, q.scale) + z * z) / 2
        if isinstance(d, float) or not (d < -0.5).any():
            return (g(d * (2 + d)) + z * z) / 2
        narrow = d < -0.5
        if isinstance(d, np.ndarray):
            spread = g(d * (2 + d))
            scales = (np.broadcast_to(s, d.shape)[narrow] for s in (self.scale, q.scale))
            spread[narrow] = _narrow(*scales)
            return (spread + z * z) / 2
        own = where(narrow, self.scale + 0 * q.scale, q.scale + 0 * self.scale)
        spread = where(narrow, _narrow(own, q.scale), g(d * (2 + d)))
        return (spread + z * z) / 2

    def _natural(self) -> lp.Natural | None:
        def theta() -> lp.Point:
            loc, scale = Decimal(float(self.loc)), Decimal(float(self.scale))
            return loc / (scale * scale), -1 / (2 * scale * scale)

        return lp.Natural(lp.NORMAL, theta)

    def entropy(self) -> Value:
        return 0.5 * (1 + LN_2PI) + log(self.scale)

    def expectation(self) -> Value:
        return self.loc

    def deviation(self) -> Value:
        return self.scale

    def _distance(self, center: Value) -> Value:
        d = self.loc - center
        z = d / self.scale
        return self.scale * (2 / np.pi) ** 0.5 * exp(-z * z / 2) + d * erf(z / 2**0.5)

    def _exponential_moment(self, center: Value, rate: Value) -> Value:
        return exp(rate * (self.loc - center) + (rate * self.scale) ** 2 / 2)

    def _surprisal(self) -> tuple[Term, ...]:
        rest = 0.5 * LN_2PI + log(self.scale)
        return (expected.constant(rest), expected.square(0.5, self.loc, self.scale))

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        tail = stretched(2.0, float(0.5 / self.scale / self.scale))
        return tail, tail

    def quantile(self, u: Array) -> Array:
        result: Array = self.loc + self.scale * special.ndtri(u)
        return result

    def upper_quantile(self, u: Array) -> Array:
        result: Array = self.loc - self.scale * special.ndtri(u)
        return result


def _narrow(first: Value, second: Value) -> Value:
    """g((s₁/s₂)² − 1) for a small ratio of scales, without what underflows."""
    ratio = first / second
    return ratio * ratio - 1 - 2 * log_ratio(first, second)
