"""You hold samples: estimates with an error, and what is doubtful about them.

P is where `x` was drawn and Q where `y` was, in that order, everywhere.
"""

from kullback.samples.divergence import estimates, kl
from kullback.samples.entropies import entropy
from kullback.samples.known import kl_to_known
from kullback.samples.symmetric import jensen_shannon

__all__ = ["entropy", "estimates", "jensen_shannon", "kl", "kl_to_known"]
