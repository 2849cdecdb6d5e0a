"""Putting together what stretches of one row of logits left behind.

A state is what `logits_state` returns a row: max_p, max_q, weight, gain and loss (the formulas
are in logits_reference.py). Stretches may be vocabulary blocks or the shards of a model that
is split over several devices; the order of merging changes no more than a rounding.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.kernels.logits_reference import State, decay_excess, kl_of_state
from kullback.kernels.namespaces import namespace

Array = NDArray[np.float64]


def merge_states(a: Array, b: Array) -> Array:
    """Merge the states of two stretches of the same rows, each of shape (rows, 5)."""
    first, second = State(*np.asarray(a).T), State(*np.asarray(b).T)
    top_p, top_q = (np.maximum(x, y) for x, y in zip(first[:2], second[:2], strict=True))
    with np.errstate(all="ignore"):
        moved = [_move(state, top_p, top_q) for state in (first, second)]
    sums = [x + y for x, y in zip(*moved, strict=True)]
    return np.stack([top_p, top_q, *sums], axis=-1)


def kl_of_states(states: Any) -> Any:
    """KL(P‖Q) a row of the whole rows that the states stand for."""
    with np.errstate(all="ignore"):
        return kl_of_state(namespace(states), State(*(states[..., i] for i in range(5))))


def _move(s: State, top_p: Array, top_q: Array) -> tuple[Array, Array, Array]:
    """Return weight, gain and loss with other largest logits: w falls by p, b by q, d by step."""
    in_p, in_q = s.max_p > -np.inf, s.max_q > -np.inf
    p = np.where(in_p, np.exp(s.max_p - top_p), 0.0)
    q = np.where(in_q, np.exp(s.max_q - top_q), 0.0)
    step = np.where(in_p & in_q, (top_p - top_q) - (s.max_p - s.max_q), 0.0)
    weight_q, growth = s.weight + s.gain, np.expm1(step)
    near = in_p & in_q & (np.abs(step) < 1)
    small = np.where(near, step, 0.0)
    gain = np.where(near, p * (s.gain + growth * weight_q), q * weight_q - p * s.weight)
    close = p * (s.loss + growth * s.gain + decay_excess(np, -small) * s.weight)
    far = p * ((s.loss - s.gain) - step * s.weight) + gain
    loss = np.where(np.isinf(s.loss), s.loss, np.where(near, close, far))
    return p * s.weight, np.where(in_q, gain, -p * s.weight), np.where(in_p, loss, gain)
