"""The continuous Bernoulli distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.uniform import Uniform
from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.answer import EPS
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.support import UNIT, Support
from kullback.distributions.model.tails import DensityTail, power
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, log, log1p, plain, where
from kullback.distributions.special.bregman import bregman_integral, refuse_tensors
from kullback.distributions.special.primitives import log_ratio


@dataclass(frozen=True, eq=False, repr=False)
class ContinuousBernoulli(Distribution):
    """ContinuousBernoulli(probs): C probs^x (1 − probs)^(1 − x) on [0, 1].

    The Bregman rule with η = logit probs and F(η) = ln((e^η − 1)/η).
    Loaiza-Ganem and Cunningham (2019).

    Examples
    --------
    >>> ContinuousBernoulli(0.2)
    ContinuousBernoulli(probs=0.2)
    """

    probs: Value

    _CHECKS: ClassVar = {"probs": parameters.inner_probability}
    _EXACT = "Bregman"

    _TORCH: ClassVar = {"ContinuousBernoulli": lambda d: (plain(d.probs),)}
    _NAMED: ClassVar = {"ContinuousBernoulli": ("probs",)}

    @property
    def support(self) -> Support:
        return UNIT

    @property
    def eta(self) -> Value:
        """The natural parameter, logit probs."""
        return log(self.probs) - log1p(-self.probs)

    def _step(self, q: "ContinuousBernoulli") -> Value:
        """Logit q − logit p, from the difference of the probabilities."""
        step = (self.probs - q.probs) / (1 - self.probs)
        near = abs(step) < 0.5
        rest = where(near, log1p(where(near, step, 0.0)), log1p(-q.probs) - log1p(-self.probs))
        return log_ratio(q.probs, self.probs) - rest

    def _same_family(self, q: "ContinuousBernoulli") -> Value:
        refuse_tensors(self.probs, q.probs)
        delta = self._step(q)
        first, second = plain(self.eta), plain(q.eta)
        increase = _log_normaliser(second) - _log_normaliser(first)
        direct = increase - delta * _mean(first)
        near = np.abs(delta) < 4
        return np.where(near, bregman_integral(plain(delta), _variance, first), direct)[()]

    def _same_family_lost(self, q: "ContinuousBernoulli") -> Value:
        delta, first, second = (plain(x) for x in (self._step(q), self.eta, q.eta))
        size = np.abs(delta * _mean(first))
        for eta in (first, second):
            size = size + np.abs(_log_normaliser(eta)) + np.abs(eta) * _mean(eta)
        return np.where(np.abs(delta) < 4, 0.0, 4 * EPS * size)[()]

    def _natural(self) -> lp.Natural | None:
        return lp.Natural(lp.TILTED, lambda: (lp.logit(Decimal(float(self.probs))),), lost=16.0)

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = (x >= 0) & (x <= 1)
        value = self.eta * np.where(inside, x, 0.0) - _log_normaliser(self.eta)
        return np.where(inside, value, -np.inf)

    def _simpler(self) -> Distribution:
        return Uniform(0.0, 1.0) if self.probs == 0.5 else self

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return self.quantile(seed.random((size, *self.batch_shape)))

    def entropy(self) -> Value:
        return _log_normaliser(self.eta) - self.eta * self.expectation()

    def expectation(self) -> Value:
        return _mean(plain(self.eta))

    def deviation(self) -> Value:
        return np.sqrt(_variance(plain(self.eta)))

    def _surprisal(self) -> tuple[Term, ...]:
        return (
            expected.constant(_log_normaliser(plain(self.eta))),
            expected.linear(-self.eta),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(1.0), power(1.0)

    def quantile(self, u: Array) -> Array:
        return _quantile(self.eta, u)

    def upper_quantile(self, u: Array) -> Array:
        return 1 - _quantile(-self.eta, u)


def _quantile(eta: Any, u: Array) -> Array:
    eta = np.where(np.abs(eta) < 1e-8, 1e-8, eta)
    result: Array = np.log1p(u * np.expm1(eta)) / eta
    return result


def _log_normaliser(eta: Any) -> Any:
    """ln((e^η − 1)/η) = η/2 + ln(sinh(η/2)/(η/2)), by its series near 0."""
    half = np.abs(np.asarray(eta)) / 2
    small = half < 0.1
    s = np.where(small, half, 0.0) ** 2
    series = s * (1 / 6 - s * (1 / 180 - s * (1 / 2835 - s * (1 / 37800 - s / 467775))))
    y = np.where(small, 1.0, 2 * half)
    far = np.maximum(eta, 0.0) + np.log1p(-np.exp(-y)) - np.log(y)
    return np.where(small, eta / 2 + series, far)


def _mean(eta: Any) -> Any:
    """F′ = 1/(1 − e^−η) − 1/η."""
    eta = np.asarray(eta, dtype=np.float64)
    small = np.abs(eta) < 0.2
    s = np.where(small, eta, 0.0)
    s2 = s * s
    series = s * (1 / 12 - s2 * (1 / 720 - s2 * (1 / 30240 - s2 * (1 / 1209600 - s2 / 47900160))))
    y = np.where(small, 1.0, eta)
    return np.where(small, 0.5 + series, -1 / np.expm1(np.minimum(-y, 700.0)) - 1 / y)[()]


def _variance(eta: Any) -> Any:
    """F″ = 1/η² − 1/(4 sinh²(η/2))."""
    eta = np.asarray(eta, dtype=np.float64)
    small = np.abs(eta) < 0.3
    s2 = np.where(small, eta, 0.0) ** 2
    series = 1 / 12 - s2 * (
        1 / 240 - s2 * (1 / 6048 - s2 * (1 / 172800 - s2 * (1 / 5322240 - s2 * 691 / 118879488000)))
    )
    y = np.where(small, 1.0, np.clip(np.abs(eta), 0, 1400))
    return np.where(small, series, 1 / y**2 - 0.25 / np.sinh(y / 2) ** 2)
