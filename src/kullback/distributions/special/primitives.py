"""The stable primitives that closed forms are regrouped in.

    g(x) = x − ln(1 + x)                       the Bregman divergence of −ln
    h(x) = e^−x − 1 + x                        that of exp
    B(a, δ) = lnΓ(a + δ) − lnΓ(a) − δ ψ(a)     that of lnΓ

Each is ≥ 0, is 0 only at 0, and keeps its digits there: the argument is a *difference* of
parameters, never a ratio minus 1, and no term of the sum is negative.
"""

import math
from typing import Any

import numpy as np

from kullback.distributions.special.arrays import Value, exp, expm1, log, log1p, where

# g near 0: with r = x/(2 + x), g = r x − 2 r³ (1/3 + r²/5 + r⁴/7 + …).
_G_NEAR = 0.3
_G_SERIES = tuple(1.0 / (2 * i + 3) for i in range(10))[::-1]

# h near 0: x²/2 − x³/6 + …
_H_NEAR = 0.5
_H_SERIES = tuple((-1.0) ** i / math.factorial(i) for i in range(2, 18))[::-1]


# Splits a double into two halves.
_HALVES = 2.0**27 + 1

# Quotients above have all their digits.
SMALL = 1e-300


def g(x: Value) -> Value:
    """g(x) = x − ln(1 + x) ≥ 0, to full precision near 0; infinite at −1.

    Examples
    --------
    >>> f"{g(1e-9):.6g}"
    '5e-19'
    """
    if isinstance(x, float):
        if abs(x) < _G_NEAR:
            return float(g_near(x))
        return x - math.log1p(x) if -1 < x < math.inf else math.inf
    near = abs(x) < _G_NEAR
    if not isinstance(x, np.ndarray):
        # Both branches get harmless arguments, so that gradients stay finite.
        return where(near, g_near(where(near, x, x * 0)), _g_far(where(near, x * 0 + 1, x)))
    if near.all():
        return g_near(x)
    result = np.asarray(_g_far(x))
    if near.any():
        result[near] = g_near(x[near])
    return result[()]


def g_near(x: Value) -> Value:
    """The series of g, for |x| < 0.3."""
    r = x / (2 + x)
    r2 = r * r
    total = r2 * _G_SERIES[0] + _G_SERIES[1]
    for coefficient in _G_SERIES[2:]:
        total = total * r2 + coefficient
    return r * (x - 2 * r2 * total)


def _g_far(x: Value) -> Value:
    return where(x == math.inf, math.inf, x - log1p(x)) if (x == math.inf).any() else x - log1p(x)


def g_step(change: Value, old: Value, new: Value) -> Value:
    """g(change/old) with new = old + change: g(new/old − 1) however far the two are apart.

    Near −1 the quotient of the change has lost the digits of new, which the ratio still has.

    Examples
    --------
    >>> round(g_step(1e-12 - 1.0, 1.0, 1e-12), 6)
    26.631021
    """
    t = change / old
    if isinstance(t, float):
        if t > -0.5:
            return g(t)
        return new / old - 1 - _log_quotient(new, old) if new > 0 else math.inf
    small = t < -0.5
    if not small.any():
        return g(t)
    if isinstance(t, np.ndarray):
        return _g_step_array(t, np.broadcast_to(old, t.shape), np.broadcast_to(new, t.shape))
    ratio = where(small, new / old, 1.0)
    far = ratio - 1 - (log(where(small, new, 1.0)) - log(where(small, old, 1.0)))
    return where(small, far, g(where(small, 0.0, t)))


def _log_quotient(new: float, old: float) -> float:
    """ln(new/old), also where the quotient is too small for a float."""
    ratio = new / old
    return math.log(ratio) if ratio > SMALL else math.log(new) - math.log(old)


def _g_step_array(t: Any, old: Any, new: Any) -> Any:
    """Only the elements near −1 pay for their two logarithms."""
    result = g(t)
    small = t < -0.5
    a, b = old[small], new[small]
    ratio = b / a
    result[small] = ratio - 1 - np.where(ratio > SMALL, np.log(ratio), np.log(b) - np.log(a))
    return result


def g_at_log(t: Value, log_ratio: Value) -> Value:
    """g(t) where ln(1 + t) is known too, and keeps the digits that t loses near −1.

    Examples
    --------
    >>> round(float(g_at_log(-1.0, -50.0)), 6)
    49.0
    """
    if isinstance(t, float) and t > -0.5:
        return g(t)
    small = t < -0.5
    logarithm = where(small, log_ratio, 0.0)
    return where(small, expm1(logarithm) - logarithm, g(where(small, 0.0, t)))


def g_of_ratio(z: Value) -> Value:
    """g(z − 1) = z − 1 − ln z, where the ratio z itself is known, tiny ones included.

    Examples
    --------
    >>> round(float(g_of_ratio(1e-30)), 6)
    68.077553
    """
    z = np.asarray(z, dtype=np.float64)
    small = z < 0.5
    return np.where(small, z - 1 - np.log(np.where(small, z, 1.0)), g(np.where(small, 0.0, z - 1)))


def h(x: Value) -> Value:
    """h(x) = e^−x − 1 + x ≥ 0, to full precision near 0.

    Examples
    --------
    >>> f"{h(1e-9):.6g}"
    '5e-19'
    """
    if isinstance(x, float):
        if abs(x) < _H_NEAR:
            return float(_h_near(x))
        return math.expm1(-x) + x if x > -700 else math.inf
    near = abs(x) < _H_NEAR
    return where(near, _h_near(where(near, x, x * 0)), expm1(-x) + x)


def _h_near(x: Value) -> Value:
    total = x * _H_SERIES[0] + _H_SERIES[1]
    for coefficient in _H_SERIES[2:]:
        total = total * x + coefficient
    return total * x * x


def log_ratio(a: Value, b: Value) -> Value:
    """ln(a/b) from the difference, exact near a = b."""
    if isinstance(a, float) and isinstance(b, float):
        t = (a - b) / b
        return math.log1p(t) if -0.5 < t < 1 else math.log(a) - math.log(b)
    t = (a - b) / b
    near = (t > -0.5) & (t < 1)
    return where(near, log1p(where(near, t, t * 0)), log(a) - log(b))


def log1p_quotient(x: Value, scale: Value) -> Value:
    """ln(1 + x/scale), also where the quotient overflows.

    Examples
    --------
    >>> round(float(log1p_quotient(1e200, 1e-200)), 6)
    921.034037
    """
    with np.errstate(over="ignore"):
        quotient = np.asarray(x / scale)
    far = quotient > 1e300
    size = np.where(far, x, 1.0)
    return np.where(far, np.log(size) - np.log(scale), np.log1p(np.where(far, 0.0, quotient)))


def logistic_divergence(d: Value) -> Value:
    """d coth(d/2) − 2: KL of two logistics of equal scale, d scales apart.

    Examples
    --------
    >>> f"{logistic_divergence(1e-6):.6g}"
    '1.66667e-13'
    """
    near = abs(d) < 0.3
    x = where(near, d, d * 0)
    x2 = x * x
    series = x2 * (1 / 6 - x2 * (1 / 360 - x2 * (1 / 15120 - x2 * (1 / 604800 - x2 / 23950080))))
    y = where(near, d * 0 + 1, abs(d))
    e = exp(-y)
    return where(near, series, y * (1 + e) / (1 - e) - 2)


def difference_of_products(a: Value, b: Value, c: Value, d: Value) -> Value:
    """a b − c d with its digits where the products nearly cancel: Dekker (1971), in range.

    Examples
    --------
    >>> difference_of_products(1 + 2.0**-30, 1 - 2.0**-30, 1.0, 1.0) == -(2.0**-60)
    True
    """
    first, second = a * b, c * d
    return (first - second) + (_lost(a, b, first) - _lost(c, d, second))


def _lost(a: Value, b: Value, product: Value) -> Value:
    """What the rounding of a b took off, from the halves of both."""
    high_a, high_b = a * _HALVES - (a * _HALVES - a), b * _HALVES - (b * _HALVES - b)
    low_a, low_b = a - high_a, b - high_b
    return ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b
