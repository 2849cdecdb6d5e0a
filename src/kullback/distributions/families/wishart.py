"""The Wishart distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.shared.matrix import (
    LARGEST_EXACT,
    log_det,
    log_multigamma,
    wishart_divergence,
    wishart_lost,
)
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value, plain
from kullback.distributions.special.bregman import mixed
from kullback.distributions.special.log_gamma import gamma_entropy
from kullback.distributions.special.wishart_partition import wishart_natural
from kullback.errors import InputError


@dataclass(frozen=True, eq=False, repr=False)
class Wishart(Distribution):
    """Wishart(df, scale): |X|^((df − d − 1)/2) e^(−tr(scale⁻¹ X)/2), normalised.

    Examples
    --------
    >>> Wishart(3, [[2.0]])
    Wishart(df=3, scale=[[2.0]])
    """

    df: Value
    scale: Value

    _CHECKS: ClassVar = {"df": parameters.positive, "scale": parameters.positive_definite}
    _EVENT: ClassVar = {"scale": 2}
    _EXACT = "Bregman"

    _SCIPY_FROZEN: ClassVar = {"wishart_frozen": lambda d: (d.df, d.scale)}
    _NAMED: ClassVar = {"Wishart": ("concentration|df", "scale_matrix")}
    _TORCH: ClassVar = {"Wishart": lambda d: (plain(d.df), plain(d.covariance_matrix))}
    _PYMC: ClassVar = {"wishart": lambda df, scale: (df, scale)}

    def _validate(self) -> None:
        if not np.all(plain(self.df) > self.size - 1):
            raise InputError(f"df of Wishart is {self.df}; it must be > {self.size - 1}")

    @property
    def size(self) -> int:
        """The number of rows."""
        return int(np.shape(self.scale)[-1])

    @property
    def support(self) -> Support:
        return Support("positive definite matrix", dimension=(self.size, self.size))

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        d, half = self.size, self.df / 2
        sign, log_det = np.linalg.slogdet(x)
        trace = np.trace(np.linalg.solve(self.scale, x), axis1=-2, axis2=-1)
        norm = (
            half * d * np.log(2) + half * np.linalg.slogdet(self.scale)[1] + log_multigamma(half, d)
        )
        value = (self.df - d - 1) / 2 * log_det - trace / 2 - norm
        return np.where(sign > 0, value, -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        d = self.size
        lower = np.zeros((size, d, d))
        rows, columns = np.tril_indices(d, -1)
        lower[:, rows, columns] = seed.standard_normal((size, len(rows)))
        for i in range(d):
            lower[:, i, i] = np.sqrt(seed.chisquare(self.df - i, size))
        factor = np.linalg.cholesky(self.scale) @ lower
        result: Array = factor @ np.swapaxes(factor, -1, -2)
        return result

    def _same_family(self, q: "Wishart") -> Value:
        return wishart_divergence((self.df, self.scale), (q.df, q.scale))

    def _natural(self) -> lp.Natural | None:
        if self.size > LARGEST_EXACT:
            return None
        return wishart_natural(float(self.df), self.scale, inverted=False)

    def _same_family_lost(self, q: "Wishart") -> Value:
        return wishart_lost((self.df, self.scale), (q.df, q.scale))

    def _between(self, q: "Wishart", order: float) -> "Wishart | None":
        inverse = mixed(order, np.linalg.inv(self.scale), np.linalg.inv(q.scale))
        scale = np.linalg.inv(parameters.positive_definite("scale⁻¹ of Wishart", inverse))
        return Wishart(mixed(order, self.df, q.df), (scale + scale.T) / 2)

    def entropy(self) -> Value:
        d, half = self.size, self.df / 2
        i = np.arange(d)
        parts = gamma_entropy(half - i / 2) + (d + 1 - i) / 2 * special.psi(half - i / 2)
        constant = d * (d - 1) / 4 * (1 + np.log(np.pi))
        return (d + 1) / 2 * (log_det(self.scale) + d * np.log(2)) + constant + parts.sum()
