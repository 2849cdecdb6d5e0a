"""The Cauchy distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.shared.location_scale import LocationScale
from kullback.distributions.model import expectations as expected
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.tails import DensityTail, power
from kullback.distributions.special.arrays import Array, Value, exp, log, log1p, plain, where

# Beyond this a sum with 1 has the digits of the logarithm alone.
LARGE, TINY = 1e280, 1e-320
LN_2 = 0.6931471805599453


@dataclass(frozen=True, eq=False, repr=False)
class Cauchy(LocationScale):
    """Cauchy(loc, scale): 1/(π scale (1 + z²)), z = (x − loc)/scale.

    KL = ln(1 + ((s₁ − s₂)² + (l₁ − l₂)²)/(4 s₁ s₂)), symmetric. Chyzak and Nielsen (2019).

    Examples
    --------
    >>> Cauchy(0, 1)
    Cauchy(loc=0, scale=1)
    """

    _SCIPY: ClassVar = {"cauchy": lambda loc, scale: (loc, scale)}
    _TORCH: ClassVar = {"Cauchy": lambda d: (d.loc, d.scale)}
    _NAMED: ClassVar = {"Cauchy": ("loc", "scale|scale_diag")}
    _PYMC: ClassVar = {"cauchy": lambda loc, scale: (loc, scale)}
    _PRELIZ: ClassVar = {"Cauchy": ("alpha", "beta")}
    _KERNEL: ClassVar = "Cauchy"

    def log_density(self, x: Any) -> Value:
        x = np.asarray(x, dtype=np.float64)
        spread = log_one_plus_square(x - self.loc, self.scale)
        return -np.log(np.pi) - np.log(self.scale) - spread

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        return self.loc + self.scale * seed.standard_cauchy((size, *self.batch_shape))

    def _same_family(self, q: "Cauchy") -> Value:
        half = self.chi_square(q) / 2
        far = half > LARGE
        if not np.any(plain(far)):
            return log1p(half)
        # From logarithms where the quotients of scales overflow.
        places, scales = (log(abs(d) + TINY) for d in (self.loc - q.loc, self.scale - q.scale))
        size = 2 * where(places > scales, places, scales) - log(self.scale) - log(q.scale)
        both = log1p(exp(-2 * abs(places - scales)))
        return where(far, size + both - 2 * LN_2, log1p(where(far, 0.0, half)))

    def chi_square(self, q: "Cauchy") -> Value:
        """((l₁ − l₂)² + (s₁ − s₂)²)/(2 s₁ s₂): all f-divergences are functions of it."""
        scales = (self.scale - q.scale) / self.scale * ((self.scale - q.scale) / q.scale)
        places = (self.loc - q.loc) / self.scale * ((self.loc - q.loc) / q.scale)
        return (scales + places) / 2

    def entropy(self) -> Value:
        return log(4 * np.pi * self.scale)

    def deviation(self) -> Value:
        return self.scale * 0 + np.inf

    def _distance(self, center: Value) -> Value:  # noqa: ARG002
        return self.scale * 0 + np.inf

    def _log_quadratic_mean(self, center: Value, scale: Value) -> Value:
        # E ln((X − c)² + b²) = ln((l − c)² + (s + b)²), by the Poisson integral.
        ratio = self.scale / scale
        apart = (self.loc - center) / scale
        return log1p(apart * apart + ratio * (2 + ratio))

    def _surprisal(self) -> tuple[Term, ...]:
        return (
            expected.constant(log(np.pi * self.scale)),
            expected.log_quadratic(1.0, self.loc, self.scale),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(1.0), power(1.0)

    def quantile(self, u: Array) -> Array:
        result: Array = self.loc - self.scale / np.tan(np.pi * u)
        return result

    def upper_quantile(self, u: Array) -> Array:
        result: Array = self.loc + self.scale / np.tan(np.pi * u)
        return result


def log_one_plus_square(x: Array, scale: Value = 1.0) -> Array:
    """ln(1 + (x/scale)²) without overflow of the quotient or its square.

    Examples
    --------
    >>> float(log_one_plus_square(np.array(1e200)).round(6))
    921.034037
    >>> float(log_one_plus_square(np.array(1e200), 1e-200).round(6))
    1842.068074
    """
    size = np.abs(x)
    with np.errstate(over="ignore"):
        quotient = size / scale
    far = quotient > 1e8
    near = np.log1p(np.where(far, 0.0, quotient) ** 2)
    result: Array = np.where(far, 2 * (np.log(np.where(far, size, 1.0)) - np.log(scale)), near)
    return result
