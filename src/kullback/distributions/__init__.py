"""You hold formulas: KL and its relatives between any two distributions.

68 families, mixtures, independent parts, your own densities, and the distributions of scipy,
torch, numpyro, TFP and PyMC. Closed form where one exists, else the numeric ladder; each value
says its method and its error.
"""

from kullback.distributions.adapters import from_object
from kullback.distributions.distribution import Distribution
from kullback.distributions.divergence import kl, route
from kullback.distributions.families import *  # noqa: F403
from kullback.distributions.families import FAMILIES, by_name
from kullback.distributions.families import __all__ as _families
from kullback.distributions.structures import Affine, Density, Independent, Mixture
from kullback.results import Divergence

__all__ = [
    *_families,
    "Affine",
    "Density",
    "Distribution",
    "Divergence",
    "Independent",
    "Mixture",
    "from_object",
    "kl",
    "route",
]
