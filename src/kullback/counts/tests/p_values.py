"""The p-value of a table of two rows, by name."""

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from kullback.counts.rows.pair import CountPair
from kullback.counts.rows.relabelling import Term, binomial_chance
from kullback.counts.tests.classes import by_class
from kullback.counts.tests.pearson_three import upper_tail
from kullback.counts.tests.statistics import g_statistic, g_terms, pearson_terms, total
from kullback.errors import MethodError

Array = NDArray[np.float64]

LONGEST_ENUMERATION = 10_000
SAME = 1e-9  # two values of G this close (relative) are one value
LARGEST_DRAWN = 1e9  # observations that NumPy's hypergeometric generator takes
CHUNK = 1_000_000  # counts drawn at a time

Statistic = Callable[[float, float], Term]
Answer = tuple[float, float]
"""The statistic and its p-value."""


class Draws(NamedTuple):
    """How many relabellings to draw, and the seed."""

    resamples: int = 1999
    seed: int = 0


def _by_moments(terms: Statistic, counts: CountPair, _: Draws) -> Answer:
    term = terms(counts.n, counts.m)
    value = total(term, counts)
    return value, upper_tail(value, counts.null(term))


def _by_classes(counts: CountPair, draws: Draws) -> Answer:
    """G by outcome and G by class of pooled count: twice the smaller p-value."""
    value, fine = _by_moments(g_terms, counts, draws)
    classes = by_class(counts)
    if classes.outcomes < 2:
        return value, fine
    _, coarse = _by_moments(g_terms, classes, draws)
    return value, sidak(fine, coarse)


def sidak(*p_values: float) -> float:
    """Return the p-value of several tests together: Šidák's, which is exact if independent.

    Examples
    --------
    >>> round(sidak(0.025, 0.4), 6)
    0.049375
    """
    least = min(p_values)
    return 1.0 if least >= 1 else -math.expm1(len(p_values) * math.log1p(-least))


def _by_chi_square(terms: Statistic, counts: CountPair, _: Draws) -> Answer:
    value = total(terms(counts.n, counts.m), counts)
    return value, float(chdtrc(counts.outcomes - 1, value))


def _williams(counts: CountPair, _: Draws) -> Answer:
    """G over 1 + (N/n + N/m − 1)(N Σ 1/z − 1) / [6N(K − 1)] (Williams 1976)."""
    z = counts.x + counts.y
    whole, df = counts.n + counts.m, max(counts.outcomes - 1, 1)
    rows = whole / counts.n + whole / counts.m - 1
    columns = whole * float((1 / z[z > 0]).sum()) - 1
    value = g_statistic(counts) / (1 + rows * columns / (6 * whole * df))
    return value, float(chdtrc(counts.outcomes - 1, value))


def _permuted(counts: CountPair, draws: Draws) -> Answer:
    z = counts.x + counts.y
    if not counts.whole or z.sum() >= LARGEST_DRAWN:
        raise MethodError(
            'method="permutation" draws whole counts that sum to less than 1e9; '
            'choose "exact-moments"'
        )
    z = z[z > 0]
    whole = z.astype(np.int64)
    statistic, rng = g_statistic(counts), np.random.default_rng(draws.seed)
    term, least = g_terms(counts.n, counts.m), statistic * (1 - SAME) - SAME
    rows, reached = max(1, CHUNK // len(z)), 0
    for start in range(0, draws.resamples, rows):
        size = min(rows, draws.resamples - start)
        drawn = rng.multivariate_hypergeometric(whole, round(counts.n), size, method="marginals")
        x = drawn.astype(np.float64)
        reached += int(np.count_nonzero(term(x, z - x).sum(axis=1) >= least))
    return statistic, (1 + reached) / (1 + draws.resamples)


def enumerable(counts: CountPair) -> bool:
    """Whether all relabellings of a table can be gone through."""
    if counts.outcomes != 2 or not counts.whole:
        return False
    z = counts.x + counts.y
    return min(counts.n, counts.m, float(z[z > 0].min())) <= LONGEST_ENUMERATION


def _enumerated(counts: CountPair, _: Draws) -> Answer:
    """Add up the chances of all 2 × 2 tables that are at least as far apart."""
    if not enumerable(counts):
        raise MethodError(
            f'method="exact" takes 2 outcomes of whole counts, one of them (or one sample) of at '
            f"most {LONGEST_ENUMERATION} rows; here {counts.outcomes} outcomes were seen "
            f'(n={counts.n:.10g}, m={counts.m:.10g}): use "exact-moments"'
        )
    statistic = g_statistic(counts)
    x, y = (row[counts.x + counts.y > 0] for row in (counts.x, counts.y))
    z = x + y
    first = np.arange(max(0.0, counts.n - z[1]), min(z[0], counts.n) + 1)
    table = np.stack([first, counts.n - first])
    rest = z[:, None] - table
    share = counts.n / (counts.n + counts.m)
    expected = (z * share)[:, None], (z * (1 - share))[:, None]
    chance = binomial_chance(table, expected[0], rest, expected[1]).prod(axis=0)
    values = g_terms(counts.n, counts.m)(table, rest).sum(axis=0)
    reached = chance[values >= statistic * (1 - SAME) - SAME]
    return statistic, float(reached.sum() / chance.sum())


METHODS: dict[str, Callable[[CountPair, Draws], Answer]] = {
    "exact-moments": partial(_by_moments, g_terms),
    "classes": _by_classes,
    "pearson-moments": partial(_by_moments, pearson_terms),
    "g": partial(_by_chi_square, g_terms),
    "pearson": partial(_by_chi_square, pearson_terms),
    "williams": _williams,
    "exact": _enumerated,
    "permutation": _permuted,
}
