"""Where a history lives: opening a file or a database, waiting while others write; its errors."""

import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from kullback import files
from kullback.aside import locked_at_once, locked_file, passing
from kullback.errors import FormatError, InputError, KullbackError, MissingDependencyError
from kullback.history.connection import in_transaction, refuse_memory, without_password
from kullback.limits import most_expanded

PATIENCE = 60.0  # seconds that a writer waits for others to finish
LOCKED: dict[str, Any] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "lock_configuration": "true",
}
# What says nothing of the store itself: others write, or the disk is full or must not be written.
_NO_DAMAGE = re.compile(
    "is locked|lock on file|busy|read.?only|disk is full|no space left|denied|too large|I/O error",
    re.I,
)
_UNREACHABLE = re.compile(
    "connection failed|could not connect|refused|timed? ?out|could not translate|unknown host"
    "|authentication|no such host|server closed",
    re.I,
)
_ROW = 1_000  # bytes of memory that a row takes
_NAMED = re.compile('"[^"]*"')  # a file's name may say anything
_MAGIC = b"DUCK"
_DATA = {".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".gz", ".zst"}
SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")


class Store(NamedTuple):
    """An open connection, and how its driver marks a parameter."""

    connection: Any
    mark: str
    own: bool = False
    """Whether a transaction of the user's is open, which only the user ends."""


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
        mark = _mark(target)
        try:
            yield Store(target, mark, in_transaction(target))
        except Exception as error:  # each driver has its own for a connection that is closed
            if isinstance(error, KullbackError | OSError):
                raise
            raise failed(error, target, "could not be used") from error
        return
    text = str(target)
    refuse_memory(text)
    try:
        with _alone(text, write=write), closing(_open(text, write=write)) as connection:
            yield Store(connection, _mark(connection))
    except Exception as error:
        if isinstance(error, KullbackError | OSError):
            raise
        raise failed(error, text, "could not be used") from error


def failed(error: Exception, target: Any, what: str) -> KullbackError:
    """Return a driver's error as one of ours: what it says, and how to go on."""
    if isinstance(error, KullbackError):
        return error
    if isinstance(error, RuntimeError) and "interrupted" in str(error):
        raise KeyboardInterrupt from error  # which DuckDB makes an error of its own
    given = without_password(str(target))
    name = repr(given) if isinstance(target, str | Path) else "the history"
    path = file_of(target)
    remedy = f"; kullback history {target} --repair keeps what can be read" if path else ""
    said = without_password(first_line(error))
    if _UNREACHABLE.search(said):
        return InputError(f"{name} {what}: {said}; is the server there, and its address right?")
    if _NO_DAMAGE.search(_NAMED.sub("", said)):
        return InputError(f"{name} {what}: {said}; what was there is as it was")
    return FormatError(f"{name} {what}: {said}{remedy}")


def file_of(target: Any) -> Path | None:
    """Return the file that a history is kept in, if it is kept in one."""
    text = str(target).removeprefix(SQLITE)
    return Path(text) if isinstance(target, str | Path) and "://" not in text else None


def _open(text: str, *, write: bool) -> Any:
    if text.startswith(SQLITE):
        return _sqlite(text.removeprefix(SQLITE), write=write)
    if text.startswith(_POSTGRES):
        return _postgres(text)
    if "://" in text:
        raise InputError(
            f"history {without_password(text)!r}: give a DuckDB file, sqlite:///FILE, "
            "postgresql://…, or an open DB-API connection"
        )
    return _duckdb(text, write=write)


def refuse_torn(target: Any) -> None:
    """Refuse a SQLite file that was cut off inside a page: what is missing would read as zeros."""
    path = file_of(target)
    if path is None or not str(target).startswith(SQLITE) or files.kind(path) != "file":
        return
    with files.reading(path) as file:
        head = file.read(18)
    size = path.stat().st_size
    page = int.from_bytes(head[16:18], "big")
    page = 65536 if page == 1 else page
    if page and size % page:
        raise FormatError(
            f"{str(target)!r} is cut off: {size:,} bytes are no whole number of its pages of "
            f"{page:,}; kullback history {target} --repair keeps what can be read"
        )


def most_rows(target: Any) -> int | None:
    """Return how many rows of a file are read: more take more memory than any file needs."""
    path = file_of(target)
    if path is None or files.kind(path) != "file":
        return None
    return most_expanded(path.stat().st_size) // _ROW


def check(target: Any) -> None:
    """Refuse a file that cannot be written, before there is anything to write."""
    path = file_of(target)
    if path is not None:
        refuse_memory(str(target))
        _required(str(path), write=True)


def _required(path: str, *, write: bool, scheme: str = "") -> None:
    found = files.kind(path)
    if found not in {"nothing", "folder"}:
        files.regular(path, "a history is read and written in place")
    if not write and (found != "file" or Path(path).stat().st_size == 0):
        store = scheme + path
        raise InputError(f"there is no history {store!r} yet: kullback compare … --append {store}")
    if write:
        try:
            files.check_target(path)
        except FileNotFoundError:
            folder = str(Path(path).parent)
            raise InputError(f"history {path!r}: there is no folder {folder!r}") from None


def _sqlite(path: str, *, write: bool) -> Any:
    import sqlite3

    _required(path, write=write, scheme=SQLITE)
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

    # One process writes to a DuckDB file at a time; the others are told that it is locked.
    return _patiently(
        lambda: duckdb.connect(path, read_only=not write, config=LOCKED), duckdb, path
    )


@contextmanager
def _alone(text: str, *, write: bool) -> Iterator[None]:
    """Hold a DuckDB file, made if there is none, until what is written has been closed.

    DuckDB lets go of a file before it removes its log; who had begun to write in between lost what
    was written.
    """
    if "://" in text:
        yield
        return
    _required(text, write=write)
    if _no_data_file(text) and write:
        _begin(text)
    if not write:
        yield
        return
    handle = _waited_for(Path(text))
    try:
        yield
    finally:
        os.close(handle)


def _waited_for(path: Path) -> int:
    last = time.monotonic() + PATIENCE
    while True:
        handle = os.open(path, os.O_RDWR)
        if locked_at_once(handle) and os.path.samestat(os.fstat(handle), path.stat()):
            return handle
        os.close(handle)
        if time.monotonic() > last:
            raise InputError(f"{str(path)!r} was locked by another process for {PATIENCE:.0f} s")
        time.sleep(random.uniform(0.01, 0.1))


def _no_data_file(path: str) -> bool:
    """Refuse what DuckDB would open as data, in memory, where all that is written is lost.

    Return whether there is nothing yet.
    """
    file = Path(path)
    if file.is_file() and file.stat().st_size:
        with file.open("rb") as stream:
            if stream.read(12)[8:] != _MAGIC:
                raise FormatError(f"{path!r} is no DuckDB database: bytes 8 to 11 are not DUCK")
        return False
    if file.suffix.lower() in _DATA:
        raise InputError(f"history {path!r}: give it a name of a database, such as history.duckdb")
    return True


def _begin(path: str) -> None:
    """Give a new history its file whole and at once, or let be that of who was faster.

    DuckDB makes a file of 0 bytes first, and takes none; who removed one that another process had
    just made would lose what that writes.
    """
    import duckdb

    place = Path(path).resolve()
    with passing(place.parent, f".{place.name}-") as made:
        try:
            duckdb.connect(str(made), config=LOCKED).close()
        except duckdb.Error as error:
            raise failed(error, path, "cannot be made") from error
        try:
            os.link(made, place)
        except FileExistsError:
            _replace_empty(place, made)


def _replace_empty(place: Path, made: Path) -> None:
    """Put a file where one of 0 bytes lies; one writer does so, and the others see that it did."""
    handle = locked_file(place)
    try:
        if os.fstat(handle).st_size == 0 and os.path.samestat(os.fstat(handle), place.stat()):
            made.replace(place)
    finally:
        os.close(handle)


def _patiently(connect: Callable[[], Any], duckdb: ModuleType, path: str) -> Any:
    last = time.monotonic() + PATIENCE
    while True:
        try:
            return connect()
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise failed(error, path, "cannot be opened") from error
            if time.monotonic() > last:
                raise InputError(
                    f"{path!r} was locked by another process for {PATIENCE:.0f} s: "
                    f"{first_line(error)}"
                ) from error
        except duckdb.ConnectionException as error:
            # The same process holds it open in the other mode.
            if time.monotonic() > last:
                raise InputError(f"{path!r} is open elsewhere: {first_line(error)}") from error
        except duckdb.Error as error:
            raise failed(error, path, "is damaged") from error
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
