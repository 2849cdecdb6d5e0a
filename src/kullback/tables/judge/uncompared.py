"""Columns whose values are not compared: what can be said of them all the same.

A column may pass only if it was skipped for one reason on both sides and the cheap facts agree:
the share of missing values, how many values repeat, their lengths, and what they are made of.

Whether a column names rows is decided here, from the profiles of both sides. Its values are new
each time, so that comparing them says nothing of the data; that values come twice where they did
not is told by the facts. One that names rows on one side, and holds few different values on the
other, is compared like any other.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TypeVar

import numpy as np

from kullback.counts.estimators.jensen_shannon import jensen_shannon_of
from kullback.counts.rows.pair import pair
from kullback.counts.tests.homogeneity import homogeneity_of
from kullback.tables.counting.notations import PLAIN, THOUSANDS
from kullback.tables.judge import reasons
from kullback.tables.judge.shares import share_differs
from kullback.tables.judge.verdict import Criteria, verdict
from kullback.tables.profiles import identity
from kullback.tables.profiles.aspects import columns_of
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.profiles.types import kind_of, written
from kullback.tables.results.comparison import ColumnComparison, ColumnFacts, Skipped

Column = TypeVar("Column", bound="ColumnComparison | Skipped")
_USUAL = Criteria("bits", 0.95, 0.05, 0.01)
_LONGER = 1  # characters by which values of a running number may grow


def one_sided(name: str, *, lost: bool) -> Skipped:
    """Return a column that only one side has."""
    if lost:
        return Skipped(name, "only in the reference", "lost")
    return Skipped(name, "only in the current data", "new")


def suggested(columns: Sequence[Column]) -> list[Column | Skipped]:
    """Say of a lost column which new one it may have become."""
    names = columns_of([c.name for c in columns])
    new, lost = (
        [c.name for c in columns if c.verdict == verdict and c.name in names]
        for verdict in ("new", "lost")
    )
    alone = new if len(new) == len(lost) == 1 else []
    return [
        _renamed(c, new, alone) if isinstance(c, Skipped) and c.verdict == "lost" else c
        for c in columns
    ]


def _renamed(column: Skipped, new: Sequence[str], alone: Sequence[str]) -> Skipped:
    folded = {name.casefold(): name for name in new}
    close = get_close_matches(column.name.casefold(), list(folded), 1, 0.6)
    meant = [folded[name] for name in close] or list(alone)
    if not meant:
        return column
    return replace(column, reason=f"{column.reason}; did you mean {meant[0]!r}?")


def both_skipped(
    reference: ColumnProfile | Skipped, current: ColumnProfile | Skipped, criteria: Criteria
) -> Skipped:
    """Return a column that one side or both could not count, with how the two are unlike."""
    first = reference if isinstance(reference, Skipped) else current
    assert isinstance(first, Skipped)
    if not (isinstance(reference, Skipped) and isinstance(current, Skipped)):
        where = "the reference" if first is reference else "the current data"
        return replace(first, unlike=(*first.unlike, f"only {where} is so"))
    known = reference.unlike or current.unlike
    if known:
        return replace(reference, unlike=known, reason=max(reference.reason, current.reason))
    q, p = reference.facts, current.facts
    if q is None or p is None:
        return reference
    if kind_of(q.type) != kind_of(p.type) and q.missing < q.rows and p.missing < p.rows:
        said = f"type changed from {q.type} to {p.type}"
        return replace(reference, reason=said, verdict="retyped")
    unlike = tuple(_unlike(q, p, criteria))
    said = f"{reference.reason}; but {'; '.join(unlike)}" if unlike else reference.reason
    return replace(reference, reason=said, unlike=unlike)


def _agree(reference: Skipped, current: Skipped) -> bool:
    q, p = reference.facts, current.facts
    return q is not None and p is not None and not any(_unlike(q, p, _USUAL))


def _unlike(q: ColumnFacts, p: ColumnFacts, criteria: Criteria) -> Iterator[str]:
    """Yield how two columns differ in what is cheap to know."""
    held = (q.rows - q.missing, p.rows - p.missing)
    ends = (q.missing, q.rows), (p.missing, p.rows)
    if share_differs("missing", *ends, criteria):
        yield _became("missing", *ends)
    if q.distinct and p.distinct:
        ends = (held[0] - q.distinct, held[0]), (held[1] - p.distinct, held[1])
        if share_differs("unique", *ends, criteria):
            yield _became("values that occur before", *ends)
    for name, rows in q.classes.items():
        ends = (rows, held[0]), (p.classes.get(name, 0), held[1])
        if differ(*ends, criteria):
            yield _became(f"values with {name}", *ends)
    yield from _lengths(q, p)


def _became(said: str, reference: tuple[int, int], current: tuple[int, int]) -> str:
    before, now = (reasons.percent(k / n) for k, n in (reference, current))
    return f"{said}: {before} → {now}"


def _lengths(q: ColumnFacts, p: ColumnFacts) -> Iterator[str]:
    if q.lengths is None or p.lengths is None:
        return
    (short, long), (shorter, longer) = q.lengths, p.lengths
    span = max(_LONGER, long - short)
    if shorter < short - span or longer > long + span or longer < short:
        yield f"lengths: {short} to {long} → {shorter} to {longer} characters"


def differ(reference: tuple[int, int], current: tuple[int, int], criteria: Criteria) -> bool:
    """Return whether two shares (so many of so many) have drifted by the rule of all columns."""
    (k, m), (j, n) = reference, current
    if not (m and n) or k * n == j * m:
        return False
    both = pair(np.array([j, n - j], dtype=np.float64), np.array([k, m - k], dtype=np.float64))
    p_value = homogeneity_of(both).p_value
    estimate = jensen_shannon_of(both, criteria.level, p_value)
    return verdict(p_value, estimate, criteria.alpha, criteria.tolerance) == "drifted"


def set_aside(q: Profile, p: Profile, named: Collection[str] = ()) -> tuple[Profile, Profile]:
    """Skip the columns that name rows on both sides, with what is cheap to know of them.

    Parameters
    ----------
    q, p : Profile
        The reference, and the current data.
    named : collection of str
        Columns that are compared all the same, where what is cheap to know agrees. With nothing
        else to compare, all are.
    """
    others = {column.name: column for column in p}
    both = [(column, others[column.name]) for column in q if column.name in others]
    found = {one.name: pair for one, other in both if (pair := _pair(one, other)) is not None}
    alike = {name for name, pair in found.items() if _agree(*pair)}
    whole = columns_of([one.name for one, _ in both])
    alone = all(n in found or isinstance(q[n], Skipped) for n in whole)
    found = {n: pair for n, pair in found.items() if not (n in alike and (alone or n in named))}
    return _with(q, {n: pair[0] for n, pair in found.items()}), _with(
        p, {n: pair[1] for n, pair in found.items()}
    )


def without(side: Profile) -> Profile:
    """Skip the columns that name rows, where there is one side only."""
    found = {}
    for column in side:
        reason = identity.identifier(column) if isinstance(column, ColumnProfile) else None
        if reason is not None and isinstance(column, ColumnProfile):
            facts = identity.facts_of(column)
            found[column.name] = Skipped(column.name, reason, role=column.role, facts=facts)
    return _with(side, found)


def _pair(q: ColumnProfile | Skipped, p: ColumnProfile | Skipped) -> tuple[Skipped, Skipped] | None:
    if not (isinstance(q, ColumnProfile) and isinstance(p, ColumnProfile)):
        return None
    names, again = identity.identifier(q), identity.identifier(p)
    reason = names or again
    if reason is None or not all(map(identity.repeats_little, (q, p))):
        return None
    first, second = (
        Skipped(side.name, reason, role=q.role, facts=identity.facts_of(side)) for side in (q, p)
    )
    return first, second


def _with(side: Profile, skipped: dict[str, Skipped]) -> Profile:
    columns = (skipped.get(column.name, column) for column in side)
    return replace(side, columns=tuple(columns))


def type_change(reference: ColumnProfile, current: ColumnProfile) -> tuple[str, str] | None:
    """Return both types where they are of different kinds, and both sides hold values."""
    empty = any(side.missing == side.rows for side in (reference, current))
    alike = reference.kind == current.kind and reference.spelling == current.spelling
    if empty or alike or _differ_by_size(reference, current):
        return None
    first, second = (written(side.type, side.spelling) for side in (reference, current))
    return (first, second)


def _differ_by_size(reference: ColumnProfile, current: ColumnProfile) -> bool:
    """Return whether one side parts thousands where the other one has none to part."""
    ways = {side.spelling.startswith(THOUSANDS): side for side in (reference, current)}
    if len(ways) < 2 or reference.kind != current.kind:
        return False
    ends = ways[False].minimum, ways[False].maximum
    of_marks = (side.spelling.partition(" in ")[2] for side in ways.values())
    small = all(end is not None and abs(float(end)) < 1000 for end in ends)
    plain = ways[False].spelling.partition(" in ")[0] in {"", PLAIN}
    return small and plain and len(set(of_marks)) == 1
