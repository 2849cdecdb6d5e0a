"""The Maxwell distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions.families.shared.shapes import PowerGammaFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.special.arrays import Value

LN_2 = float(np.log(2))


@dataclass(frozen=True, eq=False, repr=False)
class Maxwell(PowerGammaFamily):
    """Maxwell(scale): √(2/π) x² e^(−x²/(2 scale²))/scale³.

    The length of a normal vector in three dimensions.

    Examples
    --------
    >>> Maxwell(1)
    Maxwell(scale=1)
    """

    scale: Value

    _CHECKS: ClassVar = {"scale": parameters.positive}

    _SCIPY: ClassVar = {"maxwell": lambda scale: (scale,)}

    def _power_gamma(self) -> PowerGamma:
        return PowerGamma(1.5, (2.0, 1.0, 1), ((self.scale, 1.0),), log_constant=LN_2 / 2)
