"""The beta-binomial distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions.families.discrete_uniform import DiscreteUniform
from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.families.shared.urn import log_polya, urn_log_ratio
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
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
    _NAMED: ClassVar = {"BetaBinomial": ("total_count", "concentration1", "concentration0")}
    _PYMC: ClassVar = {"beta_binomial": lambda n, a, b: (n, a, b)}
    _PRELIZ: ClassVar = {"BetaBinomial": ("n", "alpha", "beta")}

    @property
    def support(self) -> Support:
        return Support("lattice", 0.0, self.n)

    def _log_mass(self, k: Array) -> Value:
        return log_polya(k, self.n, self.a, self.b)

    def _log_ratio(self, q: "BetaBinomial", x: Array) -> tuple[Array, Array] | None:
        if self.n != q.n:
            return None
        return urn_log_ratio(x, self.n, (self.a, self.b), (q.a, q.b), 1.0)

    def _simpler(self) -> Distribution:
        return DiscreteUniform(0.0, self.n) if self.a == self.b == 1 else self

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        shape = (size, *self.batch_shape)
        n = np.asarray(plain(self.n)).astype(np.int64)
        return seed.binomial(n, seed.beta(self.a, self.b, shape)).astype(np.float64)

    def expectation(self) -> Value:
        return self.n * self.a / (self.a + self.b)

    def deviation(self) -> Value:
        t = self.a + self.b
        return sqrt(self.n * (self.a / t) * (self.b / t) * ((t + self.n) / (t + 1)))
