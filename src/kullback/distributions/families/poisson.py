"""The Poisson distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

import numpy as np

from kullback.distributions.families.shared.discrete import log_poisson
from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.support import Support, end_where
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, plain, sqrt, where
from kullback.distributions.special.primitives import g_step


@dataclass(frozen=True, eq=False, repr=False)
class Poisson(LatticeFamily):
    """Poisson(rate): rate^k e^(−rate)/k!.

    KL = r₁ g((r₂ − r₁)/r₁).

    Examples
    --------
    >>> Poisson(3)
    Poisson(rate=3)
    """

    rate: Value

    _CHECKS: ClassVar = {"rate": parameters.non_negative}

    _SCIPY: ClassVar = {"poisson": lambda mu: (mu,)}
    _TORCH: ClassVar = {"Poisson": lambda d: (d.rate,)}
    _NAMED: ClassVar = {"Poisson": ("rate|_rate",)}
    _PYMC: ClassVar = {"poisson": lambda mu: (mu,)}
    _PRELIZ: ClassVar = {"Poisson": ("mu",)}
    _KERNEL: ClassVar = "Poisson"

    @property
    def support(self) -> Support:
        return Support("lattice", 0.0, end_where(plain(self.rate) == 0, 0.0, np.inf))

    def _log_mass(self, k: Array) -> Array:
        return log_poisson(k, self.rate)

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        return seed.poisson(self.rate, (size, *self.batch_shape)) * 1.0

    def _same_family(self, q: "Poisson") -> Value:
        if isinstance(self.rate, float) and self.rate > 0:
            return self.rate * g_step(q.rate - self.rate, self.rate, q.rate)
        none = self.rate == 0
        if not np.any(plain(none)):
            return self.rate * g_step(q.rate - self.rate, self.rate, q.rate + 0 * self.rate)
        safe = where(none, 1.0, self.rate)
        return where(none, q.rate, safe * g_step(q.rate - safe, safe, q.rate + 0 * safe))

    def _natural(self) -> lp.Natural | None:
        if self.rate == 0:
            return None
        return lp.Natural(lp.POISSON, lambda: (Decimal(float(self.rate)).ln(),))

    def expectation(self) -> Value:
        return self.rate

    def deviation(self) -> Value:
        return sqrt(self.rate)
