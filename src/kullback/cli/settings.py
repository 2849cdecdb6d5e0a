"""What a project wants of its comparisons: ``kullback.toml``, or ``[tool.kullback]``.

The nearest file upward from where the command runs is read; an option of the command line
wins over it.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kullback import files
from kullback.errors import FormatError, InputError, did_you_mean
from kullback.limits import LONGEST_RECORD

_DEEPEST = 300  # tables in one another
OWN, SHARED = "kullback.toml", "pyproject.toml"


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What was written in a file; None where it says nothing.

    Parameters
    ----------
    path : Path or None
        The file.
    fail_on, unit : str or None
        As the options of ``kullback compare``.
    alpha, level, tolerance, missing, out_of_range, new, rare, unique : float or None
        The same.
    joint, psi : bool or None
        The same.
    columns, allow, exclude, nulls : tuple of str or None
        The same.
    where : str or None
        The same.
    sample : int or None
        The same.
    roles : dict of str to str or None
        What columns are read as.
    seed, max_outcomes, block : int or None
        The same.
    prediction, label, weights, order : str or None
        The same, where whole tables are compared.
    encoding, delimiter, header, sheet : str, str, bool, str or int, or None
        How files are written.
    timezone : str or None
        Whose clock says when days begin.
    limits : dict of str to float
        Tolerances of single columns, in bits.
    waivers : tuple of dict
        ``column``, ``until`` (a date) and ``reason`` of each.
    """

    path: Path | None = None
    fail_on: str | None = None
    unit: str | None = None
    alpha: float | None = None
    level: float | None = None
    tolerance: float | None = None
    missing: float | None = None
    out_of_range: float | None = None
    new: float | None = None
    rare: float | None = None
    unique: float | None = None
    joint: bool | None = None
    psi: bool | None = None
    columns: tuple[str, ...] | None = None
    allow: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    nulls: tuple[str, ...] | None = None
    where: str | None = None
    sample: int | None = None
    seed: int | None = None
    max_outcomes: int | None = None
    prediction: str | None = None
    label: str | None = None
    weights: str | None = None
    order: str | None = None
    block: int | None = None
    roles: dict[str, str] | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | int | None = None
    timezone: str | None = None
    limits: dict[str, float] = field(default_factory=dict)
    waivers: tuple[dict[str, Any], ...] = ()


def load(given: str | None, folder: Path) -> ProjectSettings:
    """Read the settings file given, or the nearest one from `folder` upward.

    Raises
    ------
    InputError
        If the file given does not exist.
    FormatError
        If a file is no TOML, or holds an unknown key or a value of another kind.
    """
    if given is not None:
        path = files.named(given)
        if files.kind(path) == "nothing":
            raise InputError(f"--config: there is no file {given!r}")
        return _read(path)
    for place in (folder, *folder.parents):
        for name in (OWN, SHARED):
            path = place / name
            if path.is_file() and (name == OWN or "kullback" in _toml(path).get("tool", {})):
                return _read(path)
    return ProjectSettings()


def _toml(path: Path) -> dict[str, Any]:
    try:
        text = files.read_bytes(path, LONGEST_RECORD).decode()
        for number, line in enumerate(text.splitlines(), 1):
            if line.partition("=")[0].count(".") > _DEEPEST:  # which takes time by the square
                raise FormatError(f"{path}, line {number}: its name is nested too deep")
        return tomllib.loads(text)
    except RecursionError:
        raise FormatError(f"{path} is not TOML that can be read: it is nested too deep") from None
    except ValueError as error:  # TOML's own, no UTF-8, or a number of thousands of digits
        if isinstance(error, InputError | FormatError):
            raise
        raise FormatError(f"{path} is not TOML: {error}") from error


def _read(path: Path) -> ProjectSettings:
    document = _toml(path)
    shared = path.name == SHARED
    table = document.get("tool", {}).get("kullback", {}) if shared else document
    _known(table, KEYS, path)
    values = {key.replace("-", "_"): KEYS[key](value, key, path) for key, value in table.items()}
    return ProjectSettings(path=path, **values)


def _known(table: Any, keys: Mapping[str, object], where: object) -> None:
    if not isinstance(table, dict):
        raise FormatError(f"{where}: expected a table of settings, not {table!r}")
    unknown = next((key for key in table if key not in keys), None)
    if unknown is not None:
        hint = did_you_mean(unknown, keys)
        raise FormatError(f"{where}: there is no setting {unknown!r}; {', '.join(keys)}.{hint}")


def _choice(*choices: str) -> Callable[[Any, str, Path], str]:
    def read(value: Any, key: str, path: Path) -> str:
        if value not in choices:
            raise FormatError(f"{path}: {key} = {value!r} is none of {', '.join(choices)}")
        return str(value)

    return read


def _number(value: Any, key: str, path: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FormatError(f"{path}: {key} = {value!r} is no number")
    try:
        return float(value)
    except OverflowError:
        raise FormatError(f"{path}: {key} is a number of more than 308 digits") from None


def _names(value: Any, key: str, path: Path) -> tuple[str, ...]:
    if not (isinstance(value, list) and all(isinstance(name, str) for name in value)):
        raise FormatError(f"{path}: {key} = {value!r} is no list of column names")
    return tuple(value)


def _text(value: Any, key: str, path: Path) -> str:
    if not isinstance(value, str):
        raise FormatError(f"{path}: {key} = {value!r} is no text")
    return value


def _whole(least: int, noun: str) -> Callable[[Any, str, Path], int]:
    def read(value: Any, key: str, path: Path) -> int:
        if type(value) is not int or value < least:
            raise FormatError(f"{path}: {key} = {value!r} is no {noun}")
        return value

    return read


def _flag(value: Any, key: str, path: Path) -> bool:
    if not isinstance(value, bool):
        raise FormatError(f"{path}: {key} = {value!r} is neither true nor false")
    return value


def _sheet(value: Any, key: str, path: Path) -> str | int:
    return value if type(value) is int else _text(value, key, path)


def _roles(value: Any, key: str, path: Path) -> dict[str, str]:
    if not isinstance(value, dict):
        raise FormatError(f"{path}: {key} = {value!r}; write [{key}] and a line a column")
    roles = _choice("numeric", "categorical", "boolean", "date/time")
    return {name: roles(role, f"{key}.{name}", path) for name, role in value.items()}


def _limits(value: Any, key: str, path: Path) -> dict[str, float]:
    if not isinstance(value, dict):
        raise FormatError(f"{path}: {key} = {value!r}; write [{key}] and a line a column")
    return {name: _number(limit, f"{key}.{name}", path) for name, limit in value.items()}


def _waivers(value: Any, key: str, path: Path) -> tuple[dict[str, Any], ...]:
    if not isinstance(value, list):
        raise FormatError(f"{path}: {key} = {value!r}; write [[{key}]] before each waiver")
    return tuple(_waiver(item, f"{path}: {key}[{i}]") for i, item in enumerate(value))


def _waiver(item: Any, where: str) -> dict[str, Any]:
    _known(item, {"column": str, "until": date, "reason": str}, where)
    if not isinstance(item.get("column"), str):
        raise FormatError(f"{where} names no column")
    if type(item.get("until")) is not date:
        raise FormatError(
            f"{where} has until = {item.get('until')!r}: a waiver ends on a day, such as "
            "until = 2026-12-31 (without quotes)"
        )
    return {"reason": "", **item}


KEYS: dict[str, Callable[[Any, str, Path], Any]] = {
    "fail-on": _choice("drift", "undecided"),
    "unit": _choice("nats", "bits", "bans"),
    "alpha": _number,
    "level": _number,
    "tolerance": _number,
    "missing": _number,
    "out-of-range": _number,
    "new": _number,
    "rare": _number,
    "unique": _number,
    "joint": _flag,
    "psi": _flag,
    "columns": _names,
    "allow": _names,
    "exclude": _names,
    "nulls": _names,
    "where": _text,
    "sample": _whole(2, "number of rows"),
    "seed": _whole(0, "whole number from 0 on"),
    "max-outcomes": _whole(1, "number of values"),
    "prediction": _text,
    "label": _text,
    "weights": _text,
    "order": _text,
    "block": _whole(1, "number of rows"),
    "roles": _roles,
    "encoding": _text,
    "delimiter": _text,
    "header": _flag,
    "sheet": _sheet,
    "timezone": _text,
    "limits": _limits,
    "waivers": _waivers,
}
