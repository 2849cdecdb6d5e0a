"""DuckDB, over a connection of the user's own: its tables may have collations, set aside."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kullback.errors import InputError
from kullback.tables.engines.database import Database, Execute, Rows, told_types
from kullback.tables.engines.dialect import Dialect
from kullback.tables.engines.urls import DatabaseUrl

# A URL may come from outside: it reaches its own file, and writes nothing, not even beside it.
LOCKED: dict[str, Any] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "temp_directory": "",
    "lock_configuration": "true",
}
DIALECT = Dialect(
    text="CAST({0} AS VARCHAR) COLLATE C",
    own_text="{0} COLLATE C",
    is_duckdb=True,
)


def told_columns(connection: Any, relation: str) -> list[tuple[str, Any]]:
    """Return the name and the type of each column, in order; DESCRIBE has none beyond 2 048."""
    told = connection.execute(f"SELECT * FROM {relation} LIMIT 0").description
    return [(str(name), str(kind)) for name, kind, *_ in told]


@contextmanager
def _session(connection: Any) -> Iterator[Execute]:
    """Run on the connection itself: a cursor of DuckDB does not see its temporary tables."""

    def execute(sql: str) -> Rows:
        rows: Rows = connection.execute(sql).fetchall()
        return rows

    yield execute


def _connect(url: DatabaseUrl) -> Any:
    import duckdb

    return duckdb.connect(str(url.existing()), read_only=True, config=LOCKED)


def _check(connection: Any, query: str, _: str) -> None:
    """Have the parser see that a query is one statement that reads."""
    import duckdb

    parsed = connection.extract_statements(query)
    if len(parsed) != 1 or parsed[0].type != duckdb.StatementType.SELECT:
        raise InputError(f"it holds {len(parsed)} statements; a query is one that reads (SELECT)")


DATABASE = Database(
    "DuckDB",
    DIALECT,
    told_types,
    _session,
    told_columns,
    drivers=("duckdb", "_duckdb"),
    schemes=("duckdb",),
    connect=_connect,
    check=_check,
)
