"""You hold samples: estimates with an error, and what is doubtful about them.

P is where `x` was drawn and Q where `y` was, in that order, everywhere.
"""

from kullback.samples.estimators.entropy import entropy
from kullback.samples.estimators.jensen_shannon import jensen_shannon
from kullback.samples.estimators.kl import estimates, kl
from kullback.samples.estimators.kl_to_known import kl_to_known
from kullback.samples.information.measures import (
    conditional_entropy,
    mutual_information,
    total_correlation,
    transfer_entropy,
)

__all__ = [
    "conditional_entropy",
    "entropy",
    "estimates",
    "jensen_shannon",
    "kl",
    "kl_to_known",
    "mutual_information",
    "total_correlation",
    "transfer_entropy",
]
