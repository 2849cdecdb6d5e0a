"""From a number and its error to an `Estimate`: levels, intervals, units."""

import math

from scipy.special import ndtri

from kullback.counts.rows.pair import CountPair
from kullback.errors import InputError
from kullback.results import Interval


def quantile(level: float) -> float:
    """Return how many standard errors an interval of this level reaches to each side.

    Examples
    --------
    >>> round(quantile(0.95), 4)
    1.96
    """
    number = float(level)
    if not 0 < number < 1:
        raise InputError(f"level={level} is not between 0 and 1; 0.95 is usual")
    return float(ndtri(0.5 + number / 2))


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
