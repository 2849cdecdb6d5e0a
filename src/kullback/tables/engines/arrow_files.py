"""Arrow IPC (Feather) files: pyarrow opens them, and DuckDB scans them where they lie."""

from typing import Any

from kullback.errors import FormatError, MissingDependencyError
from kullback.tables.engines.files import Files

_MAGIC = b"ARROW1"  # of the file format; without it the bytes are a stream of batches


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
