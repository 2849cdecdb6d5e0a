"""Weighted means with their standard errors; rows of one group are not independent."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from kullback import arrays
from kullback.classifiers.judged import first_missing
from kullback.errors import InputError, ShapeError
from kullback.results import Interval

Array = NDArray[np.float64]


class Mean(NamedTuple):
    """A weighted mean, its standard error, and how many independent groups it rests on."""

    value: float
    error: float
    groups: int


def mean(values: Array, weights: Array, groups: NDArray[np.intp] | None = None) -> Mean:
    """Return Σwx/Σw; its error by linearisation, √(G/(G−1) Σ_g (Σ_g w(x − mean))²)/Σw.

    Source: Liang and Zeger (1986), with every row its own group by default. The error is
    NaN where there is one group, or where the mean is infinite.
    """
    counted = weights > 0
    total = float(weights.sum())
    value = float((weights[counted] * values[counted]).sum() / total)
    if not math.isfinite(value):
        independent = int(counted.sum()) if groups is None else len(np.unique(groups[counted]))
        return Mean(value, math.nan, independent)
    parts = weights[counted] * (values[counted] - value)
    if groups is not None:
        _, codes = np.unique(groups[counted], return_inverse=True)
        parts = np.bincount(codes, weights=parts).astype(np.float64)
    count = len(parts)
    if count < 2:
        return Mean(value, math.nan, count)
    return Mean(value, math.sqrt(count / (count - 1) * float(parts @ parts)) / total, count)


def interval(found: Mean, level: float, lowest: float) -> Interval | None:
    """Return mean ± t·error, t with one degree of freedom less than there are groups."""
    if not math.isfinite(found.error):
        return None
    reach = float(stdtrit(found.groups - 1, 0.5 + level / 2)) * found.error
    low = max(lowest, found.value - reach)
    return Interval(low, found.value + reach, level, "t, linearised")


def p_value(found: Mean) -> float | None:
    """Return the two-sided p-value of a mean of 0."""
    if not math.isfinite(found.error):
        return None
    if found.error == 0:
        return 1.0 if found.value == 0 else 0.0
    return float(2 * stdtr(found.groups - 1, -abs(found.value) / found.error))


def group_codes(groups: ArrayLike | None, count: int) -> NDArray[np.intp] | None:
    """Return the group of each row as a number."""
    if groups is None:
        return None
    given: Any = np.asarray(arrays.numpy_copy(groups))
    if given.shape != (count,):
        raise ShapeError(f"groups has shape {given.shape}; give one for each of {count} rows")
    names = given.tolist()
    absent = first_missing(names)
    if absent is not None:
        raise InputError(
            f"groups[{absent}] is missing ({names[absent]}); give each row a group, a row that "
            "is independent of all others one of its own"
        )
    place = {name: i for i, name in enumerate(dict.fromkeys(names))}
    return np.array([place[name] for name in names], dtype=np.intp)


def check_level(level: float) -> None:
    """Refuse a level that is not between 0 and 1."""
    if not 0 < level < 1:
        raise InputError(f"level={level} is not between 0 and 1; 0.95 is usual")
