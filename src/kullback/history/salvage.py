"""Keeping what can be read of a damaged history."""

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

from kullback import files
from kullback.errors import InputError, KullbackError
from kullback.history.entry import COLUMNS, entry
from kullback.history.store import file_of, opened
from kullback.history.table import TABLE, add

_AT_ONCE = 1_000  # rows that are lost together where one of them cannot be read
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
        If there is no such file, it is locked, or it is a history in a server.
    """
    path = file_of(target)
    if path is None:
        raise InputError(f"{target!r:.200} lies in a server, which repairs its own tables")
    files.regular(path, "a history is read and written in place")
    rows, lost = _readable(target)
    if lost == 0:
        return Repaired(len(rows), 0, None)
    aside = _moved_aside(path)
    if lost is None:
        rows = _without_log(target, path, aside)
    if rows:
        add(target, rows)
    return Repaired(len(rows), lost, aside)


def _without_log(target: str | Path, path: Path, aside: Path) -> list[tuple[Any, ...]]:
    """Read a store as it was before its log of later writings, which may be what is torn."""
    path.write_bytes(aside.read_bytes())
    try:
        return _readable(target)[0]
    finally:
        path.unlink()


def _readable(target: str | Path) -> tuple[list[tuple[Any, ...]], int | None]:
    """Return the rows that can be read, and how many cannot; None where that is unknown."""
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    try:
        ((last,),) = _run(target, f"SELECT coalesce(max(rowid), -1) FROM {TABLE}")
        ((whole,),) = _run(target, f"SELECT count(*) FROM {TABLE}")
    except InputError:  # in use, or of no kind that is read; damage is a FormatError
        raise
    except KullbackError:
        return [], None
    rows: list[tuple[Any, ...]] = []
    for start in range(0, int(last) + 1, _AT_ONCE):
        part = f"rowid >= {start} AND rowid < {start + _AT_ONCE}"
        with suppress(KullbackError):
            found = _run(target, f"SELECT {names} FROM {TABLE} WHERE {part}")
            rows += _sound(found)
    return rows, int(whole) - len(rows)


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
