"""Postgres, over psycopg, psycopg2 or ADBC: one snapshot, read only, for all statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from kullback.tables.engines.database import Asked, Database, Execute, Rows, over_cursors
from kullback.tables.engines.dialects import POSTGRES as DIALECT

_IDLE = 0  # of libpq's PQtransactionStatus: no transaction is open
_SNAPSHOT = "TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_TYPES = MappingProxyType(
    {
        "double precision": "DOUBLE",
        "real": "FLOAT",
        "bigint": "BIGINT",
        "integer": "INTEGER",
        "smallint": "SMALLINT",
        "numeric": "DECIMAL",
        "boolean": "BOOLEAN",
        "text": "VARCHAR",
        "character varying": "VARCHAR",
        "character": "VARCHAR",
        "name": "VARCHAR",
        "citext": "VARCHAR",
        "uuid": "UUID",
        "date": "DATE",
        "timestamp without time zone": "TIMESTAMP",
        "timestamp with time zone": "TIMESTAMP WITH TIME ZONE",
        "time without time zone": "TIME",
    }
)
_AT_ONCE = 500  # of the 1664 columns that a result may have


def types(execute: Execute, asked: Asked) -> list[str]:
    """Return the types by asking for them; a table without rows tells them as well."""
    names = [f"s.{DIALECT.identifier(name)}" for name, _ in asked.described]
    found: list[str] = []
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        told = ", ".join(f"CAST(pg_typeof({name}) AS TEXT) AS t{i}" for i, name in enumerate(some))
        # The outer join makes one row of NULLs, whose types are known.
        sql = f"SELECT {told} FROM (SELECT 1) AS one LEFT JOIN {asked.relation} ON FALSE"
        found += execute(sql)[0]
    bases = {name: _base(execute, name) for name in set(found) - set(_TYPES)}
    named = (bases.get(name, name) for name in found)
    return [_TYPES.get(name, name) for name in named]


def _base(execute: Execute, name: str) -> str:
    """Return what a type of the user's own is made of: an enumeration, or a domain's base."""
    told = "CAST(typtype AS TEXT), CAST(CAST(typbasetype AS regtype) AS TEXT)"
    literal = DIALECT.literal(name)
    rows = execute(f"SELECT {told} FROM pg_type WHERE oid = CAST({literal} AS regtype)")
    kind, base = rows[0] if rows else ("", "")
    if kind == "d":
        return base if base in _TYPES else _base(execute, base)
    return "ENUM" if kind == "e" else name


@contextmanager
def _session(connection: Any) -> Iterator[Execute]:
    """Take a snapshot, unless the user has a transaction open; a failed statement undoes itself."""
    run = over_cursors(connection)
    info = getattr(connection, "info", None)
    idle = getattr(info, "transaction_status", None) == _IDLE
    if idle and connection.autocommit:
        _quietly(connection, f"BEGIN {_SNAPSHOT}")
    elif idle:
        _quietly(connection, f"SET {_SNAPSHOT}")
    try:
        yield lambda sql: _guarded(connection, run, sql)
    finally:
        if idle and connection.autocommit:
            _quietly(connection, "ROLLBACK")
        elif idle:
            connection.rollback()


def _quietly(connection: Any, sql: str) -> None:
    cursor = connection.cursor()
    cursor.execute(sql)
    cursor.close()


def _guarded(connection: Any, run: Execute, sql: str) -> Rows:
    """Run a statement so that its failure does not end the transaction."""
    _quietly(connection, "SAVEPOINT kullback")
    try:
        rows = run(sql)
    except Exception:
        _quietly(connection, "ROLLBACK TO SAVEPOINT kullback")
        raise
    _quietly(connection, "RELEASE SAVEPOINT kullback")
    return rows


POSTGRES = Database("Postgres", DIALECT, types, _session)
