"""Adding a comparison to a history, and reading it back."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kullback.errors import FormatError, InputError
from kullback.history.entry import COLUMNS, Entry, entry, stamp
from kullback.history.store import Store, first_line, opened

TABLE = "kullback_history"
MEASURES = ("jensen_shannon", "kl", "reverse_kl", "missing")
_AT_ONCE = 200  # rows a statement
_TRIES = 100  # at making the table, a twentieth of a second apart


def append(target: str | Path | Any, comparison: Any, *, at: datetime | None = None) -> int:
    """Add the numbers of a comparison to a history, all of them or none.

    Writers wait for each other, for up to a minute; nothing is lost or written by halves.

    Parameters
    ----------
    target : str, Path or DB-API connection
        A DuckDB file (made if there is none), ``sqlite:///FILE``, ``postgresql://…``, or an
        open connection, which stays open.
    comparison : TableComparison, WindowedComparison, SegmentedComparison or JointComparison
        What was compared.
    at : datetime, optional
        When; now by default. A time without a zone is UTC.

    Returns
    -------
    int
        How many rows were added: four a column that was compared, for each window or segment.

    Raises
    ------
    InputError
        If the target cannot be opened, or stays locked, or nothing of that kind is kept.
    FormatError
        If it is no database, or its table has other columns.
    MissingDependencyError
        If the driver is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> from kullback import history, tables
    >>> frame = pd.DataFrame({"paid": ["card", "cash"] * 500})
    >>> file = Path(tempfile.mkdtemp()) / "history.duckdb"
    >>> history.append(file, tables.compare(frame, frame))
    4
    >>> [(e.column, e.measure, e.verdict) for e in history.read(file, measure="kl")]
    [('paid', 'kl', 'same')]
    """
    if not hasattr(comparison, "rows"):
        raise InputError(
            f"comparison is a {type(comparison).__name__}; expected what tables.compare, windows, "
            "segments or joint returned"
        )
    if at is not None and not isinstance(at, datetime):
        raise InputError(f"at={at!r} cannot be used; expected a datetime")
    moment = datetime.now(UTC) if at is None else at
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    head = (stamp(moment), comparison.reference.name, comparison.current.name)
    rows = [(*head, *row) for row in comparison.rows]
    with opened(target, write=True) as store:
        _prepare(store)
        with _transaction(store) as cursor:
            for start in range(0, len(rows), _AT_ONCE):
                _insert(cursor, store.mark, rows[start : start + _AT_ONCE])
    return len(rows)


def read(
    target: str | Path | Any,
    *,
    columns: Sequence[str] | None = None,
    measure: str | None = None,
    since: datetime | None = None,
) -> list[Entry]:
    """Read a history, the oldest run first.

    Parameters
    ----------
    target : str, Path or DB-API connection
        As in `append`.
    columns : sequence of str, optional
        Only these.
    measure : {"jensen_shannon", "kl", "reverse_kl", "missing"}, optional
        Only this.
    since : datetime, optional
        Only runs from then on.

    Returns
    -------
    list of Entry
        In the order of runs, and within a run as they were written.

    Raises
    ------
    InputError
        If there is no such history or measure.
    FormatError
        If it is no database, or its table has other columns.
    """
    wanted: list[tuple[str, Sequence[Any]]] = []
    if isinstance(columns, str):
        raise InputError(f"columns={columns!r} is one string; pass a list: [{columns!r}]")
    if measure is not None and measure not in MEASURES:
        raise InputError(f"measure={measure!r} is unknown; choose one of {', '.join(MEASURES)}")
    if columns is not None:
        wanted.append(('"column" IN ({})', list(columns)))
    if measure is not None:
        wanted.append(("measure IN ({})", [measure]))
    if since is not None:
        aware = since.replace(tzinfo=UTC) if since.tzinfo is None else since
        wanted.append(("run >= {}", [stamp(aware)]))
    with opened(target, write=False) as store, closing(store.connection.cursor()) as cursor:
        found = _fetched(cursor, *_select(wanted, store.mark))
    return sorted(map(entry, found), key=lambda e: e.run)


def _create() -> str:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    return f"CREATE TABLE IF NOT EXISTS {TABLE} ({columns})"


def _names() -> str:
    return ", ".join(f'"{name}"' for name in COLUMNS)


def _insert(cursor: Any, mark: str, rows: list[tuple[Any, ...]]) -> None:
    values = ", ".join(["(" + ", ".join([mark] * len(COLUMNS)) + ")"] * len(rows))
    sql = f"INSERT INTO {TABLE} ({_names()}) VALUES {values}"
    try:
        cursor.execute(sql, [value for row in rows for value in row])
    except Exception as error:
        raise FormatError(f"the history could not be written: {first_line(error)}") from error


def _select(wanted: Iterable[tuple[str, Sequence[Any]]], mark: str) -> tuple[str, list[Any]]:
    parts = [(text.format(", ".join([mark] * len(values))), values) for text, values in wanted]
    where = " AND ".join(text for text, _ in parts) or "1 = 1"
    return f"SELECT {_names()} FROM {TABLE} WHERE {where}", [v for _, vs in parts for v in vs]


def _fetched(cursor: Any, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    try:
        cursor.execute(sql, values)
    except Exception as error:
        raise FormatError(f"this holds no history that can be read: {first_line(error)}") from error
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _prepare(store: Store) -> None:
    """Make the table, unless it is there; of several writers at once the first one makes it."""
    for tries in range(_TRIES):
        with closing(store.connection.cursor()) as cursor:
            try:
                cursor.execute(_create())
            except Exception as error:  # each driver has its own for "someone else just did"
                if tries == _TRIES - 1:
                    message = f"the history could not be made: {first_line(error)}"
                    raise FormatError(message) from error
            else:
                return
        time.sleep(0.05)


@contextmanager
def _transaction(store: Store) -> Iterator[Any]:
    """Run statements that take effect together, or not at all."""
    # SQLite would otherwise read first and then find that another one has written.
    sqlite = type(store.connection).__module__ == "sqlite3"
    with closing(store.connection.cursor()) as cursor:
        cursor.execute("BEGIN IMMEDIATE" if sqlite else "BEGIN")
        try:
            yield cursor
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")
