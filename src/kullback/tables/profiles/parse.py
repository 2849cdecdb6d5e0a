"""From the JSON of a profile, of this version or the first, to the profile; all is checked."""

import math
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np

from kullback.results import Note
from kullback.tables.profiles import bins, drawn, grid
from kullback.tables.profiles.aspects import whole
from kullback.tables.profiles.drawn import Drawn, DrawnValue, HashedText
from kullback.tables.profiles.grid import Atom, Cell, Grid
from kullback.tables.profiles.profile import Binned, ColumnProfile, Edge, Listed, Profile
from kullback.tables.profiles.roles import ROLE_OF
from kullback.tables.profiles.types import KIND_OF
from kullback.tables.results.comparison import ColumnFacts, Skipped

VERSION = 3  # which says how values are drawn: the seed is of the version
_HASH = re.compile("[0-9a-f]{32}")
SPECIAL = ("null", "nan", "plus_infinity", "minus_infinity", "unreadable")
_ROLES = {*ROLE_OF.values(), "integer-coded"}


def profile_of(document: dict[str, Any]) -> Profile:
    """Return the profile that a document describes.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it describes none, or one that cannot be.
    """
    version = document["kullback_profile"]
    if version not in {1, 2, VERSION}:
        raise ValueError(
            f"version {version!r} is unknown to this kullback, which reads 1 to {VERSION}"
        )
    privacy = document.get("privacy")
    profile = Profile(
        source=_text(document["source"]),
        rows=_count(document["rows"]),
        columns=tuple(_column(column) for column in document["columns"]),
        bins=_count(document["bins"]),
        max_outcomes=_count(document["max_outcomes"]),
        notes=tuple(Note(_text(code), _text(text)) for code, text in document["notes"]),
        privacy=None if privacy is None else _count(privacy),
        lacks=frozenset(map(_text, document.get("lacks", ()))),
        unsettled=tuple(_column(column) for column in document.get("unsettled", ())),
    )
    _check(profile)
    return profile


def _check(profile: Profile) -> None:
    names: set[str] = set()
    every = (*profile.columns, *profile.unsettled)
    for column in every:
        if column.name in names:
            raise ValueError(f"it has more than one column named {_short(column.name)}")
        names.add(column.name)
    for column in every:
        if not isinstance(column, ColumnProfile) or column.rows == profile.rows:
            continue
        if whole(column.name, names) == column.name or column.rows > profile.rows:
            raise ValueError(
                f"column {_short(column.name)} counts {column.rows} rows, the table {profile.rows}"
            )


def _short(name: str) -> str:
    return repr(name if len(name) <= 60 else name[:59] + "…")


def _column(column: dict[str, Any]) -> ColumnProfile | Skipped:
    name = _text(column["name"])
    if "skipped" in column:
        if column.get("role") not in {None, *_ROLES}:
            raise ValueError(f"column {_short(name)} has role {column['role']!r}")
        reason, facts = _text(column["skipped"]), column.get("facts")
        known = None if facts is None else _facts(facts)
        return Skipped(name, reason, role=column.get("role"), facts=known)
    if column["role"] not in _ROLES or column["kind"] not in KIND_OF.values():
        raise ValueError(f"column {_short(name)} has role {column['role']!r}")
    try:
        return _counted(column)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ValueError(f"column {_short(name)}: {error}") from error


def _facts(facts: dict[str, Any]) -> ColumnFacts:
    counts = [_count(facts[name]) for name in ("rows", "missing", "distinct")]
    shortest, longest = facts["lengths"] or (None, None)
    lengths = None if shortest is None else (_count(shortest), _count(longest))
    classes = {_text(name): _count(n) for name, n in facts["classes"].items()}
    if counts[1] > counts[0]:
        raise ValueError(f"{counts[1]} of {counts[0]} rows are missing")
    rows, missing, distinct = counts
    return ColumnFacts(_text(facts["type"]), rows, missing, distinct, lengths, classes)


def _counted(column: dict[str, Any]) -> ColumnProfile:
    kept = _grid(column) if "cells_level" in column else None
    atoms = tuple(_atom(*atom) for atom in column.get("atoms", ()))
    if kept is not None:
        _require_atoms(kept, atoms)
    special: dict[str, Any] = {name: _count(column.get(name, 0)) for name in SPECIAL}
    return ColumnProfile(
        name=column["name"],
        type=_text(column["type"]),
        kind=column["kind"],
        role=column["role"],
        body=_bins(column) if "edges" in column else _values(column),
        minimum=_number_or_none(column["minimum"]),
        maximum=_number_or_none(column["maximum"]),
        grid=kept,
        atoms=atoms,
        spelling=_text(column.get("spelling", "")),
        nulls=tuple(map(_text, column.get("nulls", ()))),
        drawn=_drawn(column) if "drawn_level" in column else None,
        facts=_facts(column["facts"]) if column.get("facts") else None,
        **special,
    )


def _require_atoms(kept: Grid, atoms: Sequence[Atom]) -> None:
    _require_order(atoms, "atoms", lambda a, b: a.value < b.value)
    pieces = {cell.low: cell.rows for cell in bins.parted(kept.cells, atoms)}
    for atom in atoms:
        if pieces.get(atom.value) != atom.rows or min(pieces.values()) < 0:
            raise ValueError(f"atom {atom.value} of {atom.rows} rows does not fit the cells")


def _bins(column: dict[str, Any]) -> Binned:
    edges = tuple(Edge(_number(value), _flag(inclusive)) for value, inclusive in column["edges"])
    counts = tuple(_count(n) for n in column["counts"])
    if len(counts) != len(edges) + 1:
        raise ValueError(f"{len(edges)} edges and {len(counts)} counts do not fit")
    _require_order(edges, "edges", lambda a, b: a < b)
    return Binned(edges, counts)


def _values(column: dict[str, Any]) -> Listed:
    counts = {_value(value): _count(n) for value, n in column["values"]}
    if len(counts) != len(column["values"]):
        raise ValueError("a value is listed twice")
    return Listed(counts, _count(column["other"]))


def _drawn(column: dict[str, Any]) -> Drawn:
    level, buckets = _count(column["drawn_level"]), column.get("drawn_buckets", ())
    values = {_drawn_value(value): _count(n) for value, n in column["drawn_values"]}
    wrong = [value for value in values if drawn.depth(value) < level]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is not drawn at level {level}")
    held = [_count(n) for n in buckets]
    if held and (len(held) != drawn.BUCKETS or sum(held) != _held(column)):
        raise ValueError(
            f"its {len(held)} buckets hold {sum(held)} rows, its counts {_held(column)}"
        )
    scale = _count(column.get("drawn_scale", 1))
    if scale not in {1, *grid.SCALES}:
        raise ValueError(f"numbers times {scale} are drawn; expected one of {(1, *grid.SCALES)}")
    return Drawn(level, values, tuple(held), scale)


def _drawn_value(value: Any) -> DrawnValue:
    if isinstance(value, dict) and set(value) == {"hash"}:
        digest = _text(value["hash"])
        if not _HASH.fullmatch(digest):
            raise ValueError(f"{digest!r} is not a hash")
        return HashedText(digest)
    return _value(value)


def _grid(column: dict[str, Any]) -> Grid:
    level = column["cells_level"]
    if level is not None and _count(level) > grid.FINEST:
        raise ValueError(f"cells of level {level}; the finest is {grid.FINEST}")
    lows = [_number(value) for value in column["cells_low"]]
    highs = column.get("cells_high", [None] * len(lows))
    rows = [_count(n) for n in column["cells_rows"]]
    cells = tuple(
        Cell(low, low if high is None else _number(high), n)
        for low, high, n in zip(lows, highs, rows, strict=True)
    )
    _require_order(cells, "cells", lambda a, b: a.high < b.low)
    first, last = (
        grid.keys_of(np.array([float(cell[end]) for cell in cells]), level or 0) for end in (0, 1)
    )
    apart = (first != last).tolist()
    for cell, two in zip(cells, apart, strict=True):
        if cell.low > cell.high or two or (level is None and cell.low != cell.high):
            raise ValueError(f"{cell.low} to {cell.high} is no cell of level {level}")
    if sum(rows) != _held(column):
        raise ValueError(f"its cells hold {sum(rows)} rows, its counts {_held(column)}")
    return Grid(level, cells)


def _held(column: dict[str, Any]) -> int:
    counts = column["counts"] if "edges" in column else [n for _, n in column["values"]]
    return sum(_count(n) for n in counts) + _count(column.get("other", 0))


def _require_order(items: Sequence[Any], what: str, ordered: Callable[[Any, Any], bool]) -> None:
    for i, (one, other) in enumerate(pairwise(items), 1):
        if not ordered(one, other):
            raise ValueError(f"{what} {i} and {i + 1} are not in order: {one[0]} and {other[0]}")


def _atom(value: Any, rows: Any, below: Any) -> Atom:
    return Atom(_number(value), _count(rows), _count(below))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is not a count")
    return value


def _value(value: Any) -> str | bool | int | float | Decimal:
    return value if isinstance(value, str | bool) else _number(value)


def _number_or_none(value: Any) -> int | float | Decimal | None:
    return None if value is None else _number(value)


def _number(value: Any) -> int | float | Decimal:
    number = Decimal(value["decimal"]) if isinstance(value, dict) else value
    if isinstance(number, bool) or not isinstance(number, int | float | Decimal):
        raise TypeError(f"{value!r} is not a number")
    if not math.isfinite(number):  # also an integer that is no double: OverflowError
        raise ValueError(f"{value!r} is not a finite number")
    return number
