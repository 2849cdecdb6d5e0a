"""The limits of a column in each season, and a reference that goes along with the windows."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.watch.baseline import Baseline, baseline_of, correlation_of
from kullback.tables.watch.events import Events
from kullback.tables.watch.reference import columns_of
from kullback.tables.watch.seasons import season_of

MISSED = 0.05  # the chance, over all limits, that the reference sample misleads


def missed_of(alpha: float | None, rolling: int | None, run: float) -> float:
    """Return the chance that any share of the reference lies outside its limits."""
    missed = MISSED if alpha is None else alpha / 2
    if rolling is not None:  # as many references as there are in a run
        missed *= min(1.0, rolling / run)
    return missed


def limits_of(
    name: str,
    events: Events,
    seasons: Mapping[str, Sequence[Mapping[str, ColumnProfile]]],
    miss: float,
    tolerance: float,
) -> dict[str, Baseline]:
    """Return what is usual of one column in each season.

    Parameters
    ----------
    name : str
        The column.
    events : Events
        What is watched in it.
    seasons : mapping of str to sequence of mapping
        The columns of each window of a season.
    miss : float
        The chance that a share lies outside its limits.
    tolerance : float
        Bits of JS that are no change.
    """
    groups = {}
    for kind, windows in seasons.items():
        found = [window[name] for window in windows if name in window]
        counts = np.array([events.counted(column) for column in found])
        groups[kind] = counts, np.array([events.among(column) for column in found])
    correlation = correlation_of(list(groups.values()))
    return {
        kind: baseline_of(counts, rows, correlation, miss, tolerance)
        for kind, (counts, rows) in groups.items()
    }


def limits_of_all(
    columns: Mapping[str, Events],
    windows: Sequence[tuple[Any, Profile]],
    season: str | None,
    missed: float,
    tolerance: float,
) -> dict[str, dict[str, Baseline]]:
    """Return what is usual of each column in each season, from the windows of a reference.

    Parameters
    ----------
    columns : mapping of str to Events
        What is watched.
    windows : sequence of (at, Profile)
        Of the reference.
    season : str or None
        As of the monitor.
    missed : float
        The chance that any share lies outside its limits.
    tolerance : float
        Bits of JS that are no change.
    """
    chances = sum(len(events.names) for events in columns.values())
    seasons: dict[str, list[dict[str, ColumnProfile]]] = {}
    for at, window in windows:
        seasons.setdefault(season_of(at, season, window), []).append(columns_of(window))
    miss = missed / max(1, chances * len(seasons))
    return {
        name: limits_of(name, events, seasons, miss, tolerance) for name, events in columns.items()
    }


def rolled(
    windows: Sequence[tuple[Any, Profile]],
    latest: tuple[Any, Profile],
    season: str | None,
    most: int,
) -> list[tuple[Any, Profile]]:
    """Return the windows of a reference with the latest one, and the last ones of its season.

    Parameters
    ----------
    windows : sequence of (at, Profile)
        The reference so far, in the order of time.
    latest : (at, Profile)
        The window that was looked at.
    season : str or None
        As of the monitor.
    most : int
        How many windows of a season are kept.
    """
    kind = season_of(latest[0], season, latest[1])
    same = [w for w in windows if season_of(w[0], season, w[1]) == kind]
    dropped = {id(window) for _, window in same[: max(0, len(same) + 1 - most)]}
    return [*(w for w in windows if id(w[1]) not in dropped), latest]
