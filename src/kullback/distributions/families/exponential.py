"""The exponential distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions.families.shared.shapes import PowerGammaFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.special.arrays import Value, exp, expm1, where


@dataclass(frozen=True, eq=False, repr=False)
class Exponential(PowerGammaFamily):
    """Exponential(rate): rate e^(−rate x) for x ≥ 0.

    U = rate·x ~ Gamma(1), so that KL = g(r₂/r₁ − 1).

    Examples
    --------
    >>> Exponential(2)
    Exponential(rate=2)
    """

    rate: Value

    _CHECKS: ClassVar = {"rate": parameters.positive}

    _SCIPY: ClassVar = {"expon": lambda scale: (1 / scale,)}
    _TORCH: ClassVar = {"Exponential": lambda d: (d.rate,)}
    _NAMED: ClassVar = {"Exponential": ("rate|_rate",)}
    _PYMC: ClassVar = {"exponential": lambda scale: (1 / scale,)}
    _PRELIZ: ClassVar = {"Exponential": ("lam",)}
    _KERNEL: ClassVar = "Exponential"

    def _power_gamma(self) -> PowerGamma:
        return PowerGamma(1.0, (1.0, 1.0, 1), ((self.rate, -1.0),))

    def _distance(self, center: Value) -> Value:
        below = where(center > 0, center, 0.0)
        return 1 / self.rate - center + 2 * (below + expm1(-self.rate * below) / self.rate)

    def _exponential_moment(self, center: Value, rate: Value) -> Value:
        missing = rate >= self.rate
        t = where(missing, 0.0, rate / self.rate)
        return where(missing, np.inf, exp(-rate * center) / (1 - t))
