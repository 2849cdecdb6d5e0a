"""Many columns of a wide table counted at once: what a statement costs for each is saved.

Columns that lie in one part of a source are read as arrays, some million values at a time, and
every statement about one of them is answered from its values; what cannot be is run, so that no
other way of counting is known outside. The statements are the oracle of the tests.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from kullback.tables.counting import column_counts
from kullback.tables.counting.held import ANSWERS, HeldColumn, held
from kullback.tables.counting.statements import AskedStatement, Reading
from kullback.tables.engines import Engine, ReadsArrays, Source, SourceColumn
from kullback.tables.engines.dialect import Dialect
from kullback.tables.engines.messages import of_one_thing
from kullback.tables.profiles.profile import ColumnProfile
from kullback.tables.profiles.types import kind_of

Rows = list[tuple[Any, ...]]
Key = tuple[str, str, str]
HeldColumns = dict[Key, HeldColumn]
AT_ONCE = 4_000_000  # values that are read at once
TEXTS = 20_000  # rows of text that are read: a text takes ten times the memory of a number


class HeldGroup(NamedTuple):
    """Columns that are read at once, and what reads them."""

    reads: Sequence[Reading]
    fetch: Callable[[ReadsArrays], HeldColumns]


class AnsweredEngine:
    """An engine that holds the values of some columns, part by part, and answers from them."""

    def __init__(self, engine: ReadsArrays, groups: Iterable[HeldGroup]) -> None:
        self._engine: Any = engine
        self._group_of = {key_of(read): group for group in groups for read in group.reads}
        self._loaded: HeldGroup | None = None
        self._held: HeldColumns = {}

    @property
    def dialect(self) -> Dialect:
        """How it spells things."""
        found: Dialect = self._engine.dialect
        return found

    @property
    def at_once(self) -> int:
        """How many columns it counts side by side."""
        return int(self._engine.at_once)

    def open(self, data: Any, argument: str) -> Source:
        """Make a dataset readable."""
        source: Source = self._engine.open(data, argument)
        return source

    def execute(self, sql: str) -> Rows:
        """Run one statement and return its rows."""
        answer = self._answer(sql) if isinstance(sql, AskedStatement) else None
        rows: Rows = self._engine.execute(sql) if answer is None else answer
        return rows

    def _answer(self, asked: AskedStatement) -> Rows | None:
        key = key_of(asked.reading)
        group = self._group_of.get(key)
        if group is not None and group is not self._loaded:
            self._loaded, self._held = group, {}
            with of_one_thing():  # what is wrong is said when the column is counted alone
                self._held = group.fetch(self._engine)
        column, answer = self._held.get(key), ANSWERS.get(asked.what)
        return None if column is None or answer is None else answer(column, *asked.given)


def key_of(read: Reading) -> Key:
    """Return what tells one reading from another."""
    return read.relation, read.column, read.value


def of_part(reads: Sequence[Reading]) -> HeldGroup:
    """Return columns of one part, read as they lie."""
    return HeldGroup(reads, partial(_read, reads))


def _read(group: Sequence[Reading], engine: ReadsArrays) -> HeldColumns:
    """Read columns that lie in one part; those of a type that arrays do not hold are left out."""
    values = (
        f"{read.value} AS x{i}, {read.column} IS NOT NULL AS given{i}"
        for i, read in enumerate(group)
    )
    arrays = engine.arrays(f"SELECT {', '.join(values)} FROM {group[0].relation}")
    found = {}
    for i, read in enumerate(group):
        column = held(arrays[f"x{i}"], np.ma.getdata(arrays[f"given{i}"]), read)
        if column is not None:
            found[key_of(read)] = column
    return found


def in_cells(engine: Engine, source: Source, columns: Iterable[SourceColumn], rows: int) -> Engine:
    """Count columns after their own plans, many at once."""
    reads = (
        column_counts.read_as(engine, source, column, kind, column.type)
        for column in columns
        if column.part and _fits(kind := kind_of(column.type), rows)
    )
    return _answering(engine, reads, rows)


def in_bins(
    engine: Engine,
    source: Source,
    columns: Iterable[SourceColumn],
    plans: Mapping[str, ColumnProfile | Any],
    rows: int,
) -> Engine:
    """Count columns in the outcomes of their plans, many at once."""
    reads = []
    for column in columns:
        plan = plans[column.name]
        fits = isinstance(plan, ColumnProfile) and kind_of(column.type) != "nested"
        if column.part and fits and _fits(column_counts.wanted_kind(plan), rows):
            wanted = column_counts.wanted_kind(plan)
            reads.append(column_counts.read_as(engine, source, column, wanted, plan.type))
    return _answering(engine, reads, rows)


def _fits(kind: str, rows: int) -> bool:
    return kind != "nested" and (kind != "text" or rows <= TEXTS)


def _answering(engine: Engine, reads: Iterable[Reading], rows: int) -> Engine:
    size = AT_ONCE // max(rows, 1)
    if not (size and isinstance(engine, ReadsArrays)):
        return engine
    parts: dict[str, list[Reading]] = defaultdict(list)
    for read in reads:
        parts[read.relation].append(read)
    groups = [
        of_part(part[i : i + size]) for part in parts.values() for i in range(0, len(part), size)
    ]
    return AnsweredEngine(engine, groups) if groups else engine
