"""A table watched over time: every window of it against what is usual."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kullback import files
from kullback.arguments import texts
from kullback.tables.counting import table_counts, windows_sql
from kullback.tables.counting.intake import Intake
from kullback.tables.counting.side import OpenedSide, column_of
from kullback.tables.counting.window_profiles import window_profiles
from kullback.tables.counting.windows_sql import WindowSpan
from kullback.tables.engines.file_form import FileForm
from kullback.tables.engines.opening import open_engines
from kullback.tables.profiles.calendar import Calendar, calendar
from kullback.tables.profiles.profile import Profile
from kullback.tables.results.comparison import Side
from kullback.tables.verbs import carriers, opened_sides
from kullback.tables.watch.monitor import Monitor
from kullback.tables.watch.monitoring import Monitoring
from kullback.tables.watch.reference import check_promise
from kullback.tables.watch.seasons import counted

SIZES = (20, 10_000)  # bins, and values kept by name: those of `profile`


def monitor(  # noqa: PLR0913  the contract with users
    reference: Any,
    current: Any,
    *,
    on: str,
    by: str | Sequence[str] = "day",
    columns: Sequence[str] | None = None,
    tolerance: float = 0.0,
    expected_run: float = 365,
    alpha: float | None = None,
    season: str | None = None,
    within: float | None = None,
    shift: float = 0.25,
    rolling: int | None = None,
    state: str | Path | None = None,
    restart: Sequence[str] = (),
    engine: Any = "auto",
    exclude: Sequence[str] = (),
    where: str | None = None,
    roles: Mapping[str, str] | None = None,
    nulls: Sequence[str] = (),
    sample: int | None = None,
    seed: int = 0,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool = True,
    sheet: str | int | None = None,
    timezone: str | None = None,
) -> Monitoring:
    """Watch a table window by window: at most one false alarm in `expected_run` windows.

    Parameters
    ----------
    reference : path, glob, frame, Relation, Profile or Monitor
        What is usual. Rows are cut into the same windows, which tells how different windows
        usually are; a profile holds none, and its rows are taken as independent.
    current : path, glob, frame or Relation
        The rows to watch; each column is counted in one scan for all windows.
    on : str
        The column of times that both are cut on.
    by : {"hour", "day", "week", "month", "quarter", "year"} or sequence of str
        Calendar windows, also from another start on, as in `windows`.
    columns, tolerance, expected_run, alpha, season, within, shift, rolling
        As for `Monitor`.
    state : path, optional
        Go on from the monitor that this file holds, and write it back afterwards; windows that
        it has looked at before change nothing. Without a file there, it is made.
    restart : sequence of str
        Columns whose evidence is forgotten first, after what it showed was dealt with.
    engine, exclude, where, roles, nulls, sample, seed, encoding, delimiter, header, sheet
        As for `compare`; patterns of columns too.
    timezone : str, optional
        Whose clock says when days begin, as in `windows`; default: UTC.

    Returns
    -------
    Monitoring
        A `Look` each window, and the monitor to go on with.

    Raises
    ------
    InputError
        If there is no such file or column, or `on` holds no times.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from kullback import tables
    >>> rng = np.random.default_rng(0)
    >>> def days(start, count, shift=0.0):
    ...     day = pd.date_range(start, periods=count).repeat(200)
    ...     return pd.DataFrame({"day": day, "x": rng.normal(shift, size=len(day))})
    >>> usual, now = days("2026-01-01", 60), days("2026-03-02", 10, shift=0.5)
    >>> found = tables.monitor(usual, now, on="day")
    >>> found.alarmed, found.first_alarm
    (('x',), '2026-03-02')
    """
    table_counts.check_names(columns)
    intake = Intake(columns, exclude, where, {} if roles is None else roles, nulls, sample, seed)
    form = FileForm(encoding, delimiter, header, sheet)
    known = _known(reference, state)
    cut = WindowsCut(on, calendar(by, timezone), season if known is None else known.season)
    usual = reference if known is None else known.whole
    with open_engines(engine, usual, current, form=form) as engines:
        q, p = opened_sides.both(engines, usual, current, intake, least=1)
        if carriers.knows_empty_alone(q, p):  # later windows may hold empty texts
            q = opened_sides.opened(engines, usual, "reference", intake, least=1)
        watching = known or Monitor(
            q if isinstance(q, Profile) else _windows(q, cut, intake),
            tolerance=tolerance,
            expected_run=expected_run,
            alpha=alpha,
            season=season,
            within=within,
            shift=shift,
            rolling=rolling,
        )
        if within is not None:  # no part of the evidence, so it may be asked anew
            check_promise(within, shift)
            watching.within, watching.shift = within, float(shift)
        now = opened_sides.rows_of(p, "current")
        windows = _windows(now, cut, intake, like=watching.whole)
    if texts("restart", restart):
        watching.restart(restart)
    looks = tuple(watching.update(window, at=at) for at, window in windows.items())
    if state is not None:
        watching.save(state)
    name = next((window.source for window in windows.values()), "current")
    return Monitoring(
        Side(watching.whole.source, watching.whole.rows),
        Side(name, sum(look.rows for look in looks)),
        on,
        cut.calendar.said,
        looks,
        watching,
    )


def _known(reference: Any, state: str | Path | None) -> Monitor | None:
    """Return the monitor to go on with, if there is one."""
    if state is not None and files.kind(state) != "nothing":
        return Monitor.load(state)
    return reference if isinstance(reference, Monitor) else None


@dataclass(frozen=True, slots=True)
class WindowsCut:
    """What windows are cut on, how, and the column that tells their season, if one does."""

    on: str
    calendar: Calendar
    season: str | None


def _windows(
    side: OpenedSide, asked: WindowsCut, intake: Intake, *, like: Profile | None = None
) -> dict[str, Profile]:
    """Count the windows of a side, by their first day or hour, in the order of time."""
    engine, source, rows = side
    on = asked.on
    scale = windows_sql.scale(engine, source, column_of(source, on, "on"), "on")
    cut = windows_sql.by_calendar(scale, asked.calendar)
    names = [c.name for c in source.columns if c.name != on]
    if like is None:
        chosen = counted(intake.chosen(names, source.name), asked.season)
        like = table_counts.own(engine, source, rows, chosen or names, SIZES)
    known = {column.name for column in like}
    shared = [name for name in names if name in known]
    whole = table_counts.following(engine, source, rows, shared, like)
    found = window_profiles(side, cut, like, whole)
    return {_at(span): window for span, window in zip(cut.spans, found, strict=True)}


def _at(span: WindowSpan) -> str:
    """Return what a window is called: its label where that is a date or a time."""
    try:
        datetime.fromisoformat(span.label)
    except ValueError:
        return span.first[:10]
    return span.label
