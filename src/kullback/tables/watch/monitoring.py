"""What `monitor` returns: a look each window, and the evidence through time."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kullback.renderable import Renderable
from kullback.tables.watch.look import Change, Look
from kullback.tables.watch.monitor import Monitor

if TYPE_CHECKING:
    from kullback.report.blocks.document import Document


@dataclass(frozen=True, eq=False, repr=False)
class Monitoring(Renderable):
    """A table watched over time.

    Parameters
    ----------
    on, by : str
        The column that windows are cut on, and how.
    looks : tuple of Look
        One a window, in the order of time.
    monitor : Monitor
        With all evidence in it, to save and to go on with.
    """

    on: str
    by: str
    looks: tuple[Look, ...]
    monitor: Monitor

    @property
    def alarmed(self) -> tuple[str, ...]:
        """The columns that were alarmed up to the last window, in the order in which they were."""
        return tuple(self.monitor.alarms)

    @property
    def first_alarm(self) -> str | None:
        """The window of the first alarm."""
        return next(iter(self.monitor.alarms.values()), None)

    @property
    def changes(self) -> tuple[Change, ...]:
        """When and how each column changed, as known when it was alarmed."""
        first = {c.column: c for look in reversed(self.looks) for c in reversed(look.changes)}
        return tuple(first[column] for column in self.alarmed if column in first)

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        watching = self.monitor
        return {
            "on": self.on,
            "by": self.by,
            "expected_run": watching.expected_run,
            "alpha": watching.alpha,
            "tolerance": watching.tolerance,
            "season": watching.season,
            "threshold": watching.threshold,
            "alarms": self.monitor.alarms,
            "looks": [look.to_dict() for look in self.looks],
        }

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.tables.watch.monitoring_document import document

        return document(self)
