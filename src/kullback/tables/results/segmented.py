"""What `segments` returns: one comparison a segment, judged together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kullback.results import Note
from kullback.tables.results.column_facts import Verdict
from kullback.tables.results.comparison import ColumnComparison, Side, Skipped, TableComparison
from kullback.tables.results.gate import FAILING, FailOn, Failure
from kullback.tables.results.parts import WORST, PartedComparison, worst

if TYPE_CHECKING:
    from kullback.report.blocks.document import Document

SHARES = "the shares of the segments"
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
class OneSidedSegment:
    """A segment that only one side has: its values, and its rows there."""

    label: str
    values: Values
    rows: int


@dataclass(frozen=True, eq=False, repr=False)
class SegmentedComparison(PartedComparison[Segment]):
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
    appeared, vanished : tuple of OneSidedSegment
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
    appeared: tuple[OneSidedSegment, ...]
    vanished: tuple[OneSidedSegment, ...]
    unit: str
    level: float
    alpha: float
    tolerance: float
    notes: tuple[Note, ...] = ()

    KIND: ClassVar[str] = "segment"

    @property
    def members(self) -> tuple[Segment, ...]:
        """The segments."""
        return self.segments

    @property
    def ranked(self) -> tuple[Segment, ...]:
        """Drifted segments first, then undecided ones; by the JS that they surely have."""
        key = lambda s: (-WORST[s.comparison.verdict], -s.least)  # noqa: E731
        return tuple(sorted(self.segments, key=key))

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of any segment, or of their shares."""
        found = [segment.comparison.verdict for segment in self.segments]
        if isinstance(self.composition, ColumnComparison):
            found += [v for v in WORST if v == self.composition.verdict]
        return worst(found)

    def failures(self, fail_on: FailOn) -> tuple[Failure, ...]:
        """Return what fails, and the shares of the segments if they do."""
        shares = self.composition
        failing = super().failures(fail_on)
        if isinstance(shares, ColumnComparison) and shares.verdict in FAILING[fail_on]:
            return (*failing, Failure(shares, SHARES))
        return failing

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.tables.results.segmented_document import document

        return document(self)
