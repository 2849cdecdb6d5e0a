"""Two profiles become the profile of both tables together: counts are added."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kullback.errors import InputError
from kullback.results import Note
from kullback.tables.profiles import bins, drawn, grid
from kullback.tables.profiles.aspects import columns_of, is_idle, of_parts, ranked, settled, whole
from kullback.tables.profiles.drawn import Drawn, HashedText
from kullback.tables.profiles.grid import Number
from kullback.tables.profiles.identity import drawn_texts, facts_of
from kullback.tables.profiles.profile import Binned, ColumnProfile, Listed, Profile, Value
from kullback.tables.results.comparison import ColumnFacts, Skipped

_ADDED = ("null", "nan", "plus_infinity", "minus_infinity", "unreadable")


def merge(first: Profile, second: Profile) -> Profile:
    """Add two profiles column by column."""
    if not isinstance(second, Profile):
        raise InputError(f"other is a {type(second).__name__}; expected a Profile")
    sides = [{c.name: c for c in (*side.columns, *side.unsettled)} for side in (first, second)]
    names = columns_of(sides[0])
    if set(names) != set(columns_of(sides[1])):
        odd = sorted(set(names) ^ set(columns_of(sides[1])))
        raise InputError(f"cannot merge profiles of different columns: {odd[0]!r} is in only one")
    size = min(first.bins, second.bins)
    limit = min(first.max_outcomes, second.max_outcomes)
    rows = first.rows + second.rows
    columns = {
        name: _added([side[name] for side in sides if name in side], size, limit)
        for name in _ordered(*sides)
    }
    columns = {name: column for name, column in columns.items() if not is_idle(name, columns)}
    needed, notes = settled(columns, rows)
    of_before = {note for name in columns if name not in names for note in _settled_of(name, names)}
    kept = [note for note in (*first.notes, *second.notes) if note not in of_before]
    return Profile(
        source=" + ".join(_all([*first.source.split(" + "), *second.source.split(" + ")])),
        rows=rows,
        columns=tuple(column for name, column in columns.items() if name in needed),
        bins=size,
        max_outcomes=limit,
        notes=tuple(_all([*kept, *notes])),
        privacy=_weaker(first.privacy, second.privacy),
        lacks=first.lacks | second.lacks,
        unsettled=tuple(column for name, column in columns.items() if name not in needed),
    )


def _settled_of(name: str, names: Sequence[str]) -> Sequence[Note]:
    return of_parts(whole(name, names))


def _ordered(*sides: Mapping[str, Any]) -> list[str]:
    """Return the names of both parts, each column followed by its aspects."""
    bases = [columns_of(side) for side in sides]
    names = bases[0] if bases[0] == bases[1] else sorted(bases[0])
    place = {name: i for i, name in enumerate(names)}
    every = {name for side in sides for name in side}
    return sorted(
        every, key=lambda name: (place[whole(name, names)], name not in place, *ranked(name))
    )


def _added(
    parts: Sequence[ColumnProfile | Skipped], size: int, limit: int
) -> ColumnProfile | Skipped:
    """Add a column of both parts, or take an aspect that one part only has as it is there."""
    return parts[0] if len(parts) == 1 else merge_columns(parts[0], parts[1], size, limit)


def _weaker(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else min(first, second)


def _all(items: Iterable[Any]) -> list[Any]:
    return sorted(set(items), key=str)


def merge_columns(
    first: ColumnProfile | Skipped, second: ColumnProfile | Skipped, size: int, limit: int
) -> ColumnProfile | Skipped:
    """Add two profiles of one column; what one part had to skip stays skipped."""
    skipped = [column for column in (first, second) if isinstance(column, Skipped)]
    if skipped:
        facts = [column.facts for column in skipped]
        one = min(skipped, key=lambda column: column.reason)
        return replace(one, facts=_facts(*facts) if len(facts) == 2 else None)
    assert isinstance(first, ColumnProfile)
    assert isinstance(second, ColumnProfile)
    added: dict[str, Any] = {n: getattr(first, n) + getattr(second, n) for n in _ADDED}
    both = replace(
        _together(first, second, size, limit),
        minimum=_extreme(min, (first, "minimum"), (second, "minimum")),
        maximum=_extreme(max, (first, "maximum"), (second, "maximum")),
        nulls=tuple(sorted({*first.nulls, *second.nulls})),
    )
    return replace(both, **added)


def _facts(a: ColumnFacts | None, b: ColumnFacts | None) -> ColumnFacts | None:
    """Add what is known of both parts; how many values they share is not."""
    if a is None or b is None or a.type != b.type:
        return None
    known = [lengths for lengths in (a.lengths, b.lengths) if lengths is not None]
    lengths = (min(low for low, _ in known), max(high for _, high in known)) if known else None
    classes = {name: n + b.classes.get(name, 0) for name, n in a.classes.items()}
    rows, missing = a.rows + b.rows, a.missing + b.missing
    return ColumnFacts(a.type, rows, missing, a.distinct + b.distinct, lengths, classes)


def _together(first: ColumnProfile, second: ColumnProfile, size: int, limit: int) -> ColumnProfile:
    """Return the type, the role and the body of both; a part without values has no say."""
    holding = [column for column in (first, second) if column.counted]
    if len(holding) < 2:
        return holding[0] if holding else min(first, second, key=repr)
    typed = replace(first, type=min(first.type, second.type, key=_preference))
    a, b = first.body, second.body
    if first.kind == second.kind:
        if first.grid is not None and second.grid is not None:
            cells = grid.join(first.grid, second.grid)
            atoms = grid.join_atoms(first.atoms, second.atoms)
            role, body = bins.shape(first.kind, cells, atoms, size)
            both = replace(typed, role=role, body=body, grid=cells, atoms=atoms, drawn=None)
            return replace(both, drawn=_integers(both, first, second))
        if isinstance(a, Listed) and isinstance(b, Listed):
            alone = replace(typed, grid=None, atoms=())
            return replace(alone, **_listed(first, second, limit))
        if isinstance(a, Binned) and isinstance(b, Binned):
            return replace(typed, body=_binned(first, second), grid=None, atoms=(), drawn=None)
    raise _different(first)


def _preference(type_name: str) -> tuple[bool, str]:
    return (type_name != "DOUBLE", type_name)  # which holds what the others hold


def _binned(first: ColumnProfile, second: ColumnProfile) -> Binned:
    """Add up in the bins that both know; cells have more to say than their bins."""
    a, b = first.body, second.body
    assert isinstance(a, Binned)
    assert isinstance(b, Binned)
    edges = [edge for edge in a.edges if edge in set(b.edges)]
    for column, body in ((first, b), (second, a)):
        if column.grid is not None and len(edges) < len(body.edges):
            raise _different(first)
    if not edges and a.edges and b.edges:
        raise _different(first)
    sums = zip(bins.coarsen(a, edges), bins.coarsen(b, edges), strict=True)
    return Binned(tuple(edges), tuple(n + m for n, m in sums))


def _different(column: ColumnProfile) -> InputError:
    return InputError(
        f"cannot merge column {column.name!r}: its parts were counted in different bins; make the "
        "second profile with profile(data, like=first), or both without like="
    )


def _listed(first: ColumnProfile, second: ColumnProfile, limit: int) -> dict[str, Any]:
    """Keep the most frequent of the values whose count both know; pool the others."""
    sides = (first, second)
    named = (column.body.counts for column in sides if isinstance(column.body, Listed))
    drawn_of = (column.drawn.values for column in sides if column.drawn is not None)
    counts: dict[Value, int] = {}
    every: list[Mapping[Any, int]] = [*named, *drawn_of]
    for value in dict.fromkeys(value for values in every for value in values):
        if isinstance(value, HashedText):
            continue
        mine, theirs = (count_of(column, value) for column in sides)
        if mine is not None and theirs is not None:
            counts[value] = mine + theirs
    listed = dict(sorted(counts.items(), key=_rank)[:limit])
    other = first.counted + second.counted - sum(listed.values())
    return {
        "body": Listed(listed, other),
        "drawn": _joined(*sides) if other else None,
        "facts": _facts(*map(facts_of, sides)) if first.facts or second.facts else None,
    }


def count_of(column: ColumnProfile, value: Value) -> int | None:
    """Return how many rows hold a value, where its profile knows."""
    body = column.body
    assert isinstance(body, Listed)
    if value in body.counts or not body.other:
        return body.counts.get(value, 0)
    drew = column.drawn
    if drew is None or drawn.depth(value) < drew.level:
        return None
    return drew.values.get(value, drew.values.get(HashedText(drawn.digest(value)), 0))


def _joined(first: ColumnProfile, second: ColumnProfile) -> Drawn | None:
    one, other = drawn_texts(first), drawn_texts(second)
    return None if one is None or other is None else drawn.joined(one, other)


def _integers(both: ColumnProfile, *parts: ColumnProfile) -> Drawn | None:
    """Return the draw of numbers that are not listed, where both parts have one."""
    listed = both.kind != "number" or isinstance(both.body, Listed)
    scale = 0 if listed or both.grid is None else both.grid.scale
    one, other = (_drawn_integers(part, scale) for part in parts) if scale else (None, None)
    return None if one is None or other is None else drawn.joined(one, other)


def _drawn_integers(part: ColumnProfile, scale: int) -> Drawn | None:
    """Return a part's draw at a scale; where each value is known, of all of them."""
    held = part.drawn
    if held is not None and held.scale == scale:
        return held
    known: Iterable[tuple[Any, int]]
    if isinstance(part.body, Listed):
        known = part.body.counts.items()
    elif part.grid is not None and part.grid.level is None:
        known = ((cell.low, cell.rows) for cell in part.grid.cells)
    elif held is not None and not held.level:
        known = ((int(value) / held.scale, n) for value, n in held.values.items())  # type: ignore[arg-type]  # numbers
    else:
        return None
    counts: Counter[int] = Counter()
    for value, n in known:
        moved = value * scale if isinstance(value, int) else math.floor(float(value) * scale + 0.5)
        counts[moved] += n
    return drawn.settled(0, counts, (), scale)


def _rank(item: tuple[Value, int]) -> tuple[int, str]:
    return (-item[1], str(item[0]))


def is_known(listed: Listed, value: object) -> bool:
    """Return whether the count of a value is known: it is listed, or nothing was pooled."""
    return value in listed.counts or not listed.other


def _extreme(choose: Any, *ends: tuple[ColumnProfile, str]) -> Number | None:
    """Return the end of both; it is unknown where that of a part with values is."""
    values = [getattr(column, name) for column, name in ends if column.counted]
    return choose(values) if values and None not in values else None
