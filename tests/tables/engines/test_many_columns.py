"""Thousands of columns: each name has its own values, from whatever they come."""

import json

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from kullback.tables import Relation
from kullback.tables.engines.opening import open_engines

COLUMNS = 2_100  # an engine hands out 2 048 rows at once, and beyond that keeps no order
PLACES = (0, 31, 32, 1_023, 1_024, 2_047, 2_048, COLUMNS - 1)


@pytest.fixture(scope="module")
def arrays():
    return {f"c{i}": np.array([i, i + 0.5]) for i in range(COLUMNS)}


def written(arrays, folder, kind):
    path = folder / f"t.{kind}"
    frame = pl.DataFrame(arrays)
    frame.write_parquet(path) if kind == "parquet" else frame.write_csv(path)
    return path


MADE = {
    "mapping": lambda arrays, _: arrays,
    "pandas": lambda arrays, _: pd.DataFrame(arrays),
    "polars": lambda arrays, _: pl.DataFrame(arrays),
    "polars lazy": lambda arrays, _: pl.LazyFrame(arrays),
    "arrow": lambda arrays, _: pl.DataFrame(arrays).to_arrow(),
    "Parquet": lambda arrays, folder: written(arrays, folder, "parquet"),
    "CSV": lambda arrays, folder: written(arrays, folder, "csv"),
}


@pytest.mark.parametrize("kind", MADE)
def test_each_column_has_its_own_values(arrays, tmp_path, kind):
    with open_engines("auto", data := MADE[kind](arrays, tmp_path)) as engines:
        check(*engines.open(data, "data"))


def test_a_database_of_the_user_that_keeps_no_order(arrays):
    with duckdb.connect(config={"preserve_insertion_order": "false"}) as connection:
        frame = pl.DataFrame(arrays).to_arrow()  # noqa: F841 - the statement reads it by its name
        connection.execute("CREATE TABLE t AS SELECT * FROM frame")
        relation = Relation(connection, "t")
        with open_engines("auto", relation) as engines:
            check(*engines.open(relation, "data"))


def check(engine, source):
    assert [column.name for column in source.columns] == [f"c{i}" for i in range(COLUMNS)]
    for place in PLACES:
        column = source.columns[place]
        for relation in {source.relation, column.part or source.relation}:
            ends = f"SELECT min({column.address}), max({column.address}) FROM {relation}"
            assert engine.execute(ends) == [(place, place + 0.5)]


def test_json_of_more_keys_than_memory_holds_rows_of(tmp_path, monkeypatch):
    # DuckDB lays out some thousand rows of all keys at once, however few there are.
    monkeypatch.setenv("KULLBACK_MEMORY", "80MB")
    path = tmp_path / "wide.jsonl"
    rows = [{f"k{i}": i + j if i % 2 else str(j) for i in range(1500)} for j in range(4)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with open_engines("auto", path) as engines:
        engine, source = engines.open(path, "reference")
        assert [column.name for column in source.columns] == list(rows[0])
        for column in (*source.columns[:2], source.columns[-1]):
            value, there = column.address, column.part or source.relation
            found = engine.execute(f"SELECT {value} FROM {there} ORDER BY 1")
            assert [str(value) for (value,) in found] == [str(row[column.name]) for row in rows]
