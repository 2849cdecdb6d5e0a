"""kullback: how far one probability distribution is from another, and what it costs.

Pick the module by what you hold; pick the function by what you want. P is the truth, Q is
the model, and KL(P‖Q) is the extra surprise paid by who believes Q while P happens.

- probabilities: the functions of this module
- counts per outcome: `kullback.counts`
- a formula (Normal, Gamma, a mixture, a scipy or torch distribution): `kullback.distributions`
- two datasets: `kullback.tables`
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kullback import probabilities
from kullback.probabilities import (
    chi_square,
    compare,
    contributions,
    cross_entropy,
    entropy,
    f_divergence,
    hellinger,
    jeffreys,
    jensen_shannon,
    jensen_shannon_distance,
    kl,
    pairwise,
    renyi,
    renyi_entropy,
    surprisal,
    total_variation,
)
from kullback.results import Divergence, Estimate, Information, Interval, Note, Scorecard

if TYPE_CHECKING:
    from kullback import counts, distributions, tables

__all__ = [
    "Divergence",
    "Estimate",
    "Information",
    "Interval",
    "Note",
    "Scorecard",
    "chi_square",
    "compare",
    "contributions",
    "counts",
    "cross_entropy",
    "distributions",
    "entropy",
    "f_divergence",
    "hellinger",
    "jeffreys",
    "jensen_shannon",
    "jensen_shannon_distance",
    "kl",
    "pairwise",
    "probabilities",
    "renyi",
    "renyi_entropy",
    "surprisal",
    "tables",
    "total_variation",
]

# The other rooms load when they are first used.
ROOMS = ("counts", "distributions", "tables")


def __getattr__(name: str) -> Any:
    """Load a room, or look the version up, on first use."""
    if name in ROOMS:
        return import_module(f"kullback.{name}")
    if name == "__version__":
        from importlib.metadata import version

        return version("kullback")
    raise AttributeError(f"module 'kullback' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the rooms too, before they are loaded."""
    return sorted({*globals(), *ROOMS, "__version__"})
