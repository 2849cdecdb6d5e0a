"""You hold formulas: KL and its relatives between any two distributions.

69 families, mixtures, independent parts, your own densities, and the distributions of scipy,
torch, numpyro, TFP and PyMC. Closed form where one exists, else the numeric ladder; each value
says its method and its error.
"""

from kullback.distributions import families
from kullback.distributions.adapters import from_object
from kullback.distributions.comparison import FormulaComparison, compare
from kullback.distributions.families import *  # noqa: F403
from kullback.distributions.measures.functions_of_renyi import (
    alpha_divergence,
    bhattacharyya,
    jeffreys,
    tsallis,
)
from kullback.distributions.measures.kl import kl, route
from kullback.distributions.measures.mutual_information import mutual_information
from kullback.distributions.measures.relatives import (
    chi_square,
    cross_entropy,
    entropy,
    hellinger,
    jensen_shannon,
    renyi,
    total_variation,
)
from kullback.distributions.measures.wasserstein import wasserstein
from kullback.distributions.model.atoms import Atoms
from kullback.distributions.model.composite import Affine, Independent, Mixture
from kullback.distributions.model.density import Density
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.grid_density import GridDensity, from_density
from kullback.distributions.text import from_text
from kullback.results import Divergence

__all__ = [
    "Affine",
    "Atoms",
    "Density",
    "Distribution",
    "Divergence",
    "FormulaComparison",
    "GridDensity",
    "Independent",
    "Mixture",
    "alpha_divergence",
    "bhattacharyya",
    "chi_square",
    "compare",
    "cross_entropy",
    "entropy",
    "from_density",
    "from_object",
    "from_text",
    "hellinger",
    "jeffreys",
    "jensen_shannon",
    "kl",
    "mutual_information",
    "renyi",
    "route",
    "total_variation",
    "tsallis",
    "wasserstein",
]
__all__ += families.__all__
