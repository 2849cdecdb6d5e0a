"""What a Zhang estimate cannot see: outcomes too rare for these samples.

The estimate sums the series −ln q = Σ (1−q)^v / v up to v = m (for Q) and v = n − 1 (for P). What
is left out is Σ_{v>m} ζ_v / v, where ζ_v = Σ p (1−q)^v is the share of P that v draws from Q
never show. ζ and its slope at the last v are known from the outcomes seen never, once and
twice; beyond, ζ is taken to fall as the same power of v (compare Chao 1984).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.counts.rows.pair import CountPair
from kullback.statistics.level import quantile

Array = NDArray[np.float64]

CERTAIN = 0.75  # of what Q's tail adds may make up for P's, as both are rough (by simulation)
SLOWEST = 0.2  # power below which ζ is not taken to fall: rarer outcomes are beyond any sample


class UnseenTail(NamedTuple):
    """By how much the truth may lie below or above the estimate, in nats, both ≥ 0."""

    down: float = 0.0
    up: float = 0.0


def unseen_tail(counts: CountPair) -> UnseenTail:
    """Return by how much KL is likely too large, and too small: ∞ where outcomes are new."""
    if counts.q is None and new_beyond_chance(counts.x, counts.y):
        return UnseenTail(0.0, math.inf)
    up, down = cross_entropy_tail(counts), entropy_tail(counts.x)
    return UnseenTail(max(0.0, down - CERTAIN * up), max(0.0, up - down))


def new_beyond_chance(x: Array, y: Array, level: float = 0.95) -> bool:
    """Return whether outcomes that x alone shows are more than chance puts there.

    When P = Q an outcome seen t times is seen by x alone with probability n/(n + m) to the power
    of t. That all of them are has to be rarer than 1 − level, and their rows more than such
    outcomes hold on average by as many deviations: among many rare ones, half are x's alone.

    Examples
    --------
    >>> rare = np.ones(40)
    >>> alone = np.r_[rare, np.zeros(40)]
    >>> new_beyond_chance(alone, alone[::-1])
    False
    >>> new_beyond_chance(np.r_[rare, 60.0], np.r_[0 * rare, 100.0])
    True
    """
    only = (x > 0) & (y == 0)
    if not only.any():
        return False
    t, share = x + y, float(x.sum() / (x.sum() + y.sum()))
    if share ** float(x[only].sum()) > 1 - level:
        return False
    chance = share**t
    deviation = math.sqrt(float(t**2 @ (chance * (1 - chance))))
    return float(x[only].sum() - t @ chance) > quantile(level) * deviation


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
