"""Many columns of a wide table counted at once: what a statement costs for each is saved.

Columns that lie in one part of a source are read as arrays, some million values at a time, and
every statement about one of them is answered from its values; what cannot be is run, so that no
other way of counting is known outside. The statements are the oracle of the tests.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np

from kullback import kernels
from kullback.tables.counting import column_counts
from kullback.tables.counting.held import ANSWERS, FLOAT_ANSWERS, held, held_floats
from kullback.tables.counting.statements import AskedStatement, CountedValues, Reading
from kullback.tables.engines import Engine, KeepsCounts, ReadsArrays, Source, SourceColumn
from kullback.tables.engines.dialect import Dialect
from kullback.tables.engines.messages import of_one_thing
from kullback.tables.profiles.profile import ColumnProfile
from kullback.tables.profiles.types import FLOATING, kind_of

Rows = list[tuple[Any, ...]]
Key = tuple[str, str, str]
COUNTED_ANSWERS = frozenset({"values", "drawn texts", "listed"})
AT_ONCE = 4_000_000  # values that are read at once
COUNTED_ONCE = 100_000  # rows from which on texts are counted once and kept
TEXTS = 20_000  # rows of text that are read: a text takes ten times the memory of a number


class Answers(Protocol):
    """What answers statements about a column."""

    def answer(self, asked: AskedStatement) -> Rows | None:
        """Return the rows of a statement; None if it is to be run."""


HeldColumns = dict[Key, Answers]


class HeldGroup(NamedTuple):
    """Columns that are read at once, and what reads them."""

    reads: Sequence[Reading]
    fetch: Callable[[ReadsArrays], HeldColumns]
    answers: Collection[str] = ANSWERS.keys()


class AnsweredEngine:
    """An engine that holds the values of some columns, part by part, and answers from them."""

    def __init__(self, engine: Engine | ReadsArrays, groups: Iterable[HeldGroup]) -> None:
        self._engine: Any = engine
        self._group_of = {key_of(read): group for group in groups for read in group.reads}
        self._loaded: dict[int, HeldColumns] = {}
        self._unasked: dict[int, set[Key]] = {}

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
        if group is None or asked.what not in group.answers:
            return None
        if id(group) not in self._loaded:
            self._load(group)
        self._unasked[id(group)].discard(key)
        column = self._loaded[id(group)].get(key)
        return None if column is None else column.answer(asked)

    def _load(self, group: HeldGroup) -> None:
        """Read a group; one more at most is kept, of which not all columns were asked for.

        Numbers and texts of a wide table lie apart, and come in turn.
        """
        done = [one for one in self._loaded if not self._unasked[one]]
        for one in done or [*self._loaded][:-1]:
            del self._loaded[one]
        self._loaded[id(group)] = {}
        self._unasked[id(group)] = {key_of(read) for read in group.reads}
        with of_one_thing():  # what is wrong is said when the column is counted alone
            self._loaded[id(group)] = group.fetch(self._engine)


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
    found: HeldColumns = {}
    for i, read in enumerate(group):
        column = held(arrays[f"x{i}"], np.ma.getdata(arrays[f"given{i}"]), read)
        if column is not None:
            found[key_of(read)] = column
    return found


def of_floats(read: Reading, *, readable: bool = False) -> HeldGroup:
    """Return a column of floats alone, as the native kernels count it.

    Where all that is given is `readable`, it need not be asked which rows are given.
    """
    fetch = partial(_read_floats, read, "" if readable else f", {read.column} IS NOT NULL AS given")
    return HeldGroup([read], fetch, FLOAT_ANSWERS)


def _read_floats(read: Reading, beside: str, engine: ReadsArrays) -> HeldColumns:
    arrays = engine.arrays(f"SELECT {read.value} AS x{beside} FROM {read.relation}")
    column = held_floats(arrays["x"], np.ma.getdata(arrays["given"]) if beside else None)
    return {} if column is None else {key_of(read): column}


class HeldCounts(NamedTuple):
    """The values of a text, counted once by an engine that keeps them."""

    engine: KeepsCounts

    def answer(self, asked: AskedStatement) -> Rows | None:
        """Return the rows of a statement; None if it is to be run."""
        return self.engine.of_counted(asked) if isinstance(asked, CountedValues) else None


def of_texts(read: Reading, engine: KeepsCounts) -> HeldGroup:
    """Return a column of text that an engine counts once for all that is asked of it."""
    return HeldGroup([read], lambda _: {key_of(read): HeldCounts(engine)}, COUNTED_ANSWERS)


def in_cells(engine: Engine, source: Source, columns: Iterable[SourceColumn], rows: int) -> Engine:
    """Count columns after their own plans, many at once."""
    reads, texts = [], []
    for column in columns:
        kind = kind_of(column.type)
        if kind == "nested":
            continue
        read = column_counts.read_as(engine, source, column, kind, column.type)
        if _fits(kind, rows):
            reads.append((column, read))
        elif rows >= COUNTED_ONCE and not (column.held or column.part):
            texts.append(read)
    kept = [of_texts(read, engine) for read in texts] if isinstance(engine, KeepsCounts) else []
    return _answering(engine, reads, rows, kept)


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
        if fits and _fits(wanted := column_counts.wanted_kind(plan), rows):
            read = column_counts.read_as(engine, source, column, wanted, plan.type)
            reads.append((column, read))
    return _answering(engine, reads, rows)


def _fits(kind: str, rows: int) -> bool:
    return kind != "nested" and (kind != "text" or rows <= TEXTS)


def _answering(
    engine: Engine,
    reads: Sequence[tuple[SourceColumn, Reading]],
    rows: int,
    kept: Sequence[HeldGroup] = (),
) -> Engine:
    size = AT_ONCE // max(rows, 1)
    if not isinstance(engine, ReadsArrays):
        return engine
    if not size:
        return AnsweredEngine(engine, kept) if kept else engine
    parts: dict[str, list[Reading]] = defaultdict(list)
    for column, read in reads:
        if column.part:
            parts[read.relation].append(read)
    groups = [*kept]
    groups += [
        of_part(part[i : i + size]) for part in parts.values() for i in range(0, len(part), size)
    ]
    if kernels.bin_cells is not None:
        groups += [
            of_floats(read, readable=column.type in FLOATING and not column.held)
            for column, read in reads
            if read.floating and not column.part
        ]
    return AnsweredEngine(engine, groups) if groups else engine
