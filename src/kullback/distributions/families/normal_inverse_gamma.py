"""The normal-inverse-gamma distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.inverse_gamma import InverseGamma
from kullback.distributions.families.normal import Normal
from kullback.distributions.families.shared import power_gamma as pg
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, log
from kullback.distributions.special.primitives import g_step


@dataclass(frozen=True, eq=False, repr=False)
class NormalInverseGamma(Distribution):
    """NormalInverseGamma(mu, lmbda, a, b): s² ~ InverseGamma(a, b), X | s² ~ N(mu, s²/lmbda).

    Chain rule: KL(marginal of s²) + E₁ KL(X | s²).

    Examples
    --------
    >>> NormalInverseGamma(0, 1, 2, 3)
    NormalInverseGamma(mu=0, lmbda=1, a=2, b=3)
    """

    mu: Value
    lmbda: Value
    a: Value
    b: Value

    _CHECKS: ClassVar = {
        "mu": parameters.real,
        "lmbda": parameters.positive,
        "a": parameters.positive,
        "b": parameters.positive,
    }

    _SCIPY_FROZEN: ClassVar = {"normal_inverse_gamma_frozen": lambda d: (d.mu, d.lmbda, d.a, d.b)}

    @property
    def support(self) -> Support:
        return Support("mean and variance", dimension=(2,))

    def marginal(self) -> InverseGamma:
        """The distribution of s²."""
        return InverseGamma(self.a, self.b)

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        place, variance = x[..., 0], x[..., 1]
        inside = variance > 0
        scale = np.sqrt(np.where(inside, variance, 1.0) / self.lmbda)
        conditional = Normal(0.0, 1.0).log_density((place - self.mu) / scale) - np.log(scale)
        return np.where(inside, conditional + self.marginal().log_density(variance), -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        variance = self.marginal().sample(size, seed)
        place = self.mu + np.sqrt(variance / self.lmbda) * seed.standard_normal(size)
        return np.stack([place, variance], axis=-1)

    def _same_family(self, q: "NormalInverseGamma") -> Value:
        marginal = pg.kl(self.marginal()._power_gamma(), q.marginal()._power_gamma())
        apart = self.mu - q.mu
        shift = q.lmbda * apart * apart * self.a / self.b
        return marginal + (g_step(q.lmbda - self.lmbda, self.lmbda, q.lmbda) + shift) / 2

    def _natural(self) -> lp.Natural | None:
        def theta() -> lp.Point:
            mu, lmbda, a, b = (Decimal(float(x)) for x in self.parameters.values())
            return lmbda * mu, -lmbda / 2, -b - lmbda * mu * mu / 2, -a

        size = self.mu * float(np.sqrt(self.lmbda / self.b))
        lost = 2 * np.log10(abs(size)) if abs(size) > 1 else 0.0
        return lp.Natural(lp.NORMAL_INVERSE_GAMMA, theta, lost=min(lost, 1500.0))

    def entropy(self) -> Value:
        spread = 0.5 * (1 + float(np.log(2 * np.pi)) - log(self.lmbda))
        return self.marginal().entropy() + spread + self.marginal()._log_mean() / 2
