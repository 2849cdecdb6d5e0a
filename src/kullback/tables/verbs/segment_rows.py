"""The rows of segments: where they lie, and many of them read at once."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from kullback.tables.counting import column_counts, together
from kullback.tables.counting.held import held
from kullback.tables.counting.side import OpenedSide
from kullback.tables.counting.statements import Reading
from kullback.tables.counting.together import AnsweredEngine, HeldColumns, HeldGroup
from kullback.tables.engines import Engine, ReadsArrays, Source, SourceColumn
from kullback.tables.results.segmented import Values
from kullback.tables.verbs.segment_counts import (
    AT_ONCE,
    FOR_ALL,
    ChosenSegments,
    SegmentAnswers,
    SegmentedColumn,
)
from kullback.tables.verbs.segment_keys import FoundSegment, SegmentKey, is_one_of, named, texts

_OF_TEXT = 10  # a text takes ten times the memory of a number
_NUMBER, _PLACE = "kullback segment", "kullback place"
Asked = tuple[SourceColumn, str, str]  # a column, and the kind and type that it is read as


def parts(
    side: OpenedSide,
    keys: Sequence[SegmentKey],
    chosen: Mapping[Values, FoundSegment],
    asked: Sequence[Asked],
    called: Callable[[Values], str],
) -> list[OpenedSide]:
    """Return the rows of each segment: copied in their order, where the engine keeps rows.

    Where it does not, the rows of all are counted by segment and value in one statement a column.

    Parameters
    ----------
    side : OpenedSide
        Whose rows.
    keys : sequence of SegmentKey
        What makes the segments.
    chosen : mapping of tuple to FoundSegment
        Which are wanted.
    asked : sequence of (column, kind, type)
        What will be counted, and as what.
    called : callable
        What a segment is called.
    """
    keep: Callable[[str], str] | None = getattr(side.engine, "keep", None)
    engine = side.engine
    if chosen and keep is not None and engine.dialect.keeps_order:
        kept, number = _kept(side, keys, chosen, keep), engine.dialect.identifier(_NUMBER)
        tables = [_rows(f"{kept} AS s", f"{number} = {i}") for i in range(len(chosen))]
        sizes = [part.rows for part in chosen.values()]
        engine = _answering(engine, kept, tables, sizes, asked)
    else:
        table = f"(SELECT s.*, {named(keys)} FROM {side.source.relation}) AS s"
        tables = [_rows(table, is_one_of(engine, [part.values])) for part in chosen.values()]
        engine = _counting(side, table, tables, (keys, chosen), asked)
    return [
        OpenedSide(
            engine, side.source.of_rows(f"{side.source.name}, {called(values)}", table), part.rows
        )
        for (values, part), table in zip(chosen.items(), tables, strict=True)
    ]


def _rows(table: str, test: str) -> str:
    return f"(SELECT * FROM {table} WHERE {test}) AS s"


def _kept(
    side: OpenedSide,
    keys: Sequence[SegmentKey],
    chosen: Mapping[Values, FoundSegment],
    keep: Callable[[str], str],
) -> str:
    """Copy the rows of the chosen segments, numbered and each in its order; return the table."""
    # Rows of a segment stay in their order: neighbours in it may be alike.
    execute, quoted = side.engine.execute, side.engine.dialect.identifier
    group = ", ".join(f"s{i}" for i in range(len(keys)))
    place = f"row_number() OVER () AS {quoted(_PLACE)}"
    inner = f"SELECT s.*, {named(keys)}, {place} FROM {side.source.relation}"
    numbered = keep(
        f"SELECT *, row_number() OVER () AS segment FROM (SELECT DISTINCT {group} FROM "
        f"(SELECT {named(keys)} FROM {side.source.relation}) AS t) AS d"
    )
    rows = execute(f"SELECT {group}, segment FROM {numbered}")
    numbers = {texts(keys, row[:-1]): row[-1] for row in rows}
    pairs = ", ".join(f"({numbers[values]}, {i})" for i, values in enumerate(chosen))
    own = f"SELECT n.*, m.place FROM {numbered} AS n JOIN (VALUES {pairs}) AS m(segment, place)"
    alike = " AND ".join(f"r.s{i} IS NOT DISTINCT FROM w.s{i}" for i in range(len(keys)))
    return keep(
        f"SELECT r.*, w.place AS {quoted(_NUMBER)} FROM ({inner}) AS r "
        f"JOIN ({own} USING (segment)) AS w ON {alike} "
        f"ORDER BY {quoted(_NUMBER)}, {quoted(_PLACE)}"
    )


def _counting(
    side: OpenedSide,
    table: str,
    tables: Sequence[str],
    segments: tuple[Sequence[SegmentKey], Mapping[Values, FoundSegment]],
    asked: Sequence[Asked],
) -> Engine:
    """Return an engine that counts the columns of many segments at once, and answers from them."""
    asked = [one for one in asked if one[1] not in {"nested", "nothing"}]
    if len(tables) < 2 or not asked:
        return side.engine
    most = min(AT_ONCE, FOR_ALL // len(asked))
    keys, parts = segments
    runs = _runs([part.rows for part in parts.values()], most)
    chosen = ChosenSegments(side.engine, keys, parts, runs, most)
    reads, found = [], HeldColumns()
    for one in asked:
        column = SegmentedColumn(chosen, _reading(side.engine, table, one))
        for place, rows in enumerate(tables):
            reads.append(_reading(side.engine, rows, one))
            found[together.key_of(reads[-1])] = SegmentAnswers(column, place)
    return AnsweredEngine(side.engine, [HeldGroup(reads, lambda _: found)])


def _reading(engine: Engine, table: str, asked: Asked) -> Reading:
    return column_counts.read_as(engine, Source("", table, ()), *asked)


def _answering(
    engine: Engine,
    kept: str,
    tables: Sequence[str],
    sizes: Sequence[int],
    asked: Sequence[Asked],
) -> Engine:
    """Return an engine that reads the columns of many segments at once, and answers from them."""
    asked = [one for one in asked if one[1] not in {"nested", "nothing"}]
    if not (isinstance(engine, ReadsArrays) and asked):
        return engine

    weight = sum(_OF_TEXT if kind == "text" else 1 for _, kind, _ in asked)
    groups = []
    for some in _runs([weight * rows for rows in sizes], together.AT_ONCE):
        each = [[_reading(engine, table, one) for one in asked] for table in tables[some]]
        groups.append(HeldGroup([r for one in each for r in one], partial(_held, kept, some, each)))
    return AnsweredEngine(engine, groups)


def _runs(sizes: Sequence[int], most: int) -> list[slice]:
    """Part segments into runs that may be read at once; one that may not is in none."""
    found, start, total = [], 0, 0
    for i, size in enumerate(sizes):
        if total + size > most:
            found.append(slice(start, i))
            start, total = (i, size) if size <= most else (i + 1, 0)
        else:
            total += size
    return [some for some in [*found, slice(start, len(sizes))] if some.start < some.stop]


def _held(
    kept: str, some: slice, each: Sequence[Sequence[Reading]], engine: ReadsArrays
) -> HeldColumns:
    """Read the columns of a run of segments, and part them."""
    number = each[0][0].dialect.identifier(_NUMBER)
    values = (
        f"{read.value} AS x{i}, {read.column} IS NOT NULL AS given{i}"
        for i, read in enumerate(each[0])
    )
    arrays = engine.arrays(
        f"SELECT {number} AS place, {', '.join(values)} FROM {kept} AS s "
        f"WHERE {number} BETWEEN {some.start} AND {some.stop - 1}"
    )
    places = np.ma.getdata(arrays["place"])
    order = np.argsort(places, kind="stable")
    ends = np.searchsorted(places[order], np.arange(some.start, some.stop + 1))
    found: HeldColumns = {}
    for i in range(len(each[0])):
        x, given = np.ma.asarray(arrays[f"x{i}"])[order], np.ma.getdata(arrays[f"given{i}"])[order]
        for reads, start, stop in zip(each, ends, ends[1:], strict=False):
            column = held(x[start:stop], given[start:stop], reads[i])
            if column is not None:
                found[together.key_of(reads[i])] = column
    return found
