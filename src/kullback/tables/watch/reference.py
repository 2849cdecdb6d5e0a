"""What a monitor compares with: the windows of its reference, and the profiles of later ones."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kullback.arguments import MANY, number, text
from kullback.errors import InputError
from kullback.results import Note
from kullback.tables.counting.table_counts import profile
from kullback.tables.engines import EMPTY
from kullback.tables.judge.uncompared import without
from kullback.tables.profiles.align import without_empty
from kullback.tables.profiles.profile import ColumnProfile, Listed, Profile
from kullback.tables.profiles.storage import opened
from kullback.tables.results.comparison import Skipped
from kullback.tables.watch.seasons import SEASONS, counted


def check_settings(tolerance: float, run: float, alpha: float | None) -> None:
    """Refuse settings that mean nothing."""
    if not 0 <= number("tolerance", tolerance) < 1:
        raise InputError(f"tolerance={tolerance} is not in [0, 1): bits of JS that are no change")
    if not 1 <= number("expected_run", run) < math.inf:
        raise InputError(f"expected_run={run} is not at least 1: windows between false alarms")
    if alpha is not None and not 0 < number("alpha", alpha) < 1:
        raise InputError(f"alpha={alpha} is not between 0 and 1: the chance of ever a false alarm")


def check_promise(within: float | None, shift: float) -> None:
    """Refuse what cannot be promised."""
    if within is not None and not 1 <= number("within", within) < math.inf:
        raise InputError(f"within={within} is not at least 1: windows until a change is found")
    if not 0 < number("shift", shift) < math.inf:
        raise InputError(f"shift={shift} is not above 0: standard deviations of a column")


def check_rolling(rolling: int | None, alpha: float | None) -> None:
    """Refuse a reference that goes along where no promise could hold."""
    if rolling is None:
        return
    if type(rolling) is not int or not 3 <= rolling <= MANY:
        raise InputError(
            f"rolling={rolling!r} cannot be used; at least 3 windows tell how windows differ"
        )
    if alpha is not None:
        raise InputError(
            "rolling= goes with expected_run=: a reference that changes for ever has no chance "
            "of ever a false alarm that could be promised"
        )


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceWindows:
    """Windows by their times, and the profile whose bins they are counted in."""

    windows: list[tuple[Any, Profile]]
    whole: Profile


def reference_windows(
    reference: Any, season: str | None, columns: Sequence[str] | None
) -> ReferenceWindows:
    """Return the windows of the reference, counted in the bins of all of them together.

    Of a column whose values name rows, all of them new each time, it is watched whether there is
    one.
    """
    if isinstance(reference, ReferenceWindows):
        return reference
    windows, whole = _counted_windows(reference, season, columns)
    if EMPTY in whole.lacks:  # of what one window cannot hold the others do without
        windows, ((_, whole),) = without_empty_texts(windows), without_empty_texts([(None, whole)])
    names = [c.name for c in without(whole) if not isinstance(c, ColumnProfile)]
    keys = [c.name for c in columns_of(whole).values() if c.name in names]
    return ReferenceWindows([(at, _present(w, keys)) for at, w in windows], _present(whole, keys))


def _present(window: Profile, keys: Sequence[str]) -> Profile:
    """Return a profile that keeps of some columns only whether there is a value."""

    def kept(column: ColumnProfile | Skipped) -> ColumnProfile | Skipped:
        if column.name not in keys or not isinstance(column, ColumnProfile):
            return column
        plain = ColumnProfile(column.name, column.type, column.kind, column.role, Listed({}))
        special = {name: getattr(column, name) for name in ("null", "nan", "unreadable")}
        return replace(plain, body=Listed({}, column.counted), **special)

    return replace(window, columns=tuple(map(kept, window.columns)))


def _counted_windows(
    reference: Any, season: str | None, columns: Sequence[str] | None
) -> tuple[list[tuple[Any, Profile]], Profile]:
    pairs = _windows(reference)
    if not pairs:
        raise InputError("the reference has no windows; give at least one table")
    if (
        season is not None
        and text("season", season) in SEASONS
        and any(at is None for at, _ in pairs)
    ):
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


def profiled(data: Any, whole: Profile) -> Profile:
    """Count a window as the reference was counted, unless it is counted."""
    data = opened(data)
    window = data if isinstance(data, Profile) else profile(data, like=whole)
    return without_empty_texts([(None, window)])[0][1] if EMPTY in whole.lacks else window


def without_empty_texts(windows: Sequence[tuple[Any, Profile]]) -> list[tuple[Any, Profile]]:
    """Return windows whose empty texts are missing, as a CSV file writes them."""

    def each(column: ColumnProfile | Skipped) -> ColumnProfile | Skipped:
        return without_empty(column) if isinstance(column, ColumnProfile) else column

    return [(at, replace(w, columns=tuple(map(each, w.columns)))) for at, w in windows]


def lacks_empty(window: Profile, whole: Profile) -> bool:
    """Return whether a window cannot hold the empty texts that the reference may."""
    return EMPTY in window.lacks and EMPTY not in whole.lacks


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
        elif isinstance(column.body, Listed) and column.counted and not column.body.counts:
            text = f"{column.name!r} has other values each time: whether there is one is watched."
            notes.append(Note("key", text))
    return tuple(notes)


def notes_of(watched: Sequence[str], window: Profile, whole: Profile) -> tuple[Note, ...]:
    """Say which columns a window lacks, and whether empty texts are missing on one side only."""
    return (*_not_there(watched, window), *_of_empty(window, whole))


def _of_empty(window: Profile, whole: Profile) -> tuple[Note, ...]:
    if (EMPTY in window.lacks) == (EMPTY in whole.lacks):
        return ()
    name = "the window" if EMPTY in window.lacks else "the reference"
    text = f"{name} comes from text without types: empty texts count as missing on both sides."
    return (Note("empty-texts", text),)


def _not_there(watched: Sequence[str], window: Profile) -> tuple[Note, ...]:
    held = {column.name for column in window}
    lost = [name for name in watched if name not in held]
    if not lost:
        return ()
    text = f"{', '.join(map(repr, lost))}: not in this window, which counts as missing."
    return (Note("lost", text),)


def too_old(name: str) -> Note:
    """Say that a window may have been looked at before its name was forgotten."""
    text = (
        f"{name} lies among windows whose names are no longer kept: it may have been looked at, "
        "so it is not counted."
    )
    return Note("late", text)
