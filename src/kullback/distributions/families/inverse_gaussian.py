"""The inverse Gaussian (Wald) distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.support import POSITIVE, Support
from kullback.distributions.model.tails import DensityTail, stretched
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, log, plain, sqrt
from kullback.distributions.special.primitives import g_step


@dataclass(frozen=True, eq=False, repr=False)
class InverseGaussian(Distribution):
    """InverseGaussian(mu, lam): √(lam/(2πx³)) e^(−lam (x − mu)²/(2 mu² x)).

    KL = g(λ₂/λ₁ − 1)/2 + λ₂ ((μ₁ − μ₂)/μ₂)²/(2 μ₁).

    Examples
    --------
    >>> InverseGaussian(1, 2)
    InverseGaussian(mu=1, lam=2)
    """

    mu: Value
    lam: Value

    _CHECKS: ClassVar = {"mu": parameters.positive, "lam": parameters.positive}

    _SCIPY: ClassVar = {"invgauss": lambda mu, scale: (mu * scale, scale)}
    _NAMED: ClassVar = {"InverseGaussian": ("loc", "concentration")}
    _PRELIZ: ClassVar = {"Wald": ("mu", "lam")}

    @property
    def support(self) -> Support:
        return POSITIVE

    def _same_family(self, q: "InverseGaussian") -> Value:
        apart = (self.mu - q.mu) / q.mu
        x = apart * (sqrt(q.lam) / sqrt(2 * self.mu))
        return g_step(q.lam - self.lam, self.lam, q.lam) / 2 + x * x

    def _natural(self) -> lp.Natural | None:
        def theta() -> lp.Point:
            mu, half = Decimal(float(self.mu)), Decimal(float(self.lam)) / 2
            return -half / (mu * mu), -half

        return lp.Natural(lp.INVERSE_GAUSSIAN, theta)

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = x > 0
        y = np.where(inside, x, 1.0)
        apart = (y - self.mu) / self.mu
        value = 0.5 * np.log(self.lam / (2 * np.pi)) - 1.5 * np.log(y)
        return np.where(inside, value - self.lam * apart * apart / (2 * y), -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return seed.wald(self.mu, self.lam, (size, *self.batch_shape))

    def entropy(self) -> Value:
        return 0.5 * (float(np.log(2 * np.pi)) - log(self.lam)) + 1.5 * self._log_mean() + 0.5

    def expectation(self) -> Value:
        return self.mu

    def deviation(self) -> Value:
        return self.mu * sqrt(self.mu / self.lam)

    def _log_mean(self) -> Value:
        """Ln mu − e^t E₁(t) with t = 2 lam/mu, scaled so that nothing overflows."""
        t = np.asarray(2 * plain(self.lam) / plain(self.mu))
        # Lentz's tail beyond 50; E₁ itself below.
        small = np.minimum(t, 500.0)
        direct = np.exp(small) * special.exp1(small)
        series = (1 - 1 / t * (1 - 2 / t * (1 - 3 / t * (1 - 4 / t * (1 - 5 / t))))) / t
        scaled = np.where(t > 500, series, direct)
        return log(self.mu) - scaled[()]

    def _moment(self, scale: Value, power: Value) -> Value | None:
        if np.all(plain(power) == 1):
            return self.mu / scale
        if np.all(plain(power) == -1):
            return scale * (1 / self.mu + 1 / self.lam)
        if np.all(plain(power) == 2):
            return (self.mu / scale) ** 2 * (1 + self.mu / self.lam)
        return None

    def _surprisal(self) -> tuple[Term, ...]:
        rest = 0.5 * (float(np.log(2 * np.pi)) - log(self.lam)) - self.lam / self.mu
        return (
            expected.constant(rest),
            expected.logarithm(1.5),
            expected.moment(self.lam / (2 * self.mu), self.mu, 1.0),
            expected.moment(0.5, self.lam, -1.0),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        low, high = float(self.lam / 2), float(self.lam / self.mu / self.mu / 2)
        return stretched(1.0, low, -0.5), stretched(1.0, high, -1.5)

    def _landmarks(self) -> Array:
        # Where lam (x − mu)²/(2 mu² x) is a given number of nats, on both sides.
        nats = np.array([0.01, 0.3, 1, 3, 8, 20, 45, 100, 200, 400, 700])
        y = nats * self.mu / self.lam
        high = 1 + y + np.sqrt(y * (2 + y))
        return np.concatenate([self.mu / high[::-1], [self.mu], self.mu * high])
