"""Columns that hold one value on a side, or nearly one: what varies there, or no longer does."""

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np

from kullback.tables.judge import reasons
from kullback.tables.judge.effect import writer
from kullback.tables.profiles import labels
from kullback.tables.profiles.align import Aligned
from kullback.tables.profiles.labels import Bin, Special
from kullback.tables.profiles.profile import ColumnProfile, Listed

_ABSENT = frozenset({labels.MISSING, labels.UNREADABLE})
USUAL = 0.9  # of a side's values are one: the others are its rare ones


class RareValues(NamedTuple):
    """Rows in other values than the usual one, among all with a value: P's, then Q's."""

    x: float
    n: float
    y: float
    m: float
    said: str


def only_value(column: ColumnProfile) -> str | None:
    """Return the one value that a column holds, as it is spoken; None if it holds several."""
    body = column.body
    if isinstance(body, Listed):
        values = [value for value, n in body.counts.items() if n]
        return reasons.spoken(values[0]) if len(values) == 1 and not body.other else None
    infinite = column.plus_infinity or column.minus_infinity
    if column.minimum is None or column.minimum != column.maximum or infinite:
        return None
    return writer(column.kind)(column.minimum)


def said(reference: ColumnProfile, current: ColumnProfile, detail: str) -> str | None:
    """Say that a column is constant now, or no longer (and how), or at another value."""
    before, now = only_value(reference), only_value(current)
    if current.missing == current.rows or reference.missing == reference.rows:
        return None
    if now is not None and before is not None:
        return None if now == before else f"always {before} before, always {now} now"
    if now is not None:
        return f"always {now} now{_held(reference, current)}"
    return None if before is None else f"always {before} before; now {detail}"


def _held(reference: ColumnProfile, current: ColumnProfile) -> str:
    """Say how much of the reference the one value of the current data held."""
    q, p = reference.body, current.body
    if not (isinstance(q, Listed) and isinstance(p, Listed)):
        return ""
    value = next(value for value, n in p.counts.items() if n)
    share = q.counts.get(value, 0) / max(reference.counted, 1)
    return f", which {reasons.percent(share)} of the reference's values were"


def rare_values(aligned: Aligned) -> RareValues | None:
    """Return the rows in other values than the reference's usual one, where it has one.

    What the reference shows at all: a value that it never shows is a new one.
    """
    places = [i for i, label in enumerate(aligned.labels) if label not in _ABSENT]
    x, y = aligned.x[places], aligned.y[places]
    n, m = float(x.sum()), float(y.sum())
    if not (n and m):
        return None
    usual = int(np.argmax(y))
    label = aligned.labels[places[usual]]
    others = m - float(y[usual])
    if not _is_single(label) or others <= 0 or y[usual] < USUAL * m:
        return None
    known = y > 0
    rows = float(x[known].sum() - x[usual])
    name = reasons.spoken(label).removeprefix("values ")
    ends = f"{reasons.percent(others / m)} → {reasons.percent(rows / n)}"
    return RareValues(rows, n, others, m, f"values other than {name}: {ends}")


def _is_single(label: Hashable) -> bool:
    if isinstance(label, Bin):
        return label.low is not None and label.low == label.high
    return not isinstance(label, Special)
