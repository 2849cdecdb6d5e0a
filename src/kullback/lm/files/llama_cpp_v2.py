"""The fork of llama.cpp's file whose windows overlap and whose every position is scored.

Little-endian: the 10 bytes ``_logits_v2``; uint32 n_ctx; int32 n_vocab, stride, eval_len,
n_windows; int32 tokens of the whole text, (n_windows − 1) · stride + eval_len of them; then for
each window eval_len − 1 rows, made as those of the first version.
(AesSedai/llama.cpp, tools/perplexity/perplexity.cpp.)
"""

import struct
from functools import partial

import numpy as np

from kullback.errors import FormatError
from kullback.lm.files import llama_cpp_rows
from kullback.lm.files.llama_cpp import read_tokens
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.files.memory_map import head, refuse_size

MAGIC = b"_logits_v2"
HEADER = struct.Struct("<10sIiiii")


def recognises(first: bytes) -> bool:
    """Whether a file that starts so may be one of these."""
    return first.startswith(MAGIC)


def read(path: str) -> LogitsFile:
    """Open a file that the fork wrote; each window is a cluster, and windows may overlap.

    Raises
    ------
    FormatError
        If the header is impossible, the size is not the one it announces, or a token is not of
        its vocabulary.
    """
    vocabulary, stride, length, windows = _header(path)
    count = (windows - 1) * stride + length
    layout = llama_cpp_rows.Layout(
        path, HEADER.size + 4 * count, windows * (length - 1), vocabulary
    )
    refuse_size(
        path,
        layout.end,
        what=f"its header (n_vocab={vocabulary}, stride={stride}, eval_len={length}, "
        f"n_windows={windows})",
    )
    tokens = read_tokens(path, HEADER.size, count, vocabulary)
    contexts = np.lib.stride_tricks.sliding_window_view(tokens, length)[::stride]
    span = llama_cpp_rows.span(layout)
    return LogitsFile(
        path=path,
        format="llama.cpp v2",
        vocabulary=vocabulary,
        clusters=np.repeat(np.arange(windows), length - 1),
        positions=np.tile(np.arange(length - 1), windows),
        targets=contexts[:, 1:].ravel(),
        contexts=contexts,
        storage=f"uint16 over {span:g} nats",
        normalized=True,
        read=partial(llama_cpp_rows.decoded, layout),
        quantised=partial(llama_cpp_rows.quantised, layout),
    )


def _header(path: str) -> tuple[int, int, int, int]:
    first = head(path, HEADER.size)
    if len(first) < HEADER.size:
        raise FormatError(
            f"{path} has {len(first)} bytes and a header of _logits_v2 takes {HEADER.size}: the "
            f"file is cut short"
        )
    _, n_ctx, vocabulary, stride, length, windows = HEADER.unpack(first)
    if min(vocabulary, stride, windows) < 1 or not 2 <= length <= n_ctx:
        raise FormatError(
            f"{path}: n_ctx={n_ctx} (byte 10), n_vocab={vocabulary} (byte 14), stride={stride} "
            f"(byte 18), eval_len={length} (byte 22), n_windows={windows} (byte 26); a file of "
            f"_logits_v2 has 2 ≤ eval_len ≤ n_ctx, and the others at least 1"
        )
    return vocabulary, stride, length, windows
