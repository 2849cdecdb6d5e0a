"""Argument checks: from what a user passes to the rows that the kernels take.

Every check names the argument, the place, the value and the remedy.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import arrays as other_arrays
from kullback.arguments import number, refuse_sparse, word
from kullback.arrays import Reduction, as_flags, chosen, kept, one_axis, parts, shaped
from kullback.errors import InputError, MassError, ShapeError
from kullback.intake import aligned, coarse, contents, exact_numbers
from kullback.kernels.namespaces import constant, namespace
from kullback.results import Note

Array = NDArray[np.float64]
Mass = Literal["check", "normalize", "as-is"]

MASS_CHOICES = ("check", "normalize", "as-is")

# What needs no look at other libraries.
PLAIN = frozenset({np.ndarray, list})

FLOATS = (np.dtype(np.float64), np.dtype(np.float32))

# A negative of this size is the rounding of a zero.
ROUNDING = 1e-12

# How far a sum may be from 1 and still be its rounding, by precision: the square root of
# the machine epsilon, as NumPy's own samplers allow; of 8 bits half of it, which bounds it.
TOLERANCE = {1: 0.125, 2: 3.2e-2, 4: 3.5e-4, 8: 1.5e-8}


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Distributions as the kernels take them: one a row, all of one length.

    Parameters
    ----------
    arrays : tuple of ndarray of shape (rows, outcomes)
        C-contiguous float64, one for each argument.
    batch : tuple of int
        The shape of the result; () for one distribution each.
    labels : tuple or None
        The names of the outcomes, where the arguments had some.
    notes : tuple of Note
        What was accepted on the way.
    back : callable or None
        From values and their shape to the library that the arguments came from.
    """

    arrays: tuple[Array, ...]
    batch: tuple[int, ...]
    labels: tuple[Hashable, ...] | None
    notes: tuple[Note, ...]
    back: Callable[[Any, tuple[int, ...]], Any] | None = None


def rows(
    named: dict[str, ArrayLike],
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    precision: int | None = None,
    **layout: Unpack[Reduction],
) -> Rows:
    """Check distributions that belong together and lay them out as rows.

    Parameters
    ----------
    named : dict
        The arguments by name. Mappings and Series are aligned by label.
    axis : int or None
        The axis of the outcomes; None takes the whole array as one distribution.
    mass : {"check", "normalize", "as-is"}
        What to do when a distribution does not sum to 1.
    precision : int or None
        Bytes a number had before it was widened; those of its dtype by default.
    **layout
        Which outcomes count, and whether their axis stays.

    Returns
    -------
    Rows
        The arguments as rows of equal shape.
    """
    word("mass", mass, MASS_CHOICES)
    one_axis(axis)
    keepdims, where = parts(layout)
    if lent := other_arrays.lend(named):
        return _lent_rows(named, lent, axis, mass, layout)
    flags = {} if where is None else {"where": as_flags(where)}
    read = aligned(named | flags, axis=axis)
    notes: list[Note] = list(read.notes)
    given_axis, axis = axis, axis if read.labels is None else -1
    values = [numeric(name, value) for name, value in zip(named, read.values, strict=False)]
    if flags:
        values = [chosen("p and q", value, read.values[-1], 0.0) for value in values]
    arrays = [
        _one(name, value, axis, mass, precision or coarse(named[name]), notes)
        for name, value in zip(named, values, strict=True)
    ]
    _same_outcomes(tuple(named), arrays)
    batch = _common_batch(tuple(named), arrays)
    outcomes = arrays[0].shape[-1]
    flat = tuple(
        np.ascontiguousarray(np.broadcast_to(a, (*batch, outcomes))).reshape(-1, outcomes)
        for a in arrays
    )
    shape = kept(batch, given_axis, max(value.ndim for value in values)) if keepdims else batch
    return Rows(flat, shape, read.labels, tuple(notes))


def plain_rows(named: dict[str, Any], axis: int | None) -> Rows | None:
    """Lay float arrays of one shape out as rows, as they lie; None for everything else.

    Their values are not checked: `plausible` does that, from what the kernel saw.
    """
    values: Sequence[Any] = tuple(named.values())
    lent = None
    if not PLAIN.issuperset(map(type, values)) and (lent := other_arrays.lend(named)):
        values = lent.arrays
    flat: list[Array] = []
    shape: tuple[int, ...] = ()
    for value in values:
        array = _listed(value) if type(value) is list else value
        if axis != -1 or not _is_plain(array) or (flat and array.shape != shape):
            return None
        shape = array.shape
        flat.append(array.reshape(-1, shape[-1]))
    return Rows(tuple(flat), shape[:-1], None, (), lent.back if lent else None)


def _listed(value: list[Any]) -> Any:
    try:
        return np.asarray(value)
    except ValueError:
        return None  # rows of unequal length


def _is_plain(array: Any) -> bool:
    return type(array) is np.ndarray and array.dtype in FLOATS and array.size > 0 and array.ndim > 0


def plausible(facts: Array, rows: Rows) -> bool:
    """Whether nothing is negative or not finite and all sums are 1, within rounding."""
    tolerance = TOLERANCE[max([array.dtype.itemsize for array in rows.arrays])]
    least, low_p, high_p, low_q, high_q = facts.tolist()
    low, high = 1 - tolerance, 1 + tolerance
    return bool(least >= 0 and low <= low_p and high_p <= high and low <= low_q and high_q <= high)


def _lent_rows(
    named: dict[str, Any],
    lent: other_arrays.Lent,
    axis: int | None,
    mass: Mass,
    layout: Reduction,
) -> Rows:
    """Check arrays of another library; what is wrong with them is said of NumPy copies."""
    check = partial(rows, axis=axis, mass=mass, precision=lent.precision, **layout)
    if isinstance(lent.arrays[0], np.ndarray):
        views = map(other_arrays.widened, lent.arrays)
        return replace(check(dict(zip(named, views, strict=True))), back=lent.back)
    notes: tuple[Note, ...] = ()
    keepdims, where = parts(layout)
    given = lent.arrays
    if where is not None:
        flags = where if other_arrays.library(where) else as_flags(where)
        given = tuple(chosen(n, array, flags, 0.0) for n, array in zip(named, given, strict=True))
    moved = [_moved(array, axis) for array in given]
    if not all(_plausible(array, mass, lent) for array in moved) or not _fit(moved):
        copies = {name: other_arrays.likeness(value) for name, value in named.items()}
        notes = check(copies).notes  # raises, unless it was rounding
        moved = [namespace(array).where(array < 0, 0.0, array) for array in moved]
    if mass == "normalize":
        moved = [_normalized_anywhere(array) for array in moved]
    batch = np.broadcast_shapes(*(array.shape[:-1] for array in moved))
    if not keepdims:
        return Rows(tuple(moved), batch, None, notes, lent.back)
    batch = kept(batch, axis, max(array.ndim for array in given))
    return Rows(tuple(moved), batch, None, notes, shaped)


def _moved(array: Any, axis: int | None) -> Any:
    """Put the outcomes last; where that is not possible the shape (0,) says so."""
    xp = namespace(array)
    if axis is None:
        return xp.reshape(array, (-1,))
    if not -array.ndim <= axis < array.ndim:
        return xp.zeros(0)
    if axis in (-1, array.ndim - 1):
        return array
    order = [i for i in range(array.ndim) if i != axis % array.ndim]
    return xp.permute_dims(array, (*order, axis % array.ndim))


def _fit(arrays: Sequence[Any]) -> bool:
    try:
        np.broadcast_shapes(*(array.shape[:-1] for array in arrays))
    except ValueError:
        return False
    return len({array.shape[-1] for array in arrays}) == 1


def _plausible(array: Any, mass: Mass, lent: other_arrays.Lent) -> bool:
    """Whether the values are probabilities; taken as such while they are traced."""
    if 0 in array.shape:
        return False
    if lent.traced:
        return True
    xp, values = namespace(array), constant(array)
    total = xp.sum(values, axis=-1)
    fine = (xp.min(values) >= 0) & xp.all(xp.isfinite(total))
    if mass == "check":
        fine = fine & xp.all(xp.abs(total - 1) <= TOLERANCE[lent.precision])
    return bool(fine)


def _normalized_anywhere(array: Any) -> Any:
    xp = namespace(array)
    scaled = array / constant(xp.max(array, axis=-1, keepdims=True))
    return scaled / xp.sum(scaled, axis=-1, keepdims=True)


def _one(
    name: str,
    raw: NDArray[Any],
    axis: int | None,
    mass: Mass,
    precision: int | None,
    notes: list[Note],
) -> Array:
    """Check one argument and return it as float64 with the outcomes last."""
    array = raw.reshape(-1) if axis is None else _outcomes_last(name, raw, axis)
    if array.shape[-1] == 0:
        raise ShapeError(f"{name} has shape {raw.shape}: no outcomes; give at least one")
    exact = 8 if raw.dtype.kind != "f" else min(8, raw.dtype.itemsize)
    tolerance = TOLERANCE[precision or exact]
    array = array.astype(np.float64, copy=False)
    if array.size == 0:  # no rows
        return array
    with np.errstate(over="ignore", invalid="ignore"):
        total = array.sum(axis=-1)
        # NaN and infinity fail the comparisons too; the slow path finds and names them.
        if not (array.min() >= 0 and np.isfinite(total).all()):
            array = _refuse_or_round(name, array, notes)
            total = array.sum(axis=-1)
    if mass == "check":
        check_mass(name, array, total, tolerance)
    elif mass == "normalize":
        array = _normalized(name, array)
    return array


def numeric(name: str, value: Any) -> NDArray[Any]:
    """Return a real numeric NumPy array, or say what was given instead."""
    numpy_only({name: value})
    try:
        array = exact_numbers(np.asarray(contents(name, value)))
    except InputError:
        raise
    except other_arrays.UNREAD as error:
        raise ShapeError(
            f"{name} is not an array: {error}; give rows of equal length"
            f"{_histogram_hint(name, value)}"
        ) from None
    if array.dtype.kind not in "fiu":
        raise InputError(
            f"{name} holds {array.dtype.name} values; give real numbers (float or int), "
            f"for example {name}=[0.7, 0.3]"
        )
    return array


def _histogram_hint(name: str, value: Any) -> str:
    """Where a pair of numpy.histogram is given, say what reads it."""
    if isinstance(value, tuple) and len(value) == 2:
        sizes = [np.size(part) for part in value]
        if sizes[1] == sizes[0] + 1:
            return f" (counts and edges? kullback.from_histograms({name}, …) reads both)"
    return ""


def numpy_only(named: dict[str, Any]) -> None:
    """Refuse arrays of other libraries, where a measure is not written for them."""
    for name, value in named.items():
        if found := other_arrays.library(value):
            refuse_sparse(name, value)
            way = f"{name}.detach().cpu().numpy()" if found == "torch" else f"numpy.asarray({name})"
            raise InputError(
                f"{name} is an array of {found}, and this takes NumPy arrays; convert it, "
                f"for example with {way}"
            )


def _outcomes_last(name: str, array: NDArray[Any], axis: int) -> NDArray[Any]:
    if array.ndim == 0:
        raise ShapeError(f"{name} is the single number {array}; give one number per outcome")
    if not -array.ndim <= axis < array.ndim:
        raise ShapeError(f"axis={axis} does not exist in {name} of shape {array.shape}")
    return array if axis in (-1, array.ndim - 1) else np.moveaxis(array, axis, -1)


def place(index: Sequence[int] | NDArray[np.intp]) -> str:
    """Write where something is: [3] or [0, 3]."""
    return "[" + ", ".join(str(int(i)) for i in index) + "]"


def _refuse_or_round(name: str, array: Array, notes: list[Note]) -> Array:
    """Refuse NaN, infinities and negatives; take negatives of rounding size as 0."""
    bad = ~np.isfinite(array)
    if bad.any():
        where = np.argwhere(bad)[0]
        raise InputError(
            f"{name}{place(where)} is {array[tuple(where)]} ({int(bad.sum())} such values of "
            f"{array.size}); probabilities are finite numbers ≥ 0: mend or drop those outcomes"
        )
    if array.min() < -ROUNDING:
        where = np.argwhere(array < -ROUNDING)[0]
        value = array[tuple(where)]
        hint = "; are these log-probabilities? then use kullback.logits" if array.max() <= 0 else ""
        raise InputError(
            f"{name}{place(where)} is {value}, and a probability is never negative{hint}"
        )
    negative = array < 0
    if negative.any():
        text = (
            f"{int(negative.sum())} values of {name} between {array.min():.3g} and 0 "
            f"were taken as 0 (rounding)"
        )
        notes.append(Note("rounded-negative", text))
        array = np.where(negative, 0.0, array)
    return array


def check_mass(name: str, array: Array, total: Array, tolerance: float) -> None:
    """Refuse sums that are not 1, and say which row and what to choose."""
    off = np.abs(total - 1.0) > tolerance
    if not off.any():
        return
    where = np.argwhere(np.atleast_1d(off))[0]
    first = float(np.atleast_1d(total)[tuple(where)])
    row = f"{name}{place(where)}" if array.ndim > 1 else name
    hint = ""
    if np.all(array == np.floor(array)):
        hint = '\n  counts: kullback.counts (estimates with an error), or mass="normalize"'
    raise MassError(
        f"{row} sums to {first:.10g}, not 1. Choose what it is:\n"
        f'  weights: mass="normalize" divides by the sum\n'
        f'  a measure: mass="as-is" gives the generalised divergence Σ p ln(p/q) − p + q{hint}'
    )


def _normalized(name: str, array: Array) -> Array:
    """Divide by the sum, after dividing by the maximum so that nothing overflows."""
    top = array.max(axis=-1, keepdims=True)
    if not (top > 0).all():
        row = place(np.argwhere(top[..., 0] <= 0)[0]) if array.ndim > 1 else ""
        raise MassError(f"{name}{row} sums to 0, so it cannot be normalised; give a positive value")
    scaled = array / top
    result: Array = scaled / scaled.sum(axis=-1, keepdims=True)
    return result


def _same_outcomes(names: tuple[str, ...], arrays: list[Array]) -> None:
    sizes = [a.shape[-1] for a in arrays]
    for name, size in zip(names[1:], sizes[1:], strict=True):
        if size != sizes[0]:
            raise ShapeError(
                f"{names[0]} has {sizes[0]} outcomes and {name} has {size}; "
                f"they must list the same outcomes in the same order (or be mappings)"
            )


def _common_batch(names: tuple[str, ...], arrays: list[Array]) -> tuple[int, ...]:
    shapes = [a.shape[:-1] for a in arrays]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        said = ", ".join(f"{n} {a.shape}" for n, a in zip(names, arrays, strict=True))
        raise ShapeError(f"the batch shapes do not fit together: {said} (outcomes last)") from None


def order(value: float) -> float:
    """Check the order of a Rényi quantity: any number in [0, ∞]."""
    found = number("order", value)
    if not found >= 0:  # nor NaN
        raise InputError(f"order={value} is not in [0, inf]; 1 gives KL, 0.5 is symmetric")
    return found
