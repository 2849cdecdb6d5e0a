"""A state as bytes: magic, version, a header in JSON, one column after the other, SHA-256."""

import hashlib
import json
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from kullback import files
from kullback.errors import FormatError
from kullback.limits import json_of
from kullback.lm.tokens.record import TOKEN, Tokens

MAGIC = b"kullback lm state\n"
VERSION = 3
LONGEST = 100_000_000  # bytes of a header
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


def read_file(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the state in a file; it is read whole only where its first bytes are a state's."""
    with files.reading(path) as stream:
        start = stream.read(len(MAGIC) + 8)
        if start.startswith(MAGIC) and len(start) == len(MAGIC) + 8:
            start += stream.read(min(_sizes(start)[1], LONGEST))
            _refuse_size(start, os.fstat(stream.fileno()).st_size, str(path))
            start += stream.read()
        return read(start, str(path))


def _sizes(data: bytes) -> tuple[int, int]:
    """Return the version of a state, and how many bytes its header takes."""
    version, size = np.frombuffer(data, "<u4", 2, len(MAGIC))
    return int(version), int(size)


def _refuse_size(start: bytes, found: int, name: str) -> None:
    """Refuse a file that is longer than its header says, before all of it is read."""
    at, (version, size) = len(MAGIC) + 8, _sizes(start)
    if version == VERSION and len(start) == at + size:
        expected = len(start) + _count(_head(start[at:], name)) * TOKEN.itemsize + CHECK
        if found > expected:
            raise FormatError(f"{name}: {found} bytes, and its header announces {expected}")


def _head(text: bytes, name: str) -> dict[str, Any]:
    head = json_of(text, f"{name}: its header")
    try:
        counts = [count for _, count in head["parts"]]
        whole = all(type(count) is int and count >= 0 for count in counts)
        known = isinstance(head["about"], dict)
    except (KeyError, TypeError, ValueError):
        whole = known = False
    if not (whole and known):
        raise FormatError(f"{name}: its header does not say what parts a state has")
    return head  # type: ignore[no-any-return]  # a dict, as was just looked at


def _count(head: dict[str, Any]) -> int:
    return sum(count for _, count in head["parts"])


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
    version, size = _sizes(data)
    if version != VERSION:
        raise FormatError(f"{name}: a state of version {version}, and this reads {VERSION}")
    if hashlib.sha256(memoryview(data)[:-CHECK]).digest() != data[-CHECK:]:
        raise FormatError(
            f"{name}: cut or changed: the check-sum of its {len(data)} bytes is another one; "
            f"make this state again"
        )
    head = _head(data[at : at + size], name)
    expected = at + size + _count(head) * TOKEN.itemsize + CHECK
    if len(data) != expected:
        raise FormatError(f"{name}: {len(data)} bytes, and its header announces {expected}")
    return head | {"tokens": _columns(data, at + size, _count(head))}


def _columns(data: bytes, at: int, count: int) -> dict[str, Any]:
    columns = {}
    for name in TOKEN.names or ():
        columns[name] = np.frombuffer(data, TOKEN[name], count, at)
        at += columns[name].nbytes
    return columns
