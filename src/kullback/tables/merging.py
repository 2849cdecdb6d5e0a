"""Two profiles become the profile of both tables together: counts are added."""

from collections.abc import Iterable
from dataclasses import replace

from kullback.errors import InputError
from kullback.tables.comparison import Skipped
from kullback.tables.profiles import Binned, ColumnProfile, Listed, Number, Profile

_ADDED = ("null", "nan", "plus_infinity", "minus_infinity", "unreadable")


def merge(first: Profile, second: Profile) -> Profile:
    """Add two profiles column by column."""
    theirs = {column.name: column for column in second}
    names = {column.name for column in first}
    if names != set(theirs):
        odd = sorted(names ^ set(theirs))
        raise InputError(f"cannot merge profiles of different columns: {odd[0]!r} is in only one")
    columns = tuple(merge_columns(column, theirs[column.name]) for column in first)
    name = first.source if first.source == second.source else f"{first.source} + {second.source}"
    return replace(
        first,
        source=name,
        rows=first.rows + second.rows,
        columns=columns,
        notes=tuple(dict.fromkeys(first.notes + second.notes)),
    )


def merge_columns(
    first: ColumnProfile | Skipped, second: ColumnProfile | Skipped
) -> ColumnProfile | Skipped:
    """Add two profiles of one column; what one part had to skip stays skipped."""
    for column in (first, second):
        if isinstance(column, Skipped):
            return column
    assert isinstance(first, ColumnProfile)
    assert isinstance(second, ColumnProfile)
    added = {name: getattr(first, name) + getattr(second, name) for name in _ADDED}
    return replace(
        first,
        body=_bodies(first, second),
        minimum=_extreme(min, (first.minimum, second.minimum)),
        maximum=_extreme(max, (first.maximum, second.maximum)),
        **added,
    )


def _bodies(first: ColumnProfile, second: ColumnProfile) -> Binned | Listed:
    a, b = first.body, second.body
    if isinstance(a, Listed) and isinstance(b, Listed) and first.role == second.role:
        return _listed(a, b)
    if isinstance(a, Binned) and isinstance(b, Binned) and a.edges == b.edges:
        return Binned(a.edges, tuple(n + m for n, m in zip(a.counts, b.counts, strict=True)))
    raise InputError(
        f"cannot merge column {first.name!r}: its parts were counted in different bins; make the "
        "second profile with profile(data, like=first)"
    )


def _listed(a: Listed, b: Listed) -> Listed:
    """Keep the values whose count is known on both sides; pool the others."""
    values = [*a.counts, *(value for value in b.counts if value not in a.counts)]
    known = [value for value in values if is_known(a, value) and is_known(b, value)]
    counts = {value: a.counts.get(value, 0) + b.counts.get(value, 0) for value in known}
    total = sum(a.counts.values()) + a.other + sum(b.counts.values()) + b.other
    ordered = dict(sorted(counts.items(), key=lambda item: -item[1]))
    return Listed(ordered, total - sum(counts.values()))


def is_known(listed: Listed, value: object) -> bool:
    """Return whether the count of a value is known: it is listed, or nothing was pooled."""
    return value in listed.counts or not listed.other


def _extreme(choose: object, values: Iterable[Number | None]) -> Number | None:
    present = [value for value in values if value is not None]
    return choose(present) if present else None  # type: ignore[operator]  # min or max
