"""Keeping what can be read of a damaged history."""

import shutil
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

from kullback import files
from kullback.aside import passing
from kullback.errors import InputError, KullbackError
from kullback.history.entry import COLUMNS, entry
from kullback.history.store import SQLITE, file_of, opened
from kullback.history.table import TABLE, add

_AT_ONCE = 1_000  # rows that are lost together where one of them cannot be read
_PAGE = 4096
_WAL = (".wal", "-wal", "-journal")


class Repaired(NamedTuple):
    """What became of a damaged history: the rows kept, those lost, and where the old one lies.

    `lost` is None where the store does not tell how many rows it had; `aside` is None where
    nothing was wrong.
    """

    kept: int
    lost: int | None
    aside: Path | None


def repair(target: str | Path) -> Repaired:
    """Read what can be read of a history and write it anew; the damaged file is kept aside.

    Parameters
    ----------
    target : str or Path
        A DuckDB file, or ``sqlite:///FILE``.

    Returns
    -------
    Repaired
        How many rows were kept.

    Raises
    ------
    InputError
        If there is no such file, it is locked, holds text, or it is a history in a server.
    """
    path = file_of(target)
    if path is None:
        raise InputError(f"{target!r:.200} lies in a server, which repairs its own tables")
    files.regular(path, "a history is read and written in place")
    _refuse_text(path)
    size = _size(target)
    kept = sum(len(part) for part in _readable(target, size))
    if size and kept == size.rows:
        return Repaired(kept, 0, None)
    with passing(path.parent, f"{path.name}-") as new, passing(path.parent, f"{path.name}-") as old:
        source = target
        if size is None:  # as it was before its log of later writings, which may be what is torn
            shutil.copyfile(path, old)
            source = _beside(target, old)
        kept = sum(add(_beside(target, new), part) for part in _readable(source, _size(source)))
        aside = _moved_aside(path)
        if kept:
            new.replace(path)
    return Repaired(kept, size and size.rows - kept, aside)


def _refuse_text(path: Path) -> None:
    """Refuse what never was a store, however damaged: the first page of each holds zeros."""
    with files.reading(path) as file:
        page = file.read(_PAGE)
    if page and b"\0" not in page:
        raise InputError(f"{path} holds text and never was a history; it is left as it is")


def _beside(target: str | Path, path: Path) -> str:
    """Return another file as a history of the same kind."""
    return f"{SQLITE}{path}" if str(target).startswith(SQLITE) else str(path)


class _Size(NamedTuple):
    rows: int
    last: int


def _size(target: str | Path) -> _Size | None:
    """Return how many rows a store has, and the number of the last one; None if unknown."""
    try:
        ((last,),) = _run(target, f"SELECT coalesce(max(rowid), -1) FROM {TABLE}")
        ((rows,),) = _run(target, f"SELECT count(*) FROM {TABLE}")
    except InputError:  # in use, or of no kind that is read; damage is a FormatError
        raise
    except KullbackError:
        return None
    return _Size(int(rows), int(last))


def _readable(target: str | Path, size: _Size | None) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows that can be read, some at a time."""
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    for start in range(0, size.last + 1 if size else 0, _AT_ONCE):
        part = f"rowid >= {start} AND rowid < {start + _AT_ONCE}"
        found: list[tuple[Any, ...]] = []
        with suppress(KullbackError):
            found = _run(target, f"SELECT {names} FROM {TABLE} WHERE {part}")
        if found := list(_sound(found)):
            yield found


def _run(target: str | Path, sql: str) -> list[tuple[Any, ...]]:
    # A connection of its own each: a page that cannot be read spoils the whole connection.
    with opened(target, write=False) as store, closing(store.connection.cursor()) as cursor:
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()]


def _sound(rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        with suppress(TypeError, ValueError):
            entry(row)
            yield row


def _moved_aside(path: Path) -> Path:
    free = (Path(f"{path}.damaged{i or ''}") for i in range(10_000))
    aside = next(name for name in free if not name.exists())
    path.replace(aside)
    for ending in _WAL:
        if (log := Path(f"{path}{ending}")).exists():
            log.replace(f"{aside}{ending}")
    return aside
