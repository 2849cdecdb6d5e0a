"""What a database is: its dialect, how it tells its columns, and how a session is begun."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from kullback.errors import InputError
from kullback.tables.engines import Source, SourceColumn
from kullback.tables.engines.dialect import Dialect
from kullback.tables.engines.files import require_distinct
from kullback.tables.engines.relation import Relation, in_from, is_query
from kullback.tables.engines.type_names import canonical
from kullback.tables.engines.urls import DatabaseUrl

Rows = list[tuple[Any, ...]]
Execute = Callable[[str], Rows]


class OddType(NamedTuple):
    """How values of a type that other engines lack are read: SQL, a type, and how it is spelt."""

    sql: str
    type: str
    spelling: str = ""


class DescribedTable(NamedTuple):
    """A table whose types are table for.

    `described` is what a DB-API cursor tells of each column: its name and its type.
    """

    table: str
    relation: str
    described: list[tuple[str, Any]]


def describe(connection: Any, relation: str) -> list[tuple[str, Any]]:
    """Return the names and the driver's own types of the columns."""
    cursor = connection.cursor()
    try:
        cursor.execute(f"SELECT * FROM {relation} WHERE 1 = 0")
        return [(str(column[0]), column[1]) for column in cursor.description]
    finally:
        cursor.close()


def told_types(_execute: Execute, table: DescribedTable) -> list[str]:
    """Return the types that the driver's cursor tells in words."""
    return [canonical(str(told)) for _, told in table.described]


def over_cursors(connection: Any) -> Execute:
    """Run each statement on a cursor of its own."""

    def execute(sql: str) -> Rows:
        cursor = connection.cursor()
        try:
            cursor.execute(sql)
            decimals = [
                i for i, told in enumerate(cursor.description or ()) if _is_decimal(told[1])
            ]
            return [_values(row, decimals) for row in cursor.fetchall()]
        finally:
            cursor.close()

    return execute


def _is_decimal(told: Any) -> bool:
    """Return whether Arrow, which has no decimals without limit, brings one as text."""
    return "type_name=numeric" in str(told)


def _values(row: Any, decimals: list[int]) -> tuple[Any, ...]:
    """Return the values of a row, which some connections give as mappings."""
    values = list(row.values()) if isinstance(row, dict) else list(row)
    for i in decimals:
        values[i] = values[i] if values[i] is None else Decimal(values[i])
    return tuple(values)


@contextmanager
def plain_session(connection: Any) -> Iterator[Execute]:
    """Run the statements as they come."""
    yield over_cursors(connection)


@dataclass(frozen=True, slots=True)
class Database:
    """One kind of database.

    Parameters
    ----------
    name : str
        In words.
    dialect : Dialect
        How it spells things.
    types : callable
        (execute, described table) → the type of each column in DuckDB's words; other words are
        types that are not compared.
    session : callable
        connection → a context in which statements run; gives `Execute`.
    describe : callable
        (connection, FROM clause) → names and the driver's own types of the columns.
    drivers : tuple of str
        First words of the modules that its connections are of.
    recognises : callable, optional
        connection → whether it is of this database, for drivers of several.
    schemes : tuple of str
        How its URLs begin; a driver that only tells its vendor is known by them as well.
    connect : callable, optional
        URL → a connection, read only where that can be asked for.
    check : callable, optional
        (connection, query, FROM clause) → an error, unless the database itself says that the
        query is one statement; for drivers that would run several.
    odd : mapping of str to OddType
        Types of its own, by the words of `types`, and as what they are read.
    lacks : frozenset of str
        Types that it has to spell as text, so that text which spells them is no other type.
    """

    name: str
    dialect: Dialect
    types: Callable[[Execute, DescribedTable], list[str]]
    session: Callable[[Any], AbstractContextManager[Execute]] = plain_session
    describe: Callable[[Any, str], list[tuple[str, Any]]] = describe
    drivers: tuple[str, ...] = ()
    recognises: Callable[[Any], bool] = lambda _: True
    schemes: tuple[str, ...] = ()
    connect: Callable[[DatabaseUrl], Any] | None = None
    check: Callable[[Any, str, str], None] | None = None
    odd: Mapping[str, OddType] = field(default_factory=dict)
    lacks: frozenset[str] = frozenset()


class ConnectedDatabase:
    """An engine that counts in the user's own database."""

    def __init__(self, database: Database, connection: Any, execute: Execute) -> None:
        self.database = database
        self.connection = connection
        self.dialect = database.dialect
        self.at_once = 1
        self._execute = execute

    def execute(self, sql: str) -> Rows:
        """Run one statement and return its rows."""
        return self._execute(str(sql))  # some drivers take no class of text but this

    def open(self, data: Relation, argument: str) -> Source:
        """Ask the database what columns a table or query has.

        Raises
        ------
        InputError
            If the database refuses it, or two columns have one name.
        """
        relation, shown = in_from(data.table, self.dialect), f"{data} ({self.database.name})"
        try:
            if self.database.check is not None and is_query(data.table):
                self.database.check(self.connection, data.table, relation)
            self._execute(f"SELECT 1 FROM {relation} WHERE 1 = 0")
            described = self.database.describe(self.connection, relation)
            types = self.database.types(
                self._execute, DescribedTable(data.table, relation, described)
            )
        except Exception as error:
            raise InputError(f"{argument}: {shown} cannot be read: {_first_line(error)}") from error
        names = [name for name, _ in described]
        require_distinct(names, shown, argument)
        columns = (self._column(name, told) for name, told in zip(names, types, strict=True))
        return Source(shown, relation, tuple(columns), lacks=self.database.lacks)

    def _column(self, name: str, type_name: str) -> SourceColumn:
        address = f"s.{self.dialect.identifier(name)}"
        return column_of(name, address, type_name, self.database.odd)


def column_of(name: str, address: str, type_name: str, odd: Mapping[str, OddType]) -> SourceColumn:
    """Return a column as it is read, by what stands for a type that other engines lack."""
    known = odd.get(type_name)
    if known is None:
        return SourceColumn(name, address, type_name)
    sql = known.sql.replace("{0}", address)
    return SourceColumn(name, sql, known.type, spelling=known.spelling)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
