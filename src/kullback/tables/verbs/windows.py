"""The current data in windows of time or of rows, each with its own verdict."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kullback.arguments import word
from kullback.errors import InputError
from kullback.results import Note
from kullback.tables.counting import by_name, table_counts, windows_sql
from kullback.tables.counting.intake import Intake
from kullback.tables.counting.side import OpenedSide, column_of
from kullback.tables.counting.window_profiles import window_profiles
from kullback.tables.counting.windows_sql import WindowCut, WindowScale, WindowSpan
from kullback.tables.engines.file_form import FileForm
from kullback.tables.engines.opening import Engines, open_engines
from kullback.tables.judge import judge
from kullback.tables.judge.verdict import Criteria, ShareTolerances
from kullback.tables.profiles import calendar
from kullback.tables.profiles.profile import Profile
from kullback.tables.results.comparison import Side, TableComparison
from kullback.tables.results.windowed import Against, Window, WindowedComparison
from kullback.tables.verbs import compare, opened_sides, window_likeness
from kullback.tables.verbs.carriers import Counted
from kullback.tables.verbs.chosen_columns import compared_columns
from kullback.units import Unit, unit_name

AGAINST = ("baseline", "consecutive")


def windows(  # noqa: PLR0913  the contract with users
    reference: Any,
    current: Any,
    *,
    on: str,
    by: str | Sequence[str] | None = None,
    rows: int | None = None,
    parts: int | None = None,
    against: Against = "baseline",
    columns: Sequence[str] | None = None,
    unit: Unit = "bits",
    level: float = 0.95,
    alpha: float = 0.05,
    tolerance: float = 0.01,
    limits: Mapping[str, float] | None = None,
    allow: Sequence[str] = (),
    engine: Any = "auto",
    missing: float = 0.005,
    out_of_range: float = 0.005,
    new: float = 0.005,
    rare: float = 0.002,
    unique: float = 0.005,
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
) -> WindowedComparison:
    """Compare the current data window by window, to see when what has drifted.

    Every window is counted in the same bins, those of the reference, and judged by the law of
    counts of its own size: a small window is not called drifted for being small, but undecided,
    with the smallest difference that it could have shown. The q-values are Benjamini and
    Hochberg's over all windows and columns together.

    Parameters
    ----------
    reference : path, glob, URL, frame, Relation, Profile or None
        What was believed; None takes the first window of the current data.
    current : path, glob, URL, frame or Relation
        The rows to be cut; each column is counted in one scan for all windows.
    on : str
        The column of the current data to cut on: times (or ISO text), or numbers.
    by : {"hour", "day", "week", "month", "quarter", "year"} or sequence of str, optional
        Calendar windows, weeks from Monday; ``"day"`` unless `rows` or `parts` is given. From
        another start on: ``"week-sunday"``, ``"month-15"``, ``"quarter-02"`` (from February),
        ``"year-04-06"``. A list of dates says when each window begins, as in a 4-4-5 calendar.
    rows : int, optional
        Windows of about so many rows in the order of `on`; equal values stay together.
    parts : int, optional
        So many windows of about equal numbers of rows.
    against : {"baseline", "consecutive"}
        Compare each window with the reference, or with the window before it (the first one
        with the reference).
    columns, unit, level, alpha, tolerance, limits, allow, engine
        As in `compare`.
    missing, out_of_range, new, rare, unique
        As in `compare`.

    exclude, where, roles, nulls, sample, seed, encoding, delimiter, header, sheet
        As in `compare`.
    timezone : str, optional
        Whose clock says when days begin, such as ``"Europe/Vienna"``; default: UTC. Times without
        a zone are taken as UTC. The hour that comes twice in autumn is one window.

    Returns
    -------
    WindowedComparison
        One `TableComparison` a window; ``.to_frame()`` is the tidy table of all numbers.

    Raises
    ------
    InputError
        If there is no such file or column, or the windows cannot be cut.
    FormatError
        If a file is not what its name says.

    Examples
    --------
    >>> import pandas as pd
    >>> day = pd.date_range("2024-07-01", periods=4, freq="D").repeat(1000)
    >>> paid = ["card"] * 800 + ["cash"] * 200
    >>> now = pd.DataFrame({"day": day, "paid": 3 * paid + ["card"] * 500 + ["cash"] * 500})
    >>> before = pd.DataFrame({"paid": 10 * paid})
    >>> found = windows(before, now, on="day", by="day")
    >>> [(window.label, window.comparison.verdict) for window in found][2:]
    [('2024-07-03', 'same'), ('2024-07-04', 'drifted')]
    """
    shares = ShareTolerances(missing, out_of_range, new, rare, unique)
    criteria = Criteria(
        unit_name(unit), level, alpha, tolerance, {} if limits is None else limits, allow, shares
    )
    table_counts.check_names(columns)
    intake = Intake(columns, exclude, where, {} if roles is None else roles, nulls, sample, seed)
    form = FileForm(encoding, delimiter, header, sheet)
    cutter, how = _cutter(by, rows, parts, timezone)
    word("against", against, AGAINST)
    with open_engines(engine, current, reference, form=form) as engines:
        q, p = _opened(engines, reference, current, intake)
        column = column_of(p.source, on, "on")
        cut = cutter(windows_sql.scale(p.engine, p.source, column, "on"))
        q, cut = _baseline(q, p, cut)
        wanted = compared_columns(intake, q, p, [on])
        compare.check_named(criteria, compare.all_names(q, p))
        plan, whole, notes = compare.counted(q, p, wanted)
        plan = by_name.selected(plan, whole)
        profiles = window_profiles(p, cut, plan, whole)
        pairs = list(zip(_references(plan, profiles, against), profiles, strict=True))
        decided = _decided(pairs, wanted, criteria, (plan, (q, p), (cut, on), against))
    tables = [
        compare.table(Side(q.source, q.rows), Side(p.source, p.rows), found, criteria)
        for (q, p), found in zip(pairs, decided, strict=True)
    ]
    return WindowedComparison(
        Side(plan.source, plan.rows),
        Side(whole.source, whole.rows),
        on,
        how,
        against,
        tuple(_window(*pair) for pair in zip(cut.spans, tables, strict=True)),
        *(criteria.unit, level, alpha, tolerance),
        notes=(*notes, *_notes(cut, on, against)),
    )


def _decided(
    pairs: Sequence[tuple[Profile, Profile]],
    wanted: Sequence[str] | None,
    criteria: Criteria,
    rows: tuple[Profile, tuple[Any, OpenedSide], tuple[WindowCut, str], str],
) -> list[tuple[Any, ...]]:
    """Judge all windows together; again, where neighbouring rows of what was seen are alike."""
    plan, sides, cuts, against = rows
    judged = [judge.judge(before, now, wanted, criteria) for before, now in pairs]
    found = judge.decided(judged, criteria)
    consecutive = against == "consecutive"
    worth = window_likeness.of_windows(
        found, plan, sides, cuts, criteria.alpha, consecutive=consecutive
    )
    if not any(worth):
        return found
    again = [
        judge.allowed(columns, pair, criteria, alike, cuts[1])
        for columns, pair, alike in zip(judged, pairs, worth, strict=True)
    ]
    return judge.decided(again, criteria)


def _window(span: WindowSpan, table: TableComparison) -> Window:
    return Window(span.label, span.first, span.last, span.rows, table)


def _opened(
    engines: Engines, reference: Any, current: Any, intake: Intake
) -> tuple[Counted | None, OpenedSide]:
    if reference is None:
        alone = opened_sides.opened(engines, current, "current", intake)
        return None, opened_sides.rows_of(alone, "current")
    q, p = opened_sides.both(engines, reference, current, intake)
    return q, opened_sides.rows_of(p, "current")


def _cutter(
    by: str | Sequence[str] | None, rows: int | None, parts: int | None, timezone: str | None
) -> tuple[Callable[[WindowScale], WindowCut], str]:
    """Return what cuts, and how it is called."""
    if sum(way is not None for way in (by, rows, parts)) > 1:
        raise InputError(f"by={by!r}, rows={rows}, parts={parts}: give one of them")
    if timezone is not None and (rows is not None or parts is not None):
        raise InputError(f"timezone={timezone!r} is for windows by calendar: give by=")
    for name, size in (("rows", rows), ("parts", parts)):
        if size is not None:
            table_counts.check_size(name, size, 1)
    if rows is not None:
        return lambda on: windows_sql.by_rows(on, rows), f"{rows} rows"
    if parts is not None:
        return lambda on: windows_sql.by_parts(on, parts), f"{parts} parts"
    by_calendar = calendar.calendar("day" if by is None else by, timezone)
    return lambda on: windows_sql.by_calendar(on, by_calendar), by_calendar.said


def _baseline(
    q: Profile | OpenedSide | None, p: OpenedSide, cut: WindowCut
) -> tuple[Profile | OpenedSide, WindowCut]:
    """Return the reference; where none is given, the first window, which then is no window."""
    if q is not None:
        return q, cut
    if len(cut.spans) < 2:
        raise InputError(
            f"reference is None and current has {len(cut.spans)} window: at least 2 are needed"
        )
    first, *others = cut.spans
    kept = f"(SELECT * FROM {p.source.relation} WHERE {cut.key} = {first.key}) AS s"
    source = p.source.of_rows(f"{p.source.name}, {first.label}", kept)
    return OpenedSide(p.engine, source, first.rows), replace(cut, spans=tuple(others))


def _references(plan: Profile, profiles: Sequence[Profile], against: str) -> Iterable[Profile]:
    if against == "baseline":
        return [plan] * len(profiles)
    return [plan, *profiles[:-1]]


def _notes(cut: WindowCut, on: str, against: str) -> Iterator[Note]:
    if cut.outside:
        text = f"{cut.outside} current rows have no {on!r} and are in no window."
        yield Note("outside", text)
    if against == "consecutive":
        text = (
            "Neighbouring comparisons share a window, so their p-values depend on each other; "
            "the share of false alarms is controlled approximately."
        )
        yield Note("consecutive", text)
