"""Many columns of a wide table counted by one statement: what each would cost alone is saved.

Columns that lie in one part of a source become rows (number of the column, value), which are
counted at once. Each column's answer is then handed to the statement that asks for it alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from kullback.tables.counting import column_counts, statements
from kullback.tables.counting.statements import Reading
from kullback.tables.engines import Engine, Source, SourceColumn
from kullback.tables.engines.dialect import Dialect
from kullback.tables.profiles import grid
from kullback.tables.profiles.profile import Binned, ColumnProfile, Edge
from kullback.tables.profiles.types import kind_of

Rows = list[tuple[Any, ...]]
FEW = 2_000  # rows; of more, the bins of each column are found faster alone
_LISTED = frozenset({"text", "boolean", "nothing", "nested"})


class AnsweredEngine:
    """An engine that knows the answers to some statements already; each is asked for once."""

    def __init__(self, engine: Engine, answers: dict[str, Rows]) -> None:
        self._engine = engine
        self._answers = answers

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
        known = self._answers.pop(sql, None)
        return self._engine.execute(sql) if known is None else known


def in_cells(engine: Engine, source: Source, columns: Iterable[SourceColumn]) -> Engine:
    """Count numeric columns in the coarsest grid, many at once."""
    asked: dict[tuple[str, str], list[tuple[Reading, Sequence[Edge] | None]]] = defaultdict(list)
    for column in columns:
        kind = kind_of(column.type)
        if column.part and kind not in _LISTED:
            read = column_counts.read_as(engine, source, column, kind, column.type)
            asked[column.part, column.type].append((read, None))
    return _answered(engine, asked)


def in_bins(
    engine: Engine,
    source: Source,
    columns: Iterable[SourceColumn],
    plans: Mapping[str, ColumnProfile | Any],
) -> Engine:
    """Count numeric columns in the bins of their plans, many at once."""
    asked: dict[tuple[str, str], list[tuple[Reading, Sequence[Edge] | None]]] = defaultdict(list)
    for column in columns:
        plan = plans[column.name]
        binned = isinstance(plan, ColumnProfile) and isinstance(plan.body, Binned)
        if column.part and binned and kind_of(column.type) not in _LISTED:
            wanted = column_counts.wanted_kind(plan)
            read = column_counts.read_as(engine, source, column, wanted, plan.type)
            edges = column_counts.edges_for(column, plan)
            asked[column.part, f"{column.type} {wanted} {plan.type}"].append((read, edges))
    return _answered(engine, asked)


def _answered(
    engine: Engine,
    asked: Mapping[tuple[str, str], list[tuple[Reading, Sequence[Edge] | None]]],
) -> Engine:
    if not (asked and engine.dialect.as_rows):
        return engine
    answers: dict[str, Rows] = {}
    for alike in asked.values():
        with suppress(Exception):  # what is wrong is said when the column is counted alone
            answers |= _counted(engine, alike)
    return AnsweredEngine(engine, answers)


def _counted(
    engine: Engine, alike: Sequence[tuple[Reading, Sequence[Edge] | None]]
) -> Iterator[tuple[str, Rows]]:
    """Yield the statement of each column alone, and its rows."""
    first, edges = alike[0]
    if edges is None:
        cell = statements.grid_cell(first, grid.BASE)
        alone = [statements.grid_cells(read, grid.BASE) for read, _ in alike]
    else:
        cells = (statements.bin_cell(read, own or ()) for read, own in alike)
        cell = f"CASE c {' '.join(f'WHEN {i} THEN {own}' for i, own in enumerate(cells))} END"
        alone = [statements.bin_counts(read, own or ()) for read, own in alike]
    rows: list[Rows] = [[] for _ in alike]
    for row in engine.execute(statements.together([read for read, _ in alike], cell)):
        rows[row[4]].append(row)
    return zip(alone, rows, strict=True)
