"""Columns that name rows: what they are is decided here, from the profiles of both sides.

Their values are new each time, so that comparing them says nothing of the data; that values come
twice where they did not is told by the facts. A column that names rows on one side, and holds few
different values on the other, is compared like any other.
"""

from collections.abc import Collection
from dataclasses import replace

from kullback.tables.profiles import identity
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.results.comparison import Skipped

Measured = ColumnProfile | Skipped


def set_aside(q: Profile, p: Profile, named: Collection[str] = ()) -> tuple[Profile, Profile]:
    """Skip the columns that name rows on both sides, with what is cheap to know of them.

    Parameters
    ----------
    q, p : Profile
        The reference, and the current data.
    named : collection of str
        Columns that are compared all the same. With nothing else to compare, all are.
    """
    others = {column.name: column for column in p}
    both = [(column, others[column.name]) for column in q if column.name in others]
    found = {one.name: pair for one, other in both if (pair := _pair(one, other)) is not None}
    if all(one.name in found or isinstance(one, Skipped) for one, _ in both):
        return q, p
    found = {name: pair for name, pair in found.items() if name not in named}
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


def _pair(q: Measured, p: Measured) -> tuple[Skipped, Skipped] | None:
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
