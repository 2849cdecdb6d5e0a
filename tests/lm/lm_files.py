"""Small files of logits, made byte by byte, and readers of them that share no code with ours."""

import json
import struct

import numpy as np

WORKED = [[2, 1, 0, -1, -20], [0, 0, 0, 0, 0]]
WORKED_TOKENS = [1, 2, 3, 4, 0, 3, 1, 0]
# The bytes of the worked example (n_ctx 4, 5 tokens, 2 chunks), from its description.
WORKED_BYTES = bytes.fromhex(
    "5f6c6f676974735f 04000000 05000000 02000000"
    "01000000 02000000 03000000 04000000 00000000 03000000 01000000 00000000"
    "80008039 828583c1 ffff ffef ffdf ffcf 0000 0000"
    "00000000 1002cebf 0000 0000 0000 0000 0000 0000"
)
WORKED_SHA = "19eeb87840a47e6d65d16e192491be84f986534820b6098c4ad937ebae678c55"

MEDIUM_SHA = "a26a6904b8fc90053ff597b5a3f44aebe7ee4347924df882aa9090e610ed4f6b"
MEDIUM_TOKENS = [(i * i + 3 * i) % 7 for i in range(256)]


def medium_logits():
    """112 rows of 7 tokens: float32(4 sin(1.7 (v + 1) + 0.31 g))."""
    rows = [[4 * np.sin(1.7 * (v + 1) + 0.31 * g) for v in range(7)] for g in range(112)]
    return np.array(rows).astype(np.float32)


def log_softmax(logits):
    wide = np.asarray(logits, np.float64)
    top = wide.max(axis=-1, keepdims=True)
    return wide - top - np.log(np.exp(wide - top).sum(axis=-1, keepdims=True))


def decoded_v1(data):
    """Tokens and log-probabilities of a file of llama.cpp, number by number."""
    n_ctx, vocabulary, chunks = struct.unpack_from("<iii", data, 8)
    tokens = struct.unpack_from(f"<{n_ctx * chunks}i", data, 20)
    return tokens, decoded_rows(data, 20 + 4 * n_ctx * chunks, vocabulary)


def decoded_rows(data, offset, vocabulary):
    rows = []
    while offset < len(data):
        scale, least = struct.unpack_from("<ff", data, offset)
        codes = struct.unpack_from(f"<{vocabulary}H", data, offset + 8)
        with np.errstate(over="ignore", invalid="ignore"):
            rows.append([np.float32(scale) * np.float32(c) + np.float32(least) for c in codes])
        offset += 8 + 2 * vocabulary + 2 * (vocabulary % 2)
    return np.array(rows, np.float32)


def v2_bytes(tokens, rows_bytes, *, vocabulary, stride, length, windows):
    header = struct.pack("<10sIiiii", b"_logits_v2", length, vocabulary, stride, length, windows)
    return header + np.asarray(tokens, "<i4").tobytes() + rows_bytes


def safetensors_bytes(tensors, metadata=None):
    """Write (name, dtype, array) as the format's page describes."""
    header, body = {} if metadata is None else {"__metadata__": metadata}, b""
    for name, dtype, array in tensors:
        raw = np.ascontiguousarray(array).tobytes()
        offsets = [len(body), len(body) + len(raw)]
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": offsets}
        body += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body
