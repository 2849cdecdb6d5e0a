"""The von Mises distribution on the circle."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.model.tails import DensityTail, power
from kullback.distributions.special.arrays import Array, Value, plain, sin
from kullback.distributions.special.bessel import (
    bessel_complement,
    bessel_ratio,
    concentration_divergence,
    concentration_lost,
)
from kullback.distributions.special.bregman import mixed


@dataclass(frozen=True, eq=False, repr=False)
class VonMises(Distribution):
    """VonMises(loc, kappa): e^(kappa cos(x − loc))/(2π I₀(kappa)) on (−π, π].

    The Bregman rule of ln I₀ in kappa, plus 2 A(κ₁) κ₂ sin²((m₁ − m₂)/2). Mardia and Jupp.

    Examples
    --------
    >>> VonMises(0, 10)
    VonMises(loc=0, kappa=10)
    """

    loc: Value
    kappa: Value

    _CHECKS: ClassVar = {"loc": parameters.real, "kappa": parameters.non_negative}
    _EXACT = "Bregman"

    _SCIPY: ClassVar = {"vonmises": lambda kappa, loc: (loc, kappa)}
    _TORCH: ClassVar = {"VonMises": lambda d: (plain(d.loc), plain(d.concentration))}
    _NAMED: ClassVar = {"VonMises": ("loc", "concentration")}
    _PYMC: ClassVar = {"vonmises": lambda loc, kappa: (loc, kappa)}
    _PRELIZ: ClassVar = {"VonMises": ("mu", "kappa")}

    @property
    def support(self) -> Support:
        return Support("circle", -np.pi, np.pi)

    def _same_family(self, q: "VonMises") -> Value:
        k1, k2 = plain(self.kappa), plain(q.kappa)
        half = sin((self.loc - q.loc) / 2)
        spread = concentration_divergence(2, k1, k2)
        return spread + 2 * bessel_ratio(2, k1) * k2 * half * half

    def _same_family_lost(self, q: "VonMises") -> Value:
        return concentration_lost(2, plain(self.kappa), plain(q.kappa))

    def _between(self, q: "VonMises", order: float) -> "VonMises | None":
        turn = q.loc - self.loc
        along = mixed(order, self.kappa, q.kappa * np.cos(turn))
        across = (1 - order) * q.kappa * np.sin(turn)
        angle = np.arctan2(across, along)
        return VonMises(self.loc + angle, np.hypot(along, across))

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        half = np.sin((x - self.loc) / 2)
        value = -2 * self.kappa * half * half - np.log(2 * np.pi * special.i0e(self.kappa))
        return np.where(np.abs(x) <= np.pi, value, -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return seed.vonmises(self.loc, self.kappa, (size, *self.batch_shape))

    def entropy(self) -> Value:
        spread = self.kappa * bessel_complement(2, plain(self.kappa))
        return np.log(2 * np.pi * special.i0e(self.kappa)) + spread

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(1.0), power(1.0)

    def _landmarks(self) -> Value:
        width = 1 / np.sqrt(np.maximum(self.kappa, 0.1))
        steps = width * np.array([0, 0.3, 1, 2, 4, 8, 16, 32])
        around = self.loc + np.concatenate([steps, -steps])
        return (around + np.pi) % (2 * np.pi) - np.pi
