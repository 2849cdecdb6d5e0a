"""Columns with an order: what lies beyond the reference's least and greatest value."""

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

from kullback.counts.tests.ordered import beyond
from kullback.tables.judge import reasons
from kullback.tables.judge.effect import ends_of, writer
from kullback.tables.judge.worth import Worth
from kullback.tables.profiles import bins, labels
from kullback.tables.profiles.align import Aligned
from kullback.tables.profiles.labels import Bin
from kullback.tables.profiles.profile import Binned, ColumnProfile, Edge, Listed


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
    in_bins = isinstance(body, Binned) and ends_at(body.edges, reference)

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
    return (p.counts[0], p.counts[-1]) if ends_at(q.edges, reference) else None


def within(column: ColumnProfile, reference: ColumnProfile) -> ColumnProfile:
    """Return a column without the bins beyond the reference; a spike at an end keeps its bin."""
    body = column.body
    if not isinstance(body, Binned) or not ends_at(body.edges, reference):
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


def ends_at(edges: Sequence[Edge], reference: ColumnProfile) -> bool:
    """Return whether the first and the last edge are the reference's extent."""
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
    if isinstance(label, Bin):  # most are
        return float(place)
    if isinstance(label, int | float):
        return float(label)
    if label == labels.MINUS_INFINITY:
        return -math.inf
    return math.inf if label == labels.PLUS_INFINITY else None
