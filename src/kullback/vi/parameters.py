"""Argument checks: from the parameters that an encoder gives to arrays of one library."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback import arrays
from kullback.checks import numeric, place
from kullback.errors import InputError, ShapeError
from kullback.kernels.namespaces import namespace

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """Arrays of one library that fit together, and the way back.

    Parameters
    ----------
    arrays : tuple
        NumPy float64, or arrays of another library with their gradients.
    back : callable
        From a result to what the caller gets.
    traced : bool
        Whether the values are not known yet.
    """

    arrays: tuple[Any, ...]
    back: Callable[[Any], Any]
    traced: bool = False


def parameters(named: dict[str, Any]) -> Parameters:
    """Bring arguments into one library; numbers broadcast."""
    lent = arrays.lend(named)
    if lent is None:
        found = tuple(numeric(n, value).astype(np.float64) for n, value in named.items())
        return Parameters(found, lambda value: value)
    if isinstance(lent.arrays[0], np.ndarray):
        wide = tuple(arrays.widened(view).astype(np.float64) for view in lent.arrays)
        return Parameters(wide, lambda value: lent.back(np.asarray(value), np.shape(value)))
    return Parameters(lent.arrays, lambda value: value, lent.traced)


def stretch(shapes: dict[str, tuple[int, ...]], what: str = "shapes") -> None:
    """Raise where the shapes do not broadcast."""
    try:
        np.broadcast_shapes(*shapes.values())
    except ValueError:
        said = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ShapeError(
            f"the {what} do not broadcast: {said}; give equal ones, or axes of length 1"
        ) from None


def answer(named: dict[str, Any], taken: Parameters, values: Any) -> Any:
    """Return the values, unless an argument made one of them NaN: then say which."""
    xp = namespace(values)
    if not taken.traced and bool(xp.any(xp.isnan(values))):
        for name, array in named.items():
            refuse(name, np.asarray(arrays.numpy_copy(array), dtype=np.float64))
        raise InputError(f"{' and '.join(named)} give NaN: an infinity meets its opposite")
    return taken.back(values)


def refuse(name: str, array: Array, *, lowest: float = -np.inf) -> None:
    """Refuse NaN, +inf, and −inf where `lowest` is finite."""
    bad = np.isnan(array) | (array == np.inf) | (array < lowest)
    if bad.any():
        where = np.argwhere(bad)[0]
        raise InputError(
            f"{name}{place(where)} is {array[tuple(where)]} ({int(bad.sum())} such values of "
            f"{array.size}); give finite numbers"
        )


def encoded(mean: Any, log_variance: Any) -> tuple[Array, Array]:
    """Return the parameters of one posterior a row as NumPy, for diagnostics."""
    pair = {"mean": mean, "log_variance": log_variance}
    found = {
        name: numeric(name, arrays.numpy_of(name, value)).astype(np.float64)
        for name, value in pair.items()
    }
    for name, value in found.items():
        refuse(name, value, lowest=-1e300)
    shapes = {name: value.shape for name, value in found.items()}
    if len(set(shapes.values())) > 1 or found["mean"].ndim != 2 or 0 in shapes["mean"]:
        said = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ShapeError(f"give (data, dimensions) for both, with at least one of each; got {said}")
    first, second = found.values()
    return first, second
