"""Argument checks: from logits as a user passes them to the rows that the kernels take."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
from numpy.typing import NDArray

from kullback import arrays
from kullback.arguments import number
from kullback.arrays import Reduction, as_flags, chosen, kept, one_axis, parts, shaped
from kullback.checks import place
from kullback.errors import InputError, ShapeError
from kullback.intake import aligned, contents, exact_numbers
from kullback.kernels import gpu_kernels, namespace

FORMATS = ("float64", "float32", "float16", "bfloat16")
LARGEST = 1e290  # of a finite logit
PLAIN = tuple(np.dtype(name) for name in FORMATS[:3])


@dataclass(frozen=True, slots=True, eq=False)
class LogitRows:
    """Logits as the kernels take them: one distribution a row, all of one length.

    Parameters
    ----------
    arrays : tuple
        NumPy arrays of shape (rows, outcomes), bfloat16 as its bits; or arrays of another
        library, outcomes last.
    batch : tuple of int
        The shape of the result; () for one distribution each.
    scale : float
        One over the temperature.
    back : callable or None
        From values and their shape to the library that the arguments came from.
    traced : bool
        Whether the values are not known yet.
    """

    arrays: tuple[Any, ...]
    batch: tuple[int, ...]
    scale: float
    back: Callable[[Any, tuple[int, ...]], Any] | None = None
    traced: bool = False


def rows(
    named: dict[str, Any], *, axis: int, temperature: float, **layout: Unpack[Reduction]
) -> LogitRows:
    """Check the shapes and kinds of logits that belong together, and lay them out as rows."""
    if not _positive(temperature):
        raise InputError(
            f"temperature={temperature!r} must be one positive number; 1 changes nothing"
        )
    one_axis(axis)
    if axis is None:
        raise ShapeError("axis=None is no axis of logits: reshape them to one row")
    keepdims, where = parts(layout)
    flags = {} if where is None else {"where": where if arrays.library(where) else as_flags(where)}
    given_axis = axis
    lent = arrays.lend(named, gpu_kernels)
    if lent:
        given: Sequence[Any] = lent.arrays
    else:
        read = aligned(named | flags, axis=axis, absent=-math.inf)
        axis = axis if read.labels is None else -1
        given = [_numbers(n, value) for n, value in zip(named, read.values, strict=False)]
        flags = flags and {"where": read.values[-1]}
    if flags:
        pairs = zip(named, given, strict=True)
        given = [chosen(n, arrays.widened(array), flags["where"], -math.inf) for n, array in pairs]
    moved = [_outcomes_last(n, array, axis) for n, array in zip(named, given, strict=True)]
    batch = _batch(tuple(named), moved)
    if all(isinstance(array, np.ndarray) for array in moved):
        moved = [_flat(array, batch) for array in moved]
    back, traced = (lent.back, lent.traced) if lent else (None, False)
    if keepdims:
        batch = kept(batch, given_axis, 0)
        back = _reshaping(lent.back) if lent else None
    return LogitRows(tuple(moved), batch, 1.0 / temperature, back, traced)


def _positive(temperature: Any) -> bool:
    try:
        return (
            getattr(temperature, "ndim", 0) == 0
            and 0 < number("temperature", temperature) < math.inf
        )
    except InputError:
        return False


def _reshaping(back: Callable[[Any, tuple[int, ...]], Any]) -> Callable[[Any, Any], Any]:
    """Return results of another library in the shape that is asked for."""
    return lambda values, shape: back(shaped(values, shape), shape)


def _numbers(name: str, value: Any) -> NDArray[Any]:
    """Return a NumPy array in one of the formats; bfloat16 as its bits."""
    if type(value) is not np.ndarray:
        value = contents(name, value)
    try:
        array = np.asarray(value)
        array = exact_numbers(array) if array.dtype == object else array
    except (ValueError, TypeError) as error:
        raise ShapeError(f"{name} is not an array: {error}; give rows of equal length") from None
    if array.dtype in PLAIN:
        if array.dtype == np.float64 and array.size:
            _refuse_enormous(name, array)
        return array
    if array.dtype.name == "bfloat16":
        return array.view(np.uint16)
    if array.dtype.kind in "iu" or array.dtype.name in ("longdouble", "float128", "float96"):
        array = array.astype(np.float64)
    if array.dtype.name not in FORMATS:
        raise InputError(f"{name} holds {array.dtype.name} values; give {', '.join(FORMATS)}")
    return array


def _refuse_enormous(name: str, array: NDArray[Any]) -> None:
    """Refuse finite logits so large that their differences overflow or are lost."""
    highest, lowest = float(array.max()), float(array.min())
    if lowest == -math.inf:
        lowest = float(np.min(array, where=array > -math.inf, initial=0.0))
    far = highest if highest > LARGEST else lowest
    if LARGEST < abs(far) < math.inf:
        where = np.argwhere(array == far)[0]
        raise InputError(
            f"{name}{place(where)} is {far:g}, beyond the ±{LARGEST:g} within which logits are "
            f"told apart; subtract the largest of each row, or give −inf for what is impossible"
        )


def _outcomes_last(name: str, array: Any, axis: int) -> Any:
    if array.ndim == 0:
        raise ShapeError(f"{name} is a single number; give one logit per outcome")
    if not -array.ndim <= axis < array.ndim:
        raise ShapeError(f"axis={axis} does not exist in {name} of shape {tuple(array.shape)}")
    if array.shape[axis] == 0:
        raise ShapeError(f"{name} has shape {tuple(array.shape)}: no outcomes; give at least one")
    if axis in (-1, array.ndim - 1):
        return array
    order = [i for i in range(array.ndim) if i != axis % array.ndim]
    return namespace(array).permute_dims(array, (*order, axis % array.ndim))


def _batch(names: tuple[str, ...], moved: Sequence[Any]) -> tuple[int, ...]:
    shapes = [tuple(array.shape) for array in moved]
    if all(shape == shapes[0] for shape in shapes):
        return shapes[0][:-1]
    said = ", ".join(f"{name} {shape}" for name, shape in zip(names, shapes, strict=True))
    if len({shape[-1] for shape in shapes}) > 1:
        raise ShapeError(f"p and q must list the same outcomes; outcomes last, they are {said}")
    try:
        return np.broadcast_shapes(*(shape[:-1] for shape in shapes))
    except ValueError:
        raise ShapeError(f"the batch shapes do not fit together: {said} (outcomes last)") from None


def _flat(array: NDArray[Any], batch: tuple[int, ...]) -> NDArray[Any]:
    """Return the array as (rows, outcomes), without a copy where that is possible."""
    whole = (*batch, array.shape[-1])
    if array.shape != whole:
        array = np.broadcast_to(array, whole)
    flat = array if array.ndim == 2 else array.reshape(math.prod(batch), array.shape[-1])
    if flat.flags.c_contiguous and flat.flags.aligned and flat.dtype.isnative:
        return flat
    odd = any(stride % flat.itemsize for stride in flat.strides)
    if odd or not (flat.dtype.isnative and flat.flags.aligned):
        return np.ascontiguousarray(flat, dtype=flat.dtype.newbyteorder("="))
    return flat


def refuse(named: dict[str, Any], checked: LogitRows, answer: Any) -> None:
    """Say which argument made an answer NaN, where there is one."""
    xp = namespace(answer)
    if checked.traced or not bool(xp.any(xp.isnan(answer))):
        return
    for name, value in named.items():
        array = np.asarray(arrays.numpy_copy(value), dtype=np.float64)
        bad = np.isnan(array) | (array == np.inf)
        if bad.any():
            where = np.argwhere(bad)[0]
            raise InputError(
                f"{name}{place(where)} is {array[tuple(where)]} ({int(bad.sum())} such values of "
                f"{array.size}); logits are finite, or −inf where an outcome is impossible"
            )
    raise InputError(
        f"a row of {' or '.join(named)} holds −inf only, so no outcome is possible; "
        f"give it at least one finite logit, among those that where= keeps"
    )
