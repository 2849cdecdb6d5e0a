"""What `monitor` returns: a look each window, and the evidence through time."""

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from kullback.renderable import Renderable
from kullback.tables.results.comparison import Side
from kullback.tables.results.tidy_rows import Row
from kullback.tables.watch.delay import Promise
from kullback.tables.watch.look import Change, Look
from kullback.tables.watch.monitor import Monitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kullback.report.blocks.document import Document


@dataclass(frozen=True, eq=False, repr=False)
class Monitoring(Renderable):
    """A table watched over time.

    Parameters
    ----------
    reference, current : Side
        What is usual, and what is watched.
    on, by : str
        The column that windows are cut on, and how.
    looks : tuple of Look
        One a window, in the order of time.
    monitor : Monitor
        With all evidence in it, to save and to go on with.
    """

    reference: Side
    current: Side
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

    @property
    def rows(self) -> "Iterator[Row]":
        """The evidence of each column after each window that was new, as a history keeps it."""
        for look in self.looks:
            for column, bits in look.evidence.items():
                verdict = "drifted" if column in look.alarmed else "same"
                numbers = (bits, None, None, None, look.rows, "bits", verdict)
                if not look.repeated:
                    yield Row(look.at, "", column, "evidence", *numbers)

    @property
    def promises(self) -> tuple[Promise, ...]:
        """Of which columns a shift is found as soon as was asked for; as `Monitor.promise`."""
        usual = median([look.rows for look in self.looks] or [0])
        return self.monitor.promise(usual) if usual else ()

    def delay(self, shift: float | None = None) -> dict[str, float]:
        """Return after how many windows of the usual size a shift would be found.

        Parameters
        ----------
        shift : float, optional
            In standard deviations of each column; default: that of the monitor.

        Returns
        -------
        dict of str to float
            As `Monitor.delay`, at the median of the windows' rows.
        """
        usual = median([look.rows for look in self.looks] or [0])
        wanted = self.monitor.shift if shift is None else shift
        return self.monitor.delay(usual, wanted) if usual else {}

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
            "rolling": watching.rolling,
            "within": watching.within,
            "shift": watching.shift,
            "threshold": watching.threshold,
            "alarms": self.monitor.alarms,
            "delay_of_quarter_sd": {
                name: windows if math.isfinite(windows) else None
                for name, windows in self.delay(0.25).items()
            },
            "promises": [promise.to_dict() for promise in self.promises],
            "looks": [look.to_dict() for look in self.looks],
        }

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.tables.watch.monitoring_document import document

        return document(self)
