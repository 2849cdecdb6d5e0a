"""The Bernoulli distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.shared.discrete import bernoulli_divergence, bernoulli_entropy
from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.support import Support, end_where
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, plain, sqrt


@dataclass(frozen=True, eq=False, repr=False)
class Bernoulli(LatticeFamily):
    """Bernoulli(probs): 1 with probability probs, else 0.

    KL = p g((q − p)/p) + (1 − p) g((p − q)/(1 − p)).

    Examples
    --------
    >>> Bernoulli(0.3)
    Bernoulli(probs=0.3)
    """

    probs: Value

    _CHECKS: ClassVar = {"probs": parameters.probability}

    _SCIPY: ClassVar = {"bernoulli": lambda p: (p,)}
    _TORCH: ClassVar = {"Bernoulli": lambda d: (d.probs,)}
    _NAMED: ClassVar = {"Bernoulli": ("probs",)}
    _PYMC: ClassVar = {"bernoulli": lambda p: (p,)}
    _PRELIZ: ClassVar = {"Bernoulli": ("p",)}
    _KERNEL: ClassVar = "Bernoulli"

    @property
    def support(self) -> Support:
        p = plain(self.probs)
        return Support("lattice", end_where(p == 1, 1.0, 0.0), end_where(p == 0, 0.0, 1.0))

    def _log_mass(self, k: Array) -> Array:
        return special.xlogy(k, self.probs) + special.xlog1py(1 - k, -self.probs)

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        return (seed.random((size, *self.batch_shape)) < self.probs) * 1.0

    def _same_family(self, q: "Bernoulli") -> Value:
        return bernoulli_divergence(self.probs, q.probs)

    def _natural(self) -> lp.Natural | None:
        if self.probs in {0, 1}:
            return None
        return lp.Natural(lp.BERNOULLI, lambda: (lp.logit(Decimal(float(self.probs))),))

    def entropy(self) -> Value:
        return bernoulli_entropy(self.probs)

    def expectation(self) -> Value:
        return self.probs

    def deviation(self) -> Value:
        return sqrt(self.probs * (1 - self.probs))
