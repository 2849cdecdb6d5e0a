"""Many columns of a wide table counted at once: what a statement costs for each is saved.

Columns that lie in one part of a source are read as arrays, some million values at a time, sorted
and counted here. Each column's answer is then handed to the statement that asks for it alone, so
that no other way of counting is known outside; the statements are the oracle of the tests.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.tables.counting import column_counts, statements
from kullback.tables.counting.statements import Reading
from kullback.tables.engines import Engine, ReadsArrays, Source, SourceColumn
from kullback.tables.engines.dialect import Dialect
from kullback.tables.profiles import grid
from kullback.tables.profiles.profile import Binned, ColumnProfile, Edge
from kullback.tables.profiles.types import kind_of

Rows = list[tuple[Any, ...]]
AT_ONCE = 4_000_000  # values that are read at once
_LISTED = frozenset({"text", "boolean", "nothing", "nested"})


class Question(NamedTuple):
    """What is asked of a column: a statement, and the edges of its bins; None for the grid."""

    statement: str
    reading: Reading
    edges: Sequence[Edge] | None


class AnsweredEngine:
    """An engine that answers some statements by groups; each is asked for once."""

    def __init__(
        self,
        engine: Engine,
        answer: Callable[[Sequence[Any]], dict[str, Rows]],
        groups: Iterable[Sequence[Question]],
    ) -> None:
        self._engine = engine
        self._answer = answer
        self._group_of = {asked.statement: group for group in groups for asked in group}
        self._answers: dict[str, Rows] = {}

    @property
    def dialect(self) -> Dialect:
        """How it spells things."""
        return self._engine.dialect

    @property
    def at_once(self) -> int:
        """How many columns it counts side by side."""
        return self._engine.at_once

    def open(self, data: Any, argument: str) -> Source:
        """Make a dataset readable."""
        return self._engine.open(data, argument)

    def execute(self, sql: str) -> Rows:
        """Run one statement and return its rows."""
        group = self._group_of.pop(sql, None)
        if group is not None:
            for asked in group:
                self._group_of.pop(asked.statement, None)
            with suppress(Exception):  # what is wrong is said when the column is counted alone
                self._answers |= self._answer(group)
        known = self._answers.pop(sql, None)
        return self._engine.execute(sql) if known is None else known


def in_cells(engine: Engine, source: Source, columns: Iterable[SourceColumn], rows: int) -> Engine:
    """Count numeric columns in the coarsest grid, many at once."""
    parts: dict[str, list[Question]] = defaultdict(list)
    for column in columns:
        kind = kind_of(column.type)
        if column.part and kind not in _LISTED:
            read = column_counts.read_as(engine, source, column, kind, column.type)
            parts[column.part].append(Question(statements.grid_cells(read, grid.BASE), read, None))
    return _answering(engine, parts.values(), rows)


def in_bins(
    engine: Engine,
    source: Source,
    columns: Iterable[SourceColumn],
    plans: Mapping[str, ColumnProfile | Any],
    rows: int,
) -> Engine:
    """Count numeric columns in the bins of their plans, many at once."""
    parts: dict[str, list[Question]] = defaultdict(list)
    for column in columns:
        plan = plans[column.name]
        binned = isinstance(plan, ColumnProfile) and isinstance(plan.body, Binned)
        if column.part and binned and kind_of(column.type) not in _LISTED:
            wanted = column_counts.wanted_kind(plan)
            read = column_counts.read_as(engine, source, column, wanted, plan.type)
            edges = column_counts.edges_for(column, plan)
            parts[column.part].append(Question(statements.bin_counts(read, edges), read, edges))
    return _answering(engine, parts.values(), rows)


def _answering(engine: Engine, parts: Iterable[Sequence[Question]], rows: int) -> Engine:
    size = AT_ONCE // max(rows, 1)
    if not (size and isinstance(engine, ReadsArrays)):
        return engine
    groups = [part[i : i + size] for part in parts for i in range(0, len(part), size)]
    return AnsweredEngine(engine, partial(_answers, engine), groups) if groups else engine


def _answers(engine: ReadsArrays, group: Sequence[Question]) -> dict[str, Rows]:
    """Return the rows of each statement of columns that lie in one part."""
    read = (
        f"{asked.reading.value} AS x{i}, {asked.reading.column} IS NOT NULL AS given{i}"
        for i, asked in enumerate(group)
    )
    arrays = engine.arrays(f"SELECT {', '.join(read)} FROM {group[0].reading.relation}")
    found: dict[str, Rows] = {}
    for i, asked in enumerate(group):
        values = np.ma.asarray(arrays[f"x{i}"])
        if values.dtype.kind in ("f" if asked.reading.floating else "iu"):
            given = np.ma.getdata(arrays[f"given{i}"])
            found[asked.statement] = _counted(values, given, asked)
    return found


def _counted(values: Any, given: NDArray[np.bool_], asked: Question) -> Rows:
    """Return (number, count, min, max) of each occupied cell, or bin, as the statement does."""
    absent = np.ma.getmaskarray(values)
    held = np.ma.getdata(values)[~absent]
    held = held.astype(np.float64) if held.dtype.kind == "f" else held
    finite = np.sort(held[np.isfinite(held)])
    special = {
        statements.NULL: absent & ~given,
        statements.UNREADABLE: absent & given,
        statements.NAN: np.isnan(held),
        statements.PLUS: held == np.inf,
        statements.MINUS: held == -np.inf,
    }
    counts = {number: int(np.count_nonzero(rows)) for number, rows in special.items()}
    rows: Rows = [(number, n, None, None) for number, n in counts.items() if n]
    if asked.edges is None:
        numbers = grid.keys_of(finite.astype(np.float64), grid.BASE)
    else:
        numbers = _bins(asked.edges, finite)
    starts = np.flatnonzero(np.diff(numbers, prepend=numbers[:1] - 1))
    ends = np.append(starts[1:], len(finite)) if len(finite) else starts
    columns = (numbers[starts], ends - starts, finite[starts], finite[ends - 1])
    return [*rows, *zip(*(column.tolist() for column in columns), strict=True)]


def _bins(edges: Sequence[Edge], values: NDArray[Any]) -> NDArray[np.int64]:
    """Return how many edges lie below each value."""
    if values.dtype.kind == "f":
        ends = np.array([float(edge.value) for edge in edges])
        open_ends = np.array([not edge.inclusive for edge in edges], dtype=bool)
        return np.searchsorted(np.where(open_ends, np.nextafter(ends, -np.inf), ends), values)
    last = (
        math.floor(edge.value) if edge.inclusive else math.ceil(edge.value) - 1 for edge in edges
    )  # the greatest whole number that does not lie above an edge
    kind = np.iinfo(values.dtype)
    held = [min(end, kind.max) for end in last if end >= kind.min]
    beneath = len(edges) - len(held)
    return beneath + np.searchsorted(np.array(held, dtype=values.dtype), values)
