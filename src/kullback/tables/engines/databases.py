"""The databases by name, and which one a connection is of."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import MappingProxyType
from typing import Any

from kullback.errors import InputError
from kullback.tables.engines import type_names
from kullback.tables.engines.clickhouse import CLICKHOUSE
from kullback.tables.engines.database import (
    Asked,
    Connected,
    Database,
    Execute,
    Rows,
    plain_session,
)
from kullback.tables.engines.dialects import DIALECTS
from kullback.tables.engines.postgres import POSTGRES
from kullback.tables.engines.relation import Relation
from kullback.tables.engines.sqlite import SQLITE
from kullback.tables.engines.type_names import canonical


def _told(_execute: Execute, asked: Asked) -> list[str]:
    """Return the types that the driver's cursor tells in words."""
    return [canonical(str(told)) for _, told in asked.described]


def _databricks(execute: Execute, asked: Asked) -> list[str]:
    rows = execute(f"DESCRIBE QUERY SELECT * FROM {asked.relation}")
    return [type_names.spark(str(row[1])) for row in rows]


def _bigquery(execute: Execute, asked: Asked) -> list[str]:
    return [_double(name) for name in _told(execute, asked)]


def _snowflake(execute: Execute, asked: Asked) -> list[str]:
    execute(f"SELECT * FROM {asked.relation} WHERE 1 = 0")
    rows = execute("DESCRIBE RESULT LAST_QUERY_ID()")
    return [_double(canonical(str(row[1]))) for row in rows]


def _double(name: str) -> str:
    """Return DOUBLE where an engine calls it FLOAT."""
    return "DOUBLE" if name == "FLOAT" else name


def _describe_duckdb(connection: Any, relation: str) -> list[tuple[str, Any]]:
    rows = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    return [(row[0], row[1]) for row in rows]


@contextmanager
def _duckdb_session(connection: Any) -> Iterator[Execute]:
    """Run on the connection itself: a cursor of DuckDB does not see its temporary tables."""

    def execute(sql: str) -> Rows:
        rows: Rows = connection.execute(sql).fetchall()
        return rows

    yield execute


DATABASES = MappingProxyType(
    {
        "postgres": POSTGRES,
        "clickhouse": CLICKHOUSE,
        "sqlite": SQLITE,
        "duckdb": Database("DuckDB", DIALECTS["duckdb"], _told, _duckdb_session, _describe_duckdb),
        "databricks": Database("Databricks", DIALECTS["databricks"], _databricks, plain_session),
        "snowflake": Database("Snowflake", DIALECTS["snowflake"], _snowflake, plain_session),
        "bigquery": Database("BigQuery", DIALECTS["bigquery"], _bigquery, plain_session),
        "trino": Database("Trino", DIALECTS["trino"], _told, plain_session),
        "datafusion": Database("DataFusion", DIALECTS["datafusion"], _told, plain_session),
    }
)
# The first words of the module that a connection's class is of.
_DRIVERS = MappingProxyType(
    {
        "psycopg": "postgres",
        "psycopg2": "postgres",
        "sqlite3": "sqlite",
        "_sqlite3": "sqlite",
        "duckdb": "duckdb",
        "_duckdb": "duckdb",
        "chdb": "clickhouse",
        "clickhouse_connect": "clickhouse",
        "clickhouse_driver": "clickhouse",
        "databricks.sql": "databricks",
        "snowflake": "snowflake",
        "google.cloud.bigquery": "bigquery",
        "trino": "trino",
    }
)


def database_of(data: Relation, argument: str) -> Database:
    """Return which database a relation lies in.

    Raises
    ------
    InputError
        If the dialect is unknown, or not given where the driver does not tell it.
    """
    known = ", ".join(repr(name) for name in DATABASES)
    if data.dialect is not None and data.dialect not in DATABASES:
        raise InputError(f"{argument}: dialect={data.dialect!r} is unknown; choose one of {known}")
    name = data.dialect or _driver(data.connection) or _vendor(data.connection)
    if name is None:
        kind = type(data.connection)
        raise InputError(
            f"{argument}: connections of {kind.__module__}.{kind.__qualname__} are not recognised; "
            f"pass Relation(connection, table, dialect=…) with one of {known}"
        )
    return DATABASES[name]


def _driver(connection: Any) -> str | None:
    module = f"{type(connection).__module__}."
    for name, database in _DRIVERS.items():
        if module.startswith(f"{name}."):
            return database
    return None


def _vendor(connection: Any) -> str | None:
    """Ask an ADBC connection what it is connected to."""
    tell = getattr(connection, "adbc_get_info", None)
    vendor = str(tell().get("vendor_name", "")).lower() if callable(tell) else ""
    return {"postgresql": "postgres", "sqlite": "sqlite"}.get(vendor, vendor or None)


def connected(data: Relation, argument: str) -> AbstractContextManager[Connected]:
    """Open an engine on the connection of a relation; the connection stays open."""
    return _connected(data, database_of(data, argument), argument)


@contextmanager
def _connected(data: Relation, database: Database, argument: str) -> Iterator[Connected]:
    connection = getattr(data.connection, "dbapi_connection", data.connection)  # of SQLAlchemy
    if not callable(getattr(connection, "cursor", None)):
        raise InputError(
            f"{argument}: connection is a {type(connection).__name__} without cursor(); "
            "expected an open DB-API connection"
        )
    with database.session(connection) as execute:
        yield Connected(database, connection, execute)
