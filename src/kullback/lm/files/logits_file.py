"""What a file of logits is, whatever wrote it: its tokens, and its rows when they are asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# uint16 codes (n, vocabulary), scale (n,) and minimum (n,): log p = scale · code + minimum.
Quantised = tuple[NDArray[np.uint16], NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class LogitsFile:
    """The logits of a language model over some text, one row for each scored token.

    Nothing of the rows is in memory: `read` maps the bytes and decodes those asked for.

    Parameters
    ----------
    path : str
        Where it lies.
    format : str
        What it is: "llama.cpp v1", "llama.cpp v2", "safetensors" or "npy".
    vocabulary : int
        Tokens that a row has a number for.
    clusters : ndarray of int64, shape (rows,)
        The chunk or document of each scored token, never decreasing.
    positions : ndarray of int64, shape (rows,)
        The place of the last token that was read, within its chunk; the next one is scored.
    targets : ndarray of int64, shape (rows,), or None
        The id of the token that came next.
    contexts : ndarray of int64, shape (chunks, n_ctx), or None
        All token ids, for showing a token in its context.
    storage : str
        How a row is stored: "uint16 over 16 nats", "float16", "bfloat16", "float32", …
    normalized : bool
        True: the rows are log-probabilities as stored, and must not be renormalised (what was
        clamped would gain mass). False: logits.
    read : callable
        ``read(start, stop)`` decodes rows start:stop, shape (stop − start, vocabulary), float32
        (float64 where the file holds float64).
    quantised : callable or None
        ``quantised(start, stop)`` gives the uint16 codes (n, vocabulary), scale (n,) and minimum
        (n,) of the same rows, where they are so stored: log p = scale · code + minimum.
    documents : bool
        True: the file itself says of each row to which document it belongs. False: `clusters`
        are chunks.
    """

    path: str
    format: str
    vocabulary: int
    clusters: NDArray[np.int64]
    positions: NDArray[np.int64]
    targets: NDArray[np.int64] | None
    contexts: NDArray[np.int64] | None
    storage: str
    normalized: bool
    read: Callable[[int, int], NDArray[Any]]
    quantised: Callable[[int, int], Quantised] | None = None
    documents: bool = False

    def __len__(self) -> int:
        return len(self.clusters)

    def __str__(self) -> str:
        return (
            f"{self.path}: {self.format}, {len(self)} rows × {self.vocabulary} tokens, "
            f"{self.storage}, {'log-probabilities' if self.normalized else 'logits'}"
        )
