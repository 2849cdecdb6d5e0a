"""You hold counts per outcome: estimates with an error, and tests."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kullback.counts.comparison import compare
    from kullback.counts.estimators.cross_entropy import cross_entropy
    from kullback.counts.estimators.detectable import detectable
    from kullback.counts.estimators.entropy import entropy
    from kullback.counts.estimators.jensen_shannon import jensen_shannon
    from kullback.counts.estimators.kl import kl
    from kullback.counts.estimators.kl_to_known import kl_to_known
    from kullback.counts.estimators.psi import psi
    from kullback.counts.estimators.side_by_side import estimates
    from kullback.counts.information.measures import (
        conditional_entropy,
        mutual_information,
        total_correlation,
        transfer_entropy,
    )
    from kullback.counts.intervals.resampling import Resampling
    from kullback.counts.rows.columns import by_column
    from kullback.counts.rows.histograms import from_histograms
    from kullback.counts.rows.pooling import Pooling, pool
    from kullback.counts.rows.row import unfold
    from kullback.counts.smoothing.prior import Toward
    from kullback.counts.smoothing.smooth import smooth
    from kullback.counts.tests.homogeneity import homogeneity

__all__ = [
    "Pooling",
    "Resampling",
    "Toward",
    "by_column",
    "compare",
    "conditional_entropy",
    "cross_entropy",
    "detectable",
    "entropy",
    "estimates",
    "from_histograms",
    "homogeneity",
    "jensen_shannon",
    "kl",
    "kl_to_known",
    "mutual_information",
    "pool",
    "psi",
    "smooth",
    "total_correlation",
    "transfer_entropy",
    "unfold",
]

# Where each name lives, which is loaded when it is asked for: pooling needs no SciPy.
_HOMES = {
    "comparison": ("compare",),
    "estimators.cross_entropy": ("cross_entropy",),
    "estimators.detectable": ("detectable",),
    "estimators.entropy": ("entropy",),
    "estimators.jensen_shannon": ("jensen_shannon",),
    "estimators.kl": ("kl",),
    "estimators.kl_to_known": ("kl_to_known",),
    "estimators.psi": ("psi",),
    "estimators.side_by_side": ("estimates",),
    "information.measures": (
        "conditional_entropy",
        "mutual_information",
        "total_correlation",
        "transfer_entropy",
    ),
    "intervals.resampling": ("Resampling",),
    "rows.columns": ("by_column",),
    "rows.histograms": ("from_histograms",),
    "rows.pooling": (
        "Pooling",
        "pool",
    ),
    "rows.row": ("unfold",),
    "smoothing.prior": ("Toward",),
    "smoothing.smooth": ("smooth",),
    "tests.homogeneity": ("homogeneity",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load a function or a class when it is asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Name what is public."""
    return __all__
