"""What is kept of a table: counts per outcome of each column, never a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kullback.results import Interval, Note
from kullback.tables.profiles.drawn import Drawn
from kullback.tables.profiles.drawn import Value as Value  # noqa: PLC0414  told on
from kullback.tables.profiles.grid import Atom, Grid, Number
from kullback.tables.results.comparison import ColumnFacts, Role, Skipped

if TYPE_CHECKING:
    from kullback.report.blocks.document import Document


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


@dataclass(frozen=True, slots=True, repr=False)
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
    grid : Grid or None
        The cells by which numbers and times merge; None in a profile made with `like=` or
        `privacy=`, which keeps its bins only.
    atoms : tuple of Atom
        The values that hold more than a quarter of a bin.
    spelling : str
        How text spells its values, such as "a decimal comma"; empty where they have a type.
    nulls : tuple of str
        Texts that stand for no value, such as "NA", where there are any.
    drawn : Drawn or None
        A draw of the values, where they are too many to be listed, and of whole numbers that may
        be identifiers.
    facts : ColumnFacts or None
        What is known of values that are kept by hash only, as a file keeps those that name rows.
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
    grid: Grid | None = None
    atoms: tuple[Atom, ...] = ()
    spelling: str = ""
    nulls: tuple[str, ...] = ()
    drawn: Drawn | None = None
    facts: ColumnFacts | None = None

    def __repr__(self) -> str:
        kept = len(self.body.counts)
        what = "values" if isinstance(self.body, Listed) else "bins"
        return f"<ColumnProfile {self.name!r:.80}: {self.role}, {kept:,} {what}>"

    def quantile(self, share: float) -> Interval:
        """Return between which values a quantile of the finite values lies, for certain.

        Parameters
        ----------
        share : float
            From 0 to 1; the quantile is the least value that this share of rows is at or below.

        Returns
        -------
        Interval
            Of level 1: the ends of the cell that holds the quantile; equal ends are exact. For
            times in microseconds since 1970. Infinite where a bin is open.

        Raises
        ------
        InputError
            If the share is not in [0, 1], or the column holds no numbers or times.

        Examples
        --------
        >>> import pandas as pd
        >>> from kullback import tables
        >>> ages = tables.profile(pd.DataFrame({"age": [31, 45, 45, 62]}))["age"]
        >>> ages.quantile(0.5).low, ages.quantile(0.5).high
        (45.0, 45.0)
        """
        from kullback.tables.profiles.quantile import quantile

        return quantile(self, share)

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


@dataclass(frozen=True, slots=True, repr=False)
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
    privacy : int or None
        No value that fewer rows hold is in here.
    lacks : frozenset of str
        What the format of the data cannot hold, such as an empty text in CSV.
    unsettled : tuple of ColumnProfile or Skipped
        What profiles of more rows, merged from this one, may need: of few rows it cannot be told
        whether a column is free text, so its words are counted in case it is.

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
    privacy: int | None = None
    lacks: frozenset[str] = frozenset()
    unsettled: tuple[ColumnProfile | Skipped, ...] = ()

    def __repr__(self) -> str:
        return f"<Profile of {self.source}: {self.rows:,} rows, {len(self.columns)} columns>"

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

        In whatever order parts are merged, the result is the same.

        Parameters
        ----------
        other : Profile
            Of other rows with the same columns. Numbers and times merge cell by cell; a
            profile that keeps only bins (made with `like=` or `privacy=`, or an old file)
            merges in the bins that both have.

        Raises
        ------
        InputError
            If the columns differ, or have no bins in common, or `other` is no profile.
        """
        from kullback.tables.profiles.merge import merge

        return merge(self, other)

    def save(self, path: str | Path, *, privacy: int | None = None) -> None:
        """Write the profile as JSON: aside first, then in place of `path`.

        Parameters
        ----------
        path : str or Path
            An existing file is replaced in one step, or stays as it was.
        privacy : int, optional
            Leave out every value that fewer rows hold, as ``profile(data, privacy=)`` does.

        Raises
        ------
        InputError
            If a column keeps only bins, whose edges are values of some data.
        OSError
            If the file cannot be written.
        """
        from kullback.tables.profiles.storage import save

        save(self if privacy is None else self.private(privacy), Path(path))

    def private(self, minimum: int) -> "Profile":
        """Return the profile without any value that fewer than `minimum` rows hold.

        Raises
        ------
        InputError
            If a column keeps only bins, whose edges are values of some data.

        Examples
        --------
        >>> import pandas as pd
        >>> from kullback import tables
        >>> whole = tables.profile(pd.DataFrame({"town": ["Ulm"] * 20 + ["Aalen"]}))
        >>> whole.private(10)["town"].body
        Listed(counts={'Ulm': 20}, other=1)
        """
        from kullback.tables.profiles.privacy import private

        return private(self, minimum)

    def document(self) -> "Document":
        """Return the schema for people: each column's type, role, missing share and range."""
        from kullback.tables.profiles.profile_document import document

        return document(self)

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
        from kullback.tables.profiles.storage import load

        return load(Path(path))
