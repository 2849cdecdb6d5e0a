"""Columns that only cut the data into a before and an after: times that run on, partition keys."""

import re

from kullback.tables.judge import reasons
from kullback.tables.judge.uncompared import differ
from kullback.tables.judge.verdict import Criteria
from kullback.tables.profiles.labels import moment
from kullback.tables.profiles.profile import ColumnProfile, Listed, Value
from kullback.tables.results.comparison import Skipped

_PARTS = "year|quarter|month|week|day|date|hour|run|batch|version|snapshot|partition|period|fold"
_KEY = re.compile(rf"(^|[_\W])({_PARTS}|ds|dt)([_\W]?(id|no|nr|number|key))?$", re.IGNORECASE)

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
    if differ(*missing, criteria):
        before, now = (reasons.percent(k / n) for k, n in missing)
        unlike = (f"missing: {before} → {now}",)
    said = "; but ".join((said, *unlike))
    return Skipped(reference.name, said, "skipped", reference.role, unlike)


def _times(reference: ColumnProfile, current: ColumnProfile) -> str | None:
    if reference.kind != "time" or current.kind != "time":
        return None
    ends = (reference.minimum, reference.maximum, current.minimum, current.maximum)
    if any(end is None for end in ends):
        return None
    low, high, first, last = (int(end) for end in ends if end is not None)
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
