"""A profile as a file: versioned JSON that people can read, with counts and never rows."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from kullback import files
from kullback.errors import FormatError, InputError
from kullback.limits import intact, json_of, sealed
from kullback.report.json import spelled
from kullback.tables.profiles.drawn import Drawn, HashedText
from kullback.tables.profiles.grid import Grid
from kullback.tables.profiles.identity import nameless
from kullback.tables.profiles.parse import SPECIAL, VERSION, profile_of
from kullback.tables.profiles.profile import Binned, ColumnProfile, Listed, Profile
from kullback.tables.results.comparison import Skipped


def save(profile: Profile, path: Path) -> None:
    """Write a profile: aside first, then in place of `path`."""
    try:
        files.write_text(path, sealed(text(profile)))
    except OSError as error:
        said = f"{error.strerror or error}; nothing was written, what was there is as it was"
        raise OSError(error.errno, said, str(path)) from error


def load(path: Path) -> Profile:
    """Read a profile, checking every count."""
    try:
        content = files.read_text(path)
    except FileNotFoundError:
        raise InputError(f"no such profile: {str(path)!r}") from None
    except IsADirectoryError:
        raise InputError(f"{str(path)!r} is a folder, not a profile") from None
    except UnicodeDecodeError as error:
        raise FormatError(f"{str(path)!r} is not a profile: it is not text ({error})") from error
    try:
        whole = intact(content, f"profile {str(path)!r}")
        return profile_of(json_of(whole, repr(str(path)), constant=_no_constant))
    except RecursionError:
        raise FormatError(f"{str(path)!r} is not a profile: it is nested too deep") from None
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise FormatError(f"{str(path)!r} is not a profile: {_why(error)}") from error


def is_profile(path: str | Path) -> bool:
    """Return whether a path names a file that says it is a profile."""
    try:
        with files.reading(path) as file:
            return b'"kullback_profile"' in file.read(200)
    except (OSError, InputError):
        return False


def opened(data: Any) -> Any:
    """Return the profile of a file that holds one, and any other data as they are."""
    if isinstance(data, str | Path) and is_profile(data):
        return load(Path(data))
    return data


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number that a profile holds")


def _why(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)


def text(profile: Profile) -> str:
    """Return a profile as JSON, one line an entry."""
    head = {
        "kullback_profile": VERSION,
        "source": profile.source,
        "rows": profile.rows,
        "bins": profile.bins,
        "max_outcomes": profile.max_outcomes,
        "privacy": profile.privacy,
        **({"lacks": sorted(profile.lacks)} if profile.lacks else {}),
        "notes": [[note.code, note.text] for note in profile.notes],
    }
    lines = [f" {_json(key)}: {_json(value)}" for key, value in head.items()]
    lists = {"columns": profile.columns}
    lists |= {"unsettled": profile.unsettled} if profile.unsettled else {}
    lines += [
        f" {_json(name)}: [\n" + ",\n".join(_block(_column(c)) for c in columns) + "\n ]"
        for name, columns in lists.items()
    ]
    return spelled("{\n" + ",\n".join(lines) + "\n}\n")


def _block(column: Mapping[str, Any]) -> str:
    entries = (f"   {_json(key)}: {_json(value)}" for key, value in column.items())
    return "  {\n" + ",\n".join(entries) + "\n  }"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _column(column: ColumnProfile | Skipped) -> dict[str, Any]:
    if isinstance(column, Skipped):
        plain: dict[str, Any] = {"name": column.name, "skipped": column.reason}
        plain |= {"role": column.role} if column.role else {}
        return plain | ({"facts": asdict(column.facts)} if column.facts else {})
    column = nameless(column)
    head: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "kind": column.kind,
        "role": column.role,
    }
    head |= {"spelling": column.spelling} if column.spelling else {}
    head |= {"nulls": list(column.nulls)} if column.nulls else {}
    special = {name: getattr(column, name) for name in SPECIAL if getattr(column, name)}
    ends = {"minimum": _written(column.minimum), "maximum": _written(column.maximum)}
    cells = {} if column.grid is None else _cells(column.grid)
    atoms = [[_written(atom.value), atom.rows, atom.below] for atom in column.atoms]
    counted = head | special | ends | _body(column.body) | cells
    facts = {"facts": asdict(column.facts)} if column.facts else {}
    return counted | ({"atoms": atoms} if atoms else {}) | _draw(column.drawn) | facts


def _draw(drawn: Drawn | None) -> dict[str, Any]:
    if drawn is None:
        return {}
    values = [[_written(value), n] for value, n in sorted(drawn.values.items(), key=str)]
    buckets = {"drawn_buckets": drawn.buckets} if drawn.buckets else {}
    scale = {"drawn_scale": drawn.scale} if drawn.scale != 1 else {}
    return {"drawn_level": drawn.level, "drawn_values": values} | buckets | scale


def _body(body: Binned | Listed) -> dict[str, Any]:
    if isinstance(body, Binned):
        edges = [[_written(edge.value), edge.inclusive] for edge in body.edges]
        return {"edges": edges, "counts": list(body.counts)}
    return {"values": [[_written(v), n] for v, n in body.counts.items()], "other": body.other}


def _cells(grid: Grid) -> dict[str, Any]:
    """Write cells as columns; null stands where the greatest value is the least one too."""
    highs = [None if cell.high == cell.low else _written(cell.high) for cell in grid.cells]
    return {
        "cells_level": grid.level,
        "cells_rows": [cell.rows for cell in grid.cells],
        "cells_low": [_written(cell.low) for cell in grid.cells],
    } | ({"cells_high": highs} if any(high is not None for high in highs) else {})


def _written(value: Any) -> Any:
    if isinstance(value, HashedText):
        return {"hash": value.digest}
    return {"decimal": str(value)} if isinstance(value, Decimal) else value
