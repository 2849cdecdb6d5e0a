"""The readable kernels: NumPy twins of the native ones, permanent, and their oracle.

A kernel takes validated float arrays of shape (rows, outcomes) and returns one float64 a
row, in nats. Everything is summed in a non-negative form, so that what is nearly equal keeps
its digits: with t = (p − q)/q,

    p ln(p/q) − p + q = q·φ(t),    φ(t) = (1 + t)·ln(1 + t) − t = t²/2 − t³/6 + …

The formulas take arrays of PyTorch, JAX and CuPy too, of any shape, outcomes last: every
`where` has arguments that are finite on both of its sides, so that gradients are finite.

`facts`, where a caller gives it, receives five numbers for the check of the arguments: the
smallest number other than 0 (at most 1), the least and largest Σ p, the least and largest Σ q.
"""

from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.kernels.logits_reference import decay_excess, js_weight
from kullback.kernels.namespaces import namespace, silent

Array = NDArray[np.float64]

# Columns that are worked on at a time: temporaries stay in the cache.
BLOCK = 8192

# Below this |t| the closed forms lose digits and the series take over; eight terms
# leave a relative error under 1e-16 there.
NEAR = 1e-2

LN2 = float(np.log(2.0))


def _by_blocks(terms: Callable[..., Any], *arrays: Any) -> Array:
    """Sum `terms` over the outcomes, block by block in order."""
    if not isinstance(arrays[0], np.ndarray):
        return _sum(terms(*arrays))
    rows, outcomes = arrays[0].shape
    total = np.zeros(rows)
    with np.errstate(all="ignore"):
        for start in range(0, outcomes, BLOCK):
            block = slice(start, start + BLOCK)
            total += terms(*(_float64(a[:, block]) for a in arrays)).sum(axis=-1)
    return total


def _float64(array: Any) -> Any:
    return array.astype(np.float64, copy=False) if isinstance(array, np.ndarray) else array


def _note(facts: Array | None, p: Array, q: Array) -> None:
    """Write the smallest number other than 0, the least and largest Σ p, and those of Σ q."""
    if facts is not None:
        least = (np.where(a == 0, 1.0, a).min(initial=1.0) for a in (p, q))
        of_p, of_q = (a.sum(axis=-1, dtype=np.float64) for a in (p, q))
        ends = ((a.min(initial=np.inf), a.max(initial=-np.inf)) for a in (of_p, of_q))
        facts[:] = np.fmin(*least), *chain(*ends)


def _sum(terms: Array) -> Array:
    total: Array = namespace(terms).sum(terms, axis=-1)
    return total


def largest(values: Array) -> Array:
    """Return the largest value a row."""
    found: Array = namespace(values).max(values, axis=-1)
    return found


def _log_ratio(p: Array, q: Array, t: Array) -> Any:
    """ln(p/q) for p, q > 0, precise near p = q and where p/q leaves the range of a double."""
    xp = namespace(p, q)
    ratio = p / q
    within = (ratio > 0) & (ratio < xp.inf)
    close = t > -0.5
    log = xp.where(
        close, xp.log1p(xp.where(close & within, t, 0.0)), xp.log(xp.where(within, ratio, 1.0))
    )
    return xp.where(within, log, xp.log(p) - xp.log(q))


def kl_terms(p: Array, q: Array, difference: Array | None = None) -> Array:
    """p ln(p/q) − p + q, outcome by outcome; each is ≥ 0.

    `difference` is p − q where the caller knows it more precisely than the subtraction does.
    """
    xp = namespace(p, q)
    with silent(p):
        gap = p - q if difference is None else difference
        some_p, some_q = xp.where(p > 0, p, 1.0), xp.where(q > 0, q, 1.0)
        t = gap / some_q
        near = xp.abs(t) < NEAR
        s = xp.where(near, t, 0.0)
        series = 0.5 + s * (
            -1 / 6 + s * (1 / 12 + s * (-1 / 20 + s * (1 / 30 + s * (-1 / 42 + s / 56))))
        )
        far = p * _log_ratio(some_p, some_q, xp.where(near, 0.0, t)) - gap
        terms = xp.where(near, gap * s * series, far)
        result: Array = xp.where(p == 0, q, xp.where(q == 0, xp.inf, terms))
    return result


def kl(p: Array, q: Array, facts: Array | None = None) -> Array:
    """Σ p ln(p/q) − p + q a row."""
    _note(facts, p, q)
    return _by_blocks(kl_terms, p, q)


def _js_terms(p: Array, q: Array) -> Any:
    """Twice the outcomes' share in the JS divergence: (p + q)·g(t)/2, t = (p − q)/(p + q)."""
    xp = namespace(p, q)
    total = p + q
    t = (p - q) / xp.where(total > 0, total, 1.0)
    return total * js_weight(xp, t) / 2


def jensen_shannon(p: Array, q: Array, facts: Array | None = None) -> Array:
    """½ KL(p‖m) + ½ KL(q‖m) a row, m = (p + q)/2."""
    _note(facts, p, q)
    return _by_blocks(_js_terms, p, q) / 2


def jensen_shannon_mixture(members: tuple[Array, ...], weights: Array) -> Array:
    """Σ w_k KL(p_k‖m) a row, m = Σ w_k p_k, for `members` of shape (rows, outcomes) each.

    p_k − m is taken as Σ_j w_j (p_k − p_j), which is exact where the members nearly agree.
    """

    def terms(*blocks: Array) -> Any:
        shares = weights.tolist()
        mixture = sum(w * p for w, p in zip(shares, blocks, strict=True))
        total = 0.0 * blocks[0]
        for w, p in zip(shares, blocks, strict=True):
            gap = sum(v * (p - other) for v, other in zip(shares, blocks, strict=True))
            total = total + w * kl_terms(p, mixture, gap)
        return namespace(mixture).where(mixture == 0, 0.0, total)

    return _by_blocks(terms, *members)


def _log(p: Array) -> Any:
    """ln p for distributions, 0 where p = 0; above one half it is ln(1 − rest), precisely."""
    xp = namespace(p)
    dominant = (p == xp.max(p, axis=-1, keepdims=True)) & (p > 0.5)
    rest = xp.sum(xp.where(dominant, 0.0, p), axis=-1, keepdims=True)
    log = xp.log(xp.where(p > 0, p, 1.0))
    return xp.where(dominant, xp.log1p(xp.where(dominant, -rest, 0.0)), log)


def entropy(p: Array, facts: Array | None = None) -> Array:
    """−Σ p ln p a row, for rows that sum to 1."""
    _note(facts, p, p)
    p = _float64(p)
    with silent(p):
        return _sum(-p * _log(p))


def _cross_entropy_terms(p: Array, q: Array) -> Any:
    xp = namespace(p, q)
    possible = q > 0
    terms = xp.where(possible, -p * xp.log(xp.where(possible, q, 1.0)), xp.inf)
    return xp.where(p == 0, 0.0, terms)


def cross_entropy(p: Array, q: Array, facts: Array | None = None) -> Array:
    """−Σ p ln q a row."""
    _note(facts, p, q)
    return _by_blocks(_cross_entropy_terms, p, q)


def hellinger(p: Array, q: Array, facts: Array | None = None) -> Array:
    """√(½ Σ (√p − √q)²) a row."""
    _note(facts, p, q)
    xp = namespace(p, q)

    def terms(p: Array, q: Array) -> Any:
        total = root(p) + root(q)
        gap = (p - q) / xp.where(total > 0, total, 1.0)
        return gap * gap

    return root(_by_blocks(terms, p, q) / 2)


def root(x: Array) -> Array:
    """√x, whose gradient is taken as 0 where x = 0."""
    xp = namespace(x)
    roots: Array = xp.where(x > 0, xp.sqrt(xp.where(x > 0, x, 1.0)), 0.0)
    return roots


def total_variation(p: Array, q: Array, facts: Array | None = None) -> Array:
    """½ Σ |p − q| a row."""
    _note(facts, p, q)
    return _by_blocks(lambda p, q: abs(p - q), p, q) / 2


def chi_square(p: Array, q: Array) -> Array:
    """Σ (p − q)²/q a row."""
    xp = namespace(p, q)

    def terms(p: Array, q: Array) -> Any:
        inside = (p - q) / xp.where(q > 0, q, 1.0) * (p - q)
        return xp.where(q > 0, inside, xp.where(p > 0, xp.inf, xp.zeros_like(p)))

    return _by_blocks(terms, p, q)


def _log_sum_exp(log: Array) -> Array:
    """ln Σ exp(log) a row."""
    xp = namespace(log)
    top = largest(log)
    known = xp.isfinite(top)
    safe = xp.where(known, top, 0.0)
    held = xp.where(known[..., None], log, 0.0)
    result: Array = xp.where(known, safe + xp.log(_sum(xp.exp(held - safe[..., None]))), top)
    return result


def _log_powers(p: Array, q: Array, order: float) -> Array:
    """order·ln p + (1 − order)·ln q, outcome by outcome; infinite where one of them is 0."""
    xp = namespace(p, q)
    some_p, some_q = xp.where(p > 0, p, 1.0), xp.where(q > 0, q, 1.0)
    log = order * xp.log(some_p) + (1 - order) * xp.log(some_q)
    result: Array = xp.where(
        p == 0, -xp.inf, xp.where(q == 0, xp.inf if order > 1 else -xp.inf, log)
    )
    return result


def log_power_sum(p: Array, q: Array, order: float) -> Array:
    """ln Σ p^order q^(1 − order) a row."""
    with silent(p):
        return _log_sum_exp(_log_powers(p, q, order))


def _power_terms(p: Array, q: Array, order: float, excess: float) -> Array:
    """(p^a q^(1−a) − a·p − (1−a)·q)/(a − 1) for an order a from ½ on, excess = a − 1.

    With r = ln(p/q) and x = (a − 1)·r that is (p·r − p + q) + p·(e^x − 1 − x)/(a − 1), which keeps
    its sign and digits where p ≈ q and where a ≈ 1.
    """
    xp = namespace(p, q)
    some_p, some_q = xp.where(p > 0, p, 1.0), xp.where(q > 0, q, 1.0)
    log = _log_ratio(some_p, some_q, (p - q) / some_q)
    x = excess * log
    near = (xp.abs(log) < 1) & (xp.abs(x) < 1)
    curved = decay_excess(xp, xp.where(near, -x, 0.0))
    far = p * (xp.expm1(xp.where(near, 0.0, x)) / excess) - (p - q)
    terms = xp.where(near, kl_terms(p, q) + p * (curved / excess), far)
    terms = xp.where(q == 0, xp.inf if excess > 0 else p * (order / -excess), terms)
    result: Array = xp.where(p == 0, q, terms)
    return result


def tsallis(p: Array, q: Array, order: float, facts: Array | None = None) -> Array:
    """(Σ p^a q^(1−a) − 1)/(a − 1) a row for the order a, 0 < a < ∞, a ≠ 1, rows that sum to 1.

    Below ½ by (1 − a)·T_a(p‖q) = a·T_(1−a)(q‖p), since the terms would lose digits there.
    """
    _note(facts, p, q)
    if order < 0.5:
        other = 1 - order
        turned = _by_blocks(lambda q, p: _power_terms(q, p, other, -order), q, p)
        return turned * (order / other)
    return _by_blocks(lambda p, q: _power_terms(p, q, order, order - 1), p, q)


def renyi(p: Array, q: Array, order: float, facts: Array | None = None) -> Array:
    """ln(Σ p^a q^(1−a))/(a − 1) a row for the order a, 0 < a < ∞, a ≠ 1, rows that sum to 1.

    The sum is 1 + (a − 1)·T with T summed term by term, so that neither p ≈ q nor a ≈ 1
    costs digits; where the distributions are far apart, logarithms are summed instead.
    """
    xp, excess = namespace(p, q), order - 1
    total = excess * tsallis(p, q, order, facts)
    near = xp.abs(total) < 0.5
    with silent(p):
        close = xp.log1p(xp.where(near, total, 0.0)) / excess
    far = log_power_sum(_float64(p), _float64(q), order) / excess
    result: Array = xp.where(near, close, far)
    return result


def renyi_zero(p: Array, q: Array) -> Array:
    """−ln Q(p > 0) a row: the Rényi divergence of order 0, for rows that sum to 1."""
    xp = namespace(p, q)
    outside = _sum(xp.where(p == 0, q, 0.0))
    inside = _sum(xp.where(p > 0, q + 0.0 * p, 0.0))
    with silent(p):
        rest = xp.where(outside < 0.5, outside, 0.0)
        far = -xp.log(xp.where(inside > 0, inside, 1.0))
        far = xp.where(inside > 0, far, xp.inf)
        result: Array = xp.where(outside < 0.5, -xp.log1p(-rest), far)
    return result


def renyi_infinity(p: Array, q: Array) -> Array:
    """ln max p/q over p > 0, a row."""
    xp = namespace(p, q)
    some_p, some_q = xp.where(p > 0, p, 1.0), xp.where(q > 0, q, 1.0)
    with silent(p):
        log = _log_ratio(some_p, some_q, (some_p - some_q) / some_q)
    return largest(xp.where(p == 0, -xp.inf, xp.where(q == 0, xp.inf, log)))


def renyi_entropy(p: Array, order: float) -> Array:
    """ln(Σ p^a)/(1 − a) a row for the order a, 0 < a < ∞, a ≠ 1, rows that sum to 1."""
    xp, excess = namespace(p), order - 1
    with silent(p):
        log = _log(p)
        total = _sum(xp.where(p > 0, p * xp.expm1(excess * log), 0.0))
        far = _log_sum_exp(xp.where(p > 0, order * log, -xp.inf))
        near = xp.abs(total) < 0.5
        result: Array = xp.where(near, xp.log1p(xp.where(near, total, 0.0)), far) / -excess
    return result


def hartley(p: Array) -> Array:
    """ln of the number of outcomes with p > 0, a row: constant, with a gradient of 0."""
    xp = namespace(p)
    possible = xp.where(p > 0, xp.ones_like(p), 0.0 * p)
    result: Array = xp.log(_sum(possible))
    return result


def min_entropy(p: Array) -> Array:
    """−ln max p a row, for rows that sum to 1."""
    with silent(p):
        return -largest(namespace(p).where(p > 0, _log(p), -np.inf))
