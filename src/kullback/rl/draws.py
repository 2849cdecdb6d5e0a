"""Argument checks: from log-probabilities as a training loop holds them to draws in rows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback import arrays
from kullback.checks import numeric, place
from kullback.errors import InputError, ShapeError
from kullback.intake import contents
from kullback.kernels.namespaces import constant

Array = NDArray[np.float64]

# What OpenAI's API returns for a token outside the list: unknown, and not a probability.
UNKNOWN = -9999.0


@dataclass(frozen=True, slots=True, eq=False)
class Valid:
    """Which positions count, and which belong together.

    Parameters
    ----------
    mask : ndarray of bool
        Of the shape of the positions.
    cluster : ndarray of int or None
        A number from 0 on for each valid position.
    """

    mask: NDArray[np.bool_]
    cluster: NDArray[np.intp] | None = None

    def of(self, name: str, array: Array) -> Array:
        """Return the valid positions of an array, flat; their values are checked."""
        chosen: Array = array[self.mask]
        bad = np.isnan(array) | (array == np.inf)
        if array.ndim == self.mask.ndim:
            bad |= array == UNKNOWN
        bad &= self.mask.reshape(self.mask.shape + (1,) * (array.ndim - self.mask.ndim))
        if bad.any():
            where = np.argwhere(bad)[0]
            raise InputError(
                f"{name}{place(where)} is {array[tuple(where)]} ({int(bad.sum())} such values at "
                f"valid positions); what is missing or padded is left out by mask=, not by a number"
            )
        return chosen


def real(name: str, value: Any) -> Array:
    """Return an argument of any library as NumPy float64; its values are not yet checked."""
    return numeric(name, arrays.numpy_copy(known(name, value))).astype(np.float64)


def known(name: str, value: Any) -> Any:
    """Return an argument as an array of its library, without its gradient."""
    value = contents(name, value)
    array = value if arrays.library(value) else numeric(name, value)
    if array.ndim == 0:
        raise ShapeError(f"{name} is a single number; give one log-probability a position")
    lent = arrays.lend({name: array[:0, ...]})
    if lent is not None and lent.traced:
        raise InputError(
            f"{name} is traced (jit, grad or vmap) and has no values yet; an estimate with its "
            f"error is computed outside, and rl.loss inside"
        )
    return constant(array)


def same_shape(named: dict[str, Any]) -> tuple[int, ...]:
    """Return the shape that all arguments have; nothing is broadcast."""
    shapes = {name: tuple(array.shape) for name, array in named.items()}
    first = next(iter(shapes.values()))
    if any(shape != first for shape in shapes.values()):
        said = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ShapeError(f"the shapes must be equal, position by position; they are {said}")
    return first


def valid(shape: tuple[int, ...], mask: Any, cluster: Any = None) -> Valid:
    """Check a mask and cluster ids against the shape of the positions."""
    kept = np.ones(shape, bool) if mask is None else read_mask(mask, shape)
    if not kept.any():
        raise arrays.no_mean(shape, "")
    if cluster is None:
        return Valid(kept)
    ids = arrays.numpy_of("cluster", cluster)
    if ids.shape != shape[: ids.ndim] or ids.ndim == 0:
        raise ShapeError(
            f"cluster has shape {ids.shape} and the positions {shape}; give an id for each "
            f"position, or for each row of them"
        )
    whole = np.broadcast_to(ids.reshape(ids.shape + (1,) * (len(shape) - ids.ndim)), shape)
    return Valid(kept, np.unique(whole[kept], return_inverse=True)[1].reshape(-1))


def read_mask(mask: Any, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return which positions count; a mask holds booleans, or numbers that are 0 or 1."""
    array = arrays.numpy_of("mask", mask)
    if array.shape != shape:
        raise ShapeError(f"mask has shape {array.shape} and the positions {shape}; make them equal")
    if array.dtype.kind not in "biufO" or not np.isin(array, (0, 1)).all():
        raise InputError("mask holds values other than 0 and 1; 1 (True) keeps a position")
    return array.astype(bool)
