"""The Zipf (zeta) distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.support import Support
from kullback.distributions.model.tails import DensityTail, power, stretched
from kullback.distributions.special.arrays import Array, Value, sqrt, where
from kullback.distributions.special.bregman import bregman, mixed
from kullback.distributions.special.zeta import log_zeta, zeta_mean, zeta_variance


@dataclass(frozen=True, eq=False, repr=False)
class Zipf(LatticeFamily):
    """Zipf(s): k^−s/ζ(s), k = 1, 2, ….

    KL = ln ζ(s₂) − ln ζ(s₁) + (s₁ − s₂) ζ′(s₁)/ζ(s₁): the Bregman rule of ln ζ.

    Examples
    --------
    >>> Zipf(2)
    Zipf(s=2)
    """

    s: Value

    _CHECKS: ClassVar = {"s": parameters.above_one}
    _EXACT = "Bregman"

    _SCIPY: ClassVar = {"zipf": lambda a: (a,)}
    _NAMED: ClassVar = {"Zipf": ("power",)}

    @property
    def support(self) -> Support:
        return Support("lattice", 1.0)

    def _log_mass(self, k: Array) -> Array:
        result: Array = -self.s * np.log(k) - log_zeta(self.s)
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        return seed.zipf(self.s, (size, *self.batch_shape)) * 1.0

    def _same_family(self, q: "Zipf") -> Value:
        increase = log_zeta(q.s) - log_zeta(self.s)
        return bregman(
            (increase, -zeta_mean(self.s)),
            q.s - self.s,
            zeta_variance,
            theta=self.s - 1,
        )

    def _between(self, q: "Zipf", order: float) -> "Zipf | None":
        return Zipf(mixed(order, self.s, q.s))

    def entropy(self) -> Value:
        return log_zeta(self.s) + self.s * self._log_mean()

    def _log_mean(self) -> Value:
        return zeta_mean(self.s)

    def _log_deviation(self) -> Value:
        return sqrt(zeta_variance(self.s - 1))

    def expectation(self) -> Value:
        finite = self.s > 2
        s = where(finite, self.s, 3.0)
        return where(finite, special.zeta(s - 1) / special.zeta(s), np.inf)

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return stretched(1.0), power(float(self.s) - 1)

    def _surprisal(self) -> tuple[Term, ...]:
        return (expected.constant(log_zeta(self.s)), expected.logarithm(self.s))
