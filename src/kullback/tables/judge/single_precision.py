"""Numbers that one side holds in single precision: those of the other are read at its steps.

Where the steps are as wide as bins, a value that was rounded lies in another bin. So each end of
bins goes to a number of single precision, and what the other side has up to the middle between it
and the next one counts as below it. Between two ends its rows are taken to be spread evenly.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import kolmogorov

from kullback.results import Note
from kullback.tables.counting.column_counts import edges_for
from kullback.tables.judge import extent
from kullback.tables.profiles.align import Aligned
from kullback.tables.profiles.grid import Number, in_columns
from kullback.tables.profiles.labels import Bin
from kullback.tables.profiles.profile import Binned, ColumnProfile, Edge, Listed, Value

FLOATS = frozenset({"DOUBLE", "FLOAT"})
WIDE = 1 / 16  # of a usual bin: smaller steps move few of its rows

Array = NDArray[np.float64]
Sides = tuple[ColumnProfile, ColumnProfile]


class _Steps(NamedTuple):
    """New ends of bins: each goes to a number of single precision, and comes from an old end."""

    edges: tuple[Edge, ...]
    top: Array
    place: NDArray[np.intp]


def at_one_precision(reference: ColumnProfile, current: ColumnProfile) -> Sides:
    """Return both columns as if each were held in single precision, where its steps are wide.

    Parameters
    ----------
    reference, current : ColumnProfile
        In the same bins, or both by value; one of them holds single precision.
    """
    q, p = reference.body, current.body
    if isinstance(q, Listed) and isinstance(p, Listed):
        pooled = q.other or p.other
        return (reference, current) if pooled else (_listed(reference, q), _listed(current, p))
    if not (isinstance(q, Binned) and isinstance(p, Binned) and _is_coarse(reference)):
        return reference, current
    counted = q.edges if current.grid is not None else edges_for(current.type, reference)
    own, other = (q.edges, counted) if is_single(reference) else (counted, q.edges)
    steps = _steps(own, reference)
    if is_single(reference):
        return _taken(reference, q, steps), _spread(current, p, other, steps)
    return _spread(reference, q, other, steps), _taken(current, p, steps)


def _is_coarse(column: ColumnProfile) -> bool:
    """Return whether a step of single precision is no small part of a usual bin."""
    body = column.body
    edges = body.edges if isinstance(body, Binned) else ()
    ends = np.unique([float(value) for value in (*_known(column), *(e.value for e in edges))])
    if len(ends) < 2:
        return False
    step = np.spacing(_single(np.abs(ends))).astype(np.float64)
    return bool(np.median(step) > WIDE * np.median(np.diff(ends)))


def _next(values: Array, towards: float = np.inf) -> Array:
    """Return the number of single precision after or before each value."""
    near = _single(values)
    beyond = near > values if towards > 0 else near < values
    after = np.nextafter(near, np.float32(towards))
    return np.where(beyond, near, after).astype(np.float64)


def _steps(edges: Sequence[Edge], reference: ColumnProfile) -> _Steps:
    """Return what is at most below each of the edges by which the rounded side was counted."""
    ends = np.array([float(edge.value) for edge in edges])
    inclusive = np.array([edge.inclusive for edge in edges])
    top = np.where(inclusive & (_single(ends) == ends), ends, _next(ends, -np.inf))
    low, high, last = reference.minimum, reference.maximum, len(ends) - 1
    body = reference.body
    if low is None or high is None or not extent.ends_at(getattr(body, "edges", ()), reference):
        kept, place = np.unique(top, return_index=True)
        return _Steps(tuple(Edge(end, inclusive=True) for end in kept.tolist()), kept, place)
    first, most = float(_rounded(low)), float(_rounded(high))
    inner = np.flatnonzero((top >= first) & (top < most) & (np.arange(last + 1) % last > 0))
    inner = inner[np.unique(top[inner], return_index=True)[1]]
    place = np.r_[0, inner, last]
    held = (Edge(end, inclusive=True) for end in [*top[inner].tolist(), most])
    return _Steps((Edge(first, inclusive=False), *held), top[place], place)


def _listed(column: ColumnProfile, body: Listed) -> ColumnProfile:
    held: Counter[Value] = Counter()
    for value, n in body.counts.items():
        held[value if isinstance(value, str | bool) else _rounded(value)] += n
    return _with(column, Listed(dict(held)))


def _taken(column: ColumnProfile, body: Binned, steps: _Steps) -> ColumnProfile:
    """Count what is rounded already."""
    below = np.cumsum(body.counts)
    at, (first, *_, most) = below[steps.place], (float(edge.value) for edge in steps.edges)
    if not steps.edges[0].inclusive and column.minimum is not None and column.maximum is not None:
        # What lies a little beyond may be the outermost values, rounded.
        at[0] = at[0] if column.minimum < first - (most - first) else 0
        at[-1] = at[-1] if column.maximum > most + (most - first) else below[-1]
    return _between(column, steps, at, column.counted)


def _spread(
    column: ColumnProfile, body: Binned, edges: Sequence[Edge], steps: _Steps
) -> ColumnProfile:
    """Count what would be rounded to each step, rows being spread evenly between two edges."""
    middle = steps.top / 2 + _next(steps.top) / 2
    if column.minimum is None:
        return _between(column, steps, np.zeros(len(middle)), 0)
    below = np.cumsum(body.counts)
    if column.grid is not None:  # which knows more
        cells = in_columns(column.grid.cells)
        ends = np.column_stack([cells.low, cells.high]).astype(np.float64).ravel()
        after = np.cumsum(cells.rows)
        held = np.column_stack([after - cells.rows, after]).ravel()
    else:
        known = [column.minimum, *(edge.value for edge in edges), column.maximum]
        ends, held = np.array(known, dtype=np.float64), np.r_[0, below]
    at = np.interp(middle, np.maximum.accumulate(ends), held)
    if not steps.edges[0].inclusive:  # out of range is what is so for certain
        at[[0, -1]] = below[[0, -2]]
    return _between(column, steps, np.rint(np.maximum.accumulate(at)), column.counted)


def _between(column: ColumnProfile, steps: _Steps, at: Array, rows: int) -> ColumnProfile:
    counts = np.diff([0, *at.astype(np.int64), rows]).tolist()
    return _with(column, Binned(steps.edges, tuple(counts)))


def _with(column: ColumnProfile, body: Binned | Listed) -> ColumnProfile:
    """Put other counts in place; a draw of values that were not rounded is none of these."""
    low, high = (None if e is None else _rounded(e) for e in (column.minimum, column.maximum))
    return replace(column, body=body, minimum=low, maximum=high, drawn=None)


def _rounded(value: Number) -> Number:
    """Round to single precision; what is too large for it stays."""
    near = float(_single(np.array(float(value))))
    if not math.isfinite(near):
        return value
    return int(near) if isinstance(value, int) else near


def _single(values: Array) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def rounded(reference: ColumnProfile, current: ColumnProfile) -> tuple[Note, ...]:
    """Say that one side holds values of single precision, as its least and greatest one show.

    A double is one by chance once in 500 million times, but for short ones such as 0.5: those are
    rounded where they are what the other side's ends come to.
    """
    sides = reference, current
    single = [is_single(side) for side in sides]
    if single[0] == single[1]:
        return ()
    one, other = (_known(side) for side in (sides if single[0] else sides[::-1]))
    ends = [(min(side), max(side)) if side else None for side in (one, other)]
    alike = bool(ends[1]) and ends[0] == tuple(map(_rounded, ends[1] or ()))
    if not (alike or any(map(_is_longer, one)) or _is_coarse(sides[single.index(True)])):
        return ()
    side = "current" if single[1] else "reference"
    text = (
        f"The {side} values are rounded to single precision, about seven digits: a value that "
        "differs by that is no new one where many rows hold it."
    )
    return (Note("rounded", text),)


def beyond_rounding(
    reference: ColumnProfile, current: ColumnProfile, aligned: Aligned, order: list[int] | None
) -> tuple[float, str]:
    """Return the p-value of what rounding to single precision does not do, and what it does.

    At each edge of bins it moves the rows within a step of it at most. The rest is tested as
    Kolmogorov and Smirnov do. The p-value is 0 where neither side is rounded so.
    """
    bins_of = [aligned.labels[i] for i in order or ()]
    if len(bins_of) < 3 or not rounded(reference, current):
        return 0.0, ""
    inner = [label.high for label in bins_of[:-1] if isinstance(label, Bin)]
    if len(inner) < len(bins_of) - 1 or any(high is None for high in inner):
        return 0.0, ""
    ends = (reference.minimum, *inner, reference.maximum)
    widths = np.diff(np.array(ends, dtype=float))
    n, m = float(aligned.x[order].sum()), float(aligned.y[order].sum())
    p, q = aligned.x[order] / n, aligned.y[order] / m
    step = np.abs(np.spacing(_single(np.array(inner, dtype=float)))).astype(float)
    held = widths > np.r_[step, step[-1]] / 2  # edges stand clear of single values
    dense = np.where(held, np.maximum(p, q), 0.0) / np.where(held, widths, 1.0)
    gap = np.abs(np.cumsum(p - q))[:-1] - step * np.maximum(dense[:-1], dense[1:])
    p_value = float(kolmogorov(math.sqrt(n * m / (n + m)) * max(0.0, float(gap.max()))))
    apart = f"values are rounded to single precision, {step.max():.3g} apart"
    return p_value, f"{apart}; no difference beyond that"


def is_single(column: ColumnProfile) -> bool:
    """Return whether single precision holds all values that are known of a column exactly."""
    values = _known(column)
    return len(values) > 0 and all(float(_single(np.array(v))) == v for v in map(float, values))


def _known(column: ColumnProfile) -> list[Number]:
    """Return the numbers that are listed, or else the least and the greatest one."""
    if column.type not in FLOATS:
        return []
    body = column.body
    if isinstance(body, Listed):
        return [value for value in body.counts if not isinstance(value, str | bool)]
    return [end for end in (column.minimum, column.maximum) if end is not None]


def _is_longer(value: Number) -> bool:
    """Return whether a double takes more digits to write than the number of single precision."""
    both = float(value), np.float32(_single(np.array(float(value))))
    digits = [np.format_float_scientific(number).split("e")[0] for number in both]
    return len(digits[0]) > len(digits[1])
