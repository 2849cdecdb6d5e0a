"""The negative binomial distribution of failures."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

import numpy as np

from kullback.distributions.families.geometric import Geometric
from kullback.distributions.families.shared.discrete import bernoulli_divergence, log_binomial
from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support, end_where
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, plain, sqrt


@dataclass(frozen=True, eq=False, repr=False)
class NegativeBinomial(LatticeFamily):
    """NegativeBinomial(r, p): Γ(k + r)/(k! Γ(r)) p^r (1 − p)^k failures before r successes.

    At equal r, KL = r/p₁ times that of the Bernoullis; otherwise by summation.

    Examples
    --------
    >>> NegativeBinomial(3, 0.4)
    NegativeBinomial(r=3, p=0.4)
    """

    r: Value
    p: Value

    _CHECKS: ClassVar = {"r": parameters.positive, "p": parameters.positive_probability}

    _SCIPY: ClassVar = {"nbinom": lambda n, p: (n, p)}
    _TORCH: ClassVar = {"NegativeBinomial": lambda d: (d.total_count, 1 - d.probs)}
    _PYMC: ClassVar = {"negative_binomial": lambda r, p: (r, p)}
    _PRELIZ: ClassVar = {"NegativeBinomial": ("alpha", "p")}

    @property
    def support(self) -> Support:
        return Support("lattice", 0.0, end_where(plain(self.p) == 1, 0.0, np.inf))

    def _log_mass(self, k: Array) -> Value:
        n = k + self.r
        return log_binomial(np.asarray(self.r), n, self.p) + np.log(self.r) - np.log(n)

    def _simpler(self) -> Distribution:
        return Geometric(self.p) if self.r == 1 else self

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        return seed.negative_binomial(self.r, self.p, (size, *self.batch_shape)) * 1.0

    def _same_family(self, q: "NegativeBinomial") -> Value | None:
        if np.any(plain(self.r) != plain(q.r)):
            return None
        return self.r * bernoulli_divergence(self.p, q.p) / self.p

    def _natural(self) -> lp.Natural | None:
        if self.p == 1:
            return None
        r = float(self.r)
        return lp.Natural(lp.GEOMETRIC, lambda: (lp.ln1p(-Decimal(float(self.p))),), (r,), r)

    def expectation(self) -> Value:
        return self.r * (1 - self.p) / self.p

    def deviation(self) -> Value:
        return sqrt(self.r * (1 - self.p)) / self.p
