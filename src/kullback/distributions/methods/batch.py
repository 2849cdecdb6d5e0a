"""Batches of the commonest families: one native pass over all pairs, where a compiler built it.

The kernels know the ordinary pairs. They leave open, as NaN or ∞, what is beyond them: infinite
values, which need a reason, and parameters near the ends of the floating-point range. Those few
members go the way of all others, which is also the readable twin and the oracle of the kernels.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from kullback import kernels
from kullback.distributions.model.answer import Answer, rounding
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import Array

Way = Callable[[Distribution, Distribution], Answer]


def by_kernel(p: Distribution, q: Distribution, otherwise: Way) -> Answer | None:
    """KL of two batches of one family by its kernel; open members go `otherwise`.

    None where there is no such kernel, for one pair, for tensors, and where all is open.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> by_kernel(Normal(0, 1), Normal(1, 1), lambda p, q: None) is None
    True
    """
    name = p._KERNEL
    if kernels.divergences is None or not name or type(q) is not type(p):
        return None
    parameters = [*p.parameters.values(), *q.parameters.values()]
    if not all(isinstance(v, float | np.ndarray) for v in parameters):
        return None
    shapes = [np.shape(v) for v in parameters]
    shape = _common(shapes)
    if not shape or 0 in shape:
        return None
    values = np.empty(shape)
    flat = [_flat(v, shape) for v in parameters]
    largest, complete = kernels.divergences(name, flat, values.reshape(-1))
    if complete:
        return Answer(values, rounding(largest), p._EXACT)
    return _completed(p, q, Answer(values, rounding(largest), p._EXACT), otherwise)


def _common(shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    """The shape of the batch; () for one pair, and where the shapes are to be refused."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        return ()


def _flat(value: Any, shape: tuple[int, ...]) -> Array:
    """One number, or as many as pairs, in the order of the batch."""
    array = np.asarray(value, dtype=np.float64)
    if array.size == 1:
        return array.reshape(1)
    return np.ascontiguousarray(np.broadcast_to(array, shape)).reshape(-1)


def _completed(p: Distribution, q: Distribution, found: Answer, otherwise: Way) -> Answer | None:
    open_ = ~np.isfinite(found.value)
    if open_.all():
        return None
    rest = otherwise(_chosen(p, open_), _chosen(q, open_))
    found.value[open_] = rest.value
    return Answer(found.value, max(found.error, rest.error), found.method, rest.reason)


def _chosen(law: Distribution, members: Any) -> Distribution:
    """Some members of a batch, as a vector; their parameters have been checked with the whole."""
    piece: Any = object.__new__(type(law))
    for name, value in law.parameters.items():
        object.__setattr__(piece, name, np.broadcast_to(value, members.shape)[members])
    return piece  # type: ignore[no-any-return]
