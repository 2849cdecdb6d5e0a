"""CSV of thousands of columns, cut into files of some hundred.

A reader of text holds some thousand rows of all columns at once, however few are asked for; the
fields of a narrow file are those of the wide one, byte for byte.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import IO

from kullback.errors import FormatError
from kullback.limits import LONGEST_RECORD, most_bytes, shown_bytes
from kullback.tables.engines.copies import free_file, text_bytes
from kullback.tables.engines.files import Files

COLUMNS = 512  # of a narrow file, at most
_QUOTE = b'"'
_BOM = b"\xef\xbb\xbf"


def narrowed(files: Files, width: int, mark: str, folder: Path) -> list[tuple[slice, Files]]:
    """Return which columns each set of narrow files holds: a file for each of the wide ones.

    Parameters
    ----------
    files : Files
        CSV files of the same columns.
    width : int
        How many columns they have.
    mark : str
        What parts their fields.
    folder : Path
        Where narrow files go.

    Raises
    ------
    FormatError
        If a row has another number of fields, or is longer than the limit.
    """
    number = -(-width // COLUMNS)
    ends = [width * i // number for i in range(number + 1)]
    places = [slice(*two) for two in pairwise(ends)]
    cut = [_cut(files, path, places, mark.encode(), folder) for path in files.paths]
    return [
        (place, files.copied(dict(zip(paths, map(files.called, files.paths), strict=True)), "csv"))
        for place, paths in zip(places, zip(*cut, strict=True), strict=True)
    ]


def _cut(
    files: Files, path: Path | str, places: Sequence[slice], mark: bytes, folder: Path
) -> list[Path]:
    """Write the fields of each row into narrow files."""
    width, narrow = places[-1].stop, [free_file(folder, ".csv") for _ in places]
    with ExitStack() as stack:
        stream = stack.enter_context(text_bytes(files, path))
        targets = [stack.enter_context(one.open("wb", buffering=1 << 16)) for one in narrow]
        for number, fields in _rows(stream, mark, files.called(path)):
            if len(fields) != width:
                raise FormatError(
                    f"{files.called(path)!r}: row {number} has {len(fields)} fields, where the "
                    f"first has {width}"
                )
            for target, place in zip(targets, places, strict=True):
                target.write(mark.join(fields[place]) + b"\n")
    return narrow


def _rows(stream: IO[bytes], mark: bytes, name: str) -> Iterator[tuple[int, list[bytes]]]:
    """Yield rows by their number, from 1; a field that begins with a quote may hold line ends."""
    most, number, size, row = most_bytes(LONGEST_RECORD), 1, 0, _OpenRow(mark)
    for line in _lines(stream, most):
        size += len(line)
        if size > most:
            raise FormatError(
                f"{name!r}: row {number} goes on after {shown_bytes(most)}: is a quote opened and "
                f"not closed? ({LONGEST_RECORD} in the environment raises the limit)"
            )
        row.take(line)
        if row.is_open:
            continue
        if row.fields != [b""]:  # an empty line is no row
            yield number, row.fields
            number += 1
        size, row = 0, _OpenRow(mark)
    if row.is_open:
        raise FormatError(f"{name!r}: row {number} ends within quotes")


def _lines(stream: IO[bytes], most: int) -> Iterator[bytes]:
    line = stream.readline(most + 1).removeprefix(_BOM)
    while line:
        yield line
        line = stream.readline(most + 1)


class _OpenRow:
    """The fields of a row, line by line, as they stand."""

    def __init__(self, mark: bytes) -> None:
        self.fields: list[bytes] = []
        self._mark = mark
        self._held: list[bytes] = []  # of a field within quotes
        self._quotes = 0

    @property
    def is_open(self) -> bool:
        """Whether the last field is within quotes, and goes on in the next line."""
        return bool(self._held)

    def take(self, line: bytes) -> None:
        """Add a line, whose first piece belongs to what is held."""
        bare = line.rstrip(b"\r\n")
        for place, piece in enumerate(bare.split(self._mark)):
            if self._held:
                self._add(self._mark + piece if place else piece)
            elif piece.startswith(_QUOTE):
                self._add(piece)
            else:
                self.fields.append(piece)
        if self._held:
            self._held.append(line[len(bare) :])

    def _add(self, piece: bytes) -> None:
        self._held.append(piece)
        self._quotes += piece.count(_QUOTE)
        if self._quotes % 2 == 0:
            self.fields.append(b"".join(self._held))
            self._held, self._quotes = [], 0
