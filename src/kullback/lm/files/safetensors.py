"""Safetensors: the length of a JSON header (8 bytes), the header, then the tensors end to end.

Read here rather than by the package of that name, because rows are mapped one block at a time,
bfloat16 needs no further package, and what is wrong is said with its byte counts.
"""

import struct
from typing import Any, NoReturn

from kullback.errors import FormatError
from kullback.limits import json_of
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.files.memory_map import head, refuse_size, size
from kullback.lm.files.tensors import Tensor, logits_file, natural

LENGTH = struct.Struct("<Q")
LONGEST = 100_000_000

DTYPES = {
    "BOOL": ("bool", 1),
    "U8": ("uint8", 1),
    "I8": ("int8", 1),
    "F8_E4M3": ("float8", 1),
    "F8_E5M2": ("float8", 1),
    "U16": ("uint16", 2),
    "I16": ("int16", 2),
    "F16": ("float16", 2),
    "BF16": ("bfloat16", 2),
    "U32": ("uint32", 4),
    "I32": ("int32", 4),
    "F32": ("float32", 4),
    "U64": ("uint64", 8),
    "I64": ("int64", 8),
    "F64": ("float64", 8),
}


def recognises(first: bytes) -> bool:
    """Whether a file that starts so may be one of these."""
    return len(first) > LENGTH.size and first[8:9] == b"{" and LENGTH.unpack(first[:8])[0] < LONGEST


def read(path: str) -> LogitsFile:
    """Open one file of safetensors; `kullback.lm.open` takes shards too."""
    return logits_file(path, "safetensors", tensors(path))


def tensors(path: str) -> list[Tensor]:
    """Return what a file holds, in the natural order of the names.

    Raises
    ------
    FormatError
        If the header is not one, or the tensors overlap, leave holes, or end elsewhere than the
        file does.
    """
    start, header = _header(path)
    found, spans = [], []
    for name, about in header.items():
        if name == "__metadata__":
            continue
        dtype, shape, (low, high) = _about(path, name, about)
        found.append(Tensor(path, name, dtype, shape, start + low))
        spans.append((low, high, name))
    reached = 0
    for low, high, name in sorted(spans):
        if low != reached:
            _refuse(path, f"{name} starts at byte {start + low}, and {start + reached} was due")
        reached = high
    refuse_size(path, start + reached, what="its header")
    return sorted(found, key=lambda tensor: natural(tensor.name))


def _header(path: str) -> tuple[int, dict[str, Any]]:
    """Return where the tensors start, and what the header says of them."""
    (length,) = LENGTH.unpack(head(path, LENGTH.size).ljust(LENGTH.size, b"\0"))
    start = LENGTH.size + length
    if length > LONGEST or start > size(path):
        _refuse(path, f"its header would take {length} bytes, and the file has {size(path)}")
    try:
        header = json_of(
            head(path, start)[LENGTH.size :], "its header", unique=" (a name of a tensor)"
        )
    except FormatError as error:
        _refuse(path, str(error))
    if not isinstance(header, dict):
        _refuse(path, "its header is not a JSON object")
    return start, header


def _about(path: str, name: str, about: Any) -> tuple[str, tuple[int, ...], tuple[int, int]]:
    """Return the dtype, shape and bytes of a tensor, if they fit together."""
    try:
        dtype, width = DTYPES[about["dtype"]]
        shape, (low, high) = tuple(about["shape"]), about["data_offsets"]
    except (KeyError, TypeError, ValueError):
        _refuse(path, f"what its header says of {name} is no tensor: {str(about)[:200]}")
    if any(type(number) is not int or number < 0 for number in (*shape, low, high)):
        _refuse(path, f"{name} has a shape or offsets that are no sizes: {str(about)[:200]}")
    count = 0 if 0 in shape else width
    for side in shape:
        count *= side
        if count > high:  # which a million sides would make a number of megabytes
            break
    if high - low != count:
        _refuse(path, f"{name} is {dtype} {list(shape)}, {count} bytes, and has {high - low}")
    return dtype, shape, (low, high)


def _refuse(path: str, why: str) -> NoReturn:
    raise FormatError(f"{path} is not a whole safetensors file: {why:.500}")
