"""Tails of the Pearson type III law: a shifted gamma with given mean, variance and skewness.

It is the chi-square law where the moments are those of a chi-square (Pearson 1895).
"""

import math

from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv, ndtr, ndtri

from kullback.counts.rows.relabelling import Moments

SAME = 1e-6  # a spread this small beside the mean is rounding: G has √(2/K)
STRAIGHT = 1e-4  # a skewness this small leaves the normal law


def upper_tail(value: float, moments: Moments) -> float:
    """Return P(S ≥ value) under the Pearson type III law with these moments.

    Examples
    --------
    >>> round(upper_tail(9.487729, Moments(mean=4, variance=8, third=32)), 6)  # chi-square, 4 df
    0.05
    """
    deviation = math.sqrt(max(moments.variance, 0.0))
    if deviation <= SAME * abs(moments.mean):
        return 1.0  # every relabelling gives the same value
    distance = (value - moments.mean) / deviation
    skewness = moments.third / deviation**3
    if abs(skewness) < STRAIGHT:
        return float(ndtr(-distance))
    shape = 4 / skewness**2
    argument = shape + math.copysign(math.sqrt(shape), skewness) * distance
    tail = gammaincc if skewness > 0 else gammainc
    return float(tail(shape, max(0.0, argument)))


def upper_quantile(probability: float, moments: Moments) -> float:
    """Return the value that the law exceeds with this probability.

    Examples
    --------
    >>> round(upper_quantile(0.05, Moments(mean=4, variance=8, third=32)), 6)
    9.487729
    """
    deviation = math.sqrt(max(moments.variance, 0.0))
    if deviation <= SAME * abs(moments.mean):
        return moments.mean
    skewness = moments.third / deviation**3
    if abs(skewness) < STRAIGHT:
        return moments.mean - deviation * float(ndtri(probability))
    shape = 4 / skewness**2
    inverse = gammainccinv if skewness > 0 else gammaincinv
    distance = (float(inverse(shape, probability)) - shape) / math.copysign(
        math.sqrt(shape), skewness
    )
    return moments.mean + deviation * distance
