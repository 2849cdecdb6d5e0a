"""The logistic-normal distribution of shares."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.normal import Normal
from kullback.distributions.model import parameters
from kullback.distributions.model.composite import Independent
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value, plain


@dataclass(frozen=True, eq=False, repr=False)
class LogisticNormal(Distribution):
    """LogisticNormal(loc, scale): shares that a stick is broken into by independent normals.

    Piece i of k + 1 takes the share σ(Yᵢ − ln(k + 1 − i)) of what is left, Yᵢ ~ Normal(locᵢ,
    scaleᵢ), as torch's. The map is one to one, so that every f-divergence is that of the normals.

    Examples
    --------
    >>> LogisticNormal([0, 1], [1, 1])
    LogisticNormal(loc=[0.0, 1.0], scale=[1.0, 1.0])
    """

    loc: Value
    scale: Value

    _CHECKS: ClassVar = {"loc": parameters.vector, "scale": parameters.positive_vector}
    _EVENT: ClassVar = {"loc": 1, "scale": 1}

    @property
    def support(self) -> Support:
        return Support("simplex", dimension=(np.shape(plain(self.loc))[-1] + 1,))

    def _canonical(self) -> tuple[tuple[Any, ...], Distribution] | None:
        if not self.is_scalar:
            return None
        pairs = zip(plain(self.loc).tolist(), plain(self.scale).tolist(), strict=True)
        return ("stick",), Independent(tuple(Normal(m, s) for m, s in pairs))

    def _same_family(self, q: "LogisticNormal") -> Value:
        return Normal(self.loc, self.scale)._same_family(Normal(q.loc, q.scale)).sum(-1)

    def _offset(self) -> Array:
        k = np.shape(plain(self.loc))[-1]
        return np.log(np.arange(k, 0, -1) + 0.0)

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        inside = (x > 0).all(-1) & (np.abs(x.sum(-1) - 1) < 1e-9)
        x = np.where(inside[..., None], x, 1.0)
        left = np.cumsum(x[..., ::-1], axis=-1)[..., ::-1]  # what is left before each piece
        logs, rest, before = np.log(x[..., :-1]), np.log(left[..., 1:]), np.log(left[..., :-1])
        normals = Normal(plain(self.loc), plain(self.scale))
        value = normals.log_density(logs - rest + self._offset()) - logs - rest + before
        return np.where(inside, value.sum(-1), -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        z = seed.standard_normal((size, *np.shape(plain(self.loc))))
        y = plain(self.loc) + plain(self.scale) * z - self._offset()
        left = np.cumsum(special.log_expit(-y), axis=-1)
        before = np.concatenate([np.zeros((*left.shape[:-1], 1)), left], axis=-1)
        last = np.zeros((*left.shape[:-1], 1))
        result: Array = np.exp(before + np.concatenate([special.log_expit(y), last], axis=-1))
        return result
