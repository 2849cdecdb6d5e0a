"""kullback: how far one probability distribution is from another, and what it costs.

Pick the module by what you hold; pick the function by what you want. P is the truth, Q is
the model, and KL(P‖Q) is the extra surprise paid by who believes Q while P happens.

- probabilities: the functions of this module
- logits or log-probabilities: `kullback.logits`
- counts per outcome: `kullback.counts`
- raw numeric samples: `kullback.samples`
- a formula (Normal, Gamma, a mixture, a scipy or torch distribution): `kullback.distributions`
- two datasets: `kullback.tables`
- class probabilities and labels: `kullback.classifiers`
- log-probabilities of a policy and its reference: `kullback.rl`
- a variational posterior and its prior: `kullback.vi`
- what a language model said, in files of logits or log-probabilities: `kullback.lm`
- logits in training, with PyTorch: `kullback.torch`
"""

from importlib import import_module as _import_module
from sys import modules as _modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kullback import (
        classifiers,
        counts,
        distributions,
        errors,
        history,
        lm,
        logits,
        probabilities,
        rl,
        samples,
        tables,
        testing,
        vi,
    )
    from kullback import pandas as pandas
    from kullback import polars as polars
    from kullback import sklearn as sklearn
    from kullback import torch as torch
    from kullback.counts import from_histograms
    from kullback.distributions import from_density
    from kullback.probabilities import (
        alpha_divergence,
        bhattacharyya,
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
        tsallis,
    )
    from kullback.results import (
        Divergence,
        Estimate,
        Information,
        Interval,
        Note,
        RowSummaries,
        TestResult,
    )
    from kullback.scorecard import Scorecard

__version__ = "0.1.0"  # here, and not looked up: that would load a parser of mail

__all__ = [
    "Divergence",
    "Estimate",
    "Information",
    "Interval",
    "Note",
    "RowSummaries",
    "Scorecard",
    "TestResult",
    "alpha_divergence",
    "bhattacharyya",
    "chi_square",
    "classifiers",
    "compare",
    "contributions",
    "counts",
    "cross_entropy",
    "distributions",
    "entropy",
    "errors",
    "f_divergence",
    "from_density",
    "from_histograms",
    "hellinger",
    "history",
    "jeffreys",
    "jensen_shannon",
    "jensen_shannon_distance",
    "kl",
    "lm",
    "logits",
    "pairwise",
    "probabilities",
    "renyi",
    "renyi_entropy",
    "rl",
    "samples",
    "surprisal",
    "tables",
    "testing",
    "total_variation",
    "tsallis",
    "vi",
]

# These need an optional package, so that `from kullback import *` leaves them out.
_ASKED_FOR = ("pandas", "polars", "sklearn", "torch")
_ROOMS = (
    "classifiers",
    "counts",
    "distributions",
    "errors",
    "history",
    "lm",
    "logits",
    "probabilities",
    "rl",
    "samples",
    "tables",
    "testing",
    "vi",
    *_ASKED_FOR,
)
_RESULTS = (
    "Divergence",
    "Estimate",
    "Information",
    "Interval",
    "Note",
    "RowSummaries",
    "TestResult",
)
_HOMES = dict.fromkeys(_RESULTS, "results")
_HOMES |= {"Scorecard": "scorecard", "from_density": "distributions", "from_histograms": "counts"}
# Modules of the first edition: where they lie, and what to write in their place. They go in 0.3.
_FORMER = {"pareto": ("statistics.pareto", "vi")}


def __getattr__(name: str) -> object:
    """Open a room when it is first used, so that the command line starts without NumPy."""
    if name in _ROOMS:
        room = _import_module(f"kullback.{name}")
        _name_frames()
        return room
    if name in _FORMER:
        return _former(name)
    if name not in __all__:
        raise AttributeError(f"module 'kullback' has no attribute {name!r}")
    home = _HOMES.get(name, "probabilities")
    value = globals()[name] = getattr(_import_module(f"kullback.{home}"), name)
    return value


def _former(name: str) -> object:
    """Open a module by the name that it had, and say the one that it has."""
    from warnings import warn  # here: the command line starts without it

    place, now = _FORMER[name]
    warn(
        f"kullback.{name} goes in 0.3: use kullback.{now}, which holds its functions",
        DeprecationWarning,
        stacklevel=3,
    )
    return _import_module(f"kullback.{place}")


def __dir__() -> list[str]:
    """List what is public, opened or not."""
    return sorted({*__all__, *_ASKED_FOR, "__version__"})


def _name_frames() -> None:
    """Give frames of pandas and polars their namespace, where these are loaded by now."""
    if "pandas" in _modules or "polars" in _modules:
        _import_module("kullback.namespaces").register_loaded()


_name_frames()
