"""The Zipf distribution on finitely many ranks."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions.families.discrete_uniform import DiscreteUniform
from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.answer import EPS
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value
from kullback.distributions.special.bregman import bregman_integral, mixed
from kullback.distributions.special.harmonic import power_sums

# Of (s₂ − s₁) ln n: below it the variance of ln X is smooth between the exponents.
NARROW = 4.0


@dataclass(frozen=True, eq=False, repr=False)
class Zipfian(LatticeFamily):
    """Zipfian(s, n): k^−s/Σ j^−s, k = 1, …, n.

    Examples
    --------
    >>> Zipfian(1.5, 100)
    Zipfian(s=1.5, n=100)
    """

    s: Value
    n: Value

    _CHECKS: ClassVar = {"s": parameters.non_negative, "n": parameters.positive_count}

    _SCIPY: ClassVar = {"zipfian": lambda a, n: (a, n)}

    @property
    def support(self) -> Support:
        return Support("lattice", 1.0, self.n)

    def _log_mass(self, k: Array) -> Array:
        result: Array = -self.s * np.log(k) - np.log(power_sums(float(self.s), float(self.n))[0])
        return result

    def _simpler(self) -> Distribution:
        return DiscreteUniform(1.0, self.n) if self.s == 0 else self

    def _same_family(self, q: "Zipfian") -> Value | None:
        if not (self.is_scalar and q.is_scalar):
            return None
        change = float(q.s - self.s)
        if self.n == q.n and abs(change) * np.log(self.n) < NARROW:
            return bregman_integral(change, np.vectorize(self._variance), self.s)[()]
        own, other = power_sums(self.s, self.n), power_sums(q.s, q.n)
        return change * own[1] / own[0] + float(np.log(other[0]) - np.log(own[0]))

    def _same_family_lost(self, q: "Zipfian") -> Value:
        if not (self.is_scalar and q.is_scalar):
            return 0.0
        if self.n == q.n and abs(q.s - self.s) * np.log(self.n) < NARROW:
            return 0.0
        own, other = power_sums(self.s, self.n), power_sums(q.s, q.n)
        size = abs(q.s - self.s) * own[1] / own[0] + np.log(other[0]) + np.log(own[0])
        return 16 * EPS * float(size)

    def _between(self, q: "Zipfian", order: float) -> "Zipfian | None":
        s = mixed(order, self.s, q.s)
        return Zipfian(s, self.n) if self.n == q.n and s >= 0 else None

    def _variance(self, s: float) -> float:
        """Var ln X at another exponent."""
        sums = power_sums(float(s), float(self.n))
        mean = sums[1] / sums[0]
        return sums[2] / sums[0] - mean * mean

    def entropy(self) -> Value | None:
        if not self.is_scalar:
            return None
        sums = power_sums(self.s, self.n)
        return float(np.log(sums[0])) + self.s * sums[1] / sums[0]

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        ranks = np.arange(1.0, float(self.n) + 1)
        weights = ranks**-self.s
        return seed.choice(ranks, size=size, p=weights / weights.sum())

    def _center(self) -> float:
        """The first rank, which is the most likely."""
        return 1.0
