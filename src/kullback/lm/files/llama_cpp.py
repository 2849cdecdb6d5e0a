"""llama.cpp's file of base logits, as `llama-perplexity --kl-divergence-base` writes it.

Little-endian: the 8 bytes ``_logits_``; int32 n_ctx, n_vocab, n_chunk; int32 tokens of all
chunks; then for each chunk the rows of its second half, n_ctx − 1 − n_ctx // 2 of them. A row
is the distribution after the token at its position, so it predicts the next one.
(ggml-org/llama.cpp, tools/perplexity/perplexity.cpp; the same in ik_llama.cpp, over 24 nats.)
"""

import os
import struct
from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback.errors import FormatError, InputError, ShapeError
from kullback.lm.files import llama_cpp_rows
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.files.memory_map import head, refuse_size, size, window

MAGIC = b"_logits_"
HEADER = struct.Struct("<8siii")

# Rows that are encoded at a time.
BLOCK = 64


def recognises(first: bytes) -> bool:
    """Whether a file that starts so may be one of these."""
    return first.startswith(MAGIC)


def read(path: str) -> LogitsFile:
    """Open a file that llama.cpp (or ik_llama.cpp) wrote.

    Raises
    ------
    FormatError
        If the header is impossible, the size is not the one it announces (an interrupted run
        leaves a whole header over too few rows), or a token is not of its vocabulary.
    """
    n_ctx, vocabulary, chunks = _header(path)
    first, rows = n_ctx // 2, n_ctx - 1 - n_ctx // 2
    start = HEADER.size + 4 * n_ctx * chunks
    layout = llama_cpp_rows.Layout(path, start, rows * chunks, vocabulary)
    whole = max(0, size(path) - start) // (2 * layout.words * rows)
    refuse_size(
        path,
        layout.end,
        what=f"its header (n_ctx={n_ctx}, n_vocab={vocabulary}, n_chunk={chunks})",
        hint=f" ({min(whole, chunks)} whole chunks of {chunks} are there)",
    )
    tokens = read_tokens(path, HEADER.size, n_ctx * chunks, vocabulary).reshape(chunks, n_ctx)
    span = llama_cpp_rows.span(layout)
    return LogitsFile(
        path=path,
        format="llama.cpp v1",
        vocabulary=vocabulary,
        clusters=np.repeat(np.arange(chunks), rows),
        positions=np.tile(np.arange(first, n_ctx - 1), chunks),
        targets=tokens[:, first + 1 :].ravel(),
        contexts=tokens,
        storage=f"uint16 over {span:g} nats",
        normalized=True,
        read=partial(llama_cpp_rows.decoded, layout),
        quantised=partial(llama_cpp_rows.quantised, layout),
    )


def write(
    path: str | os.PathLike[str],
    tokens: ArrayLike,
    logits: ArrayLike | Iterable[ArrayLike],
    n_ctx: int,
    *,
    span: float = 16.0,
) -> None:
    """Write logits as llama.cpp does, byte for byte, so that its own tool reads them.

    Parameters
    ----------
    path : str or path
        Written aside, and renamed when it is whole.
    tokens : array-like of int, shape (chunks · n_ctx,) or (chunks, n_ctx)
        All tokens, those that are not scored too.
    logits : array-like of shape (rows, vocabulary), or iterable of such blocks
        Logits or log-probabilities of the scored positions n_ctx // 2 … n_ctx − 2 of each chunk,
        in order: rows = chunks · (n_ctx − 1 − n_ctx // 2). Blocks are taken one at a time.
    n_ctx : int
        Tokens a chunk, at least 3.
    span : float
        Nats under the largest logit from which on all is stored alike: 16 in llama.cpp, 24 in
        ik_llama.cpp.

    Raises
    ------
    InputError, ShapeError
        If a token is not of the vocabulary, a logit is NaN or +inf, or the sizes do not fit.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> from kullback import lm
    >>> logits = np.array([[2, 1, 0, -1, -20], [0, 0, 0, 0, 0]], dtype=np.float32)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/base.kld", [1, 2, 3, 4, 0, 3, 1, 0], logits, n_ctx=4)
    ...     base = lm.open(f"{folder}/base.kld")
    ...     print(len(base), base.vocabulary, base.targets, base.read(1, 2).round(4))
    2 5 [4 0] [[-1.6094 -1.6094 -1.6094 -1.6094 -1.6094]]
    """
    ids = np.asarray(tokens).ravel()
    if n_ctx < 3 or ids.size == 0 or ids.size % n_ctx or ids.dtype.kind not in "iu":
        raise ShapeError(
            f"tokens holds {ids.size} values ({ids.dtype}) and n_ctx={n_ctx}; give chunks · n_ctx "
            f"whole numbers, with n_ctx at least 3"
        )
    if not span > 0:
        raise InputError(f"span={span} must be positive; llama.cpp's is 16")
    from kullback.files import replacing

    with replacing(path) as file:
        _write(file, ids, _blocks(logits), n_ctx, span)


def read_tokens(path: str, offset: int, count: int, vocabulary: int) -> NDArray[np.int64]:
    """Return the token ids that a header is followed by; all must be of the vocabulary."""
    tokens = window(path, "<i4", offset, count).astype(np.int64)
    bad = np.flatnonzero((tokens < 0) | (tokens >= vocabulary))
    if bad.size:
        raise FormatError(
            f"{path}: token {bad[0]}, at byte {offset + 4 * int(bad[0])}, is {tokens[bad[0]]} "
            f"({bad.size} such of {count}), and the vocabulary has {vocabulary}; the file is "
            f"damaged, or of another tokeniser"
        )
    return tokens


def _header(path: str) -> tuple[int, int, int]:
    first = head(path, HEADER.size)
    if len(first) < HEADER.size:
        raise FormatError(
            f"{path} has {len(first)} bytes and a header of llama.cpp takes {HEADER.size}: the "
            f"file is cut short"
        )
    _, n_ctx, vocabulary, chunks = HEADER.unpack(first)
    if n_ctx < 3 or vocabulary < 1 or chunks < 1:
        raise FormatError(
            f"{path}: n_ctx={n_ctx} (byte 8), n_vocab={vocabulary} (byte 12), n_chunk={chunks} "
            f"(byte 16); a file of llama.cpp has at least 3, 1 and 1"
        )
    return n_ctx, vocabulary, chunks


def _blocks(logits: ArrayLike | Iterable[ArrayLike]) -> Iterator[NDArray[np.float32]]:
    """Yield blocks of at most BLOCK rows, checked, as float32."""
    whole = isinstance(logits, np.ndarray | list | tuple)
    for part in [logits] if whole else logits:  # type: ignore[union-attr]
        rows = np.asarray(part)
        if rows.ndim != 2 or rows.shape[1] == 0 or rows.dtype.kind not in "fiuV":
            raise ShapeError(
                f"logits has shape {rows.shape} and holds {rows.dtype}; give rows of numbers, "
                f"(rows, vocabulary)"
            )
        for start in range(0, len(rows), BLOCK):
            yield _finite(rows[start : start + BLOCK].astype(np.float32))


def _finite(block: NDArray[np.float32]) -> NDArray[np.float32]:
    if not np.isfinite(block.max(axis=1)).all():
        raise InputError(
            "logits holds NaN or +inf, or a row of −inf only; logits are finite, or −inf where "
            "a token is impossible"
        )
    return block


def _write(
    file: IO[bytes],
    ids: NDArray[np.integer],
    blocks: Iterator[NDArray[np.float32]],
    n_ctx: int,
    span: float,
) -> None:
    block = next(blocks, None)
    vocabulary = 0 if block is None else block.shape[1]
    if ids.min() < 0 or ids.max() >= vocabulary:
        raise InputError(
            f"tokens holds ids from {ids.min()} to {ids.max()} and logits has {vocabulary} "
            f"columns; every id needs one"
        )
    chunks = ids.size // n_ctx
    file.write(HEADER.pack(MAGIC, n_ctx, vocabulary, chunks))
    file.write(ids.astype("<i4").tobytes())
    expected, written = chunks * (n_ctx - 1 - n_ctx // 2), 0
    while block is not None:
        if block.shape[1] != vocabulary:
            raise ShapeError(f"logits has blocks of {vocabulary} and {block.shape[1]} columns")
        file.write(llama_cpp_rows.encoded(block, span).tobytes())
        written += len(block)
        block = next(blocks, None)
    if written != expected:
        raise ShapeError(
            f"logits has {written} rows, and {chunks} chunks of n_ctx={n_ctx} have {expected}: "
            f"those of the positions {n_ctx // 2} to {n_ctx - 2}"
        )
