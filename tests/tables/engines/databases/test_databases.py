"""What a connection gets: the right dialect, a snapshot, its state back, and clear errors."""

import sqlite3
import subprocess
import sys

import duckdb
import pytest

from kullback import tables
from kullback.errors import InputError, MissingDependencyError

NAMED = '"rows; DROP TABLE rows; --""x"""'
GOOD = "SELECT 1 AS a UNION ALL SELECT 2"


def counts(relation):
    return {column.name: column.body.counts for column in tables.profile(relation)}


@pytest.mark.parametrize("engine", ["embedded", "sqlite", "postgres", "clickhouse"])
@pytest.mark.parametrize("query", [f"{GOOD};", f"({GOOD})", f"WITH t AS ({GOOD}) SELECT * FROM t"])
def test_a_query_is_a_table(request, engine, query):
    connection = request.getfixturevalue(engine)
    assert counts(tables.Relation(connection, query)) == {"a": {1: 1, 2: 1}}


@pytest.mark.parametrize(
    "table", ["", "a b", "a;b", "a.", ".a", '"a', "a; DROP TABLE b", "1a", "a--"]
)
def test_what_is_no_name_never_becomes_sql(table):
    with pytest.raises(InputError, match="neither a name nor a query"):
        tables.Relation(sqlite3.connect(":memory:"), table)


def test_a_table_that_is_not_there(request):
    for engine in ("embedded", "sqlite", "postgres", "clickhouse"):
        relation = tables.Relation(request.getfixturevalue(engine), "nowhere")
        with pytest.raises(InputError, match=r"data: table nowhere .* cannot be read"):
            tables.profile(relation)
        assert counts(tables.Relation(relation.connection, GOOD)) == {"a": {1: 1, 2: 1}}


def test_empty_tables_and_tables_without_values(embedded, sqlite, postgres, clickhouse):
    for connection in (embedded, sqlite, postgres, clickhouse):
        nobody = tables.Relation(connection, "SELECT 1 AS a WHERE 1 = 0")
        with pytest.raises(InputError, match=r"data: a query .* has no rows"):
            tables.profile(nobody)
        with pytest.raises(InputError, match=r"current: .* has only 1 row"):
            tables.compare(
                tables.Relation(connection, GOOD), tables.Relation(connection, "SELECT 1 AS a")
            )


@pytest.mark.parametrize(
    ("engine", "type_name"), [("embedded", "VARCHAR"), ("sqlite", "TEXT"), ("postgres", "TEXT")]
)
def test_categories_are_compared_byte_by_byte(request, engine, type_name):
    connection = request.getfixturevalue(engine)
    run = connection.execute
    if engine == "postgres":
        require_folding(connection)
    run(f"CREATE TABLE folded (s {type_name} COLLATE nocase)")
    run("INSERT INTO folded VALUES ('A'), ('a'), ('a'), ('b '), ('b')")
    expected = {"a": 2, "A": 1, "b": 1, "b ": 1}
    assert counts(tables.Relation(connection, "folded"))["s"] == expected
    profile = tables.profile(tables.Relation(connection, "folded"), max_outcomes=1)
    assert profile["s"].body.counts == {"a": 2}
    assert profile["s"].body.other == 3
    run("DROP TABLE folded")


def require_folding(connection):
    import psycopg

    folds = "provider = icu, locale = 'und-u-ks-level2', deterministic = false"
    try:
        connection.execute(f"CREATE COLLATION nocase ({folds})")
    except psycopg.errors.FeatureNotSupported as error:
        connection.rollback()
        pytest.skip(f"no collation here takes two texts for one: {error}")


class TestPostgres:
    def test_the_connection_is_given_back_as_it_was(self, server):
        import psycopg
        from psycopg.pq import TransactionStatus
        from psycopg.rows import dict_row

        with psycopg.connect(server, row_factory=dict_row) as connection:
            for autocommit in (True, False):
                connection.autocommit = autocommit
                assert counts(tables.Relation(connection, GOOD)) == {"a": {1: 1, 2: 1}}
                assert connection.info.transaction_status == TransactionStatus.IDLE
                assert not connection.closed
            connection.execute("CREATE TEMP TABLE unsaved AS SELECT 7 AS a")
            assert counts(tables.Relation(connection, "unsaved")) == {"a": {7: 1}}
            assert connection.info.transaction_status == TransactionStatus.INTRANS

    def test_all_statements_see_one_snapshot(self, server):
        """Rows that arrive between two statements are in neither."""
        import psycopg

        from kullback.tables.engines import databases

        with psycopg.connect(server, autocommit=True) as writer, psycopg.connect(server) as reader:
            writer.execute("CREATE TABLE moving AS SELECT generate_series(1, 10) AS a")
            relation = tables.Relation(reader, "moving")
            with databases.connected(relation, "data") as engine:
                before = engine.execute("SELECT count(*) FROM moving")
                writer.execute("INSERT INTO moving VALUES (11)")
                assert engine.execute("SELECT count(*) FROM moving") == before == [(10,)]
                with pytest.raises(psycopg.Error, match="read-only"):
                    engine.execute("DROP TABLE moving")
                assert engine.execute("SELECT count(*) FROM moving") == before
            assert tables.profile(relation).rows == 11
            writer.execute("DROP TABLE moving")

    def test_types_of_its_own(self, postgres):
        run = postgres.execute
        run("CREATE TYPE mood AS ENUM ('sad', 'happy')")
        run("CREATE DOMAIN age AS integer CHECK (VALUE >= 0)")
        run("CREATE DOMAIN ripe AS age CHECK (VALUE >= 18)")
        run("CREATE TABLE own (m mood, a age, r ripe, n numeric, t timestamp, j jsonb, b bytea)")
        run(
            "INSERT INTO own VALUES ('sad', 1, 20, 'NaN', 'infinity', '{}', 'x'), "
            "('happy', 2, 20, '1.5', '1970-01-02', '{}', 'x'), "
            "('sad', 1, 20, 'Infinity', NULL, '{}', 'x')"
        )
        profile = tables.profile(tables.Relation(postgres, "own"))
        assert profile["m"].body.counts == {"sad": 2, "happy": 1}
        assert profile["a"].body.counts == {1: 2, 2: 1}
        assert profile["r"].body.counts == {20: 3}
        assert (profile["n"].counted, profile["n"].unreadable) == (1, 2)
        assert (profile["t"].minimum, profile["t"].unreadable, profile["t"].null) == (
            86_400_000_000,
            1,
            1,
        )
        assert "not compared" in profile["j"].reason
        assert profile["b"].body.counts == {"x": 3}
        postgres.rollback()

    def test_over_adbc(self, server, postgres, expected):
        driver = pytest.importorskip("adbc_driver_postgresql.dbapi", reason="ADBC is not installed")
        postgres.commit()
        with driver.connect(server) as connection:
            found = tables.profile(tables.Relation(connection, NAMED))
        known = tables.profile(tables.Relation(postgres, NAMED))
        assert found.columns == known.columns
        assert len(found) == len(expected)

    def test_a_url(self, server):
        import psycopg

        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute('CREATE TABLE "at a url" AS SELECT 5 AS a')
            profile = tables.profile(f'{server}&table="at a url"')
            assert profile["a"].body.counts == {5: 1}
            assert profile.source == 'table "at a url" (Postgres)'
            connection.execute('DROP TABLE "at a url"')

    def test_a_url_keeps_its_password_to_itself(self):
        pytest.importorskip("psycopg")
        for url in (
            "postgresql://u:s3cret@127.0.0.1:1/db",
            "postgresql://u:s3cret@127.0.0.1:1/db?table=t",
        ):
            with pytest.raises(InputError) as caught:
                tables.profile(url)
            assert "s3cret" not in str(caught.value)


def test_files_of_databases(tmp_path):
    path = tmp_path / "a b.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t AS SELECT 1 AS a UNION ALL SELECT 2")
    connection.commit()
    connection.close()
    assert counts(f"sqlite:///{path}?table=t") == {"a": {1: 1, 2: 1}}
    with pytest.raises(InputError, match=r"is a database; name its table, as in 'sqlite:///"):
        tables.profile(path)
    with pytest.raises(InputError, match="names no table"):
        tables.profile(f"sqlite:///{path}")
    with pytest.raises(InputError, match="no such file"):
        tables.profile(f"sqlite:///{tmp_path}/none.db?table=t")
    other = tmp_path / "b.duckdb"
    with duckdb.connect(other) as made:
        made.execute("CREATE TABLE t AS SELECT 3 AS a")
    assert counts(f"duckdb:///{other}?table=t") == {"a": {3: 1}}
    assert not (tmp_path / "none.db").exists()


def test_sqlite_judges_a_column_by_what_it_holds(tmp_path):
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE t (i, r, s, b BOOLEAN, bad BOOLEAN, d DATE, odd DATE, x BLOB, n)"
    )
    connection.executemany(
        "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        [
            (1, 1.5, "a", 1, 1, "1970-01-02", "1970-01-02", b"x"),
            (2, 2, 3, 0, 5, None, "soon", b"y"),
        ],
    )
    types = {
        c.name: getattr(c, "type", None) for c in tables.profile(tables.Relation(connection, "t"))
    }
    assert types == {
        "i": "BIGINT",
        "r": "DOUBLE",
        "s": "VARCHAR",
        "b": "BOOLEAN",
        "bad": "BIGINT",
        "d": "DATE",
        "odd": "VARCHAR",
        "x": "BLOB",
        "n": '"NULL"',
    }


class Unknown:
    """A connection of a driver that nobody knows."""

    def cursor(self):
        return sqlite3.connect(":memory:").cursor()


def test_connections_that_are_not_recognised():
    with pytest.raises(InputError, match=r"Unknown are not recognised.*dialect=") as caught:
        tables.profile(tables.Relation(Unknown(), "t"))
    assert "'snowflake'" in str(caught.value)
    with pytest.raises(InputError, match="dialect='oracle' is unknown; choose one of"):
        tables.profile(tables.Relation(Unknown(), "t", dialect="oracle"))
    with pytest.raises(InputError, match="without cursor"):
        tables.profile(tables.Relation(3, "t", dialect="trino"))


@pytest.mark.parametrize("engine", ["polars", None, 3, "postgres"])
def test_engines_that_do_not_exist(engine):
    with pytest.raises(
        InputError, match=r"choose one of 'auto', 'duckdb', 'spark', or pass a Spark"
    ):
        tables.profile("t.csv", engine=engine)


def test_data_that_the_engine_named_cannot_count(embedded):
    with pytest.raises(InputError, match="a table in a database, which is counted where it lies"):
        tables.profile(tables.Relation(embedded, GOOD), engine="duckdb")


@pytest.mark.parametrize(
    ("hidden", "call", "said"),
    [
        ("pyspark", "tables.profile('t.parquet', engine='spark')", "kullback[spark]"),
        ("psycopg", "tables.profile('postgresql://h/d?table=t')", "kullback[postgres]"),
        ("pymssql", "tables.profile('mssql://h/d?table=t')", "kullback[mssql]"),
        ("fsspec", "tables.profile('s3://b/t.parquet')", "kullback[remote]"),
        ("s3fs", "tables.profile('s3://b/t.parquet')", "kullback[s3]"),
        ("pyarrow", "tables.profile('t.arrow')", "pip install pyarrow"),
    ],
)
def test_what_is_not_installed_is_named_with_its_install_line(tmp_path, hidden, call, said):
    (tmp_path / "t.arrow").write_bytes(b"ARROW1")
    call = call.replace("t.arrow", str(tmp_path / "t.arrow"))
    program = (
        f"import sys; sys.modules[{hidden!r}] = None\n"
        "from kullback import tables\nfrom kullback.errors import MissingDependencyError\n"
        f"try: {call}\nexcept MissingDependencyError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert said in done.stdout, done.stderr
    assert issubclass(MissingDependencyError, ImportError)
