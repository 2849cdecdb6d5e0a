"""The Weibull distribution."""

from dataclasses import dataclass
from typing import ClassVar

from kullback.distributions.families.shared.shapes import PowerGammaFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.special.arrays import Value


@dataclass(frozen=True, eq=False, repr=False)
class Weibull(PowerGammaFamily):
    """Weibull(shape, scale): survival e^(−(x/scale)^shape).

    KL = h(−y) + B(1, r − 1), r = k₂/k₁, y = lnΓ(1 + r) + k₂ ln(l₁/l₂).

    Examples
    --------
    >>> Weibull(1.5, 2)
    Weibull(shape=1.5, scale=2)
    """

    shape: Value
    scale: Value

    _CHECKS: ClassVar = {"shape": parameters.positive, "scale": parameters.positive}

    _SCIPY: ClassVar = {"weibull_min": lambda c, scale: (c, scale)}
    _TORCH: ClassVar = {"Weibull": lambda d: (d.concentration, d.scale)}
    _NAMED: ClassVar = {"Weibull": ("concentration", "scale|scale_diag")}
    _PYMC: ClassVar = {"weibull": lambda shape, scale: (shape, scale)}
    _PRELIZ: ClassVar = {"Weibull": ("alpha", "beta")}

    def _power_gamma(self) -> PowerGamma:
        return PowerGamma(1.0, (1.0, self.shape, 1), ((self.scale, 1.0),))
