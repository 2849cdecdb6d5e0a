"""What `windows` returns: one comparison a window, judged together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from kullback.results import Note
from kullback.tables.results.comparison import Side, TableComparison
from kullback.tables.results.parts import PartedComparison

if TYPE_CHECKING:
    from kullback.report.blocks.document import Document

Against = Literal["baseline", "consecutive"]


@dataclass(frozen=True, slots=True)
class Window:
    """One window: its name, its first and last value, and its comparison.

    Parameters
    ----------
    label : str
        Such as ``2013-07-01``, ``2013-W27``, ``2013-07``, or first and last value.
    first, last : str
        The least and the greatest value of the column that the windows are cut on.
    rows : int
        Rows of the window.
    comparison : TableComparison
        The window against its reference; q-values are over all windows and columns.
    """

    label: str
    first: str
    last: str
    rows: int
    comparison: TableComparison


@dataclass(frozen=True, eq=False, repr=False)
class WindowedComparison(PartedComparison[Window]):
    """The current data in windows, each compared with the reference or with the one before.

    Parameters
    ----------
    reference, current : Side
        What was compared.
    on, cut : str
        The column that the windows are cut on, and how.
    against : {"baseline", "consecutive"}
        What each window is compared with.
    windows : tuple of Window
        Those that hold rows, in order.
    unit, level, alpha, tolerance
        As in `TableComparison`.
    notes : tuple of Note
        What was decided on the way.
    """

    reference: Side
    current: Side
    on: str
    cut: str
    against: Against
    windows: tuple[Window, ...]
    unit: str
    level: float
    alpha: float
    tolerance: float
    notes: tuple[Note, ...] = ()

    KIND: ClassVar[str] = "window"

    @property
    def members(self) -> tuple[Window, ...]:
        """The windows."""
        return self.windows

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.tables.results.windowed_document import document

        return document(self)
