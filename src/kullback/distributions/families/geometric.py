"""The geometric distribution of failures before the first success."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.shared.discrete import bernoulli_divergence, bernoulli_entropy
from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.composite import Affine
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.support import Support, end_where
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, log, log1p, plain, sqrt


@dataclass(frozen=True, eq=False, repr=False)
class Geometric(LatticeFamily):
    """Geometric(p): p (1 − p)^k failures, k = 0, 1, ….

    KL = that of the Bernoullis, divided by p₁.

    Examples
    --------
    >>> Geometric(0.25)
    Geometric(p=0.25)
    """

    p: Value

    _CHECKS: ClassVar = {"p": parameters.positive_probability}

    _TORCH: ClassVar = {"Geometric": lambda d: (d.probs,)}
    _NAMED: ClassVar = {"Geometric": ("probs",)}
    _PYMC: ClassVar = {"geometric": lambda p: Affine(Geometric(p), 1.0, 1.0)}  # from 1 on
    _KERNEL: ClassVar = "Geometric"

    @property
    def support(self) -> Support:
        return Support("lattice", 0.0, end_where(plain(self.p) == 1, 0.0, np.inf))

    def _log_mass(self, k: Array) -> Array:
        result: Array = np.log(self.p) + special.xlog1py(k, -self.p)
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        return seed.geometric(self.p, (size, *self.batch_shape)) - 1.0

    def _same_family(self, q: "Geometric") -> Value:
        return bernoulli_divergence(self.p, q.p) / self.p

    def _natural(self) -> lp.Natural | None:
        if self.p == 1:
            return None
        return lp.Natural(lp.GEOMETRIC, lambda: (lp.ln1p(-Decimal(float(self.p))),))

    def entropy(self) -> Value:
        return bernoulli_entropy(self.p) / self.p

    def expectation(self) -> Value:
        return (1 - self.p) / self.p

    def _surprisal(self) -> tuple[Term, ...]:
        # Against k ≥ 0 only; the support is checked before.
        return (expected.constant(-log(self.p)), expected.linear(-log1p(-self.p)))

    def deviation(self) -> Value:
        return sqrt(1 - self.p) / self.p
