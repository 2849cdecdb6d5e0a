"""The Skellam distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value, sqrt


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

    @property
    def support(self) -> Support:
        return Support("lattice")

    def _log_mass(self, k: Array) -> Array:
        apart = np.sqrt(self.mu1) - np.sqrt(self.mu2)
        tilt = k / 2 * (np.log(self.mu1) - np.log(self.mu2))
        result: Array = (
            tilt - apart * apart + _log_bessel(np.abs(k), 2 * np.sqrt(self.mu1 * self.mu2))
        )
        return result

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
    series = v * np.log(z / 2) - special.gammaln(v + 1) + z * z / 4 / (v + 1) - z
    return np.where(far, series, np.log(np.where(far, 1.0, scaled)))
