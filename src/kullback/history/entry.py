"""One row of a history."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

# Names and types in SQL, as DuckDB, SQLite and Postgres understand them.
COLUMNS: dict[str, str] = {
    "run": "TIMESTAMP",
    "reference": "VARCHAR",
    "current": "VARCHAR",
    "window": "VARCHAR",
    "segment": "VARCHAR",
    "column": "VARCHAR",
    "measure": "VARCHAR",
    "value": "DOUBLE PRECISION",
    "low": "DOUBLE PRECISION",
    "high": "DOUBLE PRECISION",
    "q": "DOUBLE PRECISION",
    "n": "DOUBLE PRECISION",
    "unit": "VARCHAR",
    "verdict": "VARCHAR",
}

_WORDS = {"measure", "unit", "verdict"}  # ours: no zeros stand in them
_HELD = {"VARCHAR": str, "DOUBLE PRECISION": float | int | None}


class Entry(NamedTuple):
    """One number of one column in one run.

    Parameters
    ----------
    run : datetime
        When it was compared, in UTC.
    reference, current : str
        What was compared.
    window, segment : str
        Which part of the current data; empty where it was compared whole.
    column, measure : str
        What was measured: ``jensen_shannon``, ``kl``, ``reverse_kl`` or ``missing``.
    value, low, high : float or None
        The estimate and its interval, in `unit`.
    q, n : float
        The q-value of the column, and the rows it rests on.
    unit, verdict : str
        Of the value, and of the column.
    """

    run: datetime
    reference: str
    current: str
    window: str
    segment: str
    column: str
    measure: str
    value: float | None
    low: float | None
    high: float | None
    q: float | None
    n: float | None
    unit: str
    verdict: str


def stamp(run: datetime) -> str:
    """Return a time as it is stored: UTC, microseconds, without a zone.

    Examples
    --------
    >>> stamp(datetime(2026, 11, 22, 18, 30, tzinfo=UTC))
    '2026-11-22 18:30:00.000000'
    """
    return run.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def entry(row: tuple[Any, ...]) -> Entry:
    """Read a stored row; SQLite returns times as the text that was stored, and any type anywhere.

    Raises
    ------
    TypeError, ValueError
        If it holds other things than were written.
    """
    run = datetime.fromisoformat(row[0]) if isinstance(row[0], str) else row[0]
    if not isinstance(run, datetime):
        raise TypeError(f"run is {run!r:.60}")
    found = Entry(run.replace(tzinfo=UTC), *row[1:])
    for name, value in found._asdict().items():
        expected: Any = _HELD.get(COLUMNS[name], object)
        torn = isinstance(value, str) and "\0" in value and name in _WORDS
        if torn or not isinstance(value, expected):
            raise TypeError(f"{name} is {value!r:.60}")
    return found
