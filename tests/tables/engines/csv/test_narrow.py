"""A CSV of more columns than are read at once is what it would be if it were read whole."""

import csv
import io

import duckdb
import numpy as np
import pytest

from kullback import tables
from kullback.errors import FormatError
from kullback.limits import LONGEST_RECORD
from kullback.tables.engines.opening import open_engines

COLUMNS = 1_100  # more than 1 024


def rows_of(seed, rows=6):
    """Texts with marks, quotes and line ends, numbers, and what is missing."""
    rng = np.random.default_rng(seed)
    odd = ["", "a,b", 'say "so"', "two\nlines", "é", " kept ", "1.5", "7"]
    header = [f"c{i}" if i % 7 else f"na,me {i}" for i in range(COLUMNS)]
    return [header, *([odd[k] for k in rng.integers(0, len(odd), COLUMNS)] for _ in range(rows))]


def written(path, rows, **how):
    text = io.StringIO()
    csv.writer(text, **how).writerows(rows)
    path.write_bytes(text.getvalue().encode())
    return path


@pytest.mark.parametrize(
    "how",
    [{}, {"lineterminator": "\n"}, {"quoting": csv.QUOTE_ALL}, {"delimiter": ";"}],
    ids=["as Excel", "plain line ends", "all quoted", "semicolons"],
)
def test_every_field_is_that_of_the_file(tmp_path, how):
    rows = rows_of(1)
    path = written(tmp_path / "t.csv", rows, **how)
    with open_engines("auto", path) as engines:
        engine, source = engines.open(path, "data")
        assert [column.name for column in source.columns] == rows[0]
        whole = engine.execute(f"SELECT * FROM {source.relation}")
        parts = [engine.execute(f"SELECT {c.address} FROM {c.part}") for c in source.columns[::37]]
    mark = how.get("delimiter", ",")
    known = duckdb.sql(
        f"SELECT * FROM read_csv('{path}', delim='{mark}', quote='\"', escape='\"', "
        "header=true, sample_size=-1)"
    ).fetchall()
    assert whole == known
    for place, part in zip(range(0, COLUMNS, 37), parts, strict=True):
        assert [value for (value,) in part] == [row[place] for row in known]


def test_what_is_wrong_is_said_by_its_row(tmp_path):
    rows = rows_of(2)
    rows[3] = rows[3][:-1]
    with pytest.raises(FormatError, match="row 4 has 1099 fields, where the first has 1100"):
        tables.profile(written(tmp_path / "t.csv", rows))


def test_a_quote_that_is_never_closed_ends_at_the_limit(tmp_path, monkeypatch):
    names = ",".join(f"c{i}" for i in range(COLUMNS))
    path = tmp_path / "t.csv"
    path.write_text(names + '\n"' + "x\n" * 50_000)
    with pytest.raises(FormatError, match="row 2 ends within quotes"):
        tables.profile(path)
    monkeypatch.setenv(LONGEST_RECORD, "20kB")
    with pytest.raises(FormatError, match="row 2 goes on after 20 kB"):
        tables.profile(path)
