"""Two profiles of one column become two rows of counts over the same labelled outcomes."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.tables.profiles import drawn, labels
from kullback.tables.profiles.common_bins import shared
from kullback.tables.profiles.labels import Bin, Special
from kullback.tables.profiles.merge import is_known
from kullback.tables.profiles.profile import Binned, ColumnProfile, Edge, Listed, Value

Row = tuple[Hashable, int, int]


class Aligned(NamedTuple):
    """Outcomes that occur on either side: x counts the current rows, y the reference's."""

    labels: tuple[Hashable, ...]
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    def place_of(self, special: Special) -> int | None:
        """Return where an outcome that is no value stands; None if it does not occur."""
        kinds = list(map(type, self.labels))
        specials = [i for i, kind in enumerate(kinds) if kind is Special]
        return next((i for i in reversed(specials) if self.labels[i] == special), None)


class DifferentBinsError(ValueError):
    """The two profiles were counted in different bins."""


def align(reference: ColumnProfile, current: ColumnProfile, limit: int = 10_000) -> Aligned:
    """Return the outcomes of both profiles: bins or categories first, special ones last.

    Parameters
    ----------
    reference, current : ColumnProfile
        Of one column.
    limit : int
        How many values each profile was asked to list; see `by_name`.

    Raises
    ------
    DifferentBinsError
        If the bins are not the same.
    """
    rows = [*_ordinary(reference, current, limit), *special_rows(reference, current)]
    occurring = [row for row in rows if row[1] or row[2]]
    return Aligned(
        tuple(label for label, _, _ in occurring),
        np.array([x for _, x, _ in occurring], dtype=np.float64),
        np.array([y for _, _, y in occurring], dtype=np.float64),
    )


def in_same_bins(
    reference: ColumnProfile, current: ColumnProfile
) -> tuple[ColumnProfile, ColumnProfile]:
    """Return both columns in bins that both know, where they are in bins at all.

    Raises
    ------
    DifferentBinsError
        If there are none.
    """
    q, p = reference.body, current.body
    listed = isinstance(q, Listed) and isinstance(p, Listed)
    alike = isinstance(q, Binned) and isinstance(p, Binned) and q.edges == p.edges
    if reference.missing == reference.rows or listed or alike:
        return reference, current
    both = shared(reference, current)
    if both is None:
        raise DifferentBinsError(
            "the two profiles count it in different bins: make the current one with "
            "profile(data, like=reference)"
        )
    return replace(reference, body=both[0]), replace(current, body=both[1])


def _ordinary(reference: ColumnProfile, current: ColumnProfile, limit: int) -> list[Row]:
    if reference.missing == reference.rows:
        return [(labels.PRESENT, current.counted, 0)]
    reference, current = in_same_bins(reference, current)
    q, p = reference.body, current.body
    if isinstance(q, Listed) and isinstance(p, Listed):
        return _listed(q, p, limit)
    assert isinstance(q, Binned)
    assert isinstance(p, Binned)
    names = bin_labels(q.edges, reference.kind)
    return list(zip(names, p.counts, q.counts, strict=True))


def _listed(q: Listed, p: Listed, limit: int) -> list[Row]:
    """List the values that are compared by name; the others are one outcome."""
    named = by_name(q, p, limit)
    rows: list[Row] = [(value, p.counts.get(value, 0), q.counts.get(value, 0)) for value in named]
    x = sum(p.counts.values()) + p.other - sum(row[1] for row in rows)
    y = sum(q.counts.values()) + q.other - sum(row[2] for row in rows)
    return [*rows, (labels.OTHER, x, y)]


def by_name(q: Listed, p: Listed, limit: int) -> list[Value]:
    """Return the values that are compared by name: all, or the most frequent where some are pooled.

    Each side lists its own most frequent values, and a value that is frequent on one side by
    chance would look like a drift. So values are chosen by the rows of both sides together:
    those that have more of them than any value can have that neither side lists.

    Parameters
    ----------
    q, p : Listed
        Of the reference and of the current data.
    limit : int
        How many values each was asked to list.

    Examples
    --------
    >>> q = Listed({"a": 9, "b": 6, "c": 5}, other=8)
    >>> p = Listed({"a": 8, "c": 6, "b": 4, "d": 2}, other=0)
    >>> by_name(q, p, 3)
    ['a', 'b', 'c']
    """
    values = [*q.counts, *(value for value in p.counts if value not in q.counts)]
    if not (q.other or p.other):
        return values
    known = [value for value in values if is_known(q, value) and is_known(p, value)]
    least = _largest_unlisted(q, limit) + _largest_unlisted(p, limit)
    return [v for v in known if q.counts.get(v, 0) + p.counts.get(v, 0) > least]


def _largest_unlisted(listed: Listed, limit: int) -> int:
    """Return what a value can have at most that is not among the `limit` most frequent ones."""
    if not listed.other or len(listed.counts) < limit:
        return 0
    return sorted(listed.counts.values(), reverse=True)[limit - 1]


def special_rows(reference: ColumnProfile, current: ColumnProfile) -> list[Row]:
    """Return the outcomes that are no values, with their rows in P and in Q."""
    names = {
        labels.MISSING: "missing",
        labels.MINUS_INFINITY: "minus_infinity",
        labels.PLUS_INFINITY: "plus_infinity",
        labels.UNREADABLE: "unreadable",
    }
    return [(label, getattr(current, n), getattr(reference, n)) for label, n in names.items()]


def extent(reference: ColumnProfile, current: ColumnProfile) -> tuple[Any, Any] | None:
    """Return the smallest and the largest value of both sides, written as the ends of bins."""
    sides = (reference, current)
    if not isinstance(reference.body, Binned) or reference.kind != current.kind:
        return None
    lows = [side.minimum for side in sides if side.minimum is not None]
    highs = [side.maximum for side in sides if side.maximum is not None]
    if not lows or not highs:
        return None
    edges = [Edge(min(lows), inclusive=True), Edge(max(highs), inclusive=True)]
    low, high = _values(edges, reference.kind)[0]
    return low, high


def bin_labels(edges: Sequence[Edge], kind: str) -> list[Bin]:
    """Return what the bins between the edges are called.

    Examples
    --------
    >>> edges = [Edge(0, False), Edge(0, True), Edge(2, True)]
    >>> [str(label) for label in bin_labels(edges, "number")]
    ['< 0', '0', '(0, 2]', '> 2']
    """
    values, texts = _values(edges, kind)
    spoken = [*zip(values, texts, edges, strict=True)]
    ends: list[Any] = [None, *spoken, None]
    return [_bin(low, high) for low, high in pairwise(ends)]


def _values(edges: Sequence[Edge], kind: str) -> tuple[list[Any], list[str]]:
    write: dict[str, Callable[[int], str]] = {
        "time": labels.moment,
        "time of day": labels.time_of_day,
    }
    if kind in write:
        texts = [write[kind](edge.value) for edge in edges]  # type: ignore[arg-type]  # whole microseconds
        return list(texts), texts
    numbers = [edge.value for edge in edges]
    plain = [n if isinstance(n, int | float) else float(n) for n in numbers]
    return list(plain), labels.numbers(numbers)


def _bin(low: Any, high: Any) -> Bin:
    if low is None and high is None:
        return labels.ANY_VALUE
    if low is None:
        return Bin(None, high[0], f"{'≤' if high[2].inclusive else '<'} {high[1]}")
    if high is None:
        return Bin(low[0], None, f"{'>' if low[2].inclusive else '≥'} {low[1]}")
    if low[0] == high[0]:
        return Bin(low[0], high[0], low[1])
    left, right = "(" if low[2].inclusive else "[", "]" if high[2].inclusive else ")"
    return Bin(low[0], high[0], f"{left}{low[1]}, {high[1]}{right}")


def without_empty(column: ColumnProfile) -> ColumnProfile:
    """Return a column of texts whose empty ones are missing."""
    body = column.body
    if column.kind != "text" or not isinstance(body, Listed):
        return column
    rows = body.counts.get("", 0)
    found = column.drawn
    if found is not None and found.buckets:
        rows = rows or found.values.get("", 0)
        place = drawn.bucket("")
        buckets = tuple(n - rows * (i == place) for i, n in enumerate(found.buckets))
        values = {value: n for value, n in found.values.items() if value != ""}
        found = drawn.Drawn(found.level, values, buckets)
    if not rows:
        return column
    counts = {value: n for value, n in body.counts.items() if value != ""}
    other = body.other - (0 if "" in body.counts else rows)
    return replace(column, body=Listed(counts, other), null=column.null + rows, drawn=found)
