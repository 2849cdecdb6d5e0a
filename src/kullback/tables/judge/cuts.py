"""Columns that only cut the data into a before and an after: times that run on, partition keys."""

import re
from collections.abc import Sequence
from dataclasses import replace

from kullback.tables.judge import reasons
from kullback.tables.judge.extent import writer
from kullback.tables.profiles.profile import ColumnProfile, Listed, Profile, Value
from kullback.tables.results.comparison import Skipped

_PARTS = "year|quarter|month|week|day|date|hour|run|batch|version|snapshot|partition|period|fold"
_KEY = re.compile(rf"(^|[_\W])({_PARTS}|ds|dt)([_\W]?(id|no|nr|number|key))?$", re.IGNORECASE)


def left_out(plan: Profile, follow: Profile, named: Sequence[str] | None) -> Profile:
    """Return the reference's profile without the columns that cut the data, unless named.

    Parameters
    ----------
    plan, follow : Profile
        Of the reference and of the current data.
    named : sequence of str or None
        Columns that somebody asked for.
    """
    others = {column.name: column for column in follow}

    def each(column: ColumnProfile | Skipped) -> ColumnProfile | Skipped:
        other = others.get(column.name)
        both = isinstance(column, ColumnProfile) and isinstance(other, ColumnProfile)
        if not both or column.name in (named or ()):
            return column
        assert isinstance(column, ColumnProfile)
        assert isinstance(other, ColumnProfile)
        reason = why(column, other)
        return Skipped(column.name, reason, cuts=True) if reason else column

    columns = tuple(map(each, plan.columns))
    left = any(isinstance(column, ColumnProfile) for column in columns)
    return replace(plan, columns=columns) if left else plan  # with nothing else it is the question


def why(reference: ColumnProfile, current: ColumnProfile) -> str | None:
    """Return why a column only cuts the data, or None.

    A time cuts if all of one side lies before all of the other; a column called as parts of data
    are (month, run_id, …) if no value is on both sides.
    """
    if reference.kind == "time" == current.kind:
        ends = [reference.minimum, reference.maximum, current.minimum, current.maximum]
        if None in ends or not _apart(*ends):  # type: ignore[arg-type]  # none is None here
            return None
        write = writer("time")
        first, last, begin, end = (write(value) for value in ends if value is not None)
        return _said(f"{first} … {last}", f"{begin} … {end}")
    if not _KEY.search(reference.name):
        return None
    q, p = _values(reference), _values(current)
    if not q or not p or q & p:
        return None
    return _said(_few(q), _few(p))


def _said(before: str, now: str) -> str:
    return f"it only cuts the data: {before}, then {now}; to compare it, name it in columns"


def _apart(low: float, high: float, begin: float, end: float) -> bool:
    return high < begin or end < low


def _values(column: ColumnProfile) -> set[Value] | None:
    body = column.body
    if not isinstance(body, Listed) or body.other or column.missing == column.rows:
        return None
    return {value for value, n in body.counts.items() if n}


def _few(values: set[Value]) -> str:
    shown = sorted(values, key=str)
    said = ", ".join(map(reasons.spoken, shown[:3]))
    return f"{said}, …" if len(shown) > 3 else said
