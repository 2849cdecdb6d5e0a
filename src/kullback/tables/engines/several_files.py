"""Files that are read as one table: by what SQL, how they disagree, and what changed meanwhile."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from kullback import files as door
from kullback.errors import FormatError, InputError
from kullback.tables.engines import EMPTY
from kullback.tables.engines import files as sources
from kullback.tables.engines.dialect import Dialect
from kullback.tables.engines.file_form import FileForm
from kullback.tables.engines.files import Files

Stamp = tuple[int, str]
Stamps = Mapping[Path | str, Stamp]
Rows = list[tuple[Any, ...]]
Execute = Callable[[str], Rows]
_OF_JSON = frozenset({"TIMESTAMP", "TIME", "DECIMAL", "INTERVAL", "BLOB"})
LACKED = {"json": _OF_JSON, "csv": _OF_JSON | {"DOUBLE", "BOOLEAN", EMPTY}}  # spelt as text
_DIALECT = Dialect()
_SHOWN = 3
_FILE = "kullback file"
# What a column of CSV may hold, tried in this order: all of DuckDB's own but its integers of any
# length, whose reading takes the square of the digits; beyond 38 of them numbers are floats.
_TYPES = (
    "BOOLEAN",
    "BIGINT",
    "HUGEINT",
    "DOUBLE",
    "TIME",
    "DATE",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "VARCHAR",
)
_UUID = re.compile("UUID(?=[][,)]|$)")  # a type: a name has its type behind it
_RENAMED = re.compile("(.+)_[0-9]+")  # what DuckDB makes of a name in another case


def noted(files: Files, names: Sequence[Sequence[str]], argument: str) -> Files:
    """Return files with what is to be said of their folders, and of how they differ.

    Raises
    ------
    FormatError
        If a file parts its fields otherwise than the first.
    """
    try:
        said = disagreement(files, names)
    except FormatError as error:
        raise FormatError(f"{argument}: {error}") from None
    if files.keys:
        files = files.noted(f"partitioned by {', '.join(map(repr, files.keys))}, its folders")
    return files.noted(f"of files that differ: {said}") if said else files


def disagreement(files: Files, names: Sequence[Sequence[str]]) -> str:
    """Return how the columns of several files differ from those of the first, file by file.

    Raises
    ------
    FormatError
        If a file parts its fields otherwise than the first.
    """
    first = list(names[0]) if names else []
    said: list[str] = []
    for path, own in zip(files.paths[1:], names[1:], strict=False):
        if own == first:
            continue
        if files.format == "csv":
            _require_mark(files, path, first)
        said += _told(repr(files.called(path)), first, own)
    more = f" and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
    return "; ".join(said[:_SHOWN]) + more


def _told(path: str, first: Sequence[str], own: Sequence[str]) -> list[str]:
    folded = {name.casefold(): name for name in own}
    known = {name.casefold() for name in first}
    lacks = [repr(name) for name in first if name.casefold() not in folded]
    more = [repr(name) for name in own if name.casefold() not in known]
    other = [
        f"{name!r} {folded[name.casefold()]!r}"
        for name in first
        if folded.get(name.casefold(), name) != name and name not in own
    ]
    parts = [f"lacks {', '.join(lacks)}"] if lacks else []
    parts += [f"has {', '.join(more)} besides"] if more else []
    parts += [f"calls {', '.join(other)}"] if other else []
    return [f"{path} {' and '.join(parts)}"] if parts else []


def _require_mark(files: Files, path: Path | str, first: Sequence[str]) -> None:
    """Refuse a file whose header is that of the first, but for what parts its fields."""
    if files.mark is not None:
        return
    alone = files._replace(paths=(path,))
    mark, usual = sources.delimiter(alone), sources.delimiter(files)
    if mark != usual and sources.headers(alone, "data")[0] == list(first):
        raise FormatError(
            f"{files.called(path)!r} parts its fields by {mark!r}, and "
            f"{files.called(files.paths[0])!r} by {usual!r}: give files that are written alike"
        )


def keys_of_json(files: Files, table: str, execute: Execute) -> tuple[list[str], str]:
    """Return the keys of JSON files where DuckDB renamed some, and how those of several differ.

    Parameters
    ----------
    files : Files
        Of any format; of another one there is nothing to tell.
    table : str
        Of their rows; the column that tells the files of rows is dropped.
    execute : callable
        Runs a statement.
    """
    if files.format != "json":
        return [], ""
    said = _differing(files, table, execute) if len(files.paths) > 1 else ""
    keys, halves = _written_keys(files, table, execute)
    return keys, said or halves


def keep_letters(files: Files, scan: str, table: str, execute: Execute) -> None:
    """Read JSON files with UUIDs again, so that these keep their letters.

    DuckDB takes text that spells one for the value, whose letters are small. Where it renamed
    keys they cannot be named.
    """
    if files.format != "json":
        return
    told = execute(f"SELECT column_name, column_type FROM (DESCRIBE {table})")
    types = _lettered(told)
    if all(types.get(name, kind) == kind for name, kind in told):
        return
    execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM {of_keys(scan, types)}")


def _lettered(told: Rows) -> dict[str, str]:
    """Return the types by which keys keep their letters; none where DuckDB renamed a key."""
    names = {str(name).casefold() for name, _ in told}
    types = {str(name): _UUID.sub("VARCHAR", str(kind)) for name, kind in told if name != _FILE}
    return {} if any(_as_written(name, names) != name for name in types) else types


def told_keys(files: Files, scan: str, execute: Execute) -> dict[str, str]:
    """Return the types of the keys of one JSON file; none where they cannot be told by name."""
    if files.format != "json" or len(files.paths) > 1 or files.keys:
        return {}
    told = f"DESCRIBE SELECT * FROM {scan}"
    return _lettered(execute(f"SELECT column_name, column_type FROM ({told})"))


def of_keys(scan: str, types: Mapping[str, str]) -> str:
    """Return the reader of JSON files that takes these keys alone, as these types."""
    literal = _DIALECT.literal
    each = ", ".join(f"{literal(name)[1:-1]}: {literal(kind)}" for name, kind in types.items())
    return f"{scan[:-1]}, columns={{{each}}})"


def _columns(table: str, execute: Execute) -> list[str]:
    told = execute(f"SELECT column_name FROM (DESCRIBE {table}) WHERE column_name <> '{_FILE}'")
    return [str(name) for (name,) in told]


def _differing(files: Files, table: str, execute: Execute) -> str:
    """Return how the keys of several files differ, by the rows that were read of each."""
    quoted, names = _DIALECT.identifier, _columns(table, execute)
    counts = ", ".join(f"count({quoted(name)})" for name in names)
    rows = execute(f"SELECT {quoted(_FILE)}, {counts} FROM {table} GROUP BY ALL")
    execute(f"ALTER TABLE {table} DROP COLUMN {quoted(_FILE)}")
    held = {
        str(path): [n for n, count in zip(names, own, strict=True) if count] for path, *own in rows
    }
    known = {name.casefold() for name in names}
    each = [[_as_written(name, known) for name in held.get(str(path), ())] for path in files.paths]
    said = disagreement(files, each)
    return f"of files that differ: {said}" if said else ""


def _written_keys(files: Files, table: str, execute: Execute) -> tuple[list[str], str]:
    """Return the keys as they are written where DuckDB renamed some, and what is to be said.

    Keys that differ in case only are two columns, as in any other format; DuckDB, which holds
    them equal, gives the later one another name.
    """
    names = _columns(table, execute)
    held = {name.casefold() for name in names}
    if all(_as_written(name, held) == name for name in names):
        return [], ""
    paths = ", ".join(_DIALECT.literal(escaped(path)) for path in files.paths)
    rows = (
        "SELECT row_number() OVER () AS n, json_keys(json) AS keys "
        f"FROM read_json_objects([{paths}], format='auto')"
    )
    each = f"SELECT n, unnest(keys) AS k, generate_subscripts(keys, 1) AS i FROM ({rows})"
    found = execute(f"SELECT k FROM ({each}) GROUP BY k ORDER BY min(n), min(i)")
    keys = [*(str(key) for (key,) in found), *files.keys]
    pairs = zip(keys, names, strict=False)
    if len(keys) != len(names) or any(k not in {n, n.rpartition("_")[0]} for k, n in pairs):
        return [], ""
    return keys, _halves(dict(zip(keys, names, strict=True)), table, execute)


def _halves(columns: Mapping[str, str], table: str, execute: Execute) -> str:
    """Say which keys differ in case only and are in no row together: two halves of one column."""
    folded: dict[str, list[str]] = {}
    for key in columns:
        folded.setdefault(key.casefold(), []).append(key)
    twins = [keys for keys in folded.values() if len(keys) > 1]
    quoted = ([_DIALECT.identifier(columns[key]) for key in keys] for keys in twins)
    held = (" + ".join(f"({name} IS NOT NULL)::INT" for name in names) for names in quoted)
    most = execute(f"SELECT {', '.join(f'max({sql})' for sql in held)} FROM {table}")[0]
    halves = [keys for keys, n in zip(twins, most, strict=True) if n == 1]
    said = "; ".join(" and ".join(map(repr, keys)) for keys in halves)
    return f"of keys that differ in case only and are in no row together: {said}" if halves else ""


def _as_written(name: str, known: Collection[str]) -> str:
    renamed = _RENAMED.fullmatch(name)
    return renamed.group(1) if renamed and renamed.group(1).casefold() in known else name


def stamps(files: Files) -> Stamps:
    """Return the size and the times of the last change of each file, as far as it has them.

    What is put in the place of a file may keep the time at which it was written: that of its
    entry in the folder is then another.
    """
    if files.remote is not None:
        return {path: _remote_stamp(files.remote, path) for path in files.paths}
    paths = [Path(path) for path in files.paths]
    found = [(path, path.stat()) for path in paths if door.kind(path) == "file"]
    return {path: (told.st_size, f"{told.st_mtime_ns} {told.st_ctime_ns}") for path, told in found}


def _remote_stamp(system: Any, path: Path | str) -> Stamp:
    """Return what a store tells of a file: its size, and when, or as what, it was written."""
    system.invalidate_cache()
    info = system.info(path)
    told = (info.get(name) for name in ("ETag", "etag", "LastModified", "mtime", "created"))
    return int(info.get("size") or 0), next((str(one) for one in told if one), "")


def changed(files: Files, before: Stamps) -> str:
    """Return which files are not as they were; empty if all are."""
    now = {path: stamp for path, stamp in _now(files).items() if path in before}
    said = [
        f"{files.called(path)!r} ({_change(stamp, now.get(path))})"
        for path, stamp in before.items()
        if now.get(path) != stamp
    ]
    return ", ".join(said[:_SHOWN])


def _now(files: Files) -> Stamps:
    remote = files.remote
    there = (p for p in files.paths if (remote.exists(p) if remote else Path(p).exists()))
    return stamps(files._replace(paths=tuple(there)))


def _change(before: Stamp, now: Stamp | None) -> str:
    if now is None:
        return "it is gone"
    if now[0] != before[0]:
        return f"{before[0]:,} bytes, then {now[0]:,}"
    return "written again, in the same size"


def require_unchanged(files: Files, before: Stamps) -> None:
    """Refuse files that changed while they were read again and again.

    Raises
    ------
    InputError
        If one did.
    """
    said = changed(files, before)
    if said:
        raise InputError(
            f"{said} changed while it was counted: the counts are of no one state; count again, "
            "or count a copy"
        )


def scan(
    files: Files,
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
        how += f", filename={_DIALECT.literal(_FILE)}" if len(files.paths) > 1 else ""
        return f"read_json([{paths}], format='auto', {how})"
    separator = _DIALECT.literal(sources.delimiter(files))
    header = "true"
    if not form.header:
        header = f"false, names=[{', '.join(map(_DIALECT.literal, names))}]"
    told = [f"{_DIALECT.identifier(name)}: 'VARCHAR'" for name in names if name in texts]
    types = f", types={{{', '.join(told)}}}" if told else ""
    return (
        f"read_csv([{paths}], delim={separator}, quote='\"', escape='\"', header={header}, "
        f"skip=0, comment='', sample_size=-1, union_by_name={union}, hive_partitioning={hive}, "
        f"auto_type_candidates=[{', '.join(map(_DIALECT.literal, _TYPES))}]"
        f"{types}{', parallel=false' if ordered else ''})"
    )


def escaped(path: Path | str) -> str:
    """Return a path in which DuckDB sees no pattern: the files are already chosen."""
    return "".join(f"[{mark}]" if mark in "*?[" else mark for mark in str(path))


def names_of(files: Files, form: FileForm, argument: str, execute: Execute) -> list[list[str]]:
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
