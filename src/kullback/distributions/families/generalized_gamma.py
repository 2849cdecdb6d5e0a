"""The generalised gamma (Stacy) distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions.families.shared.shapes import PowerGammaFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.special.arrays import Value, plain
from kullback.errors import InputError


@dataclass(frozen=True, eq=False, repr=False)
class GeneralizedGamma(PowerGammaFamily):
    """GeneralizedGamma(scale, d, p): |p| x^(d − 1) e^(−(x/scale)^p)/(scale^d Γ(d/p)).

    d and p have one sign; both may be negative. Stacy (1962).

    Examples
    --------
    >>> GeneralizedGamma(1, 2, 1.5)
    GeneralizedGamma(scale=1, d=2, p=1.5)
    """

    scale: Value
    d: Value
    p: Value

    _CHECKS: ClassVar = {
        "scale": parameters.positive,
        "d": parameters.non_zero,
        "p": parameters.non_zero,
    }

    _SCIPY: ClassVar = {"gengamma": lambda a, c, scale: (scale, a * c, c)}

    def _validate(self) -> None:
        if not np.all(plain(self.d) * np.sign(plain(self.p)) > 0):
            raise InputError(f"{self!r} needs d and p of one sign")

    def _power_gamma(self) -> PowerGamma:
        power, factors = (1.0, self.p, 1), ((self.scale, 1.0),)
        return PowerGamma(self.d / self.p, power, factors, quotient=(self.d, self.p))
