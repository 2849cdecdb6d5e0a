"""Information from counts of neighbours, for numbers, ties and categories alike.

Of each row the distance ρ to its k-th neighbour in all columns is taken, and the rows nearer than
that in each margin are counted: Kraskov, Stögbauer and Grassberger (2004), Phys. Rev. E 69, 066138,
eq. 8, and for a third block Frenzel and Pompe (2007), PRL 99, 204101. Where rows coincide the rim
counts too, and where all do, so that ρ = 0, counts of equal rows are left, which is Zhang's
estimate from counts: Gao, Kannan, Oh and Viswanath (2017); Mesner and Shalizi (2020).
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma

from kullback.counts.information.margins import Margins
from kullback.samples.estimators.neighbours import slack
from kullback.samples.information.blocks import FAR, Blocks
from kullback.samples.points.tree import CHEBYSHEV, Tree, ranked, tree_counts

Array = NDArray[np.float64]
Indices = NDArray[np.intp]


PARTS = 5
SPLITS = 20
ROWS = 16  # of a part, for each neighbour: with fewer its estimates are too much alike


class LocalCounts(NamedTuple):
    """For each row its reach, how many rows are in it, and which rows have no neighbour."""

    radius: Array
    inside: Array
    tied: NDArray[np.bool_]
    alone: NDArray[np.bool_]


def reach_of(joint: Array, k: int) -> LocalCounts:
    """Find the k-th neighbour of each row, or the last one of its categories."""
    tree = Tree(joint, CHEBYSHEV)
    distances = ranked(joint, tree, min(k + 1, len(joint)))[0][:, 1:]
    near = distances < FAR / 2
    inside = near.sum(axis=1)
    alone = inside == 0
    last = np.maximum(inside - 1, 0)
    radius = np.where(alone, 0.0, np.take_along_axis(distances, last[:, None], axis=1)[:, 0])
    rim = radius + slack(radius, joint[np.abs(joint) < FAR / 2])
    within = tree_counts(joint, tree, rim)
    tied = ((radius == 0) | (within > inside + 1)) & ~alone
    return LocalCounts(radius, np.where(tied, within, inside).astype(float), tied, alone)


def counted(points: Array, found: LocalCounts) -> Array:
    """Count the rows, itself among them, nearer than the reach, the rim too where rows coincide."""
    small = slack(found.radius, points[np.abs(points) < FAR / 2])
    radius = np.where(found.tied, found.radius + small, found.radius - small)
    radius = np.maximum(radius, 0.0)
    if points.shape[1] > 1:
        return tree_counts(points, Tree(points, CHEBYSHEV), radius).astype(float)
    line = np.sort(points[:, 0])
    low = np.searchsorted(line, points[:, 0] - radius, side="left")
    return np.asarray(np.searchsorted(line, points[:, 0] + radius, side="right") - low, dtype=float)


def information_terms(blocks: Blocks, margins: Margins, k: int) -> tuple[Array, int]:
    """Return one term a row of a signed sum of entropies, and how many rows had no neighbour."""
    joint, rest = margins[0], margins[1:]
    found = reach_of(blocks.together(joint.columns), k)
    terms = digamma(np.maximum(found.inside, 1.0))
    terms = terms + sum(margin.sign for margin in margins) * digamma(blocks.n)
    for margin in rest:
        terms = terms - margin.sign * digamma(counted(blocks.together(margin.columns), found))
    return np.where(found.alone, 0.0, terms), int(found.alone.sum())


def split_error(blocks: Blocks, estimate: Callable[[Blocks], float], k: int) -> float:
    """Return the standard error from parts of the rows that share none.

    The variance falls as 1/n, so that of the parts divided by their number is that of the whole
    (Holmes and Nemenman 2019, Phys. Rev. E 100, 022404); the split is drawn several times. NaN
    where there are too few rows.
    """
    parts = min(PARTS, blocks.n // (ROWS * (k + 1)))
    if parts < 2:
        return math.nan
    rng = np.random.default_rng(0)
    variances = []
    for _ in range(SPLITS):
        split = np.array_split(rng.permutation(blocks.n), parts)
        variances.append(np.var([estimate(blocks.rows(part)) for part in split], ddof=1))
    return math.sqrt(float(np.mean(variances)) / parts)


def conditional_terms(blocks: Blocks, k: int) -> tuple[Array, int]:
    """Return one term a row of the entropy of the first block given the second."""
    found = reach_of(blocks.together((0, 1)), k)
    given = digamma(counted(blocks.scaled[1], found))
    terms = given - digamma(np.maximum(found.inside, 1.0))
    if blocks.labels[0] is None:
        with np.errstate(divide="ignore"):
            volume = blocks.scaled[0].shape[1] * np.log(2 * found.radius)
        terms = terms + volume + blocks.log_scale[0]
    return np.where(found.alone, 0.0, terms), int(found.alone.sum())
