"""A monitor: a reference, and evidence that what comes after it is no longer like it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kullback.arguments import texts
from kullback.errors import InputError
from kullback.results import Note
from kullback.statistics.e_detector import Winnings
from kullback.tables.profiles.profile import Profile
from kullback.tables.watch.baseline import Baseline
from kullback.tables.watch.delay import Promise
from kullback.tables.watch.events import Events, events_of
from kullback.tables.watch.limits import limits_of_all, missed_of, rolled
from kullback.tables.watch.look import Look, together
from kullback.tables.watch.reference import (
    ReferenceWindows,
    check_promise,
    check_rolling,
    check_settings,
    columns_of,
    lacks_empty,
    notes_of,
    notes_on,
    profiled,
    reference_windows,
    too_old,
    without_empty_texts,
)
from kullback.tables.watch.seasons import season_of, spoken
from kullback.tables.watch.watched import Watched
from kullback.tables.watch.windows_seen import WindowsSeen

SETTINGS = ("tolerance", "expected_run", "alpha", "season", "within", "shift", "rolling")


class Monitor:
    """At most one false alarm in so many windows, over all columns, however often one looks.

    Every window bets, for each column, that a share has left the limits that the reference
    sets. Money that is won is evidence of a change, and is counted in bits; one that nothing
    has changed wins nothing on average, whenever one stops.

    Parameters
    ----------
    reference : Profile, path, frame, …, or a sequence of them, or a mapping from time to them
        What was believed. Several windows tell how different windows usually are: rows of one
        window are then allowed to be alike, and the limits are wider by that. One alone is
        taken as independent rows, and a note says so.
    columns : sequence of str, optional
        Only these; default: all.
    tolerance : float
        Bits of JS divergence that are no change.
    expected_run : float
        Windows between two false alarms, on average, over all columns together.
    alpha : float, optional
        The chance of ever a false alarm instead; then the evidence never starts anew.
    within, shift : float, optional
        A change of `shift` standard deviations is to be found within so many windows: `promise`
        and what `kullback.tables.monitor` returns say of which columns that can be promised, and
        what it would take for the others. It changes no alarm.
    rolling : int, optional
        The reference goes along: after each window the last so many (of each season) are what is
        usual, their differences from each other with them. What changes more slowly than that is
        never alarmed, and while a column is alarmed the reference stays as it is.
    season : {"hour", "weekday", "month", "quarter"} or str, optional
        What is usual depends on it; the reference is then a mapping from time to windows. Any
        other name is that of a column that tells, such as "holiday": the value that most rows
        of a window have is its season, and the column itself is not watched.

    Notes
    -----
    A column that a window lacks counts as missing in all of its rows. The limits hold with
    probability .95 over the reference (1 − α/2 with `alpha`, of which the other half is left for
    the bets), for all columns and events together. Given them, a false alarm comes after
    `expected_run` windows or more on average (Shiryaev–Roberts e-detector), or ever with a chance
    of at most α (Ville). Of C columns, k are alarmed together where each has a k-th of what one
    alone needs (the e-BH procedure): while nothing has changed an alarm needs as much evidence on
    the average of all columns, and where some have changed, at most the share α of the alarmed
    ones has not. Windows must be independent of each other given the season; rows of one window
    need not be where the reference has windows of its own. A reference that goes along is a new
    one every `rolling` windows: its limits are so wide that they hold with probability .95 in all
    of those of `expected_run` windows together.

    References
    ----------
    Ville (1939); Shin, Ramdas and Rinaldo (2024), E-detectors; Waudby-Smith and Ramdas (2024),
    Estimating means of bounded random variables by betting; Shafer (2021), Testing by betting;
    Wang and Ramdas (2022), False discovery rate control with e-values.

    Attributes
    ----------
    looked : list of str
        The last 1 000 windows, in the order in which they came. An older one changes nothing if
        it comes again; so does one that lies between those older ones, which a note says.
    looks : int
        How many windows there were.
    alarms : dict of str to str
        The columns that were alarmed, and the window that did it.

    Examples
    --------
    >>> import pandas as pd
    >>> from kullback import tables
    >>> usual = pd.DataFrame({"paid": ["card"] * 800 + ["cash"] * 200})
    >>> watch = tables.Monitor(usual, expected_run=100)
    >>> watch.update(pd.DataFrame({"paid": ["card"] * 79 + ["cash"] * 21}), at="Mon").alarmed
    ()
    >>> look = watch.update(pd.DataFrame({"paid": ["card"] * 50 + ["cash"] * 50}), at="Tue")
    >>> look.alarmed, look.change.since
    (('paid',), 'Tue')
    """

    def __init__(  # noqa: PLR0913  the contract with users
        self,
        reference: Any,
        *,
        columns: Sequence[str] | None = None,
        tolerance: float = 0.0,
        expected_run: float = 365,
        alpha: float | None = None,
        season: str | None = None,
        within: float | None = None,
        shift: float = 0.25,
        rolling: int | None = None,
    ) -> None:
        check_settings(tolerance, expected_run, alpha)
        check_promise(within, shift)
        check_rolling(rolling, alpha)
        self.tolerance, self.expected_run = float(tolerance), float(expected_run)
        self.alpha, self.season = alpha, season
        self.within, self.shift, self.rolling = within, float(shift), rolling
        held = reference_windows(reference, season, columns)
        self.windows, self.whole = held.windows, held.whole
        self.seen = WindowsSeen()
        self.alarms: dict[str, str] = {}
        self.notes = notes_on(self.windows, self.whole)
        self._columns = self._watched()
        self._unlike: dict[str, dict[str, Baseline]] = {}  # for windows without empty texts

    @property
    def looked(self) -> list[str]:
        """The last windows, in the order in which they came."""
        return list(self.seen.recent)

    @property
    def looks(self) -> int:
        """How many windows there were."""
        return self.seen.count

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are watched."""
        return tuple(self._columns)

    @property
    def threshold(self) -> float:
        """Bits of evidence from which on a column is alarmed for itself; k together need less."""
        odds = self.expected_run if self.alpha is None else 2 / self.alpha
        return math.log2(odds * max(1, len(self._columns)))

    def needed(self, count: int) -> float:
        """Return the bits from which on `count` columns are alarmed together."""
        return self.threshold - math.log2(max(1, count))

    def update(self, data: Any, at: Any = None) -> Look:
        """Look at one window.

        Parameters
        ----------
        data : Profile, path, frame, …
            The rows of the window, or their profile (``tables.profile(data, like=…)``).
        at : str, date or datetime, optional
            When; a number from 0 by default. With `season` a date or time.

        Returns
        -------
        Look
            A window that was looked at before changes nothing and is said to be repeated.

        Raises
        ------
        InputError
            If `at` is no date where a season is asked for, or the season was never seen.
        """
        name = self.seen.next_name() if at is None else spoken(at)
        window = profiled(data, self.whole)
        kind = season_of(at, self.season, window)
        if self.seen.counted(name):
            return self._look(name, window, kind, repeated=True)
        if self.seen.too_old(name):
            return self._look(name, window, kind, repeated=True, notes=(too_old(name),))
        steps = self._steps(window, kind)
        for column, step in steps.items():
            watched = self._columns[column]
            watched.evidence = watched.evidence.then(step)
        if self.seen.add(name):
            starts = (watched.evidence.start for watched in self._columns.values())
            self.seen.keep(int(i) for start in starts for i in np.unique(start))
        look = self._look(name, window, kind)
        self.alarms |= {column: name for column in look.alarmed if column not in self.alarms}
        if self.rolling is not None and not self.alarms:
            self.windows = rolled(self.windows, (at, window), self.season, self.rolling)
            self._set_limits()
        return look

    def delay(self, rows: float, shift: float = 0.25) -> dict[str, float]:
        """Return how soon a shift would be found: what this monitor can see, and what it cannot.

        Parameters
        ----------
        rows : float
            Of one window.
        shift : float
            In standard deviations of the column, on the scale on which it is normal.

        Returns
        -------
        dict of str to float
            For each column of numbers or times: windows until its alarm, by what the best bet
            earns on average, which is rather more than it takes; ∞ where the limits are wider
            than the shift. In the season, and to the side, where it takes longest.

        Examples
        --------
        >>> import numpy as np, pandas as pd
        >>> from kullback import tables
        >>> usual = pd.DataFrame({"x": np.random.default_rng(0).normal(size=20_000)})
        >>> watch = tables.Monitor(usual)
        >>> watch.delay(500, shift=0.25), watch.delay(20, shift=0.25)
        ({'x': 2}, {'x': 42})
        """
        if not rows > 0 or not shift > 0:
            raise InputError(f"rows={rows} and shift={shift} must be above 0")
        from kullback.tables.watch.delay import delays

        return delays(self, rows, shift)

    def promise(self, rows: float) -> tuple[Promise, ...]:
        """Return for each column whether a change of `shift` is found within `within` windows.

        Parameters
        ----------
        rows : float
            Of one window.

        Returns
        -------
        tuple of Promise
            One a column of numbers or times: how soon, and where that is too late, what would do:
            false alarms more often, or so many rows a window. Empty without `within`.

        Examples
        --------
        >>> import numpy as np, pandas as pd
        >>> from kullback import tables
        >>> usual = pd.DataFrame({"x": np.random.default_rng(0).normal(size=20_000)})
        >>> print(tables.Monitor(usual, within=3, shift=0.25).promise(500)[0])
        'x': 0.25 sd is found after 2 windows of 500 rows
        """
        from kullback.tables.watch.delay import promises

        return promises(self, rows)

    def restart(self, columns: Sequence[str] | None = None) -> None:
        """Forget the evidence of some columns, or of all: after what they showed was dealt with.

        The promise counts from here: one false alarm in `expected_run` windows since then.
        """
        for name in self.columns if columns is None else texts("restart", columns):
            if name not in self._columns:
                raise InputError(f"{name!r} is not watched; there are {list(self._columns)}")
            watched = self._columns[name]
            watched.evidence = Winnings.none(len(watched.events.names), self.looks)
            self.alarms.pop(name, None)

    def merge(self, other: "Monitor") -> "Monitor":
        """Return the evidence of this monitor's windows and a later one's of the same reference.

        Raises
        ------
        InputError
            If the monitors differ in what they watch, or share windows.
        """
        if self._settings() != other._settings():
            raise InputError("the monitors have another reference or other settings")
        if self.rolling is not None:
            raise InputError("rolling monitors do not merge: each has a reference of its own")
        both = self.seen.shared(other.seen)
        if both:
            raise InputError(f"both monitors have looked at {', '.join(both[:5])}")
        joined = Monitor(ReferenceWindows(self.windows, self.whole), **self.settings())
        joined.seen = self.seen.then(other.seen)
        joined.alarms = other.alarms | self.alarms
        for name, watched in joined._columns.items():
            evidence = self._columns[name].evidence
            watched.evidence = evidence.then(other._columns[name].evidence)
        return joined

    def save(self, path: str | Path) -> None:
        """Write the reference's counts, the settings and the evidence: aside, then in place."""
        from kullback.tables.watch.file import save

        save(self, Path(path))

    @staticmethod
    def load(path: str | Path) -> "Monitor":
        """Read a monitor that `save` wrote.

        Raises
        ------
        InputError
            If there is no such file.
        FormatError
            If it is not a monitor, or of a later version.
        """
        from kullback.tables.watch.file import load

        return load(Path(path))

    def watched(self) -> Iterable[tuple[str, Watched]]:
        """Return each watched column with its events, its limits and its evidence."""
        return self._columns.items()

    def _settings(self) -> tuple[Any, ...]:
        return (self.settings(), self.whole.columns, tuple(self._columns))

    def settings(self) -> dict[str, Any]:
        """Return what the monitor was told, by the names of its parameters."""
        return {name: getattr(self, name) for name in SETTINGS}

    def _watched(self) -> dict[str, Watched]:
        columns = columns_of(self.whole).values()
        found = {c.name: events_of(c) for c in columns if c.rows and c.name != self.season}
        limits = self._limits(found)
        return {
            name: Watched(name, events, limits[name], Winnings.none(len(events.names)))
            for name, events in found.items()
        }

    def _set_limits(self) -> None:
        self._unlike = {}
        limits = self._limits(self._events())
        for name, watched in self._columns.items():
            watched.usual = limits[name]

    def _events(self) -> dict[str, Events]:
        return {name: watched.events for name, watched in self._columns.items()}

    def _limits(
        self, columns: Mapping[str, Events], *, empty: bool = False
    ) -> dict[str, dict[str, Baseline]]:
        missed = missed_of(self.alpha, self.rolling, self.expected_run)
        windows = without_empty_texts(self.windows) if empty else self.windows
        return limits_of_all(columns, windows, self.season, missed, self.tolerance)

    def _usual(self, window: Profile, kind: str) -> dict[str, Baseline]:
        """Return what is usual of each column, as far as the format of a window can hold it."""
        limits = {name: watched.usual for name, watched in self._columns.items()}
        if lacks_empty(window, self.whole):
            self._unlike = limits = self._unlike or self._limits(self._events(), empty=True)
        if any(kind not in of_column for of_column in limits.values()):
            known = ", ".join(next(iter(limits.values())))
            raise InputError(f"the reference has no window of {self.season} {kind}; it has {known}")
        return {name: of_column[kind] for name, of_column in limits.items()}

    def _steps(self, window: Profile, kind: str) -> dict[str, Winnings]:
        columns, usual = columns_of(window), self._usual(window, kind) if window.rows else {}
        uncounted = {column.name for column in window} - set(columns)
        return {
            name: watched.nothing()
            if name in uncounted or not window.rows
            else watched.step(columns.get(name), window.rows, usual[name])
            for name, watched in self._columns.items()
        }

    def _look(
        self,
        name: str,
        window: Profile,
        kind: str,
        *,
        repeated: bool = False,
        notes: tuple[Note, ...] = (),
    ) -> Look:
        bits = {
            column: watched.bits(ever=self.alpha is not None)
            for column, watched in self._columns.items()
        }
        alarmed = together(bits, self.needed)
        found = [self._columns[column] for column in alarmed]
        usual = self._usual(window, kind) if found else {}
        changes = tuple(w.change(usual[w.name], self.seen.name_of) for w in found)
        notes = (*self.notes, *notes, *notes_of(self.columns, window, self.whole))
        needed = self.needed(len(alarmed))
        return Look(name, window.rows, bits, needed, tuple(alarmed), changes, repeated, notes)
