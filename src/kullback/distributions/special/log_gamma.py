"""lnΓ without cancellation: its Bregman divergence, its ratios, and what entropies need of it.

Everything comes from one function, the divergence of two gammas at equal means,

    C(a, b) = lnΓ(b) − lnΓ(a) − (b − a) ψ(a) − b g(a/b − 1) ≥ 0,

which above 8 is g(δ/a)/2 + S, S the Bregman divergence of Stirling's remainder. Below, both
arguments are shifted up by lnΓ(x) = lnΓ(x + 1) − ln x, which adds g(δ/(a + i)) each.
"""

import math
from typing import Any

import numpy as np
from scipy import special

from kullback.distributions.special.arrays import (
    Array,
    Value,
    digamma,
    is_tensor,
    lgamma,
    log,
    log1p,
    where,
)
from kullback.distributions.special.primitives import SMALL, g_near, g_step, log_ratio

# Stirling's series from here on, the recurrence below.
FROM = 8
# B_2k/(2k(2k − 1)), k = 1 … 12.
STIRLING = (
    1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400,
    43867 / 244188, -174611 / 125400, 77683 / 5796, -236364091 / 1506960,
)  # fmt: skip

# |δ| below this share of both arguments: the series of g alone is enough.
NEAR = 0.25
# Between these lnΓ and ψ may be subtracted directly where the arguments are not near.
LOW, DIRECT = 0.5, 100.0


def gamma_at_equal_means(a: Value, delta: Value, b: Value) -> Value:
    """C(a, b): KL of Gamma(a) ‖ Gamma(b) at equal means, δ = b − a known from the parameters.

    Examples
    --------
    >>> f"{gamma_at_equal_means(1e8, 1.0, 1e8 + 1):.6g}"
    '2.5e-17'
    """
    if isinstance(a, float) and isinstance(b, float):
        return _scalar(a, float(delta), b)
    if is_tensor(a) or is_tensor(b):
        return _general(a, delta, b)
    arrays = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (a, delta, b)))
    return _by_kind(*(np.ascontiguousarray(v).ravel() for v in arrays)).reshape(arrays[0].shape)


def lgamma_bregman(a: Value, delta: Value, b: Value | None = None) -> Value:
    """B(a, δ) = lnΓ(b) − lnΓ(a) − δ ψ(a) ≥ 0, for a > 0 and b = a + δ > 0.

    Examples
    --------
    >>> f"{lgamma_bregman(2.0, 1e-9):.6g}"
    '3.22467e-19'
    """
    b = a + delta if b is None else b
    return gamma_at_equal_means(a, delta, b) + b * g_step(-delta, b, a)


def lgamma_ratio(a: Value, delta: Value, b: Value | None = None) -> Value:
    """ln(Γ(a + δ)/Γ(a)), without the cancellation of two large logarithms.

    Examples
    --------
    >>> float(round(lgamma_ratio(3.0, 1.0), 6))
    1.098612
    """
    return lgamma_bregman(a, delta, b) + delta * digamma(a)


def lgamma_bend(c: Value, delta: Value) -> Value:
    """lnΓ(c + δ) + lnΓ(c − δ) − 2 lnΓ(c) ≥ 0: the relative variance of powers of a gamma.

    Examples
    --------
    >>> f"{lgamma_bend(1e12, 1.0):.6g}"
    '1e-12'
    """
    return lgamma_bregman(c, delta) + lgamma_bregman(c, -delta)


def stirling_excess(k: Value) -> Value:
    """k ln k − k − lnΓ(k): the log-density of Gamma(k) in the logarithm, at its mode.

    Examples
    --------
    >>> round(float(stirling_excess(1.0)), 6)
    -1.0
    """
    k = np.asarray(k, dtype=np.float64)
    large = np.where(k > FROM, k, float(FROM))
    return np.where(k > FROM, _excess_of_large(large), k * np.log(k) - k - special.gammaln(k))


def _excess_of_large(k: Value) -> Value:
    """The same from `FROM` on, by Stirling's series."""
    return 0.5 * log(k / (2 * np.pi)) - _series(k, lambda _: 1.0)


def gamma_entropy(k: Value) -> Value:
    """lnΓ(k) − k ψ(k) + k, the part of an entropy that cancels for large k.

    Examples
    --------
    >>> float(round(gamma_entropy(1.0), 6))
    1.577216
    """
    if isinstance(k, float):
        return _entropy_of_large(k) if k > FROM else _plain_entropy(k)
    large, small = where(k > FROM, k, float(FROM)), where(k > FROM, 1.0, k)
    return where(k > FROM, _entropy_of_large(large), _plain_entropy(small))[()]


def _plain_entropy(k: Value) -> Value:
    return lgamma(k) - k * digamma(k) + k


def _entropy_of_large(k: Value) -> Value:
    """From k (ln k − ψ(k)) = 1/2 + Σ B_2n/(2n) k^(1 − 2n), and B_2n/(2n) = (2n − 1) c_n."""
    return 0.5 + _series(k, lambda i: 2 * i - 1.0) - _excess_of_large(k)


def _series(x: Array, factor: Any) -> Value:
    """Σ factor(i) c_i x^(1 − 2i)."""
    return sum(factor(i) * c * x ** (1 - 2 * i) for i, c in enumerate(STIRLING, start=1))


def _scalar(a: float, delta: float, b: float) -> float:
    low, change = min(a, b), abs(delta)
    if low >= FROM:
        return float(_above(a, delta, b))
    if change > NEAR * low and low >= LOW and max(a, b) <= DIRECT:
        return float(_direct(a, delta, b))
    return float(_near(a, delta, b) if change <= NEAR * low else _shifted(a, delta, b))


def _by_kind(a: Array, delta: Array, b: Array) -> Value:
    """Each element by the cheapest form that keeps its digits."""
    low, high, change = np.minimum(a, b), np.maximum(a, b), np.abs(delta)
    above = low >= FROM
    near = ~above & (change <= NEAR * low)
    direct = ~above & ~near & (low >= LOW) & (high <= DIRECT)
    result = np.empty_like(a)
    for chosen, form in (
        (above, _above),
        (near, _near),
        (direct, _direct),
        (~(above | near | direct), _shifted),
    ):
        if chosen.all():
            return form(a, delta, b)
        if chosen.any():
            result[chosen] = form(a[chosen], delta[chosen], b[chosen])
    return result


def _general(a: Value, delta: Value, b: Value) -> Value:
    """For tensors: both branches of each choice, so that gradients flow."""
    low = where(a < b, a + 0 * b, b + 0 * a)
    small = low < FROM
    top, end = a + where(small, float(FROM), 0.0), b + where(small, float(FROM), 0.0)
    shifted = _above(top, delta + 0 * top, end)
    for i in range(FROM):
        x, y = where(small, a + i, top), where(small, b + i, end)
        shifted = shifted + where(small, g_step(delta + 0 * x, x, y), 0.0)
    near = abs(delta + 0 * low) <= NEAR * low
    by_steps = end * g_step(-delta + 0 * end, end, top) - b * g_step(-delta + 0 * b, b, a + 0 * b)
    return shifted + where(small, where(near, by_steps, _mean_change(a, b)), 0.0)


def _above(a: Value, delta: Value, b: Value) -> Value:
    return g_step(delta, a, b) / 2 + _stirling_bregman(a, delta, b)


def _direct(a: Value, delta: Value, b: Value) -> Value:
    """From lnΓ and ψ themselves, where both are of order 1 to 100 and apart."""
    return lgamma(b) - lgamma(a) - delta * digamma(a) + delta + b * log_ratio(a, b)


def _near(a: Value, delta: Value, b: Value) -> Value:
    """Shifted, by the series of g alone."""
    top, end = a + FROM, b + FROM
    total = g_near(delta / top) / 2 + _stirling_bregman(top, delta, end)
    for i in range(FROM):
        total = total + g_near(delta / (a + i))
    return total + end * g_near(-delta / end) - b * g_near(-delta / b)


def _shifted(a: Value, delta: Value, b: Value) -> Value:
    top, end = a + FROM, b + FROM
    total = _above(top, delta, end)
    for i in range(FROM):
        total = total + g_step(delta, a + i, b + i)
    return total + _mean_change(a, b)


def _mean_change(a: Value, b: Value) -> Value:
    """(b + n) g((a + n)/(b + n) − 1) − b g(a/b − 1), without its linear parts."""
    t = (a - b) / (b + FROM)
    near = (t > -0.5) & (t < 1)
    if isinstance(near, bool):
        log_means = math.log1p(t) if near else log_ratio(a + FROM, b + FROM)
    else:
        log_means = where(near, log1p(where(near, t, 0.0)), log_ratio(a + FROM, b + FROM))
    return b * (_log_rise(b) - _log_rise(a)) - FROM * log_means


def _log_rise(x: Value) -> Value:
    """ln((x + n)/x), also where the quotient is too large for a float."""
    if isinstance(x, float):
        return math.log1p(FROM / x) if x > SMALL else math.log(FROM) - math.log(x)
    ordinary = x > SMALL
    return where(ordinary, log1p(FROM / where(ordinary, x, 1.0)), math.log(FROM) - log(x))


def _stirling_bregman(a: Value, delta: Value, b: Value) -> Value:
    """Σ c_k a^−m T_m with T_m = (1 + u)^−m − 1 + m u ≥ 0, m = 2k − 1, u = δ/a."""
    u = delta / a
    u2 = u * u
    across, inverse = 1 / b, 1 / a
    value, power = u2 * across, inverse
    total = 0.0 * u
    for k, coefficient in enumerate(STIRLING):
        m = 2 * k + 1
        total = total + coefficient * value
        rise = (m + 1) * across + (m + 2) * inverse
        value = across * (across * value + power * u2 * rise)
        power = power * inverse * inverse
    return total
