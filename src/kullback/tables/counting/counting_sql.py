"""The SQL that counts a table after a profile, in one statement, for others to run.

It is the text that a comparison runs itself: bins at the profile's edges, values by name.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kullback.errors import InputError
from kullback.tables.counting import column_counts, statements
from kullback.tables.counting.notations import notations
from kullback.tables.engines import Engine, Source, SourceColumn, databases
from kullback.tables.engines.csv.words import DATES
from kullback.tables.engines.dialect import Dialect
from kullback.tables.engines.relation import in_from
from kullback.tables.profiles.align import bin_labels
from kullback.tables.profiles.aspects import columns_of
from kullback.tables.profiles.identity import identifier
from kullback.tables.profiles.profile import Binned, ColumnProfile, Profile, Value
from kullback.tables.results.comparison import Skipped

_NAMED = 100  # values that are counted by name; the others are one outcome
_SPECIAL = (
    (statements.NULL, "missing"),
    (statements.NAN, "missing"),
    (statements.PLUS, "+infinity"),
    (statements.MINUS, "-infinity"),
    (statements.UNREADABLE, "unreadable"),
)
_OTHER = "all other values"


class _Writing(NamedTuple):
    """What writes SQL: a dialect in an engine's place, and the table."""

    dialect: Dialect
    relation: str

    def source(self) -> Source:
        return Source("", self.relation, ())


class CountedColumn(NamedTuple):
    """A column's part of the statement: the number of the outcome of a row, and all outcomes."""

    cells: str
    outcomes: tuple[tuple[int, str, int], ...]


def counting_sql(
    profile: Profile,
    table: str,
    dialect: str,
    *,
    columns: Sequence[str] | None = None,
    tolerance: float | None = None,
) -> str:
    """Return one statement that counts a table in the outcomes of a profile.

    Its rows are (column_name, outcome, reference_rows, current_rows). With a tolerance they are
    the columns whose divergence is above it, so that a test of no rows passes:
    (column_name, jensen_shannon), less what chance alone gives it.

    Parameters
    ----------
    profile : Profile
        The reference.
    table : str
        A name, a query, or what a template puts in the place of one: ``{{ ref('sales') }}``.
    dialect : str
        Of the database, as in `Relation`.
    columns : sequence of str, optional
        Only these.
    tolerance : float, optional
        In bits of the Jensen–Shannon divergence.

    Raises
    ------
    InputError
        If the dialect is unknown, there is no such column, or none can be counted so.

    Examples
    --------
    >>> import duckdb
    >>> from kullback import tables
    >>> usual = tables.profile({"paid": ["card"] * 3 + ["cash"]})
    >>> connection = duckdb.connect()
    >>> _ = connection.execute("CREATE TABLE sales AS SELECT 'card' AS paid FROM range(7)")
    >>> connection.execute(counting_sql(usual, "sales", "duckdb")).fetchall()[:2]
    [('paid', 'card', 3, 7), ('paid', 'cash', 1, 0)]
    """
    writing = _Writing(_dialect_of(dialect), _relation(table, _dialect_of(dialect)))
    left_out: list[str] = []
    counted = {}
    for column in _chosen(profile, columns):
        made = _counted(writing, column)
        if made is None:
            left_out.append(column.name)
        else:
            counted[column.name] = made
    if not counted:
        raise InputError("no column of the profile can be counted by plain SQL")
    text = _statement(counted, writing.dialect)
    if tolerance is not None:
        text = _test(text, tolerance, writing.dialect)
    head = f"-- kullback counts {len(counted)} columns after a profile of {profile.rows} rows.\n"
    named = ", ".join(" ".join(name.split()) for name in left_out)
    head += f"-- Not counted here, compare them with kullback compare: {named}.\n" if named else ""
    return head + text


def _dialect_of(name: str) -> Dialect:
    known = {n: database for n, database in databases.known().items() if n != "sqlite"}
    if name not in known:
        raise InputError(f"dialect={name!r} is unknown; choose one of {', '.join(known)}")
    return known[name].dialect


def _relation(table: str, dialect: Dialect) -> str:
    if table.strip().startswith("{{"):
        return f"{table.strip()} AS s"
    return in_from(table, dialect)


def _chosen(profile: Profile, columns: Sequence[str] | None) -> list[ColumnProfile | Skipped]:
    names = columns_of([column.name for column in profile])
    unknown = next((name for name in columns or () if name not in names), None)
    if unknown is not None:
        raise InputError(f"columns: the profile has no column {unknown!r}; it has {names}")
    return [profile[name] for name in (names if columns is None else columns)]


def _counted(writing: _Writing, column: ColumnProfile | Skipped) -> CountedColumn | None:
    """Return a column's part; None where plain SQL does not reach it."""
    if isinstance(column, Skipped) or identifier(column):
        return None
    held = _held(writing, column)
    if held is None:
        return None
    engine: Engine = writing  # type: ignore[assignment]  # only its dialect is asked
    wanted = column_counts.wanted_kind(column)
    read = column_counts.read_as(engine, writing.source(), held, wanted, column.type)
    if isinstance(column.body, Binned):
        cell = statements.bin_cell(read, column_counts.edges_for(held.type, column))
        labels = [str(label) for label in bin_labels(column.body.edges, column.kind)]
        counts = list(column.body.counts)
    else:
        values: list[Value] = list(column.body.counts)[:_NAMED]
        cell = statements.value_cell(read, values)
        labels = [*map(_label, values), _OTHER]
        counts = [column.body.counts[value] for value in values]
        counts.append(column.counted - sum(counts))
    special = dict.fromkeys((cell for cell, _ in _SPECIAL), 0) | {
        statements.NULL: column.missing,
        statements.PLUS: column.plus_infinity,
        statements.MINUS: column.minus_infinity,
        statements.UNREADABLE: column.unreadable,
    }
    outcomes = [(i, label, n) for i, (label, n) in enumerate(zip(labels, counts, strict=True))]
    outcomes += [(number, label, special[number]) for number, label in _SPECIAL]
    return CountedColumn(f"SELECT {cell} AS cell FROM {read.rows} AS t", tuple(outcomes))


def _label(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _held(writing: _Writing, column: ColumnProfile) -> SourceColumn | None:
    """Return a column as it lies in the table, read in its notation where it is text."""
    address = f"s.{writing.dialect.identifier(column.name)}"
    if not column.spelling or column.spelling.startswith(DATES):
        return SourceColumn(column.name, address, column.type)
    text = f"trim({address})"
    if column.kind == "boolean":  # where the table has a type for it, its text is one of the words
        words = writing.dialect.text.format(address)
        value = writing.dialect.boolean_of_text.format(f"trim({words})")
        return SourceColumn(column.name, value, column.type, held=address)
    name, *_ = column.spelling.split(" in ")
    known = {notation.name: notation for notation in notations(writing.dialect)}
    notation = known.get(name)
    if notation is None:
        return None
    value = notation.read(text)
    return SourceColumn(column.name, value, notation.type, held=address)


def _statement(counted: dict[str, CountedColumn], dialect: Dialect) -> str:
    currents = "\n  UNION ALL\n".join(
        f"  SELECT {i} AS c, cell, {dialect.count}(*) AS n FROM ({column.cells}) AS u{i} "
        "GROUP BY cell"
        for i, column in enumerate(counted.values())
    )
    references = "\n  UNION ALL\n".join(_listed(counted, dialect))
    return (
        f"WITH current_counts AS (\n{currents}\n),\nreference_counts AS (\n{references}\n)\n"
        "SELECT q.column_name, q.outcome, sum(q.n) AS reference_rows,\n"
        "       sum(coalesce(p.n, 0)) AS current_rows\n"
        "FROM reference_counts AS q\n"
        "LEFT JOIN current_counts AS p ON p.c = q.c AND p.cell = q.cell\n"
        "GROUP BY q.c, q.column_name, q.outcome\n"
        "ORDER BY q.c, min(CASE WHEN q.cell < 0 THEN 1000000 - q.cell ELSE q.cell END)\n"
    )


def _listed(counted: dict[str, CountedColumn], dialect: Dialect) -> Iterator[str]:
    for i, (name, column) in enumerate(counted.items()):
        for cell, label, n in column.outcomes:
            named, outcome = dialect.literal(name), dialect.literal(label)
            yield (
                f"  SELECT {i} AS c, {named} AS column_name, {cell} AS cell, "
                f"{outcome} AS outcome, {n} AS n"
            )


def _test(counts: str, tolerance: float, dialect: Dialect) -> str:
    """Return the columns of a statement whose divergence is above a tolerance."""
    real = f"CAST({{0}} AS {dialect.float_type})"
    counts = counts[: counts.index("ORDER BY")]
    with_counts, _, select = counts.rpartition("\nSELECT ")
    q, p = (real.format(f"{side}_rows") for side in ("reference", "current"))
    m, n = (real.format(f"{side}_total") for side in ("reference", "current"))
    total = "sum({0}) OVER (PARTITION BY column_name)"
    ln = dialect.ln
    part = f"CASE WHEN {{0}} > 0 THEN {{0}} * {ln}(2 * {{0}} / (p + q)) ELSE 0 END"
    chance = "(sum(CASE WHEN p + q > 0 THEN 1 ELSE 0 END) - 1) * max(chance)"
    return (
        f"{with_counts},\ncounted AS (\nSELECT {select}),\nshares AS (\n"
        f"SELECT column_name, {q} / {m} AS q, {p} / {n} AS p, (1 / {m} + 1 / {n}) / 8 AS chance\n"
        f"FROM (SELECT counted.*, {total.format('reference_rows')} AS reference_total,\n"
        f"             {total.format('current_rows')} AS current_total FROM counted) AS totals\n"
        "),\ndivergences AS (\nSELECT column_name,\n"
        f"       (sum({part.format('p')} + {part.format('q')}) / 2 - {chance}) / {ln}(2)\n"
        "       AS jensen_shannon\nFROM shares GROUP BY column_name\n)\n"
        f"SELECT column_name, jensen_shannon FROM divergences\n"
        f"WHERE jensen_shannon > {tolerance!r}\nORDER BY column_name\n"
    )
