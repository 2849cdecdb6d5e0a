"""The beta-binomial distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value, plain, sqrt


@dataclass(frozen=True, eq=False, repr=False)
class BetaBinomial(LatticeFamily):
    """BetaBinomial(n, a, b): C(n, k) B(k + a, n − k + b)/B(a, b).

    Examples
    --------
    >>> BetaBinomial(10, 2, 3)
    BetaBinomial(n=10, a=2, b=3)
    """

    n: Value
    a: Value
    b: Value

    _CHECKS: ClassVar = {"n": parameters.count, "a": parameters.positive, "b": parameters.positive}

    _SCIPY: ClassVar = {"betabinom": lambda n, a, b: (n, a, b)}

    @property
    def support(self) -> Support:
        return Support("lattice", 0.0, self.n)

    def _log_mass(self, k: Array) -> Value:
        choices = -np.log1p(self.n) - special.betaln(self.n - k + 1, k + 1)
        posterior = special.betaln(k + self.a, self.n - k + self.b)
        return choices + posterior - special.betaln(self.a, self.b)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        shape = (size, *self.batch_shape)
        n = np.asarray(plain(self.n)).astype(np.int64)
        return seed.binomial(n, seed.beta(self.a, self.b, shape)).astype(np.float64)

    def expectation(self) -> Value:
        return self.n * self.a / (self.a + self.b)

    def deviation(self) -> Value:
        t = self.a + self.b
        return sqrt(self.n * self.a * self.b * (t + self.n) / (t + 1)) / t
