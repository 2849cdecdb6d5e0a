"""A connection of our own: bounded in memory, locked to the files it was opened for."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from kullback.limits import MEMORY, most_bytes, threads
from kullback.tables.engines import PartedStatement, several_files
from kullback.tables.engines import files as sources
from kullback.tables.engines.dialect import Dialect

PARTS = (8, 64)  # of the values of a column, where they do not fit in memory at once


def settings(folder: Path, *, ordered: bool) -> dict[str, Any]:
    """Return what a connection is opened with; what does not fit in memory goes to the folder."""
    number = threads()
    chosen = {} if number is None else {"threads": str(number)}
    return chosen | {
        "memory_limit": f"{most_bytes(MEMORY)} B",  # beyond it, rows go to the folder
        "temp_directory": str(folder),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",
        "preserve_insertion_order": "true" if ordered else "false",
        "pandas_analyze_sample": str(2**31),
    }


def lock(connection: Any, folder: Path, data: tuple[Any, ...]) -> None:
    """Let a connection reach the files that data name, and no others, for good."""
    import duckdb

    literal = Dialect().literal
    paths = [
        form for path in sources.reachable(data) for form in {path, several_files.escaped(path)}
    ]
    ((bar,),) = connection.execute("SELECT current_setting('enable_progress_bar')").fetchall()
    with suppress(duckdb.Error):  # before version 2 a locked connection keeps its threads
        connection.execute("SET allowed_configs = ['threads']")
    chosen = (
        "enable_progress_bar = false" if bar else "",  # a notebook may refuse it, and have none
        f"allowed_paths = [{', '.join(map(literal, paths))}]" if paths else "",
        f"allowed_directories = [{literal(f'{folder}/')}]",
        "enable_external_access = false",
        "lock_configuration = true",
    )
    connection.execute("; ".join(f"SET {setting}" for setting in chosen if setting))


def patiently(connection: Any, sql: str, fetch: str) -> Any:
    """Run a statement; where memory does not suffice again with one thread, then in parts."""
    import duckdb

    try:
        return _run(connection, sql, fetch)
    except duckdb.OutOfMemoryException:
        with suppress(duckdb.Error):
            connection.execute("SET threads = 1")
    try:
        return _run(connection, sql, fetch)
    except duckdb.OutOfMemoryException:
        if not isinstance(sql, PartedStatement):
            raise
    *fewer, most = PARTS
    for parts in fewer:
        with suppress(duckdb.OutOfMemoryException):
            return _in_parts(connection, sql, parts)
    return _in_parts(connection, sql, most)


def _in_parts(connection: Any, sql: PartedStatement, parts: int) -> list[tuple[Any, ...]]:
    return sql.joined([_run(connection, part, "fetchall") for part in sql.in_parts(parts)])


def _run(connection: Any, sql: str, fetch: str) -> Any:
    """Run a statement; Ctrl-C, of which DuckDB makes an error of its own, is one again."""
    try:
        return getattr(connection.execute(sql), fetch)()
    except RuntimeError as error:
        if "interrupted" in str(error):
            raise KeyboardInterrupt from error
        raise
