"""The readable kernels: NumPy twins of the native ones, permanent, and their oracle.

A kernel takes validated C-contiguous float64 arrays of shape (rows, outcomes) and returns
one float64 a row, in nats. Everything is summed in a non-negative form, so that what is
nearly equal keeps its digits: with t = (p − q)/q,

    p ln(p/q) − p + q = q·φ(t),    φ(t) = (1 + t)·ln(1 + t) − t = t²/2 − t³/6 + …
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Columns that are worked on at a time: temporaries stay in the cache.
BLOCK = 8192

# Below this |t| the closed forms lose digits and the series take over; eight terms
# leave a relative error under 1e-16 there.
NEAR = 1e-2

LN2 = float(np.log(2.0))


def _by_blocks(terms: Callable[..., Array], *arrays: Array) -> Array:
    """Sum `terms` over the outcomes, block by block in order."""
    rows, outcomes = arrays[0].shape
    total = np.zeros(rows)
    with np.errstate(all="ignore"):
        for start in range(0, outcomes, BLOCK):
            block = slice(start, start + BLOCK)
            total += terms(*(a[:, block] for a in arrays)).sum(axis=-1)
    return total


def _sum(terms: Array) -> Array:
    total: Array = terms.sum(axis=-1)
    return total


def _largest(values: Array) -> Array:
    largest: Array = values.max(axis=-1)
    return largest


def _log_ratio(p: Array, q: Array, t: Array) -> Array:
    """ln(p/q), precise near p = q and where p/q leaves the range of a double."""
    ratio = p / q
    log = np.where(t > -0.5, np.log1p(t), np.log(ratio))
    within = (ratio > 0) & np.isfinite(ratio)
    return np.where(within, log, np.log(p) - np.log(q))


def kl_terms(p: Array, q: Array, difference: Array | None = None) -> Array:
    """p ln(p/q) − p + q, outcome by outcome; each is ≥ 0.

    `difference` is p − q where the caller knows it more precisely than the subtraction does.
    """
    with np.errstate(all="ignore"):
        gap = p - q if difference is None else difference
        t = gap / q
        series = 0.5 + t * (
            -1 / 6 + t * (1 / 12 + t * (-1 / 20 + t * (1 / 30 + t * (-1 / 42 + t / 56))))
        )
        near = gap * t * series
        far = p * _log_ratio(p, q, t) - gap
        terms = np.where(np.abs(t) < NEAR, near, far)
    return np.where(p == 0, q, np.where(q == 0, np.inf, terms))


def kl(p: Array, q: Array) -> Array:
    """Σ p ln(p/q) − p + q a row."""
    return _by_blocks(kl_terms, p, q)


def _js_terms(p: Array, q: Array) -> Array:
    """Twice the outcomes' share in the JS divergence: (p + q)·g(t)/2, t = (p − q)/(p + q)."""
    total = p + q
    t = (p - q) / total
    u = t * t
    series = u * (1 + u * (1 / 6 + u * (1 / 15 + u * (1 / 28 + u / 45))))
    closed = (1 + t) * np.log1p(t) + (1 - t) * np.log1p(-t)
    g = np.where(np.abs(t) < NEAR, series, np.where(np.abs(t) < 1, closed, 2 * LN2))
    return np.where(total == 0, 0.0, total * g / 2)


def jensen_shannon(p: Array, q: Array) -> Array:
    """½ KL(p‖m) + ½ KL(q‖m) a row, m = (p + q)/2."""
    return _by_blocks(_js_terms, p, q) / 2


def jensen_shannon_mixture(members: tuple[Array, ...], weights: Array) -> Array:
    """Σ w_k KL(p_k‖m) a row, m = Σ w_k p_k, for `members` of shape (rows, outcomes) each.

    p_k − m is taken as Σ_j w_j (p_k − p_j), which is exact where the members nearly agree.
    """

    def terms(*blocks: Array) -> Array:
        mixture = sum(w * p for w, p in zip(weights, blocks, strict=True))
        total = np.zeros_like(blocks[0])
        for w, p in zip(weights, blocks, strict=True):
            gap = sum(v * (p - other) for v, other in zip(weights, blocks, strict=True))
            total += w * kl_terms(p, mixture, gap)
        return np.where(mixture == 0, 0.0, total)

    return _by_blocks(terms, *members)


def _log(p: Array) -> Array:
    """ln p for distributions; above one half it is ln(1 − rest), which keeps its digits."""
    rows = np.arange(len(p))
    largest = p.argmax(axis=-1)
    rest = p.copy()
    rest[rows, largest] = 0.0
    log = np.log(p)
    dominant = p[rows, largest] > 0.5
    log[rows[dominant], largest[dominant]] = np.log1p(-rest.sum(axis=-1)[dominant])
    return log


def entropy(p: Array) -> Array:
    """−Σ p ln p a row, for rows that sum to 1."""
    with np.errstate(all="ignore"):
        return _sum(np.where(p > 0, -p * _log(p), 0.0))


def cross_entropy(p: Array, q: Array) -> Array:
    """−Σ p ln q a row."""
    return _by_blocks(lambda p, q: np.where(p > 0, -p * np.log(q), 0.0), p, q)


def hellinger(p: Array, q: Array) -> Array:
    """√(½ Σ (√p − √q)²) a row."""

    def terms(p: Array, q: Array) -> Array:
        gap = (p - q) / (np.sqrt(p) + np.sqrt(q))
        return np.where(p == q, 0.0, gap * gap)

    return np.sqrt(_by_blocks(terms, p, q) / 2)


def total_variation(p: Array, q: Array) -> Array:
    """½ Σ |p − q| a row."""
    return _by_blocks(lambda p, q: np.abs(p - q), p, q) / 2


def chi_square(p: Array, q: Array) -> Array:
    """Σ (p − q)²/q a row."""
    return _by_blocks(lambda p, q: np.where(p == q, 0.0, (p - q) / q * (p - q)), p, q)


def _log_sum_exp(log: Array) -> Array:
    """ln Σ exp(log) a row."""
    top = _largest(log)
    safe = np.where(np.isfinite(top), top, 0.0)
    return np.where(np.isinf(top), top, safe + np.log(_sum(np.exp(log - safe[:, None]))))


def log_power_sum(p: Array, q: Array, order: float) -> Array:
    """ln Σ p^order q^(1 − order) a row."""
    with np.errstate(all="ignore"):
        log = order * np.log(p) + (1 - order) * np.log(q)
        log = np.where(p == 0, -np.inf, np.where(q == 0, np.inf if order > 1 else -np.inf, log))
        return _log_sum_exp(log)


def _renyi_terms(p: Array, q: Array, order: float) -> Array:
    """(p^a q^(1−a) − a·p − (1−a)·q)/(a − 1) for the order a, which keeps its sign and digits."""
    excess = order - 1
    t = (p - q) / q
    # The binomial series of ((1 + t)^a − 1 − a·t)/(a − 1), from t² on.
    series, coefficient = np.zeros_like(t), order / 2
    power = t * t
    for k in range(3, 10):
        series += coefficient * power
        power, coefficient = power * t, coefficient * (order - k + 1) / k
    far = p * np.expm1(excess * _log_ratio(p, q, t)) / excess - (p - q)
    terms = np.where(np.abs(t) * max(1.0, order) < NEAR, q * series, far)
    terms = np.where(q == 0, np.inf if order > 1 else p * order / -excess, terms)
    return np.where(p == 0, q, terms)


def renyi(p: Array, q: Array, order: float) -> Array:
    """ln(Σ p^a q^(1−a))/(a − 1) a row for the order a, 0 < a < ∞, a ≠ 1, rows that sum to 1.

    The sum is 1 + (a − 1)·T with T summed term by term, so that neither p ≈ q nor a ≈ 1
    costs digits; where the distributions are far apart, logarithms are summed instead.
    """
    excess = order - 1
    total = _by_blocks(lambda p, q: _renyi_terms(p, q, order), p, q)
    with np.errstate(all="ignore"):
        near = np.log1p(excess * total) / excess
    far = log_power_sum(p, q, order) / excess
    return np.where(np.abs(excess * total) < 0.5, near, far)


def renyi_zero(p: Array, q: Array) -> Array:
    """−ln Q(p > 0) a row: the Rényi divergence of order 0, for rows that sum to 1."""
    outside = _sum(np.where(p == 0, q, 0.0))
    inside = _sum(np.where(p > 0, q, 0.0))
    with np.errstate(divide="ignore"):
        return np.where(outside < 0.5, -np.log1p(-np.minimum(outside, 0.5)), -np.log(inside))


def renyi_infinity(p: Array, q: Array) -> Array:
    """ln max p/q over p > 0, a row."""
    with np.errstate(all="ignore"):
        log = _log_ratio(p, q, (p - q) / q)
    return _largest(np.where(p == 0, -np.inf, np.where(q == 0, np.inf, log)))


def renyi_entropy(p: Array, order: float) -> Array:
    """ln(Σ p^a)/(1 − a) a row for the order a, 0 < a < ∞, a ≠ 1, rows that sum to 1."""
    excess = order - 1
    with np.errstate(all="ignore"):
        log = _log(p)
        total = _sum(np.where(p > 0, p * np.expm1(excess * log), 0.0))
        far = _log_sum_exp(np.where(p > 0, order * log, -np.inf))
        return np.where(np.abs(total) < 0.5, np.log1p(total), far) / -excess


def min_entropy(p: Array) -> Array:
    """−ln max p a row, for rows that sum to 1."""
    with np.errstate(divide="ignore"):
        return -_largest(_log(p))
