"""What is kept of a table: counts per outcome of each column, never a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from kullback.results import Note
from kullback.tables.comparison import Role, Skipped

Number = int | float | Decimal
Value = str | bool | int | float | Decimal


class Edge(NamedTuple):
    """A border between two bins: below it lies x ≤ value, or x < value."""

    value: Number
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Binned:
    """Counts per bin: ``len(edges) + 1`` of them, the first and the last one open."""

    edges: tuple[Edge, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Counts per value, most frequent first, and of all values that are not listed."""

    counts: dict[Value, int]
    other: int = 0


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What is kept of one column.

    Parameters
    ----------
    name, type, kind : str
        The column, its type in the source, and the kind of that type.
    role : str
        How it was read.
    body : Binned or Listed
        Its counts.
    null, nan, plus_infinity, minus_infinity, unreadable : int
        Rows that are in no bin and no category. Unreadable: not of the kind asked for.
    minimum, maximum : number or None
        Of the finite values, for numbers; microseconds since 1970 for times.
    """

    name: str
    type: str
    kind: str
    role: Role
    body: Binned | Listed
    null: int = 0
    nan: int = 0
    plus_infinity: int = 0
    minus_infinity: int = 0
    unreadable: int = 0
    minimum: Number | None = None
    maximum: Number | None = None

    @property
    def missing(self) -> int:
        """Rows without a value: NULL and NaN are one class, since frames mix them up."""
        return self.null + self.nan

    @property
    def rows(self) -> int:
        """All rows of the column."""
        special = self.plus_infinity + self.minus_infinity + self.unreadable
        return self.missing + special + self.counted

    @property
    def counted(self) -> int:
        """Rows in a bin or a category."""
        if isinstance(self.body, Binned):
            return sum(self.body.counts)
        return sum(self.body.counts.values()) + self.body.other


@dataclass(frozen=True, slots=True)
class Profile:
    """A table as counts: small, mergeable, and enough to compare against.

    Parameters
    ----------
    source : str
        What was profiled.
    rows : int
        How many rows it has.
    columns : tuple of ColumnProfile or Skipped
        In the order of the table.
    bins, max_outcomes : int
        What was asked for.
    notes : tuple of Note
        What was decided on the way.

    Examples
    --------
    >>> import pandas as pd
    >>> from kullback import tables
    >>> first = tables.profile(pd.DataFrame({"colour": ["red", "red", "blue"]}))
    >>> second = tables.profile(pd.DataFrame({"colour": ["red", "green"]}))
    >>> both = first.merge(second)
    >>> both.rows, both["colour"].body.counts
    (5, {'red': 3, 'blue': 1, 'green': 1})
    """

    source: str
    rows: int
    columns: tuple[ColumnProfile | Skipped, ...]
    bins: int = 20
    max_outcomes: int = 10_000
    notes: tuple[Note, ...] = ()

    def __getitem__(self, name: str) -> ColumnProfile | Skipped:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"no column {name!r}; there are {[c.name for c in self.columns]}")

    def __iter__(self) -> Iterator[ColumnProfile | Skipped]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def merge(self, other: "Profile") -> "Profile":
        """Return the profile of both tables together, to the last count.

        Parameters
        ----------
        other : Profile
            Of other rows with the same columns; numeric columns need the same bins, which
            ``profile(data, like=first)`` gives.

        Raises
        ------
        InputError
            If the columns or the bins differ.
        """
        from kullback.tables.merging import merge

        return merge(self, other)

    def save(self, path: str | Path) -> None:
        """Write the profile as JSON: aside first, then in place of `path`."""
        from kullback.tables.storage import save

        save(self, Path(path))

    @staticmethod
    def load(path: str | Path) -> "Profile":
        """Read a profile that `save` wrote.

        Raises
        ------
        InputError
            If there is no such file.
        FormatError
            If it is not a profile, or of a later version.
        """
        from kullback.tables.storage import load

        return load(Path(path))
