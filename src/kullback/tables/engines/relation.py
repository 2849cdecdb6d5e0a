"""A table or a query in the user's own database, which is counted where it lies."""

import re
from dataclasses import dataclass, field
from typing import Any

from kullback.errors import InputError
from kullback.tables.engines.dialect import Dialect

_PART = re.compile(r'\s*(?:"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^\W\d][\w$]*))\s*')
_QUERY = re.compile(r"\s*(\(|(SELECT|WITH|VALUES|FROM)\s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or a query behind an open database connection.

    Its rows are counted by the database itself, with the same SQL text as everywhere; only
    counts travel. Nothing is written, and a transaction that was not open before is closed.

    Parameters
    ----------
    connection : DB-API 2.0 (or ADBC) connection
        Of psycopg, psycopg2, sqlite3, duckdb, chdb, clickhouse-connect, PyMySQL, pymssql, pyodbc
        (of SQL Server), or any driver whose `dialect` is named. It stays open.
    table : str
        A name, as ``sales`` or ``shop."Sales of 2024"`` (quote what is no plain word), or a
        query, as ``SELECT * FROM sales WHERE day > '2024-01-01'``.
    dialect : str, optional
        How the database spells things: "duckdb", "sqlite", "postgres", "clickhouse", "mariadb",
        "mysql", "mssql", "databricks", "snowflake", "bigquery", "trino" or "datafusion"; default:
        by the driver's name. The last seven are not tested on the databases themselves.

    Raises
    ------
    InputError
        If `table` is neither a name nor a query.

    Examples
    --------
    >>> import sqlite3
    >>> from kullback import tables
    >>> connection = sqlite3.connect(":memory:")
    >>> _ = connection.execute("CREATE TABLE paid AS SELECT 'card' AS how UNION ALL SELECT 'cash'")
    >>> tables.profile(tables.Relation(connection, "paid"))["how"].body.counts
    {'card': 1, 'cash': 1}
    """

    connection: Any = field(repr=False)
    table: str
    dialect: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.table, str):
            raise InputError(f"table is a {type(self.table).__name__}; expected a name or a query")
        if not is_query(self.table):
            parts(self.table)

    def __str__(self) -> str:
        return "a query" if is_query(self.table) else f"table {self.table}"


def is_query(table: str) -> bool:
    """Return whether a text is a query; else it is a name."""
    return _QUERY.match(table) is not None


def parts(table: str) -> list[tuple[str, bool]]:
    """Part a dotted name into (name, quoted?) pairs.

    Examples
    --------
    >>> parts('shop."Sales, 2024"')
    [('shop', False), ('Sales, 2024', True)]
    """
    found: list[tuple[str, bool]] = []
    place = 0
    while (match := _PART.match(table, place)) is not None:
        double, back, bare = match.groups()
        quoted = double.replace('""', '"') if double else back.replace("``", "`") if back else None
        found.append((bare, False) if quoted is None else (quoted, True))
        place = match.end()
        if place == len(table):
            return found
        if table[place] != ".":
            break
        place += 1
    raise InputError(
        f"table={table!r} is neither a name nor a query; a name that is no plain word is quoted, "
        "as in 'shop.\"Sales of 2024\"', and a query begins with SELECT or WITH"
    )


def in_from(table: str, dialect: Dialect) -> str:
    """Return what stands in a FROM clause; a bare word stays bare, since engines fold its case."""
    if is_query(table):
        inner = table.strip().rstrip(";")
        return f"{inner} AS s" if inner.startswith("(") else f"({inner}\n) AS s"
    names = (dialect.identifier(name) if quoted else name for name, quoted in parts(table))
    return ".".join(names) + " AS s"
