"""Columns with an order: what lies beyond the reference's least and greatest value."""

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import kolmogorov

from kullback.counts.tests.ordered import beyond
from kullback.results import Note
from kullback.tables.judge import reasons
from kullback.tables.judge.effect import ends_of, writer
from kullback.tables.judge.worth import Worth
from kullback.tables.profiles import bins, labels
from kullback.tables.profiles.align import Aligned
from kullback.tables.profiles.labels import Bin
from kullback.tables.profiles.profile import Binned, ColumnProfile, Edge, Listed

Array = NDArray[np.float64]


class BeyondRange(NamedTuple):
    """Current rows that lie outside the reference's extent, among how many, and how odd that is."""

    rows: float
    current: float
    p_value: float
    said: str


def outside(
    reference: ColumnProfile, current: ColumnProfile, worth: tuple[Worth, Worth]
) -> BeyondRange | None:
    """Count the current rows beyond the reference's least and greatest value; None if unknown.

    Where neighbours are alike, so many values may lie beyond together: then the stretches of rows
    that hold some stand for them.
    """
    low, high = reference.minimum, reference.maximum
    rows = _beyond(reference, current)
    if rows is None or low is None or high is None or not reference.counted:
        return None
    number = float(sum(rows))
    one, other = worth[0].rows, worth[1].rows
    n, m = current.rows / one, reference.counted / other
    p_value = max(beyond(math.floor(number / one), current.counted / one, m), by_stretches(*worth))
    write = writer(reference.kind)
    ends = []
    least, most = ends_of(current)
    if rows[0] and least is not None:
        ends.append(f"minimum {write(low)} → {write(least)}")
    if rows[1] and most is not None:
        ends.append(f"maximum {write(high)} → {write(most)}")
    share = reasons.percent(number / current.rows)
    said = f"{share} of current rows lie outside the reference's range"
    said += f" ({', '.join(ends)})" if ends else ""
    return BeyondRange(number / one, n, p_value, said)


def by_stretches(current: Worth, reference: Worth) -> float:
    """Return the p-value of so many stretches with rows outside; 0 where there are none."""
    if not (current.stretches and reference.stretches):
        return 0.0
    return beyond(current.outside, current.stretches, reference.stretches)


def places_outside(names: Sequence[Hashable], reference: ColumnProfile) -> list[int]:
    """Return the places of the outcomes that lie outside the reference's extent."""
    body, ends = reference.body, ends_of(reference)
    in_bins = isinstance(body, Binned) and _ends_at(body.edges, reference)

    def lies_outside(label: Hashable) -> bool:
        if isinstance(label, Bin):
            return in_bins and reasons.is_open(label)
        if isinstance(label, str | bool) or not isinstance(label, int | float):
            return False
        low, high = ends
        return low is not None and high is not None and not low <= label <= high

    return [i for i, label in enumerate(names) if lies_outside(label)]


def _beyond(reference: ColumnProfile, current: ColumnProfile) -> tuple[int, int] | None:
    """Return the current rows below and above the reference's extent, where they were counted."""
    q, p, low, high = reference.body, current.body, reference.minimum, reference.maximum
    if low is None or high is None or reference.kind != current.kind:
        return None
    if isinstance(q, Listed) and isinstance(p, Listed):
        if p.other or reference.role != "integer-coded":
            return None
        numbers = [(v, n) for v, n in p.counts.items() if not isinstance(v, str)]
        return sum(n for v, n in numbers if v < low), sum(n for v, n in numbers if v > high)
    if not (isinstance(q, Binned) and isinstance(p, Binned) and p.edges == q.edges):
        return None
    return (p.counts[0], p.counts[-1]) if _ends_at(q.edges, reference) else None


def within(column: ColumnProfile, reference: ColumnProfile) -> ColumnProfile:
    """Return a column without the bins beyond the reference; a spike at an end keeps its bin."""
    body = column.body
    if not isinstance(body, Binned) or not _ends_at(body.edges, reference):
        return column
    edges = body.edges
    first = 0 if edges[1].value == edges[0].value else 1
    last = len(edges) if edges[-2].value == edges[-1].value else len(edges) - 1
    kept = edges[first:last]
    return replace(column, body=Binned(kept, bins.coarsen(body, kept))) if kept else column


def fewer_bins(
    reference: ColumnProfile, current: ColumnProfile, rows: float
) -> tuple[ColumnProfile, ColumnProfile]:
    """Join bins until each holds five of the reference's rows for what they are worth."""
    q, p = reference.body, current.body
    if rows <= 1 or not (isinstance(q, Binned) and isinstance(p, Binned) and q.edges == p.edges):
        return reference, current
    kept, held = [], 0
    for edge, n in zip(q.edges, q.counts, strict=False):
        held += n
        if held >= bins.ROWS_PER_BIN * rows:
            kept.append(edge)
            held = 0
    edges = tuple(kept)
    first, second = (Binned(edges, bins.coarsen(body, edges)) for body in (q, p))
    return replace(reference, body=first), replace(current, body=second)


def rounded(reference: ColumnProfile, current: ColumnProfile) -> tuple[Note, ...]:
    """Say that one side holds values of single precision, as its least and greatest one show.

    A double is one by chance once in 500 million times, but for short ones such as 0.5.
    """
    single = [_is_single(side) for side in (reference, current)]
    if single[0] == single[1]:
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
    step = np.abs(np.spacing(np.array(inner, dtype=np.float32))).astype(float)
    held = widths > np.r_[step, step[-1]] / 2  # edges stand clear of single values
    dense = np.where(held, np.maximum(p, q), 0.0) / np.where(held, widths, 1.0)
    gap = np.abs(np.cumsum(p - q))[:-1] - step * np.maximum(dense[:-1], dense[1:])
    p_value = float(kolmogorov(math.sqrt(n * m / (n + m)) * max(0.0, float(gap.max()))))
    apart = f"values are rounded to single precision, {step.max():.3g} apart"
    return p_value, f"{apart}; no difference beyond that"


def _is_single(column: ColumnProfile) -> bool:
    ends = [end for end in (column.minimum, column.maximum) if isinstance(end, float)]
    with np.errstate(over="ignore"):
        single = [np.float32(end) for end in ends]
    exact = [float(short) == end for short, end in zip(single, ends, strict=True)]
    return len(exact) == 2 and all(exact) and any(map(_is_longer, ends, single))


def _is_longer(end: float, single: np.float32) -> bool:
    """Return whether a double takes more digits to write than the number of single precision."""
    digits = [np.format_float_scientific(value).split("e")[0] for value in (end, single)]
    return len(digits[0]) > len(digits[1])


def _ends_at(edges: Sequence[Edge], reference: ColumnProfile) -> bool:
    low, high = reference.minimum, reference.maximum
    if len(edges) < 3:
        return False
    if low is None or high is None:  # counted by the bins of another part: none of it lies beyond
        counts = reference.body.counts if isinstance(reference.body, Binned) else (1,)
        return not (counts[0] or counts[-1])
    return (edges[0], edges[-1]) == (Edge(low, inclusive=False), Edge(high, inclusive=True))


def in_order(role: str, type_name: str, aligned: Aligned) -> list[int] | None:
    """Return the places of the outcomes that have an order, in it; None if they have none."""
    rank = _ranks(role, type_name)
    if rank is None:
        return None
    placed = [(rank(label, i), i) for i, label in enumerate(aligned.labels)]
    order = [i for place, i in sorted((p, i) for p, i in placed if p is not None)]
    return order if len(order) > 2 else None


def _ranks(role: str, type_name: str) -> Callable[[Hashable, int], float | None] | None:
    if role in {"numeric", "date/time", "integer-coded"}:
        return _rank
    if type_name.startswith("ENUM("):
        names = type_name.removeprefix("ENUM(").removesuffix(")").strip("'").split("', '")
        places = {name.replace("''", "'"): float(place) for place, name in enumerate(names)}
        return lambda label, _: places.get(label) if isinstance(label, str) else None
    return None


def _rank(label: Hashable, place: int) -> float | None:
    if label == labels.MINUS_INFINITY:
        return -math.inf
    if label == labels.PLUS_INFINITY:
        return math.inf
    if isinstance(label, Bin):
        return float(place)
    return float(label) if isinstance(label, int | float) else None
