"""The Dirichlet distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.shared.beta import beta_divergence, means_lost
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, digamma, lgamma, plain
from kullback.distributions.special.log_gamma import gamma_entropy


@dataclass(frozen=True, eq=False, repr=False)
class Dirichlet(Distribution):
    """Dirichlet(alpha): Π xᵢ^(αᵢ − 1)/B(α) on the simplex.

    KL = A₂ KL(mean₂‖mean₁) + Σ C(αᵢ) − C(A), C the divergence of gammas at equal means.

    Examples
    --------
    >>> Dirichlet([1, 2, 3])
    Dirichlet(alpha=[1.0, 2.0, 3.0])
    """

    alpha: Value

    _CHECKS: ClassVar = {"alpha": parameters.positive_vector}
    _EVENT: ClassVar = {"alpha": 1}
    _EXACT = "Bregman"

    _SCIPY_FROZEN: ClassVar = {"dirichlet_frozen": lambda d: (d.alpha,)}
    _TORCH: ClassVar = {"Dirichlet": lambda d: (d.concentration,)}
    _NAMED: ClassVar = {"Dirichlet": ("concentration",)}
    _PYMC: ClassVar = {"dirichlet": lambda a: (a,)}
    _PRELIZ: ClassVar = {"Dirichlet": ("alpha",)}

    @property
    def support(self) -> Support:
        return Support("simplex", dimension=np.shape(plain(self.alpha))[-1:])

    def _log_normaliser(self) -> Value:
        return lgamma(self.alpha).sum(-1) - lgamma(self.alpha.sum(-1))

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = (x >= 0).all(-1) & (np.abs(x.sum(-1) - 1) < 1e-9)
        value = special.xlogy(self.alpha - 1, np.where(inside[..., None], x, 0.5)).sum(-1)
        return np.where(inside, value - self._log_normaliser(), -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return seed.dirichlet(self.alpha, size)

    def _same_family(self, q: "Dirichlet") -> Value:
        return beta_divergence(self._pairs(q))

    def _natural(self) -> lp.Natural | None:
        def theta() -> lp.Point:
            return [Decimal(float(x)) for x in self.alpha]

        return lp.Natural(lp.DIRICHLET, theta, (len(self.alpha),))

    def _same_family_lost(self, q: "Dirichlet") -> Value:
        pairs = self._pairs(q)
        # Only where no sum of parts is rounded are the means exact.
        return means_lost([(plain(a), plain(b)) for a, b in pairs]) if len(pairs) > 2 else 0.0

    def _pairs(self, q: "Dirichlet") -> list[tuple[Value, Value]]:
        parts = range(np.shape(plain(self.alpha))[-1])
        scalar = not (self._holds_tensors or q._holds_tensors) and self.is_scalar and q.is_scalar

        def part(alpha: Value, i: int) -> Value:
            return float(alpha[i]) if scalar else alpha[..., i]

        return [(part(self.alpha, i), part(q.alpha, i)) for i in parts]

    def entropy(self) -> Value:
        total, parts = self.alpha.sum(-1), np.shape(plain(self.alpha))[-1]
        own = (gamma_entropy(self.alpha) + digamma(self.alpha)).sum(-1)
        return own - gamma_entropy(total) - parts * digamma(total)
