"""A monitor: a reference, and evidence that what comes after it is no longer like it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kullback.errors import InputError
from kullback.results import Note
from kullback.statistics.e_detector import Winnings, log_e_values, log_mean
from kullback.tables.judge.uncompared import without
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.watch.baseline import Baseline, baseline_of, correlation_of
from kullback.tables.watch.events import Events, events_of
from kullback.tables.watch.look import Change, Look
from kullback.tables.watch.reference import (
    as_given,
    check_settings,
    columns_of,
    notes_on,
    profiled,
    reference_windows,
)
from kullback.tables.watch.seasons import season_of, spoken

MISSED = 0.05  # the chance, over all limits, that the reference sample misleads
NEAR = 2.0  # nats: bets that have earned almost as much as the best one


@dataclass(slots=True, eq=False)
class Watched:
    """One column that is watched: its events, what is usual in each season, and the evidence."""

    events: Events
    usual: dict[str, Baseline]
    evidence: Winnings


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
    season : {"hour", "weekday", "month", "quarter"} or str, optional
        What is usual depends on it; the reference is then a mapping from time to windows. Any
        other name is that of a column that tells, such as "holiday": the value that most rows
        of a window have is its season, and the column itself is not watched.

    Notes
    -----
    The limits hold with probability .95 over the reference (1 − α/2 with `alpha`, of which the
    other half is left for the bets), for all columns and events together. Given them, a false
    alarm comes after `expected_run` windows or more on average (Shiryaev–Roberts e-detector),
    or ever with a chance of at most α (Ville). Of C columns, k are alarmed together where each
    has a k-th of what one alone needs (the e-BH procedure): while nothing has changed an alarm
    needs as much evidence on the average of all columns, and where some have changed, at most
    the share α of the alarmed ones has not. Windows must be independent of each other given
    the season; rows of one window need not be where the reference has windows of its own.

    References
    ----------
    Ville (1939); Shin, Ramdas and Rinaldo (2024), E-detectors; Waudby-Smith and Ramdas (2024),
    Estimating means of bounded random variables by betting; Shafer (2021), Testing by betting;
    Wang and Ramdas (2022), False discovery rate control with e-values.

    Attributes
    ----------
    looked : list of str
        The windows so far, in the order in which they came.
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

    def __init__(
        self,
        reference: Any,
        *,
        columns: Sequence[str] | None = None,
        tolerance: float = 0.0,
        expected_run: float = 365,
        alpha: float | None = None,
        season: str | None = None,
    ) -> None:
        check_settings(tolerance, expected_run, alpha)
        self.tolerance, self.expected_run = float(tolerance), float(expected_run)
        self.alpha, self.season = alpha, season
        self.windows, whole = reference_windows(reference, season, columns)
        self.whole = whole if columns else without(whole)
        self.looked: list[str] = []
        self.alarms: dict[str, str] = {}
        self.notes = notes_on(self.windows, self.whole)
        self._columns = self._watched()

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
        name = str(len(self.looked)) if at is None else spoken(at)
        window = profiled(data, self.whole)
        kind = season_of(at, self.season, window)
        if name in self.looked:
            return self._look(name, window, kind, repeated=True)
        steps = self._steps(window, kind)
        for column, step in steps.items():
            watched = self._columns[column]
            watched.evidence = watched.evidence.then(step)
        self.looked.append(name)
        look = self._look(name, window, kind)
        self.alarms |= {column: name for column in look.alarmed if column not in self.alarms}
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

    def restart(self, columns: Sequence[str] | None = None) -> None:
        """Forget the evidence of some columns, or of all: after what they showed was dealt with.

        The promise then counts from here: it is one false alarm in `expected_run` windows since
        the last restart.
        """
        for name in self.columns if columns is None else columns:
            if name not in self._columns:
                raise InputError(f"{name!r} is not watched; there are {list(self._columns)}")
            watched = self._columns[name]
            watched.evidence = Winnings.none(len(watched.events.names), len(self.looked))
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
        both = sorted(set(self.looked) & set(other.looked))
        if both:
            raise InputError(f"both monitors have looked at {', '.join(both[:5])}")
        joined = self._fresh()
        joined.looked = [*self.looked, *other.looked]
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
        settings = (self.tolerance, self.expected_run, self.alpha, self.season)
        return (*settings, self.whole.columns, tuple(self._columns))

    def _fresh(self) -> "Monitor":
        return Monitor(
            as_given(self.windows),
            tolerance=self.tolerance,
            expected_run=self.expected_run,
            alpha=self.alpha,
            season=self.season,
        )

    def _watched(self) -> dict[str, Watched]:
        found = columns_of(self.whole).values()
        columns = [c for c in found if c.rows and c.name != self.season]
        events = {column.name: events_of(column) for column in columns}
        chances = sum(len(e.names) for e in events.values())
        missed = MISSED if self.alpha is None else self.alpha / 2
        seasons: dict[str, list[dict[str, ColumnProfile]]] = {}
        for at, window in self.windows:
            seasons.setdefault(season_of(at, self.season, window), []).append(columns_of(window))
        return {
            name: self._column(name, found, seasons, missed / max(1, chances * len(seasons)))
            for name, found in events.items()
        }

    def _column(
        self,
        name: str,
        events: Events,
        seasons: Mapping[str, list[dict[str, ColumnProfile]]],
        miss: float,
    ) -> Watched:
        groups = {}
        for kind, windows in seasons.items():
            found = [window[name] for window in windows if name in window]
            counts = np.array([events.counted(column) for column in found])
            groups[kind] = counts, np.array([events.among(column) for column in found])
        correlation = correlation_of(list(groups.values()))
        usual = {
            kind: baseline_of(counts, rows, correlation, miss, self.tolerance)
            for kind, (counts, rows) in groups.items()
        }
        return Watched(events, usual, Winnings.none(len(events.names)))

    def _steps(self, window: Profile, kind: str) -> dict[str, Winnings]:
        steps, columns = {}, columns_of(window)
        for name, watched in self._columns.items():
            column = columns.get(name)
            if column is None or not column.rows:
                steps[name] = Winnings.none(len(watched.events.names), windows=1)
                continue
            usual = self._usual(watched, kind)
            counts, rows = watched.events.counted(column), watched.events.among(column)
            design = usual.design(rows)
            bets = log_e_values(counts, rows, usual.low, usual.high, design)
            steps[name] = Winnings.of(bets, counts, rows)
        return steps

    def _usual(self, watched: Watched, kind: str) -> Baseline:
        if kind not in watched.usual:
            known = ", ".join(watched.usual)
            raise InputError(f"the reference has no window of {self.season} {kind}; it has {known}")
        return watched.usual[kind]

    def _look(self, name: str, window: Profile, kind: str, *, repeated: bool = False) -> Look:
        bits = {column: self._bits(watched) for column, watched in self._columns.items()}
        alarmed = self._alarmed(bits)
        changes = tuple(self._change(column, kind) for column in alarmed)
        columns = columns_of(window)
        lost = [name for name in self._columns if name not in columns]
        notes = self.notes
        if lost:
            text = f"{', '.join(map(repr, lost))}: not in this window, so not watched in it."
            notes = (*notes, Note("lost", text))
        needed = self.needed(len(alarmed))
        return Look(name, window.rows, bits, needed, tuple(alarmed), changes, repeated, notes)

    def _alarmed(self, bits: Mapping[str, float]) -> list[str]:
        """Return the most columns that have, each, the evidence that so many need (e-BH)."""
        ranked = sorted(bits, key=lambda c: -bits[c])
        enough = [i for i, c in enumerate(ranked, 1) if bits[c] >= self.needed(i)]
        return ranked[: max(enough, default=0)]

    def _bits(self, watched: Watched) -> float:
        logs = watched.evidence.detector if self.alpha is None else watched.evidence.product
        return log_mean(logs) / math.log(2)

    def _change(self, name: str, kind: str) -> Change:
        watched = self._columns[name]
        growth, start = watched.evidence.growth, watched.evidence.start
        best = np.unravel_index(int(np.argmax(growth)), growth.shape)
        event, side = int(best[0]), int(best[1])
        near = start[growth >= growth[best] - NEAR]
        usual = self._usual(watched, kind)
        happened, rows = (float(part[best]) for part in watched.evidence.since)
        share = happened / rows
        limits = float(usual.low[event]), float(usual.high[event])
        times = [self.looked[i] for i in (start[best], near.min(), near.max())]
        more = "more" if side == 0 else "less"
        return Change(name, watched.events.names[event], more, limits, share, *times)
