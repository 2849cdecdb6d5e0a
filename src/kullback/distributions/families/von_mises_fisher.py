"""The von Mises–Fisher distribution on the sphere."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.model import parameters
from kullback.distributions.model.answer import EPS
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value, plain, where
from kullback.distributions.special.bessel import (
    bessel_complement,
    bessel_ratio,
    concentration_divergence,
    concentration_lost,
    log_bessel_fall,
)
from kullback.distributions.special.bregman import mixed
from kullback.errors import InputError


@dataclass(frozen=True, eq=False, repr=False)
class VonMisesFisher(Distribution):
    """VonMisesFisher(dim, kappa, cos_angle): e^(kappa μ·x), normalised, on the unit sphere.

    `cos_angle` of Q is the cosine between the two mean directions; P's is 1. KL is the Bregman
    divergence in kappa plus A(κ₁) κ₂ (1 − cos). Mardia and Jupp (2000).

    Examples
    --------
    >>> VonMisesFisher(3, 2)
    VonMisesFisher(dim=3, kappa=2, cos_angle=1)
    """

    dim: Value
    kappa: Value
    cos_angle: Value = 1.0

    _CHECKS: ClassVar = {
        "dim": parameters.positive_count,
        "kappa": parameters.non_negative,
        "cos_angle": parameters.cosine,
    }
    _EXACT = "Bregman"

    def _validate(self) -> None:
        if np.ndim(plain(self.dim)) or plain(self.dim) < 2:
            raise InputError(f"dim of VonMisesFisher is {self.dim}; it must be one integer ≥ 2")

    @property
    def support(self) -> Support:
        return Support("sphere", dimension=(int(self.dim),))

    def log_density(self, x: Any) -> Value:
        """Of unit vectors (last axis); the mean direction is (cos, √(1 − cos²), 0, …)."""
        x = np.asarray(x, dtype=np.float64)
        along = self.cos_angle * x[..., 0] + np.sqrt(1 - self.cos_angle**2) * x[..., 1]
        return self.kappa * along - self._log_normaliser()

    def _log_normaliser(self) -> Any:
        return self._log_excess() + self.kappa

    def _log_excess(self) -> Any:
        """The logarithm of the normaliser, less kappa."""
        half = self.dim / 2
        sphere = np.log(2) + half * np.log(np.pi) - special.gammaln(half)
        return sphere + log_bessel_fall(int(self.dim), plain(self.kappa))

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        from scipy.stats import vonmises_fisher

        mean = np.zeros(int(self.dim))
        mean[0], mean[1] = self.cos_angle, np.sqrt(1 - self.cos_angle**2)
        return vonmises_fisher(mean, self.kappa).rvs(size, random_state=seed)

    def _same_family(self, q: "VonMisesFisher") -> Value | None:
        d, k1, k2 = int(self.dim), plain(self.kappa), plain(q.kappa)
        cosine = where(plain(self.cos_angle) == 1, q.cos_angle, self.cos_angle)
        if np.any((plain(self.cos_angle) != 1) & (plain(q.cos_angle) != 1)):
            return None
        return _divergence(d, k1, k2, 1 - cosine)

    def _renyi_parts(self, q: "VonMisesFisher", order: float) -> tuple[float, float, float] | None:
        """KL of the member between, to either, and their rounding: the vectors κμ are mixed."""
        d, k1, k2 = int(self.dim), float(self.kappa), float(q.kappa)
        if self.dim != q.dim or 1.0 not in (self.cos_angle, q.cos_angle):
            return None
        cosine = float(min(self.cos_angle, q.cos_angle))
        sine = np.sqrt((1 - cosine) * (1 + cosine))
        along, across = mixed(order, k1, k2 * cosine), (1 - order) * k2 * sine
        kappa, angle = float(np.hypot(along, across)), float(np.arctan2(across, along))
        turns = angle, angle - float(np.arctan2(sine, cosine))
        first, second = (
            float(_divergence(d, kappa, k, 2 * np.sin(turn / 2) ** 2))
            for k, turn in zip((k1, k2), turns, strict=True)
        )
        turned = 4 * EPS * (k1 + k2) * float(np.arctan2(sine, cosine))
        lost = sum(float(concentration_lost(d, kappa, k)) for k in (k1, k2))
        return first, second, lost + turned

    def _same_family_lost(self, q: "VonMisesFisher") -> Value:
        k1, k2 = plain(self.kappa), plain(q.kappa)
        same = (plain(self.cos_angle) == 1) & (plain(q.cos_angle) == 1)
        # 1 − cos has the rounding of the cosine.
        turned = where(same, 0.0, 2 * EPS * (k1 + k2))
        return concentration_lost(int(self.dim), k1, k2) + turned

    def entropy(self) -> Value:
        d, kappa = int(self.dim), plain(self.kappa)
        return self._log_excess() + kappa * bessel_complement(d, kappa)


def _divergence(d: int, k1: Value, k2: Value, apart: Value) -> Value:
    """The Bregman divergence of the concentrations, and A(κ₁) κ₂ (1 − cos)."""
    return concentration_divergence(d, k1, k2) + bessel_ratio(d, k1) * k2 * apart
