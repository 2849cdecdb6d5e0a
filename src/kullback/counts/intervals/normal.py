"""From a number and its error to an `Estimate`: levels, intervals, units."""

import math

from kullback.counts.rows.pair import CountPair
from kullback.results import Interval
from kullback.statistics.level import quantile


def normal_interval(
    value: float, error: float, level: float, method: str, highest: float = math.inf
) -> Interval:
    """Return value ± z·error within [0, highest].

    Where the value is negative the upper end is counted from 0, the nearest value that the
    quantity can take: so the interval never shrinks to a point because of a low draw.
    """
    reach = quantile(level) * error
    low = min(max(0.0, value - reach), highest)
    return Interval(low, min(max(value, 0.0) + reach, highest), level, method)


def plug_in_null_bias(counts: CountPair) -> float:
    """Return (K−1)/2 · (1/n + 1/m): what the plug-in KL is on average when P = Q."""
    return (counts.outcomes - 1) / 2 * (1 / counts.n + 1 / counts.m)
