"""The mean of numbers that may be weighted, and may come in clusters, with its error."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.results import Interval
from kullback.statistics.level import LEVEL, check_level

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean, and what is known of its error.

    Parameters
    ----------
    value : float
        Σwx/Σw.
    error : float
        Its standard error, clustered; NaN where there is one group, or the mean is infinite.
    groups : int
        Independent ones: clusters, else numbers.
    independent_error : float
        What the error would be if the numbers of a cluster were independent.
    """

    value: float
    error: float
    groups: int
    independent_error: float = math.nan

    def interval(
        self, level: float = LEVEL, bounds: tuple[float, float] = (0.0, math.inf)
    ) -> Interval | None:
        """Return value ± t·error, t with one degree of freedom less than there are groups.

        It is cut to the legal range of the mean. The far end of a value outside that range is
        counted from the end of the range, so that a low draw never makes an interval of width 0.

        Examples
        --------
        >>> interval = Mean(2.0, 1.0, 3).interval()
        >>> interval.low, round(interval.high, 3), interval.method
        (0.0, 6.303, 't, 2 degrees of freedom')
        """
        check_level(level)
        if not (math.isfinite(self.value) and math.isfinite(self.error)):
            return None
        from scipy.special import stdtrit

        least, most = bounds
        freedom = self.groups - 1
        reach = float(stdtrit(freedom, 0.5 + level / 2)) * self.error
        low = max(least, min(self.value, most) - reach)
        high = min(most, max(self.value, least) + reach)
        return Interval(low, high, level, f"t, {freedom} degrees of freedom")

    def p_value(self) -> float | None:
        """Return the two-sided p-value of a mean of 0; None where there is no error."""
        if not (math.isfinite(self.value) and math.isfinite(self.error)):
            return None
        if self.error == 0:
            return float(self.value == 0)
        return 2 * self.chance_below(-abs(self.value))

    def chance_below(self, value: float) -> float:
        """Return the chance of a mean as low as this where the truth is 0; 1 where not known."""
        if not self.error > 0:
            return 1.0
        from scipy.special import stdtr

        return float(stdtr(self.groups - 1, value / self.error))


def clustered_mean(
    values: NDArray[Any],
    cluster: NDArray[np.intp] | None = None,
    weights: Array | None = None,
) -> Mean:
    """Return the mean with its clustered error.

    With weights w and G clusters, SE² = G/(G − 1)·Σ_c (Σ_c w·(x − mean))²/(Σw)²: with weights
    of 1 that is G/(G − 1)·Σ (S_c − n_c·mean)²/N², and without clusters s/√N.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        What is averaged.
    cluster : ndarray of int, shape (n,), optional
        The number of each value's cluster; without it each is independent.
    weights : ndarray of float, shape (n,), optional
        At least 0 and not all 0. What weighs 0 is not there; a common factor changes nothing.

    Returns
    -------
    Mean
        With its error, and the one of independent numbers beside it.

    References
    ----------
    Liang and Zeger (1986), Longitudinal data analysis using generalized linear models, eq. 8;
    Cochran (1977), Sampling techniques, chapter 6, for the error of a ratio of means.

    Examples
    --------
    >>> mean = clustered_mean(np.array([1.0, 1.0, 3.0, 3.0]), np.array([0, 0, 1, 1]))
    >>> mean.value, mean.error, round(mean.independent_error, 3), mean.groups
    (2.0, 1.0, 0.577, 2)
    """
    numbers = np.ascontiguousarray(values, dtype=np.float64)
    if weights is not None:
        counted = weights > 0
        numbers, weights = numbers[counted], without_scale(weights[counted])
        cluster = None if cluster is None else cluster[counted]
    with np.errstate(invalid="ignore"):
        if weights is None:
            total, value = float(len(numbers)), float(numbers.mean())
            apart = numbers - value
        else:
            total = float(weights.sum())
            value = float((weights * numbers).sum() / total)
            apart = weights * (numbers - value)
    if cluster is None:
        error = independent = error_of_mean(apart, total)
        return Mean(value, error, len(apart), independent)
    _, codes = np.unique(cluster, return_inverse=True)
    sums = np.bincount(codes, weights=apart).astype(np.float64)
    return Mean(value, error_of_mean(sums, total), len(sums), error_of_mean(apart, total))


def error_of_mean(sums: Array, total: float) -> float:
    """Return the standard error of a mean from the sum about it of each independent group.

    Parameters
    ----------
    sums : ndarray of shape (groups,)
        Σ w·(x − mean) of each group.
    total : float
        Σw of all.

    Examples
    --------
    >>> error_of_mean(np.array([-2.0, 2.0]), 4.0)
    1.0
    """
    return error_of_squares(float(np.sum(sums**2)), len(sums), total)


def error_of_squares(squares: float, groups: int, total: float) -> float:
    """Return the same from the sum of squares Σ_c (Σ_c w·(x − mean))² alone."""
    if groups < 2 or not math.isfinite(squares):
        return math.nan
    return math.sqrt(groups / (groups - 1) * squares) / total


def without_scale(weights: Array) -> Array:
    """Return weights divided by a power of two, the largest between ½ and 1: no digit is lost.

    Examples
    --------
    >>> without_scale(np.array([1.0, 3.0])).tolist()
    [0.25, 0.75]
    """
    _, exponent = np.frexp(weights.max())
    scaled: Array = np.ldexp(weights, -exponent)
    return scaled
