"""ClickHouse, over chdb, clickhouse-connect or clickhouse-driver."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import Any

from kullback.tables.engines.database import Asked, Database, Execute, Rows, over_cursors
from kullback.tables.engines.dialects import CLICKHOUSE as DIALECT

_WRAPPED = re.compile(r"^(?:Nullable|LowCardinality)\((.*)\)$")
_TYPES = MappingProxyType(
    {
        "Float64": "DOUBLE",
        "Float32": "FLOAT",
        "Int8": "TINYINT",
        "Int16": "SMALLINT",
        "Int32": "INTEGER",
        "Int64": "BIGINT",
        "Int128": "HUGEINT",
        "UInt8": "UTINYINT",
        "UInt16": "USMALLINT",
        "UInt32": "UINTEGER",
        "UInt64": "UBIGINT",
        "UInt128": "UHUGEINT",
        "Bool": "BOOLEAN",
        "String": "VARCHAR",
        "FixedString": "VARCHAR",
        "UUID": "UUID",
        "Enum8": "ENUM",
        "Enum16": "ENUM",
        "Date": "DATE",
        "Date32": "DATE",
        "DateTime": "TIMESTAMP",
        "DateTime64": "TIMESTAMP",
        "Nothing": '"NULL"',
    }
)


def types(execute: Execute, asked: Asked) -> list[str]:
    """Return the types that DESCRIBE tells."""
    return [canonical(row[1]) for row in execute(f"DESCRIBE (SELECT * FROM {asked.relation})")]


def canonical(type_name: str) -> str:
    """Return a type in DuckDB's words.

    Examples
    --------
    >>> canonical("LowCardinality(Nullable(String))"), canonical("Decimal(10, 2)")
    ('VARCHAR', 'DECIMAL(10,2)')
    """
    while (match := _WRAPPED.match(type_name)) is not None:
        type_name = match.group(1)
    word, _, inside = type_name.partition("(")
    if word == "Decimal":
        return f"DECIMAL({inside.replace(' ', '')}"
    return _TYPES.get(word, type_name)


@contextmanager
def _session(connection: Any) -> Iterator[Execute]:
    run = over_cursors(connection)

    def execute(sql: str) -> Rows:
        try:
            return run(sql)
        except Exception:
            with suppress(Exception):  # chdb shows what a failed statement left with the next one
                run("SELECT 1")
            raise

    yield execute


CLICKHOUSE = Database("ClickHouse", DIALECT, types, _session)
