"""What a user gives as logits, a path or an array, becomes a file of logits."""

import os
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kullback import arrays
from kullback.errors import InputError, ShapeError
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.files.open import open as open_file
from kullback.lm.files.sketch import Sketch

Given = str | os.PathLike[str] | LogitsFile | Sketch | ArrayLike
LOOKED_AT = 4  # rows from which the true precision of float32 numbers is read


def opened(given: Given, name: str) -> LogitsFile | Sketch:
    """Open what was given; a sketch stays one.

    Parameters
    ----------
    given : path, LogitsFile, Sketch or array of logits
        What a user passed.
    name : str
        What to call an array.

    Raises
    ------
    InputError, ShapeError
        If it holds no floats, or not two or three axes of them.
    FormatError
        If a file is not what it should be.
    """
    if isinstance(given, LogitsFile | Sketch):
        return given
    shards = isinstance(given, list | tuple) and given and isinstance(given[0], str | os.PathLike)
    if isinstance(given, str | os.PathLike) or shards:
        found = open_file(given)  # type: ignore[arg-type]
        return found if isinstance(found, Sketch) else _precise(found)
    return _precise(_from_array(name, arrays.numpy_copy(given)))


def as_file(given: Given, name: str = "logits") -> LogitsFile:
    """Open what was given, where it is whole rows; as `opened` says.

    Raises
    ------
    InputError
        If it is a sketch, which has no whole rows.
    """
    found = opened(given, name)
    if isinstance(found, Sketch):
        raise InputError(
            f"{found.path} is a sketch, and whole rows of logits are needed here; "
            f"kullback.lm.compare takes sketches on either side"
        )
    return found


def _from_array(side: str, given: Any) -> LogitsFile:
    values = arrays.numpy_of(side, given)
    if values.dtype.name not in ("float16", "float32", "float64"):
        raise InputError(f"{side} holds {values.dtype.name} values; give logits as floats")
    if values.ndim not in (2, 3) or 0 in values.shape:
        raise ShapeError(
            f"{side} has shape {values.shape}; give logits as (rows, vocabulary) or "
            f"(chunks, rows, vocabulary), at least one row"
        )
    values = values.astype(values.dtype.newbyteorder("="), copy=False)
    chunks, length = values.shape[:2] if values.ndim == 3 else (1, values.shape[0])
    flat = values.reshape(chunks * length, values.shape[-1])
    return LogitsFile(
        path=side,
        format="array",
        vocabulary=flat.shape[1],
        clusters=np.repeat(np.arange(chunks), length),
        positions=np.tile(np.arange(length), chunks),
        targets=None,
        contexts=None,
        storage=values.dtype.name,
        normalized=False,
        read=lambda start, stop: flat[start:stop],
    )


def _precise(file: LogitsFile) -> LogitsFile:
    """Name the true precision of float32 numbers that came from 16-bit ones."""
    if file.quantised is not None or file.storage != "float32" or not len(file):
        return file
    rows = np.ascontiguousarray(file.read(0, min(LOOKED_AT, len(file))), dtype=np.float32)
    if not (rows.view(np.uint32) & 0xFFFF).any():
        return replace(file, storage="bfloat16 (in float32)")
    with np.errstate(over="ignore"):
        half = np.array_equal(rows.astype(np.float16).astype(np.float32), rows, equal_nan=True)
    return replace(file, storage="float16 (in float32)") if half else file
