"""SQL Server of 2019 and later, over pymssql, pyodbc or its own driver; only its text is tested.

Its texts are compared without the spaces at their end, so these are cut off.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from kullback.tables.engines.database import (
    Database,
    DescribedTable,
    Execute,
    OddType,
    over_cursors,
)
from kullback.tables.engines.dialect import IN_RANGE, Dialect, since_1970, where
from kullback.tables.engines.urls import DatabaseUrl

_BYTEWISE = "COLLATE Latin1_General_100_BIN2"
_TEXT = f"CAST({{0}} AS NVARCHAR(MAX)) {_BYTEWISE}"
_UTF8 = "CAST((N'kullback' + {0}) COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX))"
_SINCE = "DATEDIFF_BIG(MICROSECOND, '1970-01-01', {0})"
# An empty text would be 0, and a lone exponent nothing that others read.
_IS_NUMBER = (
    "{0} LIKE '%[0-9]%' AND {0} NOT LIKE '%[^-+.0-9eE ]%' AND {0} NOT LIKE '%[eE]' AND "
    "{0} NOT LIKE '%[eE][-+]' AND {0} NOT LIKE '[eE]%' AND {0} NOT LIKE '%[^.0-9][eE]%'"
)
_IS_MOMENT = "{0} LIKE '[0-9][0-9][0-9][0-9]-[0-9]%'"
DIALECT = Dialect(
    hex_text="CAST(0x{0} AS NVARCHAR(MAX))",
    hex_of="utf-16-le",
    pads=True,
    zero_character="NCHAR(0)",
    true="CAST(1 AS BIT)",
    false="CAST(0 AS BIT)",
    truth="CAST(CASE WHEN {0} THEN 1 ELSE 0 END AS BIT)",
    test="{0} = 1",
    count="COUNT_BIG",
    ln="LOG",
    nested=6,  # it takes ten, of which others are around
    first="OFFSET 0 ROWS FETCH NEXT {0} ROWS ONLY",
    some="ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT {0} ROWS ONLY",
    float_type="FLOAT",
    single_type="REAL",
    text=_TEXT,
    own_text=f"RTRIM(CAST({{0}} AS NVARCHAR(MAX))) {_BYTEWISE}",
    float_text=f"CONVERT(NVARCHAR(MAX), {{0}}, 3) {_BYTEWISE}",  # with all digits
    length="(LEN(({0} + N'.') COLLATE Latin1_General_100_CI_AS_SC) - 1)",
    piece="SUBSTRING({0}, {1}, {2})",
    floating="(CAST({0} AS FLOAT) + 0e0)",
    is_nan="(1 = 0)",  # it has none, nor infinities
    is_finite=IN_RANGE,
    number_of_text=where(_IS_NUMBER, "TRY_CAST({0} AS FLOAT)"),
    boolean_of_text="CASE WHEN LOWER({0}) IN ('true', 't', 'yes', 'y', '1') THEN CAST(1 AS BIT) "
    "WHEN LOWER({0}) IN ('false', 'f', 'no', 'n', '0') THEN CAST(0 AS BIT) END",
    time_of_text=where(_IS_MOMENT, _SINCE.format("TRY_CAST({0} AS DATETIMEOFFSET(6))")),
    microseconds=since_1970(
        TIME="DATEDIFF_BIG(MICROSECOND, CAST('00:00' AS TIME), {0})", OTHER=_SINCE
    ),
    materialized="",
    bytes=f"LOWER(CONVERT(NVARCHAR(MAX), CAST({{0}} AS VARBINARY(MAX)), 2)) {_BYTEWISE}",
    joined="({0} + {1})",
    digest=f"LOWER(CONVERT(NVARCHAR(32), HASHBYTES('MD5', {_UTF8}), 2)) {_BYTEWISE}",
    matches="",  # regular expressions came with 2025
    rewrites="",
    distinct="COUNT_BIG(DISTINCT {0})",
)
_TYPES = MappingProxyType(
    {
        "bit": "BOOLEAN",
        "tinyint": "UTINYINT",
        "smallint": "SMALLINT",
        "int": "INTEGER",
        "bigint": "BIGINT",
        "real": "FLOAT",
        "float": "DOUBLE",
        "date": "DATE",
        "time": "TIME",
        "datetime2": "TIMESTAMP",
        "datetimeoffset": "TIMESTAMP WITH TIME ZONE",
        **dict.fromkeys(("char", "varchar", "nchar", "nvarchar", "text", "ntext"), "VARCHAR"),
        **dict.fromkeys(("binary", "varbinary", "image", "timestamp", "rowversion"), "BLOB"),
    }
)
# Others would be spelt in other ways as text, or have other digits.
ODD = MappingProxyType(
    {
        "datetime": OddType("CAST({0} AS DATETIME2(3))", "TIMESTAMP"),
        "smalldatetime": OddType("CAST({0} AS DATETIME2(0))", "TIMESTAMP"),
        "money": OddType("CAST({0} AS DECIMAL(19, 4))", "DECIMAL(19,4)"),
        "smallmoney": OddType("CAST({0} AS DECIMAL(10, 4))", "DECIMAL(10,4)"),
        "uniqueidentifier": OddType("LOWER(CAST({0} AS NCHAR(36)))", "VARCHAR"),
        "xml": OddType("CAST({0} AS NVARCHAR(MAX))", "VARCHAR"),
    }
)


def types(execute: Execute, table: DescribedTable) -> list[str]:
    """Return the types that the server tells of the result of a query."""
    asked = f"SELECT * FROM {table.relation}".replace("'", "''")
    rows = execute(
        "SELECT system_type_name FROM sys.dm_exec_describe_first_result_set("
        f"N'{asked}', NULL, 0) WHERE is_hidden = 0 ORDER BY column_ordinal"
    )
    return [_canonical(str(name)) for (name,) in rows]


def _canonical(name: str) -> str:
    word, _, inside = name.partition("(")
    if word in {"decimal", "numeric"}:
        return f"DECIMAL({inside}"
    return _TYPES.get(word, word)


@contextmanager
def _session(connection: Any) -> Iterator[Execute]:
    """End the transaction that the first statement opens, unless the user has one open."""
    run = over_cursors(connection)
    opened = run("SELECT @@TRANCOUNT")[0][0]
    try:
        yield run
    finally:
        if not opened:
            connection.rollback()


def connect(url: DatabaseUrl) -> Any:
    """Open a connection over pymssql.

    Raises
    ------
    MissingDependencyError
        If it is not installed.
    """
    split = url.split
    return url.driver("pymssql", "pymssql", "mssql").connect(
        server=split.hostname or "localhost",
        port=str(split.port or 1433),
        user=unquote(split.username or "") or None,
        password=unquote(split.password or "") or None,
        database=unquote(split.path.strip("/")),
        charset="UTF-8",
    )


def _is_mssql(connection: Any) -> bool:
    """Return whether ODBC, which speaks to any database, tells this one's name (its item 17)."""
    of_odbc = type(connection).__module__.startswith("pyodbc")
    return not of_odbc or "SQL Server" in str(connection.getinfo(17))


DATABASE = Database(
    "SQL Server",
    DIALECT,
    types,
    _session,
    drivers=("pymssql", "pyodbc", "mssql_python"),
    recognises=_is_mssql,
    schemes=("mssql", "sqlserver", "microsoft sql server"),  # the last is what ADBC tells
    connect=connect,
    odd=ODD,
    lacks=frozenset({"INTERVAL"}),
)
