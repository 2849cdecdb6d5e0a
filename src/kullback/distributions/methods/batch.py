"""Batches: the exact ways at once where they answer, and every other row on its own.

The kernels know the ordinary pairs. They leave open, as NaN or ∞, what is beyond them: infinite
values, which need a reason, and parameters near the ends of the floating-point range. Those few
rows go the way of a single pair, which is also the readable twin and the oracle of the kernels.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from kullback import kernels
from kullback.distributions.model.answer import Answer, rounding
from kullback.distributions.model.distribution import Distribution, member
from kullback.distributions.model.support import outside_rows
from kullback.distributions.special.arrays import Array, is_tensor, plain, where
from kullback.errors import ShapeError

Way = Callable[[Distribution, Distribution], Answer]


def vectorised(*laws: Distribution) -> bool:
    """Whether the formulas of these laws may be taken of a batch at once.

    Composites and matrices go row by row; tensors stay whole, for their gradients.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> vectorised(Normal([0.0, 1.0], 1.0))
    True
    """
    spaces = {law.support.space for law in laws}
    simple = all(set(law.parameters) == set(law._CHECKS) for law in laws)
    tensors = any(law._holds_tensors for law in laws)
    flat = tensors or all(axes < 2 for law in laws for axes in law._EVENT.values())
    return simple and flat and len(spaces) == 1


def common_shape(p: Distribution, q: Distribution) -> tuple[int, ...]:
    """The shape that the two batches broadcast to."""
    try:
        return np.broadcast_shapes(p.batch_shape, q.batch_shape)
    except ValueError:
        raise ShapeError(
            f"p is a batch of shape {p.batch_shape} and q of {q.batch_shape}; "
            f"they do not broadcast to one shape"
        ) from None


def by_rows(p: Distribution, q: Distribution, one: Way, whole: Answer | None) -> Answer:
    """Keep the finite rows of `whole`, and ask for each of the others.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> by_rows(Normal([0.0, 1.0], 1.0), Normal(0.0, 1.0), lambda p, q: Answer(p.loc, 0.0, ""),
    ...         None).value.tolist()
    [0.0, 1.0]
    """
    shape = common_shape(p, q)
    open_ = np.ones(shape, dtype=bool)
    if whole is not None:
        open_ = np.broadcast_to(~np.isfinite(plain(whole.value)), shape)
        open_ = open_ | outside_rows(p.support, q.support)
        if not open_.any():
            return whole
    return _filled(whole, open_, lambda i: one(member(p, i, shape), member(q, i, shape)))


def rows_of(p: Distribution, one: Callable[[Distribution], Answer], whole: Answer | None) -> Answer:
    """The same for a quantity of one law."""
    shape = p.batch_shape
    open_ = np.ones(shape, dtype=bool)
    if whole is not None:
        open_ = np.broadcast_to(np.isnan(plain(whole.value)), shape)
        if not open_.any():
            return whole
    return _filled(whole, open_, lambda i: one(p.at(i)))


def _filled(whole: Answer | None, open_: Any, one: Callable[[tuple[int, ...]], Answer]) -> Answer:
    whole = Answer(np.nan, 0.0, "") if whole is None else whole
    methods = np.full(open_.shape, whole.method, dtype=object)
    reasons = np.full(open_.shape, "", dtype=object)
    values, errors = (
        np.array(np.broadcast_to(plain(v), open_.shape), dtype=np.float64)
        for v in (whole.value, whole.error)
    )
    notes = dict.fromkeys(whole.notes)
    for index in zip(*(axis.tolist() for axis in np.nonzero(open_)), strict=True):
        row = one(index)
        values[index], errors[index] = float(plain(row.value)), row.error
        methods[index], reasons[index] = row.method, row.reason
        notes |= dict.fromkeys(row.notes)
    kept = values if not is_tensor(whole.value) else _with_gradient(whole.value, open_, values)
    return Answer(kept, errors, methods, reasons, tuple(notes))


def _with_gradient(value: Any, open_: Any, values: Array) -> Any:
    """The tensor that was answered, with the other rows as constants."""
    if not open_.any():
        return value
    rest = value.new_tensor(np.where(open_, values, 0.0))
    return where(value.new_tensor(~open_) > 0, value.expand(rest.shape), rest)


def by_kernel(p: Distribution, q: Distribution) -> Answer | None:
    """KL of two batches of one family by its kernel; open rows are not finite.

    None where there is no such kernel, for one pair, for tensors, and where all is open.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> by_kernel(Normal(0, 1), Normal(1, 1)) is None
    True
    """
    name = p._KERNEL
    if kernels.divergences is None or not name or type(q) is not type(p):
        return None
    parameters = [*p.parameters.values(), *q.parameters.values()]
    if not all(isinstance(v, float | np.ndarray) for v in parameters):
        return None
    shape = common_shape(p, q)
    if not shape or 0 in shape:
        return None
    values = np.empty(shape)
    flat = [_flat(v, shape) for v in parameters]
    kernels.divergences(name, flat, values.reshape(-1))
    return Answer(values, rounding(values), p._EXACT)


def _flat(value: Any, shape: tuple[int, ...]) -> Array:
    """One number, or as many as pairs, in the order of the batch."""
    array = np.asarray(value, dtype=np.float64)
    if array.size == 1:
        return array.reshape(1)
    return np.ascontiguousarray(np.broadcast_to(array, shape)).reshape(-1)
