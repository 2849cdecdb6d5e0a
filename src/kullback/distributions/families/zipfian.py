"""The Zipf distribution on finitely many ranks."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions.families.discrete_uniform import DiscreteUniform
from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value


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
        total = np.sum(np.arange(1.0, float(self.n) + 1) ** -self.s)
        result: Array = -self.s * np.log(k) - np.log(total)
        return result

    def _simpler(self) -> Distribution:
        return DiscreteUniform(1.0, self.n) if self.s == 0 else self

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        ranks = np.arange(1.0, float(self.n) + 1)
        weights = ranks**-self.s
        return seed.choice(ranks, size=size, p=weights / weights.sum())

    def _center(self) -> float:
        """The first rank, which is the most likely."""
        return 1.0
