"""MariaDB, over PyMySQL, mysqlclient or its own driver: one snapshot, read only."""

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
from kullback.tables.engines.dialect import (
    IN_RANGE,
    MOMENT,
    NOT_IN_WORD,
    NUMBER,
    OFFSET,
    UTF8_IN_HEX,
    Dialect,
    since_1970,
    where,
)
from kullback.tables.engines.urls import DatabaseUrl

_SINCE = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {0})"
_BEHIND = "regexp_substr({0}, '[+-][0-9]{{2}}(:?[0-9]{{2}})?$')"  # the offset from UTC
_OFFSET = (
    f"(CASE WHEN {{0}} REGEXP '{OFFSET}' AND {_BEHIND} <> '' THEN "
    f"CAST(concat(substr({_BEHIND}, 1, 1), '1') AS SIGNED) * (substr({_BEHIND}, 2, 2) * 60 + "
    f"CASE WHEN length({_BEHIND}) > 3 THEN right({_BEHIND}, 2) ELSE 0 END) * 60000000 ELSE 0 END)"
)
_MOMENT = "CAST(regexp_substr({0}, '^[0-9-]+([ T][0-9:.]+)?') AS DATETIME(6))"


def dialect(collation: str) -> Dialect:
    """Return the dialect, by the collation that compares bytes and pads nothing."""
    text = f"CONVERT({{0}} USING utf8mb4) COLLATE {collation}"
    return Dialect(
        quote="`",
        hex_text="CONVERT(x'{0}' USING utf8mb4)",
        zero_character="CHAR(0 USING utf8mb4)",
        single_type="FLOAT",
        nothing="CAST(NULL AS SIGNED)",
        integer="CAST({0} AS SIGNED)",
        text=text,
        own_text=text,
        length="char_length({0})",
        floating="(CAST({0} AS DOUBLE) + 0e0)",
        is_nan="FALSE",  # it has none, nor infinities
        is_finite=IN_RANGE,
        number_of_text=where(f"{{0}} REGEXP '{NUMBER}'", "CAST(trim({0}) AS DOUBLE)"),
        whole_of_text=where("length({0}) < 38", "CAST({0} AS DECIMAL(38, 0))"),
        time_of_text=where(f"{{0}} REGEXP '{MOMENT}'", f"{_SINCE.format(_MOMENT)} - {_OFFSET}"),
        microseconds=since_1970(
            TIME="CAST(TIME_TO_SEC({0}) * 1000000 AS SIGNED)",
            ZONED="CAST(unix_timestamp({0}) * 1000000 AS SIGNED)",
            OTHER=_SINCE,
        ),
        materialized="",
        bytes=f"CASE WHEN lower(hex({{0}})) REGEXP '{UTF8_IN_HEX}' THEN {text} "
        f"ELSE {text.replace('{0}', 'lower(hex({0}))')} END",
        joined="concat({0}, {1})",
        digest="md5(concat('kullback', {0}))",
        matches="({0} REGEXP {1})",
        rewrites="regexp_replace({0}, {1}, {2})",
        not_in_word=NOT_IN_WORD,
        word="substring_index(substring_index({0}, ' ', {1}), ' ', -1)",
        distinct="count(DISTINCT {0})",
    )


DIALECT = dialect("utf8mb4_nopad_bin")
# Of the protocol, which all drivers tell; a length beside it is that of a TINYINT(1).
_TYPES = MappingProxyType(
    {
        **dict.fromkeys((0, 246), "DECIMAL"),
        1: "TINYINT",
        2: "SMALLINT",
        3: "INTEGER",
        4: "FLOAT",
        5: "DOUBLE",
        6: '"NULL"',
        7: "TIMESTAMP WITH TIME ZONE",
        8: "BIGINT",
        9: "INTEGER",
        10: "DATE",
        11: "TIME",
        12: "TIMESTAMP",
        13: "INTEGER",
        14: "DATE",
        16: "BIT",
        245: "VARCHAR",
    }
)
_TEXTS = {15, 247, 248, 249, 250, 251, 252, 253, 254}  # or bytes, which the character set tells
_TINY, _FLAG = 1, 1


def describe(connection: Any, relation: str) -> list[tuple[str, Any]]:
    """Return the names of the columns, and the code and the length of their types."""
    cursor = connection.cursor()
    try:
        cursor.execute(f"SELECT * FROM {relation} WHERE 1 = 0")
        return [(str(column[0]), (column[1], column[3])) for column in cursor.description]
    finally:
        cursor.close()


def types(execute: Execute, table: DescribedTable) -> list[str]:
    """Return the types that the driver tells; texts, bytes and flags by asking for them."""
    columns = [(f"s.{DIALECT.identifier(name)}", *told) for name, told in table.described]
    texts = [column for column, code, _ in columns if code in _TEXTS]
    sets: dict[str, str] = {}
    if texts:
        told = ", ".join(f"charset({column}) AS c{i}" for i, column in enumerate(texts))
        # The outer join makes one row of NULLs, whose character sets are known.
        sql = f"SELECT {told} FROM (SELECT 1 AS a) AS one LEFT JOIN {table.relation} ON FALSE"
        sets = dict(zip(texts, map(str, execute(sql)[0]), strict=True))

    def judged(column: str, code: int, length: Any) -> str:
        if column in sets:
            return "BLOB" if sets[column] == "binary" else "VARCHAR"
        if code == _TINY and length == _FLAG:
            others = f"SELECT 1 FROM {table.relation} WHERE {column} NOT IN (0, 1) LIMIT 1"
            return "TINYINT" if execute(others) else "BOOLEAN"
        return _TYPES.get(code, f"type {code}")

    return [judged(*column) for column in columns]


@contextmanager
def _session(connection: Any) -> Iterator[Execute]:
    """Take a snapshot, unless the user has a transaction open."""
    run = over_cursors(connection)
    if run("SELECT @@in_transaction")[0][0]:
        yield run
        return
    cursor = connection.cursor()
    cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    try:
        yield run
    finally:
        connection.rollback()
        cursor.close()


def connect(url: DatabaseUrl) -> Any:
    """Open a connection over PyMySQL.

    Raises
    ------
    MissingDependencyError
        If it is not installed.
    """
    split = url.split
    return url.driver("pymysql", "PyMySQL", "mariadb").connect(
        host=split.hostname or "localhost",
        port=split.port or 3306,
        user=unquote(split.username or "") or None,
        password=unquote(split.password or ""),
        database=unquote(split.path.strip("/")) or None,
        charset="utf8mb4",
    )


def _is_mariadb(connection: Any) -> bool:
    version = getattr(connection, "server_version", None) or getattr(connection, "server_info", "")
    told = connection.get_server_info() if hasattr(connection, "get_server_info") else version
    return "mariadb" in str(told).lower()


DRIVERS = ("pymysql", "MySQLdb", "mysql", "mariadb")
ODD = MappingProxyType({"BIT": OddType("CAST({0} AS UNSIGNED)", "UBIGINT")})
DATABASE = Database(
    "MariaDB",
    DIALECT,
    types,
    _session,
    describe,
    drivers=DRIVERS,
    recognises=_is_mariadb,
    schemes=("mariadb", "mysql"),
    connect=connect,
    odd=ODD,
    lacks=frozenset({"INTERVAL"}),
)
