"""What a Zhang estimate cannot see: outcomes too rare for these samples.

The estimate sums the series −ln q = Σ (1−q)^v / v up to v = m (for Q) and v = n − 1 (for P). What
is left out is Σ_{v>m} ζ_v / v, where ζ_v = Σ p (1−q)^v is the share of P that v draws from Q
never show. ζ and its slope at the last v are known from the outcomes seen never, once and
twice; beyond, ζ is taken to fall as the same power of v (compare Chao 1984).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.counts.rows.pair import CountPair

Array = NDArray[np.float64]

CERTAIN = 0.75  # of what Q's tail adds may make up for P's, as both are rough (by simulation)
SLOWEST = 0.2  # power below which ζ is not taken to fall: rarer outcomes are beyond any sample


class UnseenTail(NamedTuple):
    """By how much the truth may lie below or above the estimate, in nats, both ≥ 0."""

    down: float = 0.0
    up: float = 0.0


def unseen_tail(counts: CountPair) -> UnseenTail:
    """Return by how much KL is likely too large, and too small."""
    up, down = cross_entropy_tail(counts), entropy_tail(counts.x)
    return UnseenTail(max(0.0, down - CERTAIN * up), max(0.0, up - down))


def cross_entropy_tail(counts: CountPair) -> float:
    """Return by how much the Zhang estimate of cross-entropy is likely too small, in nats."""
    never = counts.unseen
    if never == 0:
        return 0.0
    once = float(counts.x[counts.y == 1].sum()) / counts.n
    return never / max(once / never, SLOWEST)


def entropy_tail(x: Array) -> float:
    """Return by how much the Zhang estimate of entropy is likely too small, in nats."""
    once, twice = int(np.count_nonzero(x == 1)), int(np.count_nonzero(x == 2))
    if once < 2:
        return 0.0
    return once / float(x.sum()) / max(2 * (twice + 1) / (once - 1), SLOWEST)
