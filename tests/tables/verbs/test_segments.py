"""Segments: each is the comparison of its own rows, and all are tested together."""

import datetime as dt
import json
import math
import sqlite3

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from scipy.stats import false_discovery_control

from kullback import tables
from kullback.errors import InputError
from kullback.tables import Skipped
from kullback.tables.counting import together
from kullback.tables.engines.database import ConnectedDatabase
from kullback.tables.verbs import segment_rows


def frame(seed, n=6_000, shift=0.0):
    rng = np.random.default_rng(seed)
    country = rng.choice(["AT", "CH", None, "it's; DROP"], n, p=[0.5, 0.3, 0.1, 0.1])
    x = rng.normal(size=n) * 5 + 100
    x[country == "CH"] = rng.normal(size=(country == "CH").sum()) + shift
    return pd.DataFrame(
        {"country": country, "tier": rng.integers(0, 2, n), "x": x, "s": rng.choice(list("pq"), n)}
    )


def test_a_segment_is_the_comparison_of_its_rows():
    reference, current = frame(0), frame(1, shift=0.5)
    found = tables.segments(reference, current, "country")
    assert {segment.values[0] for segment in found} == {"AT", "CH", None, "it's; DROP"}
    for segment in found:
        value = segment.values[0]
        parts = [
            f[f.country.isna() if value is None else f.country == value]
            for f in (reference, current)
        ]
        alone = tables.compare(*parts, columns=["tier", "x", "s"])
        for column in alone:
            other = segment.comparison[column.name]
            assert other.p_value == pytest.approx(column.p_value, rel=1e-9)
            assert other.jensen_shannon.value == pytest.approx(column.jensen_shannon.value)
    assert found.ranked[0].label == "CH"
    assert found["CH"].comparison["x"].verdict == "drifted"
    assert "drifted" not in {s.comparison.verdict for s in found.ranked[1:]}


def test_a_segment_in_one_bin_of_the_whole_is_not_blind():
    """All of CH lies in a tail bin of the whole: in the bins of the whole nothing would show."""
    reference, current = frame(0), frame(1, shift=2.0)
    reference, current = (
        f[(f.country != "CH") | (f.index < 400)].sample(frac=1, random_state=2)
        for f in (reference, current)
    )
    whole = tables.compare(reference, current, columns=["x"])["x"]
    inside = tables.segments(reference, current, "country")["CH"].comparison["x"]
    assert (whole.verdict, inside.verdict) == ("same", "drifted")
    assert inside.jensen_shannon.value > 0.3


def test_q_values_are_over_all_segments_and_their_shares():
    found = tables.segments(frame(0), frame(1), ["country", "tier"])
    assert len(found) == 8
    columns = [c for s in found for c in s.comparison if not isinstance(c, Skipped)]
    columns.append(found.composition)
    tests = [test for c in columns for test in (c, *c.shares)]
    expected = false_discovery_control([test.p_value for test in tests])
    assert [test.q_value for test in tests] == pytest.approx(list(expected))
    assert found.composition.name == "country × tier"


def test_segments_of_one_side_are_reported():
    reference, current = frame(0), frame(1)
    reference.loc[:99, "country"] = "gone"
    current.loc[:49, "country"] = "new"
    found = tables.segments(reference, current, "country")
    assert [(s.label, s.rows) for s in found.appeared] == [("new", 50)]
    assert [(s.label, s.rows) for s in found.vanished] == [("gone", 100)]
    assert found.composition.new == ("new",)
    assert found.composition.gone == ("gone",)
    assert "1 segment is only in the current data: 'new' (50 rows)" in str(found)


def test_shares_that_move_are_a_drift_of_their_own():
    reference, current = frame(0), frame(1)
    found = tables.segments(reference, current[current.country != "AT"], "country")
    assert found.composition.verdict == "drifted"
    assert found.verdict == "drifted"
    assert not found.check()
    assert found.failing("drift") == ()


def test_the_largest_are_compared_and_the_others_counted():
    found = tables.segments(frame(0), frame(1), "country", most=2)
    assert [segment.label for segment in found] == ["AT", "CH"]
    assert [note.code for note in found.notes] == ["left-out"]
    alone = tables.segments(frame(0).head(20), frame(1).head(20), "country", columns=["s"])
    assert "small-segments" in [note.code for note in alone.notes] or len(alone) == 4


def test_a_small_segment_is_undecided_with_what_would_show():
    reference, current = frame(0), frame(1)
    current = current[(current.country != "CH") | (current.index < 40)]
    small = tables.segments(reference, current, "country")["CH"].comparison
    assert {column.verdict for column in small} == {"undecided"}
    assert all(column.detectable > 0.01 for column in small)


def test_forms():
    found = tables.segments(frame(0), frame(1), "country")
    assert set(found.to_frame()["segment"]) == {s.label for s in found}
    read = json.loads(found.to_json())
    assert read["by"] == ["country"]
    assert read["composition"]["verdict"] == found.composition.verdict


@pytest.mark.parametrize(
    ("by", "said"),
    [("nope", "no column 'nope'"), ([], "at least one column")],
)
def test_bad_segments_are_refused(by, said):
    with pytest.raises(InputError, match=said):
        tables.segments(frame(0), frame(1), by)


def test_a_profile_has_no_segments():
    with pytest.raises(InputError, match="reference is a profile"):
        tables.segments(tables.profile(frame(0)), frame(1), "country")


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (3, "expected the name of a column"),
        ([], "at least one column"),
        (["a", "a"], "none twice"),
        ("a", r"no columns besides \['a'\]"),
    ],
)
def test_what_makes_no_segments_is_refused(by, said):
    frame = pd.DataFrame({"a": ["x", "y"] * 50})
    with pytest.raises(InputError, match=said):
        tables.segments(frame, frame, by)


def mixed(seed, segments, rows=240):
    """A table with a column of every kind, cut by one that has so many values."""
    rng = np.random.default_rng(seed)
    odd = rng.choice([np.nan, np.inf, -np.inf, 0.0, -0.0], rows)
    return pd.DataFrame(
        {
            "g": rng.integers(0, segments, rows),
            "x": np.where(rng.random(rows) < 0.1, odd, rng.normal(size=rows)),
            "n": rng.integers(0, 2**62, rows),
            "s": rng.choice(["p", "q", "", None], rows),
            "b": rng.random(rows) < 0.5,
            "at": np.datetime64("2026-01-01", "us") + rng.integers(0, 10**12, rows),
            "few": pd.Series(rng.integers(0, 4, rows)).where(rng.random(rows) < 0.9),
        }
    )


@pytest.mark.parametrize("at_once", [4_000, 4_000_000])
def test_segments_read_together_are_those_of_statements(monkeypatch, at_once):
    """Without room for one segment every statement is run, which is the oracle."""
    monkeypatch.setattr(together, "AT_ONCE", at_once)
    found = tables.segments(mixed(0, 3), mixed(1, 3), "g").to_dict()
    monkeypatch.setattr(together, "AT_ONCE", 0)
    assert found == tables.segments(mixed(0, 3), mixed(1, 3), "g").to_dict()


def test_more_segments_take_no_more_statements(asked):
    numbers = {}
    for segments in (2, 24):
        asked.clear()
        tables.segments(mixed(0, segments), mixed(0, segments), "g", columns=["x", "s", "few"])
        numbers[segments] = len(asked)
    assert numbers[24] == numbers[2] < 40


def test_more_segments_take_no_more_statements_of_a_database(monkeypatch):
    run, asked = ConnectedDatabase.execute, []
    monkeypatch.setattr(
        ConnectedDatabase, "execute", lambda self, sql: asked.append(sql) or run(self, sql)
    )
    numbers = {}
    for segments in (2, 10):
        connection = sqlite3.connect(":memory:")
        for seed in (0, 1):
            held = mixed(seed, segments, rows=400)[["g", "b", "x", "s"]]
            held.to_sql(f"t{seed}", connection, index=False)
        sides = [tables.Relation(connection, f"t{seed}") for seed in (0, 1)]
        asked.clear()
        found = tables.segments(*sides, ["g", "b"])
        numbers[segments] = len(asked)
        with monkeypatch.context() as patched:
            patched.setattr(segment_rows, "AT_ONCE", 100)
            in_runs = tables.segments(*sides, ["g", "b"])
        assert found.to_dict() == in_runs.to_dict()
    assert numbers[10] == numbers[2] < 20


def test_columns_of_a_wide_table_have_the_rows_of_their_segment():
    rng = np.random.default_rng(0)
    wide = {f"c{i}": rng.integers(0, 3, 90) for i in range(70)}
    table = pd.DataFrame({"g": np.arange(90) % 3, "at": pd.date_range("2026-01-01", periods=90)})
    table = pd.concat([table, pd.DataFrame(wide)], axis=1)
    found = tables.segments(table, table, "g", columns=["c0", "c69"])
    assert [s.comparison["c69"].jensen_shannon.n for s in found] == [30, 30, 30]
    first = tables.windows(None, table, on="at", by="month", columns=["c69"])
    assert [w.comparison["c69"].jensen_shannon.m for w in first] == [31, 31]


KEYS = {
    "double": [1e15, 2e16, 0.5, 1e-7, 1e22, math.inf, -3.0],
    "single": [float(np.float32(v)) for v in (0.1, 3.0, 16777216.0)],
    "flag": [True, False],
    "day": [dt.date(2024, 1, 1), dt.date(1969, 12, 31)],
    "at": [dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 2, 10, 0, 0, 250)],
    "text": ["a", "A", "it's", "1e15"],
    "whole": [1, 10**15, -(10**18)],
}


@pytest.mark.parametrize("name", list(KEYS))
def test_segments_are_called_alike_in_every_format(tmp_path, name):
    kinds = {"single": pa.float32(), "at": pa.timestamp("us")}
    known = KEYS[name]
    values = [None if i % 11 == 7 else known[i % len(known)] for i in range(330)]
    y = [i // 11 % 3 for i in range(330)]
    table = pa.table({"k": pa.array(values, kinds.get(name)), "y": y})
    pq.write_table(table, tmp_path / "t.parquet")
    connection = sqlite3.connect(":memory:")
    declared = {"flag": "BOOLEAN", "day": "DATE", "at": "TIMESTAMP"}.get(name, "")
    connection.execute(f"CREATE TABLE t (k {declared}, y INT)")
    held = [str(v) if isinstance(v, dt.date) else v for v in values]
    connection.executemany("INSERT INTO t VALUES (?, ?)", list(zip(held, y, strict=True)))
    connection.commit()
    pacsv.write_csv(table, tmp_path / "t.csv")
    routes = [tmp_path / "t.parquet", table.to_pandas(), tables.Relation(connection, "t")]
    routes += [tmp_path / "t.csv"] if name != "text" else []  # which reads 1e15 as a number
    for current in routes:
        found = tables.segments(routes[0], current, "k", columns=["y"])
        assert (found.appeared, found.vanished) == ((), ()), current
        assert len(found) == len(known) + 1
        assert {s.comparison["y"].jensen_shannon.value for s in found} == {0.0}


def test_zero_and_one_are_false_and_true():
    flags = pd.DataFrame({"k": [True, False] * 100, "y": [0, 1, 2, 3] * 50})
    numbers = flags.assign(k=flags.k.astype(int))
    assert {s.label for s in tables.segments(flags, numbers, "k")} == {"true", "false"}
    assert {s.label for s in tables.segments(numbers, flags, "k")} == {"1", "0"}
