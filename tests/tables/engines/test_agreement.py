"""The same rows through every format and engine are read as the same values, type by type."""

import importlib.util
import json
import sqlite3
import sys
from itertools import pairwise, product
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from kullback import tables

ROOT = Path(__file__).parents[3]


def _script():
    """The benchmark that prints the table of `docs/engines.md` has the rows and the routes."""
    sys.path.insert(0, str(ROOT))
    try:
        spec = importlib.util.spec_from_file_location("agreement", ROOT / "benchmarks/engines.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules["agreement"] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.pop(0)
    return module


agreement = _script()


@pytest.fixture(scope="module")
def routes(tmp_path_factory):
    return agreement.local(tmp_path_factory.mktemp("routes"))


def not_argued(routes, hubs):
    return [d for d in agreement.disagreements(routes, hubs) if not d.argument]


@pytest.mark.parametrize("name", ["CSV", "JSON lines", "polars", "SQLite", "SQLite query"])
def test_a_route_reads_what_parquet_holds(routes, name):
    both = {kind: routes[kind] for kind in ("Parquet", name)}
    assert not_argued(both, (name,)) == []


@pytest.mark.slow
def test_every_pair_of_routes_without_a_server_agrees(routes):
    assert not_argued(routes, ()) == []


@pytest.mark.parametrize("name", ["Parquet", "CSV", "SQLite"])
def test_postgres_agrees(routes, server, name):
    import psycopg

    with psycopg.connect(server) as connection:
        relation = tables.Relation(agreement.in_postgres(connection), "t")
        assert not_argued({name: routes[name], "Postgres": relation}, ("Postgres",)) == []
        connection.execute("DROP TABLE t")
        connection.commit()


def test_clickhouse_agrees(routes, clickhouse):
    relation = tables.Relation(agreement.in_clickhouse(clickhouse, routes["Parquet"]), "t")
    some = {name: routes[name] for name in ("Parquet", "JSON lines")}
    assert not_argued(some | {"ClickHouse": relation}, ("ClickHouse",)) == []
    clickhouse.cursor().execute("DROP TABLE t")


def test_the_documentation_holds_the_table():
    text = " ".join((ROOT / "docs" / "engines.md").read_text().split())
    for name in agreement.rows().column_names:
        assert f"| {name} |" in text
    for argued in agreement.ARGUED.values():
        for why in argued.values():
            assert why in text


def frame(values, **kept):
    return pd.DataFrame({"x": pd.Series(values, **kept), "y": np.arange(len(values)) % 3})


def test_empty_texts_of_a_file_without_types_are_missing_on_both_sides(tmp_path):
    table = frame(np.random.default_rng(1).choice(["a", "b", "", "c"], 2000), dtype=object)
    table.to_csv(tmp_path / "t.csv", index=False)
    saved = {}
    for name, data in (("csv", tmp_path / "t.csv"), ("frame", table)):
        tables.profile(data).save(tmp_path / f"{name}.json")
        saved[name] = tables.Profile.load(tmp_path / f"{name}.json")
    sides = [
        (tmp_path / "t.csv", table),
        (saved["csv"], table),
        (tmp_path / "t.csv", saved["frame"]),
    ]
    sides += [(saved["csv"], saved["frame"])]
    for q, p in [*sides, *((p, q) for q, p in sides)]:
        found = tables.compare(q, p)
        assert found["x"].verdict in {"same", "undecided"}
        assert found["x"].kl.value == 0
        assert found["x"].missing.reference == found["x"].missing.current > 0.2
        assert "empty-texts" in {note.code for note in found.notes}
    # But between formats that tell them apart it is a change.
    parquet, json_lines = tmp_path / "t.parquet", tmp_path / "t.jsonl"
    table.replace({"x": {"": None}}).to_parquet(parquet)
    table.to_json(json_lines, orient="records", lines=True)
    assert tables.compare(json_lines, parquet)["x"].verdict == "drifted"


def test_a_long_list_of_texts_loses_only_the_empty_one(tmp_path):
    rng = np.random.default_rng(0)
    table = frame([f"v{i}" if i % 9 else "" for i in rng.integers(0, 900, 6000)], dtype=object)
    table.to_csv(tmp_path / "t.csv", index=False)
    profile = tables.profile(table, max_outcomes=50)
    found = tables.compare(profile, tmp_path / "t.csv", max_outcomes=50)["x"]
    assert found.missing.reference == found.missing.current > 0.1
    assert (found.verdict, found.kl.value) == ("same", 0)


def test_yes_and_no_are_text_where_the_other_side_says_so(tmp_path):
    table = frame(["yes", "no", "yes"] * 100)
    table.to_csv(tmp_path / "t.csv", index=False)
    table.to_parquet(tmp_path / "t.parquet")
    for sides in (("t.csv", "t.parquet"), ("t.parquet", "t.csv")):
        found = tables.compare(*(tmp_path / name for name in sides))["x"]
        assert found.type_changed is None
        assert {o.label for o in found.outcomes if o.p} == {"yes", "no"}


def test_json_that_spells_its_numbers_as_text_has_changed_its_type(tmp_path):
    for name, write in (("a", int), ("b", str)):
        lines = (json.dumps({"n": write(i % 9), "y": i % 2}) for i in range(400))
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    found = tables.compare(tmp_path / "a.jsonl", tmp_path / "b.jsonl")["n"]
    assert found.verdict == "retyped"


def test_free_text_is_looked_at_also_beside_a_column_that_is_read_again_as_text(tmp_path):
    """Of a CSV reference, which is opened again for `flag`, and still decides what is free text."""
    rng = np.random.default_rng(2)
    words = np.array(["box", "late", "it", "came", "order", "red"])
    told = [" ".join(rng.choice(words, 8)) + f" {i}" for i in range(300)]
    table = pd.DataFrame({"said": told, "flag": np.where(np.arange(300) % 3, "true", "False")})
    table.to_csv(tmp_path / "t.csv", index=False)
    cut = table.assign(said=table["said"].str[:6] + np.arange(300).astype(str))
    assert tables.compare(tmp_path / "t.csv", table).verdict == "same"
    assert "said" in tables.compare(tmp_path / "t.csv", cut).drifted


def test_identifiers_are_the_same_in_formats_with_and_without_their_type(tmp_path):
    connection = duckdb.connect()
    keys = "CAST(md5(i::VARCHAR) AS UUID) AS u, i % 3 AS y"
    connection.execute(f"CREATE TABLE t AS SELECT {keys} FROM range(300) r(i)")
    paths = {end: tmp_path / f"t.{end}" for end in ("parquet", "csv", "jsonl")}
    for path in paths.values():
        form = " (FORMAT json)" if path.suffix == ".jsonl" else ""
        connection.execute(f"COPY t TO '{path}'{form}")
    relation = tables.Relation(connection, "t")
    pairs = [*pairwise([*paths.values(), relation]), (relation, paths["csv"])]
    for q, p in pairs:
        assert tables.compare(q, p, joint=False).check()


def test_categories_are_the_texts_that_they_are():
    rng = np.random.default_rng(3)
    texts = {"key": [f"K{i:04d}" for i in rng.permutation(300)], "n": rng.choice(["1.5", "2"], 300)}
    plain = pd.DataFrame(texts)
    held = plain.astype("category")
    for q, p in product((plain, held, pl.from_pandas(held)), repeat=2):
        found = tables.compare(q, p)
        assert found.check()
        assert found["n"].kl.value == 0
    assert tables.profile(held)["n"].kind == "number"


def test_numbers_at_the_end_of_all_numbers_are_counted_in_a_database():
    """An edge that is moved off the largest double, or rounded to single, is no infinity."""
    most = np.finfo(float).max
    table = pd.DataFrame({"x": [-most, -1e300, 5e-324, 0.1, 1.0, 1e300, most] * 40})
    single = table.clip(-3e38, 3e38).astype("float32")
    connection = duckdb.connect()
    for name, data in {"wide": table, "single": single}.items():
        connection.register(f"given_{name}", data)
        connection.execute(f"CREATE TABLE {name} AS FROM given_{name}")
        found = tables.compare(table, tables.Relation(connection, name))["x"]
        assert found.kl.value == tables.compare(table, data)["x"].kl.value


def test_integers_that_pandas_rounded_are_said():
    wide = [2**53 + 2 * i for i in range(200)]
    rounded, whole = frame([*wide, None]), frame([*wide, None], dtype="Int64")
    said = [note.text for note in tables.compare(rounded, whole).notes if "2^53" in note.text]
    assert len(said) == 1
    assert said[0].startswith("reference: 'x' holds whole numbers beyond 2^53")
    assert tables.profile(whole).notes == ()
    assert tables.profile(frame([0.5, *map(float, wide), None])).notes == ()


def test_a_query_of_sqlite_has_the_types_of_its_table():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (flag BOOLEAN, at TIMESTAMP, clock TIME, n INT)")
    rows = [
        (i % 2, f"2024-01-{1 + i % 28:02d} 10:00:00", f"{i % 24:02d}:30:00", i) for i in range(99)
    ]
    connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    query = "SELECT flag, at, clock, n + 1 AS more FROM t;"
    profile = tables.profile(tables.Relation(connection, query))
    assert [column.kind for column in profile] == ["boolean", "time", "time of day", "number"]
    assert connection.execute("SELECT count(*) FROM sqlite_temp_master").fetchone() == (0,)
    assert not connection.in_transaction


@pytest.mark.parametrize(
    "text",
    [
        *("2024-02-29 10:00:00", "2024-02-30 10:00:00", "2023-02-29", "2024-01-01T10:00:00Z"),
        *("2024-01-01T10:00:00.5Z", "2024-01-01 10:00:00.123456", "2024-01-01 10:00"),
        *("2024-01-01 24:00:00", "2024-01-01 10:00:00+02:00", "2024-01-01 10:00:00."),
        *("2024-01-01 10:00:00.12345Z", "2024-13-01", "1969-12-31 23:59:59.999999"),
        *("now", "", "10:00:00.0", "2460310.12"),
    ],
)
def test_sqlite_reads_times_by_itself_as_python_does(text):
    from kullback.tables.engines.databases import connected
    from kullback.tables.engines.databases.sqlite import microseconds

    relation = tables.Relation(sqlite3.connect(":memory:"), "SELECT 1 AS a")
    with connected(relation, "data") as engine:
        value = engine.dialect.time_of_text.format(engine.dialect.literal(text))
        assert engine.execute(f"SELECT {value}") == [(microseconds(text),)]


OFFSETS = {
    "2024-01-01T10:00:00Z": 36_000,
    "2024-01-01 10:00:00+02:00": 28_800,
    "2024-01-01T10:00:00.500-0130": 41_400.5,
    "2024-01-01 10:00:00": 36_000,
}


@pytest.mark.parametrize("name", ["embedded", "sqlite", "postgres", "clickhouse"])
def test_an_offset_from_utc_counts(request, name):
    from kullback.tables.engines.databases import connected

    relation = tables.Relation(request.getfixturevalue(name), "SELECT 1 AS a")
    with connected(relation, "data") as engine:
        read = [engine.dialect.time_of_text.format(engine.dialect.literal(t)) for t in OFFSETS]
        found = engine.execute("SELECT " + ", ".join(f"{r} AS c{i}" for i, r in enumerate(read)))[0]
    since = 1_704_067_200
    assert [int(n) for n in found] == [int((since + s) * 1e6) for s in OFFSETS.values()]


def same(q, p):
    """Return the columns of two tables that are not the same to the last count."""
    found = [c for pair in ((q, p), (p, q)) for c in tables.compare(*pair, joint=False)]
    return [c.name for c in found if c.verdict != "same" or c.kl.value or c.type_changed]


def test_digits_that_floats_round_are_read_to_the_last_one(tmp_path):
    """Of 19 digits in text: where a reader takes them for integers, they are the same."""
    texts = [str(10**18 + i % 9) for i in range(900)]
    table = frame(texts, dtype=object)
    paths = [tmp_path / f"t.{end}" for end in ("csv", "parquet", "jsonl")]
    table.to_csv(paths[0], index=False)
    table.to_parquet(paths[1])
    table.to_json(paths[2], orient="records", lines=True)
    connection = sqlite3.connect(":memory:")
    table.to_sql("t", connection, index=False)
    for q, p in pairwise([*paths, tables.Relation(connection, "t"), table]):
        assert same(q, p) == []
    other = frame([str(10**18 + i % 9 + 1) for i in range(900)], dtype=object)
    assert tables.compare(paths[1], other).drifted == ("x",)


def test_half_floats_and_wide_decimals_are_the_numbers_that_they_are(tmp_path):
    import pyarrow as pa
    import pyarrow.feather
    import pyarrow.parquet as pq

    halves = np.array([0.25, 0.5, 1.5, 100.0] * 200, dtype=np.float16)
    wide = pa.array([10 ** (i % 4 + 44) for i in range(800)], pa.decimal256(50, 0))
    held = pa.table({"half": halves, "wide": wide, "y": np.arange(800) % 3})
    pa.feather.write_feather(held, tmp_path / "t.feather")
    pq.write_table(held, tmp_path / "t.parquet")
    for other in (tmp_path / "t.feather", held, held.to_pandas(types_mapper=pd.ArrowDtype)):
        assert same(tmp_path / "t.parquet", other) == []
    assert tables.profile(held)["half"].body.counts[1] == 200  # of 0.25, beside its edge
    polars = pl.DataFrame({"half": pl.Series(halves.astype("f4")).cast(pl.Float16)})
    assert same(held.select(["half"]), polars) == []


def test_durations_of_years_and_instants_in_nanoseconds_are_read_alike():
    import pyarrow as pa

    days = pd.to_timedelta(np.arange(800) % 7 * 200, "D")
    at = pd.Timestamp("2000-01-01", tz="UTC") + pd.to_timedelta(
        np.arange(800) % 5 * 10**9 + 999, "ns"
    )
    table = pd.DataFrame({"for": days, "at": at})
    arrow = pa.table(table)
    assert str(arrow.schema.field("at").type) == "timestamp[ns, tz=UTC]"
    for other in (arrow, pl.from_arrow(arrow), pl.from_arrow(arrow).lazy()):
        assert same(table, other) == []
    assert tables.profile(table)["for"].maximum == 1200 * 86400


def test_the_letters_of_a_uuid_count_in_json(tmp_path):
    keys = [f"{i % 7:08X}-ABCD-4000-8000-00000000000A" for i in range(700)]
    rows = [{"x": key, "of": {"key": key}, "y": i % 3} for i, key in enumerate(keys)]
    paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    paths[0].write_text("\n".join(map(json.dumps, rows)))
    paths[1].write_text("\n".join(map(json.dumps, rows)).lower())
    assert same(paths[0], pl.DataFrame(rows)) == []
    assert set(tables.compare(*paths).drifted) == {"x", "of"}


def test_categories_of_any_name_are_texts_on_a_connection():
    connection = duckdb.connect()
    names = "('1.5', '2', 'b] (x')"
    connection.execute(
        f"CREATE TABLE t AS SELECT (list_value{names})[1 + i % 3]::ENUM{names} AS x, "
        f"{{'e': (list_value{names})[1 + i % 3]::ENUM{names}}} AS s FROM range(300) r(i)"
    )
    kinds = {"x": "text", "s ▸ e": "text"}
    held = connection.table("t").fetchdf()
    for data in (tables.Relation(connection, "t"), held):
        assert {c.name: c.type for c in tables.profile(data) if c.name in kinds} == dict.fromkeys(
            kinds, "VARCHAR"
        )
    assert same(tables.Relation(connection, "t"), held) == []
