"""The databases, one file each, found in this folder; and which one a connection or a URL is of.

A file holds a `DATABASE`: its dialect, how it tells types, its sessions, drivers and URLs. The
name of the file is what ``Relation(dialect=…)`` calls it.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from kullback.errors import InputError, MissingDependencyError
from kullback.tables.engines.database import ConnectedDatabase, Database
from kullback.tables.engines.relation import Relation
from kullback.tables.engines.urls import parted, scheme_of


def known() -> dict[str, Database]:
    """Return the databases by name."""
    names = sorted(module.name for module in iter_modules(__path__))
    return {name: import_module(f"{__name__}.{name}").DATABASE for name in names}


def database_of(data: Relation, argument: str) -> Database:
    """Return which database a relation lies in.

    Raises
    ------
    InputError
        If the dialect is unknown, or not given where the driver does not tell it.
    """
    databases = known()
    choices = ", ".join(map(repr, databases))
    if data.dialect is not None and data.dialect not in databases:
        raise InputError(
            f"{argument}: dialect={data.dialect!r} is unknown; choose one of {choices}"
        )
    name = data.dialect or _driver(data.connection) or _vendor(data.connection)
    if name is None:
        kind = type(data.connection)
        raise InputError(
            f"{argument}: connections of {kind.__module__}.{kind.__qualname__} are not recognised; "
            f"pass Relation(connection, table, dialect=…) with one of {choices}"
        )
    return databases[name]


def _driver(connection: Any) -> str | None:
    module = f"{type(connection).__module__}."
    for name, database in known().items():
        of_driver = any(module.startswith(f"{driver}.") for driver in database.drivers)
        if of_driver and database.recognises(connection):
            return name
    return None


def _vendor(connection: Any) -> str | None:
    """Ask an ADBC connection what it is connected to."""
    tell = getattr(connection, "adbc_get_info", None)
    vendor = str(tell().get("vendor_name", "")).lower() if callable(tell) else ""
    found = (name for name, database in known().items() if vendor in (name, *database.schemes))
    return next(found, None)


def connected(data: Relation, argument: str) -> AbstractContextManager[ConnectedDatabase]:
    """Open an engine on the connection of a relation; the connection stays open."""
    return _connected(data, database_of(data, argument), argument)


@contextmanager
def _connected(data: Relation, database: Database, argument: str) -> Iterator[ConnectedDatabase]:
    connection = getattr(data.connection, "dbapi_connection", data.connection)  # of SQLAlchemy
    if not callable(getattr(connection, "cursor", None)):
        raise InputError(
            f"{argument}: connection is a {type(connection).__name__} without cursor(); "
            "expected an open DB-API connection"
        )
    with database.session(connection) as execute:
        yield ConnectedDatabase(database, connection, execute)


def _at(url: str) -> Database | None:
    scheme = scheme_of(url)
    return next((d for d in known().values() if scheme and scheme in d.schemes), None)


def is_database(data: Any) -> bool:
    """Return whether data are given by the URL of a database."""
    return isinstance(data, str) and _at(data) is not None


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
    database = _at(url)
    assert database is not None
    assert database.connect is not None
    address, table = parted(url, argument)
    try:
        connection = database.connect(address)
    except MissingDependencyError:
        raise
    except Exception as error:  # noqa: BLE001  whatever a driver may raise
        why = address.hidden(str(error).strip())
        raise InputError(f"{argument}: {address.shown} cannot be opened: {why}") from None
    with closing(connection):
        yield Relation(connection, table)
