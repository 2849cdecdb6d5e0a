"""The rows of segments: where they lie, and many of them read at once."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from kullback.tables.counting import column_counts, together
from kullback.tables.counting.held import held
from kullback.tables.counting.side import OpenedSide
from kullback.tables.counting.statements import Reading
from kullback.tables.counting.together import AnsweredEngine, HeldColumns, HeldGroup
from kullback.tables.engines import Engine, ReadsArrays, Source, SourceColumn
from kullback.tables.results.segmented import Values
from kullback.tables.verbs.segment_keys import FoundSegment, SegmentKey, named, texts

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
        tables = [_rows(table, _test(engine, part.values)) for part in chosen.values()]
    return [
        OpenedSide(
            engine, side.source.of_rows(f"{side.source.name}, {called(values)}", table), part.rows
        )
        for (values, part), table in zip(chosen.items(), tables, strict=True)
    ]


def _rows(table: str, test: str) -> str:
    return f"(SELECT * FROM {table} WHERE {test}) AS s"


def _test(engine: Engine, values: Sequence[Any]) -> str:
    """Return the condition that a row is of a segment."""
    tests = []
    for i, value in enumerate(values):
        if value is None:
            tests.append(f"s{i} IS NULL")
        elif isinstance(value, float) and math.isinf(value):
            finite = engine.dialect.is_finite.format(f"s{i}")
            tests.append(f"NOT {finite} AND s{i} {'>' if value > 0 else '<'} 0")
        else:
            tests.append(f"s{i} = {engine.dialect.literal(value)}")
    return " AND ".join(tests)


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

    def reads(table: str) -> list[Reading]:
        source = Source("", table, ())
        return [column_counts.read_as(engine, source, *one) for one in asked]

    weight = sum(_OF_TEXT if kind == "text" else 1 for _, kind, _ in asked)
    groups = []
    for some in _runs([weight * rows for rows in sizes]):
        each = [reads(table) for table in tables[some]]
        groups.append(HeldGroup([r for one in each for r in one], partial(_held, kept, some, each)))
    return AnsweredEngine(engine, groups)


def _runs(sizes: Sequence[int]) -> Iterator[slice]:
    """Part segments into runs that may be read at once; one that may not is in none."""
    start = total = 0
    for i, size in enumerate(sizes):
        if total + size > together.AT_ONCE:
            yield slice(start, i)
            start, total = (i, size) if size <= together.AT_ONCE else (i + 1, 0)
        else:
            total += size
    yield slice(start, len(sizes))


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
