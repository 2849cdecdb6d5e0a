"""A side of a comparison whose rows can be counted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple

from kullback.arguments import text
from kullback.errors import InputError
from kullback.tables.engines import Engine, Source, SourceColumn
from kullback.tables.engines.dialect import CLOCK_TEXT, SPELT_TEXT

DRAWN = 2_000  # rows that are looked at before all are
_REWRITTEN = (SPELT_TEXT, CLOCK_TEXT)  # types of text that stands for times
TOGETHER = 16  # columns that a statement of DuckDB looks at
TELLING = 100  # texts of them that tell what a column holds


class OpenedSide(NamedTuple):
    """A side whose rows can be counted: its engine, what it opened, and how many rows it has."""

    engine: Engine
    source: Source
    rows: int


def column_of(source: Source, name: str, argument: str) -> SourceColumn:
    """Return the column of this name."""
    text(argument, name)
    for column in source.columns:
        if column.name == name:
            return column
    names = [column.name for column in source.columns]
    raise InputError(f"{argument}: {source.name} has no column {name!r}; it has {names}")


def named_once(side: OpenedSide, columns: Sequence[SourceColumn]) -> OpenedSide:
    """Return a side with these columns, of which rewritten times have a name in its relation.

    What reads them is long, a statement may use it many times, and engines bound its text.

    Parameters
    ----------
    side : OpenedSide
        Where they lie.
    columns : sequence of SourceColumn
        As they are read.
    """
    own, taken = list(columns), {column.name for column in columns}
    given = []
    for i, column in enumerate(own):
        if column.type in _REWRITTEN and not column.part:
            name = f"kullback {i}"
            while name in taken:
                name += " "
            quoted = side.engine.dialect.identifier(name)
            given.append(f"{column.address} AS {quoted}")
            own[i] = replace(column, address=f"s.{quoted}")
    relation = side.source.relation
    if given:
        relation = (
            f"(SELECT s.*, {', '.join(given)} FROM {relation}{side.engine.dialect.apart}) AS s"
        )
    return side._replace(source=replace(side.source, relation=relation, columns=tuple(own)))


class DrawnRows(NamedTuple):
    """Some rows of a side, drawn from all once: their table, and its columns by their SQL."""

    relation: str
    names: Mapping[str, str]


def drawn_rows(side: OpenedSide, held: Sequence[str]) -> DrawnRows | None:
    """Return some rows, drawn from all; None where all may be looked at.

    Parameters
    ----------
    side : OpenedSide
        Where they lie.
    held : sequence of str
        The SQL of each column.
    """
    if not side.engine.dialect.is_duckdb or side.rows < 4 * DRAWN or not held:
        return None
    names = {sql: f"x{i}" for i, sql in enumerate(held)}
    columns = ", ".join(f"{sql} AS {name}" for sql, name in names.items())
    table = f"SELECT {columns} FROM {side.source.relation}"
    table += f" USING SAMPLE reservoir({DRAWN} ROWS) REPEATABLE (1)"
    keep = getattr(side.engine, "keep", None)
    return DrawnRows(f"({table}) AS drawn" if keep is None else keep(table), names)


def counts_of(
    side: OpenedSide, asked: Sequence[Sequence[str]], rows: Iterable[str]
) -> Iterator[tuple[int, ...]]:
    """Yield the counts that are asked of each column; one statement finds those of several.

    DuckDB compares the expressions of a statement with one another, so that one about very many
    columns would take time by the square of their number.

    Parameters
    ----------
    side : OpenedSide
        Where the columns lie.
    asked : sequence of sequence of str
        The SQL of as many aggregates a column.
    rows : iterable of str
        The SQL of the rows of each column: all of the side, or those drawn of it.
    """
    most = TOGETHER if side.engine.dialect.is_duckdb else len(asked)
    for relation, some in groupby(zip(rows, asked, strict=False), key=itemgetter(0)):
        waiting = [columns for _, columns in some]
        for start in range(0, len(waiting), most):
            yield from _counted(side, waiting[start : start + most], relation)


def _counted(
    side: OpenedSide, asked: Sequence[Sequence[str]], rows: str
) -> Iterator[tuple[int, ...]]:
    sums = ", ".join(sql for column in asked for sql in column)
    counts = iter(map(int, side.engine.execute(f"SELECT {sums} FROM {rows}")[0]))
    for column in asked:
        yield tuple(islice(counts, len(column)))
