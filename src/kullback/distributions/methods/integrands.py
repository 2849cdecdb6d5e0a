"""The non-negative integrands of the other divergences, from ln p and ln q.

Each is written in d = ln p − ln q so that it keeps its digits where P ≈ Q, and is right where
one of the two is 0.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from kullback.distributions.special.arrays import Array
from kullback.distributions.special.primitives import h

# Where P has less, ln q = −∞ may be an overflow, and the supports have been compared.
LEAST = -460.0


class Rounding(NamedTuple):
    """What rounding does, in EPS: to d = ln p − ln q, and to p and q as shares of them."""

    ratio: Array
    p: Array
    q: Array


def rounding_of(lp: Array, lq: Array) -> Rounding:
    """The rounding of two logarithms, and of what they are the logarithms of.

    Examples
    --------
    >>> float(rounding_of(np.array(-3.0), np.array(-4.0)).ratio)
    9.0
    """
    own, other = np.abs(lp), np.abs(lq)
    return Rounding(own + other + 2, own + 2, other + 2)


# (ln p, ln q, their difference where it is known better) → the integrand.
Row = Callable[[Array, Array, Array | None], Array]


def _both(lp: Array, lq: Array, d: Array | None) -> tuple[Array, Array, Array, Any]:
    """p, q, d, and where both are positive."""
    p, q = np.exp(np.minimum(lp, 700.0)), np.exp(np.minimum(lq, 700.0))
    lives = np.isfinite(lp) & np.isfinite(lq)
    return p, q, np.where(lives, lp - lq if d is None else d, 0.0), lives


def _hole(lp: Array, lq: Array) -> Any:
    return (lp > LEAST) & np.isneginf(lq)


def _power(logarithm: Array) -> Any:
    """e^x within the range of doubles, 0 below it."""
    return np.where(logarithm > -745, np.exp(np.minimum(logarithm, 709.0)), 0.0)


def jensen_shannon_row(lp: Array, lq: Array, d: Array | None = None) -> Array:
    """(p + q)/4·((1 − t) ln(1 − t) + (1 + t) ln(1 + t)), t = (p − q)/(p + q) = tanh(d/2)."""
    p, q, d, lives = _both(lp, lq, d)
    t = np.where(lives, np.tanh(d / 2), 1.0)
    near = np.abs(t) < 0.3
    s = np.where(near, t, 0.0) ** 2
    series = s * sum(s**k / ((k + 1) * (2 * k + 1)) for k in range(14))
    size = np.clip(np.abs(t), 0.0, 1.0)
    # 1 − |t| = 2 e^−|d|/(1 + e^−|d|), which does not round to 0 early.
    e = np.where(lives, np.exp(-np.abs(d)), 0.0)
    small = 2 * e / (1 + e)
    far = np.where(small > 0, small * np.log(np.where(small > 0, small, 1.0)), 0.0)
    far = far + (1 + size) * np.log1p(size)
    return (p + q) / 4 * np.where(near, series, far)


def hellinger_row(lp: Array, lq: Array, d: Array | None = None) -> Array:
    """(√p − √q)²/2."""
    p, q, d, lives = _both(lp, lq, d)
    near = lives & (np.abs(d) < 1)
    close = q * np.expm1(np.where(near, d, 0.0) / 2) ** 2 / 2
    return np.where(near, close, (np.sqrt(p) - np.sqrt(q)) ** 2 / 2)


def total_variation_row(lp: Array, lq: Array, d: Array | None = None) -> Array:
    """|p − q|/2."""
    p, q, d, lives = _both(lp, lq, d)
    near = lives & (np.abs(d) < 1)
    return np.where(near, q * np.abs(np.expm1(np.where(near, d, 0.0))), np.abs(p - q)) / 2


def chi_square_row(lp: Array, lq: Array, d: Array | None = None) -> Array:
    """(p − q)²/q = q (e^d − 1)²."""
    p, q, d, lives = _both(lp, lq, d)
    far = _power(2 * lp - lq) - 2 * p + q
    near = np.abs(d) < 1
    close = q * np.expm1(np.where(near, d, 0.0)) ** 2
    return np.where(lives, np.where(near, close, far), np.where(_hole(lp, lq), np.inf, q))


def renyi_row(order: float) -> Row:
    """±(p^a q^(1 − a) − a p − (1 − a) q), ≥ 0: its integral is ±(e^((a − 1) R) − 1)."""
    sign = 1.0 if order > 1 else -1.0

    def row(lp: Array, lq: Array, d: Array | None = None) -> Array:
        p, q, d, lives = _both(lp, lq, d)
        near = (np.abs(d) < 0.3) & (order * np.abs(d) < 600)
        x = np.where(near, d, 0.0)
        # e^(a x) − 1 − a(e^x − 1), from the functions h that hold no linear part.
        close = q * (h(-order * x) - order * h(-x))
        mixed = _power(order * lp + (1 - order) * lq)
        far = mixed - order * p - (1 - order) * q
        alone = -order * p - (1 - order) * q
        if order > 1:
            alone = np.where(_hole(lp, lq), np.inf, alone)
        return sign * np.where(lives, np.where(near, close, far), alone)

    return row
