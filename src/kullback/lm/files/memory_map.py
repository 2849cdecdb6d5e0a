"""Windows into a file: only the bytes asked for are mapped, and let go with the array.

A whole-file map would keep every page that was ever read in the process's memory; a window
holds what one block of rows needs.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from kullback import files
from kullback.errors import FormatError


def window(path: str, dtype: DTypeLike, offset: int, count: int) -> NDArray[Any]:
    """Return `count` numbers that lie in the file from the byte `offset` on, read-only.

    Raises
    ------
    FormatError
        If the file has become shorter, or is gone.
    """
    kind = np.dtype(dtype)
    if count == 0:
        return np.empty(0, kind)
    try:
        return np.memmap(path, kind, mode="r", offset=offset, shape=(count,)).view(np.ndarray)
    except (ValueError, OSError) as error:
        there = Path(path).stat().st_size if Path(path).exists() else 0
        raise FormatError(
            f"{path}: {count * kind.itemsize} bytes are to be read from offset {offset}, and the "
            f"file has {there} bytes now ({error}); was it written to while it was read?"
        ) from None


def head(path: str, count: int) -> bytes:
    """Return the first bytes of a file, fewer where it is shorter."""
    try:
        with files.reading(path) as file:
            return file.read(count)
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}") from None


def size(path: str) -> int:
    """Return how many bytes a file has."""
    return files.regular(path).stat().st_size


def refuse_size(path: str, expected: int, *, what: str, hint: str = "") -> None:
    """Raise unless the file has exactly the bytes that its header announces."""
    found = size(path)
    if found == expected:
        return
    off = f"{expected - found} bytes are missing" if found < expected else "the rest is unknown"
    raise FormatError(
        f"{path} has {found} bytes and {what} takes {expected}: {off}{hint}; "
        f"write or copy the file again"
    )
