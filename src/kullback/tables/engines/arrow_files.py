"""Arrow IPC (Feather) files: pyarrow opens them, and DuckDB scans them where they lie."""

import contextlib
import io
import struct
from collections.abc import Iterator
from typing import Any

from kullback.errors import FormatError, MissingDependencyError
from kullback.tables.engines.copies import may_expand_to, refuse_expanding
from kullback.tables.engines.files import Files

_MAGIC = b"ARROW1"  # of the file format; without it the bytes are a stream of batches
_BEGINS = 0xFFFFFFFF  # what each message begins with
_DICTIONARY, _BATCH = 2, 3  # of what messages hold
_BATCHES = {_DICTIONARY, _BATCH}


def dataset(files: Files, argument: str) -> Any:
    """Return files as something that DuckDB can scan again and again.

    Raises
    ------
    MissingDependencyError
        If pyarrow is not installed.
    FormatError
        If a file is not an Arrow file.
    """
    try:
        import pyarrow as pa
        from pyarrow import dataset as datasets
    except ImportError as error:
        raise MissingDependencyError(
            f"{argument}: Arrow files need pyarrow: pip install pyarrow"
        ) from error
    for path in files.paths if files.remote is None else ():
        with files.open(path) as file:
            most = may_expand_to(file)
            with contextlib.suppress(struct.error, IndexError):  # of which pyarrow says what it is
                _require_at_most(most, file, files._replace(name=f"{argument}: {files.name}"))
    try:
        if all(_is_file_format(files, path) for path in files.paths):
            paths = [str(path) for path in files.paths]
            found = datasets.dataset(paths, format="ipc", filesystem=files.remote)
            # Else the columns are those of the first file, and others are left out in silence.
            schemas = [part.physical_schema for part in found.get_fragments()]
            return found.replace_schema(pa.unify_schemas(schemas)) if schemas[1:] else found
        return _read_streams(files)
    except (pa.ArrowException, OSError, ValueError) as error:
        why = str(error).strip().split("\n", maxsplit=1)[0]
        raise FormatError(f"{argument}: {files.name!r} cannot be read as Arrow: {why}") from error


def in_memory(data: Any) -> Any:
    """Return the table of a dataset."""
    return data.to_table() if hasattr(data, "to_table") else data


def _is_file_format(files: Files, path: Any) -> bool:
    with files.open(path) as file:
        return bool(file.read(len(_MAGIC)) == _MAGIC)


def _read_streams(files: Files) -> Any:
    """Read streams into memory, since they can be read only from their beginning."""
    import pyarrow as pa

    tables = []
    for path in files.paths:
        with files.open(path) as file, pa.ipc.open_stream(file) as reader:
            tables.append(reader.read_all())
    return pa.concat_tables(tables)


def _require_at_most(most: int, file: Any, files: Files) -> None:
    """Refuse what expands beyond measure: pyarrow expands a batch whole, whatever it claims."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    place = 8 if file.read(len(_MAGIC)) == _MAGIC else 0
    total = 0
    while place + 8 <= size:
        file.seek(place)
        begins, long = struct.unpack("<Ii", file.read(8))
        if begins != _BEGINS or not 0 < long <= size - place:
            return
        message = file.read(long)
        table = struct.unpack_from("<I", message)[0]
        body = place + 8 + long
        for start in _compressed(message, table):
            file.seek(body + start)
            total += max(0, struct.unpack("<q", file.read(8))[0])
            if total > most:
                refuse_expanding(files, most)
        place = body + max(0, _value(message, table, 3, "<q"))


def _compressed(message: bytes, table: int) -> Iterator[int]:
    """Yield where the compressed buffers of a batch, or of a dictionary, begin in its body."""
    kind = _value(message, table, 1, "<B")
    if kind not in _BATCHES:
        return
    batch = _within(message, table, 2)
    if kind == _DICTIONARY:
        batch = _within(message, batch, 1)
    if not _place(message, batch, 3):  # is not compressed
        return
    vector = _within(message, batch, 2)
    for i in range(struct.unpack_from("<I", message, vector)[0]):
        start, long = struct.unpack_from("<qq", message, vector + 4 + 16 * i)
        if long >= 8:
            yield start


def _place(message: bytes, table: int, field: int) -> int:
    """Return where a field of a table of FlatBuffers is; 0 where it has none."""
    names = table - struct.unpack_from("<i", message, table)[0]
    at = 4 + 2 * field
    if at >= struct.unpack_from("<H", message, names)[0]:
        return 0
    offset: int = struct.unpack_from("<H", message, names + at)[0]
    return table + offset if offset else 0


def _value(message: bytes, table: int, field: int, form: str) -> int:
    place = _place(message, table, field)
    return int(struct.unpack_from(form, message, place)[0]) if place else 0


def _within(message: bytes, table: int, field: int) -> int:
    place = _place(message, table, field)
    return place + int(struct.unpack_from("<I", message, place)[0])
