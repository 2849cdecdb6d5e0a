"""Adding a comparison to a history, and reading it back."""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kullback.arguments import texts, word
from kullback.errors import InputError
from kullback.history.entry import COLUMNS, Entry, entry, stamp
from kullback.history.store import Store, failed, most_rows, opened, refuse_torn
from kullback.limits import LARGEST_FILE

TABLE = "kullback_history"
MEASURES = ("jensen_shannon", "kl", "reverse_kl", "missing", "evidence")
_AT_ONCE = 200  # rows a statement
_KEY = 7  # columns, from the first, that tell one row from another
_BEING_MADE = re.compile("exist|conflict|lock|busy|duplicate|concurrent", re.I)  # by another writer
_TRIES = 100  # at making the table, a twentieth of a second apart


def append(target: str | Path | Any, comparison: Any, *, at: datetime | None = None) -> int:
    """Add the numbers of a comparison to a history, all of them or none.

    Writers wait for each other, for up to a minute; nothing is lost or written by halves. A run
    that is tried again with the same `at` is added once.

    Parameters
    ----------
    target : str, Path or DB-API connection
        A DuckDB file (made if there is none), ``sqlite:///FILE``, ``postgresql://…``, or an
        open connection, which stays open. Where a transaction is open on it, what is added is a
        part of it, and takes effect when the caller commits.
    comparison : TableComparison, WindowedComparison, …, Monitoring
        What was compared, or watched: then the evidence after each window that was new.
    at : datetime, optional
        When; now by default. A time without a zone is UTC. It tells one run from another.

    Returns
    -------
    int
        How many rows were added: four a column that was compared, for each window or segment;
        fewer where rows of this run are there already.

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
            "segments, joint or monitor returned"
        )
    if at is not None and not isinstance(at, datetime):
        raise InputError(f"at={at!r} cannot be used; expected a datetime")
    moment = datetime.now(UTC) if at is None else at
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    head = (stamp(moment), comparison.reference.name, comparison.current.name)
    rows = [(*head, *row) for row in comparison.rows]
    return add(target, rows)


def add(target: str | Path | Any, rows: Sequence[tuple[Any, ...]]) -> int:
    """Add rows of `COLUMNS`, but those that are there already; return how many were added."""
    refuse_torn(target)
    with opened(target, write=True) as store:
        _prepare(store, target)
        with _transaction(store, target) as cursor:
            there = _there(cursor, store.mark, {row[:3] for row in rows})
            fresh = [row for row in rows if row[:_KEY] not in there]
            for start in range(0, len(fresh), _AT_ONCE):
                _insert(cursor, store.mark, fresh[start : start + _AT_ONCE])
    return len(fresh)


def _there(cursor: Any, mark: str, runs: Iterable[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """Return the keys of the rows that these runs have already."""
    found: set[tuple[Any, ...]] = set()
    for run in runs:
        names = ", ".join(f'"{name}"' for name in list(COLUMNS)[3:_KEY])
        where = f'run = {mark} AND "reference" = {mark} AND "current" = {mark}'
        cursor.execute(f"SELECT {names} FROM {TABLE} WHERE {where}", list(run))
        found |= {(*run, *row) for row in cursor.fetchall()}
    return found


def read(
    target: str | Path | Any,
    *,
    columns: Sequence[str] | None = None,
    measure: str | None = None,
    since: datetime | date | str | None = None,
) -> list[Entry]:
    """Read a history, the oldest run first.

    Parameters
    ----------
    target : str, Path or DB-API connection
        As in `append`.
    columns : sequence of str, optional
        Only these.
    measure : {"jensen_shannon", "kl", "reverse_kl", "missing", "evidence"}, optional
        Only this.
    since : datetime, date or str, optional
        Only runs from then on: a time, a day, or one as ISO 8601 writes it. Without a zone it is
        UTC.

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
    if measure is not None:
        word("measure", measure, MEASURES)
    if columns is not None:
        wanted.append(('"column" IN ({})', list(texts("columns", columns))))
    if measure is not None:
        wanted.append(("measure IN ({})", [measure]))
    if since is not None:
        wanted.append(("run >= {}", [stamp(_moment(since))]))
    refuse_torn(target)
    with opened(target, write=False) as store, closing(store.connection.cursor()) as cursor:
        found = _bounded(cursor, target, *_select(wanted, store.mark))
    try:
        return sorted(map(entry, found), key=lambda e: e.run)
    except (TypeError, ValueError) as error:
        raise failed(error, target, "holds a row that no comparison wrote") from error


def forget(target: str | Path | Any, *, before: datetime | date | str) -> int:
    """Remove all runs before a moment, and return how many rows these were.

    Parameters
    ----------
    target : str, Path or DB-API connection
        As in `append`.
    before : datetime, date or str
        As `since` of `read`.

    Returns
    -------
    int
        The rows that were removed: all of them, or none if it fails.

    Raises
    ------
    InputError, FormatError
        As in `read`.

    Examples
    --------
    >>> import tempfile
    >>> from datetime import datetime
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> from kullback import history, tables
    >>> frame = pd.DataFrame({"paid": ["card", "cash"] * 500})
    >>> file = Path(tempfile.mkdtemp()) / "history.duckdb"
    >>> for day in (1, 2):
    ...     n = history.append(file, tables.compare(frame, frame), at=datetime(2026, 11, day))
    >>> history.forget(file, before="2026-11-02"), len(history.read(file))
    (4, 4)
    """
    moment = stamp(_moment(before))
    with opened(target, write=False) as store, closing(store.connection.cursor()) as cursor:
        _fetched(cursor, target, *_select([("run < {}", [moment])], store.mark))
    with opened(target, write=True) as store, _transaction(store, target) as cursor:
        where = f"FROM {TABLE} WHERE run < {store.mark}"
        cursor.execute(f"SELECT count(*) {where}", [moment])
        count = int(cursor.fetchone()[0])
        cursor.execute(f"DELETE {where}", [moment])
    return count


def _moment(since: datetime | date | str) -> datetime:
    given: Any = since
    if isinstance(given, str):
        try:
            given = datetime.fromisoformat(given)
        except ValueError:
            given = None
    if isinstance(given, date) and not isinstance(given, datetime):
        given = datetime(given.year, given.month, given.day)
    if not isinstance(given, datetime):
        raise InputError(f"since={since!r} is no time; give a datetime, a date or 2026-11-22T18:30")
    return given.replace(tzinfo=UTC) if given.tzinfo is None else given


def _create() -> str:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    return f"CREATE TABLE IF NOT EXISTS {TABLE} ({columns})"


def _names() -> str:
    return ", ".join(f'"{name}"' for name in COLUMNS)


def _insert(cursor: Any, mark: str, rows: list[tuple[Any, ...]]) -> None:
    values = ", ".join(["(" + ", ".join([mark] * len(COLUMNS)) + ")"] * len(rows))
    sql = f"INSERT INTO {TABLE} ({_names()}) VALUES {values}"
    cursor.execute(sql, [value for row in rows for value in row])


def _select(wanted: Iterable[tuple[str, Sequence[Any]]], mark: str) -> tuple[str, list[Any]]:
    parts = [(text.format(", ".join([mark] * len(values))), values) for text, values in wanted]
    where = " AND ".join(text for text, _ in parts) or "1 = 1"
    return f"SELECT {_names()} FROM {TABLE} WHERE {where}", [v for _, vs in parts for v in vs]


def _fetched(cursor: Any, target: Any, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    try:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    except Exception as error:
        raise failed(error, target, "holds no history that can be read") from error
    return rows


def _bounded(cursor: Any, target: Any, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    """Fetch what a file may hold: a view in it can promise rows without end."""
    most = most_rows(target)
    if most is None:
        return _fetched(cursor, target, sql, values)
    rows = _fetched(cursor, target, f"{sql} LIMIT {most + 1}", values)
    if len(rows) > most:
        raise InputError(
            f"{str(target)!r} holds more than {most:,} rows, which its size does not explain; read "
            f"fewer with columns=, measure= and since=, or set {LARGEST_FILE} in the environment, "
            f"such as {LARGEST_FILE}=2GB"
        )
    return rows


def _prepare(store: Store, target: Any) -> None:
    """Make the table, unless it is there; of several writers at once the first one makes it."""
    for tries in range(_TRIES):
        with closing(store.connection.cursor()) as cursor:
            try:
                cursor.execute(_create())
            except Exception as error:  # each driver has its own for "someone else just did"
                if tries == _TRIES - 1 or not _BEING_MADE.search(str(error)):
                    raise failed(error, target, "could not be made") from error
            else:
                return
        time.sleep(0.05)


@contextmanager
def _transaction(store: Store, target: Any) -> Iterator[Any]:
    """Run statements that take effect together, or not at all."""
    # SQLite would otherwise read first and then find that another one has written.
    sqlite = type(store.connection).__module__ == "sqlite3"
    begin, end, undo = ("BEGIN IMMEDIATE" if sqlite else "BEGIN"), "COMMIT", "ROLLBACK"
    if store.own:  # the user's transaction is the user's to end; ours is a part of it
        begin, end = "SAVEPOINT kullback", "RELEASE SAVEPOINT kullback"
        undo = "ROLLBACK TO SAVEPOINT kullback"
    with closing(store.connection.cursor()) as cursor:
        try:
            cursor.execute(begin)
            yield cursor
            cursor.execute(end)
        except BaseException as error:
            with suppress(Exception):  # a disk that is full may have ended the transaction
                cursor.execute(undo)
            if isinstance(error, Exception):
                raise failed(error, target, "could not be written") from error
            raise
