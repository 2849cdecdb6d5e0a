"""The uniform distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.support import Support
from kullback.distributions.model.tails import DensityTail, power
from kullback.distributions.special.arrays import (
    Array,
    Value,
    exp,
    log,
    log1p,
    plain,
    sinh,
    where,
    xlogy,
)
from kullback.errors import InputError


@dataclass(frozen=True, eq=False, repr=False)
class Uniform(Distribution):
    """Uniform(low, high): 1/(high − low) between its ends.

    KL = ln(1 + ((b₂ − b₁) + (a₁ − a₂))/(b₁ − a₁)) where nested.

    Examples
    --------
    >>> Uniform(0, 1)
    Uniform(low=0, high=1)
    """

    low: Value
    high: Value

    _CHECKS: ClassVar = {"low": parameters.real, "high": parameters.real}

    _SCIPY: ClassVar = {"uniform": lambda loc, scale: (loc, loc + scale)}
    _TORCH: ClassVar = {"Uniform": lambda d: (d.low, d.high)}
    _NAMED: ClassVar = {"Uniform": ("low", "high")}
    _PYMC: ClassVar = {"uniform": lambda low, high: (low, high)}
    _PRELIZ: ClassVar = {"Uniform": ("lower", "upper")}

    def _validate(self) -> None:
        if not np.all(plain(self.low) < plain(self.high)):
            raise InputError(
                f"low of Uniform is {self.low} and high is {self.high}; low must be below high"
            )

    @property
    def support(self) -> Support:
        return Support("real", self.low, self.high)

    @property
    def width(self) -> Value:
        """high − low."""
        return self.high - self.low

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        return np.where((x >= self.low) & (x <= self.high), -np.log(self.width), -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return seed.uniform(self.low, self.high, (size, *self.batch_shape))

    def _same_family(self, q: "Uniform") -> Value:
        return log1p(((q.high - self.high) + (self.low - q.low)) / self.width)

    def entropy(self) -> Value:
        return log(self.width)

    def expectation(self) -> Value:
        return self.low + self.width / 2

    def deviation(self) -> Value:
        return self.width / 12**0.5

    def _distance(self, center: Value) -> Value:
        a, b = self.low - center, self.high - center
        inside = (a < 0) & (b > 0)
        return where(inside, (a * a + b * b) / (2 * self.width), abs(a + b) / 2)

    def _log_mean(self) -> Value:
        return _mean_log(self.low, self.high)

    def _log1m_mean(self) -> Value:
        return _mean_log(1 - self.high, 1 - self.low)

    def _log_deviation(self) -> Value:
        """From E ln² = [x ln²x − 2x ln x + 2x]; for a narrow interval from the series."""
        a, b, m = plain(self.low), plain(self.high), plain(self._log_mean())
        t = (b - a) / (a + b)

        def part(x: Any) -> Any:
            y = np.log(np.where(x > 0, x, 1.0)) - m
            return np.where(x > 0, x * (y * y - 2 * y + 2), 0.0)

        wide = (part(b) - part(a)) / (b - a)
        near = t * t / 3 * (1 + 4 * t * t / 5)
        return np.sqrt(np.where(t < 1e-3, near, wide))

    def _logit_deviation(self) -> Value | None:
        return np.pi / 3**0.5 if self._is_unit() else None

    def _is_unit(self) -> bool:
        return bool(np.all(plain(self.low) == 0) and np.all(plain(self.high) == 1))

    def _moment(self, scale: Value, power: Value) -> Value | None:
        """(b^(r+1) − a^(r+1))/((r + 1)(b − a)); infinite at 0 for r ≤ −1."""
        a, b, r = plain(self.low / scale), plain(self.high / scale), plain(power)
        reaches = (a <= 0) & (r <= -1)
        safe = np.where(a > 0, a, 0.0)
        if np.any(r == -1) and not np.all(r == -1):
            return None
        if np.all(r == -1):
            return np.where(reaches, np.inf, np.log(b / np.where(a > 0, a, 1.0)) / (b - a))
        mid, t = (a + b) / 2, (b - a) / (a + b)
        lower = np.where(safe > 0, np.where(safe > 0, safe, 1.0) ** (r + 1), 0.0)
        wide = (b ** (r + 1) - lower) / ((r + 1) * (b - a))
        near = mid**r * (1 + r * (r - 1) * t * t / 6)
        return np.where(reaches, np.inf, np.where(np.abs(t) < 1e-4, near, wide))

    def _exponential_moment(self, center: Value, rate: Value) -> Value:
        half = rate * self.width / 2
        small = abs(half) < 1e-4
        y = where(small, half * 0 + 1, half)
        ratio = where(small, 1 + half * half / 6, sinh(y) / y)
        return exp(rate * (self.expectation() - center)) * ratio

    def _log_quadratic_mean(self, center: Value, scale: Value) -> Value | None:
        a, b = (self.low - center) / scale, (self.high - center) / scale
        width = plain(b - a)
        if np.any(width < 0.1) or np.any(np.maximum(abs(plain(a)), abs(plain(b))) > 1e3):
            return None
        return (_log_quadratic_integral(b) - _log_quadratic_integral(a)) / width

    def _surprisal(self) -> tuple[Term, ...]:
        return (expected.constant(log(self.width)),)

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(1.0), power(1.0)

    def quantile(self, u: Array) -> Array:
        result: Array = self.low + self.width * u
        return result

    def upper_quantile(self, u: Array) -> Array:
        result: Array = self.high - self.width * u
        return result


def _mean_log(a: Value, b: Value) -> Value:
    """The mean of ln x over [a, b]: 1 − … at t = (b − a)/(a + b), exact for narrow intervals."""
    middle = (a + b) / 2
    t = (b - a) / (a + b)
    near = abs(t) < 0.05
    s = where(near, t, t * 0)
    s2 = s * s
    series = -s2 * (
        1 / 6 + s2 * (1 / 20 + s2 * (1 / 42 + s2 * (1 / 72 + s2 * (1 / 110 + s2 / 156))))
    )
    wide = (xlogy(b, b) - xlogy(a, a)) / (b - a) - 1
    return where(near, log(middle) + series, wide)


def _log_quadratic_integral(x: Value) -> Value:
    y = np.asarray(plain(x))
    return y * np.log1p(y * y) - 2 * y + 2 * np.arctan(y)
