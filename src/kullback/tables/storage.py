"""A profile as a file: versioned JSON that people can read, with counts and never rows."""

import json
import os
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from kullback.errors import FormatError, InputError
from kullback.results import Note
from kullback.tables.comparison import Skipped
from kullback.tables.kinds import KIND_OF
from kullback.tables.profiles import Binned, ColumnProfile, Edge, Listed, Profile
from kullback.tables.roles import ROLE_OF

VERSION = 1
_SPECIAL = ("null", "nan", "plus_infinity", "minus_infinity", "unreadable")
_ROLES = {*ROLE_OF.values(), "integer-coded"}


def save(profile: Profile, path: Path) -> None:
    """Write a profile: aside first, then in place of `path`."""
    text = json.dumps(_document(profile), ensure_ascii=False, indent=1, allow_nan=False)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", text=True)
    aside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def load(path: Path) -> Profile:
    """Read a profile, checking every count."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(f"no such profile: {str(path)!r}") from None
    except UnicodeDecodeError as error:
        raise FormatError(f"{str(path)!r} is not a profile: it is not text ({error})") from error
    try:
        return _profile(json.loads(text))
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise FormatError(f"{str(path)!r} is not a profile: {_why(error)}") from error


def _why(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)


def _document(profile: Profile) -> dict[str, Any]:
    return {
        "kullback_profile": VERSION,
        "source": profile.source,
        "rows": profile.rows,
        "bins": profile.bins,
        "max_outcomes": profile.max_outcomes,
        "notes": [[note.code, note.text] for note in profile.notes],
        "columns": [_column(column) for column in profile.columns],
    }


def _column(column: ColumnProfile | Skipped) -> dict[str, Any]:
    if isinstance(column, Skipped):
        return {"name": column.name, "skipped": column.reason}
    head = {"name": column.name, "type": column.type, "kind": column.kind, "role": column.role}
    special = {name: getattr(column, name) for name in _SPECIAL if getattr(column, name)}
    ends = {"minimum": _written(column.minimum), "maximum": _written(column.maximum)}
    return head | special | ends | _body(column.body)


def _body(body: Binned | Listed) -> dict[str, Any]:
    if isinstance(body, Binned):
        edges = [[_written(edge.value), edge.inclusive] for edge in body.edges]
        return {"edges": edges, "counts": list(body.counts)}
    return {"values": [[_written(v), n] for v, n in body.counts.items()], "other": body.other}


def _written(value: Any) -> Any:
    return {"decimal": str(value)} if isinstance(value, Decimal) else value


def _read(value: Any) -> Any:
    return Decimal(value["decimal"]) if isinstance(value, dict) else value


def _profile(document: dict[str, Any]) -> Profile:
    version = document["kullback_profile"]
    if version != VERSION:
        raise ValueError(f"version {version!r} is unknown to this kullback, which reads {VERSION}")
    profile = Profile(
        source=str(document["source"]),
        rows=_count(document["rows"]),
        columns=tuple(_read_column(column) for column in document["columns"]),
        bins=_count(document["bins"]),
        max_outcomes=_count(document["max_outcomes"]),
        notes=tuple(Note(code, text) for code, text in document["notes"]),
    )
    for column in profile:
        if isinstance(column, ColumnProfile) and column.rows != profile.rows:
            raise ValueError(
                f"column {column.name!r} counts {column.rows} rows, the table {profile.rows}"
            )
    return profile


def _read_column(column: dict[str, Any]) -> ColumnProfile | Skipped:
    if "skipped" in column:
        return Skipped(column["name"], column["skipped"])
    if column["role"] not in _ROLES or column["kind"] not in KIND_OF.values():
        raise ValueError(f"column {column['name']!r} has role {column['role']!r}")
    return ColumnProfile(
        name=column["name"],
        type=column["type"],
        kind=column["kind"],
        role=column["role"],
        body=_read_bins(column) if "edges" in column else _read_values(column),
        minimum=_read(column["minimum"]),
        maximum=_read(column["maximum"]),
        **{name: _count(column.get(name, 0)) for name in _SPECIAL},
    )


def _read_bins(column: dict[str, Any]) -> Binned:
    edges = tuple(Edge(_read(value), bool(inclusive)) for value, inclusive in column["edges"])
    counts = tuple(_count(n) for n in column["counts"])
    if len(counts) != len(edges) + 1 or list(edges) != sorted(edges):
        raise ValueError(f"column {column['name']!r} has edges and counts that do not fit")
    return Binned(edges, counts)


def _read_values(column: dict[str, Any]) -> Listed:
    counts = {_read(value): _count(n) for value, n in column["values"]}
    return Listed(counts, _count(column["other"]))


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is not a count")
    return value
