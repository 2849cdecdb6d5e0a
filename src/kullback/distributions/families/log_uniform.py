"""The log-uniform (reciprocal) distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.shared.shapes import ImageFamily
from kullback.distributions.families.uniform import Uniform
from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.support import Support
from kullback.distributions.model.tails import DensityTail, power
from kullback.distributions.special.arrays import Array, Value, exp, expm1, log, log1p, plain, sqrt
from kullback.distributions.special.primitives import log_ratio
from kullback.errors import InputError


@dataclass(frozen=True, eq=False, repr=False)
class LogUniform(ImageFamily):
    """LogUniform(low, high): 1/(x ln(high/low)) between its ends; ln X is uniform.

    Examples
    --------
    >>> LogUniform(1, 10)
    LogUniform(low=1, high=10)
    """

    low: Value
    high: Value

    _EXACT_IMAGE = False
    _CHECKS: ClassVar = {"low": parameters.positive, "high": parameters.positive}

    _NAMED: ClassVar = {"LogUniform": ("low", "high")}
    _SCIPY: ClassVar = {
        "loguniform": lambda a, b, scale: (a * scale, b * scale),
        "reciprocal": lambda a, b, scale: (a * scale, b * scale),
    }

    def _validate(self) -> None:
        if not np.all(plain(self.low) < plain(self.high)):
            raise InputError(f"{self!r} needs low below high")

    def base(self) -> Uniform:
        return Uniform(log(self.low), log(self.high))

    @property
    def support(self) -> Support:
        return Support("real", self.low, self.high)

    @property
    def width(self) -> Value:
        """ln(high/low)."""
        return log_ratio(self.high, self.low)

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = (x >= self.low) & (x <= self.high)
        return np.where(inside, -np.log(np.where(inside, x, 1.0)) - np.log(self.width), -np.inf)

    def _same_family(self, q: "LogUniform") -> Value:
        more = log_ratio(q.high, self.high) + log_ratio(self.low, q.low)
        return log1p(more / self.width)

    def entropy(self) -> Value:
        return log(self.width) + self._log_mean()

    def expectation(self) -> Value:
        return self._moment(1.0, 1.0)

    def deviation(self) -> Value:
        return sqrt(self._moment(1.0, 2.0) - self.expectation() ** 2)

    def _log_mean(self) -> Value:
        return (log(self.low) + log(self.high)) / 2

    def _log_deviation(self) -> Value:
        return self.width / 12**0.5

    def _moment(self, scale: Value, power: Value) -> Value:
        start = exp(power * (log(self.low) - log(scale)))
        return start * expm1(power * self.width) / (power * self.width)

    def _surprisal(self) -> tuple[Term, ...]:
        return (expected.constant(log(self.width)), expected.logarithm(1.0))

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(1.0), power(1.0)
