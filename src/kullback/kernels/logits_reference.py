"""The readable kernels of logits: twins of the native ones, for the arrays of any library.

With w = e^(p − max_p), d = (p − q) − (max_p − max_q) and b = w·e^−d, which is e^(q − max_q),

    weight = Σ w,    gain = Σ b − w,    loss = Σ w·d + b − w ≥ 0

give KL(P‖Q) = loss/weight − (u − ln(1 + u)), u = gain/weight: a form in which nothing large
cancels where P ≈ Q (a Bregman divergence of measures, less the part of the normalisers).

Every `where` takes arguments that are finite on both of its sides, so that gradients are too.
A logit is multiplied by `scale`, one over the temperature; −∞ is probability zero; a row with
NaN, +∞ or no finite logit gives NaN.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.kernels.namespaces import constant, item_size, namespace

Array = NDArray[np.float64]

# The columns of `logits_summary`.
SUMMARY = (
    "kl",
    "reverse_kl",
    "jensen_shannon",
    "total_variation",
    "entropy_p",
    "cross_entropy",
    "same_top",
)

# Enormous logits are held to this size, so that differences stay finite.
ENORMOUS = {8: 1e290, 4: 5e37}

# Rows whose largest logits differ by less are compared logit by logit, others each with
# their own largest: where p and q are of a size, p − q keeps the digits of p ≈ q.
OF_A_SIZE = 64.0

LN2 = float(np.log(2.0))

# Below these sizes the series take over; what they leave out is under one rounding.
NEAR_DECAY = 0.1
NEAR_GAIN = 0.1
NEAR_JS = 1e-2


class LogitOutcomes(NamedTuple):
    """Two rows of logits, outcome by outcome; the names are those of the formulas above."""

    in_p: Any
    in_q: Any
    log_w: Any
    w: Any
    b: Any
    d: Any
    max_p: Any
    max_q: Any


class State(NamedTuple):
    """What two stretches of a row need to be put together."""

    max_p: Any
    max_q: Any
    weight: Any
    gain: Any
    loss: Any


def float64(array: Any) -> Any:
    """Return NumPy logits as float64, bfloat16 from its bits; other libraries' as they are."""
    if not isinstance(array, np.ndarray):
        return array
    if array.dtype == np.uint16:
        array = (array.astype(np.uint32) << 16).view(np.float32)
    return array.astype(np.float64, copy=False)


def _held(xp: Any, x: Any, scale: float) -> tuple[Any, Any, Any]:
    """Return which logits are possible, the scaled logits with the others at 0, and their max."""
    possible = x != -xp.inf
    limit = ENORMOUS[8 if item_size(x) == 8 else 4]
    finite = xp.clip(xp.where(possible, x, 0.0) * scale, -limit, limit)
    bad = xp.where(x < xp.inf, 0.0 * constant(finite), xp.nan)
    top = constant(xp.max(xp.where(possible, finite, -limit), axis=-1, keepdims=True))
    return possible, xp.where(possible, finite + bad, top), top


def outcomes(p: Any, q: Any, scale: float) -> LogitOutcomes:
    """Compare two rows of logits outcome by outcome."""
    xp = namespace(p, q)
    in_p, x, top_p = _held(xp, float64(p), scale)
    in_q, y, top_q = _held(xp, float64(q), scale)
    log_w, log_b, shift = x - top_p, y - top_q, top_p - top_q
    w = xp.where(in_p, xp.exp(log_w), 0.0)
    b = xp.where(in_q, xp.exp(log_b), 0.0)
    d = xp.where(xp.abs(shift) < OF_A_SIZE, (x - y) - shift, log_w - log_b)
    return LogitOutcomes(in_p, in_q, log_w, w, b, d, top_p, top_q)


def decay_excess(xp: Any, d: Any) -> Any:
    """d + e^−d − 1 ≥ 0, for |d| below about 1."""
    near = xp.abs(d) < NEAR_DECAY
    small = xp.where(near, d, 0.0)
    series = 0.0 * small
    for k in range(12, 2, -1):
        series = small / -k * (1 + series)
    return xp.where(near, small * small / 2 * (1 + series), d + xp.expm1(-d))


def _log1p_remainder(xp: Any, u: Any) -> Any:
    """u − ln(1 + u) ≥ 0."""
    near = xp.abs(u) < NEAR_GAIN
    small = xp.where(near, u, 0.0)
    s = small / (2 + small)
    z = s * s
    series = 1 / 3 + z * (1 / 5 + z * (1 / 7 + z * (1 / 9 + z * (1 / 11 + z / 13))))
    return xp.where(near, s * (small - 2 * z * series), u - xp.log1p(u))


def _gain(xp: Any, o: LogitOutcomes) -> Any:
    """b − w, outcome by outcome."""
    near = o.in_p & o.in_q & (xp.abs(o.d) < 1)
    d = xp.where(near, o.d, 0.0)
    return xp.where(near, o.w * xp.expm1(-d), o.b - o.w)


def _loss(xp: Any, o: LogitOutcomes) -> Any:
    """w·d + b − w ≥ 0, outcome by outcome."""
    near = xp.abs(o.d) < 1
    d = xp.where(near, o.d, 0.0)
    both = xp.where(near, o.w * decay_excess(xp, d), o.w * o.d + (o.b - o.w))
    return xp.where(o.in_p & o.in_q, both, xp.where(o.in_p, xp.inf, o.b))


def _state(xp: Any, o: LogitOutcomes) -> State:
    weight, gain, loss = (xp.sum(x, axis=-1) for x in (o.w, _gain(xp, o), _loss(xp, o)))
    max_p = xp.where(xp.any(o.in_p, axis=-1), o.max_p[..., 0], -xp.inf)
    max_q = xp.where(xp.any(o.in_q, axis=-1), o.max_q[..., 0], -xp.inf)
    return State(max_p, max_q, weight, gain, loss)


def _swapped(o: LogitOutcomes) -> LogitOutcomes:
    """Compare the same rows with the roles exchanged."""
    return LogitOutcomes(o.in_q, o.in_p, o.log_w - o.d, o.b, o.w, -o.d, o.max_q, o.max_p)


def kl_of_state(xp: Any, s: State) -> Any:
    """KL(P‖Q) a row; NaN where P or Q has no weight."""
    answerable = (s.max_p > -xp.inf) & (s.max_q > -xp.inf)
    weight = xp.where(answerable, s.weight, 1.0)
    u = xp.where(answerable, s.gain, 0.0) / weight
    kl = s.loss / weight - _log1p_remainder(xp, u)
    return xp.where(answerable, xp.where(kl < 0, 0.0 * s.weight, kl), xp.nan)


def logits_kl(p: Any, q: Any, scale: float = 1.0) -> Any:
    """KL(P‖Q) a row."""
    xp = namespace(p, q)
    return kl_of_state(xp, _state(xp, outcomes(p, q, scale)))


def logits_state(p: Any, q: Any, scale: float = 1.0) -> Any:
    """Return max_p, max_q, weight, gain and loss a row: what merges over stretches of the row."""
    xp = namespace(p, q)
    return xp.stack(list(_state(xp, outcomes(p, q, scale))), axis=-1)


def _entropy(xp: Any, o: LogitOutcomes) -> Any:
    # Where one outcome is largest, its own weight is 1 and the others keep their digits.
    top = constant(xp.where(o.log_w == 0, o.w, 0.0))
    below, tops = xp.sum(o.w - top, axis=-1), xp.sum(top, axis=-1)
    tops = xp.where(tops + below > 0, tops, xp.nan)  # without a possible outcome there is no P
    return xp.sum(-o.w * o.log_w, axis=-1) / (tops + below) + xp.log1p(below + (tops - 1))


def logits_entropy(p: Any, scale: float = 1.0) -> Any:
    """H(P) a row."""
    xp = namespace(p)
    o = outcomes(p, p, scale)
    return xp.where(xp.sum(o.w, axis=-1) > 0, _entropy(xp, o), xp.nan)


def logits_cross_entropy(p: Any, q: Any, scale: float = 1.0) -> Any:
    """H(P, Q) = H(P) + KL(P‖Q) a row."""
    return logits_entropy(p, scale) + logits_kl(p, q, scale)


def _together(xp: Any, o: LogitOutcomes) -> tuple[Any, Any]:
    """Return p + q and t = (p − q)/(p + q) of the probabilities."""
    weight = xp.sum(o.w, axis=-1, keepdims=True)
    weight = xp.where(weight > 0, weight, 1.0)
    u = xp.sum(_gain(xp, o), axis=-1, keepdims=True) / weight
    u = xp.where(u > -1, u, 0.0)
    total = o.w / weight + o.b / (weight * (1 + u))
    t = xp.tanh((o.d + xp.log1p(u)) / 2)
    alone = xp.where(o.in_p, 1.0, xp.where(o.in_q, -xp.ones_like(t), 0.0))
    return total, xp.where(o.in_p & o.in_q, t, alone)


def logits_jensen_shannon(p: Any, q: Any, scale: float = 1.0) -> Any:
    """JS(P, Q) a row: ¼ Σ (p + q)·g(t)."""
    xp = namespace(p, q)
    o = outcomes(p, q, scale)
    total, t = _together(xp, o)
    js = xp.sum(total * js_weight(xp, t), axis=-1) / 4
    return xp.where(logits_kl(p, q, scale) >= 0, xp.where(js < LN2, js, LN2), xp.nan)


def js_weight(xp: Any, t: Any) -> Any:
    """g(t) = (1 + t)·ln(1 + t) + (1 − t)·ln(1 − t), for −1 ≤ t ≤ 1."""
    near = xp.abs(t) < NEAR_JS
    u = xp.where(near, t, 0.0) ** 2
    series = u * (1 + u * (1 / 6 + u * (1 / 15 + u * (1 / 28 + u / 45))))
    inside = xp.where(xp.abs(t) < 1, t, 0.0)
    closed = (1 + inside) * xp.log1p(inside) + (1 - inside) * xp.log1p(-inside)
    return xp.where(near, series, xp.where(xp.abs(t) < 1, closed, 2 * LN2))


def logits_total_variation(p: Any, q: Any, scale: float = 1.0) -> Any:
    """½ Σ |p − q| a row."""
    xp = namespace(p, q)
    total, t = _together(xp, outcomes(p, q, scale))
    tv = xp.sum(total * xp.abs(t), axis=-1) / 2
    return xp.where(logits_kl(p, q, scale) >= 0, xp.where(tv < 1, tv, 1.0), xp.nan)


def logits_summary(p: Any, q: Any, scale: float = 1.0) -> Any:
    """Return everything about a row, in the order of `SUMMARY`."""
    xp = namespace(p, q)
    o = outcomes(p, q, scale)
    kl = kl_of_state(xp, _state(xp, o))
    entropy = logits_entropy(p, scale)
    same = xp.argmax(float64(p), axis=-1) == xp.argmax(float64(q), axis=-1)
    columns = (
        kl,
        kl_of_state(xp, _state(xp, _swapped(o))),
        logits_jensen_shannon(p, q, scale),
        logits_total_variation(p, q, scale),
        entropy,
        entropy + kl,
        xp.astype(same, kl.dtype),
    )
    whole = kl >= 0
    return xp.stack([xp.where(whole, column, xp.nan) for column in columns], axis=-1)
