"""The Gumbel distribution of minima."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.gumbel import Gumbel
from kullback.distributions.families.shared.location_scale import LocationScale
from kullback.distributions.model import expectations as expected
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.model.tails import DensityTail
from kullback.distributions.special.arrays import Array, Value, log


@dataclass(frozen=True, eq=False, repr=False)
class GumbelL(LocationScale):
    """GumbelL(loc, scale): e^(z − e^z)/scale, z = (x − loc)/scale; −X is Gumbel.

    Examples
    --------
    >>> GumbelL(0, 1)
    GumbelL(loc=0, scale=1)
    """

    _SCIPY: ClassVar = {"gumbel_l": lambda loc, scale: (loc, scale)}

    def mirror(self) -> Gumbel:
        """The distribution of −X."""
        return Gumbel(-self.loc, self.scale)

    def _power_gamma(self) -> PowerGamma:
        return PowerGamma(1.0, (-1.0, self.scale, -1), shifts=((self.loc, -1.0),), space="exp(−x)")

    def log_density(self, x: Any) -> Array:
        return self.mirror().log_density(-np.asarray(x, dtype=np.float64))

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return -self.mirror().sample(size, seed)

    def entropy(self) -> Value:
        return self.mirror().entropy()

    def expectation(self) -> Value:
        return -self.mirror().expectation()

    def deviation(self) -> Value:
        return self.mirror().deviation()

    def _distance(self, center: Value) -> Value:
        return self.mirror()._distance(-center)

    def _exponential_moment(self, center: Value, rate: Value) -> Value:
        return self.mirror()._exponential_moment(-center, -rate)

    def _surprisal(self) -> tuple[Term, ...]:
        return (
            expected.constant(log(self.scale)),
            expected.linear(-1.0, self.loc, self.scale),
            expected.exponential(1.0, self.loc, 1 / self.scale),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        low, high = self.mirror()._tails()
        return high, low

    def quantile(self, u: Array) -> Array:
        return -self.mirror().upper_quantile(u)

    def upper_quantile(self, u: Array) -> Array:
        return -self.mirror().quantile(u)
