"""The inverse gamma distribution."""

from dataclasses import dataclass
from typing import ClassVar

from kullback.distributions import parameters
from kullback.distributions.arrays import (
    Value,
)
from kullback.distributions.power_gamma import PowerGamma
from kullback.distributions.shapes import PowerGammaFamily


@dataclass(frozen=True, eq=False, repr=False)
class InverseGamma(PowerGammaFamily):
    """InverseGamma(shape, scale): scale^shape x^(−shape − 1) e^(−scale/x)/Γ(shape).

    1/X is gamma with rate `scale`.

    Examples
    --------
    >>> InverseGamma(3, 2)
    InverseGamma(shape=3, scale=2)
    """

    shape: Value
    scale: Value

    CHECKS: ClassVar = {"shape": parameters.positive, "scale": parameters.positive}

    def power_gamma(self) -> PowerGamma:
        return PowerGamma(self.shape, (-1.0, 1.0, 1), ((self.scale, 1.0),))
