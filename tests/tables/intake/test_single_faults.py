"""Whatever happens to one column, the gate fails; and of the unharmed copy it passes."""

import sqlite3

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from kullback import tables

N = 2_000
WORDS = ["late", "box", "arrived", "liked", "order", "came", "we", "über", "it", "in", "a"]


def frame(seed=0):
    rng = np.random.default_rng(seed)
    days = pd.to_timedelta(rng.integers(0, 60, N), "D")
    return pd.DataFrame(
        {
            "amount": rng.gamma(3, 10, N).round(2),
            "seats": rng.poisson(4, N),
            "plan": rng.choice(["basic", "pro", "team"], N, p=[0.5, 0.3, 0.2]),
            "when": pd.Timestamp("2024-03-01") + days,
            "paid": rng.random(N) < 0.8,
            "key": [f"u{i:05d}" for i in rng.permutation(N)],
            "said": [f"{i} " + " ".join(rng.choice(WORDS, rng.integers(5, 30))) for i in range(N)],
        }
    )


def one_in(k, column, value):
    return column.astype(object).where(np.arange(len(column)) % k != 0, value)


def all_of(column, value):
    return pd.Series([value] * len(column), dtype=None if value is not None else object)


FAULTS = {
    "constant number": ("amount", lambda c: c * 0 + 7.5),
    "constant category": ("plan", lambda c: all_of(c, "pro")),
    "constant key": ("key", lambda c: all_of(c, "u00007")),
    "no numbers": ("amount", lambda c: c * np.nan),
    "no categories": ("plan", lambda c: all_of(c, None)),
    "no keys": ("key", lambda c: all_of(c, None)),
    "no times": ("when", lambda c: all_of(c, pd.NaT)),
    "a tenth missing": ("amount", lambda c: c.where(np.arange(N) % 10 != 0)),
    "keys half missing": ("key", lambda c: one_in(2, c, None)),
    "keys twice": ("key", lambda c: pd.Series([*c[: N // 2], *c[: N // 2]])),
    "keys in capitals": ("key", lambda c: c.str.upper()),
    "keys cut": ("key", lambda c: c.str[:3]),
    "keys are numbers": ("key", lambda c: c.str[1:].astype(int)),
    "shifted": ("amount", lambda c: c + 15),
    "scaled by 10": ("amount", lambda c: c * 10),
    "scaled by 1/100": ("amount", lambda c: c / 100),
    "sign lost": ("amount", lambda c: -c),
    "clipped": ("amount", lambda c: c.clip(upper=c.median())),
    "rounded to tens": ("amount", lambda c: (c / 10).round() * 10),
    "a third zeros": ("amount", lambda c: c.where(np.arange(N) % 3 != 0, 0.0)),
    "a quarter thousandfold": ("amount", lambda c: c.where(np.arange(N) % 4 != 0, c * 1000)),
    "decimal commas": ("amount", lambda c: c.map("{:.2f}".format).str.replace(".", ",")),
    "a third unreadable": ("amount", lambda c: one_in(3, c.map("{:.2f}".format), "oops")),
    "numbers in words": ("seats", lambda c: "n" + c.astype(str)),
    "off by one": ("seats", lambda c: c + 1),
    "a new category": ("plan", lambda c: one_in(8, c, "trial")),
    "a category renamed": ("plan", lambda c: c.replace("team", "teams")),
    "a category gone": ("plan", lambda c: c.replace("team", "pro")),
    "categories cut": ("plan", lambda c: c.str[:2]),
    "categories in capitals": ("plan", lambda c: c.str.upper()),
    "trailing space": ("plan", lambda c: c + " "),
    "days for months": ("when", lambda c: c.map(swapped)),
    "days in words": ("when", lambda c: c.dt.strftime("%d %B %Y")),
    "days first": ("when", lambda c: c.dt.strftime("%d.%m.%Y")),
    "seconds since 1970": ("when", lambda c: c.astype("int64")),
    "two months later": ("when", lambda c: c + pd.Timedelta(days=30)),
    "all on one day": ("when", lambda c: all_of(c, c.iloc[0])),
    "yes and no": ("paid", lambda c: c.map({True: "yes", False: "no"})),
    "inverted": ("paid", lambda c: ~c),
    "comments cut": ("said", lambda c: c.str[:4]),
    "comments empty": ("said", lambda c: all_of(c, "")),
    "comments twice": ("said", lambda c: c + " " + c),
    "another encoding": ("said", lambda c: c.map(lambda x: x.encode().decode("latin-1"))),
    "comments in capitals": ("said", lambda c: c.str.upper()),
}


def swapped(day):
    """Day and month the other way round, where that is a date."""
    return day.replace(day=day.month, month=day.day) if day.day <= 12 else day


def side_by_side(data, *, harmed):
    """A column a fault, of which all are harmed or none, beside those that never are.

    Each in an order of its own: rows that follow another column are not independent ones.
    """
    every = {}
    for seed, (fault, (name, harm)) in enumerate(FAULTS.items()):
        column = data[name].sample(frac=1, random_state=seed).reset_index(drop=True)
        every[fault] = harm(column) if harmed else column
    return pd.DataFrame(dict(data) | every)


def dropped(data):
    return data.drop(columns="seats")


def renamed(data):
    return data.rename(columns={"plan": "Plan"})


def as_csv(data, folder, name):
    data.to_csv(folder / f"{name}.csv", index=False)
    return folder / f"{name}.csv"


def as_parquet(data, folder, name):
    data.to_parquet(folder / f"{name}.parquet")
    return folder / f"{name}.parquet"


def as_json(data, folder, name):
    data.to_json(folder / f"{name}.jsonl", orient="records", lines=True, date_format="iso")
    return folder / f"{name}.jsonl"


def as_table(data, folder, name):
    connection = duckdb.connect(str(folder / f"{name}.duckdb"))
    connection.register("given", data)
    connection.execute("CREATE TABLE kept AS SELECT * FROM given")
    return tables.Relation(connection, "kept")


def in_sqlite(data, folder, name):
    connection = sqlite3.connect(folder / f"{name}.sqlite")
    data.to_sql("kept", connection, index=False)
    return tables.Relation(connection, "kept")


HELD = {
    "csv": as_csv,
    "pandas": lambda data, folder, name: data,  # noqa: ARG005
    "parquet": as_parquet,
    "json": as_json,
    "polars": lambda data, folder, name: pl.from_pandas(data),  # noqa: ARG005
    "arrow": lambda data, folder, name: pa.Table.from_pandas(data),  # noqa: ARG005
    "duckdb": as_table,
    "sqlite": in_sqlite,
}
SERVERS = ["postgres", "clickhouse", "mariadb", "spark"]
TYPES = {"f": "float8", "i": "bigint", "b": "boolean", "M": "timestamp"}
TYPES_OF_MARIADB = {"f": "double", "i": "bigint", "b": "boolean", "M": "datetime(6)"}


@pytest.fixture
def hold(request):
    """Return what puts a frame into a form, under a name."""
    form = request.param
    if form in HELD:
        folder = request.getfixturevalue("tmp_path")
        return lambda data, name: HELD[form](data, folder, name)
    return request.getfixturevalue(f"in_{form}")


@pytest.fixture
def in_postgres(server):
    import psycopg

    with psycopg.connect(server) as connection:

        def kept(data, name):
            kinds = [TYPES.get(kind.kind, "text") for kind in data.dtypes]
            columns = ", ".join(f'"{n}" {k}' for n, k in zip(data, kinds, strict=True))
            connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
            text = data.to_csv(index=False, header=False, na_rep="\\N")
            with connection.cursor().copy(f"COPY {name} FROM STDIN (FORMAT csv, NULL '\\N')") as to:
                to.write(text)
            return tables.Relation(connection, name)

        yield kept


@pytest.fixture
def in_clickhouse(embedded_clickhouse, tmp_path):
    made = []

    def kept(data, name):
        path = as_parquet(data, tmp_path, name)
        made.append(f"fault_{name}")
        embedded_clickhouse.cursor().execute(
            f"CREATE TABLE {made[-1]} ENGINE = Memory AS SELECT * FROM file('{path}', Parquet)"
        )
        return tables.Relation(embedded_clickhouse, made[-1])

    yield kept
    for name in made:
        embedded_clickhouse.cursor().execute(f"DROP TABLE {name}")


@pytest.fixture
def in_mariadb(mariadb_connection):
    cursor, made = mariadb_connection.cursor(), []

    def held(value):
        return None if pd.isna(value) else getattr(value, "to_pydatetime", lambda: value)()

    def kept(data, name):
        made.append(f"fault_{name}")
        kinds = [TYPES_OF_MARIADB.get(kind.kind, "text") for kind in data.dtypes]
        columns = ", ".join(f"`{n}` {k}" for n, k in zip(data, kinds, strict=True))
        cursor.execute(f"CREATE TABLE {made[-1]} ({columns})")
        marks = ", ".join(["%s"] * data.shape[1])
        rows = [tuple(map(held, row)) for row in data.astype(object).itertuples(index=False)]
        cursor.executemany(f"INSERT INTO {made[-1]} VALUES ({marks})", rows)
        mariadb_connection.commit()
        return tables.Relation(mariadb_connection, made[-1])

    yield kept
    for name in made:
        cursor.execute(f"DROP TABLE {name}")


@pytest.fixture
def in_spark(running_cluster, tmp_path):
    spark = running_cluster[1]
    settings = {"wholeStage": "false", "factoryMode": "NO_CODEGEN"}  # not worth it for few rows
    for name, value in settings.items():
        spark.conf.set(f"spark.sql.codegen.{name}", value)

    def kept(data, name):
        """Have only what is current counted by Spark, which takes ten times as long."""
        path = tmp_path / f"{name}.parquet"
        data.to_parquet(path, coerce_timestamps="us", allow_truncated_timestamps=True)
        return path if name == "reference" else spark.read.parquet(str(path))

    yield kept
    for name in settings:
        spark.conf.unset(f"spark.sql.codegen.{name}")


def forms(*quick):
    return [
        pytest.param(form, marks=() if form in quick else pytest.mark.slow)
        for form in (*HELD, *SERVERS)
    ]


@pytest.mark.parametrize("fault", FAULTS)
def test_the_gate_fails_on_a_fault(tmp_path, fault):
    column, harm = FAULTS[fault]
    data = frame()
    harmed = data.assign(**{column: harm(data[column])})
    sides = (as_csv(d, tmp_path, n) for d, n in ((data, "q"), (harmed, "p")))
    found = tables.gate(tables.compare(*sides))
    assert {failure.name for failure in found.failures} == {column}


@pytest.mark.parametrize("hold", forms(), indirect=True)
def test_the_gate_fails_on_each_fault_in_each_form(hold):
    """Also against a profile: all columns that are harmed are named, and no other."""
    data = frame()
    reference = tables.profile(hold(side_by_side(data, harmed=False), "reference"))
    current = hold(side_by_side(data, harmed=True), "current")
    found = tables.gate(tables.compare(reference, current, joint=False))
    assert {failure.name for failure in found.failures} == set(FAULTS)


@pytest.mark.parametrize("hold", forms("csv", "pandas", "parquet"), indirect=True)
def test_the_gate_fails_on_a_lost_column(hold):
    data = frame()
    reference = hold(data, "reference")
    for name, change in {"dropped": dropped, "renamed": renamed}.items():
        found = tables.compare(reference, hold(change(data), name))
        assert len(found.lost) == 1
        assert not found.check()


@pytest.mark.parametrize("hold", forms("csv", "pandas"), indirect=True)
def test_the_gate_passes_the_unharmed_copy(hold):
    data = frame()
    copy = data.sample(frac=1, random_state=1).reset_index(drop=True)
    again = frame(1).assign(key=[f"u{i:05d}" for i in range(N, 2 * N)])
    reference = hold(data, "reference")
    found = tables.compare(reference, hold(copy, "copy"))
    assert found.verdict == "same", found.headline
    assert found.check(fail_on="undecided")
    found = tables.compare(reference, hold(again, "again"))
    assert found.check(), found.headline
