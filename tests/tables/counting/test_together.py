"""A wide table gives the counts of its columns one by one, whatever it comes in."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from kullback import kernels, tables
from kullback.tables.counting import statements, together
from kullback.tables.counting.held import FLOAT_ANSWERS
from kullback.tables.counting.statements import Reading
from kullback.tables.engines.duckdb import connect
from kullback.tables.profiles.profile import Edge

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


def forms(frame, folder):
    frame.to_parquet(folder / "t.parquet")
    return {
        "pandas": frame,
        "polars": pl.from_pandas(frame),
        "arrow": pa.Table.from_pandas(frame),
        "parquet": str(folder / "t.parquet"),
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pandas", "polars", "arrow", "parquet"])
def test_wide_is_as_narrow(frame, tmp_path, asked, name):
    wide = forms(frame, tmp_path)[name]
    half = frame.iloc[: ROWS // 2]
    plan = tables.profile(half)
    whole, follow = tables.profile(wide), tables.profile(wide, like=plan)
    assert any("AS given1" in sql for sql in asked), "nothing was counted together"
    for start in range(0, COLUMNS, 30):
        few = frame.iloc[:, start : start + 30]
        if name == "polars":
            few = pl.from_pandas(few)
        before = len(asked)
        narrow = tables.profile(few)
        after = tables.profile(few, like=tables.profile(half[list(few.columns)]))
        assert not any("AS given1" in sql for sql in asked[before:])
        for column in few.columns:
            assert repr(whole[column]) == repr(narrow[column])
            assert repr(follow[column]) == repr(after[column])


def test_plain_numbers_of_pandas_are_counted_as_they_lie(asked):
    """No statement reads them; texts, which lie in turn with them, are read once a part."""
    rng = np.random.default_rng(8)
    special = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0])
    makers = [
        lambda: np.where(rng.random(ROWS) < 0.2, rng.choice(special, ROWS), rng.normal(size=ROWS)),
        lambda: rng.integers(-(2**62), 2**62, ROWS),
        lambda: rng.integers(0, 200, ROWS).astype(np.uint8),
        lambda: rng.random(ROWS) < 0.5,
        lambda: np.full(ROWS, np.nan),
        lambda: rng.choice(["x", "y"], ROWS),
    ]
    grid = rng.normal(size=(ROWS, 30))  # columns that do not lie in one stretch of memory
    wide = pd.DataFrame({f"c{i}": makers[i % len(makers)]() for i in range(72)})
    wide = pd.concat([wide, pd.DataFrame(grid, columns=[f"g{i}" for i in range(30)])], axis=1)
    wide = wide.set_axis([7, *wide.columns[1:]], axis=1)
    plan = tables.profile(wide.iloc[: ROWS // 2])
    whole, follow = tables.profile(wide), tables.profile(wide, like=plan)
    read = [sql for sql in asked if "AS given0" in sql]
    assert len(read) <= 5  # the one part of texts, and whether there is a value where none was
    assert all('"c5" AS x0' in sql or "THEN 0 END AS x0" in sql for sql in read)
    for start in range(0, wide.shape[1], 34):
        few = wide.iloc[:, start : start + 34]
        narrow = tables.profile(few)
        after = tables.profile(few, like=plan)
        for name in map(str, few.columns):
            assert repr(whole[name].body) == repr(narrow[name].body)
            assert (whole[name], follow[name]) == (narrow[name], after[name])


WHOLE = [0, 1, -1, 2**53, 2**53 + 1, -(2**62), 7]
REAL = [0.0, -0.0, 1.5, -1.5, 5e-324, 1.7976931348623157e308, 2.0**-900, 0.1, float("inf")]


def edges_at(values):
    """Edges at the values and beside them, inclusive and not, in order."""
    ends = {*values, *(np.nextafter(v, 9) if isinstance(v, float) else v + 0.5 for v in values)}
    finite = (value for value in ends if np.isfinite(value))
    return sorted(Edge(value, inclusive) for value in finite for inclusive in (False, True))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["DOUBLE", "FLOAT", "BIGINT", "INTEGER", "UBIGINT"])
def test_the_arrays_are_counted_as_the_statements_count(kind, seed):
    """DuckDB's own counts, for edges at the values and one step beside them."""
    rng = np.random.default_rng(seed)
    floating = kind in {"DOUBLE", "FLOAT"}
    pool = [*(REAL if floating else WHOLE), None]
    values = [pool[i] for i in rng.integers(0, len(pool), 60)]
    edges = edges_at([v for v in REAL if floating] or WHOLE)
    given = edges[:: 1 + seed]
    with connect() as engine:
        reading = column(engine, values, kind, floating=floating)
        held = [v for v in values if v is not None and fits(v, kind)]
        low, high = min(held), sorted(held)[len(held) // 2]
        far = sorted(held)[len(held) // 2 + 1], max(v for v in held if v < math.inf)
        drawable = [] if floating else [statements.drawn_integers(reading, seed)]  # 1e308 is not
        for asked in (
            *drawable,
            statements.grid_cells(reading, 7),
            statements.grid_cells(reading, 12),
            statements.bin_counts(reading, given),
            statements.linear_cells(reading, [(low, high, 16 + seed)]),
            statements.linear_cells(reading, [(low, high, 64), (*far, 1024)]),
            statements.value_counts(reading, 3 + seed),
            statements.value_counts(reading, 2, pool[seed:5], parted=True),
        ):
            check(engine, asked)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ["VARCHAR", "BOOLEAN"])
def test_the_texts_are_counted_as_the_statements_count(kind, seed):
    pool = ["", "a", "B", "é", "\U0001f600", "\uffff", "it's", None]
    pool = [True, False, None] if kind == "BOOLEAN" else pool
    values = [pool[i] for i in np.random.default_rng(seed).integers(0, len(pool), 40)]
    with connect() as engine:
        reading = column(engine, values, kind, floating=False)
        for limit in (1, 3, 99):
            check(engine, statements.value_counts(reading, limit))
            check(engine, statements.value_counts(reading, limit, pool[:2], parted=True))


def column(engine, values, kind, *, floating):
    """A column of a type, made of text; one of its texts is of no value of that type."""
    engine.execute("CREATE TABLE t (v VARCHAR)")
    rows = ", ".join(
        "(NULL)" if v is None else f"({engine.dialect.literal(str(v))})" for v in values
    )
    engine.execute(f"INSERT INTO t VALUES {rows}, ('no number')")
    engine.execute(f"CREATE TABLE s AS SELECT v, TRY_CAST(v AS {kind}) AS x FROM t")
    return Reading("s", '"v"', '"x"', floating, engine.dialect)


def check(engine, asked):
    """The rows that the engine gives, but for the ends of what has no place among numbers.

    A zero has no sign, and of what is cut off the order decides.
    """

    def plain(rows):
        rows = [row[:2] if row[0] in range(-5, 0) and len(row) == 4 else row for row in rows]
        rows = [tuple(x + 0.0 if type(x) is float else x for x in row) for row in rows]
        return sorted(rows, key=repr)

    known = engine.execute(asked)
    groups = [together.of_part([asked.reading])]
    if asked.what in FLOAT_ANSWERS and asked.reading.floating and kernels.bin_cells is not None:
        groups.append(together.of_floats(asked.reading))
    for group in groups:
        answering = together.AnsweredEngine(engine, [group])
        assert isinstance(asked, statements.AskedStatement)
        found = answering._answer(asked)
        if found is None:  # a level that the native kernel leaves to the engine
            assert (asked.what, asked.given) == ("grid", (12,))
            continue
        assert repr(plain(found)) == repr(plain(known))


def test_floats_of_a_narrow_table_are_counted_by_the_kernels(asked, monkeypatch):
    """And the profile is the one that the statements give, whatever is missing or infinite."""
    if kernels.bin_cells is None:
        pytest.skip("built without a compiler")
    rng = np.random.default_rng(2)
    odd = np.where(rng.random(900) < 0.1, rng.choice([np.nan, np.inf, -np.inf, 0.0], 900), 1e-300)
    frame = pd.DataFrame({"plain": rng.normal(size=900), "odd": odd * rng.normal(size=900)})
    table = pa.table({**frame, "null": pa.array(frame["odd"].where(frame["odd"] > 0))})
    plan = tables.profile(table.slice(0, 500))
    profiles = tables.profile(table), tables.profile(table, like=plan)
    counted = [sql for sql in asked if "GROUP BY cell" in sql]
    monkeypatch.setattr(kernels, "bin_cells", None)
    assert repr(profiles) == repr((tables.profile(table), tables.profile(table, like=plan)))
    assert not [sql for sql in counted if "ln(abs" in sql and ", 7 - " in sql]


def fits(value, kind):
    """Whether a type holds a number."""
    least, most = {"INTEGER": (-(2**31), 2**31 - 1), "UBIGINT": (0, 2**64)}.get(
        kind, (-1e999, 1e999)
    )
    return least <= value <= most and math.isfinite(value)


def test_few_values_are_read_at_once(frame, monkeypatch, asked):
    numbers = frame.select_dtypes("float64")
    monkeypatch.setattr(together, "AT_ONCE", 2 * ROWS)
    wide = pd.concat([numbers.add_suffix(f"_{i}") for i in range(3)], axis=1)
    few = tables.profile(wide)
    assert not any("AS given2" in sql for sql in asked)
    monkeypatch.undo()
    assert repr(few) == repr(tables.profile(wide))


def test_what_is_counted_together_takes_few_statements(asked):
    """One at a time a column takes three statements or more, on both sides together."""
    rng = np.random.default_rng(0)
    counts = []
    for columns in (100, 200):
        frame = pd.DataFrame(rng.integers(0, 9, (50, columns))).rename(columns="c{}".format)
        before = len(asked)
        tables.compare(frame, frame)
        counts.append(len(asked) - before)
    assert counts[1] - counts[0] < 150


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_file_of_very_many_columns_is_read_by_groups(tmp_path, form):
    """1 100 columns are more than are read at once: each has the counts that it has alone."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.integers(0, 5, (30, 1_100))).rename(columns="c{}".format)
    path = tmp_path / f"t.{form}"
    getattr(frame, f"to_{form}")(path, index=False)
    wide, some = tables.profile(str(path)), ["c0", "c1023", "c1024", "c1099"]
    assert [column.name for column in wide] == list(frame.columns)
    for name in some:
        assert wide[name].body == tables.profile(frame[some])[name].body


def texts(seed, rows=3_000):
    """Texts of few and of many values, with missing ones."""
    rng = np.random.default_rng(seed)
    many = [f"v {i}" if i % 50 else None for i in rng.zipf(1.3, rows) % 2_000]
    return pd.DataFrame({"many": many, "few": rng.choice(["a", "b"], rows)})


def test_texts_are_counted_once(asked, monkeypatch):
    """What is kept of a column answers the listing, the draw and what the other side lists."""
    reference, current = texts(0), texts(1)
    monkeypatch.setattr(together, "TEXTS", 0)
    monkeypatch.setattr(together, "COUNTED_ONCE", 2_000)
    monkeypatch.setattr("kullback.tables.counting.aspects.COUNTED_ONCE", 2_000)
    found = tables.compare(reference, current, max_outcomes=100)
    grouped = [sql for sql in asked if '"many" AS x' in sql and "GROUP BY x" in sql]
    assert len(grouped) == 2  # one a side
    monkeypatch.undo()
    assert repr(found) == repr(tables.compare(reference, current, max_outcomes=100))


def test_a_large_table_of_counts_makes_way():
    with connect() as engine:
        engine.execute("CREATE TABLE t AS SELECT i // 2 AS v FROM range(2500000) AS r(i)")
        readings = [Reading("t", "v", value, False, engine.dialect) for value in ("v", "v % 7")]
        for reading, values in zip(readings, (1_250_000, 7), strict=True):
            assert engine.of_counted(statements.different_texts(reading)) == [(2_500_000, values)]
        kept = [name for (name,) in engine.execute("SHOW TABLES") if name.startswith("kept")]
        assert kept == ["kept_2"]
