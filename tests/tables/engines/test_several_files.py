"""Files that are read as one table: what disagrees is named, folders of partitions are read."""

import os

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import feather

from kullback import tables
from kullback.errors import FormatError, InputError
from kullback.tables.counting import table_counts
from kullback.tables.engines import several_files


def written(folder, **files):
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return str(folder / "*.*")


def said(profile):
    return " ".join(note.text for note in profile.notes if note.code == "file")


def test_a_column_that_one_file_lacks_and_one_of_another_case_are_named(tmp_path):
    text = "x,Price,z\n1,2,3\n4,5,6\n"
    profile = tables.profile(written(tmp_path, a__csv=text, b__csv="x,price\n1,2\n", c__csv=text))
    assert "b.csv' lacks 'z' and calls 'Price' 'price'" in said(profile)
    assert "c.csv" not in said(profile)
    assert profile["z"].missing == 1
    assert profile["Price"].body.counts == {2: 3, 5: 2}


def test_a_file_with_another_delimiter_is_refused_by_name(tmp_path):
    path = written(tmp_path, a__csv="x,y\n1,2\n", b__csv="x;y\n1;2\n")
    with pytest.raises(
        FormatError, match=r"b\.csv' parts its fields by ';', and '.*a\.csv' by ','"
    ):
        tables.profile(path)


def test_columns_that_only_later_files_have_are_counted_and_named(tmp_path):
    feather.write_feather(pa.table({"a": [1, 2]}), tmp_path / "1.feather")
    feather.write_feather(pa.table({"a": [1], "b": [3]}), tmp_path / "2.feather")
    profile = tables.profile(str(tmp_path / "*.feather"))
    assert (profile["b"].body.counts, profile["b"].missing) == ({3: 1}, 2)
    assert "2.feather' has 'b' besides" in said(profile)
    duckdb.sql(f"COPY (SELECT 1 AS a) TO '{tmp_path}/1.parquet'")
    duckdb.sql(f"COPY (SELECT 1 AS a, 2 AS b) TO '{tmp_path}/2.parquet'")
    assert "2.parquet' has 'b' besides" in said(tables.profile(str(tmp_path / "*.parquet")))


@pytest.mark.parametrize("kind", ["parquet", "csv", "json"])
def test_a_folder_of_partitions_is_read_with_its_keys(tmp_path, kind):
    rows = "SELECT i % 3 AS x, 2020 + i % 2 AS year, 'r' || (i % 4) AS region FROM range(400) t(i)"
    duckdb.sql(f"COPY ({rows}) TO '{tmp_path}/sales' (FORMAT {kind}, PARTITION_BY (year, region))")
    (tmp_path / "sales" / "_SUCCESS").write_text("")
    profile = tables.profile(tmp_path / "sales")
    assert profile["year"].body.counts == {2020: 200, 2021: 200}
    assert profile["region"].body.counts == {f"r{i}": 100 for i in range(4)}
    assert profile["x"].body.counts == {0: 134, 1: 133, 2: 133}
    assert "partitioned by 'year', 'region'" in said(profile)
    found = tables.compare(tmp_path / "sales" / "year=2020", tmp_path / "sales")
    assert found["x"].verdict in {"same", "undecided"}


def test_a_file_that_changes_while_it_is_counted_is_named(tmp_path, monkeypatch):
    path = tmp_path / "t.parquet"
    frame = pd.DataFrame({"x": np.arange(200) % 5})
    frame.to_parquet(path)
    counted = table_counts.own

    def changed(*given):
        pd.concat([frame, frame]).to_parquet(path)
        return counted(*given)

    monkeypatch.setattr(table_counts, "own", changed)
    with pytest.raises(InputError, match=r"t\.parquet' \(.* bytes, then .*\) changed while"):
        tables.profile(path)


def test_a_file_put_in_the_place_of_another_is_noticed(tmp_path, monkeypatch):
    """As copies that keep their times are: of the same size, and written when the other was."""
    path, other = tmp_path / "t.parquet", tmp_path / "u.parquet"
    for name, values in ((path, "aab"), (other, "bba")):
        pd.DataFrame({"x": list(values) * 100}).to_parquet(name)
        os.utime(name, (10**9, 10**9))
    assert path.stat().st_size == other.stat().st_size
    counted = table_counts.own
    monkeypatch.setattr(
        table_counts, "own", lambda *given: (counted(*given), other.replace(path))[0]
    )
    with pytest.raises(InputError, match=r"written again, in the same size\) changed while"):
        tables.profile(path)


def test_text_that_zstandard_compressed_is_read_like_any_other(tmp_path):
    zstandard = pytest.importorskip("zstandard")
    rows = b'a;b\n1;2\n3;"x\n\ny"\n'
    path = tmp_path / "t.csv.zst"
    path.write_bytes(zstandard.compress(rows[:9]) + zstandard.compress(rows[9:]))
    assert tables.profile(path)["b"].body.counts == {"2": 1, "x\n\ny": 1}
    path.write_bytes(zstandard.compress(rows * 50)[:-4])
    with pytest.raises(FormatError, match="cut off"):
        tables.profile(path)
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(FormatError, match="no whole Zstandard file"):
        tables.profile(path)


def test_keys_that_json_files_lack_or_spell_in_another_case_are_named(tmp_path):
    rows = {"a": '{"x": 1, "Price": 2}', "b": '{"x": 1}', "c": '{"x": 1, "price": 3, "more": 4}'}
    path = written(tmp_path, **{f"{name}__jsonl": text for name, text in rows.items()})
    profile = tables.profile(path)
    assert "b.jsonl' lacks 'Price'" in said(profile)
    assert "c.jsonl' has 'more' besides and calls 'Price' 'price'" in said(profile)
    assert "a.jsonl' lacks" not in said(profile)
    assert {"x", "more"} <= {column.name for column in profile}
    assert not any("file" in column.name for column in profile)


def test_json_keys_of_two_cases_are_two_columns(tmp_path):
    """As in Parquet and CSV; where they are in no row together, a note tells of the two halves."""
    table = pd.DataFrame({"A": np.arange(60) % 7, "a": np.arange(60) % 5, "a_1": 1, "x": 2})
    for kind in ("jsonl", "parquet", "csv"):
        path = tmp_path / f"t.{kind}"
        if kind == "jsonl":
            table.to_json(path, orient="records", lines=True)
        else:
            getattr(table, f"to_{kind}")(path, index=False)
        profile = tables.profile(path)
        assert {c.name: c.body for c in profile} == {c.name: c.body for c in tables.profile(table)}
        assert said(profile) == ""
    (tmp_path / "halves").mkdir()
    halves = ['{"A": 1, "x": 2}', '{"a": 1, "x": 2}'] * 30
    profile = tables.profile(written(tmp_path / "halves", t__jsonl="\n".join(halves)))
    assert {column.name: column.missing for column in profile} == {"A": 30, "a": 30, "x": 0}
    assert "differ in case only and are in no row together: 'A' and 'a'" in said(profile)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "csv.gz", "feather", "zip"])
def test_files_of_any_format_that_change_are_refused(tmp_path, monkeypatch, kind):
    """Rows that are read once are of one state; those that are read again must stay as they are."""
    path = tmp_path / f"t.{kind}"
    table = pd.DataFrame({"x": np.arange(200) % 5})
    writers = {
        "feather": lambda: feather.write_feather(pa.Table.from_pandas(table), path),
        "jsonl": lambda: table.to_json(path, orient="records", lines=True),
        "zip": lambda: table.to_csv(
            path, index=False, compression={"method": "zip", "archive_name": "t.csv"}
        ),
    }
    write = writers.get(kind, lambda: table.to_csv(path, index=False))
    write()
    again = (table_counts, "own") if kind == "feather" else (several_files, "names_of")
    run = getattr(*again)

    def changed(*given):
        nonlocal table
        table = pd.concat([table, table])
        write()
        return run(*given)

    monkeypatch.setattr(*again, changed)
    if kind == "feather":
        monkeypatch.setattr(*again, lambda *given: (run(*given), path.touch())[0])
    with pytest.raises(InputError, match=r"t\..* changed while"):
        tables.profile(path)


def test_a_number_of_any_length_is_counted(tmp_path):
    """DuckDB's integers of any length took the square of the digits, and no float held them."""
    path = tmp_path / "long.csv"
    path.write_text("x,y\n" + "1,2\n" * 200 + f"{'1' * 100_000},3\n" + f"{2**100},3\n")
    column = tables.compare(path, path)["x"]
    assert column.verdict == "same"
    assert tables.profile(path).rows == 202
