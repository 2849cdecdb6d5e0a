"""The half-normal distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions.families.shared.shapes import PowerGammaFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.special.arrays import Value

LN_2 = float(np.log(2))


@dataclass(frozen=True, eq=False, repr=False)
class HalfNormal(PowerGammaFamily):
    """HalfNormal(scale): 2 e^(−x²/(2 scale²))/(scale √(2π)) for x ≥ 0.

    KL = g(v)/2 with v = (s₁/s₂)² − 1.

    Examples
    --------
    >>> HalfNormal(1)
    HalfNormal(scale=1)
    """

    scale: Value

    _CHECKS: ClassVar = {"scale": parameters.positive}

    _SCIPY: ClassVar = {"halfnorm": lambda scale: (scale,)}
    _TORCH: ClassVar = {"HalfNormal": lambda d: (d.scale,)}
    _NAMED: ClassVar = {"HalfNormal": ("scale|scale_diag",)}
    _PYMC_PLACED: ClassVar = {"halfnormal": lambda scale: (scale,)}
    _PRELIZ: ClassVar = {"HalfNormal": ("sigma",)}

    def _power_gamma(self) -> PowerGamma:
        return PowerGamma(0.5, (2.0, 1.0, 1), ((self.scale, 1.0),), log_constant=LN_2 / 2)
