"""Files that hold one distribution: text, CSV, JSON and NumPy."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kullback.errors import FormatError

Named = list[tuple[str | None, float]]


def from_text(where: str, text: str) -> Named:
    """Read numbers or name=value pairs, or JSON where the text starts like it.

    Parameters
    ----------
    where : str
        What to call the text in a message.
    text : str
        Numbers apart by commas, semicolons, blanks or lines.

    Returns
    -------
    list of (str or None, float)
        Names, where there are some, and values.
    """
    stripped = text.strip()
    if stripped[:1] in {"[", "{"}:
        return _from_json(where, stripped)
    if "=" in stripped:
        parts = [part for part in re.split(r"[,;\n]+", stripped) if part.strip()]
        return [_pair(where, part) for part in parts]
    return [(None, _number(where, part)) for part in re.split(r"[,;\s]+", stripped) if part]


def _pair(where: str, part: str) -> tuple[str, float]:
    name, equals, value = part.rpartition("=")
    if not equals:
        raise FormatError(f"{where}: expected name=value, found {part.strip()!r}")
    return name.strip(), _number(where, value)


def _number(where: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise FormatError(f"{where}: expected a number, found {_cut(text)!r}") from None


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _read(path: Path) -> str:
    from kullback.files import read_text

    try:
        return read_text(path, "utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: byte {error.start} is not UTF-8 text") from None


def _text_file(path: Path, column: str | None) -> Named:
    _no_column(path, column)
    return from_text(str(path), _read(path))


def _json_file(path: Path, column: str | None) -> Named:
    _no_column(path, column)
    return _from_json(str(path), _read(path))


def _no_column(path: Path, column: str | None) -> None:
    if column is not None:
        raise FormatError(f"{path} has no columns; leave out ':{column}'")


def _from_json(where: str, text: str) -> Named:
    from kullback.limits import json_of

    match json_of(text, where, unique=": an outcome has one number"):
        case dict(value):
            return [(str(name), _json_number(where, item)) for name, item in value.items()]
        case list(value):
            return [(None, _json_number(where, item)) for item in value]
    raise FormatError(f"{where}: expected a list of numbers, or an object of name: number")


def _json_number(where: str, item: Any) -> float:
    if isinstance(item, bool) or not isinstance(item, int | float):
        raise FormatError(f"{where}: expected a number, found {_cut(repr(item))}")
    try:
        return float(item)
    except OverflowError:
        raise FormatError(f"{where}: {_cut(str(item))} is too large for a number") from None


def _npy_file(path: Path, column: str | None) -> Named:
    import io

    import numpy as np

    from kullback.files import read_bytes

    _no_column(path, column)
    data = io.BytesIO(read_bytes(path))
    try:
        array = np.load(data, allow_pickle=False)
    except Exception as error:  # noqa: BLE001 - NumPy reads a header as Python
        raise FormatError(f"{path}: not a NumPy array of numbers: {error}") from None
    if not isinstance(array, np.ndarray) or array.ndim != 1 or array.dtype.kind not in "fiu":
        raise FormatError(f"{path}: expected one row of real numbers")
    return [(None, float(value)) for value in array]


def _csv_file(path: Path, column: str | None) -> Named:
    return _from_rows(path, _rows(path, ","), column)


def _tsv_file(path: Path, column: str | None) -> Named:
    return _from_rows(path, _rows(path, "\t"), column)


def _rows(path: Path, delimiter: str) -> list[list[str]]:
    import csv
    import io

    try:
        rows = list(csv.reader(io.StringIO(_read(path)), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise FormatError(f"{path}: not a table of text: {error}") from None
    return [row for row in rows if row]


def _from_rows(path: Path, rows: list[list[str]], column: str | None) -> Named:
    if not rows:
        raise FormatError(f"{path} is empty")
    for line, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise FormatError(f"{path}: row {line} has {len(row)} fields, not {len(rows[0])}")
    header, body = _header(rows)
    if not body:
        raise FormatError(f"{path} has a header and no rows")
    place = _place(path, header, body, column)
    names = _names(body, place)
    where = f"{path}, column {header[place]!r}"
    return [(name, _number(where, row[place])) for name, row in zip(names, body, strict=True)]


def _header(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Return the names of the columns and the rows below; a row with a number is no header."""
    if any(_is_number(field) for field in rows[0]):
        return [str(place + 1) for place in range(len(rows[0]))], rows
    return rows[0], rows[1:]


def _place(path: Path, header: list[str], body: list[list[str]], column: str | None) -> int:
    numeric = [i for i in range(len(header)) if all(_is_number(row[i]) for row in body)]
    if column is not None:
        return _named_place(path, header, numeric, column)
    if len(numeric) != 1:
        names = ", ".join(header[i] for i in numeric) or "none"
        raise FormatError(
            f"{path}: which column is the distribution? Numeric columns: {_cut(names)}. "
            f"Write {path}:column"
        )
    return numeric[0]


def _named_place(path: Path, header: list[str], numeric: list[int], column: str) -> int:
    if header.count(column) != 1:
        names = _cut(", ".join(header))
        times = "more than once" if column in header else "not there"
        raise FormatError(f"{path}: the column {column!r} is {times}; there are {names}")
    place = header.index(column)
    if place not in numeric:
        raise FormatError(
            f"{path}: the column {column!r} does not hold numbers alone; to compare what rows of "
            f"two files hold: kullback compare REF CUR --columns {column}"
        )
    return place


def _names(body: list[list[str]], place: int) -> list[str] | list[None]:
    """Return the first other column that names every row differently, if there is one."""
    for i in range(len(body[0])):
        fields = [row[i] for row in body]
        if i != place and len(set(fields)) == len(fields) and not all(map(_is_number, fields)):
            return fields
    return [None] * len(body)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


READERS: dict[str, Callable[[Path, str | None], Named]] = {
    ".csv": _csv_file,
    ".tsv": _tsv_file,
    ".txt": _text_file,
    ".json": _json_file,
    ".npy": _npy_file,
}
