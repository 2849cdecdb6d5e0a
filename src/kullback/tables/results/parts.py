"""A comparison made of tables, its parts: what they say together, in every form."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from kullback.results.facts import facts
from kullback.tables.results import tidy_rows
from kullback.tables.results.column_facts import Verdict
from kullback.tables.results.comparison import ColumnComparison, Skipped, TableComparison
from kullback.tables.results.gate import FailOn, Failure, Gated

if TYPE_CHECKING:
    import pandas as pd

WORST: dict[Verdict, int] = {"same": 0, "undecided": 1, "drifted": 2}


class TablePart(Protocol):
    """A part of the data that was compared by itself, such as a window or a segment."""

    @property
    def label(self) -> str:
        """What it is called."""

    @property
    def comparison(self) -> TableComparison:
        """What was found there."""


Part = TypeVar("Part", bound=TablePart)


@dataclass(frozen=True, eq=False, repr=False)
class PartedComparison(Gated, Generic[Part]):
    """Tables compared part by part; a class says of which kind its parts are.

    `KIND` names a part, and with an s the field that holds them.
    """

    KIND: ClassVar[str]

    @property
    @abstractmethod
    def members(self) -> tuple[Part, ...]:
        """The parts."""

    @property
    def parts(self) -> tuple[tuple[str, TableComparison], ...]:
        """Each part's label and comparison."""
        return tuple((part.label, part.comparison) for part in self.members)

    def __getitem__(self, label: str) -> Part:
        for part in self.members:
            if part.label == label:
                return part
        raise KeyError(f"no {self.KIND} {label!r}; there are {[p.label for p in self.members]}")

    def __iter__(self) -> Iterator[Part]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of any part."""
        return worst([table.verdict for _, table in self.parts])

    def column(self, name: str) -> tuple[ColumnComparison | Skipped, ...]:
        """Return one column through all parts."""
        return tuple(table[name] for _, table in self.parts)

    @property
    def ranked(self) -> tuple[Part, ...]:
        """The parts in the order in which they are shown."""
        return self.members

    def failing(self, fail_on: FailOn) -> tuple[tuple[Part, ColumnComparison | Skipped], ...]:
        """Return the parts and columns that fail a gate, in the order of `ranked`."""
        return tuple((part, c) for part in self.ranked for c in part.comparison.failing(fail_on))

    def failures(self, fail_on: FailOn) -> tuple[Failure, ...]:
        """Return the same, as a gate takes them."""
        return tuple(Failure(column, part.label) for part, column in self.failing(fail_on))

    @property
    def rows(self) -> tuple[tidy_rows.Row, ...]:
        """Every number, one a row: part, column, measure, value, low, high, q, n."""
        return tuple(
            row
            for label, table in self.parts
            for row in tidy_rows.rows(table, **{self.KIND: label})
        )

    def to_frame(self) -> "pd.DataFrame":
        """Return the tidy rows as a pandas frame."""
        from kullback.tables.results.frame import tidy_frame

        return tidy_frame(self.rows, tidy_rows.Row._fields)

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values; infinities stay ``float("inf")``."""
        head = {"direction": "KL(current‖reference)", "verdict": self.verdict}
        found = {f.name: facts(getattr(self, f.name)) for f in fields(self)}
        held = f"{self.KIND}s"
        return head | {k: v for k, v in found.items() if k != held} | {held: found[held]}


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the worst of some verdicts; of none, undecided.

    Examples
    --------
    >>> worst(["same", "drifted", "undecided"])
    'drifted'
    """
    return max(verdicts, key=WORST.__getitem__, default="undecided")
