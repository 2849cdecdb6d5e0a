"""A state as bytes: magic, version, a header in JSON, one column after the other, SHA-256."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from kullback.errors import FormatError
from kullback.lm.tokens.record import TOKEN, Tokens

MAGIC = b"kullback lm state\n"
VERSION = 2
CHECK = 32  # bytes of the check-sum at the end


def pieces(head: dict[str, Any], tokens: Tokens) -> Iterator[bytes]:
    """Yield a state as bytes, one column at a time; the same state gives the same bytes.

    Parameters
    ----------
    head : dict
        What `Accumulator.state_dict` returns, but for the tokens.
    tokens : ndarray of records
        As `kullback.lm.tokens.record.TOKEN` says.

    Yields
    ------
    bytes
        Little-endian on every machine.
    """
    check = hashlib.sha256()
    for piece in _body(head, tokens):
        check.update(piece)
        yield piece
    yield check.digest()


def _body(head: dict[str, Any], tokens: Tokens) -> Iterator[bytes]:
    text = json.dumps(head, sort_keys=True).encode()
    yield MAGIC + np.array([VERSION, len(text)], "<u4").tobytes() + text
    for name in TOKEN.names or ():
        yield tokens[name].tobytes()


def read(data: bytes, name: str) -> dict[str, Any]:
    """Return the state that `pieces` wrote.

    Parameters
    ----------
    data : bytes
        All of it.
    name : str
        What to call it in an error.

    Returns
    -------
    dict
        As `Accumulator.load_state_dict` takes it.

    Raises
    ------
    FormatError
        If it is not a state, of another version, cut or changed.
    """
    if data[: len(MAGIC)] != MAGIC:
        raise FormatError(f"{name}: not a state of kullback lm (it starts with {data[:18]!r})")
    at = len(MAGIC) + 8
    if len(data) < at + CHECK:
        raise FormatError(f"{name}: cut after {len(data)} bytes; write the state again")
    version, size = (int(n) for n in np.frombuffer(data, "<u4", 2, len(MAGIC)))
    if version != VERSION:
        raise FormatError(f"{name}: a state of version {version}, and this reads {VERSION}")
    if hashlib.sha256(memoryview(data)[:-CHECK]).digest() != data[-CHECK:]:
        raise FormatError(
            f"{name}: cut or changed: the check-sum of its {len(data)} bytes is another one; "
            f"make this state again"
        )
    head: dict[str, Any] = json.loads(data[at : at + size])
    head["tokens"] = _columns(data, at + size, sum(count for _, count in head["parts"]))
    return head


def _columns(data: bytes, at: int, count: int) -> dict[str, Any]:
    columns = {}
    for name in TOKEN.names or ():
        columns[name] = np.frombuffer(data, TOKEN[name], count, at)
        at += columns[name].nbytes
    return columns
