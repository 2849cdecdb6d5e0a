"""Intervals for few outcomes, where the law of an estimate is skewed near P = Q.

G is then non-central chi-square, with K − 1 degrees of freedom and non-centrality 2N·JS, JS
with weights n/N and m/N (Wilks 1938; Kullback 1959, chapter 5).
"""

import math
from dataclasses import replace

from scipy.special import chdtr, chndtrinc

from kullback.counts.intervals.unseen_tail import UnseenTail
from kullback.counts.rows.pair import CountPair
from kullback.counts.tests.statistics import MINIMUM_EXPECTED, g_statistic, smallest_expected
from kullback.results import Interval

# At 6 to 8 outcomes the delta interval alone covers 92 to 94 % where JS is just visible.
FEW_OUTCOMES = 10
# Up to four outcomes the skewness is worse than a chi-square law that does not quite hold.
SKEWED = 4
NEAR = 15.0  # standard deviations of G from its mean when P = Q; beyond, the delta method holds
LARGE_STATISTIC = 1e4  # beyond, the chi-square law is the normal one


def non_central_interval(
    counts: CountPair, plug_in: float, level: float, highest: float = math.inf
) -> Interval | None:
    """Invert the non-central chi-square law of G for a divergence whose plug-in is given.

    Near P = Q every divergence is a multiple of G; the multiple is that of this sample.
    """
    statistic, df = g_statistic(counts), counts.outcomes - 1
    if df == 0 or statistic == 0 or statistic > LARGE_STATISTIC:
        return None
    if counts.outcomes > SKEWED and smallest_expected(counts) < MINIMUM_EXPECTED:
        return None
    tail = (1 - level) / 2
    low = noncentrality(statistic, df, 1 - tail)
    high = noncentrality(statistic, df, tail)
    scale = plug_in / statistic
    return Interval(
        min(scale * low, highest), min(scale * high, highest), level, "non-central chi-square"
    )


def noncentrality(statistic: float, df: int, probability: float) -> float:
    """Return λ ≥ 0 for which P(χ²(df, λ) ≤ statistic) = probability."""
    if chdtr(df, statistic) <= probability:
        return 0.0
    return float(chndtrinc(statistic, df, probability))


def near_uniform(
    interval: Interval, entropy: float, outcomes: int, n: float, groups: int = 1
) -> Interval:
    """Join with the interval from the law of n·(ln K − H), H near its highest, for few outcomes.

    There the delta method, whose error vanishes, is too narrow. `entropy` is the plug-in, which
    may be conditional on so many `groups`.
    """
    df = groups * (outcomes - 1)
    highest = math.log(outcomes)
    statistic = 2 * n * max(0.0, highest - entropy)
    few = outcomes <= FEW_OUTCOMES and n >= MINIMUM_EXPECTED * outcomes * groups
    if df == 0 or not few or statistic > df + NEAR * math.sqrt(2 * df):
        return interval
    tail = (1 - interval.level) / 2
    most, least = (noncentrality(statistic, df, q) / 2 / n for q in (1 - tail, tail))
    how = "non-central chi-square"
    return joined(interval, Interval(highest - least, highest - most, interval.level, how))


def joined(first: Interval, second: Interval | None) -> Interval:
    """Return the interval that holds both."""
    if second is None:
        return first
    method = f"{first.method}, joined with {second.method}"
    return Interval(min(first.low, second.low), max(first.high, second.high), first.level, method)


def sharpened(interval: Interval, counts: CountPair, plug_in: float, level: float) -> Interval:
    """Join with the interval from the law of G where that holds: few outcomes, or near P = Q.

    Near P = Q the lower end is G's alone. The delta method counts the noise of P = Q twice
    there, so that its own end is never above 0; G's is, in (1 − level)/2 of the cases.
    """
    near = _near(counts)
    if not near and counts.outcomes > FEW_OUTCOMES:
        return interval
    exact = non_central_interval(counts, plug_in, level)
    both = joined(interval, exact)
    return both if exact is None or not near else replace(both, low=exact.low)


def _near(counts: CountPair) -> bool:
    df = counts.outcomes - 1
    reach = df + NEAR * math.sqrt(2 * df)
    return smallest_expected(counts) >= MINIMUM_EXPECTED and g_statistic(counts) <= reach


def stretched(interval: Interval, tail: UnseenTail) -> Interval:
    """Move the lower end down and the upper end up by what unseen outcomes may do."""
    if not any(tail):
        return interval
    low, high = max(0.0, interval.low - tail.down), interval.high + tail.up
    return Interval(low, high, interval.level, f"{interval.method}, with unseen outcomes")
