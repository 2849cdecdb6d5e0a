"""Bessel functions of directions: A_d = I_{d/2}/I_{d/2−1}, its complement, slope and integral.

A von Mises–Fisher density in d dimensions is e^(κ μ·x)/c(κ); with F(κ) = ln(κ^(1−d/2) I_{d/2−1}(κ))
up to a constant, F′ = A_d, and F″ = 1 − A² − (d − 1) A/κ. Far out everything comes from
f(κ) = F(κ) − κ = −(d − 1)/2 ln κ + ln S(1/κ), S the asymptotic series of √(2πκ) e^−κ I(κ), so that
1 − A = −f′ and the divergences of concentrated laws keep their digits.
"""

import itertools
from typing import Any

import numpy as np
from scipy import special

from kullback.distributions.special.arrays import Array
from kullback.distributions.special.bregman import bregman_integral
from kullback.distributions.special.primitives import g_step, log_ratio

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
# Beyond this only the first term of the asymptotic series counts.
HUGE = 1e20
EPS = float(np.finfo(np.float64).eps)
# Terms of the asymptotic series; it is used beyond `_far`.
TERMS = 26


def _far(dimension: int) -> float:
    return 30.0 + dimension * dimension


def bessel_ratio(dimension: int, kappa: Any) -> Any:
    """A_d(κ), by Gauss's continued fraction where no other form is.

    Examples
    --------
    >>> float(bessel_ratio(3, 2.0).round(6))
    0.537315
    """
    kappa = np.asarray(kappa, dtype=np.float64)
    far = kappa > _far(dimension)
    near = np.where(far, 1.0, kappa)
    outside = 1 - bessel_complement(dimension, np.where(far, kappa, 1e9)) if far.any() else near
    return np.where(far, outside, _ratio_near(dimension, near))[()]


def _ratio_near(dimension: int, kappa: Array) -> Array:
    small = kappa < 1e-3
    series = kappa / dimension * (1 - kappa * kappa / (dimension * (dimension + 2)))
    if dimension == 2:
        direct = special.i1e(kappa) / special.i0e(kappa)
    else:
        direct = _continued_fraction(dimension / 2, np.where(small, 1.0, kappa))
    return np.where(small, series, direct)


def _continued_fraction(order: float, kappa: Array) -> Array:
    """I_ν/I_{ν−1} = 1/(2ν/κ + 1/(2(ν + 1)/κ + …)), from far enough backwards."""
    depth = int(60 + 2 * np.sqrt(np.max(kappa, initial=1.0) * 40) + np.max(kappa, initial=0.0))
    value = np.zeros_like(kappa)
    for i in range(depth, -1, -1):
        value = kappa / (2 * (order + i) + kappa * value)
    return value


def bessel_complement(dimension: int, kappa: Any) -> Any:
    """1 − A_d(κ), with its digits where A is near 1: (d − 1)/(2κ) + ….

    Examples
    --------
    >>> f"{bessel_complement(2, 1e300):.6g}"
    '5e-301'
    """
    kappa = np.asarray(kappa, dtype=np.float64)
    far = kappa > _far(dimension)
    near = 1 - bessel_ratio(dimension, np.where(far, 1.0, kappa)) if not far.all() else 0.0
    x = 1 / np.where(far, kappa, 1e9)
    value, slope, _ = _asymptotic(dimension, x)
    return np.where(far, x * ((dimension - 1) / 2 + x * slope / value), near)[()]


def bessel_slope(dimension: int, kappa: Any) -> Any:
    """A′ = 1 − A² − (d − 1) A/κ; by series where that cancels.

    Examples
    --------
    >>> float(bessel_slope(3, 1e6) * 1e12)
    1.0
    """
    kappa = np.asarray(kappa, dtype=np.float64)
    d = float(dimension)
    small, large = kappa < 1e-3, kappa > _far(dimension)
    a = bessel_ratio(dimension, np.where(large, 1.0, kappa))
    middle = 1 - a * a - (d - 1) * a / np.where(small | large, 1.0, kappa)
    near = 1 / d - 3 * kappa**2 / (d * d * (d + 2))
    x = 1 / np.where(large, kappa, 1e9)
    value, first, second = _asymptotic(dimension, x)
    # d²/dκ² of −(d − 1)/2 ln κ + ln S(x): x² ((d − 1)/2 + 2 x L′ + x² L″), L = ln S.
    curve = second / value - (first / value) ** 2
    outside = x * x * ((d - 1) / 2 + 2 * x * first / value + x * x * curve)
    return np.where(small, near, np.where(large, outside, middle))[()]


def _asymptotic(dimension: int, x: Array) -> tuple[Array, Array, Array]:
    """S(x) = Σ a_k x^k with its first two derivatives, x = 1/κ."""
    order = dimension / 2 - 1
    value, first, second = np.ones_like(x), np.zeros_like(x), np.zeros_like(x)
    coefficient, power = 1.0, np.ones_like(x)
    earlier = np.zeros_like(x)
    for k in range(1, TERMS):
        coefficient *= -(4 * order**2 - (2 * k - 1) ** 2) / (8 * k)
        second = second + k * (k - 1) * coefficient * earlier
        first = first + k * coefficient * power
        earlier, power = power, power * x
        value = value + coefficient * power
    return value, first, second


def log_bessel_fall(dimension: int, kappa: Any) -> Any:
    """f(κ) − f(0) = ln(Γ(d/2) (2/κ)^(d/2 − 1) I_{d/2−1}(κ) e^−κ).

    Examples
    --------
    >>> float((log_bessel_fall(2, 1.0) + 1.0).round(6))
    0.235914
    """
    kappa = np.asarray(kappa, dtype=np.float64)
    return _falling(dimension, np.zeros_like(kappa), kappa)[()]


def _falling(dimension: int, first: Array, second: Array) -> Array:
    """f(κ₂) − f(κ₁) of f(κ) = F(κ) − κ."""
    first, second = np.broadcast_arrays(first, second)
    # In two steps: up to where the asymptotic series begins, and from there.
    limit = _far(dimension)
    beyond = np.maximum(first, limit), np.maximum(second, limit)
    values = [_asymptotic(dimension, 1 / k)[0] for k in beyond]
    outside = -(dimension - 1) / 2 * log_ratio(beyond[1], beyond[0]) + np.log(values[1] / values[0])
    inside = _falling_near(dimension, np.minimum(first, limit), np.minimum(second, limit))
    result: Array = outside + inside
    return result


def _falling_near(dimension: int, first: Array, second: Array) -> Array:
    order = dimension / 2 - 1
    with np.errstate(all="ignore"):
        i1, i2 = special.ive(order, first), special.ive(order, second)
        both = np.log(i2 / i1) - order * log_ratio(second, np.where(first > 0, first, 1.0))
        from_zero = np.log(i2) - order * np.log(second / 2) + special.gammaln(order + 1)
        to_zero = -np.log(i1) + order * np.log(first / 2) - special.gammaln(order + 1)
        direct = np.where(first == 0, from_zero, np.where(second == 0, to_zero, both))
        direct = np.where(first == second, 0.0, direct)
    usable = [(k == 0) | (i > 1e-280) for k, i in ((first, i1), (second, i2))]
    good = np.isfinite(direct) & usable[0] & usable[1]
    rest = 0.0 if good.all() else _integral(dimension, first, second)
    result: Array = np.where(good, direct, -rest)
    return result


def _integral(dimension: int, first: Array, second: Array) -> Any:
    """∫ (1 − A_d) over panels, Gauss–Legendre, in κ and beyond 1 in ln κ."""
    edges = np.linspace(0, 1, 9)
    total = np.zeros(first.shape)
    low, high = np.minimum(first, 1.0), np.minimum(second, 1.0)
    for a, b in itertools.pairwise(edges):
        at = a + (b - a) * (_NODES + 1) / 2
        kappa = low[..., None] + (high - low)[..., None] * at
        part = (bessel_complement(dimension, kappa) * _WEIGHTS).sum(axis=-1)
        total = total + (b - a) / 2 * part * (high - low)
    logs = [np.log(np.maximum(k, 1.0)) for k in (first, second)]
    for a, b in itertools.pairwise(np.linspace(0, 1, 65)):
        at = a + (b - a) * (_NODES + 1) / 2
        kappa = np.exp(logs[0][..., None] + (logs[1] - logs[0])[..., None] * at)
        part = (bessel_complement(dimension, kappa) * kappa * _WEIGHTS).sum(axis=-1)
        total = total + (b - a) / 2 * part * (logs[1] - logs[0])
    return total


def _are_near(k1: Any, k2: Any) -> Any:
    return (np.abs(k2 - k1) <= 0.5 * k1) | (np.maximum(k1, k2) < 1)


def concentration_lost(dimension: int, first: Any, second: Any) -> Any:
    """What rounding may take from `concentration_divergence` beyond its last digits.

    Near concentrations it is that of the slope 1 − A² − (d − 1) A/κ, far ones of the logarithms.

    Examples
    --------
    >>> bool(concentration_lost(3, 10.0, 20.0) < 1e-12)
    True
    """
    top, low = np.maximum(first, second), np.minimum(first, second)
    change = np.abs(second - first)
    with np.errstate(all="ignore"):
        curve = np.minimum(1 / dimension, dimension / low / low)
        rough = change * (change * curve)
    cancelled = 1 + np.minimum(top, _far(dimension)) ** 2
    apart = dimension * (1 + np.log1p(top) - np.log1p(low))
    return 64 * EPS * np.where(_are_near(first, second), cancelled * rough, apart)[()]


def concentration_divergence(dimension: int, first: Any, second: Any) -> Array:
    """F(κ₂) − F(κ₁) − (κ₂ − κ₁) A(κ₁) ≥ 0: KL of two laws of one mean direction.

    Examples
    --------
    >>> f"{concentration_divergence(2, 1e8, 2e8):.12g}"
    '0.153426410345'
    """
    k1, k2 = np.broadcast_arrays(*(np.asarray(k, dtype=np.float64) for k in (first, second)))
    change = k2 - k1
    near = _are_near(k1, k2) & (k1 < HUGE)
    apart = _falling(dimension, k1, k2) + change * bessel_complement(dimension, k1)
    far = ~near & (np.minimum(k1, k2) > _far(dimension))
    if far.any():
        safe = [np.where(far, k, 1e9) for k in (k1, k2)]
        s1, slope, _ = _asymptotic(dimension, 1 / safe[0])
        s2 = _asymptotic(dimension, 1 / safe[1])[0]
        step = g_step(safe[1] - safe[0], safe[0], safe[1])
        rest = np.log(s2 / s1) + (safe[1] - safe[0]) / safe[0] * (slope / s1) / safe[0]
        apart = np.where(far, (dimension - 1) / 2 * step + rest, apart)
    if near.any():
        close = bregman_integral(
            np.where(near, change, 0.0),
            lambda k: bessel_slope(dimension, k),
            np.where(near, k1, 1.0),
        )
        apart = np.where(near, close, apart)
    result: Array = np.asarray(apart)[()]
    return result
