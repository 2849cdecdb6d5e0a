"""Columns of many segments in a database, counted by segment and value in one statement.

What a segment is then asked is answered from its values. Where these are too many to travel at
once, segments are counted in runs; one that has too many for itself is asked by statements.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kullback.tables.counting.held import HeldColumn, held_counts
from kullback.tables.counting.statements import AskedStatement, Reading
from kullback.tables.counting.together import Rows
from kullback.tables.engines import Engine
from kullback.tables.results.segmented import Values
from kullback.tables.verbs.segment_keys import FoundSegment, SegmentKey, is_one_of, texts

AT_ONCE = 250_000  # counts that one statement brings
FOR_ALL = 1_000_000  # that are held of all columns together
NAMED = 1_000  # segments that one statement names

Counted = dict[int, list[tuple[Any, bool, int]]]


class ChosenSegments:
    """The segments of a side that are asked for, and the runs in which they can be counted."""

    def __init__(
        self,
        engine: Engine,
        keys: Sequence[SegmentKey],
        chosen: Mapping[Values, FoundSegment],
        runs: Sequence[slice],
        most: int,
    ) -> None:
        self.engine, self._keys = engine, keys
        self._values = [part.values for part in chosen.values()]
        self._places = {values: i for i, values in enumerate(chosen)}
        self._most = most
        self.fits = sum(part.rows for part in chosen.values()) <= most
        self.runs = [
            slice(start, min(start + NAMED, some.stop))
            for some in runs
            for start in range(some.start, some.stop, NAMED)
        ]

    def counted(self, read: Reading, some: slice | None) -> Counted | None:
        """Count a column by segment and value, in a run or as a whole; None if that is too much."""
        dialect, keys = self.engine.dialect, [f"s{i}" for i in range(len(self._keys))]
        wanted = self._values[some or slice(None)]
        named = is_one_of(self.engine, wanted) if len(wanted) <= NAMED else "1 = 1"
        given = dialect.truth.format(f"{read.column} IS NOT NULL")
        inner = dialect.once.format(
            f"(SELECT {', '.join(keys)}, {read.value} AS x, {given} AS given "
            f"FROM {read.relation} WHERE {named})"
        )
        group = ", ".join([*keys, "x", "given"])
        sql = f"SELECT {group}, {dialect.count}(*) FROM {inner} AS t GROUP BY {group}"
        if some is None and not self.fits:
            sql += f" {dialect.some.format(self._most + 1)}"
        rows = self.engine.execute(sql)
        return None if some is None and len(rows) > self._most else self._parted(rows)

    def _parted(self, rows: Rows) -> Counted:
        found: Counted = defaultdict(list)
        known: dict[tuple[Any, ...], int | None] = {}
        for *values, x, given, n in rows:
            key = tuple(values)
            if key not in known:
                known[key] = self._places.get(texts(self._keys, key))
            place = known[key]
            if place is not None:
                found[place].append((x, bool(given), int(n)))
        return found


class SegmentedColumn:
    """One column of the segments: all at once, or the run that was asked for last."""

    def __init__(self, segments: ChosenSegments, read: Reading) -> None:
        self._segments, self._read = segments, read
        self._whole = segments.fits or not read.floating  # floats hardly come twice
        self._loaded: slice | None = None
        self._counted: Counted | None = None
        self._held: tuple[int, HeldColumn | None] = (-1, None)

    def held(self, place: int) -> HeldColumn | None:
        """Return the values of a segment; None if they are too many, or of an odd type."""
        if self._held[0] != place:
            counted = self._of(place)
            found = None if counted is None else held_counts(counted.get(place, ()), self._read)
            self._held = place, found
        return self._held[1]

    def _of(self, place: int) -> Counted | None:
        if self._whole and self._counted is None:
            self._counted = self._segments.counted(self._read, None)
            self._whole = self._counted is not None
        if self._whole:
            return self._counted
        runs = self._segments.runs
        run = next((some for some in runs if some.start <= place < some.stop), None)
        if run is not None and run != self._loaded:
            self._loaded, self._counted = run, self._segments.counted(self._read, run)
        return None if run is None else self._counted


class SegmentAnswers(NamedTuple):
    """What answers of one segment of a column."""

    column: SegmentedColumn
    place: int

    def answer(self, asked: AskedStatement) -> Rows | None:
        """Return the rows of a statement; None if it is to be run."""
        held = self.column.held(self.place)
        return None if held is None else held.answer(asked)
