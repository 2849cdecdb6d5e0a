"""The same rows give the same counts, whatever they come in; and what bad input gets."""

import datetime as dt
import gzip
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kullback import tables
from kullback.errors import FormatError, InputError

ROWS = 3_000


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(7)
    gaps = rng.random(ROWS) < 0.1
    start = dt.datetime(2024, 1, 1)
    return pl.DataFrame(
        {
            "amount": np.where(gaps, None, rng.lognormal(3, 1, ROWS).round(2)).tolist(),
            "city": rng.choice(["Zürich", "東京", "it's", 'a "b"', "x,y"], ROWS).tolist(),
            "rooms": rng.integers(1, 9, ROWS).tolist(),
            "size": rng.integers(100, 100_000, ROWS).tolist(),
            "sold": (rng.random(ROWS) < 0.3).tolist(),
            "when": [start + dt.timedelta(minutes=int(m)) for m in rng.integers(0, 500_000, ROWS)],
        }
    )


@pytest.fixture(scope="module")
def sources(frame, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    frame.write_csv(folder / "t.csv")
    frame.write_csv(folder / "t.tsv", separator="\t")
    frame.write_parquet(folder / "t.parquet")
    frame.write_ndjson(folder / "t.jsonl")
    (folder / "t.csv.gz").write_bytes(gzip.compress((folder / "t.csv").read_bytes()))
    frame[:1_000].write_parquet(folder / "part-1.parquet")
    frame[1_000:].write_parquet(folder / "part-2.parquet")
    found = {name: folder / name for name in ("t.csv", "t.tsv", "t.parquet", "t.jsonl", "t.csv.gz")}
    connection = duckdb.connect()
    yield found | {
        "glob": str(folder / "part-*.parquet"),
        "pandas": frame.to_pandas(),
        "pandas of objects": frame.to_pandas().astype(object),
        "polars": frame,
        "polars lazy": frame.lazy(),
        "pyarrow table": frame.to_arrow(),
        "pyarrow reader": frame.to_arrow().to_reader(),
        "relation": connection.from_arrow(frame.to_arrow()),
    }
    connection.close()


NAMES = ["t.csv", "t.tsv", "t.jsonl", "t.csv.gz", "glob", "pandas", "pandas of objects"]
NAMES += ["polars", "polars lazy", "pyarrow table", "pyarrow reader", "relation"]


@pytest.fixture(scope="module")
def expected(sources):
    return tables.profile(sources["t.parquet"])


@pytest.mark.parametrize("name", NAMES)
def test_counts_are_identical(name, sources, expected):
    profile = tables.profile(sources[name])
    assert profile.rows == ROWS
    for column, known in zip(profile, expected, strict=True):
        assert (column.name, column.role) == (known.name, known.role)
        assert column.body == known.body
        assert column.missing == known.missing
        assert (column.minimum, column.maximum) == (known.minimum, known.maximum)


def test_roles(expected):
    roles = ["numeric", "categorical", "integer-coded", "numeric", "boolean", "date/time"]
    assert [column.role for column in expected] == roles


def test_frames_stay_out_of_what_is_imported(tmp_path):
    import subprocess
    import sys

    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "".join(f"{i % 7},{i % 3}\n" for i in range(100)))
    program = (
        "import sys; from kullback import tables; assert 'duckdb' not in sys.modules; "
        f"tables.compare({str(path)!r}, {str(path)!r}); "
        "assert not {'pandas', 'polars', 'pyarrow'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


GOOD = "a,b\n1,x\n2,y\n"


@pytest.mark.parametrize(
    ("name", "content", "error", "said"),
    [
        pytest.param("t.csv", "", FormatError, "empty", id="empty file"),
        pytest.param("t.csv", "a,b\n", InputError, "no rows", id="header only"),
        pytest.param("t.csv", "a,b\n1,2\n", InputError, "only 1 row", id="one row"),
        pytest.param("t.csv", 'a,b\n1,"x\n2,y\n', FormatError, "CSV", id="open quote"),
        pytest.param("t.csv", "a,b\n1,2\n3,4\n5", FormatError, "line 4: exp", id="truncated CSV"),
        pytest.param("t.csv", "a,b,a\n1,2,3\n4,5,6\n", InputError, "'a'", id="duplicate names"),
        pytest.param("t.parquet", b"PAR1" + b"\0" * 50, FormatError, "Parquet", id="not Parquet"),
        pytest.param("t.jsonl", '{"a":1}\n{"a"', FormatError, "JSON", id="truncated JSON"),
        pytest.param(
            "t.csv", b"a,b\n1,Z\xc3\xbcrich\n2,\xff\n", FormatError, "utf-8", id="bad UTF-8"
        ),
        pytest.param("t.csv.gz", "no gzip", FormatError, "gzip", id="not gzip"),
        pytest.param("t.xlsx", "PK", FormatError, "zip", id="no workbook"),
        pytest.param("t.ods", "PK", InputError, "format", id="unknown format"),
        pytest.param("t.csv", "c,d\n1,x\n2,y\n", InputError, "no column in common", id="no common"),
    ],
)
def test_bad_files_are_refused(tmp_path, name, content, error, said):
    good = written(tmp_path, "good.csv", GOOD)
    bad = written(tmp_path, name, content)
    with pytest.raises(error, match=said) as caught:
        tables.compare(good, bad)
    assert "current" in str(caught.value)


def test_truncated_parquet_and_duplicate_names(tmp_path):
    table = pa.table([pa.array(range(1000)), pa.array(range(1000))], names=["a", "a"])
    pq.write_table(table, tmp_path / "twice.parquet")
    with pytest.raises(InputError, match="more than one column named 'a'"):
        tables.profile(tmp_path / "twice.parquet")
    whole = (tmp_path / "twice.parquet").read_bytes()
    cut = written(tmp_path, "cut.parquet", whole[: len(whole) // 2])
    with pytest.raises(FormatError, match=r"data: .*cut\.parquet"):
        tables.profile(cut)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param("nowhere/at-all.csv", "no such file", id="missing file"),
        pytest.param("nowhere/*.csv", "no file matches", id="empty glob"),
        pytest.param("nope://bucket/t.parquet", "Protocol not known", id="URL"),
        pytest.param(".", "folder", id="folder"),
        pytest.param(3, "data is a int", id="a number"),
        pytest.param({1, 2}, "data is a set", id="a set"),
        pytest.param(pd.Series([1, 2]), "to_frame", id="a series"),
        pytest.param(pd.DataFrame([[1, 2]], columns=["q", "q"]), "'q'", id="duplicate names"),
    ],
)
def test_bad_data_is_refused(data, said):
    with pytest.raises(InputError, match=said):
        tables.profile(data)


def test_names_that_differ_in_case_are_two_columns(tmp_path):
    path = written(tmp_path, "t.csv", "A,a\n" + "1,x\n2,y\n" * 20)
    profile = tables.profile(path)
    assert [column.name for column in profile] == ["A", "a"]
    assert profile["a"].body.counts == {"x": 20, "y": 20}


def test_a_path_with_signs_of_a_pattern_is_a_path(tmp_path):
    path = written(tmp_path, "a[1]*'?.csv", GOOD)
    assert tables.profile(path).rows == 2


def test_decimals_and_nested_columns():
    table = pa.table(
        {
            "price": pa.array([Decimal("1.10"), Decimal("2.25"), None] * 30),
            "list": pa.array([[1], [2], [3]] * 30),
        }
    )
    profile = tables.profile(table)
    assert profile["price"].maximum == Decimal("2.25")
    assert profile["price"].missing == 30
    # A list is counted by its length.
    assert (profile["list"].body.counts, profile["list"].spelling) == ({1: 90}, "lengths")
