"""You hold probabilities: exact numbers, in nats, bits or bans.

P is the truth and Q the model, in that order, everywhere.
"""

from kullback.probabilities.comparison import compare
from kullback.probabilities.convex import f_divergence
from kullback.probabilities.distances import (
    hellinger,
    jensen_shannon,
    jensen_shannon_distance,
    total_variation,
)
from kullback.probabilities.divergences import (
    chi_square,
    contributions,
    jeffreys,
    kl,
    renyi,
)
from kullback.probabilities.entropies import cross_entropy, entropy, renyi_entropy, surprisal
from kullback.probabilities.pairs import pairwise
from kullback.probabilities.powers import alpha_divergence, bhattacharyya, tsallis

__all__ = [
    "alpha_divergence",
    "bhattacharyya",
    "chi_square",
    "compare",
    "contributions",
    "cross_entropy",
    "entropy",
    "f_divergence",
    "hellinger",
    "jeffreys",
    "jensen_shannon",
    "jensen_shannon_distance",
    "kl",
    "pairwise",
    "renyi",
    "renyi_entropy",
    "surprisal",
    "total_variation",
    "tsallis",
]
