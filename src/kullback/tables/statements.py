"""The SQL text: a column becomes counts per grid cell, per bin, or per value.

Only finite values are compared with edges, since engines disagree about where NaN stands.
Bins are right-closed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kullback.tables.dialect import Dialect
from kullback.tables.profiles import Edge

# Cells of the rows that have no place among the numbers; far below any cell of a grid.
NULL, NAN, PLUS, MINUS, UNREADABLE = range(-10_000_005, -10_000_000)
_SPECIAL_VALUES = 4  # NULL, NaN, both infinities: listed first, beside the values asked for
LOG_CELLS = 100  # cells a factor e: about 1 % of the value wide
LINEAR_CELLS = 1024
_OFFSET = 100_000  # above 100 · ln of the largest double, so that the signs stay apart


@dataclass(frozen=True, slots=True)
class Reading:
    """A column as it is read: the table, the quoted column, the value's SQL, and its nature."""

    relation: str
    column: str
    value: str
    floating: bool
    dialect: Dialect

    @property
    def rows(self) -> str:
        """The table of values `x`, with `given`: whether the source holds something."""
        return (
            f"(SELECT {self.value} AS x, {self.column} IS NOT NULL AS given FROM {self.relation})"
        )


def count_rows(relation: str) -> str:
    """Count the rows of a table."""
    return f"SELECT count(*) FROM {relation}"


def log_cells(reading: Reading) -> str:
    """Count per cell of the grid (sign, floor(100 ln |x|)), which knows nothing of the data."""
    number = f"CAST(x AS {reading.dialect.float_type})"
    cell = (
        f"CASE WHEN x = 0 THEN 0 "
        f"WHEN x > 0 THEN {_OFFSET} + CAST(floor(ln({number}) * {LOG_CELLS}) AS BIGINT) "
        f"ELSE -{_OFFSET} - CAST(floor(ln(-{number}) * {LOG_CELLS}) AS BIGINT) END"
    )
    return _grouped(_special_first(reading, cell), reading)


def linear_cells(reading: Reading, ranges: Sequence[tuple[Any, Any, int]]) -> str:
    """Count per cell of a linear grid within each range (low, high, parts), and nothing else."""
    literal, float_type = reading.dialect.literal, reading.dialect.float_type
    branches = []
    for i, (low, high, parts) in enumerate(ranges):
        width = high - low
        whole = isinstance(width, int) and width < LINEAR_CELLS
        factor = 1.0 if whole else parts / float(width)
        place = (
            f"CAST(floor(CAST(x - {literal(low)} AS {float_type}) * {literal(factor)}) AS BIGINT)"
        )
        inside = f"x >= {literal(low)} AND x <= {literal(high)}"
        branches.append(f"WHEN {inside} THEN {i * 2 * LINEAR_CELLS} + {place}")
    cell = f"CASE {' '.join(branches)} END"
    return _grouped(cell, reading) + " HAVING cell IS NOT NULL"


def bin_counts(reading: Reading, edges: Sequence[Edge]) -> str:
    """Count per bin, by a binary tree of comparisons."""
    return _grouped(bin_cell(reading, edges), reading)


def bin_cell(reading: Reading, edges: Sequence[Edge]) -> str:
    """Return the number of the bin of `x`, or of the special cell, as `bin_counts` counts."""
    return _special_first(reading, tree(edges, reading.dialect))


def value_counts(reading: Reading, limit: int) -> str:
    """Count per value: the most frequent ones, with the totals beside each."""
    return (
        "WITH counted AS MATERIALIZED "
        f"(SELECT x, count(*) AS n FROM {reading.rows} AS t GROUP BY x), "
        "total AS (SELECT sum(n) AS rows, count(x) AS distinct_values FROM counted) "
        "SELECT x, n, rows, distinct_values FROM counted CROSS JOIN total "
        f"ORDER BY {_is_special(reading)} DESC, n DESC, x LIMIT {limit + _SPECIAL_VALUES}"
    )


def listed_counts(reading: Reading, values: Iterable[Any]) -> str:
    """Count the rows of each of the given values."""
    wanted = ", ".join(reading.dialect.literal(value) for value in values)
    return f"SELECT x, count(*) FROM {reading.rows} AS t WHERE x IN ({wanted}) GROUP BY x"


def unreadable_count(reading: Reading) -> str:
    """Count the rows that hold something which could not be read."""
    return f"SELECT count(*) FROM {reading.rows} AS t WHERE x IS NULL AND given"


def distinct_count(reading: Reading) -> str:
    """Count the different values."""
    return f"SELECT count(DISTINCT x) FROM {reading.rows} AS t"


def _is_special(reading: Reading) -> str:
    if not reading.floating:
        return "(x IS NULL)"
    return f"(x IS NULL OR NOT {reading.dialect.is_finite.format('x')})"


def _grouped(cell: str, reading: Reading) -> str:
    return (
        "SELECT cell, count(*), min(x), max(x) "
        f"FROM (SELECT x, {cell} AS cell FROM {reading.rows} AS t) AS u GROUP BY cell"
    )


def _special_first(reading: Reading, otherwise: str) -> str:
    """Number the cell of every row; the usual row needs one test only."""
    dialect = reading.dialect
    absent = f"WHEN x IS NULL THEN CASE WHEN given THEN {UNREADABLE} ELSE {NULL} END"
    if not reading.floating:
        return f"CASE WHEN x IS NOT NULL THEN {otherwise} {absent} END"
    return (
        f"CASE WHEN {dialect.is_finite.format('x')} THEN {otherwise} {absent} "
        f"WHEN {dialect.is_nan.format('x')} THEN {NAN} WHEN x > 0 THEN {PLUS} ELSE {MINUS} END"
    )


def tree(edges: Sequence[Edge], dialect: Dialect, value: str = "x", first: int = 0) -> str:
    """Return the number of the bin of a value: `first` plus how many edges lie below it."""
    if not edges:
        return str(first)
    middle = len(edges) // 2
    edge, inclusive = edges[middle]
    test = f"{value} {'<=' if inclusive else '<'} {dialect.literal(edge)}"
    below = tree(edges[:middle], dialect, value, first)
    above = tree(edges[middle + 1 :], dialect, value, first + middle + 1)
    return f"CASE WHEN {test} THEN {below} ELSE {above} END"
