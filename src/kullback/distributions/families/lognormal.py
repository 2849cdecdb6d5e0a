"""The lognormal distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions.families.normal import Normal
from kullback.distributions.families.shared.shapes import ImageFamily
from kullback.distributions.model import expectations as expected
from kullback.distributions.model import parameters
from kullback.distributions.model.expectations import Term
from kullback.distributions.model.tails import LOG_SQUARE, DensityTail
from kullback.distributions.special.arrays import Value, exp, expm1, log, plain, sqrt


@dataclass(frozen=True, eq=False, repr=False)
class LogNormal(ImageFamily):
    """LogNormal(mu, sigma): ln X is Normal(mu, sigma), and KL is that of the normals.

    Examples
    --------
    >>> LogNormal(0, 0.5)
    LogNormal(mu=0, sigma=0.5)
    """

    mu: Value
    sigma: Value

    _CHECKS: ClassVar = {"mu": parameters.real, "sigma": parameters.positive}

    _SCIPY: ClassVar = {"lognorm": lambda s, scale: (np.log(scale), s)}
    _TORCH: ClassVar = {"LogNormal": lambda d: (d.loc, d.scale)}
    _NAMED: ClassVar = {"LogNormal": ("loc", "scale|scale_diag")}
    _PYMC: ClassVar = {"lognormal": lambda loc, scale: (loc, scale)}
    _PRELIZ: ClassVar = {"LogNormal": ("mu", "sigma")}
    _KERNEL: ClassVar = "Normal"  # the parameters are those of its Normal

    def base(self) -> Normal:
        return Normal(self.mu, self.sigma)

    def entropy(self) -> Value:
        return self.base().entropy() + self.mu

    def expectation(self) -> Value:
        return exp(self.mu + self.sigma**2 / 2)

    def deviation(self) -> Value:
        return self.expectation() * sqrt(expm1(self.sigma**2))

    def _log_mean(self) -> Value:
        return self.mu

    def _log_deviation(self) -> Value:
        return self.sigma

    def _moment(self, scale: Value, power: Value) -> Value:
        return exp(power * (self.mu - log(scale)) + (power * self.sigma) ** 2 / 2)

    def _exponential_moment(self, center: Value, rate: Value) -> Value | None:  # noqa: ARG002
        return np.inf + self.mu * 0 if np.all(plain(rate) > 0) else None

    def _surprisal(self) -> tuple[Term, ...]:
        rest = 0.5 * float(np.log(2 * np.pi)) + log(self.sigma)
        return (
            expected.constant(rest),
            expected.logarithm(1.0),
            expected.log_square(0.5, self.mu, self.sigma),
        )

    def _tails(self) -> tuple[DensityTail, DensityTail]:
        return LOG_SQUARE, LOG_SQUARE
