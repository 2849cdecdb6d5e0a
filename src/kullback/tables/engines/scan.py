"""What stands in a FROM clause for files: DuckDB's readers, with all that is known told to them."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from kullback.tables.engines import EMPTY
from kullback.tables.engines import files as sources
from kullback.tables.engines.dialect import Dialect
from kullback.tables.engines.file_form import FileForm

Execute = Callable[[str], list[tuple[Any, ...]]]
_OF_JSON = frozenset({"TIMESTAMP", "TIME", "DECIMAL", "INTERVAL", "BLOB"})
LACKED = {"json": _OF_JSON, "csv": _OF_JSON | {"DOUBLE", "BOOLEAN", EMPTY}}  # spelt as text
_DIALECT = Dialect()


def scan(
    files: sources.Files,
    form: FileForm,
    names: Sequence[str],
    texts: Collection[str] = (),
    *,
    ordered: bool = False,
) -> str:
    """Return the reader of files of one format.

    Parameters
    ----------
    files : Files
        As they were found.
    form : FileForm
        What was told of them.
    names : sequence of str
        The columns of the first file.
    texts : collection of str
        Columns of CSV files that are read as text, whatever they spell.
    ordered : bool
        Whether rows of CSV files are given in their order.
    """
    paths = ", ".join(_DIALECT.literal(escaped(path)) for path in files.paths)
    union = "true" if len(files.paths) > 1 else "false"
    hive = "true" if files.keys else "false"
    if files.format == "parquet":
        return f"read_parquet([{paths}], union_by_name={union}, hive_partitioning={hive})"
    if files.format == "json":
        how = f"sample_size=-1, union_by_name={union}, hive_partitioning={hive}"
        return f"read_json([{paths}], format='auto', {how})"
    separator = _DIALECT.literal(sources.delimiter(files))
    header = "true"
    if not form.header:
        header = f"false, names=[{', '.join(map(_DIALECT.literal, names))}]"
    told = [f"{_DIALECT.identifier(name)}: 'VARCHAR'" for name in names if name in texts]
    types = f", types={{{', '.join(told)}}}" if told else ""
    return (
        f"read_csv([{paths}], delim={separator}, quote='\"', escape='\"', header={header}, "
        f"skip=0, comment='', sample_size=-1, union_by_name={union}, hive_partitioning={hive}"
        f"{types}{', parallel=false' if ordered else ''})"
    )


def escaped(path: Path | str) -> str:
    """Return a path in which DuckDB sees no pattern: the files are already chosen."""
    return "".join(f"[{mark}]" if mark in "*?[" else mark for mark in str(path))


def names_of(
    files: sources.Files, form: FileForm, argument: str, execute: Execute
) -> list[list[str]]:
    """Return each file's column names as they stand: DuckDB renames what it holds equal."""
    if files.format == "csv":
        return sources.headers(files, argument, named=form.header)
    if files.format == "parquet":
        return [_parquet_names(path, execute) for path in files.paths]
    return [[] for _ in files.paths]


def _parquet_names(path: Path | str, execute: Execute) -> list[str]:
    import duckdb

    literal = _DIALECT.literal(escaped(path))
    try:
        rows = execute(f"SELECT name, num_children FROM parquet_schema({literal})")
    except duckdb.Error:
        return []  # the scan says what is wrong with it
    return sources.top_level(rows)
