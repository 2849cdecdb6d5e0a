"""What `windows` returns: one comparison a window, judged together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

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
from kullback.tables.results.gate import FailOn, Failure, Gated

if TYPE_CHECKING:
    import pandas as pd

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


@dataclass(frozen=True, eq=False)
class WindowedComparison(Gated, Renderable):
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

    def __getitem__(self, label: str) -> Window:
        for window in self.windows:
            if window.label == label:
                return window
        raise KeyError(f"no window {label!r}; there are {[w.label for w in self.windows]}")

    def __iter__(self) -> Iterator[Window]:
        return iter(self.windows)

    def __len__(self) -> int:
        return len(self.windows)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of any window: drifted, else undecided, else same."""
        verdicts = {window.comparison.verdict for window in self.windows}
        if "drifted" in verdicts:
            return "drifted"
        return "undecided" if "undecided" in verdicts else "same"

    def column(self, name: str) -> tuple[ColumnComparison | Skipped, ...]:
        """Return one column through all windows."""
        return tuple(window.comparison[name] for window in self.windows)

    @property
    def parts(self) -> tuple[tuple[str, TableComparison], ...]:
        """Each window's label and comparison."""
        return tuple((window.label, window.comparison) for window in self.windows)

    def failing(self, fail_on: FailOn) -> tuple[tuple[Window, ColumnComparison], ...]:
        """Return the windows and columns that fail a gate, in order of time."""
        return tuple((w, c) for w in self.windows for c in w.comparison.failing(fail_on))

    def failures(self, fail_on: FailOn) -> tuple[Failure, ...]:
        """Return the same, as a gate takes them."""
        return tuple(Failure(c, window.label) for window, c in self.failing(fail_on))

    @property
    def rows(self) -> tuple[tidy.Row, ...]:
        """Every number, one a row: window, column, measure, value, low, high, q, n."""
        parts = ((window.comparison, window.label) for window in self.windows)
        return tuple(row for part, label in parts for row in tidy.rows(part, window=label))

    def to_frame(self) -> "pd.DataFrame":
        """Return the tidy rows as a pandas frame."""
        from kullback.tables.results.tidy_frame import tidy_frame

        return tidy_frame(self.rows, tidy.Row._fields)

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values; infinities stay ``float("inf")``."""
        kept = ("reference", "current", "on", "cut", "against", "unit", "level", "alpha")
        head = {name: facts(getattr(self, name)) for name in (*kept, "tolerance", "notes")}
        windows = [
            {"label": w.label, "first": w.first, "last": w.last, "rows": w.rows}
            | {"comparison": w.comparison.to_dict()}
            for w in self.windows
        ]
        return (
            {"direction": "KL(current‖reference)", "verdict": self.verdict}
            | head
            | {"windows": windows}
        )

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.tables.results.windowed_document import document

        return document(self)
