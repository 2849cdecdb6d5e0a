"""The uniform distribution on integers."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value, log, log1p, plain, sqrt
from kullback.errors import InputError


@dataclass(frozen=True, eq=False, repr=False)
class DiscreteUniform(LatticeFamily):
    """DiscreteUniform(low, high): 1/(high − low + 1) on low, …, high.

    Examples
    --------
    >>> DiscreteUniform(0, 5)
    DiscreteUniform(low=0, high=5)
    """

    low: Value
    high: Value

    _CHECKS: ClassVar = {"low": parameters.integer, "high": parameters.integer}

    _NAMED: ClassVar = {"DiscreteUniform": ("low", "high")}
    _SCIPY: ClassVar = {"randint": lambda low, high: (low, high - 1)}
    _PYMC: ClassVar = {"discrete_uniform": lambda low, high: (low, high)}
    _PRELIZ: ClassVar = {"DiscreteUniform": ("lower", "upper")}

    def _validate(self) -> None:
        if not np.all(plain(self.low) <= plain(self.high)):
            raise InputError(f"{self!r} needs low ≤ high")

    @property
    def support(self) -> Support:
        return Support("lattice", self.low, self.high)

    @property
    def outcomes(self) -> Value:
        """How many integers there are."""
        return self.high - self.low + 1

    def _log_mass(self, k: Array) -> Array:
        result: Array = -np.log(self.outcomes) + 0 * k
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        low, high = (np.asarray(plain(end)).astype(np.int64) for end in (self.low, self.high))
        return seed.integers(low, high + 1, (size, *self.batch_shape)).astype(np.float64)

    def _same_family(self, q: "DiscreteUniform") -> Value:
        return log1p((q.outcomes - self.outcomes) / self.outcomes)

    def entropy(self) -> Value:
        return log(self.outcomes)

    def expectation(self) -> Value:
        return (self.low + self.high) / 2

    def deviation(self) -> Value:
        return sqrt((self.outcomes**2 - 1) / 12)
