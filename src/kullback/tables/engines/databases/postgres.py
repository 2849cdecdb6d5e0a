"""Postgres, over psycopg, psycopg2 or ADBC: one snapshot, read only, for all statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from kullback.tables.engines.database import (
    Database,
    DescribedTable,
    Execute,
    OddType,
    Rows,
    over_cursors,
)
from kullback.tables.engines.dialect import (
    MOMENT,
    NUMBER,
    OFFSET,
    UTF8_IN_HEX,
    WORD,
    Dialect,
    since_1970,
    where,
)
from kullback.tables.engines.urls import DatabaseUrl

_IDLE = 0  # of libpq's PQtransactionStatus: no transaction is open
_SNAPSHOT = "TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_HEX = "encode({0}, 'hex')"
_SECONDS = "CAST(extract(epoch FROM {0}) * 1000000 AS BIGINT)"
DIALECT = Dialect(
    hex_text="convert_from(decode('{0}', 'hex'), 'UTF8')",
    zero_character="NULL",
    float_literal="CAST({value:.17e} AS DOUBLE PRECISION)",
    float_type="DOUBLE PRECISION",
    single_type="REAL",
    text='CAST({0} AS TEXT) COLLATE "C"',
    own_text='CAST({0} AS TEXT) COLLATE "C"',
    floating="CAST({0} AS DOUBLE PRECISION)",
    decimal=where("{0} < 'Infinity' AND {0} > '-Infinity'", "{0}"),
    bytes=f"CASE WHEN {_HEX} ~ '{UTF8_IN_HEX}' THEN convert_from({{0}}, 'UTF8') ELSE {_HEX} END",
    is_nan="({0} = 'NaN')",
    is_finite="({0} > '-Infinity' AND {0} < 'Infinity')",
    number_of_text=where(
        f"{{0}} ~* '{NUMBER}|{WORD}' AND pg_input_is_valid({{0}}, 'double precision')",
        "CAST({0} AS DOUBLE PRECISION)",
    ),
    whole_of_text=where("length({0}) < 38", "CAST({0} AS DECIMAL(38, 0))"),
    time_of_text=where(
        f"{{0}} ~ '{MOMENT}' AND pg_input_is_valid({{0}}, 'timestamp')",
        # Without this it would take the offset for nothing.
        f"CASE WHEN {{0}} ~ '{OFFSET}' THEN {_SECONDS.format('CAST({0} AS TIMESTAMPTZ)')} "
        f"ELSE {_SECONDS.format('CAST({0} AS TIMESTAMP)')} END",
    ),
    piece="substr({0}, CAST({1} AS INTEGER), CAST({2} AS INTEGER))",
    distinct="count(DISTINCT {0})",
    apart=" OFFSET 0",
    matches="({0} ~ {1})",
    word="split_part({0}, ' ', CAST({1} AS INTEGER))",
    microseconds=since_1970(TIME=_SECONDS, OTHER=where("isfinite({0})", _SECONDS)),
)
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
        "bytea": "BLOB",
        "date": "DATE",
        "timestamp without time zone": "TIMESTAMP",
        "timestamp with time zone": "TIMESTAMP WITH TIME ZONE",
        "time without time zone": "TIME",
    }
)
_ODD = MappingProxyType(
    {
        "interval": OddType(
            "CAST(extract(epoch FROM {0}) AS DOUBLE PRECISION)", "DOUBLE", "seconds"
        ),
        "money": OddType("CAST({0} AS NUMERIC)", "DECIMAL"),
        "inet": OddType("abbrev({0})", "VARCHAR"),
        "cidr": OddType("CAST({0} AS TEXT)", "VARCHAR"),
        "macaddr": OddType("CAST({0} AS TEXT)", "VARCHAR"),
        "xml": OddType("CAST({0} AS TEXT)", "VARCHAR"),
        "oid": OddType("CAST({0} AS BIGINT)", "BIGINT"),
    }
)
_AT_ONCE = 500  # of the 1664 columns that a result may have


def types(execute: Execute, table: DescribedTable) -> list[str]:
    """Return the types by asking for them; a table without rows tells them as well."""
    names = [f"s.{DIALECT.identifier(name)}" for name, _ in table.described]
    found: list[str] = []
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        told = ", ".join(f"CAST(pg_typeof({name}) AS TEXT) AS t{i}" for i, name in enumerate(some))
        # The outer join makes one row of NULLs, whose types are known.
        sql = f"SELECT {told} FROM (SELECT 1) AS one LEFT JOIN {table.relation} ON FALSE"
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


def _connect(url: DatabaseUrl) -> Any:
    return url.driver("psycopg", "psycopg", "postgres").connect(url.text)


def _check(connection: Any, _: str, relation: str) -> None:
    """Have the server prepare a query: it prepares one statement, and never several."""

    def prepared(sql: str) -> Rows:
        with connection.cursor() as cursor:
            cursor.execute(sql, prepare=True)
        return []

    if type(connection).__module__.split(".")[0] == "psycopg":
        _guarded(connection, prepared, f"SELECT * FROM {relation} WHERE 1 = 0")


DATABASE = Database(
    "Postgres",
    DIALECT,
    types,
    _session,
    drivers=("psycopg", "psycopg2"),
    schemes=("postgresql", "postgres"),
    connect=_connect,
    check=_check,
    odd=_ODD,
)
