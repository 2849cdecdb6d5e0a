"""Comparisons as tidy rows: one number a row, whatever was compared."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from kullback.results import Estimate
from kullback.tables.results.comparison import ColumnComparison, TableComparison


class Row(NamedTuple):
    """One number of one column of one window or segment.

    Parameters
    ----------
    window, segment : str
        Which part of the data; empty where there are no parts.
    column, measure : str
        What was measured: ``jensen_shannon``, ``kl``, ``reverse_kl``, ``missing``; or, by a
        monitor, ``evidence``.
    value, low, high : float or None
        The estimate and its interval, in `unit`; `missing` is a share, without interval.
    q : float or None
        The q-value of the column; a monitor has none.
    n : float
        Current rows that it rests on.
    unit, verdict : str
        Of the value, and of the column.
    """

    window: str
    segment: str
    column: str
    measure: str
    value: float
    low: float | None
    high: float | None
    q: float | None
    n: float
    unit: str
    verdict: str


_MEASURES: dict[str, Callable[[ColumnComparison], Estimate]] = {
    "jensen_shannon": lambda column: column.jensen_shannon,
    "kl": lambda column: column.kl,
    "reverse_kl": lambda column: column.reverse_kl,
}


def rows(comparison: TableComparison, window: str = "", segment: str = "") -> Iterator[Row]:
    """Yield the rows of a comparison, in the order of its columns.

    Parameters
    ----------
    comparison : TableComparison
        What was compared; columns that were skipped have no rows.
    window, segment : str
        What the rows are called.

    Examples
    --------
    >>> import pandas as pd
    >>> from kullback import tables
    >>> frame = pd.DataFrame({"s": ["a", "b"] * 500})
    >>> for row in rows(tables.compare(frame, frame)):
    ...     print(row.column, row.measure, abs(row.value) < 0.01, row.unit, row.verdict)
    s jensen_shannon True bits same
    s kl True bits same
    s reverse_kl True bits same
    s missing True share same
    """
    for column in comparison:
        if isinstance(column, ColumnComparison):
            yield from _of_column(column, window, segment)


def _of_column(column: ColumnComparison, window: str, segment: str) -> Iterator[Row]:
    where = (window, segment, column.name)
    n = column.jensen_shannon.n
    for measure, read in _MEASURES.items():
        found = read(column)
        low, high = (None, None) if found.interval is None else found.interval
        q, value = column.q_value, found.value
        yield Row(*where, measure, value, low, high, q, n, found.unit, column.verdict)
    share = column.missing.current
    yield Row(*where, "missing", share, None, None, column.q_value, n, "share", column.verdict)
