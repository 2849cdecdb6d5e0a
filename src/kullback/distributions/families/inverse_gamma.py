"""The inverse gamma distribution."""

from dataclasses import dataclass
from typing import ClassVar

from kullback.distributions.families.shared.shapes import PowerGammaFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.special.arrays import Value


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

    _CHECKS: ClassVar = {"shape": parameters.positive, "scale": parameters.positive}

    _SCIPY: ClassVar = {"invgamma": lambda a, scale: (a, scale)}
    _TORCH: ClassVar = {"InverseGamma": lambda d: (d.concentration, d.rate)}
    _NAMED: ClassVar = {"InverseGamma": ("concentration", "scale|rate")}
    _PYMC: ClassVar = {"invgamma": lambda shape, scale: (shape, scale)}
    _PRELIZ: ClassVar = {"InverseGamma": ("alpha", "beta")}

    def _power_gamma(self) -> PowerGamma:
        return PowerGamma(self.shape, (-1.0, 1.0, 1), ((self.scale, 1.0),))
