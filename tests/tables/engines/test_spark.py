"""Spark counts like DuckDB, on a real cluster, also when a worker dies in the middle of a job."""

import threading
from dataclasses import replace

import cluster as clusters
import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_agreement import agreement, not_argued
from test_spellings import said, written

from kullback import tables
from kullback.errors import FormatError, InputError
from kullback.tables.results.comparison import Skipped

pytestmark = [
    pytest.mark.skipif(bool(clusters.missing()), reason=clusters.missing()),
    pytest.mark.filterwarnings("ignore"),  # of PySpark itself
]


@pytest.fixture(scope="module")
def spark(running_cluster):
    return running_cluster[1]


def without_types(profile):
    return [c if isinstance(c, Skipped) else replace(c, type="") for c in profile]


@pytest.fixture(scope="module")
def narrow(rows, tmp_path_factory):
    """The awkward rows without the names that only differ in case, and with few integers."""
    path = tmp_path_factory.mktemp("narrow") / "rows.parquet"
    names = [*rows.column_names[:15], "back`tick", "x; DROP TABLE rows; --"]
    zoned = rows["at"].cast(pa.timestamp("us", tz="Europe/Vienna"))
    pq.write_table(rows.select(names).append_column("zoned", zoned), path)
    return path


def test_own_bins_are_those_of_duckdb(spark, narrow):
    columns = ["float", "borders", "big", "price", "text", "flag", "at", "zoned", "back`tick"]
    columns += ["nothing", "x; DROP TABLE rows; --"]
    known = tables.profile(narrow, columns=columns)
    frame = spark.read.parquet(str(narrow))
    own = tables.profile(frame, columns=columns)
    assert without_types(own) == without_types(known)
    assert [c.type for c in own] == [c.type for c in known]
    assert spark.catalog.listTables() == []


@pytest.mark.slow
def test_texts_are_read_as_those_of_frames_are(spark):
    """Numbers, dates and free text, by patterns."""
    texts = written()[["weights", "mail"]]
    texts = texts.join(said()["said"])
    here, there = tables.profile(spark.createDataFrame(texts)), tables.profile(texts)
    assert [column.name for column in here] == [column.name for column in there]
    for column in there:
        assert here[column.name].body == column.body, column.name
        assert here[column.name].unreadable == column.unreadable, column.name


RETYPED = {"numbers?": "float", "booleans?": "flag", "times?": "at", "flag": "small"}
RETYPED |= {"small": "flag", "many": "text", "day": "at", "price": "float", "float": "nothing"}
RETYPED |= {"single": "float", "zoned": "zoned"}


def test_given_bins_also_for_columns_of_another_type(spark, narrow):
    known = tables.profile(narrow)
    plan = replace(
        known, columns=tuple(replace(known[like], name=name) for name, like in RETYPED.items())
    )
    expected = tables.profile(narrow, like=plan)
    found = tables.profile(str(narrow), like=plan, engine="spark")
    for name in RETYPED:
        assert replace(found[name], type="") == replace(expected[name], type=""), name


def test_each_side_on_its_own_engine(spark, narrow):
    columns = ["float", "text", "back`tick"]
    mixed = tables.compare(narrow, spark.read.parquet(str(narrow)), columns=columns)
    alone = tables.compare(narrow, narrow, columns=columns)
    for column, known in zip(mixed, alone, strict=True):
        assert float(column.kl) == float(known.kl)
        assert column.outcomes.labels == known.outcomes.labels


def test_letters_of_two_cases_are_two_categories(spark):
    frame = spark.sql(
        "SELECT s COLLATE UTF8_LCASE AS s FROM VALUES ('A'), ('a'), ('a'), ('b ') AS t(s)"
    )
    assert tables.profile(frame)["s"].body.counts == {"a": 2, "A": 1, "b ": 1}


@pytest.fixture
def without_code(spark):
    """Have plans interpreted: for so few rows code is not worth making."""
    settings = {"wholeStage": "false", "factoryMode": "NO_CODEGEN"}
    for name, value in settings.items():
        spark.conf.set(f"spark.sql.codegen.{name}", value)
    yield spark
    for name in settings:
        spark.conf.unset(f"spark.sql.codegen.{name}")


@pytest.mark.slow
def test_every_type_is_read_as_in_files(without_code, tmp_path):
    routes = {"Parquet": agreement.local(tmp_path)["Parquet"]}
    routes["Spark"] = agreement.in_spark(without_code, routes["Parquet"])
    assert not_argued(routes, ("Spark",)) == []


def test_intervals_times_of_day_and_bytes(without_code):
    told = "INTERVAL '1 10:00:01.5' DAY TO SECOND AS a, INTERVAL '3' HOUR AS b, "
    told += "INTERVAL '2' YEAR AS c, TIME '10:00:00.25' AS d, X'00ff' AS e, X'c3a9' AS f"
    profile = tables.profile(without_code.sql(f"SELECT {told}"))
    assert profile["b"].body.counts == {3 * 3600.0: 1}
    assert [profile[name].maximum for name in "ad"] == [122_401.5, (10 * 3600 + 0.25) * 1e6]
    assert profile["a"].type == "DOUBLE"
    assert "interval year are not compared" in profile["c"].reason
    assert [list(profile[name].body.counts) for name in "ef"] == [["00ff"], ["é"]]


def test_bytes_are_read_as_duckdb_reads_them(without_code):
    """Broken, overlong, surrogates and beyond the last character; controls; and what is none."""
    values = [b"ab", b"\xff", b"\xc3\xa9", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b""]
    values += [b"\x7f", b"a\n", "🙂".encode(), b"\xc2\x80", b"it's", b"x" * 500, b"\xe2\x82"]
    frame = without_code.createDataFrame([(bytearray(value),) for value in values], "b binary")
    known = tables.profile(pa.table({"b": pa.array(values, pa.binary())}))
    assert tables.profile(frame)["b"].body == known["b"].body


def test_names_that_differ_in_case_and_columns_of_columns(spark):
    frame = spark.sql("SELECT 1 AS `A`, 'x' AS `a`, array(1) AS l")
    profile = tables.profile(frame, engine="spark")
    assert profile["A"].body.counts == {1: 1}
    assert profile["a"].body.counts == {"x": 1}
    assert "not compared" in profile["l"].reason
    twice = spark.sql("SELECT 1 AS a, 2 AS a")
    with pytest.raises(InputError, match="more than one column named 'a'"):
        tables.profile(twice)


def test_files_through_spark(spark, tmp_path):
    (tmp_path / "t.csv").write_text('n,s\n1,"a ""b"""\n2,x\n2,"c,d"\n')
    profile = tables.profile(tmp_path / "t.csv", engine=spark)
    assert [c.body.counts for c in profile] == [{2: 2, 1: 1}, {'a "b"': 1, "c,d": 1, "x": 1}]
    with pytest.raises(InputError, match="no such file for Spark"):
        tables.profile(str(tmp_path / "none.parquet"), engine=spark)
    (tmp_path / "bad.parquet").write_bytes(b"PAR1" + b"\0" * 50)
    with pytest.raises(FormatError, match=r"bad\.parquet"):
        tables.profile(str(tmp_path / "bad.parquet"), engine=spark)
    with pytest.raises(InputError, match="Spark reads paths and Spark frames"):
        tables.profile(pd.DataFrame({"a": [1, 2]}), engine=spark)
    with pytest.raises(InputError, match="leave engine='auto'"):
        tables.profile(spark.range(3), engine="duckdb")


def test_files_of_mixed_integers_say_which_file_and_what_to_do(spark, tmp_path):
    """Spark takes the types of one file for all, and meets the other one while it counts."""
    for name, kind in (("1", pa.int32()), ("2", pa.int64())):
        whole = pa.table({"a": pa.array([1, 2, 3] * 9, kind), "b": ["x", "y", "z"] * 9})
        pq.write_table(whole, tmp_path / f"{name}.parquet")
    frame = spark.read.schema("a int, b string").parquet(str(tmp_path))
    with pytest.raises(FormatError, match=r"2\.parquet.*column \[a\].*cast what each holds"):
        tables.compare(frame, frame)
    assert spark.catalog.listTables() == []


def test_times_in_csv_are_utc_whatever_the_clock_of_the_session(spark, tmp_path):
    path = tmp_path / "at.csv"
    path.write_text("at\n" + "".join(f"2024-01-{d:02d} 10:00:00\n" for d in range(1, 29)))
    through, known = tables.profile(path, engine=spark)["at"], tables.profile(path)["at"]
    assert (through.minimum, through.maximum) == (known.minimum, known.maximum)


def test_spark_connect(running_cluster, narrow):
    port = running_cluster[2]
    if port is None:
        pytest.skip("the client of Spark Connect is not installed: pip install 'pyspark[connect]'")
    from pyspark.sql.connect.session import SparkSession

    remote = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").create()
    columns = ["float", "text", "big", "x; DROP TABLE rows; --"]
    found = tables.profile(remote.read.parquet(str(narrow)), columns=columns)
    assert without_types(found) == without_types(tables.profile(narrow, columns=columns))
    assert remote.catalog.listTables() == []
    remote.stop()


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Rows in so many parts that a job over them takes a while."""
    path = tmp_path_factory.mktemp("many") / "rows.parquet"
    duckdb.execute(
        "COPY (SELECT hash(i) % 9973 / 7.0 AS f, 'v' || hash(-i) % 997 AS s "
        f"FROM range(1_500_000) AS t(i)) TO '{path}' (row_group_size 10_000)"
    )
    return path


@pytest.mark.slow
def test_a_worker_that_dies_in_the_middle_of_a_job_changes_nothing(running_cluster, many):
    cluster, spark, _ = running_cluster
    spark.conf.set("spark.sql.adaptive.enabled", "true")
    frame = spark.read.parquet(str(many))
    expected = tables.profile(many)
    undisturbed = tables.profile(frame)
    assert without_types(undisturbed) == without_types(expected)
    found = []
    work = threading.Thread(target=lambda: found.append(tables.profile(frame)))
    work.start()
    clusters.wait_for(lambda: in_the_middle(spark), 60)
    executors = cluster.kill_a_worker()
    assert executors
    assert work.is_alive()
    work.join(120)
    assert without_types(found[0]) == without_types(expected)
    assert np.isclose(sum(found[0]["f"].body.counts), 1_500_000)
    clusters.wait_for(lambda: clusters.executors(spark) == 1, 60)


def in_the_middle(spark):
    """Return whether a stage of many tasks has done some of them, and has most of them to do."""
    tracker = spark.sparkContext.statusTracker()
    stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
    return any(
        stage.numTasks > 10 and 2 <= stage.numCompletedTasks < stage.numTasks / 2
        for stage in stages
        if stage is not None
    )
