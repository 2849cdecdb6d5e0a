"""MariaDB counts like DuckDB, on a server of its own; it keeps neither NaN nor infinities."""

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import SIZE, TEXTS, awkward, cycled
from test_agreement import agreement, not_argued
from test_spellings import said, written

from kullback import tables
from kullback.errors import FormatError, InputError
from kullback.tables.engines import databases
from kullback.tables.engines.databases import mariadb, mysql

pytestmark = pytest.mark.slow
KINDS = {"double": "double", "float": "float", "int64": "bigint", "int32": "int"}
KINDS |= {"int16": "smallint", "decimal128(12, 2)": "decimal(12,2)", "string": "text"}
KINDS |= {"bool": "bool", "date32[day]": "date", "timestamp[us]": "datetime(6)"}


@pytest.fixture(scope="module")
def connection(mariadb_connection):
    return mariadb_connection


def finite(values):
    return [v if v is not None and math.isfinite(v) else None for v in values]


@pytest.fixture(scope="module")
def narrow(tmp_path_factory):
    """The awkward rows, but for what is not finite, and for names in two cases."""
    table = awkward().select(range(15))
    for place, name in enumerate(table.column_names):
        if pa.types.is_floating(table.schema.field(name).type):
            kind = table.schema.field(name).type
            held = pa.array(finite(table[name].to_pylist()), kind)
            table = table.set_column(place, name, held)
    quoted = pa.array(cycled([1, 2, 2]), pa.int32())
    for name in ("back`tick", "it's", "航班"):
        table = table.append_column(name, quoted)
    path = tmp_path_factory.mktemp("narrow") / "t.parquet"
    pq.write_table(table, path)
    return path


@pytest.fixture(scope="module")
def relation(connection, narrow):
    table = pq.read_table(narrow)
    quote = mariadb.DIALECT.identifier
    kinds = (KINDS[str(kind)] for kind in table.schema.types)
    named = zip(table.column_names, kinds, strict=True)
    cursor = connection.cursor()
    cursor.execute(f"CREATE TABLE odd ({', '.join(f'{quote(n)} {kind}' for n, kind in named)})")
    marks = ", ".join(["%s"] * table.num_columns)
    rows = [tuple(row.values()) for row in table.to_pylist()]
    cursor.executemany(f"INSERT INTO odd VALUES ({marks})", rows)
    connection.commit()
    return tables.Relation(connection, "odd")


def test_counts_are_those_of_duckdb(relation, narrow):
    known, own = tables.profile(narrow), tables.profile(relation)
    for column, expected in zip(own, known, strict=True):
        assert replace(column, type="") == replace(expected, type=""), column.name
    assert own["flag"].type == "BOOLEAN"
    following = tables.profile(relation, like=known)
    assert [c.body for c in following] == [c.body for c in tables.profile(narrow, like=known)]


def test_every_type_is_read_as_in_files(connection, tmp_path):
    local = agreement.local(tmp_path)
    routes = {name: local[name] for name in ("Parquet", "polars")}
    routes["MariaDB"] = tables.Relation(agreement.in_mariadb(connection), "t")
    assert not_argued(routes, ("MariaDB",)) == []
    connection.cursor().execute("DROP TABLE t")


def test_texts_are_read_as_those_of_frames_are(connection):
    """Numbers, dates, free text and keys, by patterns that it spells in its own way."""
    cursor = connection.cursor()
    for texts in (written(), said()):
        cursor.execute(f"CREATE TABLE spelt ({', '.join(f'`{name}` text' for name in texts)})")
        marks = ", ".join(["%s"] * texts.shape[1])
        cursor.executemany(f"INSERT INTO spelt VALUES ({marks})", texts.to_numpy().tolist())
        connection.commit()
        here, there = tables.profile(tables.Relation(connection, "spelt")), tables.profile(texts)
        assert [column.name for column in here] == [column.name for column in there]
        for column in there:
            assert here[column.name].body == column.body, column.name
        cursor.execute("DROP TABLE spelt")


def test_literals_and_names_read_back(connection):
    with databases.connected(tables.Relation(connection, "SELECT 1 AS a"), "data") as engine:
        values = [*TEXTS, "a\0b", 2**62, -(2**63), 0.1, 5e-324, 1.7976931348623157e308, True]
        for value in values:
            read = engine.execute(f"SELECT {engine.dialect.literal(value)} AS v")[0][0]
            assert read == value
        for name in ("a`b", "it's", 'q"', "%s", "é"):
            quoted = engine.dialect.identifier(name)
            assert engine.execute(f"SELECT s.{quoted} FROM (SELECT 1 AS {quoted}) AS s") == [(1,)]


def test_offsets_from_utc_count(connection):
    texts = {
        "2024-01-01T10:00:00Z": 36_000,
        "2024-01-01 10:00:00+02:00": 28_800,
        "2024-01-01T10:00:00.500-0130": 41_400.5,
        "2024-01-01 10:00:00": 36_000,
        "2024-02-30": None,
        "soon": None,
    }
    since = dt.datetime(2024, 1, 1, tzinfo=dt.UTC).timestamp()
    with databases.connected(tables.Relation(connection, "SELECT 1 AS a"), "data") as engine:
        for text, seconds in texts.items():
            value = engine.dialect.time_of_text.format(engine.dialect.literal(text))
            expected = None if seconds is None else round((since + seconds) * 1e6)
            assert engine.execute(f"SELECT {value}") == [(expected,)], text


def test_a_flag_that_holds_other_numbers_is_a_number(connection):
    cursor = connection.cursor()
    cursor.execute("CREATE OR REPLACE TABLE f (a BOOL, b BOOL, c BIT(3), y YEAR)")
    cursor.executemany("INSERT INTO f VALUES (%s, %s, %s, %s)", [(1, 5, 3, 2024), (0, 1, 1, 2025)])
    connection.commit()
    profile = tables.profile(tables.Relation(connection, "f"))
    assert [c.kind for c in profile] == ["boolean", "number", "number", "number"]
    assert profile["c"].body.counts == {3: 1, 1: 1}


def test_a_collation_hides_no_space_and_no_case(connection, tmp_path):
    """Beside a CSV file, which has no empty texts, and where texts stand for no value."""
    values = ["", " ", "NA", "na", "a", "A ", None] * 30
    cursor = connection.cursor()
    cursor.execute("CREATE OR REPLACE TABLE padded (x VARCHAR(9), y INT)")
    cursor.executemany("INSERT INTO padded VALUES (%s, 1)", [(value,) for value in values])
    connection.commit()
    path, relation = tmp_path / "t.csv", tables.Relation(connection, "padded")
    path.write_text("x,y\n" + "".join(f"{value or ''},1\n" for value in values))
    for nulls in ([], ["NA"]):
        for q, p in ((path, relation), (relation, path)):
            found = tables.compare(q, p, nulls=nulls)["x"]
            assert (found.verdict, found.kl.value) == ("same", 0)


def test_windows_and_segments(connection, tmp_path):
    rng = np.random.default_rng(3)
    start = dt.datetime(2024, 3, 30)
    rows = [
        (start + dt.timedelta(minutes=int(m)), ["AT", "at", "at ", None][g], int(x))
        for m, g, x in zip(
            rng.integers(0, 4_000, SIZE),
            rng.integers(0, 4, SIZE),
            rng.integers(0, 4, SIZE),
            strict=True,
        )
    ]
    cursor = connection.cursor()
    cursor.execute("CREATE OR REPLACE TABLE w (at DATETIME, g VARCHAR(9), x INT)")
    cursor.executemany("INSERT INTO w VALUES (%s, %s, %s)", rows)
    connection.commit()
    path, names = tmp_path / "w.parquet", ("at", "g", "x")
    pq.write_table(
        pa.table({n: list(c) for n, c in zip(names, zip(*rows, strict=True), strict=True)}), path
    )
    relation = tables.Relation(connection, "w")
    for options in ({"by": "day", "timezone": "Europe/Vienna"}, {"by": "month"}, {"rows": 90}):
        found = tables.windows(path, relation, on="at", columns=["x"], **options)
        known = tables.windows(path, path, on="at", columns=["x"], **options)
        assert [(w.label, w.rows) for w in found] == [(w.label, w.rows) for w in known]
        assert [float(w.comparison["x"].kl) for w in found] == [
            float(w.comparison["x"].kl) for w in known
        ]
    segments = tables.segments(path, relation, "g", columns=["x"])
    assert {s.label for s in segments} == {"AT", "at", "at ", "(missing)"}
    assert {float(s.comparison["x"].kl) for s in segments} == {0.0}
    assert (segments.appeared, segments.vanished) == ((), ())


@pytest.mark.usefixtures("relation")
def test_one_state_is_read_and_nothing_is_left_open(connection):
    relation = tables.Relation(connection, "SELECT * FROM odd")
    tables.profile(relation, columns=["small"])
    with databases.connected(relation, "data") as engine:
        assert engine.execute("SELECT @@in_transaction") == [(1,)]
        with pytest.raises(Exception, match="READ ONLY"):
            engine.execute("DELETE FROM odd")
    cursor = connection.cursor()
    cursor.execute("SELECT @@in_transaction")
    assert cursor.fetchone() == (0,)


@pytest.mark.usefixtures("relation")
def test_what_fails_is_said_in_our_words(connection):
    with pytest.raises(InputError, match=r"table nothing \(MariaDB\) cannot be read"):
        tables.profile(tables.Relation(connection, "nothing"))
    import pymysql

    other = pymysql.connect(host="127.0.0.1", port=connection.port, user="root", database="k")
    url = f"mariadb://root@127.0.0.1:{connection.port}/k?table=odd"
    assert tables.profile(url, columns=["small"])["small"].rows == SIZE
    cursor = connection.cursor()
    with pytest.raises((InputError, FormatError), match=r"lost|gone away|cannot be read"):
        _killed(cursor, other)
    with pytest.raises(InputError, match="cannot be opened"):
        tables.profile("mysql://nobody:secret@127.0.0.1:1/k?table=odd")


def _killed(cursor, other):
    cursor.execute(f"KILL {other.thread_id()}")
    tables.profile(tables.Relation(other, "odd"))


def test_mysql_has_the_same_text_but_for_a_collation():
    theirs, ours = mysql.DIALECT, mariadb.DIALECT
    assert theirs.text.replace("0900_bin", "nopad_bin") == ours.text
    assert replace(theirs, text="", own_text="", bytes="", back="\\") == replace(
        ours, text="", own_text="", bytes=""
    )
