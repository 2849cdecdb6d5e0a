"""The logarithmic series distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

import numpy as np

from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.support import Support
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, log, log1p, sqrt, where
from kullback.distributions.special.bregman import bregman
from kullback.distributions.special.primitives import g, log_ratio


@dataclass(frozen=True, eq=False, repr=False)
class LogSeries(LatticeFamily):
    """LogSeries(p): −p^k/(k ln(1 − p)), k = 1, 2, ….

    KL = E X ln(p₁/p₂) + ln(ln(1 − p₂)/ln(1 − p₁)): the Bregman rule in ln p. Fisher (1943).

    Examples
    --------
    >>> LogSeries(0.7)
    LogSeries(p=0.7)
    """

    p: Value

    _CHECKS: ClassVar = {"p": parameters.inner_probability}
    _EXACT = "Bregman"

    _SCIPY: ClassVar = {"logser": lambda p: (p,)}

    @property
    def support(self) -> Support:
        return Support("lattice", 1.0)

    def _log_mass(self, k: Array) -> Array:
        result: Array = k * np.log(self.p) - np.log(k) - np.log(-np.log1p(-self.p))
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        return seed.logseries(self.p, (size, *self.batch_shape)) * 1.0

    def _same_family(self, q: "LogSeries") -> Value:
        # Without ln p, which both F(θ₂) − F(θ₁) and the change hold, so that small p keep digits.
        increase = _excess(q.p) - _excess(self.p)
        change, theta = log_ratio(q.p, self.p), log(self.p)
        first = increase, _mean_excess(self.p, 1 - self.p)
        # F″ grows like e^θ for a small p: the nodes of the integral reach over e^4 of it.
        near = where(theta < -20, -4 / theta, 0.2)
        return bregman(first, change, _variance, theta=theta, near=near)

    def _natural(self) -> lp.Natural | None:
        return lp.Natural(lp.LOG_SERIES, lambda: (Decimal(float(self.p)).ln(),))

    def expectation(self) -> Value:
        return -self.p / ((1 - self.p) * log1p(-self.p))

    def _surprisal(self) -> tuple[Term, ...]:
        return (
            expected.constant(log(-log1p(-self.p))),
            expected.linear(-log(self.p)),
            expected.logarithm(1.0),
        )

    def deviation(self) -> Value:
        return sqrt(_variance(log(self.p)))


def _surplus(p: Value, rest: Value) -> Value:
    """−ln(1 − p)/p − 1 = g(−p)/p, by its first terms where p² is below all doubles."""
    small, large = p < 1e-8, p > 0.5
    middle = where(small | large, 0.5, p)
    near = where(small, p / 2 + p * p / 3, g(-middle) / middle)
    return where(large, -log(rest) / p - 1, near)


def _excess(p: Value) -> Value:
    """ln(−ln(1 − p)/p)."""
    return log1p(_surplus(p, 1 - p))


def _mean_excess(p: Value, rest: Value) -> Value:
    """E X − 1, from p and 1 − p."""
    r = _surplus(p, rest)
    return (p - r * rest) / (rest * (1 + r))


def _variance(eta: Value) -> Value:
    p, rest = np.exp(eta), -np.expm1(eta)
    excess = _mean_excess(p, rest)
    return (1 + excess) * (p / rest - excess)
