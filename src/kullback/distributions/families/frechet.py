"""The Fréchet distribution."""

from dataclasses import dataclass
from typing import ClassVar

from kullback.distributions.families.shared.shapes import PowerGammaFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.special.arrays import Value


@dataclass(frozen=True, eq=False, repr=False)
class Frechet(PowerGammaFamily):
    """Frechet(shape, scale): distribution function e^(−(x/scale)^−shape).

    1/X is Weibull.

    Examples
    --------
    >>> Frechet(2, 1)
    Frechet(shape=2, scale=1)
    """

    shape: Value
    scale: Value

    _CHECKS: ClassVar = {"shape": parameters.positive, "scale": parameters.positive}

    _SCIPY: ClassVar = {"invweibull": lambda c, scale: (c, scale)}

    def _power_gamma(self) -> PowerGamma:
        return PowerGamma(1.0, (-1.0, self.shape, 1), ((self.scale, 1.0),))
