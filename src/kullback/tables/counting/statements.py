"""The SQL text: a column becomes counts per grid cell, per bin, or per value.

Only finite values are compared with edges, since engines disagree about where NaN stands.
Bins are right-closed.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kullback.tables.engines.dialect import Dialect
from kullback.tables.profiles import drawn, grid
from kullback.tables.profiles.profile import Edge

# Cells of the rows that have no place among the numbers; no grid has these numbers.
NULL, NAN, PLUS, MINUS, UNREADABLE = range(-5, 0)
_SPECIAL_VALUES = (
    5  # NULL of two kinds, NaN, both infinities: listed first, beside the values asked for
)
LINEAR_CELLS = 1024
INTEGERS = 2**63
_LONG = 50_000  # characters of a list of texts
_OF_HASH = 16  # digits, of which hardly two texts have the same
_SEPARATOR = "\x1f"  # made for this: ASCII's unit separator
_PER_LN = 1 / math.log(2)  # octaves a factor e


@dataclass(frozen=True, slots=True)
class Reading:
    """A column as it is read: the table, the quoted column, the value's SQL, and its nature."""

    relation: str
    column: str
    value: str
    floating: bool
    dialect: Dialect
    counted: str = ""  # a table of its values `x` and their rows `n`, if there is one

    @property
    def by_value(self) -> str:
        """The values `x` and their rows `n`."""
        if self.counted:
            return f"SELECT x, n FROM {self.counted}"
        return f"SELECT x, {self.dialect.count}(*) AS n FROM {self.rows} AS t GROUP BY x"

    @property
    def rows(self) -> str:
        """The table of values `x`, with `given`: whether the source holds something."""
        given = self.dialect.truth.format(f"{self.column} IS NOT NULL")
        return self.dialect.once.format(
            f"(SELECT {self.value} AS x, {given} AS given FROM {self.relation})"
        )


class AskedStatement(str):
    """The text of a statement, with what it asks of a column, for who holds the values already."""

    __slots__ = ("given", "reading", "what")

    def __new__(cls, text: str, what: str, reading: Reading, *given: Any) -> "AskedStatement":
        """Keep beside the text what it was made from."""
        made = super().__new__(cls, text)
        made.what, made.reading, made.given = what, reading, given
        return made

    what: str
    reading: Reading
    given: tuple[Any, ...]


class CountedValues(AskedStatement):
    """A statement that counts by value: what parts of the values give is put together."""

    __slots__ = ("made",)
    made: Callable[[Reading], str]

    @classmethod
    def of(
        cls, made: Callable[[Reading], str], what: str, reading: Reading, *given: Any
    ) -> "CountedValues":
        """Return the statement of a reading, which `made` also makes of a part of its rows."""
        found = cls(made(reading), what, reading, *given)
        found.made = made
        return found

    @property
    def by_value(self) -> str:
        """What selects the values and their rows."""
        return self.reading.by_value

    def of_counted(self, table: str) -> str:
        """Return the statement of a table of the values and their rows."""
        return self.made(replace(self.reading, counted=table))

    def in_parts(self, parts: int) -> list[str]:
        """Return a statement a part, told by the hash of the values (of DuckDB)."""
        read = self.reading
        table = f"(SELECT * FROM {read.relation} WHERE hash({read.value}) % {parts} = "
        return [self.made(replace(read, relation=f"{table}{i}) AS s")) for i in range(parts)]

    def joined(self, found: list[list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
        """Put the rows of the parts together: listed values with all totals, and in order."""
        rows = [row for part in found for row in part]
        if not self.given:
            return rows
        most, listed = self.given[:2]
        totals = [
            sum(max((int(row[i]) for row in part), default=0) for part in found) for i in (2, 3)
        ]
        drawn_rows = [row for row in rows if any(row[5:])]
        counted = [(*row[:2], *totals, *row[4:]) for row in rows if not any(row[5:])]
        special = [row for row in counted if not _is_value(row[0])]
        names = set(listed)
        values = sorted(
            (row for row in counted if _is_value(row[0])),
            key=lambda row: (row[0] not in names, -int(row[1]), row[0]),
        )
        return [*special, *values][:most] + drawn_rows


def _is_value(x: Any) -> bool:
    return x is not None and (not isinstance(x, float) or math.isfinite(x))


def count_rows(relation: str, dialect: Dialect) -> str:
    """Count the rows of a table."""
    return f"SELECT {dialect.count}(*) FROM {relation}"


def grid_cells(reading: Reading, level: int) -> str:
    """Count per cell of the fixed grid, numbered as `grid.key_of` does.

    The octave from ``ln`` may be one off beside a power of two; the number is right all the
    same, since a value just below 2ᵉ is in the last cell of one octave or in cell −1 of the next.
    """
    return AskedStatement(_grouped(grid_cell(reading, level), reading), "grid", reading, level)


def grid_cell(reading: Reading, level: int) -> str:
    """Return the number of the cell of `x`, or of the special cell, as `grid_cells` counts."""
    literal = reading.dialect.literal
    number = "x" if reading.floating else f"CAST(x AS {reading.dialect.float_type})"
    octave = f"floor({reading.dialect.ln}(abs({number})) * {literal(_PER_LN)})"
    place = f"floor(abs({number}) * power({literal(2.0)}, {level} - {octave}))"
    cell = f"sign({number}) * ({place} + ({octave} + {grid.BIAS - 1}) * {literal(2.0**level)})"
    whole = reading.dialect.integer
    cell = (
        f"CASE WHEN abs({number}) >= {literal(grid.TINY)} THEN {whole.format(cell)} "
        f"ELSE {whole.format(f'sign({number})')} * {grid.key_of(grid.TINY / 2, level)} END"
    )
    return _special_first(reading, cell)


def linear_cells(reading: Reading, ranges: Sequence[tuple[Any, Any, int]]) -> str:
    """Count per cell of a linear grid within each range (low, high, parts), and nothing else."""
    literal = reading.dialect.literal
    branches = []
    for i, (low, high, parts) in enumerate(ranges):
        width = high - low
        factor = linear_factor(width, parts)
        cell = f"floor({_distance(reading, low, width)} * {literal(factor)})"
        inside = f"x >= {literal(low)} AND x <= {literal(high)}"
        place = reading.dialect.integer.format(cell)
        branches.append(f"WHEN {inside} THEN {i * 2 * LINEAR_CELLS} + {place}")
    cell = f"CASE {' '.join(branches)} END"
    text = _grouped(cell, reading) + " HAVING cell IS NOT NULL"
    return AskedStatement(text, "linear", reading, ranges)


def linear_factor(width: Any, parts: int) -> float:
    """Return the cells a unit of a range; whole numbers near each other have one each."""
    return 1.0 if isinstance(width, int) and width < LINEAR_CELLS else parts / float(width)


def _distance(reading: Reading, low: Any, width: Any) -> str:
    """Return how far above `low` a value lies, as a float."""
    literal, float_type = reading.dialect.literal, reading.dialect.float_type
    if isinstance(width, int) and width >= INTEGERS:  # no integer of the engine holds it
        return f"(CAST(x AS {float_type}) - {literal(float(low))})"
    return f"CAST(x - {literal(low)} AS {float_type})"


def bin_counts(reading: Reading, edges: Sequence[Edge]) -> str:
    """Count per bin, by a binary tree of comparisons."""
    return AskedStatement(_grouped(bin_cell(reading, edges), reading), "bins", reading, edges)


def bin_cell(reading: Reading, edges: Sequence[Edge]) -> str:
    """Return the number of the bin of `x`, or of the special cell, as `bin_counts` counts."""
    own = [Edge(_as_own(edge.value, reading), edge.inclusive) for edge in edges]
    return _special_first(reading, tree(own, reading.dialect))


def value_cell(reading: Reading, values: Sequence[Any]) -> str:
    """Return the number of the value that `x` is among some, or of the special cell."""
    literal = reading.dialect.literal
    whens = " ".join(f"WHEN x = {literal(value)} THEN {i}" for i, value in enumerate(values))
    return _special_first(
        reading, f"CASE {whens} ELSE {len(values)} END" if values else str(len(values))
    )


def _as_own(value: Any, reading: Reading) -> Any:
    """Return a number as the column has it, so that every engine compares it in one way.

    Engines round integers beyond 2^53 that meet a float, or compare them exactly.
    """
    if reading.floating:
        return float(value)
    whole = isinstance(value, float) and value.is_integer()
    return int(value) if whole else value


def value_counts(
    reading: Reading,
    limit: int,
    listed: Sequence[Any] = (),
    *,
    parted: bool = False,
    level: int | None = None,
) -> str:
    """Count per value: those listed, then the most frequent ones, with the totals beside each.

    Where it is asked, NULL is parted: the last column says whether the source held something.
    With a level, the rows of `drawn_texts` come as well, their bucket in the last column.
    """
    most = limit + len(listed) + _SPECIAL_VALUES

    def made(read: Reading) -> str:
        return _value_counts(read, most, listed, parted=parted, level=level)

    what = "values" if level is None else "drawn values"
    return CountedValues.of(made, what, reading, most, listed, parted)


def _value_counts(
    reading: Reading, most: int, listed: Sequence[Any], *, parted: bool, level: int | None
) -> str:
    dialect = reading.dialect
    first = f"CASE WHEN {is_among(reading, listed)} THEN 0 ELSE 1 END, " if listed else ""
    rows = dialect.integer.format("sum(n)")  # a sum is of a wider type, slow to read
    is_special = dialect.truth.format(_is_special(reading))
    order = f"ORDER BY {is_special} DESC, {first}n DESC, x {dialect.first.format(most)}"
    by_value = reading.by_value
    if parted:
        unread = dialect.truth.format(f"(x IS NULL AND {dialect.test.format('given')})")
        held = f"SELECT x, {unread} AS held FROM {reading.rows} AS t"
        by_value = f"SELECT x, held, {dialect.count}(*) AS n FROM ({held}) AS h GROUP BY x, held"
    beginning = (
        f"WITH counted AS {dialect.materialized}({by_value}), "
        f"total AS (SELECT {rows} AS all_rows, {dialect.count}(x) AS distinct_values FROM counted) "
    )
    said = "held" if parted else dialect.false
    if level is None:
        return (
            f"{beginning}SELECT x, n, all_rows, distinct_values, {said} "
            f"FROM counted CROSS JOIN total {order}"
        )
    hashed = f"({_hashed(reading, level, 'counted')}) AS u"
    return (
        f"{beginning}SELECT x, n, all_rows, distinct_values, held, '' AS b FROM (SELECT x, n, "
        f"all_rows, distinct_values, {said} AS held FROM counted CROSS JOIN total {order}) AS l "
        f"UNION ALL SELECT k, {rows}, 0, 0, {dialect.false}, b FROM {hashed} GROUP BY k, b"
    )


def drawn_texts(reading: Reading, level: int) -> str:
    """Count per bucket of the hash of a text, the texts that are drawn at a level by name.

    Of those the digits of the hash that draw stand behind the bucket.
    """

    def made(read: Reading) -> str:
        rows = read.dialect.integer.format("sum(n)")
        hashed = _hashed(read, level, f"({read.by_value})")
        return f"SELECT b, k, {rows} FROM ({hashed}) AS u GROUP BY b, k"

    return CountedValues.of(made, "drawn texts", reading)


def _hashed(reading: Reading, level: int, counted: str) -> str:
    digest = reading.dialect.digest.format("x")
    piece = reading.dialect.piece.format
    is_drawn = f"{piece('h', 4, 8)} <= '{drawn.last(level)}'"
    return (
        f"SELECT CASE WHEN {is_drawn} THEN {piece('h', 1, 11)} ELSE {piece('h', 1, 3)} END AS b, "
        f"CASE WHEN {is_drawn} THEN x END AS k, n FROM (SELECT x, n, {digest} AS h "
        f"FROM {counted} AS c WHERE x IS NOT NULL) AS m"
    )


def drawn_integers(reading: Reading, level: int, scale: int = 1) -> str:
    """Count the whole numbers that are drawn at a level, of numbers times a scale."""
    whole = reading.dialect.integer.format("x")
    remainder = reading.dialect.remainder.format
    place = remainder(f"({remainder(f'abs({whole})', drawn.PRIME)} * {drawn.FACTOR})", drawn.PRIME)
    finite = f"{reading.dialect.is_finite.format('x')} AND x = floor(x)"
    usable = finite if reading.floating else "x IS NOT NULL"
    rows = f"{reading.rows} AS t"
    if scale != 1:
        # As floats: a decimal of 38 digits has no place for more.
        number = "x" if reading.floating else f"CAST(x AS {reading.dialect.float_type})"
        rows = f"(SELECT floor({number} * {scale} + 0.5) AS x FROM {rows}) AS s"
    text = (
        f"SELECT x, {reading.dialect.count}(*) FROM {rows} "
        f"WHERE CASE WHEN {usable} THEN {place} END <= {drawn.PRIME >> level} GROUP BY x"
    )
    return AskedStatement(text, "drawn", reading, level, scale)


def different_texts(reading: Reading) -> CountedValues:
    """Count the rows of a text, and its different values."""

    def made(read: Reading) -> str:
        rows = read.dialect.integer.format("sum(CASE WHEN x IS NOT NULL THEN n ELSE 0 END)")
        return f"SELECT {rows}, {read.dialect.count}(x) FROM ({read.by_value}) AS c"

    return CountedValues.of(made, "different", reading)


def listed_counts(reading: Reading, values: Iterable[Any]) -> str:
    """Count the rows of each of the given values."""
    wanted = is_among(reading, list(values))

    def made(read: Reading) -> str:
        if read.counted:
            return f"{read.by_value} WHERE {wanted}"
        count = f"{read.dialect.count}(*)"
        return f"SELECT x, {count} FROM {read.rows} AS t WHERE {wanted} GROUP BY x"

    return CountedValues.of(made, "listed", reading)


def is_among(reading: Reading, values: Sequence[Any]) -> str:
    """Return the SQL that tells whether `x` is one of some values.

    Where engines read one long text faster than many short ones, that is what they get; many long
    texts are told by their hashes, since the text of a statement has its bounds.
    """
    dialect = reading.dialect
    names = [value for value in values if isinstance(value, str) and _SEPARATOR not in value]
    if dialect.parts and len(names) == len(values):
        return f"x IN ({dialect.parts.format(dialect.literal(_SEPARATOR.join(names)))})"
    listed = ", ".join(dialect.literal(value) for value in values)
    if len(listed) <= _LONG or not all(isinstance(value, str) for value in values):
        return f"x IN ({listed})"
    hashes = ", ".join(f"'{drawn.digest(value)[:_OF_HASH]}'" for value in values)
    return f"{dialect.piece.format(dialect.digest.format('x'), 1, _OF_HASH)} IN ({hashes})"


def _is_special(reading: Reading) -> str:
    if not reading.floating:
        return "(x IS NULL)"
    return f"(x IS NULL OR NOT {reading.dialect.is_finite.format('x')})"


def _grouped(cell: str, reading: Reading) -> str:
    return (
        f"SELECT cell, {reading.dialect.count}(*), min(x), max(x) "
        f"FROM (SELECT x, {cell} AS cell FROM {reading.rows} AS t) AS u GROUP BY cell"
    )


def _special_first(reading: Reading, otherwise: str) -> str:
    """Number the cell of every row; the usual row needs one test only."""
    dialect = reading.dialect
    given = dialect.test.format("given")
    absent = f"WHEN x IS NULL THEN CASE WHEN {given} THEN {UNREADABLE} ELSE {NULL} END"
    if not reading.floating:
        return f"CASE WHEN x IS NOT NULL THEN {otherwise} {absent} END"
    return (
        f"CASE WHEN {dialect.is_finite.format('x')} THEN {otherwise} {absent} "
        f"WHEN {dialect.is_nan.format('x')} THEN {NAN} WHEN x > 0 THEN {PLUS} ELSE {MINUS} END"
    )


def tree(
    edges: Sequence[Edge], dialect: Dialect, value: str = "x", first: int = 0, level: int = 1
) -> str:
    """Return the number of the bin of a value: `first` plus how many edges lie below it."""

    def is_below(edge: Edge) -> str:
        return f"{value} {'<=' if edge.inclusive else '<'} {dialect.literal(edge.value)}"

    if not edges:
        return str(first)
    if level == dialect.nested:
        ways = " ".join(f"WHEN {is_below(edge)} THEN {i}" for i, edge in enumerate(edges, first))
        return f"CASE {ways} ELSE {first + len(edges)} END"
    middle = len(edges) // 2
    below = tree(edges[:middle], dialect, value, first, level + 1)
    above = tree(edges[middle + 1 :], dialect, value, first + middle + 1, level + 1)
    return f"CASE WHEN {is_below(edges[middle])} THEN {below} ELSE {above} END"
