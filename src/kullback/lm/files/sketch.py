"""A sketch: of each row the likeliest tokens, and some of the others with the chance they had.

A header and records of one size, described byte by byte in docs/formats.md. The count of the
records stands in the header and is written last, so that a writer that was stopped leaves a file
that says so; every record has a check-sum of its own, so that any part can be read alone.
"""

import json
import struct
import zlib
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.errors import FormatError, InputError
from kullback.limits import json_of
from kullback.lm.files.memory_map import head as first_bytes
from kullback.lm.files.memory_map import refuse_size, size, window

MAGIC = b"kullback sketch\n"
VERSION = 1
# magic, version, length of the JSON, records, check-sum of all that is before the records.
FIXED = struct.Struct("<16sIIQI")
LONGEST = 65_536
# How a number is stored, and how it becomes one again.
VALUES = {"float16": "<f2", "bfloat16": "<u2", "float32": "<f4", "float64": "<f8"}
LARGEST = 65_536  # tokens a record

Records = NDArray[Any]


@dataclass(frozen=True, slots=True)
class SketchLayout:
    """What every record of a sketch has in common.

    Parameters
    ----------
    vocabulary : int
        Tokens of a row of the source.
    head, tail : int
        How many of the likeliest tokens a record has at most, and how many drawn ones.
    seed : int
        Of the numbers by which tokens are drawn.
    values : {"float16", "bfloat16", "float32", "float64"}
        How a logit is stored: as in the source.
    storage : str
        How the source stored its rows.
    normalized : bool
        Whether the source holds log-probabilities that are not to be normalised.
    clamped : bool
        Whether the source stores its small numbers alike: those are left out.
    documents : bool
        Whether clusters are documents that the source names.
    source : str
        The name of the source.
    """

    vocabulary: int
    head: int
    tail: int
    seed: int
    values: str
    storage: str
    normalized: bool
    clamped: bool
    documents: bool
    source: str

    @property
    def record(self) -> np.dtype[Any]:
        """The numbers of one record, in order."""
        tokens = self.head + self.tail
        width = 3 if self.vocabulary <= 1 << 24 else 4
        return np.dtype(
            [
                ("key", "<u8"),
                ("cluster", "<i8"),
                ("position", "<i8"),
                ("target", "<i8"),
                ("target_logp", "<f8"),
                ("log_z", "<f8"),
                ("log_rest", "<f8"),
                ("log_rate", "<f8"),
                ("entropy", "<f8"),
                ("rest_entropy", "<f8"),
                ("noise", "<f8"),
                ("support", "<u8"),
                ("impossible", "<u4"),
                ("drawn", "<u4"),
                ("values", VALUES[self.values], (tokens,)),
                ("ids", "u1", (tokens, width)),
                ("check", "<u4"),
            ]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """The distributions of a language model over some text, a kilobyte a token.

    `kullback.lm.compare` takes one on either side. Nothing of the records is in memory.

    Parameters
    ----------
    path : str
        Where it lies.
    layout : SketchLayout
        Sizes, seed, and what the source was.
    rows : int
        How many records there are.
    start : int
        The byte at which the first one lies.
    """

    path: str
    layout: SketchLayout
    rows: int
    start: int
    _text: dict[str, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return self.rows

    def __str__(self) -> str:
        kept = f"{self.layout.head} likeliest and {self.layout.tail} drawn"
        return f"{self.path}: sketch, {self.rows} rows × {self.vocabulary} tokens, {kept}"

    def records(self, start: int, stop: int) -> Records:
        """Return records start:stop as they lie in the file, checked.

        Raises
        ------
        FormatError
            If one is not what was written: by its check-sum, or its counts.
        """
        if not 0 <= start <= stop <= self.rows:
            raise InputError(f"rows {start}:{stop} are not in a sketch of {self.rows} rows")
        kind = self.layout.record
        found = window(self.path, kind, self.start + start * kind.itemsize, stop - start)
        for row, record in enumerate(found):
            if checksum(record) != record["check"]:
                raise FormatError(
                    f"{self.path}: row {start + row}, at byte "
                    f"{self.start + (start + row) * kind.itemsize}, is not what was written: its "
                    f"check-sum is another; make the sketch again"
                )
        return found

    @property
    def format(self) -> str:
        """What it is."""
        return "sketch"

    @property
    def vocabulary(self) -> int:
        """Tokens of a row of the source."""
        return self.layout.vocabulary

    @property
    def storage(self) -> str:
        """How the source stored its rows."""
        return self.layout.storage

    @property
    def documents(self) -> bool:
        """Whether clusters are documents that the source names."""
        return self.layout.documents

    @property
    def clusters(self) -> NDArray[np.int64]:
        """The chunk or document of each row."""
        return self._column("cluster")

    @property
    def positions(self) -> NDArray[np.int64]:
        """The place of each row in its chunk."""
        return self._column("position")

    @property
    def targets(self) -> NDArray[np.int64] | None:
        """The id of the token that came, or None where the source did not say."""
        ids = self._column("target")
        return None if (ids < 0).any() else ids

    @property
    def contexts(self) -> None:
        """All token ids: a sketch has those that were scored only."""
        return

    def _column(self, name: str) -> NDArray[np.int64]:
        if name not in self._text:
            whole = [np.empty(0, np.int64)]
            for first in range(0, self.rows, 4096):
                part = self.records(first, min(self.rows, first + 4096))
                whole.append(part[name].astype(np.int64))
            self._text[name] = np.concatenate(whole)
        found: NDArray[np.int64] = self._text[name]
        return found


def recognises(first: bytes) -> bool:
    """Whether a file that starts so may be one of these."""
    return first.startswith(MAGIC)


def read(path: str, *, unfinished: bool = False) -> Sketch:
    """Open a sketch.

    Parameters
    ----------
    path : str
        Where it lies.
    unfinished : bool
        Whether bytes after the last row are let be: an append was stopped, and is to be taken up.

    Raises
    ------
    FormatError
        If it is of another version, cut, longer than its header says, or its header was changed.
    """
    first = first_bytes(path, FIXED.size)
    if len(first) < FIXED.size:
        raise FormatError(f"{path} has {len(first)} bytes; the header of a sketch takes more")
    _, version, length, rows, check = FIXED.unpack(first)
    if version != VERSION:
        raise FormatError(f"{path}: a sketch of version {version}, and this reads {VERSION}")
    if length > LONGEST:
        raise FormatError(f"{path}: its header says that it has {length} bytes, more than a sketch")
    whole = first_bytes(path, FIXED.size + length)
    if zlib.crc32(whole[: FIXED.size - 4] + whole[FIXED.size :]) != check:
        raise FormatError(f"{path}: its header is not what was written; make the sketch again")
    layout = _layout(path, whole[FIXED.size :])
    start = FIXED.size + length
    end = start + rows * layout.record.itemsize
    if not (unfinished and size(path) > end):
        hint = "; where an append was killed, lm.append takes the file up again"
        refuse_size(path, end, what=f"a sketch of {rows} rows", hint=hint)
    return Sketch(path, layout, rows, start)


def header(layout: SketchLayout, rows: int) -> bytes:
    """Return the bytes before the records: of one length for one layout, whatever `rows`."""
    text = json.dumps(asdict(layout), sort_keys=True).encode()
    text += b" " * (-(FIXED.size + len(text)) % 64)
    fixed = FIXED.pack(MAGIC, VERSION, len(text), rows, 0)[:-4]
    return fixed + struct.pack("<I", zlib.crc32(fixed + text)) + text


def checksum(record: Any) -> int:
    """Return the CRC-32 of a record but for its last four bytes."""
    return zlib.crc32(record.tobytes()[:-4])


def _layout(path: str, text: bytes) -> SketchLayout:
    """Read the JSON; a right check-sum does not make a number possible."""
    try:
        found = SketchLayout(**json_of(text, path))
    except (ValueError, TypeError, RecursionError) as error:
        raise FormatError(f"{path}: its header is none of a sketch: {error}") from None
    for each in fields(SketchLayout):
        value = getattr(found, each.name)
        if type(value).__name__ != each.type and type(value) is not each.type:
            raise FormatError(f"{path}: {each.name} is {value!r} in its header")
    if not (
        found.vocabulary > 0
        and found.head > 0
        and found.tail >= 0
        and found.head + found.tail <= LARGEST
        and found.values in VALUES
    ):
        raise FormatError(
            f"{path}: {found.vocabulary} tokens, {found.head} and {found.tail} kept as "
            f"{found.values}, make no sketch"
        )
    return found
