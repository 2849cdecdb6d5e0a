"""The multinomial distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.categorical import categorical_divergence
from kullback.distributions.model import parameters
from kullback.distributions.model.as_given import off_one
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value, plain
from kullback.distributions.special.bregman import power_mean


@dataclass(frozen=True, eq=False, repr=False)
class Multinomial(Distribution):
    """Multinomial(n, p): counts of n draws with probabilities p.

    At equal n, KL = n times that of the categoricals; at different n the supports are disjoint.

    Examples
    --------
    >>> Multinomial(7, [0.5, 0.25, 0.25])
    Multinomial(n=7, p=[0.5, 0.25, 0.25])
    """

    n: Value
    p: Value

    _CHECKS: ClassVar = {"n": parameters.count, "p": parameters.simplex}
    _EVENT: ClassVar = {"p": 1}

    _SCIPY_FROZEN: ClassVar = {"multinomial_frozen": lambda d: (d.n, d.p)}
    _TORCH: ClassVar = {"Multinomial": lambda d: (float(d.total_count), plain(d.probs))}
    _NAMED: ClassVar = {"Multinomial": ("total_count", "probs")}
    _PYMC: ClassVar = {"multinomial": lambda n, p: (n, p)}

    @property
    def support(self) -> Support:
        return Support("counts", self.n, self.n, np.shape(plain(self.p))[-1:])

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = (x >= 0).all(-1) & (x == np.floor(x)).all(-1) & (x.sum(-1) == self.n)
        y = np.where(inside[..., None], x, 0.0)
        choices = special.gammaln(self.n + 1.0) - special.gammaln(y + 1).sum(-1)
        return np.where(inside, choices + special.xlogy(y, self.p).sum(-1), -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        return seed.multinomial(int(self.n), self.p, size) * 1.0

    def _same_family(self, q: "Multinomial") -> Value:
        equal = np.equal(plain(self.n), plain(q.n))
        value = self.n * categorical_divergence(plain(self.p), plain(q.p))
        return np.where(equal, value, np.inf)[()]

    def _same_family_lost(self, q: "Multinomial") -> Value:
        return 2 * plain(self.n) * (off_one(self.p) + off_one(q.p)) ** 2

    def _mass_off(self) -> Any:
        return plain(self.n) * off_one(self.p)

    def _between(self, q: "Multinomial", order: float) -> "Multinomial | None":
        if self.n != q.n:
            return None
        return Multinomial(self.n, power_mean(np.asarray(self.p), np.asarray(q.p), order))
