"""The chi-square distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions.families.shared.shapes import PowerGammaFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.special.arrays import Value

LN_2 = float(np.log(2))


@dataclass(frozen=True, eq=False, repr=False)
class Chi2(PowerGammaFamily):
    """Chi2(df): x^(df/2 − 1) e^(−x/2), normalised.

    Gamma with shape df/2 and rate 1/2.

    Examples
    --------
    >>> Chi2(3)
    Chi2(df=3)
    """

    df: Value

    _CHECKS: ClassVar = {"df": parameters.positive}

    _SCIPY: ClassVar = {"chi2": lambda df: (df,)}
    _TORCH: ClassVar = {"Chi2": lambda d: (d.df,)}
    _NAMED: ClassVar = {"Chi2": ("df",)}
    _PRELIZ: ClassVar = {"ChiSquared": ("nu",)}

    def _power_gamma(self) -> PowerGamma:
        return PowerGamma(self.df / 2, (1.0, 1.0, 1), log_constant=LN_2)
