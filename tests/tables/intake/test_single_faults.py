"""Whatever happens to one column, the gate fails; and of the unharmed copy it passes."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from kullback import tables

N = 2_000
WORDS = ["late", "box", "arrived", "liked", "order", "came", "we", "and", "it", "in", "a"]


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
    "two months later": ("when", lambda c: c + pd.Timedelta(days=30)),
    "all on one day": ("when", lambda c: all_of(c, c.iloc[0])),
    "inverted": ("paid", lambda c: ~c),
    "comments cut": ("said", lambda c: c.str[:4]),
    "comments empty": ("said", lambda c: all_of(c, "")),
}


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


HELD = {
    "csv": as_csv,
    "parquet": as_parquet,
    "json": as_json,
    "pandas": lambda data, folder, name: data,  # noqa: ARG005
    "polars": lambda data, folder, name: pl.from_pandas(data),  # noqa: ARG005
    "duckdb": as_table,
}


@pytest.fixture(scope="module")
def references(tmp_path_factory):
    folder = tmp_path_factory.mktemp("references")
    return {form: hold(frame(), folder, "reference") for form, hold in HELD.items()}


QUICK = {"csv", "pandas"}
FORMS = [pytest.param(f, marks=() if f in QUICK else pytest.mark.slow) for f in HELD]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("fault", FAULTS)
def test_the_gate_fails_on_a_fault(references, tmp_path, form, fault):
    column, harm = FAULTS[fault]
    data = frame()
    harmed = HELD[form](data.assign(**{column: harm(data[column])}), tmp_path, "current")
    found = tables.gate(tables.compare(references[form], harmed))
    assert {failure.name for failure in found.failures} == {column}


@pytest.mark.parametrize("form", HELD)
@pytest.mark.parametrize("change", [dropped, renamed])
def test_the_gate_fails_on_a_lost_column(references, tmp_path, form, change):
    current = HELD[form](change(frame()), tmp_path, "current")
    found = tables.compare(references[form], current)
    assert len(found.lost) == 1
    assert not found.check()


@pytest.mark.parametrize("form", HELD)
def test_the_gate_passes_the_unharmed_copy(references, tmp_path, form):
    copy = frame().sample(frac=1, random_state=1).reset_index(drop=True)
    again = frame(1).assign(key=[f"u{i:05d}" for i in range(N, 2 * N)])
    for name, data in (("copy", copy), ("again", again)):
        found = tables.compare(references[form], HELD[form](data, tmp_path, name))
        assert found.check(), found.headline
