"""The deterministic distribution: one atom."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value


@dataclass(frozen=True, eq=False, repr=False)
class Deterministic(Distribution):
    """Deterministic(loc): X = loc always. Its divergence from a density is infinite.

    Examples
    --------
    >>> Deterministic(0)
    Deterministic(loc=0)
    """

    loc: Value

    _CHECKS: ClassVar = {"loc": parameters.real}
    _NAMED: ClassVar = {"Deterministic": ("loc",)}
    _PYMC: ClassVar = {"diracdelta": lambda loc: (loc,)}

    @property
    def support(self) -> Support:
        return Support("atom", self.loc, self.loc)

    def log_density(self, x: Any) -> Array:
        return np.where(np.asarray(x) == self.loc, 0.0, -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:  # noqa: ARG002
        result: Array = np.full((size, *self.batch_shape), self.loc, dtype=np.float64)
        return result

    def entropy(self) -> Value:
        return self.loc * 0

    def expectation(self) -> Value:
        return self.loc

    def _center(self) -> float:
        """The atom."""
        return float(self.loc)
