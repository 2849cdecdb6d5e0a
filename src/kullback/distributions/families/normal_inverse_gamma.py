"""The normal-inverse-gamma distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.inverse_gamma import InverseGamma
from kullback.distributions.families.normal import Normal
from kullback.distributions.families.shared import power_gamma as pg
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value, log
from kullback.distributions.special.bregman import mixed
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

    def _between(self, q: "NormalInverseGamma", order: float) -> "NormalInverseGamma | None":
        lmbda = parameters.positive("lmbda", mixed(order, self.lmbda, q.lmbda))
        apart = q.mu - self.mu
        mu = self.mu + (1 - order) * q.lmbda / lmbda * apart
        spread = order * (1 - order) * self.lmbda * q.lmbda / lmbda * apart * apart / 2
        b = mixed(order, self.b, q.b) + spread
        return NormalInverseGamma(mu, lmbda, mixed(order, self.a, q.a), b)

    def entropy(self) -> Value:
        spread = 0.5 * (1 + float(np.log(2 * np.pi)) - log(self.lmbda))
        return self.marginal().entropy() + spread + self.marginal()._log_mean() / 2
