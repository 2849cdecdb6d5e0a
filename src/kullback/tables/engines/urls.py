"""A table behind a database URL, as in ``postgresql://host/shop?table=sales``."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit

from kullback.errors import InputError, MissingDependencyError
from kullback.tables.engines.relation import Relation


class _Parts(NamedTuple):
    """A URL without its table."""

    split: SplitResult
    shown: str  # without a password

    @property
    def path(self) -> Path:
        """The file of an embedded database; four slashes begin an absolute path."""
        return Path(self.split.path.removeprefix("/"))


def _postgres(parts: _Parts) -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise MissingDependencyError(
            f"{parts.shown} needs psycopg: pip install 'kullback[postgres]'"
        ) from error
    return psycopg.connect(urlunsplit(parts.split))


def _sqlite(parts: _Parts) -> Any:
    return sqlite3.connect(f"file:{quote(str(_found(parts)))}?mode=ro", uri=True)


def _duckdb(parts: _Parts) -> Any:
    import duckdb

    return duckdb.connect(str(_found(parts)), read_only=True)


def _found(parts: _Parts) -> Path:
    if not parts.path.is_file():
        raise InputError(f"no such file: {str(parts.path)!r} (looked in {str(Path.cwd())!r})")
    return parts.path


_OPENERS = MappingProxyType(
    {"postgresql": _postgres, "postgres": _postgres, "sqlite": _sqlite, "duckdb": _duckdb}
)


def is_database(data: Any) -> bool:
    """Return whether data are given by the URL of a database."""
    return isinstance(data, str) and data.partition("://")[0] in _OPENERS


@contextmanager
def relation_at(url: str, argument: str) -> Iterator[Relation]:
    """Open the database of a URL, read only where that can be asked for.

    Raises
    ------
    InputError
        If the URL names no table, or there is no such database.
    MissingDependencyError
        If its driver is not installed.
    """
    split = urlsplit(url)
    query = dict(parse_qsl(split.query))
    shown = _without_password(split)
    table = query.pop("table", None)
    if not table:
        raise InputError(f"{argument}: {shown} names no table; end it with '?table=NAME'")
    bare = _Parts(split._replace(query=urlencode(query)), shown)
    try:
        connection = _OPENERS[split.scheme](bare)
    except MissingDependencyError:
        raise
    except Exception as error:  # noqa: BLE001  whatever a driver may raise
        why = _hidden(str(error).strip(), split.password)
        raise InputError(f"{argument}: {shown} cannot be opened: {why}") from None
    with closing(connection):
        yield Relation(connection, table)


def _without_password(split: SplitResult) -> str:
    host = split.netloc.rpartition("@")[2]
    user = f"{split.username}@" if split.username else ""
    return f"{split.scheme}://{user}{host}{split.path}"


def _hidden(text: str, password: str | None) -> str:
    first = text.splitlines()[0] if text else "no reason given"
    return first.replace(password, "***") if password else first
