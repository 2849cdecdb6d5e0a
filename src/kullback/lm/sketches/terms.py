"""What one token adds to each measure, per unit of P: functions of δ = ln(p/q).

With r = q/p = e^−δ and t = r − 1, an f-divergence is Σ p·f(r). Each f here is written as a
part that is 0 with its slope at r = 1, and a multiple of t: the sum Σ p·t = Σ q − Σ p is known
without sampling, so the share of it that is left in what is sampled is free to choose.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Term = Callable[[Array], Array]

LN2 = float(np.log(2.0))
NEAR = 0.05
# Ratios of probabilities are held to e^±this, where the smaller one counts for nothing.
FARTHEST = 690.0


def kl(d: Array) -> Array:
    """Return δ + r − 1 ≥ 0: of KL(P‖Q)."""
    return np.where(np.abs(d) < NEAR, _excess(d), d + np.expm1(-d))


def reverse_kl(d: Array) -> Array:
    """Return r·ln r − r + 1 ≥ 0: of KL(Q‖P)."""
    # With δ → −δ it is r times the term above.
    d = np.clip(d, -FARTHEST, FARTHEST)
    return np.exp(-d) * np.where(np.abs(d) < NEAR, _excess(-d), -d + np.expm1(d))


def jensen_shannon(d: Array) -> Array:
    """Return [ln(2/(1 + r)) + r·ln(2r/(1 + r))]/2: of the Jensen–Shannon divergence."""
    # a = ln(p/m) and b = ln(q/m), m = (p + q)/2.
    d = np.clip(d, -FARTHEST, FARTHEST)
    a, b = -np.log1p(np.expm1(-d) / 2), -np.log1p(np.expm1(d) / 2)
    return (kl(a) + np.exp(-d) * kl(b)) / 2


def total_variation(d: Array) -> Array:
    """Return |r − 1|/2: of the total variation distance."""
    return np.abs(np.expm1(-d)) / 2


def chi_square(d: Array) -> Array:
    """Return (r − 1)²/r: of Σ (p − q)²/q."""
    # As it is 4·sinh²(δ/2), nothing overflows before its time.
    return 4.0 * np.sinh(d / 2) ** 2


def reverse_chi_square(d: Array) -> Array:
    """Return (r − 1)²: of Σ (p − q)²/p."""
    return np.expm1(-d) ** 2


def power(order: float) -> Term:
    """Return r^(1−α) − 1 − (1 − α)·t, of Rényi's sum Σ p^α·q^(1−α), less 1."""

    def term(d: Array) -> Array:
        exponent = (1.0 - order) * -d
        far = np.expm1(exponent) - (1.0 - order) * np.expm1(-d)
        near = _excess(-exponent) - (1.0 - order) * _excess(d)
        return np.where(np.abs(d) < NEAR, near, far)

    return term


def _excess(d: Array) -> Array:
    """Return e^−δ − 1 + δ where δ is small: its series."""
    d = np.clip(d, -1.0, 1.0)
    series = np.ones_like(d)
    for k in range(14, 2, -1):
        series = 1.0 - d * series / k
    return series * d * d / 2
