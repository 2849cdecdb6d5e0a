"""Smoothing that takes from the outcomes seen and gives to those never seen."""

import numpy as np
from numpy.typing import NDArray

from kullback.counts.rows.row import whole_numbers
from kullback.counts.smoothing.good_turing import good_turing
from kullback.counts.smoothing.prior import positive
from kullback.errors import InputError, MethodError

Array = NDArray[np.float64]


def by_good_turing(x: Array, toward: Array | None, _: float | None) -> Array:
    """Simple Good–Turing (Gale and Sampson 1995)."""
    _whole(x, "good-turing")
    return _given(x, *good_turing(x[x > 0]), toward)


def by_witten_bell(x: Array, toward: Array | None, _: float | None) -> Array:
    """x/(n + T) and T/(n + T) for the unseen, T the outcomes seen (Witten and Bell 1991)."""
    seen = x[x > 0]
    whole = seen.sum() + len(seen)
    return _given(x, seen / whole, len(seen) / whole, toward)


def by_absolute_discounting(x: Array, toward: Array | None, discount: float | None) -> Array:
    """(x − d)/n and dT/n for the unseen, d = f₁/(f₁ + 2f₂) (Ney, Essen and Kneser 1994)."""
    _whole(x, "absolute-discounting")
    d = _discount(x) if discount is None else positive("strength", discount)
    if d >= 1:
        raise InputError(f"strength={discount} is the discount of each count and must be below 1")
    seen = x[x > 0]
    return _given(x, (seen - d) / x.sum(), d * len(seen) / x.sum(), toward)


def _discount(x: Array) -> float:
    once, twice = int(np.count_nonzero(x == 1)), int(np.count_nonzero(x == 2))
    # Where nothing was seen twice f₁/(f₁ + 2f₂) is 1 and would leave singletons nothing.
    return once / (once + 2 * max(twice, 1)) if once else 0.0


def _given(x: Array, shares: Array, rest: float, toward: Array | None) -> Array:
    """Put the shares on the outcomes seen, and share the rest out over the others."""
    result = np.zeros(len(x))
    never = x == 0
    result[~never] = shares
    if rest == 0:
        return result
    weights = never.astype(np.float64) if toward is None else np.where(never, toward, 0.0)
    if weights.sum() == 0:
        raise InputError(
            f"{100 * rest:.3g} % is set aside for outcomes never seen, and there are none "
            f"(or `toward` gives them nothing): name them with alphabet=, or list them with count 0"
        )
    return np.asarray(result + rest * weights / weights.sum())


def _whole(x: Array, method: str) -> None:
    if not whole_numbers(x):
        raise MethodError(
            f"method={method!r} counts the outcomes seen once and twice, and x holds fractions; "
            f'choose "dirichlet" or "james-stein"'
        )
