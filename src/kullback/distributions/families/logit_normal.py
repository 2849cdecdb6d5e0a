"""The logit-normal distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.logistic_normal import LogisticNormal
from kullback.distributions.families.normal import Normal
from kullback.distributions.families.shared.shapes import ImageFamily
from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.support import UNIT, Support
from kullback.distributions.model.tails import LOG_SQUARE, DensityTail
from kullback.distributions.special.arrays import Array, Value, log


@dataclass(frozen=True, eq=False, repr=False)
class LogitNormal(ImageFamily):
    """LogitNormal(mu, sigma): ln(X/(1 − X)) is Normal(mu, sigma).

    Examples
    --------
    >>> LogitNormal(0.2, 1)
    LogitNormal(mu=0.2, sigma=1)
    """

    mu: Value
    sigma: Value

    _CHECKS: ClassVar = {"mu": parameters.real, "sigma": parameters.positive}
    _BIJECTION = "logistic"

    _TORCH: ClassVar = {"LogisticNormal": lambda d: _of_outcomes(d.base_dist.base_dist)}
    _NAMED: ClassVar = {"LogitNormal": ("loc", "scale")}
    _PRELIZ: ClassVar = {"LogitNormal": ("mu", "sigma")}

    def base(self) -> Normal:
        return Normal(self.mu, self.sigma)

    @property
    def support(self) -> Support:
        return UNIT

    def _forward(self, y: Any) -> Any:
        return special.expit(y)

    def _backward(self, x: Any) -> tuple[Any, Any]:
        a, b = np.log(x), np.log1p(-x)
        return a - b, -a - b

    def _log_density_below_one(self, y: Array) -> Array:
        return LogitNormal(-self.mu, self.sigma).log_density(y)

    def _surprisal(self) -> tuple[Term, ...]:
        rest = 0.5 * float(np.log(2 * np.pi)) + log(self.sigma)
        return (
            expected.constant(rest),
            expected.logarithm(1.0),
            expected.log1m(1.0),
            expected.logit_square(0.5, self.mu, self.sigma),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return LOG_SQUARE, LOG_SQUARE


def _of_outcomes(normals: Any) -> Any:
    """Return the one normal behind a law on two outcomes, which is one of a share, or all."""
    loc, scale = normals.loc.double(), normals.scale.double()
    return LogisticNormal(loc, scale) if loc.shape[-1] > 1 else (loc[..., 0], scale[..., 0])
