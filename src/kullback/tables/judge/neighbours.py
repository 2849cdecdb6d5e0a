"""Whole numbers by value, and by neighbours: many values, few rows each, and yet an order."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kullback.counts.estimators.jensen_shannon import jensen_shannon_of
from kullback.counts.rows.pair import pair
from kullback.results import Estimate, Interval
from kullback.tables.profiles.align import Aligned

Array = NDArray[np.float64]

GROUPS = 20  # of neighbouring values, of about as many rows of both sides together


def raised(
    estimate: Estimate, aligned: Aligned, order: list[int], level: float, p_value: float
) -> Estimate:
    """Raise the lower end of a JS divergence to that of neighbours taken together.

    What is taken together never differs more than its parts, so that the divergence by value is
    at least that of groups of neighbours; which has an order and fewer outcomes, and so is known
    better where each value holds few rows. The upper end stays that of the values.

    Parameters
    ----------
    estimate : Estimate
        By value, in nats.
    aligned : Aligned
        The counts it is of.
    order : list of int
        The places of the outcomes that have an order, in it.
    level, p_value : float
        Of the interval, and of the column.
    """
    if len(order) <= GROUPS or estimate.interval is None:
        return estimate
    x, y = (_grouped(side, aligned, order) for side in (aligned.x, aligned.y))
    coarse = jensen_shannon_of(pair(x, y), level, p_value)
    found = estimate.interval
    if coarse.interval is None or coarse.interval.low <= found.low:
        return estimate
    low, high = coarse.interval.low, max(coarse.interval.high, found.high)
    value = min(max(estimate.value, coarse.value, low), high)
    parts = estimate.contributions
    if parts is not None:
        whole = math.fsum(parts)
        terms = parts if whole > 0 else np.abs(aligned.x / x.sum() - aligned.y / y.sum())
        parts = terms * (value / math.fsum(terms))
    method = f"{found.method}; the lower end by {GROUPS} groups of neighbours"
    interval = Interval(low, high, found.level, method)
    return replace(estimate, value=value, interval=interval, contributions=parts)


def _grouped(side: Array, aligned: Aligned, order: list[int]) -> Array:
    both = (aligned.x / aligned.x.sum() + aligned.y / aligned.y.sum())[order]
    below = np.cumsum(both) - both / 2
    group = np.minimum((below / both.sum() * GROUPS).astype(np.intp), GROUPS - 1)
    others = np.delete(side, order)
    return np.concatenate([np.bincount(group, side[order], GROUPS), others])
