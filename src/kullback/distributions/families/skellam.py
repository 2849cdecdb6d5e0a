"""The Skellam distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value, sqrt
from kullback.distributions.special.debye import FROM, debye_sum
from kullback.distributions.special.primitives import g, g_of_ratio


@dataclass(frozen=True, eq=False, repr=False)
class Skellam(LatticeFamily):
    """Skellam(mu1, mu2): the difference of two Poisson variables.

    e^(−mu1 − mu2) (mu1/mu2)^(k/2) I_|k|(2 √(mu1 mu2)).

    Examples
    --------
    >>> Skellam(3, 1)
    Skellam(mu1=3, mu2=1)
    """

    mu1: Value
    mu2: Value

    _CHECKS: ClassVar = {"mu1": parameters.positive, "mu2": parameters.positive}

    _SCIPY: ClassVar = {"skellam": lambda mu1, mu2: (mu1, mu2)}
    _NAMED: ClassVar = {"Skellam": ("rate1", "rate2")}

    @property
    def support(self) -> Support:
        return Support("lattice")

    def _log_mass(self, k: Array) -> Array:
        k = np.asarray(k, dtype=np.float64)
        w = np.hypot(k, 2 * np.sqrt(self.mu1) * np.sqrt(self.mu2))
        far = w > FROM
        result = np.empty(k.shape)
        result[far], result[~far] = self._far(k[far], w[far]), self._near(k[~far])
        return result

    def _far(self, k: Array, w: Array) -> Array:
        """About the saddle point s = 1 + e of μ₁ s − k − μ₂/s = 0, where no large part cancels."""
        apart = k - (self.mu1 - self.mu2)
        down = 2 * self.mu1 - k
        e = np.where(down > 0, 2 * apart / (down + w), (k + w) / (2 * self.mu1) - 1)
        # Towards s = 0 the other root keeps its digits.
        s = np.where(e < -0.5, 2 * self.mu2 / (w - k), 1 + e)
        first = s * g_of_ratio(1 / s)
        second = g_of_ratio(s) / s
        near = np.abs(e) < 0.5
        small = np.where(near, e, 0.0)
        first = np.where(near, (1 + small) * g(-small / (1 + small)), first)
        second = np.where(near, g(small) / (1 + small), second)
        value = -self.mu1 * first - self.mu2 * second - 0.5 * np.log(2 * np.pi * w)
        result: Array = value + np.log(debye_sum((k / w) ** 2, w))
        return result

    def _near(self, k: Array) -> Array:
        apart = np.sqrt(self.mu1) - np.sqrt(self.mu2)
        tilt = k / 2 * (np.log(self.mu1) - np.log(self.mu2))
        z = float(min(2 * np.sqrt(self.mu1) * np.sqrt(self.mu2), FROM))
        result: Array = tilt - apart * apart + _log_bessel(np.abs(k), z)
        return result

    def _log_parts(self, x: Array) -> Any:
        tilt = np.abs(x) / 2 * np.abs(np.log(self.mu1) - np.log(self.mu2))
        return np.where(np.isfinite(tilt), tilt, 0.0) + (self.mu1**0.5 - self.mu2**0.5) ** 2

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        shape = (size, *self.batch_shape)
        return 1.0 * seed.poisson(self.mu1, shape) - seed.poisson(self.mu2, shape)

    def expectation(self) -> Value:
        return self.mu1 - self.mu2

    def deviation(self) -> Value:
        return sqrt(self.mu1 + self.mu2)


def _log_bessel(order: Array, z: float) -> Array:
    """ln(I_v(z) e^−z); by its power series where the scaled function underflows."""
    scaled = special.ive(order, z)
    far = scaled < 1e-280
    v = np.where(far, order, 1.0)
    term, total = np.ones_like(v), np.ones_like(v)
    for m in range(1, 40):
        term = term * (z / 2) ** 2 / (m * (v + m))
        total = total + term
    series = v * np.log(z / 2) - special.gammaln(v + 1) + np.log(total) - z
    return np.where(far, series, np.log(np.where(far, 1.0, scaled)))
