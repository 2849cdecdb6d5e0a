"""What was measured of one kind, run after run, as a result that draws itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kullback.history.entry import Entry
from kullback.renderable import Renderable
from kullback.units import Unit

if TYPE_CHECKING:
    from kullback.report.blocks.document import Document


@dataclass(frozen=True, slots=True, repr=False)
class History(Renderable):
    """One measure of every column through all runs.

    Parameters
    ----------
    entries : tuple of Entry
        As `read` returns them: of one measure, the oldest first, at least one.
    unit : {"bits", "nats", "bans"}
        In which informations are shown.
    tolerance : float, optional
        In that unit: a line across the timelines.
    """

    entries: tuple[Entry, ...]
    unit: Unit = "bits"
    tolerance: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values, one row an entry."""
        rows = [entry._asdict() | {"run": entry.run.isoformat()} for entry in self.entries]
        return {"history": rows}

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.history.document import document

        return document(self.entries, unit=self.unit, tolerance=self.tolerance)
