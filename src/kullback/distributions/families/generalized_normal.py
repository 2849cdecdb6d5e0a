"""The generalised normal (exponential power) distribution."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.laplace import Laplace
from kullback.distributions.families.normal import Normal
from kullback.distributions.families.shared import power_gamma as pg
from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.model.support import REALS, Support
from kullback.distributions.model.tails import DensityTail, stretched
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, exp, lgamma, log, plain


@dataclass(frozen=True, eq=False, repr=False)
class GeneralizedNormal(Distribution):
    """GeneralizedNormal(loc, scale, shape): e^(−|z|^shape)/c, z = (x − loc)/scale.

    At equal locations |z|^shape is gamma, so that KL is that of two generalised gammas.

    Examples
    --------
    >>> GeneralizedNormal(0, 1, 2)
    GeneralizedNormal(loc=0, scale=1, shape=2)
    """

    loc: Value
    scale: Value
    shape: Value

    _CHECKS: ClassVar = {
        "loc": parameters.real,
        "scale": parameters.positive,
        "shape": parameters.positive,
    }

    _SCIPY: ClassVar = {"gennorm": lambda beta, loc, scale: (loc, scale, beta)}
    _NAMED: ClassVar = {"GeneralizedNormal": ("loc", "scale", "power")}

    @property
    def support(self) -> Support:
        return REALS

    def _log_normaliser(self) -> Value:
        return log(2 * self.scale) + lgamma(1 + 1 / self.shape)

    def _folded(self) -> PowerGamma:
        """|X − loc| as a generalised gamma."""
        return PowerGamma(1 / self.shape, (1.0, self.shape, 1), ((self.scale, 1.0),))

    def _same_family(self, q: "GeneralizedNormal") -> Value | None:
        if np.any(plain(self.loc) != plain(q.loc)):
            return None
        value = pg.reliable_kl(self._folded(), q._folded())[0]
        return None if np.isnan(plain(value)).all() else value

    def _natural(self) -> lp.Natural | None:
        folded = pg.natural(self._folded())
        return replace(folded, fixed=(*folded.fixed, float(self.loc)))

    def log_density(self, x: Any) -> Array:
        z = np.abs(np.asarray(x, dtype=np.float64) - self.loc) / self.scale
        result: Array = -(z**self.shape) - self._log_normaliser()
        return result

    def _simpler(self) -> Distribution:
        known = {1.0: Laplace(self.loc, self.scale), 2.0: Normal(self.loc, self.scale / 2**0.5)}
        return known.get(float(self.shape), self)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        shape = (size, *self.batch_shape)
        folded = seed.standard_gamma(1 / self.shape, shape) ** (1 / self.shape)
        result: Array = self.loc + self.scale * folded * seed.choice([-1.0, 1.0], shape)
        return result

    def entropy(self) -> Value:
        return 1 / self.shape + self._log_normaliser()

    def expectation(self) -> Value:
        return self.loc

    def deviation(self) -> Value:
        return self.scale * exp((lgamma(3 / self.shape) - lgamma(1 / self.shape)) / 2)

    def _absolute_moment(self, center: Value, scale: Value, power: Value) -> Value | None:
        """E |(X − center)/scale|^power around its own centre."""
        if np.any(plain(center) != plain(self.loc)):
            return None
        return pg.moment(self._folded(), scale, power)

    def _distance(self, center: Value) -> Value | None:
        return self._absolute_moment(center, 1.0, 1.0)

    def _surprisal(self) -> tuple[Term, ...]:
        return (
            expected.constant(self._log_normaliser()),
            expected.absolute_power(1.0, self.loc, self.scale, self.shape),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        tail = stretched(float(self.shape), float(exp(-self.shape * log(self.scale))))
        return tail, tail

    def _landmarks(self) -> Array:
        return np.concatenate([super()._landmarks(), [self.loc]])

    def quantile(self, u: Array) -> Value:
        return self.loc - self.scale * self._far(u)

    def upper_quantile(self, u: Array) -> Value:
        return self.loc + self.scale * self._far(u)

    def _far(self, u: Array) -> Array:
        result: Array = special.gammainccinv(1 / self.shape, 2 * u) ** (1 / self.shape)
        return result
