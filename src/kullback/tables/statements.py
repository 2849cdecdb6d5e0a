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
_INTEGERS = 2**63
_OFFSET = 100_000  # above 100 · ln of the largest double, so that the signs stay apart


@dataclass(frozen=True, slots=True)
class Reading:
    """A column as it is read: the table, the quoted column, the value's SQL, and its nature."""

    relation: str
    column: str
    value: str
    floating: bool
    dialect: Dialect
    boolean: bool = False

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
    number, whole = f"CAST(x AS {reading.dialect.float_type})", reading.dialect.integer
    cell = (
        f"CASE WHEN x = 0 THEN 0 "
        f"WHEN x > 0 THEN {_OFFSET} + {whole.format(f'floor(ln({number}) * {LOG_CELLS})')} "
        f"ELSE -{_OFFSET} - {whole.format(f'floor(ln(-{number}) * {LOG_CELLS})')} END"
    )
    return _grouped(_special_first(reading, cell), reading)


def linear_cells(reading: Reading, ranges: Sequence[tuple[Any, Any, int]]) -> str:
    """Count per cell of a linear grid within each range (low, high, parts), and nothing else."""
    literal = reading.dialect.literal
    branches = []
    for i, (low, high, parts) in enumerate(ranges):
        width = high - low
        whole = isinstance(width, int) and width < LINEAR_CELLS
        factor = 1.0 if whole else parts / float(width)
        cell = f"floor({_distance(reading, low, width)} * {literal(factor)})"
        inside = f"x >= {literal(low)} AND x <= {literal(high)}"
        place = reading.dialect.integer.format(cell)
        branches.append(f"WHEN {inside} THEN {i * 2 * LINEAR_CELLS} + {place}")
    cell = f"CASE {' '.join(branches)} END"
    return _grouped(cell, reading) + " HAVING cell IS NOT NULL"


def _distance(reading: Reading, low: Any, width: Any) -> str:
    """Return how far above `low` a value lies, as a float."""
    literal, float_type = reading.dialect.literal, reading.dialect.float_type
    if isinstance(width, int) and width >= _INTEGERS:  # no integer of the engine holds it
        return f"(CAST(x AS {float_type}) - {literal(float(low))})"
    return f"CAST(x - {literal(low)} AS {float_type})"


def bin_counts(reading: Reading, edges: Sequence[Edge]) -> str:
    """Count per bin, by a binary tree of comparisons."""
    own = [Edge(_as_own(edge.value, reading), edge.inclusive) for edge in edges]
    return _grouped(_special_first(reading, _tree(own, 0, reading.dialect)), reading)


def _as_own(value: Any, reading: Reading) -> Any:
    """Return a number as the column has it, so that every engine compares it in one way.

    Engines round integers beyond 2^53 that meet a float, or compare them exactly.
    """
    if reading.floating:
        return float(value)
    whole = isinstance(value, float) and value.is_integer()
    return int(value) if whole else value


def value_counts(reading: Reading, limit: int) -> str:
    """Count per value: the most frequent ones, with the totals beside each."""
    return (
        f"WITH counted AS {reading.dialect.materialized}"
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


def _tree(edges: Sequence[Edge], first: int, dialect: Dialect) -> str:
    """Return the number of the bin: `first` plus how many edges lie below x."""
    if not edges:
        return str(first)
    middle = len(edges) // 2
    value, inclusive = edges[middle]
    test = f"x {'<=' if inclusive else '<'} {dialect.literal(value)}"
    below = _tree(edges[:middle], first, dialect)
    above = _tree(edges[middle + 1 :], first + middle + 1, dialect)
    return f"CASE WHEN {test} THEN {below} ELSE {above} END"
