"""Checks of parameters: each names the family, the parameter, the value and the rule.

A check takes (place, value), where place reads "scale of Normal", and returns the parameter
as a float, a float64 array, or the tensor that was given.
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from kullback.arguments import refuse_lazy, refuse_sparse
from kullback.arrays import numpy_of, outside_graphs, transformed
from kullback.distributions.special.arrays import Array, Value, is_tensor, plain
from kullback.errors import InputError, ShapeError
from kullback.intake import exact_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

Check = Callable[[str, Any], Value]
Condition = Callable[[Any], Any]

# A vector of probabilities may be off 1 by the rounding of single precision; it is divided by
# its sum where that is more than the rounding of doubles.
MASS = 1e-6


def _number(place: str, value: Any) -> Value:
    if type(value) is float or type(value) is int:
        return float(value)
    if transformed(value):
        raise InputError(
            f"{place} is traced (jit, grad or vmap) and has no value to be checked; a "
            f"PyTorch parameter that requires a gradient keeps it outside of such transforms"
        )
    if is_tensor(value):
        refuse_sparse(place, value)
        refuse_lazy(place, value)
        if not value.is_floating_point():
            raise InputError(f"{place} is a tensor of {value.dtype}; give floating-point numbers")
        return value.float() if value.element_size() < 4 else value
    array = exact_numbers(numpy_of(place, value))
    if array.dtype.kind not in "fiu":
        raise InputError(f"{place} is {value!r}; it must be a real number")
    array = array.astype(np.float64)
    return float(array) if array.ndim == 0 else array


def _rule(condition: Condition, rule: str) -> Check:
    def check(place: str, value: Any) -> Value:
        number = _number(place, value)
        if isinstance(number, float):
            if not (math.isfinite(number) and condition(number)):
                raise InputError(f"{place} is {number:g}; it must be {rule}")
            return number
        values = np.asarray(plain(number))
        good = np.isfinite(values) & condition(values)
        if not good.all():
            index = tuple(int(i) for i in np.argwhere(~good)[0])
            where = f"[{', '.join(map(str, index))}]" if index else ""
            raise InputError(f"{place}{where} is {values[index]:g}; it must be {rule}")
        return number

    return outside_graphs(check)


real = _rule(np.isfinite, "a finite number")
positive = _rule(lambda x: x > 0, "finite and > 0")
non_negative = _rule(lambda x: x >= 0, "finite and ≥ 0")
probability = _rule(lambda x: (x >= 0) & (x <= 1), "in [0, 1]")
positive_probability = _rule(lambda x: (x > 0) & (x <= 1), "in (0, 1]")
inner_probability = _rule(lambda x: (x > 0) & (x < 1), "in (0, 1)")
above_one = _rule(lambda x: x > 1, "finite and > 1")
non_zero = _rule(lambda x: x != 0, "finite and not 0")
integer = _rule(lambda x: x == np.floor(x), "an integer")
count = _rule(lambda x: (x >= 0) & (x == np.floor(x)), "an integer ≥ 0")
positive_count = _rule(lambda x: (x >= 1) & (x == np.floor(x)), "an integer ≥ 1")
cosine = _rule(lambda x: (x >= -1) & (x <= 1), "in [-1, 1]")


def extended(place: str, value: Any) -> Value:
    """An end of a support: a number, ±∞ allowed, NaN not."""
    number = _number(place, value)
    if np.isnan(plain(number)).any():
        raise InputError(f"{place} is nan; give a number, or ±inf for no bound")
    return number


def root(place: str, value: float) -> float:
    """The square root of what must be positive."""
    return math.sqrt(float(positive(place, value)))


def vector(place: str, value: Any) -> Array | Any:
    """A vector (last axis) of finite numbers."""
    number = real(place, value)
    if np.ndim(plain(number)) < 1 or np.shape(plain(number))[-1] == 0:
        raise ShapeError(f"{place} is {value!r}; it must be a vector with at least one entry")
    return number


def positive_vector(place: str, value: Any) -> Value:
    """A vector (last axis) of positive numbers."""
    return vector(place, positive(place, value))


def simplex(place: str, value: Any) -> Value:
    """Probabilities over the last axis, summing to 1 within rounding."""
    number = vector(place, probability(place, value))
    total = np.asarray(plain(number)).sum(axis=-1)
    if (np.abs(total - 1) > MASS).any():
        raise InputError(f"{place} sums to {np.ravel(total)[0]:.10g}; it must sum to 1")
    if is_tensor(number) or (np.abs(total - 1) < 1e-13).all():
        return number
    return number / total[..., None]


def covariance(place: str, value: Any) -> Array:
    """A symmetric positive semidefinite matrix; says in which direction it fails."""
    matrix: NDArray[np.float64] = np.asarray(plain(real(place, value)), dtype=np.float64)
    if matrix.ndim > 2:
        flat = matrix.reshape(-1, *matrix.shape[-2:])
        return np.stack([covariance(place, one) for one in flat]).reshape(matrix.shape)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise ShapeError(f"{place} has shape {matrix.shape}; it must be a square matrix")
    deviations = np.sqrt(np.abs(np.diag(matrix)))
    size = np.outer(deviations, deviations)
    if (np.abs(matrix - matrix.T) > 1e-12 * size + 1e-300).any():
        i, j = (int(x) for x in np.argwhere(np.abs(matrix - matrix.T) > 1e-12 * size)[0])
        raise InputError(
            f"{place} is not symmetric: [{i}, {j}] is {matrix[i, j]:g} and "
            f"[{j}, {i}] is {matrix[j, i]:g}"
        )
    _refuse_negative_direction(place, matrix)
    return matrix


def _refuse_negative_direction(place: str, matrix: Array) -> None:
    size = np.sqrt(np.where(np.diag(matrix) > 0, np.diag(matrix), 1.0))
    values, vectors = np.linalg.eigh(matrix / np.outer(size, size))
    if values[0] < -1e-12 * len(values) * max(values[-1], 1.0):
        raise InputError(
            f"{place} is no covariance: its variance is negative "
            f"in the direction {write_direction(vectors[:, 0] / size)}"
        )


def write_direction(direction: Array) -> str:
    """Write a direction with three digits, its largest entry 1.

    Examples
    --------
    >>> write_direction(np.array([2.0, -2.0]))
    '(1, -1)'
    """
    scaled = direction / direction[np.argmax(np.abs(direction))]
    shown = ", ".join(f"{x:.3g}" for x in scaled[:8] + 0.0)
    return f"({shown}{', …' if len(scaled) > 8 else ''})"


def positive_definite(place: str, value: Any) -> Array:
    """A covariance without a direction of variance 0."""
    matrix = covariance(place, value)
    if matrix.ndim > 2:
        flat = matrix.reshape(-1, *matrix.shape[-2:])
        return np.stack([positive_definite(place, one) for one in flat]).reshape(matrix.shape)
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        vectors = np.linalg.eigh(matrix)[1]
        raise InputError(
            f"{place} is singular: its variance is 0 in the direction "
            f"{write_direction(vectors[:, 0])}; it must be positive definite"
        ) from None
    return matrix


def factor_or_none(place: str, value: Any) -> Any:
    """A matrix whose product with its transpose is a covariance, or None."""
    if value is None or is_tensor(value):
        return value
    number = real(place, value)
    if np.ndim(number) < 2:
        raise ShapeError(f"{place} has shape {np.shape(number)}; it must be a matrix")
    return number


def covariance_or_tensor(place: str, value: Any) -> Value:
    """A covariance; a tensor stays one, and its batch is checked when it is factored."""
    return real(place, value) if is_tensor(value) else covariance(place, value)
