"""A mixture of normal distributions in one dimension."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.normal import Normal
from kullback.distributions.model import parameters
from kullback.distributions.model.as_given import off_one
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.mixture_blocks import by_points, shared_landmarks
from kullback.distributions.model.support import REALS, Support
from kullback.distributions.model.tails import DensityTail, stretched
from kullback.distributions.special.arrays import Array, Value, plain, sqrt
from kullback.errors import ShapeError


@dataclass(frozen=True, eq=False, repr=False)
class NormalMixture(Distribution):
    """NormalMixture(weights, locs, scales): Σ wᵢ Normal(locᵢ, scaleᵢ).

    Examples
    --------
    >>> NormalMixture([0.5, 0.5], [-2, 2], [1, 1])
    NormalMixture(weights=[0.5, 0.5], locs=[-2.0, 2.0], scales=[1.0, 1.0])
    """

    weights: Value
    locs: Value
    scales: Value

    _CHECKS: ClassVar = {
        "weights": parameters.simplex,
        "locs": parameters.vector,
        "scales": parameters.positive_vector,
    }
    _EVENT: ClassVar = {"weights": 1, "locs": 1, "scales": 1}

    def _validate(self) -> None:
        sizes = {np.shape(plain(v))[-1] for v in (self.weights, self.locs, self.scales)}
        if len(sizes) > 1:
            raise ShapeError(f"{self!r} needs as many locs and scales as weights")

    @property
    def support(self) -> Support:
        return REALS

    def _mass_off(self) -> Any:
        return off_one(self.weights)

    def components(self) -> tuple[Normal, ...]:
        """The normals that are mixed."""
        pairs = zip(self.locs.tolist(), self.scales.tolist(), strict=True)
        return tuple(Normal(loc, scale) for loc, scale in pairs)

    def log_density(self, x: Any) -> Array:
        points = np.asarray(x, dtype=np.float64)
        if not self.is_scalar:
            return self._log_density(points)
        return by_points(self._log_density, points, len(self.weights))

    def _log_density(self, x: Array) -> Array:
        with np.errstate(all="ignore"):
            parts = Normal(self.locs, self.scales).log_density(x[..., None]) + np.log(self.weights)
        result: Array = special.logsumexp(parts, axis=-1)
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        which = seed.choice(len(self.weights), size=size, p=self.weights / self.weights.sum())
        result: Array = self.locs[which] + self.scales[which] * seed.standard_normal(size)
        return result

    def expectation(self) -> Value:
        return (self.weights * self.locs).sum(-1)

    def deviation(self) -> Value:
        apart = self.locs - self.expectation()[..., None]
        return sqrt((self.weights * (self.scales**2 + apart**2)).sum(-1))

    def _distance(self, center: Value) -> Value:
        each = Normal(self.locs, self.scales)._distance(np.asarray(center)[..., None])
        return (self.weights * each).sum(-1)

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        tail = stretched(2.0, float(0.5 / np.max(self.scales) ** 2))
        return tail, tail

    def _landmarks(self) -> Array:
        return shared_landmarks([part._landmarks() for part in self.components()])
