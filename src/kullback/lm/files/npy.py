"""NumPy's .npy: a magic, a version, a header that describes one array, then its numbers.

An array has no name, so it takes that of its file: `logits-3.npy` is a shard of the logits, and
`base.npy` finds `base.targets.npy`, `base.tokens.npy` and `base.clusters.npy` beside it.
bfloat16, which NumPy does not know, is what `np.save` writes for ml_dtypes: two bytes, `V2`.
"""

import ast
import struct
import sys
from math import prod
from pathlib import Path
from typing import Any, NoReturn

from kullback.errors import FormatError
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.files.memory_map import head, refuse_size
from kullback.lm.files.tensors import CLUSTERS, TARGETS, TOKENS, Tensor, logits_file

MAGIC = b"\x93NUMPY"
LENGTHS = {1: struct.Struct("<H"), 2: struct.Struct("<I"), 3: struct.Struct("<I")}
LONGEST = 65_536
KINDS = {"f": "float", "i": "int", "u": "uint"}
WIDTHS = {"f": ("2", "4", "8"), "i": ("1", "2", "4", "8"), "u": ("1", "2", "4", "8")}


def recognises(first: bytes) -> bool:
    """Whether a file that starts so may be one of these."""
    return first.startswith(MAGIC)


def read(path: str) -> LogitsFile:
    """Open one .npy of logits, with what lies beside it; `kullback.lm.open` takes shards too."""
    (logits,) = tensors(path)
    if len(logits.shape) not in (2, 3) or "float" not in logits.dtype:
        _refuse(path, f"{logits.dtype} {list(logits.shape)} are no logits: 2 or 3 axes of floats")
    stem = Path(path).with_suffix("")
    beside = [
        Tensor(found.path, name, found.dtype, found.shape, found.offset)
        for name in (*TARGETS, *TOKENS, *CLUSTERS)
        if Path(f"{stem}.{name}.npy").is_file()
        for found in tensors(f"{stem}.{name}.npy")
    ]
    return logits_file(path, "npy", [logits, *beside])


def tensors(path: str) -> list[Tensor]:
    """Return the array of a file, under the name of the file.

    Raises
    ------
    FormatError
        If the header is not one, the numbers are objects, big-endian or in Fortran order, or
        the file is not as long as they take.
    """
    start, header = _header(path)
    match header:
        case {"descr": str(descr), "fortran_order": bool(fortran), "shape": tuple(shape)}:
            dtype = _dtype(path, descr)
        case _:
            _refuse(path, f"its header describes no plain array: {str(header)[:200]}")
    if any(type(side) is not int or side < 0 for side in shape):
        _refuse(path, f"its shape is {shape}")
    if fortran and len(shape) > 1:
        _refuse(path, "its rows do not lie together (Fortran order): np.ascontiguousarray first")
    width = int(descr[2:])
    refuse_size(path, start + width * prod(shape), what=f"its header ({descr} {list(shape)})")
    return [Tensor(path, Path(path).stem, dtype, shape, start)]


def _header(path: str) -> tuple[int, Any]:
    """Return where the numbers start, and what the header says of them."""
    first = head(path, 12)
    lengths = LENGTHS.get(first[6]) if len(first) == 12 and first[7] == 0 else None
    if not recognises(first) or lengths is None:
        _refuse(path, f"its first bytes are {first.hex(' ')}")
    (length,) = lengths.unpack_from(first, 8)
    start = 8 + lengths.size + length
    text = head(path, min(start, LONGEST))[8 + lengths.size :]
    if len(text) < length:
        _refuse(path, f"its header takes {length} bytes, and {len(text)} are there")
    try:
        return start, ast.literal_eval(text.decode("latin1"))
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError) as error:
        _refuse(path, f"its header cannot be read: {error}")


def _dtype(path: str, descr: str) -> str:
    """Return the name of a dtype: little-endian floats and whole numbers."""
    order, kind, width = descr[:1], descr[1:2], descr[2:]
    if order == ">" or (order == "=" and sys.byteorder == "big"):
        _refuse(path, f"it is big-endian ({descr}); save it as {'<' + descr[1:]}")
    if (kind, width) == ("V", "2") and order in "<|":
        return "bfloat16"
    if order not in "<|=" or kind not in KINDS or width not in WIDTHS[kind]:
        _refuse(path, f"it holds {descr!r}; logits are float16, bfloat16, float32 or float64")
    return f"{KINDS[kind]}{8 * int(width)}"


def _refuse(path: str, why: str) -> NoReturn:
    raise FormatError(f"{path} is not a .npy of logits: {why}")
