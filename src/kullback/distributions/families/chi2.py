"""The chi-square distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions import parameters
from kullback.distributions.arrays import (
    Value,
)
from kullback.distributions.power_gamma import PowerGamma
from kullback.distributions.shapes import PowerGammaFamily

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

    CHECKS: ClassVar = {"df": parameters.positive}

    def power_gamma(self) -> PowerGamma:
        return PowerGamma(self.df / 2, (1.0, 1.0, 1), log_constant=LN_2)
