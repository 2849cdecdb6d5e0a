"""One column of one table, counted: after its own plan, or after a reference's."""

import math
from collections.abc import Collection, Iterable
from dataclasses import replace
from decimal import Decimal
from operator import itemgetter
from typing import Any

import numpy as np

from kullback.tables.counting import cells, statements
from kullback.tables.counting.cells import Execute, Rows, Specials
from kullback.tables.counting.facts import column_facts
from kullback.tables.counting.statements import Reading
from kullback.tables.engines import Engine, Source, SourceColumn
from kullback.tables.profiles import bins, drawn
from kullback.tables.profiles.drawn import Drawn
from kullback.tables.profiles.grid import Number
from kullback.tables.profiles.profile import Binned, ColumnProfile, Edge, Listed, Value
from kullback.tables.profiles.roles import ROLE_OF
from kullback.tables.profiles.types import FLOATING, is_floating, kind_of, reading
from kullback.tables.results.comparison import Role, Skipped

Measured = ColumnProfile | Skipped
Ends = tuple[Number | None, Number | None]
_DRAWABLE = 2**62  # no integer of every engine holds more
_LARGEST_SINGLE = float(np.finfo(np.float32).max)


def own_plan(
    engine: Engine, source: Source, column: SourceColumn, size: int, limit: int
) -> Measured:
    """Count a column after a plan made from its own values.

    Parameters
    ----------
    engine, source, column
        Where it lies.
    size : int
        How many bins.
    limit : int
        How many categories are listed.
    """
    measured = _own_counts(engine, source, column, size, limit)
    if isinstance(measured, Skipped):
        return replace(measured, facts=column_facts(engine, source, column))
    return measured


def _own_counts(
    engine: Engine, source: Source, column: SourceColumn, size: int, limit: int
) -> Measured:
    kind = kind_of(column.type)
    if kind == "nested":
        return _unsupported(column)
    read = read_as(engine, source, column, kind, column.type)
    empty = _empty(column, kind, ROLE_OF[kind], Listed({}))
    if kind in {"text", "boolean", "nothing"}:
        rows = engine.execute(statements.value_counts(read, limit, parted=bool(column.held)))
        return _drawn(engine.execute, read, *_listed(rows, empty, limit))
    return _numeric_plan(engine.execute, read, empty, size)


def _empty(column: SourceColumn, kind: str, role: Role, body: Binned | Listed) -> ColumnProfile:
    made = ColumnProfile(column.name, column.type, kind, role, body, spelling=column.spelling)
    return replace(made, nulls=column.nulls) if column.nulls else made


def _unsupported(column: SourceColumn) -> Skipped:
    shown = column.type if len(column.type) < 60 else column.type[:59] + "…"
    return Skipped(column.name, f"columns of type {shown} are not compared: select their parts")


def _drawn(execute: Execute, read: Reading, profile: ColumnProfile, distinct: int) -> ColumnProfile:
    """Draw from the texts of a column where they are too many to be listed."""
    listed = profile.body.counts if isinstance(profile.body, Listed) else {}
    if not (_pools(profile) and any(isinstance(value, str) for value in listed)):
        return profile
    level = drawn.first_level(distinct, drawn.KEPT)
    found = execute(statements.drawn_texts(read, level))
    return replace(profile, drawn=_put_together(level, found))


def _pools(profile: ColumnProfile) -> bool:
    return isinstance(profile.body, Listed) and profile.body.other > 0


def _put_together(level: int, rows: Iterable[tuple[Any, ...]]) -> Drawn:
    """Return the draw of texts from rows of a hash's digits, a drawn value or None, and a count."""
    buckets = [0] * drawn.BUCKETS
    values: dict[Value, int] = {}
    hashes = []
    for digits, value, n in rows:
        if value is None:
            buckets[int(digits[:3], 16)] += int(n)
        else:
            values[value] = int(n)
            hashes.append(digits)
    return drawn.of_hashes(level, hashes, values, buckets)


def _numeric_plan(execute: Execute, read: Reading, empty: ColumnProfile, size: int) -> Measured:
    found, specials = cells.measure(execute, read, size)
    known: dict[str, Any] = {**specials._asdict(), "grid": found.grid, "atoms": found.atoms}
    if not found.cells:
        return replace(empty, **known, body=Binned((), (0,)))
    ends = found.cells[0].low, found.cells[-1].high
    known |= {"minimum": ends[0], "maximum": ends[1]}
    whole = bins.by_value(found.grid) if empty.kind == "number" else None
    if whole is not None:
        return replace(empty, **known, role="integer-coded", body=Listed(whole))
    if empty.kind == "number" and (scale := found.grid.scale):
        rows = int(found.cells.rows.sum())
        known["drawn"] = _integers(execute, read, ends, rows, scale)
    return replace(empty, **known, body=bins.tailed(found.cells, size))


def _integers(
    execute: Execute, read: Reading, ends: Ends, counted: int, scale: int
) -> Drawn | None:
    """Draw from whole numbers: the level that keeps few is found from more than are kept."""
    if None in ends or max(abs(int(end)) for end in ends if end is not None) * scale >= _DRAWABLE:
        return None
    level = drawn.first_level(counted, drawn.KEPT_INTEGERS)
    while True:
        rows = execute(statements.drawn_integers(read, min(level, drawn.DEEPEST), scale))
        if len(rows) > drawn.KEPT_INTEGERS or not level:
            draw = drawn.settled(level, dict(rows), scale=scale)  # of which few are left to name
            named = {_whole(value, scale): int(n) for value, n in draw.values.items()}
            return replace(draw, values=named)
        finer = (2 * drawn.KEPT_INTEGERS // max(1, len(rows))).bit_length()
        level = max(0, level - finer)


def _whole(value: Any, scale: int) -> Any:
    return plain(value) if scale == 1 else int(value)


def like(
    engine: Engine, source: Source, column: SourceColumn, plan: ColumnProfile, limit: int
) -> Measured:
    """Count a column in the bins or categories of another profile, read as its kind."""
    kind = kind_of(column.type)
    if kind == "nested":
        return _unsupported(column)
    wanted = wanted_kind(plan)
    read = read_as(engine, source, column, wanted, plan.type)
    empty = _empty(column, kind, plan.role, plan.body)
    if isinstance(plan.body, Binned):
        profile = _binned(engine.execute, read, empty, plan.body, edges_for(column.type, plan))
        if plan.drawn is not None and wanted == kind == "number":
            ends = profile.minimum, profile.maximum
            draw = _integers(engine.execute, read, ends, profile.counted, plan.drawn.scale)
            return replace(profile, drawn=draw)
        if wanted == "present":  # what is held and yet not present is NaN
            return replace(profile, nan=profile.unreadable, unreadable=0)
        return profile
    parted = wanted != kind or bool(column.held)
    found = _like_listed(engine.execute, read, empty, plan, limit, parted=parted)
    if wanted == "present":
        return replace(found, nan=found.unreadable, unreadable=0)
    return found


def _like_listed(
    execute: Execute,
    read: Reading,
    empty: ColumnProfile,
    plan: ColumnProfile,
    limit: int,
    *,
    parted: bool,
) -> ColumnProfile:
    """Count the most frequent values and those that the plan lists, in one visit.

    Where the plan has a draw its level is the least that is needed. A plan that pools without one
    has nothing that a draw could be compared with.
    """
    names = tuple(plan.body.counts) if isinstance(plan.body, Listed) else ()
    wanted = wanted_kind(plan)
    level = plan.drawn.level if plan.drawn is not None and wanted == "text" else None
    found = execute(statements.value_counts(read, limit, names, parted=parted, level=level))
    rows = [row[:5] for row in found if level is None or not row[5]]
    profile, distinct = _listed(rows, empty, limit, names)
    if not _pools(profile) or wanted != "text":
        return profile
    if level is None:
        return profile if _pools(plan) else _drawn(execute, read, profile, distinct)
    return replace(
        profile, drawn=_put_together(level, ((row[5], *row[:2]) for row in found if row[5]))
    )


def wanted_kind(plan: ColumnProfile) -> str:
    """Return the kind a plan reads: where all is missing, only whether there is a value."""
    if plan.missing == plan.rows:
        return "present"
    if plan.kind == "nothing":
        return "text"
    return plan.kind


def complete(
    engine: Engine,
    source: Source,
    column: SourceColumn,
    profile: ColumnProfile,
    others: ColumnProfile,
    plan: ColumnProfile,
) -> ColumnProfile:
    """Count also those values that another profile lists and this one has pooled.

    Without this a value in only one of two lists would look absent from the other side.
    `plan` is the profile that decides how the column is read.
    """
    own, listed = profile.body, others.body
    if not (isinstance(own, Listed) and isinstance(listed, Listed) and own.other):
        return profile
    absent = dict.fromkeys((value for value in listed.counts if value not in own.counts), 0)
    if not absent:
        return profile
    read = read_as(engine, source, column, wanted_kind(plan), plan.type)
    rows = engine.execute(statements.listed_counts(read, absent))
    absent |= {plain(value): int(n) for value, n in rows}
    return replace(profile, body=Listed(own.counts | absent, own.other - sum(absent.values())))


def read_as(
    engine: Engine, source: Source, column: SourceColumn, wanted: str, like_type: str
) -> Reading:
    """Return how a column is read as a kind, and at the precision of `like_type`."""
    value = reading(column.address, column.type, wanted, like_type, engine.dialect)
    floating = is_floating(wanted, kind_of(column.type), column.type)
    held = column.held or column.address
    return Reading(column.part or source.relation, held, value, floating, engine.dialect)


def edges_for(held: str, plan: ColumnProfile) -> list[Edge]:
    """Return the edges as a column of a type is counted by them.

    Those of double precision are rounded where it has single; else edges stand clear of the values
    that the plan knows, so that what is a value but for its rounding is that value.
    """
    edges = plan.body.edges if isinstance(plan.body, Binned) else ()
    if held == "FLOAT" and plan.type != "FLOAT":
        return [Edge(_single(float(edge.value)), edge.inclusive) for edge in edges]
    if held in FLOATING and plan.type in FLOATING and plan.grid is not None:
        return bins.clear_of_rounding(edges, plan.grid, plan.atoms)
    return list(edges)


def _single(value: float) -> float:
    """Return the single that is nearest to a double; beyond all singles the double itself."""
    return float(np.float32(value)) if abs(value) <= _LARGEST_SINGLE else value


def _binned(
    execute: Execute, read: Reading, empty: ColumnProfile, plan: Binned, edges: list[Any]
) -> ColumnProfile:
    """Count in the bins of `plan`, whose edges may have been rounded to the column's type."""
    numbered, specials = cells.split(execute(statements.bin_counts(read, edges)))
    counts = tuple(int(numbered[i][0]) if i in numbered else 0 for i in range(len(edges) + 1))
    body = Binned(plan.edges, counts)
    lows = [low for _, low, _ in numbered.values()]
    highs = [high for _, _, high in numbered.values()]
    low, high = min(lows, default=None), max(highs, default=None)
    return replace(empty, body=body, **specials._asdict(), minimum=low, maximum=high)


def _listed(
    rows: Rows, empty: ColumnProfile, limit: int, names: Collection[Value] = ()
) -> tuple[ColumnProfile, int]:
    """Return the profile by value, and how many different values there are.

    Listed are the most frequent values, and those of the names.
    """
    counts, specials = _part(rows)
    if empty.role == "boolean":  # which SQLite keeps as 0 and 1
        counts = {bool(value): n for value, n in counts.items()}
    ordered = sorted(counts.items(), key=itemgetter(1), reverse=True)
    listed = dict(ordered[:limit])
    total, distinct = (int(rows[0][2]), int(rows[0][3])) if rows else (0, 0)
    held = total - sum(specials)
    if held > sum(listed.values()):
        listed |= {name: counts.get(name, 0) for name in names}
    return replace(
        empty, body=Listed(listed, held - sum(listed.values())), **specials._asdict()
    ), distinct


def _part(rows: Rows) -> tuple[dict[Value, int], Specials]:
    """Part counted values from rows without a finite one."""
    counts: dict[Value, int] = {}
    special: dict[str, int] = {}
    for value, n, _, _, held in rows:
        if type(value) is str and not held:
            counts[value] = int(n)
            continue
        name = "unreadable" if held else special_name(value)
        if name:
            special[name] = int(n)
        else:
            counts[plain(value)] = int(n)
    return counts, Specials(**special)


def special_name(value: Any) -> str | None:
    """Return the name of the special outcome that a value is, such as "null"; None if none."""
    if value is None:
        return "null"
    if not isinstance(value, float) or math.isfinite(value):
        return None
    if math.isnan(value):
        return "nan"
    return "plus_infinity" if value > 0 else "minus_infinity"


def plain(value: Any) -> Value:
    """Return an integer as int whatever its type, so that 3 and 3.0 are one value."""
    if isinstance(value, float | Decimal) and math.isfinite(value) and value == int(value):
        return int(value)
    return value  # type: ignore[no-any-return]  # the engine's text, booleans and numbers
