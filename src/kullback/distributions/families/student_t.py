"""Student's t distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.cauchy import Cauchy, log_one_plus_square
from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.support import REALS, Support
from kullback.distributions.model.tails import DensityTail, power
from kullback.distributions.special.arrays import (
    Array,
    Value,
    exp,
    log,
    plain,
    sqrt,
    where,
)
from kullback.distributions.special.half_step import digamma_half_step, lgamma_half_step


@dataclass(frozen=True, eq=False, repr=False)
class StudentT(Distribution):
    """StudentT(df, loc, scale): (1 + z²/df)^(−(df + 1)/2), normalised, z = (x − loc)/scale.

    Examples
    --------
    >>> StudentT(3, 0, 1)
    StudentT(df=3, loc=0, scale=1)
    """

    df: Value
    loc: Value = 0.0
    scale: Value = 1.0

    _CHECKS: ClassVar = {
        "df": parameters.positive,
        "loc": parameters.real,
        "scale": parameters.positive,
    }

    _SCIPY: ClassVar = {"t": lambda df, loc, scale: (df, loc, scale)}
    _TORCH: ClassVar = {"StudentT": lambda d: (d.df, d.loc, d.scale)}
    _NAMED: ClassVar = {"StudentT": ("df", "loc", "scale|scale_diag")}
    _PYMC: ClassVar = {"t": lambda df, loc, scale: (df, loc, scale)}
    _PRELIZ: ClassVar = {"StudentT": ("nu", "mu", "sigma")}

    @property
    def support(self) -> Support:
        return REALS

    def _log_normaliser(self) -> Value:
        """−ln f at the centre."""
        return -lgamma_half_step(self.df / 2) + 0.5 * float(np.log(2 * np.pi)) + log(self.scale)

    def log_density(self, x: Any) -> Array:
        apart = np.asarray(x, dtype=np.float64) - self.loc
        spread = log_one_plus_square(apart, self.scale * np.sqrt(self.df))
        result: Array = -self._log_normaliser() - (self.df + 1) / 2 * spread
        return result

    def _simpler(self) -> Distribution:
        return Cauchy(self.loc, self.scale) if self.df == 1 else self

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        return self.loc + self.scale * seed.standard_t(self.df, (size, *self.batch_shape))

    def entropy(self) -> Value:
        return self._log_normaliser() + (self.df + 1) / 2 * digamma_half_step(self.df / 2)

    def expectation(self) -> Value:
        return where(self.df > 1, self.loc, np.nan)

    def deviation(self) -> Value:
        finite = self.df > 2
        df = where(finite, self.df, 3.0)
        return where(finite, self.scale * sqrt(df / (df - 2)), np.inf)

    def _distance(self, center: Value) -> Value | None:
        if np.all(plain(self.df) <= 1):
            return self.scale * 0 + np.inf
        if np.any(plain(center) != plain(self.loc)) or np.any(plain(self.df) <= 1):
            return None
        gammas = exp(lgamma_half_step(self.df / 2)) * sqrt(self.df / 2)
        return 2 * self.scale * sqrt(self.df / np.pi) * gammas / (self.df - 1)

    def _log_quadratic_mean(self, center: Value, scale: Value) -> Value | None:
        here = self.scale * sqrt(self.df)
        if np.any(plain(center) != plain(self.loc)) or np.any(plain(scale) != plain(here)):
            return None
        return digamma_half_step(self.df / 2)

    def _surprisal(self) -> tuple[Term, ...]:
        return (
            expected.constant(self._log_normaliser()),
            expected.log_quadratic((self.df + 1) / 2, self.loc, self.scale * sqrt(self.df)),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return power(float(self.df)), power(float(self.df))

    def quantile(self, u: Array) -> Value:
        return self.loc - self.scale * self._far(u)

    def upper_quantile(self, u: Array) -> Value:
        return self.loc + self.scale * self._far(u)

    def _far(self, u: Array) -> Array:
        """The upper u-quantile of the standard t: t² = df (1 − b)/b for a beta quantile b."""
        b = special.betaincinv(self.df / 2, 0.5, 2 * u)
        with np.errstate(all="ignore"):
            t = np.sqrt(self.df * (1 - b) / b)
        result: Array = np.minimum(t, 1e290)
        return result
