"""Families of the whole line by place and scale: what they share, said once."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import REALS, Support
from kullback.distributions.special.arrays import Array, Value


@dataclass(frozen=True, eq=False, repr=False)
class LocationScale(Distribution):
    """X = loc + scale·Z for one law of Z; a family says the law.

    Parameters
    ----------
    loc : float or array
        The place.
    scale : float or array
        Above 0.
    """

    loc: Value
    scale: Value

    _CHECKS: ClassVar = {"loc": parameters.real, "scale": parameters.positive}

    @property
    def support(self) -> Support:
        return REALS

    def _standard(self, x: Any) -> Array:
        """Z = (X − loc)/scale, in float64."""
        result: Array = (np.asarray(x, dtype=np.float64) - self.loc) / self.scale
        return result
