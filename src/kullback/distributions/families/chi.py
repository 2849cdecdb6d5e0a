"""The chi distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions.families.shared.shapes import PowerGammaFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.special.arrays import Value

LN_2 = float(np.log(2))


@dataclass(frozen=True, eq=False, repr=False)
class Chi(PowerGammaFamily):
    """Chi(df): x^(df − 1) e^(−x²/2), normalised.

    X² is chi-square.

    Examples
    --------
    >>> Chi(3)
    Chi(df=3)
    """

    df: Value

    _CHECKS: ClassVar = {"df": parameters.positive}

    _SCIPY: ClassVar = {"chi": lambda df: (df,)}
    _NAMED: ClassVar = {"Chi": ("df",)}

    def _power_gamma(self) -> PowerGamma:
        return PowerGamma(self.df / 2, (2.0, 1.0, 1), log_constant=LN_2 / 2)
