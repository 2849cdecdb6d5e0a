"""Σ k^−s (ln k)^j for k ≤ n, by Euler–Maclaurin: a few terms, whatever n is."""

from functools import lru_cache

import numpy as np

from kullback.distributions.special.arrays import Array

# B_2k/(2k)!, k = 1 … 9.
_BERNOULLI = (
    1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000,
    1 / 74724249600, -3617 / 10670622842880000, 43867 / 5109094217170944000,
)  # fmt: skip
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
FIRST = 32
# Beyond this product of s and ln k a term is nothing next to the first.
NOTHING = 800.0


@lru_cache(maxsize=512)
def power_sums(s: float, n: float) -> tuple[float, float, float]:
    """Σ k^−s, Σ k^−s ln k and Σ k^−s ln² k over k = 1, …, n, for s ≥ 0.

    Examples
    --------
    >>> round(power_sums(1.0, 3.0)[0], 12)
    1.833333333333
    >>> round(power_sums(2.0, 1e300)[0], 12)
    1.644934066848
    """
    first = min(n, FIRST + s)
    logs = np.log(np.arange(1.0, first))
    total = _terms(s, logs).sum(axis=1)
    if first < n:
        low, high = float(np.ceil(first)), n
        total = total + _integral(s, float(np.log(low)), float(np.log(high)))
        ends = _terms(s, np.log([low, high]))
        total = total + ends.sum(axis=1) / 2 + _corrections(s, high) - _corrections(s, low)
    else:
        total = total + _terms(s, np.log([n])).sum(axis=1)
    return float(total[0]), float(total[1]), float(total[2])


def _terms(s: float, logs: Array) -> Array:
    power = np.exp(-s * logs)
    return np.stack([power, power * logs, power * logs * logs])


def _integral(s: float, low: float, high: float) -> Array:
    """∫ x^−s (ln x)^j dx = ∫ e^((1 − s) u) u^j du over panels of length 1."""
    if s > 1:
        high = min(high, low + NOTHING / (s - 1))
    edges = np.linspace(low, high, int(np.ceil((high - low) * max(1.0, abs(1 - s) / 4))) + 1)
    half = np.diff(edges)[:, None] / 2
    u = edges[:-1, None] + half * (_NODES + 1)
    weighted = np.exp((1 - s) * u) * half * _WEIGHTS
    return np.array([weighted.sum(), (weighted * u).sum(), (weighted * u * u).sum()])


def _corrections(s: float, x: float) -> Array:
    """Σ B_2m/(2m)! f^(2m − 1)(x), with f⁽ʳ⁾ = −s (s + 1) … x^(−s − r) derived in s."""
    total, log_x = np.zeros(3), float(np.log(x))
    c, c1, c2 = s, 1.0, 0.0
    for m, coefficient in enumerate(_BERNOULLI):
        r = 2 * m + 1
        power = -coefficient * np.exp(-(s + r) * log_x)
        parts = (c, c * log_x - c1, c * log_x**2 - 2 * c1 * log_x + c2)
        total = total + power * np.array(parts)
        for i in (r, r + 1):
            c, c1, c2 = c * (s + i), c1 * (s + i) + c, c2 * (s + i) + 2 * c1
    return total
