"""Finitely many numbers with their probabilities: tables, and what scipy calls rv_discrete."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.model import parameters
from kullback.distributions.model.as_given import off_one
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support, finite_set
from kullback.distributions.special.arrays import Array, Value
from kullback.errors import InputError


@dataclass(frozen=True, eq=False, repr=False)
class Atoms(Distribution):
    """Atoms(points, probs): finitely many numbers with their probabilities.

    Examples
    --------
    >>> float(Atoms([1.5, 2.0], [0.25, 0.75]).log_density(2.0).round(6))
    -0.287682
    """

    points: Value
    probs: Value

    _CHECKS: ClassVar = {"points": parameters.vector, "probs": parameters.simplex}
    _EVENT: ClassVar = {"points": 1, "probs": 1}

    def _validate(self) -> None:
        points = np.asarray(self.points)
        if points.shape != np.shape(self.probs) or len(np.unique(points)) != points.size:
            raise InputError(
                f"points of Atoms has shape {points.shape} and probs {np.shape(self.probs)}; "
                f"give each point once, with its probability"
            )
        order = np.argsort(points)
        object.__setattr__(self, "points", points[order])
        object.__setattr__(self, "probs", np.asarray(self.probs)[order])

    @property
    def support(self) -> Support:
        return finite_set(np.asarray(self.points)[np.asarray(self.probs) > 0].tolist())

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        index = np.minimum(np.searchsorted(self.points, x), len(self.points) - 1)
        hit = np.asarray(self.points)[index] == x
        with np.errstate(divide="ignore"):
            return np.where(hit, np.log(np.asarray(self.probs)[index]), -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        chosen = seed.choice(self.points, size, p=self.probs / np.sum(self.probs))
        return np.asarray(chosen, dtype=np.float64)

    def _mass_off(self) -> float:
        return float(off_one(self.probs))

    def entropy(self) -> Value:
        return float(special.entr(self.probs).sum())

    def expectation(self) -> Value:
        return float(np.dot(self.points, self.probs))
