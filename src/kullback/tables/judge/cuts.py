"""Columns that only cut the data into a before and an after: times that run on, partition keys."""

import re

from kullback.tables.engines.dialect import DAY
from kullback.tables.judge import reasons
from kullback.tables.judge.shares import share_differs
from kullback.tables.judge.verdict import Criteria
from kullback.tables.profiles.labels import moment
from kullback.tables.profiles.profile import ColumnProfile, Listed, Value
from kullback.tables.profiles.roles import ENOUGH
from kullback.tables.results.comparison import Skipped

_PARTS = "year|quarter|month|week|day|date|hour|run|batch|version|snapshot|partition|period|fold"
_KEY = re.compile(rf"(^|[_\W])({_PARTS}|ds|dt)([_\W]?(id|no|nr|number|key))?$", re.IGNORECASE)

_GAP = 0.1  # of the reference's span: times that begin later than this are no next batch

Measured = ColumnProfile | Skipped | None


def cut(reference: Measured, current: Measured, criteria: Criteria) -> Skipped | None:
    """Return a column that only cuts the data as skipped, or None.

    A time cuts if all of one side lies before all of the other; a column called as parts of data
    are (month, run_id, …) if no value is on both sides. What changed in it besides, the share of
    missing values, is said all the same.
    """
    if not (isinstance(reference, ColumnProfile) and isinstance(current, ColumnProfile)):
        return None
    said = _times(reference, current) or _keys(reference, current)
    if said is None:
        return None
    missing = (reference.missing, reference.rows), (current.missing, current.rows)
    unlike: tuple[str, ...] = ()
    if share_differs("missing", *missing, criteria):
        before, now = (reasons.percent(k / n) for k, n in missing)
        unlike = (f"missing: {before} → {now}",)
    if _stands_still(reference, current):
        unlike += ("one time in all current rows",)
    said = "; but ".join((said, *unlike))
    return Skipped(reference.name, said, "skipped", reference.role, unlike)


def _stands_still(reference: ColumnProfile, current: ColumnProfile) -> bool:
    """Return whether current rows all hold one moment, where the reference's have times of day.

    Days may well be one: the next batch is of one day.
    """
    if current.kind != "time" or current.minimum != current.maximum or current.counted < ENOUGH:
        return False
    cells = () if reference.grid is None else reference.grid.cells
    within = sum(cell.rows for cell in cells if cell.low % DAY or cell.high % DAY)
    alone = max((cell.rows for cell in cells if cell.low == cell.high), default=0)
    return 2 * within > reference.counted > 2 * alone


def goes_on(reference: Measured, current: Measured) -> bool:
    """Return whether a column holds the times of the next batch, right after the reference's."""
    ends = _time_ends(reference, current)
    if ends is None:
        return False
    low, high, first, _ = ends
    return high < first <= high + _GAP * (high - low)


def _time_ends(reference: Measured, current: Measured) -> tuple[int, int, int, int] | None:
    sides = (reference, current)
    if not all(isinstance(side, ColumnProfile) and side.kind == "time" for side in sides):
        return None
    ends = [getattr(side, name) for side in sides for name in ("minimum", "maximum")]
    if None in ends:
        return None
    low, high, first, last = map(int, ends)
    return low, high, first, last


def _times(reference: ColumnProfile, current: ColumnProfile) -> str | None:
    ends = _time_ends(reference, current)
    if ends is None:
        return None
    low, high, first, last = ends
    if not (high < first or last < low):
        return None
    if high < first:
        return f"times that go on: {moment(first)} to {moment(last)}, after {moment(high)}"
    return f"times that lie before: {moment(first)} to {moment(last)}, then {moment(low)}"


def _keys(reference: ColumnProfile, current: ColumnProfile) -> str | None:
    if not _KEY.search(reference.name):
        return None
    q, p = _values(reference), _values(current)
    if not q or not p or q & p:
        return None
    return f"it only cuts the data: {_few(q)}, then {_few(p)}; to compare it, name it in columns"


def _values(column: ColumnProfile) -> set[Value] | None:
    body = column.body
    if not isinstance(body, Listed) or body.other or column.missing == column.rows:
        return None
    return {value for value, n in body.counts.items() if n}


def _few(values: set[Value]) -> str:
    shown = sorted(values, key=str)
    said = ", ".join(map(reasons.spoken, shown[:3]))
    return f"{said}, …" if len(shown) > 3 else said
