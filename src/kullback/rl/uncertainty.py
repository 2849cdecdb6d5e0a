"""The mean of draws that may come in clusters, with its standard error and interval."""

import math

import numpy as np
from numpy.typing import NDArray

from kullback.results import Interval

Array = NDArray[np.float64]


def mean_and_error(values: Array, cluster: NDArray[np.intp] | None) -> tuple[float, float, int]:
    """Return the mean, its standard error, and the number of clusters.

    With clusters of n_c draws that sum to S_c, SE² = G/(G − 1) · Σ (S_c − n_c·mean)²/N², the
    variance of a ratio of means (Cochran 1977, chapter 6); one draw a cluster gives s/√N.

    Examples
    --------
    >>> value, error, groups = mean_and_error(np.array([0.0, 1.0, 2.0, 3.0]), None)
    >>> value, round(error, 6), groups
    (1.5, 0.645497, 4)
    """
    n = len(values)
    value = float(values.mean())
    with np.errstate(invalid="ignore"):
        centred = values - value
    sums = centred if cluster is None else np.bincount(cluster, weights=centred)
    groups = len(sums)
    if groups < 2 or not math.isfinite(value):
        return value, math.nan, groups
    variance = groups / (groups - 1) * float((sums * sums).sum()) / n**2
    return value, math.sqrt(variance), groups


def interval(value: float, error: float, groups: int, level: float = 0.95) -> Interval | None:
    """Return value ± t·error within [0, ∞); the far end of a negative value is counted from 0."""
    if not math.isfinite(error):
        return None
    from scipy.special import stdtrit

    reach = float(stdtrit(groups - 1, 0.5 + level / 2)) * error
    low, high = max(0.0, value - reach), max(0.0, value) + reach
    return Interval(low, high, level, f"Student's t with {groups - 1} degrees of freedom")


def chance_so_far(value: float, error: float, groups: int) -> float:
    """Return the chance of a mean so far from a truth of 0; 1 where it is not known."""
    return min(1.0, 2 * chance_below_zero(-abs(value), error, groups))


def chance_below_zero(value: float, error: float, groups: int) -> float:
    """Return the chance of a mean so low where the truth is 0; 1 where it is not known."""
    if not value < 0 or not error > 0:
        return 1.0
    from scipy.special import stdtr

    return float(stdtr(groups - 1, value / error))
