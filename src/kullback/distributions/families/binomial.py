"""The binomial distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

import numpy as np

from kullback.distributions.families.bernoulli import Bernoulli
from kullback.distributions.families.shared.discrete import bernoulli_divergence, log_binomial
from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support, end_where
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, plain, sqrt


@dataclass(frozen=True, eq=False, repr=False)
class Binomial(LatticeFamily):
    """Binomial(n, p): C(n, k) p^k (1 − p)^(n − k).

    At equal n, KL = n times that of the Bernoullis; otherwise by summation.

    Examples
    --------
    >>> Binomial(10, 0.3)
    Binomial(n=10, p=0.3)
    """

    n: Value
    p: Value

    _CHECKS: ClassVar = {"n": parameters.count, "p": parameters.probability}

    _SCIPY: ClassVar = {"binom": lambda n, p: (n, p)}
    _TORCH: ClassVar = {"Binomial": lambda d: (d.total_count, d.probs)}
    _NAMED: ClassVar = {"Binomial": ("total_count", "probs")}
    _PYMC: ClassVar = {"binomial": lambda n, p: (n, p)}
    _PRELIZ: ClassVar = {"Binomial": ("n", "p")}

    @property
    def support(self) -> Support:
        n, p = plain(self.n), plain(self.p)
        return Support("lattice", end_where(p == 1, n, 0.0), end_where(p == 0, 0.0, n))

    def _log_mass(self, k: Array) -> Array:
        return log_binomial(k, self.n, self.p)

    def _simpler(self) -> Distribution:
        return Bernoulli(self.p) if self.n == 1 else self

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        n = np.asarray(plain(self.n)).astype(np.int64)
        return seed.binomial(n, self.p, (size, *self.batch_shape)).astype(np.float64)

    def _same_family(self, q: "Binomial") -> Value | None:
        if np.any(plain(self.n) != plain(q.n)):
            return None
        return self.n * bernoulli_divergence(self.p, q.p)

    def _natural(self) -> lp.Natural | None:
        if self.p in {0, 1} or self.n == 0:
            return None
        n = float(self.n)
        return lp.Natural(lp.BERNOULLI, lambda: (lp.logit(Decimal(float(self.p))),), (n,), n)

    def expectation(self) -> Value:
        return self.n * self.p

    def deviation(self) -> Value:
        return sqrt(self.n * self.p * (1 - self.p))
