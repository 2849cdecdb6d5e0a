"""What a monitor compares with: the windows of its reference, and the profiles of later ones."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from kullback.errors import InputError
from kullback.results import Note
from kullback.tables.counting.table_counts import profile
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.profiles.storage import opened
from kullback.tables.watch.seasons import SEASONS, counted


def check_settings(tolerance: float, run: float, alpha: float | None) -> None:
    """Refuse settings that mean nothing."""
    if not 0 <= tolerance < 1:
        raise InputError(f"tolerance={tolerance} is not in [0, 1): bits of JS that are no change")
    if not 1 <= run < math.inf:
        raise InputError(f"expected_run={run} is not at least 1: windows between false alarms")
    if alpha is not None and not 0 < alpha < 1:
        raise InputError(f"alpha={alpha} is not between 0 and 1: the chance of ever a false alarm")


def reference_windows(
    reference: Any, season: str | None, columns: Sequence[str] | None
) -> tuple[list[tuple[Any, Profile]], Profile]:
    """Return the windows of the reference, counted in the bins of all of them together."""
    pairs = _windows(reference)
    if not pairs:
        raise InputError("the reference has no windows; give at least one table")
    if season in SEASONS and any(at is None for at, _ in pairs):
        raise InputError(
            f"season={season!r} needs to know when each window of the reference was: give a "
            "mapping from date to table"
        )
    data = [(at, opened(table)) for at, table in pairs]
    names = counted(columns, season)
    own = [t if isinstance(t, Profile) else profile(t, columns=names) for _, t in data]
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


def as_given(windows: Sequence[tuple[Any, Profile]]) -> Any:
    """Return windows as a monitor takes them: by their times, where they have some."""
    if any(at is None for at, _ in windows):
        return [window for _, window in windows]
    return dict(windows)


def profiled(data: Any, whole: Profile) -> Profile:
    """Count a window as the reference was counted, unless it is counted."""
    data = opened(data)
    return data if isinstance(data, Profile) else profile(data, like=whole)


def columns_of(window: Profile) -> dict[str, ColumnProfile]:
    """Return the columns that can be watched, by name."""
    return {column.name: column for column in window if isinstance(column, ColumnProfile)}


def notes_on(windows: Sequence[tuple[Any, Profile]], whole: Profile) -> tuple[Note, ...]:
    """Say what the reference does not tell, and what is not watched."""
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
