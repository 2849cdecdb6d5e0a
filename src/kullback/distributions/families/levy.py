"""The Lévy distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions.families.shared.shapes import PowerGammaFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.special.arrays import Value

LN_2 = float(np.log(2))


@dataclass(frozen=True, eq=False, repr=False)
class Levy(PowerGammaFamily):
    """Levy(scale): √(scale/(2π)) x^(−3/2) e^(−scale/(2x)).

    Inverse gamma with shape 1/2 and scale `scale`/2, so that KL = g(c₂/c₁ − 1)/2.

    Examples
    --------
    >>> Levy(1)
    Levy(scale=1)
    """

    scale: Value

    _CHECKS: ClassVar = {"scale": parameters.positive}

    _SCIPY: ClassVar = {"levy": lambda scale: (scale,)}

    def _power_gamma(self) -> PowerGamma:
        return PowerGamma(0.5, (-1.0, 1.0, 1), ((self.scale, 1.0),), log_constant=-LN_2)
