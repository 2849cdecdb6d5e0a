"""A look at all pairs of columns: which hang together otherwise than before.

Columns may each stay the same while what they say of each other is gone. Each column is cut into
a few groups, by its own quantiles on each side, so that a shift of one column alone is no change;
then each pair is a table of groups a side, and what is tested is whether the odds in it are the
same on both sides, by G against the fit without that interaction (Bartlett 1935; Roy and Kastenbaum
1956). What it tells has an error level of its own: q-values over the pairs.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from kullback.statistics.false_discovery import q_values
from kullback.statistics.level import quantile
from kullback.tables.judge.dependence import fitted, g_of
from kullback.tables.profiles.aspects import of_one
from kullback.tables.results.column_facts import PairChange, PairScreen

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

FEWEST = 100  # rows a side
GROUPS = ((2_000, 5), (300, 4), (FEWEST, 3))  # for so many rows, so many groups
MANY = 30  # values, from which a column of numbers is cut by the quantiles of each side


class SampledColumn(NamedTuple):
    """A column of both samples: P's values and Q's, and whether they have an order."""

    name: str
    x: Array
    y: Array
    ordered: bool


def groups_of(column: SampledColumn, groups: int) -> tuple[Codes, Codes]:
    """Cut a column into groups on both sides; missing values are a group more."""
    x, y = column.x, column.y
    both = np.concatenate([x, y])
    values, counts = np.unique(both[np.isfinite(both)], return_counts=True)
    if column.ordered and len(values) > MANY:
        return _by_rank(x, groups), _by_rank(y, groups)
    if column.ordered:
        below = np.cumsum(counts) - counts / 2
        place = np.floor(below / max(counts.sum(), 1) * groups).astype(np.intp)
    else:
        order = np.argsort(-counts, kind="stable")
        place = np.empty(len(values), dtype=np.intp)
        place[order] = np.minimum(np.arange(len(values)), groups - 1)
    return _coded(x, values, place, groups), _coded(y, values, place, groups)


def _coded(side: Array, values: Array, place: Codes, groups: int) -> Codes:
    known = np.isfinite(side)
    codes = np.full(len(side), groups, dtype=np.intp)
    if len(values):
        codes[known] = place[np.searchsorted(values, side[known])]
    return codes


def _by_rank(side: Array, groups: int) -> Codes:
    known = np.isfinite(side)
    codes = np.full(len(side), groups, dtype=np.intp)
    if known.any():
        ends = np.quantile(side[known], np.arange(1, groups) / groups)
        codes[known] = np.searchsorted(ends, side[known], side="left")
    return codes


def screened(
    columns: Sequence[SampledColumn],
    alpha: float,
    level: float,
    tolerance: float,
    worth: Mapping[str, float] | None = None,
) -> PairScreen | None:
    """Look at all pairs of columns; None where there is none, or too few rows.

    Parameters
    ----------
    columns : sequence of SampledColumn
        Rows of one sample a side.
    alpha, level, tolerance : float
        As of a column: a pair has drifted if its q-value over the pairs is at most alpha, and the
        whole interval of the divergence that its dependence adds is above the tolerance in bits.
    worth : mapping of str to float, optional
        How many rows of a column say as much as an independent one, of those where that is known.
    """
    n, m = (len(columns[0].x), len(columns[0].y)) if columns else (0, 0)
    groups = next((g for rows, g in GROUPS if min(n, m) >= rows), 0)
    both = combinations(range(len(columns)), 2)
    pairs = [(i, j) for i, j in both if not of_one(columns[i].name, columns[j].name)]
    if not (groups and pairs):
        return None
    codes = [groups_of(column, groups) for column in columns]
    tables = np.stack([_table(codes[i], codes[j], groups + 1) for i, j in pairs])
    g = g_of(tables, fitted(tables))
    freedom = _freedom(tables)
    alike = [min((worth or {}).get(columns[i].name, 1.0) for i in pair) for pair in pairs]
    g = g / np.array(alike)
    p_values = np.where(freedom > 0, chdtrc(np.maximum(freedom, 1), g), 1.0)
    found = q_values([float(p) for p in p_values])
    gain = np.maximum(g - freedom, 0.0)
    reach = quantile(level) * np.sqrt(2 * freedom + 4 * gain)
    scale = (n + m) / (8 * n * m * math.log(2))  # from G to bits of JS with equal weights
    changed = [
        _change(columns[i], columns[j], float(p_values[k]), q, float(gain[k]) * scale)
        for k, ((i, j), q) in enumerate(zip(pairs, found, strict=True))
        if q <= alpha and max(0.0, gain[k] - reach[k]) * scale > tolerance
    ]
    changed.sort(key=lambda pair: -pair.divergence)
    return PairScreen(len(pairs), len(columns), (m, n), alpha, tuple(changed))


def _table(first: tuple[Codes, Codes], second: tuple[Codes, Codes], size: int) -> Array:
    return np.stack(
        [
            np.bincount(a * size + b, minlength=size * size).reshape(size, size).astype(np.float64)
            for a, b in zip(first, second, strict=True)
        ]
    )


def _freedom(tables: Array) -> Array:
    """Return the degrees of freedom: of groups that both sides show."""
    rows, columns = (
        (tables.sum(axis=axis) > 0).all(axis=1).sum(axis=1).astype(np.float64) for axis in (3, 2)
    )
    return np.asarray(np.maximum(rows - 1, 0) * np.maximum(columns - 1, 0))


def _change(
    first: SampledColumn, second: SampledColumn, p_value: float, q_value: float, bits: float
) -> PairChange:
    ends = None
    if first.ordered and second.ordered:
        ends = _rank_correlation(first.y, second.y), _rank_correlation(first.x, second.x)
    return PairChange(first.name, second.name, p_value, q_value, bits, ends)


def _rank_correlation(first: Array, second: Array) -> float:
    """Return Spearman's correlation of the rows that have both; 0 where one is constant."""
    known = np.isfinite(first) & np.isfinite(second)
    ranks = []
    for side in (first[known], second[known]):
        _, place, counts = np.unique(side, return_inverse=True, return_counts=True)
        ranks.append((np.cumsum(counts) - counts / 2)[place])
    centred = [rank - rank.mean() if len(rank) else rank for rank in ranks]
    spread = math.sqrt(float(centred[0] @ centred[0]) * float(centred[1] @ centred[1]))
    return float(centred[0] @ centred[1]) / spread if spread else 0.0
