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
from kullback.tables.counting.table_counts import profile
from kullback.tables.judge.identifiers import without
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.profiles.storage import opened
from kullback.tables.watch.baseline import Baseline, baseline_of, correlation_of
from kullback.tables.watch.events import Events, events_of
from kullback.tables.watch.look import Change, Look
from kullback.tables.watch.seasons import SEASONS, season_of, spoken

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
    season : {"hour", "weekday", "month", "quarter"}, optional
        What is usual depends on it; the reference is then a mapping from time to windows.

    Notes
    -----
    The limits hold with probability .95 over the reference (1 − α/2 with `alpha`, of which the
    other half is left for the bets), for all columns and events together. Given them, a false
    alarm comes after `expected_run` windows or more on average (Shiryaev–Roberts e-detector),
    or ever with a chance of at most α (Ville). Windows must be independent of each other given
    the season; rows of one window need not be where the reference has windows of its own.

    References
    ----------
    Ville (1939); Shin, Ramdas and Rinaldo (2024), E-detectors; Waudby-Smith and Ramdas (2024),
    Estimating means of bounded random variables by betting; Shafer (2021), Testing by betting.

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
        _check(tolerance, expected_run, alpha, season)
        self.tolerance, self.expected_run = float(tolerance), float(expected_run)
        self.alpha, self.season = alpha, season
        self.windows, whole = _reference(reference, season, columns)
        self.whole = whole if columns else without(whole)
        self.looked: list[str] = []
        self.alarms: dict[str, str] = {}
        self.notes = _notes(self.windows, self.whole)
        self._columns = self._watched()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are watched."""
        return tuple(self._columns)

    @property
    def threshold(self) -> float:
        """Bits of evidence from which on a column is alarmed."""
        odds = self.expected_run if self.alpha is None else 2 / self.alpha
        return math.log2(odds * max(1, len(self._columns)))

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
        kind = season_of(at, self.season)
        window = _profiled(data, self.whole)
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
            dict(self.windows) if self.season else [window for _, window in self.windows],
            tolerance=self.tolerance,
            expected_run=self.expected_run,
            alpha=self.alpha,
            season=self.season,
        )

    def _watched(self) -> dict[str, Watched]:
        columns = [c for c in self.whole if isinstance(c, ColumnProfile) and c.rows]
        events = {column.name: events_of(column) for column in columns}
        chances = sum(len(e.names) for e in events.values())
        missed = MISSED if self.alpha is None else self.alpha / 2
        seasons: dict[str, list[dict[str, ColumnProfile]]] = {}
        for at, window in self.windows:
            seasons.setdefault(season_of(at, self.season), []).append(_columns_of(window))
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
        steps, columns = {}, _columns_of(window)
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
        alarmed = sorted((c for c in bits if bits[c] >= self.threshold), key=lambda c: -bits[c])
        changes = tuple(self._change(column, kind) for column in alarmed)
        columns = _columns_of(window)
        lost = [name for name in self._columns if name not in columns]
        notes = self.notes
        if lost:
            text = f"{', '.join(map(repr, lost))}: not in this window, so not watched in it."
            notes = (*notes, Note("lost", text))
        return Look(
            name, window.rows, bits, self.threshold, tuple(alarmed), changes, repeated, notes
        )

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


def _columns_of(window: Profile) -> dict[str, ColumnProfile]:
    return {column.name: column for column in window if isinstance(column, ColumnProfile)}


def _check(tolerance: float, run: float, alpha: float | None, season: str | None) -> None:
    if not 0 <= tolerance < 1:
        raise InputError(f"tolerance={tolerance} is not in [0, 1): bits of JS that are no change")
    if not 1 <= run < math.inf:
        raise InputError(f"expected_run={run} is not at least 1: windows between false alarms")
    if alpha is not None and not 0 < alpha < 1:
        raise InputError(f"alpha={alpha} is not between 0 and 1: the chance of ever a false alarm")
    if season is not None and season not in SEASONS:
        raise InputError(f"season={season!r} is unknown; choose one of {', '.join(SEASONS)}")


def _reference(
    reference: Any, season: str | None, columns: Sequence[str] | None
) -> tuple[list[tuple[Any, Profile]], Profile]:
    """Return the windows of the reference, counted in the bins of all of them together."""
    pairs = _windows(reference)
    if not pairs:
        raise InputError("the reference has no windows; give at least one table")
    if season is not None and any(at is None for at, _ in pairs):
        raise InputError(
            f"season={season!r} needs to know when each window of the reference was: give a "
            "mapping from date to table"
        )
    data = [(at, opened(table)) for at, table in pairs]
    own = [t if isinstance(t, Profile) else profile(t, columns=columns) for _, t in data]
    whole = own[0]
    for part in own[1:]:
        whole = whole.merge(part)
    if len(data) == 1:
        return [(data[0][0], whole)], whole
    # The same bins for all: a profile is already counted, rows are counted again.
    windows = [
        (at, part if isinstance(table, Profile) else profile(table, like=whole))
        for (at, table), part in zip(data, own, strict=True)
    ]
    return windows, whole


def _windows(reference: Any) -> list[tuple[Any, Any]]:
    if isinstance(reference, Mapping):
        return list(reference.items())
    if isinstance(reference, list | tuple):
        return [(None, table) for table in reference]
    return [(None, reference)]


def _profiled(data: Any, whole: Profile) -> Profile:
    data = opened(data)
    return data if isinstance(data, Profile) else profile(data, like=whole)


def _notes(windows: Sequence[tuple[Any, Profile]], whole: Profile) -> tuple[Note, ...]:
    notes = []
    if len(windows) < 3:
        text = (
            f"The reference has {len(windows)} window{'s' if len(windows) > 1 else ''}, which does "
            "not tell how different windows usually are: rows are taken as independent. Give the "
            "reference as a sequence of windows."
        )
        notes.append(Note("independent", text))
    for column in whole:
        if not isinstance(column, ColumnProfile):
            text = f"{column.name!r} is not watched: {column.reason}."
            notes.append(Note("skipped", text))
    return tuple(notes)
