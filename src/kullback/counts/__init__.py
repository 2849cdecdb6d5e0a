"""You hold counts per outcome: estimates with an error, and tests."""

from kullback.counts.columns import by_column
from kullback.counts.comparison import compare
from kullback.counts.cross_entropies import cross_entropy
from kullback.counts.detection import detectable
from kullback.counts.divergence import kl
from kullback.counts.entropies import entropy
from kullback.counts.g_test import homogeneity
from kullback.counts.known import kl_to_known
from kullback.counts.null_centred import jensen_shannon
from kullback.counts.pooling import Pooling, pool
from kullback.counts.prior import Toward
from kullback.counts.resampling import Resampling
from kullback.counts.row import unfold
from kullback.counts.side_by_side import estimates
from kullback.counts.smoothing import smooth

__all__ = [
    "Pooling",
    "Resampling",
    "Toward",
    "by_column",
    "compare",
    "cross_entropy",
    "detectable",
    "entropy",
    "estimates",
    "homogeneity",
    "jensen_shannon",
    "kl",
    "kl_to_known",
    "pool",
    "smooth",
    "unfold",
]
