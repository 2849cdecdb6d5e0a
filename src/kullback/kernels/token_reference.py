"""The readable kernels of stored log-probabilities: twins of the native ones.

A side is rows of numbers x with ln p = scale·x + minimum: 16-bit codes, as llama.cpp stores
them, or logits with scale 1 and minimum −ln Z. What is stored need not sum to 1, by rounding
and by clamping, so divergences are taken of measures: Σ p·ln(p/q) − p + q, each term ≥ 0. A
first-order error of the rounding cancels there, which it does not in Σ p·ln(p/q).

What is stored may sum to a little more than 1; JS ≤ ln 2 and TV ≤ 1 are held to all the same.

Where `clamped` is 1, code 0 says only that p is at most e^minimum: the term is then the least
that any such p (or q) gives. Those terms are `tail_kl`; the sums over the tokens just above the
clamp (of P where P is clamped, else of Q) are beside them, to say what the tail would be like.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.kernels.logits_reference import LN2, decay_excess, js_weight

Array = NDArray[np.float64]

# The columns of `stored_measures`.
STORED = (
    "kl",
    "reverse_kl",
    "jensen_shannon",
    "total_variation",
    "kept_p",
    "kept_q",
    "clamped_p",
    "clamped_q",
    "near_kl",
    "near_reverse_kl",
    "near_jensen_shannon",
    "near_total_variation",
    "near_mass",
    "tail_kl",
)

# Tokens within so many nats of the clamp say what the clamped ones are like.
NEAR_THE_CLAMP = 2.0


def stored_measures(p: NDArray[Any], q: NDArray[Any], affine: Array) -> Array:
    """Return the measures of `STORED` a row.

    `affine` of shape (rows, 6) holds scale, minimum and clamped (0 or 1) of p, then of q.
    """
    rows = [_measured(*row) for row in zip(p, q, affine, strict=True)]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(STORED))


def _measured(p: NDArray[Any], q: NDArray[Any], affine: Array) -> list[float]:
    low_p, low_q = _clamped(p, affine[2]), _clamped(q, affine[5])
    with np.errstate(all="ignore"):
        log_p, log_q = _logs(p, *affine[:2]), _logs(q, *affine[3:5])
        mass_p, mass_q = np.exp(log_p), np.exp(log_q)
        d = np.where((log_p == -np.inf) & (log_q == -np.inf), 0.0, log_p - log_q)
        d = np.where((low_p & (d > 0)) | (low_q & (d < 0)), 0.0, d)
        least_p = np.where(low_p, mass_q * np.exp(d), mass_p)
        terms = _terms(least_p, np.where(low_q, least_p * np.exp(-d), mass_q), d)
    kl, reverse_kl, js, tv = (float(np.sum(each)) for each in terms)
    sums = [kl, reverse_kl, min(js, LN2), min(tv, 1.0)]
    by_q = affine[2] == 0
    near = _near(q, affine[3:]) if by_q else _near(p, affine[:3])
    beside = [float(np.sum(each[near])) for each in (*terms, mass_q if by_q else mass_p)]
    tail = float(np.sum(terms[0][low_p | low_q]))
    kept = (float(np.sum(mass[~low])) for mass, low in ((mass_p, low_p), (mass_q, low_q)))
    return [*sums, *kept, float(low_p.sum()), float(low_q.sum()), *beside, tail]


def _near(x: NDArray[Any], affine: Array) -> NDArray[np.bool_]:
    if x.dtype != np.uint16 or affine[2] == 0:
        return np.zeros(x.shape, dtype=bool)
    return np.asarray((x >= 1) & (x <= np.float32(NEAR_THE_CLAMP / affine[0])))


def _terms(p: Array, q: Array, d: Array) -> list[Array]:
    near = np.abs(d) < 1
    held = np.where(near, d, 0.0)
    forward = np.where(near, p * decay_excess(np, held), _limit(p * d - p + q, p, q))
    backward = np.where(near, q * decay_excess(np, -held), _limit(q * -d - q + p, q, p))
    t = np.tanh(d / 2)
    js = (p + q) * js_weight(np, t) / 4
    tv = (p + q) * np.abs(t) / 2
    return [forward, backward, js, tv]


def _limit(term: Array, x: Array, y: Array) -> Array:
    """Return the terms, with their limits where x or y is 0."""
    return np.where(x == 0, y, np.where(y == 0, np.inf, term))


def _clamped(x: NDArray[Any], flag: float) -> NDArray[np.bool_]:
    return (x == 0) & bool(flag) if x.dtype == np.uint16 else np.zeros(x.shape, dtype=bool)


def _logs(x: NDArray[Any], scale: float, minimum: float) -> Array:
    return scale * x.astype(np.float64) + minimum


def normalizers(x: NDArray[Any]) -> Array:
    """Return ln Σ e^x and Σ p·(1 − p)·4^exponent(x) a row.

    The second, times the squared width of a rounding of numbers in [1, 2), is what rounding
    each logit does to the variance of a row: twice the KL divergence that it makes, ×12.
    """
    return np.array([_normalizer(row) for row in x], dtype=np.float64).reshape(len(x), 2)


def _normalizer(row: NDArray[Any]) -> tuple[float, float]:
    wide = row.astype(np.float64)
    top = float(wide.max())
    if not np.isfinite(top) or np.isnan(wide).any():
        return (np.nan, np.nan)
    weight = np.exp(wide - top)
    total = float(weight.sum())
    p = weight / total
    finite = np.where(np.isfinite(wide) & (wide != 0), wide, 1.0)
    size = np.where(p > 0, np.exp2(2.0 * np.floor(np.log2(np.abs(finite)))), 0.0)
    size = np.where(wide == 0, 0.0, size)
    return top + float(np.log(total)), float(np.sum(p * (1 - p) * size))


def top_k(x: NDArray[Any], k: int) -> NDArray[np.int64]:
    """Return the places of the k largest numbers a row, the first of equal ones first."""
    order = np.argsort(-x.astype(np.float64), axis=-1, kind="stable")
    return np.ascontiguousarray(order[:, :k], dtype=np.int64)
