"""SQL Server without a server: each statement is parsed, held to its rules, and run on DuckDB."""

import datetime as dt
import re
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from kullback import tables
from kullback.errors import InputError
from kullback.tables.counting import statements
from kullback.tables.counting.counting_sql import counting_sql
from kullback.tables.engines import databases
from kullback.tables.engines.databases import mssql
from kullback.tables.engines.relation import Relation
from kullback.tables.profiles.profile import Edge

sqlglot = pytest.importorskip("sqlglot")
exp = sqlglot.exp

CHOICES = 10  # nested in one another, as many as it takes
TOLD = {"DOUBLE": "float", "FLOAT": "real", "INTEGER": "int", "BIGINT": "bigint", "DATE": "date"}
TOLD |= {"BOOLEAN": "bit", "TIMESTAMP": "datetime2(7)", "VARCHAR": "nvarchar(max)", "TIME": "time"}
TOLD |= {"DECIMAL(9,2)": "decimal(9,2)", "UTINYINT": "tinyint"}
SIZE = 300
TEXTS = ["red", "Red", "it's", "é", "東京", "", None]


def rows(shift=0):
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=(i + shift) % 90) for i in range(SIZE)]
    moments = [dt.datetime(2024, 1, 1) + dt.timedelta(seconds=977 * i) for i in range(SIZE)]
    return pa.table(
        {
            "real": pa.array([None if i % 9 == 0 else i**1.5 - 500 for i in range(SIZE)]),
            "whole": pa.array([(7 * i + shift) % 60 - 5 for i in range(SIZE)], pa.int32()),
            "price": pa.array([Decimal(i * 37 % 9_999) / 100 for i in range(SIZE)]).cast(
                pa.decimal128(9, 2)
            ),
            "text": pa.array([TEXTS[(i + shift) % 7] for i in range(SIZE)]),
            "flag": pa.array([[True, False, True, None][i % 4] for i in range(SIZE)]),
            "day": pa.array(days),
            "at": pa.array(moments, pa.timestamp("us")),
            "key": pa.array([f"k{(i * 31 + shift) % 271}" for i in range(SIZE)]),
            "amount": pa.array([f"{i % 30}.5" if i % 50 else "-" for i in range(SIZE)]),
        }
    )


def is_test(node):
    bare = node.unnest() if isinstance(node, exp.Paren) else node
    return isinstance(bare, exp.Predicate | exp.Not | exp.And | exp.Or | exp.Boolean)


def deepest(node):
    return max(
        (sum(isinstance(up, exp.Case) for up in parents(one)) for one in node.find_all(exp.Case)),
        default=0,
    )


def parents(node):
    while node is not None:
        yield node
        node = None if isinstance(node, exp.Select) else node.parent


def held_to_its_rules(sql):
    """Return a statement as it is parsed; fail where SQL Server refuses what a parser takes."""
    tree = sqlglot.parse_one(sql, read="tsql")
    assert not list(tree.find_all(exp.Limit, exp.Boolean)), sql
    assert deepest(tree) <= CHOICES, sql
    for select in tree.find_all(exp.Select):
        assert not any(is_test(item.unalias()) for item in select.expressions), sql
        group = select.args.get("group")
        assert not (group and any(isinstance(g, exp.Literal) for g in group.expressions)), sql
        if select.parent is not None and not isinstance(select.parent, exp.Union):
            assert all(one.alias_or_name for one in select.expressions), sql
            assert select.args.get("with_") is None, sql
    for ordered in tree.find_all(exp.Ordered):
        assert not is_test(ordered.this), sql
    for fetched in tree.find_all(exp.Fetch):
        assert fetched.parent.args.get("order") is not None, sql
    for choice in tree.find_all(exp.If):
        assert is_test(choice.this), sql
    for at in tree.find_all(exp.Where):
        assert is_test(at.this), sql
    return tree


def text_of(node):
    return exp.Literal.string(bytes.fromhex(node.this.name).decode("utf-16-le"))


def fits(node):
    pattern = exp.Literal.string(node.expression.name.replace("%", ".*"))
    found = exp.RegexpFullMatch(this=node.this, expression=pattern)
    return exp.Not(this=found) if node.args.get("negate") else found


TRANSLATED = [
    (exp.Collate, lambda _: True, lambda node: node.this),
    (exp.DataType, lambda node: node.this.name in TYPES, lambda node: TYPES[node.this.name]),
    (exp.Like, lambda node: "[" in node.expression.name, fits),
    (exp.Cast, lambda node: isinstance(node.this, exp.HexString), text_of),
    # In hexadecimal digits, as MD5 has them already.
    (exp.Convert, lambda _: True, lambda node: exp.cast(node.expression, "TEXT")),
    (
        exp.Add,
        lambda node: node.find(exp.National),
        lambda node: exp.DPipe(this=node.this, expression=node.expression),
    ),
    (exp.National, lambda _: True, lambda node: exp.Literal.string(node.name)),
]
TYPES = {"FLOAT": "DOUBLE", "BIT": "BOOLEAN", "NVARCHAR": "TEXT", "VARCHAR": "TEXT"}
TYPES = {name: exp.DataType.build(word, dialect="duckdb") for name, word in TYPES.items()}


def as_duckdb(tree):
    """Return a statement as DuckDB has it, where the parser's own translation is not enough."""

    changed = True

    def translated(node):
        nonlocal changed
        for kind, when, made in TRANSLATED:
            if isinstance(node, kind) and when(node):
                changed = True  # what lies within it is not looked at in this turn
                return made(node)
        return node

    while changed:
        changed = False
        tree = tree.transform(translated, copy=False)
    return tree.sql("duckdb")


class OnDuckDB:
    """What answers as SQL Server would, as far as a translation of its statements does."""

    __module__ = "pymssql._pymssql"

    def __init__(self, held, opened=0):
        self.opened = opened
        self.connection = duckdb.connect()
        self.connection.register("held", held)
        self.connection.execute("CREATE TABLE sales AS FROM held")
        self.rolled_back, self.description = 0, None

    def cursor(self):
        return self

    def close(self):
        pass

    def rollback(self):
        self.rolled_back += 1

    def execute(self, sql):
        if sql == "SELECT @@TRANCOUNT":
            self.connection.execute(f"SELECT {self.opened}")
        elif "dm_exec_describe_first_result_set" in sql:
            inner = re.search("N'(.*)'", sql)[1].replace("''", "'")
            told = self.connection.execute(f"DESCRIBE {inner}").fetchall()
            names = ", ".join(f"('{TOLD[str(row[1])]}')" for row in told)
            self.connection.execute(f"SELECT * FROM (VALUES {names}) AS t(name)")
        else:
            self.connection.execute(as_duckdb(held_to_its_rules(sql)))
        self.description = self.connection.description

    def fetchall(self):
        return self.connection.fetchall()


def test_a_profile_has_the_counts_of_the_rows():
    held = OnDuckDB(rows())
    found = tables.profile(tables.Relation(held, "sales"), max_outcomes=50)
    expected = tables.profile(rows(), max_outcomes=50)
    assert held.rolled_back == 1
    assert found["key"].drawn == expected["key"].drawn is not None
    for column in ("real", "whole", "price", "text", "flag", "day", "at", "key"):
        assert found[column].body == expected[column].body, column
        assert found[column].missing == expected[column].missing


def test_segments_have_the_numbers_of_the_rows():
    q, p = (rows(shift).select(["flag", "real", "text"]) for shift in (0, 11))
    sides = [tables.Relation(OnDuckDB(held), "sales", dialect="mssql") for held in (q, p)]
    found, expected = tables.segments(*sides, "flag"), tables.segments(q, p, "flag")
    for one, other in zip(found.segments, expected.segments, strict=True):
        assert one.label == other.label
        for a, b in zip(one.comparison.columns, other.comparison.columns, strict=True):
            assert float(a.jensen_shannon) == pytest.approx(float(b.jensen_shannon), abs=1e-12)


def test_text_is_a_number_or_a_time_by_one_rule():
    words = ["12", " 1e3 ", ".5", "", "1e", "e5", "2024-02-03 04:05:06", "2024", "soon", "1,5"]
    held = OnDuckDB(pa.table({"x": words}))
    with databases.connected(Relation(held, "sales"), "data") as engine:
        dialect = engine.dialect
        read = [dialect.number_of_text.format("x"), dialect.time_of_text.format("x")]
        found = engine.execute(
            f"SELECT {', '.join(f'{sql} AS v{i}' for i, sql in enumerate(read))} FROM sales"
        )
    numbers, times = zip(*found, strict=True)
    assert numbers == (12, 1000, 0.5, None, None, None, None, 2024, None, None)
    assert [time for time in times if time is not None] == [1_706_933_106_000_000]


def test_a_profile_is_said_as_a_test_of_rows():
    text = counting_sql(
        tables.profile(rows(), columns=["text", "flag", "price"]), "sales", "mssql", tolerance=0.01
    )
    held_to_its_rules(text)


def test_many_windows_nest_no_deeper_than_it_takes():
    edges = [Edge(i, inclusive=True) for i in range(300)]
    held = OnDuckDB(pa.table({"x": [-1, 0, 1, 70, 299, 300]}))
    held.execute(f"SELECT {statements.tree(edges, mssql.DIALECT)} AS v FROM sales")
    assert held.fetchall() == [(0,), (0,), (1,), (70,), (299,), (300,)]


def test_text_that_ends_in_a_space_is_none():
    literal = mssql.DIALECT.literal
    assert literal("a ") == "(CAST(NULL AS NVARCHAR(MAX)) COLLATE Latin1_General_100_BIN2)"
    assert literal(" é") == "(CAST(0x2000e900 AS NVARCHAR(MAX)))"


def test_a_transaction_of_the_user_stays_open():
    held = OnDuckDB(rows().select(["flag"]), opened=1)
    tables.profile(tables.Relation(held, "sales"))
    assert held.rolled_back == 0


def test_odbc_tells_the_database():
    def of(name):
        made = type("Connection", (), {"__module__": "pyodbc", "getinfo": lambda *_: name})
        return databases.database_of(Relation(made(), "sales"), "data").name

    assert of("Microsoft SQL Server") == "SQL Server"
    with pytest.raises(InputError, match="not recognised"):
        of("Oracle")


def test_a_server_that_does_not_answer():
    pytest.importorskip("pymssql")
    with pytest.raises(
        InputError, match=r"mssql://me@127\.0\.0\.1:9/shop cannot be opened"
    ) as caught:
        tables.profile("mssql://me:secret@127.0.0.1:9/shop?table=sales")
    assert "secret" not in str(caught.value)
