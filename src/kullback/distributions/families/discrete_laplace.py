"""The discrete Laplace distribution."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

import numpy as np

from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.support import Support
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import (
    Array,
    Value,
    exp,
    expm1,
    log,
    log1p,
    sinh,
    tanh,
    where,
)
from kullback.distributions.special.bregman import bregman


@dataclass(frozen=True, eq=False, repr=False)
class DiscreteLaplace(LatticeFamily):
    """DiscreteLaplace(a): tanh(a/2) e^(−a |k|) on all integers.

    KL = ln(tanh(a/2)/tanh(b/2)) + (b − a)/sinh a, by the Bregman rule near a = b.
    Inusah and Kozubowski (2006).

    Examples
    --------
    >>> DiscreteLaplace(0.8)
    DiscreteLaplace(a=0.8)
    """

    a: Value

    _CHECKS: ClassVar = {"a": parameters.positive}
    _EXACT = "Bregman"

    _SCIPY: ClassVar = {"dlaplace": lambda a: (a,)}

    @property
    def support(self) -> Support:
        return Support("lattice")

    def _log_mass(self, k: Array) -> Array:
        result: Array = np.log(np.tanh(self.a / 2)) - self.a * np.abs(k)
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        shape = (size, *self.batch_shape)
        p = -np.expm1(-self.a)
        return 1.0 * (seed.geometric(p, shape) - seed.geometric(p, shape))

    def _same_family(self, q: "DiscreteLaplace") -> Value:
        increase = _log_tanh_half(self.a) - _log_tanh_half(q.a)

        def second(t: Value) -> Value:
            e = exp(-t)
            return 2 * e * (1 + e * e) / expm1(-2 * t) ** 2

        slope = 2 * exp(-self.a) / expm1(-2 * self.a)
        # F″ falls like e^−a: the integral is right over a few units only.
        near = where(self.a < 8, 0.5, 4 / self.a)
        return bregman((increase, slope), q.a - self.a, second, theta=self.a, near=near)

    def _natural(self) -> lp.Natural | None:
        return lp.Natural(lp.DISCRETE_LAPLACE, lambda: (-Decimal(float(self.a)),))

    def entropy(self) -> Value:
        return self.a / sinh(self.a) - _log_tanh_half(self.a)

    def expectation(self) -> Value:
        return 0.0 * self.a

    def deviation(self) -> Value:
        return 1 / (2**0.5 * sinh(self.a / 2))


def _log_tanh_half(a: Value) -> Value:
    """ln tanh(a/2), also where tanh rounds to 1."""
    e = exp(-a)
    near = a < 1
    far = log1p(-2 * where(near, 0.0, e) / (1 + e))
    return where(near, log(tanh(where(near, a, 1.0) / 2)), far)
