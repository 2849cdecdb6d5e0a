"""The categorical distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback import kernels
from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.as_given import off_one
from kullback.distributions.model.support import Support, finite_set
from kullback.distributions.special.arrays import Array, Value, plain, xlogy
from kullback.distributions.special.bregman import power_mean
from kullback.distributions.special.primitives import log_ratio


@dataclass(frozen=True, eq=False, repr=False)
class Categorical(LatticeFamily):
    """Categorical(probs): outcome i, from 0, with probability probs[i].

    Examples
    --------
    >>> Categorical([0.5, 0.25, 0.25])
    Categorical(probs=[0.5, 0.25, 0.25])
    """

    probs: Value

    _CHECKS: ClassVar = {"probs": parameters.simplex}
    _EVENT: ClassVar = {"probs": 1}

    _TORCH: ClassVar = {
        "Categorical": lambda d: (d.probs,),
        "OneHotCategorical": lambda d: (d.probs,),
    }
    _NAMED: ClassVar = dict.fromkeys(("Categorical", "OneHotCategorical"), ("probs",))
    _PYMC: ClassVar = {"categorical": lambda p: (p,)}
    _PRELIZ: ClassVar = {"Categorical": ("p",)}

    @property
    def support(self) -> Support:
        if len(np.shape(plain(self.probs))) > 1:
            return Support("lattice", 0.0, float(np.shape(plain(self.probs))[-1] - 1))
        (where,) = np.nonzero(plain(self.probs))
        low, high = float(where[0]), float(where[-1])
        if len(where) < high - low + 1:
            return finite_set(where.astype(float).tolist())
        return Support("lattice", low, high)

    def _log_mass(self, k: Array) -> Array:
        result: Array = np.log(self._masses(k))
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        probs = np.asarray(plain(self.probs))
        uniform = seed.random((size, *self.batch_shape))[..., None]
        return (uniform > np.cumsum(probs, axis=-1)[..., :-1]).sum(axis=-1) * 1.0

    def _same_family(self, q: "Categorical") -> Value | None:
        if np.shape(plain(self.probs))[-1] != np.shape(plain(q.probs))[-1]:
            return None
        if self._holds_tensors or q._holds_tensors:
            return (xlogy(self.probs, self.probs) - xlogy(self.probs, q.probs)).sum(-1)
        return categorical_divergence(self.probs, q.probs)

    def _same_family_lost(self, q: "Categorical") -> Value:
        return 2 * (self._mass_off() + q._mass_off()) ** 2

    def _mass_off(self) -> Any:
        return off_one(self.probs)

    def _between(self, q: "Categorical", order: float) -> "Categorical | None":
        if len(self.probs) != len(q.probs):
            return None
        return Categorical(power_mean(np.asarray(self.probs), np.asarray(q.probs), order))

    def _log_ratio(self, q: "Categorical", x: Array) -> tuple[Array, Array]:
        own, other = self._masses(x), q._masses(x)
        with np.errstate(all="ignore"):
            ratio = log_ratio(own, other)
            parts = np.abs(np.log(own)) + np.abs(np.log(other))
        return ratio, np.where(np.abs(ratio) < 0.5, np.abs(ratio), parts)

    def _masses(self, x: Array) -> Array:
        probs = np.append(np.asarray(plain(self.probs), dtype=np.float64), 0.0)
        masses: Array = probs[np.minimum(np.asarray(x, dtype=int), len(probs) - 1)]
        return masses

    def entropy(self) -> Value:
        return -xlogy(self.probs, self.probs).sum(-1)

    def expectation(self) -> Value:
        probs = np.asarray(plain(self.probs))
        return (probs * np.arange(probs.shape[-1])).sum(-1)[()]


def categorical_divergence(p: Array, q: Array) -> Any:
    """Σ p ln(p/q) over the last axis, summed in the non-negative form of the kernel.

    Examples
    --------
    >>> float(categorical_divergence(np.array([0.5, 0.5]), np.array([1.0, 0.0])))
    inf
    """
    p, q = np.broadcast_arrays(p, q)
    rows = (np.ascontiguousarray(a).reshape(-1, a.shape[-1]) for a in (p, q))
    return kernels.kl(*rows).reshape(p.shape[:-1])[()]
