"""The Nakagami distribution."""

from dataclasses import dataclass
from typing import ClassVar

from kullback.distributions.families.shared.shapes import PowerGammaFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.special.arrays import Value
from kullback.distributions.special.log_gamma import gamma_at_equal_means
from kullback.distributions.special.primitives import g_step


@dataclass(frozen=True, eq=False, repr=False)
class Nakagami(PowerGammaFamily):
    """Nakagami(m, omega): X² is gamma with shape m and mean omega.

    KL = C(m₁, m₂) + m₂ g(omega₁/omega₂ − 1).

    Examples
    --------
    >>> Nakagami(0.75, 2)
    Nakagami(m=0.75, omega=2)
    """

    m: Value
    omega: Value

    _CHECKS: ClassVar = {"m": parameters.positive, "omega": parameters.positive}

    _SCIPY: ClassVar = {"nakagami": lambda nu, scale: (nu, scale * scale)}

    def _same_family(self, q: "Nakagami") -> Value:
        means = q.m * g_step(self.omega - q.omega, q.omega, self.omega)
        return gamma_at_equal_means(self.m, q.m - self.m, q.m) + means

    def _power_gamma(self) -> PowerGamma:
        return PowerGamma(self.m, (2.0, 1.0, 1), ((self.omega, 0.5), (self.m, -0.5)))
