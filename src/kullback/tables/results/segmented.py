"""What `segments` returns: one comparison a segment, judged together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kullback.renderable import Renderable
from kullback.results import Note
from kullback.results.facts import facts
from kullback.tables.results import rows as tidy
from kullback.tables.results.comparison import (
    ColumnComparison,
    Side,
    Skipped,
    TableComparison,
    Verdict,
)
from kullback.tables.results.gate import FAILING, FailOn, Failure, Gated

if TYPE_CHECKING:
    import pandas as pd

    from kullback.report.blocks.document import Document

SHARES = "the shares of the segments"
_WORST = {"same": 0, "undecided": 1, "drifted": 2}
Values = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its values of the `by` columns (None is missing), and its comparison.

    Parameters
    ----------
    label : str
        The values, joined by " × ".
    values : tuple of str or None
        One a column of `by`, as text.
    comparison : TableComparison
        Its rows on both sides; q-values are over all segments and columns.
    """

    label: str
    values: Values
    comparison: TableComparison

    @property
    def least(self) -> float:
        """The largest JS that some column surely has: the highest low end of an interval."""
        intervals = (c.jensen_shannon.interval for c in self.comparison.compared)
        return max((found.low for found in intervals if found is not None), default=0.0)


@dataclass(frozen=True, slots=True)
class OneSided:
    """A segment that only one side has: its values, and its rows there."""

    label: str
    values: Values
    rows: int


@dataclass(frozen=True, eq=False)
class SegmentedComparison(Gated, Renderable):
    """Two datasets compared segment by segment.

    Parameters
    ----------
    reference, current : Side
        What was compared.
    by : tuple of str
        The columns whose values make the segments.
    segments : tuple of Segment
        The largest first.
    composition : ColumnComparison or Skipped
        How the shares of the segments themselves differ.
    appeared, vanished : tuple of OneSided
        Segments that only the current data has, and only the reference has.
    unit, level, alpha, tolerance
        As in `TableComparison`.
    notes : tuple of Note
        What was decided on the way.
    """

    reference: Side
    current: Side
    by: tuple[str, ...]
    segments: tuple[Segment, ...]
    composition: ColumnComparison | Skipped
    appeared: tuple[OneSided, ...]
    vanished: tuple[OneSided, ...]
    unit: str
    level: float
    alpha: float
    tolerance: float
    notes: tuple[Note, ...] = ()

    def __getitem__(self, label: str) -> Segment:
        for segment in self.segments:
            if segment.label == label:
                return segment
        raise KeyError(f"no segment {label!r}; there are {[s.label for s in self.segments]}")

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.segments)

    def __len__(self) -> int:
        return len(self.segments)

    @property
    def ranked(self) -> tuple[Segment, ...]:
        """Drifted segments first, then undecided ones; by the JS that they surely have."""
        key = lambda s: (-_WORST[s.comparison.verdict], -s.least)  # noqa: E731
        return tuple(sorted(self.segments, key=key))

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of any segment, or of their shares."""
        found = [segment.comparison.verdict for segment in self.segments]
        if isinstance(self.composition, ColumnComparison):
            found.append(self.composition.verdict)
        return max(found, key=_WORST.__getitem__, default="undecided")

    @property
    def parts(self) -> tuple[tuple[str, TableComparison], ...]:
        """Each segment's label and comparison."""
        return tuple((segment.label, segment.comparison) for segment in self.segments)

    def failing(self, fail_on: FailOn) -> tuple[tuple[Segment, ColumnComparison], ...]:
        """Return the segments and columns that fail a gate, the worst segment first."""
        return tuple((s, c) for s in self.ranked for c in s.comparison.failing(fail_on))

    def failures(self, fail_on: FailOn) -> tuple[Failure, ...]:
        """Return the same as a gate takes them, and the shares of the segments if they fail."""
        failing = [Failure(c, segment.label) for segment, c in self.failing(fail_on)]
        shares = self.composition
        if isinstance(shares, ColumnComparison) and shares.verdict in FAILING[fail_on]:
            failing.append(Failure(shares, SHARES))
        return tuple(failing)

    @property
    def rows(self) -> tuple[tidy.Row, ...]:
        """Every number, one a row: segment, column, measure, value, low, high, q, n."""
        parts = ((segment.comparison, segment.label) for segment in self.segments)
        return tuple(row for part, label in parts for row in tidy.rows(part, segment=label))

    def to_frame(self) -> "pd.DataFrame":
        """Return the tidy rows as a pandas frame."""
        from kullback.tables.results.tidy_frame import tidy_frame

        return tidy_frame(self.rows, tidy.Row._fields)

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values; infinities stay ``float("inf")``."""
        kept = ("reference", "current", "by", "composition", "appeared", "vanished", "unit")
        names = (*kept, "level", "alpha", "tolerance", "notes")
        segments = [
            {"label": s.label, "values": list(s.values), "comparison": s.comparison.to_dict()}
            for s in self.segments
        ]
        head = {"direction": "KL(current‖reference)", "verdict": self.verdict}
        return head | {n: facts(getattr(self, n)) for n in names} | {"segments": segments}

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.tables.results.segmented_document import document

        return document(self)
