"""What is cheap to know of a column that is not counted by value, in one statement."""

from kullback.tables.engines import Engine, Source, SourceColumn
from kullback.tables.profiles.types import kind_of, reading
from kullback.tables.results.comparison import ColumnFacts

_CLASSES = {
    "digits": " OR ".join(f"x LIKE '%{digit}%'" for digit in range(10)),
    "capitals": "x <> lower(x)",
    "small letters": "x <> upper(x)",
    "spaces": "x LIKE '% %'",
    "hyphens": "x LIKE '%-%'",
    "dots": "x LIKE '%.%'",
    "at signs": "x LIKE '%@%'",
}


def column_facts(engine: Engine, source: Source, column: SourceColumn) -> ColumnFacts:
    """Ask an engine for the facts of a column.

    Parameters
    ----------
    engine, source, column
        Where it lies.
    """
    relation, count = column.part or source.relation, engine.dialect.count
    if kind_of(column.type) == "nested":
        sql = f"SELECT {count}(*), {count}({column.address}) FROM {relation}"
        rows, held = map(int, engine.execute(sql)[0])
        return ColumnFacts(column.type, rows, rows - held, 0)
    text = reading(column.address, column.type, "text", column.type, engine.dialect)
    length = engine.dialect.length.format("x")
    sums = ", ".join(f"sum(CASE WHEN {test} THEN 1 ELSE 0 END)" for test in _CLASSES.values())
    rows, held, distinct, shortest, longest, *classes = engine.execute(
        f"SELECT {count}(*), {count}(x), {count}(DISTINCT x), min({length}), max({length}), {sums} "
        f"FROM (SELECT {text} AS x FROM {relation}) AS t"
    )[0]
    lengths = None if shortest is None else (int(shortest), int(longest))
    found = dict(zip(_CLASSES, (int(n or 0) for n in classes), strict=True))
    return ColumnFacts(column.type, int(rows), int(rows) - int(held), int(distinct), lengths, found)
