"""A mapping of column names to arrays, as a frame."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.arguments import refuse_sparse
from kullback.arrays import library, numpy_copy
from kullback.errors import InputError, ShapeError


def columns(data: Mapping[Any, Any], argument: str) -> dict[str, NDArray[Any]]:
    """Return the columns as arrays that DuckDB reads.

    Parameters
    ----------
    data : mapping of str to array_like
        One sequence a column, all of one length.
    argument : str
        How the mapping is called in errors.

    Raises
    ------
    InputError, ShapeError
        If there is no column, or they are not sequences of one length.

    Examples
    --------
    >>> columns({"x": [1, 2, 3]}, "reference")["x"].tolist()
    [1, 2, 3]
    """
    arrays = {str(name): _one(name, value, argument) for name, value in data.items()}
    if not arrays:
        raise InputError(f"{argument} is an empty mapping; give one array a column")
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        least, most = min(lengths, key=lengths.__getitem__), max(lengths, key=lengths.__getitem__)
        raise ShapeError(
            f"{argument}[{least!r}] has {lengths[least]} values and {argument}[{most!r}] "
            f"{lengths[most]}; all columns must be of one length"
        )
    return arrays


def _one(name: Any, value: Any, argument: str) -> NDArray[Any]:
    called = f"{argument}[{name!r}]"
    if library(value):
        refuse_sparse(called, value)
        value = numpy_copy(value)
    if isinstance(value, Mapping):
        kind = type(value).__name__
        raise ShapeError(f"{called} is no column but a {kind}; give {kind}.values() as a list")
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, RuntimeError) as error:  # or of what holds tensors
        raise ShapeError(f"{called} is no column: {error}") from None
    if array.ndim != 1:
        raise ShapeError(f"{called} has shape {array.shape}; a column has one axis")
    if array.dtype.kind == "M":
        return array.astype("datetime64[us]")
    if array.dtype.kind in "US":
        return array.astype(object)
    if array.dtype == np.float16:
        return array.astype(np.float32)
    return array
