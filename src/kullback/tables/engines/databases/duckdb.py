"""DuckDB, over a connection of the user's own: its tables may have collations, set aside."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kullback.tables.engines.database import Database, Execute, Rows, told_types
from kullback.tables.engines.dialect import Dialect
from kullback.tables.engines.urls import DatabaseUrl

DIALECT = Dialect(
    text="CAST({0} AS VARCHAR) COLLATE C",
    own_text="{0} COLLATE C",
)


def _describe(connection: Any, relation: str) -> list[tuple[str, Any]]:
    rows = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    return [(row[0], row[1]) for row in rows]


@contextmanager
def _session(connection: Any) -> Iterator[Execute]:
    """Run on the connection itself: a cursor of DuckDB does not see its temporary tables."""

    def execute(sql: str) -> Rows:
        rows: Rows = connection.execute(sql).fetchall()
        return rows

    yield execute


def _connect(url: DatabaseUrl) -> Any:
    import duckdb

    return duckdb.connect(str(url.existing()), read_only=True)


DATABASE = Database(
    "DuckDB",
    DIALECT,
    told_types,
    _session,
    _describe,
    drivers=("duckdb", "_duckdb"),
    schemes=("duckdb",),
    connect=_connect,
)
