"""You hold counts per outcome: estimates with an error, and tests."""

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
