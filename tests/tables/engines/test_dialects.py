"""Names and values read back as themselves in each database; the other dialects by their text."""

import math
import os
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kullback.tables.counting import statements
from kullback.tables.counting.statements import Reading
from kullback.tables.engines import databases, spark, type_names
from kullback.tables.engines.relation import Relation
from kullback.tables.profiles.profile import Edge
from kullback.tables.profiles.types import reading

DIALECTS = {name: database.dialect for name, database in databases.known().items()}
DIALECTS["spark"] = spark.DIALECT
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
FLOAT = st.floats(allow_nan=False, allow_infinity=False)
ENGINES = ["embedded", "sqlite", "postgres", "clickhouse"]
FEW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(params=ENGINES)
def engine(request):
    relation = Relation(request.getfixturevalue(request.param), "SELECT 1 AS a")
    with databases.connected(relation, "data") as opened:
        yield opened


@FEW
@given(value=st.one_of(TEXT, FLOAT, st.integers(-(2**63), 2**63 - 1)))
def test_a_literal_reads_back_as_the_same_value(engine, value):
    read = engine.execute(f"SELECT {engine.dialect.literal(value)} AS v")[0][0]
    assert read == value
    if isinstance(value, float):
        assert math.copysign(1, read) == math.copysign(1, value) or value == 0


@FEW
@given(value=st.decimals(-(10**15), 10**15, places=4))
def test_a_decimal_reads_back(engine, value):
    read = engine.execute(f"SELECT {engine.dialect.literal(value)} AS v")[0][0]
    assert Decimal(read) == value if engine.database.name != "SQLite" else read == float(value)


@FEW
@given(name=TEXT.filter(lambda text: 0 < len(text.encode()) < 60))
def test_an_identifier_names_one_column(engine, name):
    # SQLite takes "TRUE" and "FALSE" in a subquery for the constants, quoted or not.
    assume(engine.database.name != "SQLite" or name.lower() not in {"true", "false"})
    quoted = engine.dialect.identifier(name)
    assert engine.execute(f"SELECT s.{quoted} AS v FROM (SELECT 1 AS {quoted}) AS s") == [(1,)]


def test_text_with_a_zero_is_found_or_is_nowhere(engine):
    literal = engine.dialect.literal("a\0b")
    found = engine.execute(f"SELECT 1 AS v WHERE {literal} = {literal}")
    assert found == ([] if engine.database.name == "Postgres" else [(1,)])


HOSTILE = ["'; DROP TABLE t; --", "\\'; DROP TABLE t; --", "`", '"', "a\nb", "{0}", "%s", "é"]


def outside_quotes(sql, dialect):
    """Return what is left of a statement without its names and texts."""
    text = r"'(?:[^'\\]|'')*'" if dialect.hex_text else r"'(?:[^']|'')*'"
    quote = dialect.quote
    inner = (
        rf"(?:[^{quote}\\]|{quote}{quote}|\\\\)*"
        if dialect.backslash
        else rf"(?:[^{quote}]|{quote}{quote})*"
    )
    return re.sub(rf"{text}|{quote}{inner}{quote}", "", sql)


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_leaves_its_quotes(name, hostile):
    dialect = DIALECTS[name]
    column = dialect.identifier(hostile)
    read = Reading("t AS s", column, dialect.own_text.format(column), False, dialect)
    for sql in (statements.listed_counts(read, [hostile]), statements.value_counts(read, 10)):
        left = outside_quotes(sql, dialect)
        assert "DROP" not in left
        assert not re.search("['\"`{};%\\\\]", left), left


@pytest.mark.parametrize("name", DIALECTS)
def test_every_statement_can_be_said(name):
    """All templates are filled, and parentheses close, for each type read as each kind."""
    dialect = DIALECTS[name]
    kinds = {"DOUBLE": "number", "FLOAT": "number", "DECIMAL(9,2)": "number", "VARCHAR": "text"}
    kinds |= {"BOOLEAN": "boolean", "DATE": "time", "TIMESTAMP": "time", "BIGINT": "number"}
    kinds |= {"TIMESTAMP WITH TIME ZONE": "time"}
    edges = [Edge(-1.5, True), Edge(0, False), Edge(Decimal("2.50"), True)]
    for type_name in kinds:
        for wanted in ("number", "text", "boolean", "time", "present"):
            value = reading("a", type_name, wanted, "FLOAT", dialect)
            floating = type_name in {"DOUBLE", "FLOAT"}
            read = Reading("t AS s", "a", value, floating, dialect)
            for sql in (
                statements.grid_cells(read, 6),
                statements.linear_cells(read, [(0.0, 8.0, 16), (10, 2**70, 16)]),
                statements.bin_counts(read, edges),
                statements.value_counts(read, 5),
                statements.listed_counts(read, ["x", 1, 2.5, True]),
            ):
                bare = outside_quotes(sql, dialect)
                assert "{" not in bare
                assert bare.count("(") == bare.count(")")


WITHOUT_SERVER = ["bigquery", "databricks", "datafusion", "mssql", "mysql", "snowflake", "trino"]
GOLDEN = Path(__file__).parent / "golden"


def all_kinds_of_statements(dialect):
    """Yield what a statement is for, and its text."""
    column = f"s.{dialect.identifier('a')}"
    edges = [Edge(-1.5, True), Edge(0, False), Edge(Decimal("2.50"), True)]
    kinds = {"DOUBLE": "number", "DECIMAL(9,2)": "number", "BIGINT": "number", "DATE": "time"}
    kinds |= {"TIMESTAMP": "time", "TIMESTAMP WITH TIME ZONE": "time", "VARCHAR": "text"}
    for type_name, kind in kinds.items():
        value = reading(column, type_name, kind, type_name, dialect)
        read = Reading("t AS s", column, value, type_name == "DOUBLE", dialect)
        if kind == "text":
            yield "how often each text", statements.value_counts(read, 5)
            yield "how often these", statements.listed_counts(read, ["x", "it's", "é"])
            yield "the drawn ones", statements.value_counts(read, 5, parted=True)
        else:
            yield f"bins of {type_name}", statements.bin_counts(read, edges)
    value = reading(column, "DOUBLE", "number", "DOUBLE", dialect)
    yield "cells", statements.grid_cells(Reading("t AS s", column, value, True, dialect), 6)
    for kind in ("number", "boolean", "time"):
        yield f"text as {kind}", reading(column, "VARCHAR", kind, "VARCHAR", dialect)


@pytest.mark.parametrize("name", WITHOUT_SERVER)
def test_the_text_for_databases_without_a_server_here_is_reviewed(name):
    """After a wanted change: KULLBACK_UPDATE_GOLDEN=1 pytest tests/tables, and read the diff."""
    told = all_kinds_of_statements(DIALECTS[name])
    text = "\n".join(f"-- {what}\n{sql}\n" for what, sql in told)
    path = GOLDEN / f"{name}.sql"
    if os.environ.get("KULLBACK_UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_each_database_is_tried_on_a_server_or_by_its_text():
    tried = {"clickhouse", "duckdb", "mariadb", "postgres", "spark", "sqlite"}
    assert tried | set(WITHOUT_SERVER) == set(DIALECTS)


@pytest.mark.parametrize(
    ("dialect", "spelling"),
    [
        ("snowflake", "({0} = 'NaN'::FLOAT)"),
        ("bigquery", "IS_NAN({0})"),
        ("trino", "is_nan({0})"),
        ("databricks", "isnan({0})"),
        ("datafusion", "isnan({0})"),
    ],
)
def test_how_others_spell_nan(dialect, spelling):
    assert DIALECTS[dialect].is_nan == spelling


def test_types_in_the_words_of_duckdb():
    said = ["double precision", "FLOAT64", "numeric(10, 2)", "varchar(20)", "timestamp(6)"]
    said += ["timestamp(3) with time zone", "int", "string collate UTF8_LCASE", "struct<a:int>"]
    known = ["DOUBLE", "DOUBLE", "DECIMAL(10,2)", "VARCHAR", "TIMESTAMP"]
    known += ["TIMESTAMP WITH TIME ZONE", "INTEGER", "VARCHAR", "struct<a:int>"]
    assert [type_names.canonical(name) for name in said] == known


class Told:
    """A driver that only tells what it was asked, as no server is at hand for these dialects."""

    description = (("a", "FLOAT", None, None, None, None, None), ("b", "STRING", *[None] * 5))

    def __init__(self):
        self.asked = []

    def cursor(self):
        return self

    def execute(self, sql):
        self.asked.append(sql)

    def fetchall(self):
        return []

    def close(self):
        pass


def test_types_told_by_a_cursor():
    driver = Told()
    with databases.connected(Relation(driver, "p.d.t", dialect="bigquery"), "data") as engine:
        source = engine.open(Relation(driver, "p.d.t", dialect="bigquery"), "data")
    assert [column.type for column in source.columns] == ["DOUBLE", "VARCHAR"]
    assert [column.address for column in source.columns] == ["s.`a`", "s.`b`"]
    assert driver.asked[-1] == "SELECT * FROM p.d.t AS s WHERE 1 = 0"
