"""A wide table gives the counts of its columns one by one, whatever it comes in."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from kullback import tables
from kullback.tables.engines.duckdb import DuckDB

COLUMNS, ROWS = 150, 60


@pytest.fixture(scope="module")
def frame():
    """Columns of every kind in turn, with NaN, infinities, NULL, ties and large integers."""
    rng = np.random.default_rng(5)
    special = np.array([np.nan, np.inf, -np.inf, 0.0])
    makers = [
        lambda: rng.normal(size=ROWS),
        lambda: np.where(rng.random(ROWS) < 0.2, rng.choice(special, ROWS), rng.normal(size=ROWS)),
        lambda: rng.integers(0, 5, ROWS),
        lambda: rng.integers(-(2**62), 2**62, ROWS),
        lambda: rng.normal(size=ROWS).astype(np.float32),
        lambda: pd.Series(rng.choice(["x", "y", None], ROWS), dtype=object),
        lambda: rng.random(ROWS) < 0.5,
        lambda: np.datetime64("2026-01-01", "us") + rng.integers(0, 10**12, ROWS),
        lambda: pd.Series(rng.integers(0, 99, ROWS)).where(rng.random(ROWS) < 0.7).astype("Int64"),
    ]
    return pd.DataFrame({f"c{i}": makers[i % len(makers)]() for i in range(COLUMNS)})


@pytest.fixture
def statements(monkeypatch):
    """Every statement that the embedded engine runs."""
    run, asked = DuckDB.execute, []
    monkeypatch.setattr(DuckDB, "execute", lambda self, sql: asked.append(sql) or run(self, sql))
    return asked


def forms(frame, folder):
    frame.to_parquet(folder / "t.parquet")
    return {
        "pandas": frame,
        "polars": pl.from_pandas(frame),
        "arrow": pa.Table.from_pandas(frame),
        "parquet": str(folder / "t.parquet"),
    }


@pytest.mark.parametrize("name", ["pandas", "polars", "arrow", "parquet"])
def test_wide_is_as_narrow(frame, tmp_path, statements, name):
    wide = forms(frame, tmp_path)[name]
    half = frame.iloc[: ROWS // 2]
    plan = tables.profile(half)
    whole, follow = tables.profile(wide), tables.profile(wide, like=plan)
    assert any("unnest([0, 1" in sql for sql in statements), "nothing was counted together"
    for start in range(0, COLUMNS, 30):
        few = frame.iloc[:, start : start + 30]
        if name == "polars":
            few = pl.from_pandas(few)
        before = len(statements)
        narrow = tables.profile(few)
        after = tables.profile(few, like=tables.profile(half[list(few.columns)]))
        assert not any("unnest([0, 1" in sql for sql in statements[before:])
        for column in few.columns:
            assert repr(whole[column]) == repr(narrow[column])
            assert repr(follow[column]) == repr(after[column])


def test_what_is_counted_together_takes_few_statements(statements):
    """One at a time a column takes three statements or more, on both sides together."""
    rng = np.random.default_rng(0)
    counts = []
    for columns in (100, 200):
        frame = pd.DataFrame(rng.integers(0, 9, (50, columns))).rename(columns="c{}".format)
        before = len(statements)
        tables.compare(frame, frame)
        counts.append(len(statements) - before)
    assert counts[1] - counts[0] < 150
