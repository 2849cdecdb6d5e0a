"""Where a history lives: opening a file or a database, waiting while others write."""

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from kullback.errors import FormatError, InputError, MissingDependencyError

PATIENCE = 60.0  # seconds that a writer waits for others to finish
_MAGIC = b"DUCK"
_DATA = {".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".gz", ".zst"}
_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")


class Store(NamedTuple):
    """An open connection, and how its driver marks a parameter."""

    connection: Any
    mark: str


@contextmanager
def opened(target: Any, *, write: bool) -> Iterator[Store]:
    """Open a history; a connection that the user passed stays open.

    Parameters
    ----------
    target : str, Path or DB-API connection
        A DuckDB file, ``sqlite:///FILE``, ``postgresql://…``, or a connection of the user's.
    write : bool
        Whether it may be created.

    Raises
    ------
    InputError
        If it is nothing that can be opened, or does not exist and is to be read.
    FormatError
        If the file is no database.
    MissingDependencyError
        If the driver is not installed.
    """
    if not isinstance(target, str | Path):
        yield Store(target, _mark(target))
        return
    text = str(target)
    with closing(_open(text, write=write)) as connection:
        yield Store(connection, _mark(connection))


def _open(text: str, *, write: bool) -> Any:
    if text.startswith(_SQLITE):
        return _sqlite(text.removeprefix(_SQLITE), write=write)
    if text.startswith(_POSTGRES):
        return _postgres(text)
    if "://" in text:
        raise InputError(
            f"history {text!r}: give a DuckDB file, sqlite:///FILE, postgresql://…, or an open "
            "DB-API connection"
        )
    return _duckdb(text, write=write)


def _required(path: str, *, write: bool, scheme: str = "") -> None:
    if not write and not Path(path).is_file():
        store = scheme + path
        raise InputError(f"there is no history {store!r} yet: kullback compare … --append {store}")
    if write and not Path(path).absolute().parent.is_dir():
        raise InputError(f"history {path!r}: there is no folder {str(Path(path).parent)!r}")


def _sqlite(path: str, *, write: bool) -> Any:
    import sqlite3

    _required(path, write=write, scheme=_SQLITE)
    return sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)


def _postgres(url: str) -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise MissingDependencyError(
            "a history in Postgres needs psycopg: pip install 'psycopg[binary]'"
        ) from error
    return psycopg.connect(url, autocommit=True)


def _duckdb(path: str, *, write: bool) -> Any:
    import duckdb

    _required(path, write=write)
    _no_data_file(path)
    # One process writes to a DuckDB file at a time; the others are told that it is locked.
    return _patiently(lambda: duckdb.connect(path, read_only=not write), duckdb, path)


def _no_data_file(path: str) -> None:
    """Refuse what DuckDB would open as data, in memory, where all that is written is lost."""
    file = Path(path)
    if file.is_file() and file.stat().st_size:
        with file.open("rb") as stream:
            if stream.read(12)[8:] != _MAGIC:
                raise FormatError(f"{path!r} is no DuckDB database: bytes 8 to 11 are not DUCK")
    elif file.suffix.lower() in _DATA:
        raise InputError(f"history {path!r}: give it a name of a database, such as history.duckdb")


def _patiently(connect: Callable[[], Any], duckdb: ModuleType, path: str) -> Any:
    last = time.monotonic() + PATIENCE
    while True:
        try:
            return connect()
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise FormatError(f"{path!r} is no DuckDB database: {first_line(error)}") from error
            if time.monotonic() > last:
                raise InputError(
                    f"{path!r} was locked by another process for {PATIENCE:.0f} s: "
                    f"{first_line(error)}"
                ) from error
        except duckdb.ConnectionException as error:
            # The same process holds it open in the other mode.
            if time.monotonic() > last:
                raise InputError(f"{path!r} is open elsewhere: {first_line(error)}") from error
        time.sleep(random.uniform(0.01, 0.1))


def first_line(error: Exception) -> str:
    """Return what a driver says, without its hints."""
    return str(error).split("\n", maxsplit=1)[0]


def _mark(connection: Any) -> str:
    """Return how a driver marks a parameter, from the module that made the connection."""
    if not callable(getattr(connection, "cursor", None)):
        raise InputError(
            f"history is a {type(connection).__name__}; give a DuckDB file, sqlite:///FILE, "
            "postgresql://…, or an open DB-API connection"
        )
    name = type(connection).__module__.split(".")[0].lstrip("_")
    style = getattr(sys.modules.get(name), "paramstyle", "qmark")
    marks = {"qmark": "?", "format": "%s", "pyformat": "%s"}
    if style not in marks:
        raise InputError(f"history: {name} marks parameters by {style!r}, which is not supported")
    return marks[style]
