"""Fisher's F distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.beta_prime import BetaPrime
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import POSITIVE, Support
from kullback.distributions.model.tails import DensityTail
from kullback.distributions.special.arrays import Array, Value, log, plain


@dataclass(frozen=True, eq=False, repr=False)
class F(Distribution):
    """F(d1, d2): d1 X/d2 is BetaPrime(d1/2, d2/2).

    Two F of equal ratio d1/d2 have the divergence of the beta primes; the others are numeric.

    Examples
    --------
    >>> F(5, 7)
    F(d1=5, d2=7)
    """

    d1: Value
    d2: Value

    _CHECKS: ClassVar = {"d1": parameters.positive, "d2": parameters.positive}

    _SCIPY: ClassVar = {"f": lambda dfn, dfd: (dfn, dfd)}
    _TORCH: ClassVar = {"FisherSnedecor": lambda d: (d.df1, d.df2)}

    @property
    def support(self) -> Support:
        return POSITIVE

    def base(self) -> BetaPrime:
        """The distribution of d1 X/d2."""
        return BetaPrime(self.d1 / 2, self.d2 / 2)

    @property
    def ratio(self) -> Value:
        """d1/d2."""
        return self.d1 / self.d2

    def _same_family(self, q: "F") -> Value | None:
        if np.any(plain(self.ratio) != plain(q.ratio)):
            return None
        return self.base()._same_family(q.base())

    def _same_family_lost(self, q: "F") -> Value:
        return self.base()._same_family_lost(q.base())

    def log_density(self, x: Any) -> Value:
        at = np.asarray(x, dtype=np.float64) * self.ratio
        return self.base().log_density(at) + np.log(self.ratio)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return seed.f(self.d1, self.d2, (size, *self.batch_shape))

    def entropy(self) -> Value:
        return self.base().entropy() - log(self.ratio)

    def expectation(self) -> Value:
        return self._moment(1.0, 1.0)

    def _log_mean(self) -> Value:
        return self.base()._log_mean() - log(self.ratio)

    def _log_deviation(self) -> Value:
        return self.base()._log_deviation()

    def _moment(self, scale: Value, power: Value) -> Value:
        return self.base()._moment(scale * self.ratio, power)

    def _log1p_mean(self, scale: Value) -> Value | None:
        return self.base()._log1p_mean(scale * self.ratio)

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return self.base()._tails()

    def quantile(self, u: Array) -> Value:
        return self.base().quantile(u) / self.ratio

    def upper_quantile(self, u: Array) -> Value:
        return self.base().upper_quantile(u) / self.ratio
