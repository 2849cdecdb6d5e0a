"""Abstract shapes that many families share: they hold no parameters, only what follows.

- `PowerGammaFamily`: all that follows from the view as a generalised gamma.
- `ImageFamily`: X is an increasing bijection of a variable of another family.
- `LatticeFamily`: integers, summed and not integrated.
"""

from abc import abstractmethod
from typing import Any

import numpy as np
from scipy import special

from kullback.distributions.families.shared import power_gamma as pg
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.expectations import Term, constant, logarithm, moment
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.model.support import NATURALS, POSITIVE, Support
from kullback.distributions.model.tails import DensityTail, power, stretched
from kullback.distributions.special.arrays import (
    Array,
    Value,
    exp,
    expm1,
    lgamma,
    log,
    plain,
    where,
)
from kullback.distributions.special.log_gamma import lgamma_bend


class PowerGammaFamily(Distribution):
    """(X/a)^p ~ Gamma(k): the families on (0, ∞) of `power_gamma`."""

    @abstractmethod
    def _power_gamma(self) -> PowerGamma:
        """k, p and a from the parameters."""

    @property
    def support(self) -> Support:
        return POSITIVE

    def log_density(self, x: Any) -> Array:
        return pg.log_density(self._power_gamma(), np.asarray(x, dtype=np.float64))

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        view = self._power_gamma()
        u = seed.standard_gamma(view.k, size=(size, *self.batch_shape))
        result: Array = np.exp(view.log_a) * u ** (1 / view.p)
        return result

    def entropy(self) -> Value:
        return pg.entropy(self._power_gamma())

    def expectation(self) -> Value:
        return self._moment(1.0, 1.0)

    def deviation(self) -> Value:
        view = self._power_gamma()
        step = 1 / view.p + 0 * view.k
        missing = view.k + 2 * step <= 0
        center = where(missing, 1.0, view.k + step)
        bend = lgamma_bend(center, where(missing, 0.0, step))
        return where(missing, np.inf, self.expectation() * expm1(bend) ** 0.5)

    def _log_mean(self) -> Value:
        return pg.log_mean(self._power_gamma())

    def _log_deviation(self) -> Value:
        return pg.log_deviation(self._power_gamma())

    def _moment(self, scale: Value, power: Value) -> Value:
        return pg.moment(self._power_gamma(), scale, power)

    def _surprisal(self) -> tuple[Term, ...]:
        view = self._power_gamma()
        k, p = view.k, view.p
        rest = k * p * view.log_a + lgamma(k) - log(abs(p))
        return (constant(rest), logarithm(1 - k * p), moment(1.0, exp(view.log_a), p))

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        view = self._power_gamma()
        k, p = float(view.k), float(view.p)
        rate = float(np.exp(np.clip(-view.p * view.log_a, -700, 700)))
        light = stretched(abs(p), rate, k * p - 1)
        return (power(k * p), light) if p > 0 else (light, power(-k * p))

    def quantile(self, u: Array) -> Array:
        return self._from_gamma(u, lower=True)

    def upper_quantile(self, u: Array) -> Array:
        return self._from_gamma(u, lower=False)

    def _from_gamma(self, u: Array, *, lower: bool) -> Array:
        view = self._power_gamma()
        inverse = special.gammaincinv if lower == (view.p > 0) else special.gammainccinv
        with np.errstate(all="ignore"):
            at = inverse(view.k, u)
            # P(U ≤ u) ≈ u^k/Γ(k + 1) where the inverse underflows.
            power_law = (np.log(u) + special.gammaln(view.k + 1)) / view.k
            log_at = np.where(at < 1e-290, np.minimum(power_law, -667.0), np.log(at))
            log_at = np.where(np.isnan(log_at), power_law, log_at)
            result: Array = np.exp(np.clip(view.log_a + log_at / view.p, -690, 690))
        return result


class ImageFamily(Distribution):
    """X = T(Y) with T increasing and Y of `base`; `BIJECTION` names T."""

    _BIJECTION = "exp"

    @abstractmethod
    def base(self) -> Distribution:
        """The distribution of T⁻¹(X)."""

    def _forward(self, y: Any) -> Any:
        """T; the exponential unless a family says otherwise."""
        return np.exp(np.clip(y, -700, 700))

    def _backward(self, x: Any) -> tuple[Any, Any]:
        """T⁻¹(x) and ln |dT⁻¹/dx|, for x inside the support."""
        return np.log(x), -np.log(x)

    def _canonical(self) -> tuple[tuple[Any, ...], Distribution]:
        return (self._BIJECTION,), self.base()

    def _same_family(self, q: Any) -> Value | None:
        return self.base()._same_family(q.base())

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = (x > 0) & (x < self.support.high)
        y, jacobian = self._backward(np.where(inside, x, 0.5))
        return np.where(inside, self.base().log_density(y) + jacobian, -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        result: Array = self._forward(self.base().sample(size, seed))
        return result

    @property
    def support(self) -> Support:
        return POSITIVE

    def quantile(self, u: Array) -> Array | None:
        at = self.base().quantile(u)
        return None if at is None else self._forward(at)

    def upper_quantile(self, u: Array) -> Array | None:
        at = self.base().upper_quantile(u)
        return None if at is None else self._forward(at)


class LatticeFamily(Distribution):
    """A family on the integers ≥ 0, unless it says otherwise."""

    @property
    def support(self) -> Support:
        return NATURALS

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = self.support.contains(x)
        start = plain(self.support.low)
        harmless = np.where(inside, x, np.where(np.isfinite(start), start, 0.0))
        with np.errstate(all="ignore"):
            return np.where(inside, self._log_mass(harmless), -np.inf)

    @abstractmethod
    def _log_mass(self, k: Array) -> Array:
        """ln P(X = k) for k inside the support."""

    def _center(self) -> float:
        """An integer near the middle of the mass, where a sum starts."""
        mean = self.expectation()
        middle = 0.0 if mean is None or not np.isfinite(mean) else float(np.floor(mean))
        return float(np.clip(middle, self.support.low, self.support.high))

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return stretched(1.0), stretched(1.0)
