"""You hold counts per outcome: estimates with an error, and tests."""

from kullback.counts.comparison import compare
from kullback.counts.detection import detectable
from kullback.counts.divergence import kl
from kullback.counts.g_test import homogeneity
from kullback.counts.null_centred import jensen_shannon

__all__ = ["compare", "detectable", "homogeneity", "jensen_shannon", "kl"]
