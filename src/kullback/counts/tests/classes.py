"""Does one side hold more of the rare outcomes? A table of classes of pooled count by side."""

import numpy as np

from kullback.counts.rows.pair import CountPair

FEWEST = 6  # rare outcomes that can show something: five on one side do by chance, once in 16
BORDERS = (1.0, 2.0, 4.0, 8.0)  # the largest pooled count of each class but the last


def has_rare(counts: CountPair) -> bool:
    """Return whether outcomes of the rarer classes are enough to tell."""
    z = counts.x + counts.y
    return int(np.count_nonzero((z > 0) & (z <= BORDERS[-1]))) >= FEWEST


def by_class(counts: CountPair) -> CountPair:
    """Return the counts of each class of outcomes: seen once, twice, 3–4, 5–8 times, and more.

    Given the pooled counts, each class's total on P's side is hypergeometric when P = Q, as one
    outcome's is. G of the outcomes cannot see on which side the rare ones lie: one count gives
    the same term on either.

    Examples
    --------
    >>> from kullback.counts.rows.pair import pair
    >>> table = by_class(pair([90, 1, 1, 1], [99, 0, 0, 0]))
    >>> table.x.tolist(), table.y.tolist()
    ([3.0, 90.0], [0.0, 99.0])
    """
    place = np.searchsorted(BORDERS, counts.x + counts.y)
    sides = (np.bincount(place, side, len(BORDERS) + 1) for side in (counts.x, counts.y))
    x, y = (np.asarray(side, dtype=np.float64) for side in sides)
    seen = x + y > 0
    return CountPair(x[seen], y[seen])
