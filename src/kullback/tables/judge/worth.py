"""How many rows say as much as an independent one, where neighbours are alike."""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from kullback.tables.judge import block_law
from kullback.tables.results.comparison import ShareChange

Array = NDArray[np.float64]

RARE = 2.0  # rows of an outcome in a stretch, on average
ALIKE = 1.25  # times the variance of independent rows, from which it is allowed for
FEWEST = 4  # stretches, of which one may be left out
OWN = 0.9  # of the rows in such outcomes: the column is the order, and no sample in it
SURE = 5.0  # and as many standard deviations above 1


class Worth(NamedTuple):
    """How many rows say as much as an independent one.

    Parameters
    ----------
    rows : float
        Over all outcomes (Rao and Scott 1981).
    score : float
        For that sum over outcomes on which the divergence depends; not less than `rows`.
    """

    rows: float
    score: float


def worth_of(table: Array, other: Array) -> Worth:
    """Return what the rows of a side are worth.

    Parameters
    ----------
    table, other : ndarray of shape (b, k), (c, k)
        Counts of this side and of the other one, a stretch of the order of rows each.

    Returns
    -------
    Worth
        By these stretches, or by pairs of them where that is more; 1 where chance may be what is
        seen, or where the column tells the stretches apart itself.
    """
    pairs = np.add.reduceat(table, range(0, len(table), 2), axis=0)
    both = _without_oddest(table), _without_oddest(pairs)
    rows = max(_inflation(blocks) for blocks in both)
    score = max(_inflation_of_score(blocks, other.sum(axis=0)) for blocks in both)
    if _runs_with(table) >= OWN:
        return Worth(1.0, 1.0)
    return Worth(rows, max(rows, score))


def _runs_with(table: Array) -> float:
    """Return the share of rows in outcomes that come in one run of stretches, as days do."""
    if len(table) < FEWEST:
        return 0.0
    seen = table > 0
    first, last = seen.argmax(axis=0), len(seen) - 1 - seen[::-1].argmax(axis=0)
    run = (last - first + 1 == seen.sum(axis=0)) & (seen.sum(axis=0) < len(table))
    return float(table[:, run].sum() / table.sum())


def _without_oddest(table: Array) -> Array:
    """Leave out the stretch least like the others: one odd stretch makes no neighbours alike."""
    if len(table) < FEWEST:
        return table
    rows = table.sum(axis=1, keepdims=True)
    expected = rows * (table.sum(axis=0) / table.sum())
    odd = ((table - expected) ** 2 / np.maximum(expected, 1e-300)).sum(axis=1)
    return np.delete(table, int(np.argmax(odd)), axis=0)


def _inflation(table: Array) -> float:
    """Return the inflation of all counts, 1 where it may be chance."""
    rare = table.sum(axis=0) < RARE * len(table)  # they say little each; together, as one outcome
    table = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)])
    freedom = (len(table) - 1) * (np.count_nonzero(table.sum(axis=0)) - 1)
    return _sure(block_law.inflation(table), int(freedom)) if freedom > 0 else 1.0


def _inflation_of_score(table: Array, other: Array) -> float:
    """Return the inflation of Σ counts × ln(p/q), the direction in which the sides differ."""
    rows, whole = table.sum(axis=1), table.sum(axis=0)
    p, q = ((side + 0.5) / (side + 0.5).sum() for side in (whole, other))
    score = np.log(2 * p / (p + q))
    score = score - score @ whole / whole.sum()
    chance = float(score**2 @ whole) * (1 - 1 / len(table))
    spread = float(((table @ score) ** 2).sum())
    return _sure(spread / chance, len(table) - 1) if chance > 0 and rows.all() else 1.0


def _sure(factor: float, freedom: int) -> float:
    return factor if factor > max(ALIKE, 1 + SURE * np.sqrt(2 / freedom)) else 1.0


def shrunk(p_value: float, factor: float) -> float:
    """Return the p-value of a deviate √factor times smaller.

    Examples
    --------
    >>> round(shrunk(0.0455, 4.0), 3)
    0.317
    """
    smallest = max(p_value, 1e-300)
    return min(1.0, 2 * float(ndtr(float(ndtri(smallest / 2)) / math.sqrt(factor))))


def wider_share(share: ShareChange, factor: float) -> ShareChange:
    """Widen the interval of a share as if its variance were so many times larger."""
    gap, root = share.current - share.reference, math.sqrt(factor)
    low, high = gap - root * (gap - share.low), gap + root * (share.high - gap)
    return replace(share, low=low, high=high, p_value=shrunk(share.p_value, factor))
