"""ln ζ and its derivatives, by Euler–Maclaurin: the logarithm of a Zipf variable.

(−1)^j ζ^(j)(s) = Σ k^−s (ln k)^j, j = 0, 1, 2: a sum to N − 1, then the integral, half a term
and the corrections, each differentiated in s.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from scipy import special

from kullback.distributions.special.arrays import Array

_N = 24
_LOG_N = float(np.log(_N))
_LOGS = np.log(np.arange(1.0, _N))
# B_2k/(2k)!, k = 1 … 9.
_BERNOULLI = (
    1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000,
    1 / 74724249600, -3617 / 10670622842880000, 43867 / 5109094217170944000,
)  # fmt: skip


def _sums(above: Array) -> tuple[Array, Array, Array]:
    """Σ k^−s (ln k)^j for j = 0, 1, 2, multiplied by s − 1, which is given."""
    above = np.asarray(above, dtype=np.float64)
    s = 1 + above
    terms = np.exp(-s[..., None] * _LOGS)
    z0, z1, z2 = ((above[..., None] * terms * _LOGS**j).sum(-1) for j in range(3))
    power = np.exp(-above * _LOG_N)
    inverse = 1 / above
    z0 = z0 + power
    z1 = z1 + power * (_LOG_N + inverse)
    z2 = z2 + power * ((_LOG_N + inverse) ** 2 + inverse**2)
    for part, slope, curve in _corrections(s):
        scaled = above * part
        z0, z1 = z0 + scaled, z1 - scaled * slope
        z2 = z2 + scaled * (slope * slope + curve)
    return z0, z1, z2


def _corrections(s: Array) -> list[tuple[Array, Any, Any]]:
    """Half a term and the Bernoulli terms, each with its logarithmic derivatives in s."""
    rows: list[tuple[Array, Any, Any]] = [(0.5 * np.exp(-s * _LOG_N), -_LOG_N, 0.0)]
    factor, slope, curve = s * np.exp(-(s + 1) * _LOG_N), 1 / s - _LOG_N, -1 / s**2
    for k, coefficient in enumerate(_BERNOULLI):
        rows.append((coefficient * factor, slope, curve))
        a, b = s + 2 * k + 1, s + 2 * k + 2
        factor = factor * a * b * _N**-2
        slope, curve = slope + 1 / a + 1 / b, curve - 1 / a**2 - 1 / b**2
    return rows


@lru_cache(maxsize=64)
def _log_zeta(s: float) -> float:
    if s > 2:  # ζ − 1 = Σ from 2 on, which keeps its digits where ζ rounds to 1
        return float(np.log1p(special.zeta(s, 2.0)))
    return float(np.log(_sums(np.asarray(s - 1))[0]) - np.log(s - 1))


def log_zeta(s: Any) -> Any:
    """ln ζ(s) for s > 1.

    Examples
    --------
    >>> round(log_zeta(2.0), 6)
    0.4977
    """
    if isinstance(s, float):
        return _log_zeta(s)
    s = np.asarray(s)
    near = np.log(_sums(s - 1)[0]) - np.log(s - 1)
    return np.where(s > 2, np.log1p(special.zeta(s, 2.0)), near)


def zeta_mean(s: Any) -> Any:
    """E ln X = −ζ′(s)/ζ(s).

    Examples
    --------
    >>> float(zeta_mean(2.0).round(6))
    0.569961
    """
    z0, z1, _ = _sums(np.asarray(s) - 1)
    return z1 / z0


def zeta_variance(above: Any) -> Any:
    """Var ln X = (ln ζ)″, of s − 1."""
    z0, z1, z2 = _sums(above)
    return z2 / z0 - (z1 / z0) ** 2
