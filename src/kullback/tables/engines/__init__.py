"""What an engine is: it opens a dataset and runs SQL text; one file an engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, runtime_checkable

from numpy.typing import NDArray

from kullback.tables.engines.dialect import Dialect

EMPTY = "an empty text"  # which CSV lacks, as it lacks types


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column of a source: its name, its SQL in the engine, and its type.

    Where the SQL reads text as something else, `held` is that text, `spelling` how it is written
    (empty where a reader would not mind), `nulls` what stands for no value in it, and `note` what
    is to be said of it. `role` is what the user takes the column for.

    `part` stands in a FROM clause, where it is not empty: the same rows with few columns, this one
    among them. A statement about one column of thousands binds these few.
    """

    name: str
    address: str
    type: str
    held: str = ""
    spelling: str = ""
    note: str = ""
    role: str = ""
    part: str = ""
    nulls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A dataset that an engine has opened: `relation` stands in a FROM clause, and is called s.

    `textual` sources, such as CSV, have no types but those that their text spells. What a format
    `lacks` it spells as text: types, or an empty text. `note` says how files were read, where that
    had to be found out. `lent` are the arrays that parts of it hold, by part and by address.
    """

    name: str
    relation: str
    columns: tuple[SourceColumn, ...]
    textual: bool = False
    lacks: frozenset[str] = frozenset()
    note: str = ""
    lent: Mapping[str, Mapping[str, NDArray[Any]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def of_rows(self, name: str, relation: str) -> "Source":
        """Return the same columns of other rows: parts of few columns hold those of before."""
        columns = tuple(replace(column, part="") for column in self.columns)
        return replace(self, name=name, relation=relation, columns=columns)


@runtime_checkable
class PartedStatement(Protocol):
    """The text of a statement that can be run in parts of the values it counts, one by one."""

    def in_parts(self, parts: int) -> list[str]:
        """Return a statement a part."""

    def joined(self, found: list[list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
        """Put the rows of the parts together."""


class CountedStatement(Protocol):
    """The text of a statement that can be asked of values which were counted before."""

    @property
    def by_value(self) -> str:
        """What selects the values and their rows."""

    def of_counted(self, table: str) -> str:
        """Return the statement of a table of them."""


class Engine(Protocol):
    """Anything that opens datasets and runs SQL text."""

    @property
    def dialect(self) -> Dialect:
        """How it spells things."""

    @property
    def at_once(self) -> int:
        """How many columns it counts side by side."""

    def open(self, data: Any, argument: str) -> Source:
        """Make a dataset readable; errors name the argument."""

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""


@runtime_checkable
class ReadsArrays(Protocol):
    """An engine that also gives the rows of a statement as arrays, those with NULL masked."""

    def arrays(self, sql: str) -> Mapping[str, NDArray[Any]]:
        """Run one statement and return its columns by name."""


@runtime_checkable
class KeepsCounts(Protocol):
    """An engine that counts the values of a column once for many statements."""

    def of_counted(self, asked: CountedStatement) -> list[tuple[Any, ...]] | None:
        """Answer a statement from them; None where memory is too small."""
