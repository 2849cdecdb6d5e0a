"""The gamma distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.shared.shapes import PowerGammaFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.special.arrays import Value, exp, log1p, plain, where


@dataclass(frozen=True, eq=False, repr=False)
class Gamma(PowerGammaFamily):
    """Gamma(shape, rate): rate^shape x^(shape − 1) e^(−rate x)/Γ(shape).

    KL = C(k₁, k₂) + k₂ g(μ₁/μ₂ − 1), μ = shape/rate, C the divergence at equal means.

    Examples
    --------
    >>> Gamma(2, 1)
    Gamma(shape=2, rate=1)
    """

    shape: Value
    rate: Value

    _CHECKS: ClassVar = {"shape": parameters.positive, "rate": parameters.positive}

    _SCIPY: ClassVar = {
        "gamma": lambda a, scale: (a, 1 / scale),
        "erlang": lambda a, scale: (a, 1 / scale),
    }
    _TORCH: ClassVar = {"Gamma": lambda d: (d.concentration, d.rate)}
    _NAMED: ClassVar = {"Gamma": ("concentration", "rate|_rate")}
    _PYMC: ClassVar = {"gamma": lambda shape, scale: (shape, 1 / scale)}
    _PRELIZ: ClassVar = {"Gamma": ("alpha", "beta")}
    _KERNEL: ClassVar = "Gamma"

    def _power_gamma(self) -> PowerGamma:
        return PowerGamma(self.shape, (1.0, 1.0, 1), ((self.rate, -1.0),))

    def _distance(self, center: Value) -> Value:
        # E|X − c| = E X − c + 2 E (c − X)₊, from two incomplete gammas.
        k, c = plain(self.shape), np.maximum(plain(center * self.rate), 0.0)
        below = c * special.gammainc(k, c) - k * special.gammainc(k + 1, c)
        return self.expectation() - center + 2 * below / self.rate

    def _exponential_moment(self, center: Value, rate: Value) -> Value:
        missing = rate >= self.rate
        t = where(missing, 0.0, rate / self.rate)
        return where(missing, np.inf, exp(-rate * center - self.shape * log1p(-t)))
