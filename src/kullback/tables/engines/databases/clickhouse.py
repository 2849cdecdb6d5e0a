"""ClickHouse, over chdb, clickhouse-connect or clickhouse-driver."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import Any

from kullback.tables.engines.database import Database, DescribedTable, Execute, Rows, over_cursors
from kullback.tables.engines.dialect import DAY, MOMENT, NUMBER, WORD, Dialect, since_1970

_WRAPPED = re.compile(r"^(?:Nullable|LowCardinality)\((.*)\)$")
_NANO = "toUnixTimestamp64Nano({0})"
DIALECT = Dialect(
    backslash=True,
    hex_text="unhex('{0}')",
    zero_character="char(0)",
    decimal_literal="toDecimal256('{value:f}', {scale})",
    wide_integer_literal="toInt256('{value}')",
    float_type="Nullable(Float64)",
    single_type="Nullable(Float32)",
    nothing="CAST(NULL AS Nullable(Int32))",
    integer="accurateCastOrNull({0}, 'Int64')",
    text="CAST({0} AS Nullable(String))",
    own_text="CAST(if(isValidUTF8({0}), {0}, lower(hex({0}))) AS Nullable(String))",
    length="lengthUTF8({0})",
    piece="substringUTF8({0}, {1}, {2})",
    floating="CAST({0} AS Nullable(Float64)) + 0.0",  # it groups -0 and 0 apart
    is_nan="isNaN({0})",
    is_finite="isFinite({0})",
    number_of_text=f"if(match(lower({{0}}), '{NUMBER}|{WORD}'), "
    "toFloat64OrNull(trimBoth({0})), NULL)",
    whole_of_text="toDecimal128OrNull({0}, 0)",
    time_of_text=f"if(match({{0}}, '{MOMENT}'), "
    "toUnixTimestamp64Micro(parseDateTime64BestEffortOrNull({0}, 6, 'UTC')), NULL)",
    microseconds=since_1970(
        TIME="toInt64(toDecimal64({0}, 6) * 1000000)",
        DATE=f"toInt64({{0}}) * {DAY}",
        TIMESTAMP_NS=f"intDiv({_NANO} - positiveModulo({_NANO}, 1000), 1000)",  # it cuts off at 0
        OTHER="toUnixTimestamp64Micro(toDateTime64({0}, 6))",
    ),
    materialized="",
    distinct="count(DISTINCT {0})",
    matches="match({0}, {1})",
    rewrites="replaceRegexpAll({0}, {1}, {2})",
    word="splitByChar(' ', assumeNotNull({0}))[assumeNotNull({1})]",
    digest="lower(hex(MD5(concat('kullback', {0}))))",
)
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
        "Time": "TIME",
        "Time64": "TIME",
        "IPv4": "UUID",
        "IPv6": "UUID",
        "Nothing": '"NULL"',
    }
)


def types(execute: Execute, table: DescribedTable) -> list[str]:
    """Return the types that DESCRIBE tells."""
    return [canonical(row[1]) for row in execute(f"DESCRIBE (SELECT * FROM {table.relation})")]


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
    if word == "DateTime64" and inside.startswith("9"):
        return "TIMESTAMP_NS"
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


DATABASE = Database(
    "ClickHouse",
    DIALECT,
    types,
    _session,
    drivers=("chdb", "clickhouse_connect", "clickhouse_driver"),
)
