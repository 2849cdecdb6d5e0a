"""The law of G where combinations are rare: columns shuffled against each other, margins kept."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from kullback.counts.information.margins import Margins
from kullback.counts.information.table import CountTable
from kullback.counts.rows.relabelling import Moments
from kullback.counts.tests.pearson_three import upper_tail
from kullback.results import Note

Codes = NDArray[np.intp]

DRAWS = 199
ROWS = 20_000_000  # of all shuffles together
LEAST_DRAWS = 25


def shuffled(
    found: CountTable, margins: Margins, statistic: float, seed: int
) -> tuple[float, float, tuple[Note, ...]]:
    """Return the p-value of G, its mean when there is no dependence, and how they were found.

    All columns but the first are shuffled, within what is given. No margin but the joint one
    changes, so that only its entropy has to be found again. The law is taken as a gamma's of the
    mean and variance of the shuffles.
    """
    cells = np.nonzero(found.x)
    rows = np.rint(found.x[cells]).astype(np.intp)
    codes = [np.repeat(where, rows) for where in cells]
    n = len(codes[0])
    given = margins[3].columns if len(margins) > 3 and margins[3].sign < 0 else ()
    free = [axis for axis in range(found.x.ndim) if axis not in given]
    strata = np.zeros(n, dtype=np.intp)
    for axis in given:
        strata = strata * found.x.shape[axis] + codes[axis]
    own = _joint_sum(codes, found.x.shape)
    rng = np.random.default_rng(seed)
    draws = max(LEAST_DRAWS, min(DRAWS, ROWS // n))
    values = []
    for _ in range(draws):
        moved = dict(enumerate(codes)) | {
            axis: _shuffled_within(codes[axis], strata, rng) for axis in free[1:]
        }
        joint = _joint_sum(list(moved.values()), found.x.shape)
        values.append(statistic + 2 * (joint - own))
    mean, variance = float(np.mean(values)), float(np.var(values, ddof=1))
    text = f"Rare combinations: the p-value is from {draws} shuffles of the columns (seed {seed})."
    notes = (Note("shuffled", text),)
    if variance == 0 or mean <= 0:
        return 1.0, max(mean, 0.0), notes
    law = Moments(mean, variance, 2 * variance**2 / mean)
    return min(1.0, float(upper_tail(statistic, law))), mean, notes


def _shuffled_within(column: Codes, strata: Codes, rng: np.random.Generator) -> Codes:
    """Shuffle a column among the rows of one stratum, for all strata at once."""
    mixed = np.lexsort((rng.random(len(column)), strata))
    moved = np.empty_like(column)
    moved[np.argsort(strata, kind="stable")] = column[mixed]
    return moved


def _joint_sum(codes: list[Codes], shape: tuple[int, ...]) -> float:
    """Return Σ c ln c over the combinations that occur: n ln n less n times their entropy."""
    joint = np.ravel_multi_index(tuple(codes), shape)
    counted = np.unique(joint, return_counts=True)[1].astype(np.float64)
    return float(xlogy(counted, counted).sum())
