"""The inverse Wishart distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.shared.matrix import (
    LARGEST_EXACT,
    log_det,
    wishart_divergence,
    wishart_lost,
)
from kullback.distributions.families.wishart import Wishart
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import Array, Value
from kullback.distributions.special.log_gamma import gamma_entropy
from kullback.distributions.special.wishart_partition import wishart_natural


@dataclass(frozen=True, eq=False, repr=False)
class InverseWishart(Distribution):
    """InverseWishart(df, scale): X⁻¹ is Wishart(df, scale⁻¹), and KL is that of the Wisharts.

    Examples
    --------
    >>> InverseWishart(5, [[1.0]])
    InverseWishart(df=5, scale=[[1.0]])
    """

    df: Value
    scale: Value

    _CHECKS: ClassVar = {"df": parameters.positive, "scale": parameters.positive_definite}
    _EVENT: ClassVar = {"scale": 2}
    _EXACT = "Bregman"

    _SCIPY_FROZEN: ClassVar = {"invwishart_frozen": lambda d: (d.df, d.scale)}

    def _validate(self) -> None:
        self.base()

    @property
    def support(self) -> Support:
        return self.base().support

    def base(self) -> Wishart:
        """The distribution of X⁻¹."""
        inverse = np.linalg.inv(self.scale)
        return Wishart(self.df, (inverse + np.swapaxes(inverse, -1, -2)) / 2)

    def _canonical(self) -> tuple[tuple[Any, ...], Distribution]:
        return ("inverse",), self.base()

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        sign, log_det = np.linalg.slogdet(x)
        good = sign > 0
        safe = np.where(good[..., None, None], x, np.eye(x.shape[-1]))
        value = self.base().log_density(np.linalg.inv(safe)) - (x.shape[-1] + 1) * log_det
        return np.where(good, value, -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        return np.linalg.inv(self.base().sample(size, seed))

    def entropy(self) -> Value:
        # Of X⁻¹, less d + 1 times the mean of its ln det.
        i, d = np.arange(np.shape(self.scale)[-1]), np.shape(self.scale)[-1]
        half = self.df / 2 - i / 2
        parts = gamma_entropy(half) - (d + 1 + i) / 2 * special.psi(half)
        constant = d * (d - 1) / 4 * (1 + np.log(np.pi))
        return (d + 1) / 2 * (log_det(self.scale) - d * np.log(2)) + constant + parts.sum()

    def _natural(self) -> lp.Natural | None:
        if np.shape(self.scale)[-1] > LARGEST_EXACT:
            return None
        return wishart_natural(float(self.df), self.scale, inverted=True)

    def _same_family_lost(self, q: "InverseWishart") -> Value:
        return wishart_lost((self.df, q.scale), (q.df, self.scale))

    def _same_family(self, q: "InverseWishart") -> Value:
        # V₂⁻¹ V₁ of the Wisharts is similar to scale₂ scale₁⁻¹: the roles of the scales swap.
        return wishart_divergence((self.df, q.scale), (q.df, self.scale))
