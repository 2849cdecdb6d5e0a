"""Bessel functions of directions: A_d = I_{d/2}/I_{d/2−1}, its slope, and ratios of normalisers.

A von Mises–Fisher density in d dimensions is e^(κ μ·x)/(c κ^(1−d/2) I_{d/2−1}(κ)), so that
F(κ) = ln(κ^(1−d/2) I_{d/2−1}(κ)), F′ = A_d and F″ = 1 − A² − (d − 1) A/κ.
"""

import itertools
from typing import Any

import numpy as np
from scipy import special

from kullback.distributions.special.arrays import Array

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


def bessel_ratio(dimension: int, kappa: Any) -> Any:
    """A_d(κ) by Gauss's continued fraction, which neither over- nor underflows.

    Examples
    --------
    >>> float(bessel_ratio(3, 2.0).round(6))
    0.537315
    """
    kappa = np.asarray(kappa, dtype=np.float64)
    if dimension == 2:
        return (special.i1e(kappa) / special.i0e(kappa))[()]
    if dimension == 3:
        small = kappa < 0.05
        safe = np.where(small, 1.0, kappa)
        series = kappa / 3 * (1 - kappa**2 / 15 * (1 - 2 * kappa**2 / 21 * (1 - kappa**2 / 10)))
        return np.where(small, series, 1 / np.tanh(safe) - 1 / safe)[()]
    return _continued_fraction(dimension / 2, kappa)[()]


def _continued_fraction(order: float, kappa: Array) -> Array:
    """I_ν/I_{ν−1} = 1/(2ν/κ + 1/(2(ν + 1)/κ + …)), from far enough backwards."""
    depth = int(60 + 2 * np.sqrt(np.max(kappa, initial=1.0) * 40) + np.max(kappa, initial=0.0))
    value = np.zeros_like(kappa)
    for i in range(min(depth, 20000), -1, -1):
        value = kappa / (2 * (order + i) + kappa * value)
    return value


def bessel_slope(dimension: int, kappa: Any) -> Any:
    """A′ = 1 − A² − (d − 1) A/κ; by series where that cancels.

    Examples
    --------
    >>> float(bessel_slope(3, 1e6) * 1e12)
    1.0
    """
    kappa = np.asarray(kappa, dtype=np.float64)
    d = float(dimension)
    small, large = kappa < 1e-3, kappa > 30 + d * d
    a = bessel_ratio(dimension, np.where(large, 1.0, kappa))
    middle = 1 - a * a - (d - 1) * a / np.where(small | large, 1.0, kappa)
    far = _slope_far_out(d / 2 - 1, np.where(large, kappa, 1e9))
    near = 1 / d - 3 * kappa**2 / (d * d * (d + 2))
    return np.where(small, near, np.where(large, far, middle))


def _slope_far_out(order: float, kappa: Array) -> Array:
    """(d − 1)/(2 κ²) + (ln S)″, S = Σ a_k κ^−k the asymptotic series of √(2πκ) e^−κ I_ν(κ)."""
    total, first, second = np.ones_like(kappa), np.zeros_like(kappa), np.zeros_like(kappa)
    term = np.ones_like(kappa)
    for k in range(1, 26):
        term = -term * (4 * order**2 - (2 * k - 1) ** 2) / (8 * k * kappa)
        total = total + term
        first = first - k * term / kappa
        second = second + k * (k + 1) * term / kappa**2
    result: Array = (order + 0.5) / kappa**2 + second / total - (first / total) ** 2
    return result


def log_bessel_ratio(dimension: int, first: Any, second: Any) -> Any:
    """F(κ₂) − F(κ₁) = ∫ A_d from κ₁ to κ₂, directly where the Bessel functions are in range.

    Examples
    --------
    >>> float(log_bessel_ratio(2, 0.0, 1.0).round(6))
    0.235914
    """
    order = dimension / 2 - 1
    k1, k2 = (np.asarray(k, dtype=np.float64) for k in (first, second))
    i1, i2 = special.ive(order, k1), special.ive(order, k2)
    with np.errstate(all="ignore"):
        scale = order * np.log(k1 / k2) if order else 0.0
        direct = np.log(i2 / i1) + (k2 - k1) + scale
    if np.all(np.isfinite(direct)) and np.all((i1 > 1e-280) & (i2 > 1e-280)):
        return direct[()]
    return _integral(dimension, k1, k2)


def _integral(dimension: int, first: Array, second: Array) -> Any:
    """∫ A_d over eight panels, Gauss–Legendre: A is smooth and between 0 and 1."""
    edges = np.linspace(0, 1, 9)
    total = np.zeros(np.broadcast(first, second).shape)
    for low, high in itertools.pairwise(edges):
        at = low + (high - low) * (_NODES + 1) / 2
        kappa = first[..., None] + (second - first)[..., None] * at
        values = bessel_ratio(dimension, kappa)
        total = total + (high - low) / 2 * (values * _WEIGHTS).sum(axis=-1)
    return (total * (second - first))[()]
