"""Weights as they are given add up to 1 with a rounding, which the error of a measure counts."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

import numpy as np

from kullback.distributions.model.answer import EPS, Answer
from kullback.distributions.special.arrays import plain

# So many weights are added without any rounding.
FEW = 4096

Way = Callable[..., Answer]


def off_one(weights: Any) -> Any:
    """How far weights along the last axis are from adding up to 1.

    Examples
    --------
    >>> off_one([0.5, 0.5]), off_one([0.5, 0.5 + 2.0**-40]) == 2.0**-40
    (0.0, True)
    """
    numbers = np.asarray(plain(weights), dtype=np.float64)
    if numbers.ndim == 1 and numbers.size <= FEW:
        return abs(math.fsum([-1.0, *numbers.tolist()]))
    return np.abs(numbers.sum(axis=-1) - 1) + 8 * EPS


def counting(felt: Callable[..., float]) -> Callable[[Way], Way]:
    """Add to the error of a measure what it feels of weights that do not add up to 1.

    Parameters
    ----------
    felt : callable
        (how far they are off, the value, arguments of the measure after P and Q) → an error.
    """

    def way(measure: Way) -> Way:
        @wraps(measure)
        def counted(p: Any, q: Any, *rest: Any) -> Answer:
            found, off = measure(p, q, *rest), p._mass_off() + q._mass_off()
            if not off or not np.isfinite(found.value):
                return found
            return replace(found, error=found.error + felt(off, found.value, *rest))

        return counted

    return way


def in_proportion(off: float, value: float, *_: Any) -> float:
    """Of a divergence that is 0, and flat, where P = Q."""
    return 4 * off * (value + off)


def of_root(off: float, value: float, *_: Any) -> float:
    """Of the root of one."""
    return 4 * off * (value + min(1.0, off / value if value > 0 else 1.0))


def at_most(off: float, value: float, *_: Any) -> float:  # noqa: ARG001
    """Of a measure that moves with the masses."""
    return off


def by_order(off: float, value: float, order: float, *_: Any) -> float:
    """Of a Rényi divergence, which is flat at P = Q, but the less so the higher its order."""
    if math.isinf(order) or order in {0.0, 1.0}:
        return 2 * off if order != 1 else in_proportion(off, value)
    share = (order + abs(1 - order)) / abs(1 - order)
    return 2 * off * share * min(1.0, (1 + order) * (value + off))
