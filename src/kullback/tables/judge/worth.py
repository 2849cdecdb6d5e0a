"""How many rows say as much as an independent one, where neighbours are alike."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from kullback.tables.judge import block_law
from kullback.tables.results.column_facts import ShareChange, ShareName

Array = NDArray[np.float64]

LENGTHS = (1, 2, 4)  # in stretches
LEAST = 10  # longer stretches that tell something
RARE = 2.0  # rows of an outcome in a stretch, on average
ALIKE = 1.25  # times the variance of independent rows, from which it is allowed for
ROUNDING = 1e-9  # of scores; less than this apart they are one
FEWEST = 4  # stretches, of which one may be left out
OWN = 0.9  # of the rows in such outcomes: the column is the order, and no sample in it
SURE = 4.0  # and as many standard deviations above 1


class Worth(NamedTuple):
    """How many rows say as much as an independent one.

    Parameters
    ----------
    rows : float
        Over all outcomes (Rao and Scott 1981).
    score : float
        For that sum over outcomes on which the divergence depends; not less than `rows`.
    missing, new : float
        For the shares of rows without a value, and in values that Q never shows.
    stretches, outside : int
        Into how many the side was cut, and how many of P's hold rows outside Q's extent.
    """

    rows: float = 1.0
    score: float = 1.0
    missing: float = 1.0
    new: float = 1.0
    stretches: int = 0
    outside: int = 0

    def of(self, share: ShareName) -> float:
        """Return what rows are worth for a share: no more than for the divergence."""
        own = {"missing": self.missing, "new": self.new}
        return max(self.score, own.get(share, 1.0))

    @property
    def alike(self) -> bool:
        """Whether rows are worth less than independent ones, for anything."""
        return max(self.score, self.missing, self.new) > 1


INDEPENDENT = Worth(), Worth()


def worth_of(table: Array, other: Array) -> Worth:
    """Return what the rows of a side are worth.

    Parameters
    ----------
    table, other : ndarray of shape (b, k), (c, k)
        Counts of this side and of the other one, a stretch of the order of rows each.

    Returns
    -------
    Worth
        By these stretches, or by longer ones where that is more; 1 where chance may be what is
        seen, or where the column tells the stretches apart itself.
    """
    lengths = [k for k in LENGTHS if k == 1 or len(table) >= LEAST * k]
    longer = (np.add.reduceat(table, range(0, len(table), k), axis=0) for k in lengths)
    scales = [_without_oddest(blocks) for blocks in longer]
    rows = max(_inflation(blocks) for blocks in scales)
    score = max(_inflation_of_score(blocks, other.sum(axis=0)) for blocks in scales)
    if _runs_with(table) >= OWN:
        return Worth()
    return Worth(rows, max(rows, score))


def inflation_of(table: Array, outcomes: Sequence[int]) -> float:
    """Return the inflation of the rows in some outcomes together; 1 where it may be chance."""
    if not outcomes or len(table) < FEWEST:
        return 1.0
    held = table[:, list(outcomes)].sum(axis=1)
    both = np.column_stack([held, table.sum(axis=1) - held])
    lengths = [k for k in LENGTHS if k == 1 or len(table) >= LEAST * k]
    longer = [np.add.reduceat(both, range(0, len(both), k), axis=0) for k in lengths]
    scales = [blocks for blocks in map(_without_oddest, longer) if blocks.sum(axis=0).all()]
    return max([1.0, *(_sure(block_law.inflation(blocks), len(blocks) - 1) for blocks in scales)])


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
    # Rare outcomes say little each: neighbours are taken together.
    whole = table.sum(axis=0)
    groups = np.floor((np.cumsum(whole) - whole) / (RARE * len(table)))
    starts = np.flatnonzero(np.r_[True, np.diff(groups) > 0])
    table = np.add.reduceat(table, starts, axis=1)
    freedom = (len(table) - 1) * (np.count_nonzero(table.sum(axis=0)) - 1)
    return _sure(block_law.inflation(table), int(freedom)) if freedom > 0 else 1.0


def _inflation_of_score(table: Array, other: Array) -> float:
    """Return the inflation of Σ counts × ln(p/q), the direction in which the sides differ."""
    rows, whole = table.sum(axis=1), table.sum(axis=0)
    p, q = ((side + 0.5) / (side + 0.5).sum() for side in (whole, other))
    score = np.log(2 * p / (p + q))
    score = score - score @ whole / whole.sum()
    if len(table) < 2 or np.ptp(score[whole > 0]) < ROUNDING:  # one outcome has no order
        return 1.0
    chance = float(score**2 @ whole) * (1 - 1 / len(table))
    spread = float(((table @ score) ** 2).sum())
    return _sure(spread / chance, len(table) - 1) if rows.all() else 1.0


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
