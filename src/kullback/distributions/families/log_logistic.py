"""The log-logistic (Fisk) distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions.families.logistic import Logistic
from kullback.distributions.families.shared.shapes import ImageFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.tails import DensityTail, power
from kullback.distributions.special.arrays import Value, exp, lgamma, log, plain, sqrt, where
from kullback.distributions.special.primitives import log_ratio, logistic_divergence


@dataclass(frozen=True, eq=False, repr=False)
class LogLogistic(ImageFamily):
    """LogLogistic(scale, shape): ln X is Logistic(ln scale, 1/shape).

    Examples
    --------
    >>> LogLogistic(1, 3)
    LogLogistic(scale=1, shape=3)
    """

    scale: Value
    shape: Value

    _CHECKS: ClassVar = {"scale": parameters.positive, "shape": parameters.positive}

    _SCIPY: ClassVar = {"fisk": lambda c, scale: (scale, c)}
    _PRELIZ: ClassVar = {"LogLogistic": ("alpha", "beta")}

    def base(self) -> Logistic:
        return Logistic(log(self.scale), 1 / self.shape)

    def _same_family(self, q: "LogLogistic") -> Value | None:
        if np.any(plain(self.shape) != plain(q.shape)):
            return None
        return logistic_divergence(self.shape * log_ratio(self.scale, q.scale))

    def entropy(self) -> Value:
        return self.base().entropy() + self._log_mean()

    def _log_mean(self) -> Value:
        return log(self.scale)

    def _log_deviation(self) -> Value:
        return np.pi / 3**0.5 / self.shape

    def _moment(self, scale: Value, power: Value) -> Value:
        t = power / self.shape
        missing = abs(t) >= 1
        t = where(missing, 0.0, t)
        value = exp(power * (log(self.scale) - log(scale)) + lgamma(1 - t) + lgamma(1 + t))
        return where(missing, np.inf, value)

    def expectation(self) -> Value:
        return self._moment(1.0, 1.0)

    def deviation(self) -> Value:
        finite = self.shape > 2
        b = np.pi / where(finite, self.shape, 4.0)
        # The relative variance is tan(b)/b − 1.
        b2 = b * b
        series = b2 / 3 * (1 + b2 * (2 / 5 + b2 * (17 / 105 + b2 * 62 / 945)))
        bend = where(b < 0.02, series, np.tan(plain(b)) / b - 1)
        return where(finite, self.expectation() * sqrt(bend), np.inf)

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(float(self.shape)), power(float(self.shape))
