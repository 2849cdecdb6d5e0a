"""The test that two rows of counts come from one distribution."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, xlog1py

from kullback.counts.pair import Pair, pair
from kullback.counts.pearson_three import upper_tail
from kullback.counts.relabelling import binomial_chance
from kullback.counts.row import Counts, chosen
from kullback.errors import MethodError
from kullback.results import Note, TestResult

Array = NDArray[np.float64]

MINIMUM_EXPECTED = 5.0
LONGEST_ENUMERATION = 10_000
SAME = 1e-9  # two values of G this close (relative) are one value


def homogeneity(x: Counts, y: Counts, *, method: str = "auto") -> TestResult:
    """Test whether two rows of counts come from one distribution.

    G = 2 Σ [x ln(xN/(zn)) + y ln(yN/(zm))], z = x + y, N = n + m: this is 2N times the
    Jensen–Shannon divergence with weights n/N and m/N, in nats (Wilks 1938).

    Parameters
    ----------
    x, y : array_like of shape (k,), mapping or pandas Series
        Counts of P and of Q. Labelled ones are aligned on the union of their labels.
    method : {"auto", "exact-moments", "g", "exact"}
        How the p-value is obtained. ``exact-moments`` takes mean, variance and skewness of
        G over all relabellings of the N observations (Haldane 1940) and the Pearson type III
        law that has them; it holds where counts are small. ``g`` is the chi-square law with
        `df` degrees of freedom; it needs expected counts of 5 or so. ``exact`` enumerates
        all relabellings, for two outcomes. ``auto`` is ``exact`` for two outcomes with an
        expected count below 5, and ``exact-moments`` otherwise.

    Returns
    -------
    TestResult
        `statistic` ≥ 0, without unit; `p_value` in [0, 1]; `method` as it was used.

    Raises
    ------
    InputError, ShapeError, MassError
        Where a count cannot be used.
    MethodError
        For an unknown method, or ``exact`` with more than two outcomes.

    Examples
    --------
    >>> test = homogeneity([4, 5, 1], [2, 4, 4])
    >>> round(test.statistic, 4), test.df, round(test.p_value, 2)
    (2.7184, 2, 0.3)
    """
    return homogeneity_of(pair(x, y), method)


def homogeneity_of(counts: Pair, method: str = "auto") -> TestResult:
    """Test a pair that has been read already."""
    remarks = list(counts.notes)
    if method == "auto":
        method, remark = _choose(counts)
        remarks.append(remark)
    p_value = chosen(METHODS, method, "homogeneity")
    statistic = g_statistic(counts)
    df = counts.outcomes - 1
    p = 1.0 if df == 0 else min(1.0, max(0.0, p_value(counts, statistic)))
    if df == 0:
        remarks.append(Note("one-outcome", "Only one outcome was seen: nothing can differ."))
    if method == "g":
        remarks.extend(_sparse(counts))
    return TestResult(statistic, df, p, method, tuple(remarks))


def g_terms(n: float, m: float) -> Callable[[Array, Array], Array]:
    """Return the terms of G for samples of these sizes."""

    def terms(x: Array, y: Array) -> Array:
        z = x + y
        expected_x, expected_y = z * (n / (n + m)), z * (m / (n + m))
        # The smaller sample's gap is the one that keeps its digits; the other is its negative.
        gap = x - expected_x if n <= m else expected_y - y
        first = xlog1py(x, gap / np.maximum(expected_x, 1e-300))
        second = xlog1py(y, -gap / np.maximum(expected_y, 1e-300))
        return np.asarray(2 * (first + second))

    return terms


def g_statistic(counts: Pair) -> float:
    """Return G = 2 Σ [x ln(xN/(zn)) + y ln(yN/(zm))], never negative."""
    return max(0.0, float(g_terms(counts.n, counts.m)(counts.x, counts.y).sum()))


def smallest_expected(counts: Pair) -> float:
    """Return the smallest count expected when P = Q, over the outcomes seen."""
    z = counts.x + counts.y
    share = min(counts.n, counts.m) / (counts.n + counts.m)
    return float(z[z > 0].min()) * share


def _choose(counts: Pair) -> tuple[str, Note]:
    if _enumerable(counts) and smallest_expected(counts) < MINIMUM_EXPECTED:
        text = (
            "The p-value is exact (all relabellings of a 2 × 2 table): with so few observations "
            "it takes few values, so that false alarms are rarer than its level says."
        )
        return "exact", Note("exact", text)
    text = "The p-value is from the exact moments of G over all relabellings of the observations."
    return "exact-moments", Note("exact-moments", text)


def _sparse(counts: Pair) -> list[Note]:
    expected = smallest_expected(counts)
    if expected >= MINIMUM_EXPECTED:
        return []
    text = (
        f"The smallest expected count is {expected:.3g}, below 5: the chi-square law may be far "
        f'off; method="exact-moments" holds here.'
    )
    return [Note("sparse", text)]


def _by_moments(counts: Pair, statistic: float) -> float:
    return upper_tail(statistic, counts.null(g_terms(counts.n, counts.m)))


def _chi_square(counts: Pair, statistic: float) -> float:
    return float(chdtrc(counts.outcomes - 1, statistic))


def _enumerable(counts: Pair) -> bool:
    if counts.outcomes != 2 or not counts.whole:
        return False
    z = counts.x + counts.y
    return min(counts.n, counts.m, float(z[z > 0].min())) <= LONGEST_ENUMERATION


def _enumerated(counts: Pair, statistic: float) -> float:
    """Add up the chances of all 2 × 2 tables that are at least as far apart."""
    if not _enumerable(counts):
        raise MethodError(
            f'method="exact" takes 2 outcomes of whole counts, one of them (or one sample) of at '
            f"most {LONGEST_ENUMERATION} rows; here {counts.outcomes} outcomes were seen "
            f'(n={counts.n:.10g}, m={counts.m:.10g}): use "exact-moments"'
        )
    x, y = (row[counts.x + counts.y > 0] for row in (counts.x, counts.y))
    z = x + y
    first = np.arange(max(0.0, counts.n - z[1]), min(z[0], counts.n) + 1)
    table = np.stack([first, counts.n - first])
    rest = z[:, None] - table
    share = counts.n / (counts.n + counts.m)
    expected = (z * share)[:, None], (z * (1 - share))[:, None]
    chance = binomial_chance(table, expected[0], rest, expected[1]).prod(axis=0)
    values = g_terms(counts.n, counts.m)(table, rest).sum(axis=0)
    return float(chance[values >= statistic * (1 - SAME) - SAME].sum() / chance.sum())


METHODS: dict[str, Callable[[Pair, float], float]] = {
    "exact-moments": _by_moments,
    "g": _chi_square,
    "exact": _enumerated,
}
