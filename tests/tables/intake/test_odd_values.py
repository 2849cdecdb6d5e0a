"""Values of odd types and notations: a change within them is seen, and a fresh draw passes."""

import datetime as dt
import uuid
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from kullback import tables
from kullback.errors import InputError

N = 1_000


def draw(seed, most=9):
    return np.random.default_rng(seed).integers(0, most, N)


def normal(seed, mean=0.0, size=N):
    return np.random.default_rng(seed).normal(mean, 1, size)


def held(values):
    return pd.DataFrame({"c": pd.Series(list(values), dtype=object)})


def texts(values):
    return pd.DataFrame({"c": list(values)})


def moments(seed, moved, form):
    seconds = np.random.default_rng(seed).integers(0, 30_000_000, N) + 20_000_000 * moved
    return texts(
        (dt.datetime(2024, 1, 1) + dt.timedelta(seconds=int(s))).strftime(form) for s in seconds
    )


def interval(left, right):
    return pd.DataFrame({"c": pd.arrays.IntervalArray.from_arrays(left, right)})


def money(seed, moved, spell):
    return texts(map(spell, np.random.default_rng(seed).gamma(4, 1000 * (1 + moved), N)))


KINDS = {
    "complex": lambda s, k: pd.DataFrame({"c": normal(s) + 1j * normal(s + 9, k)}),
    "complex arrays": lambda s, k: {"c": normal(s) + 1j * normal(s + 9, k)},
    "long doubles": lambda s, k: pd.DataFrame({"c": normal(s, k).astype(np.longdouble)}),
    "half floats": lambda s, k: pd.DataFrame({"c": normal(s, k).astype("f2")}),
    "sets": lambda s, k: held({int(x), 5 + 10 * k} for x in draw(s)),
    "tuples": lambda s, k: held((int(x), str(k)) for x in draw(s)),
    "bytes": lambda s, k: held(bytes([int(x) + 10 * k]) for x in draw(s)),
    "arrays": lambda s, k: held(normal(s, k, (N, 5))),
    "uuids": lambda s, k: held(uuid.UUID(int=int(x) + 10**20 * k) for x in draw(s)),
    "dates": lambda s, k: held(dt.date(2024, 1, 1 + int(x) + 9 * k) for x in draw(s)),
    "decimals": lambda s, k: held(Decimal(int(x) + 5 * k) / 4 for x in draw(s)),
    "dicts of any keys": lambda s, k: held(
        {"a": int(x) + 5 * k} if x < 6 else {"b": "z"} for x in draw(s)
    ),
    "lists of dicts": lambda s, k: held([{"a": int(x) + 5 * k}] for x in draw(s)),
    "intervals": lambda s, k: interval(draw(s) * 1.0, draw(s + 9) + 10.0 + 5 * k),
    "widths of intervals": lambda s, k: interval(draw(s) - 1.0 - k, draw(s) + 1.0 + k),
    "periods": lambda s, k: pd.DataFrame(
        {"c": pd.period_range("2020", periods=40, freq="M")[draw(s) + 20 * k]}
    ),
    "times long ago": lambda s, k: pd.DataFrame(
        {"c": np.array("1500-01-01", "M8[s]") + (draw(s, 9000) + 4000 * k).astype("m8[D]")}
    ),
    "polars objects": lambda s, k: pl.DataFrame(
        {"c": pl.Series([frozenset([int(x) + 5 * k]) for x in draw(s)], dtype=pl.Object)}
    ),
    "polars arrays": lambda s, k: pl.DataFrame(
        {"c": pl.Series(normal(s, k, (N, 6)), dtype=pl.Array(pl.Float64, 6))}
    ),
    "polars wide integers": lambda s, k: pl.DataFrame(
        {"c": pl.Series(draw(s) + 5 * k, dtype=pl.Int128)}
    ),
    "arrow maps": lambda s, k: pa.table(
        {
            "c": pa.array(
                [[("a", int(x) + 5 * k)] for x in draw(s)], pa.map_(pa.string(), pa.int64())
            )
        }
    ),
    "arrow half floats in lists": lambda s, k: pa.table(
        {"c": pa.FixedSizeListArray.from_arrays(pa.array(normal(s, k, 4 * N).astype("f2")), 4)}
    ),
    "months in words": lambda s, k: moments(s, k, "%d %b %Y %H:%M:%S"),
    "american months": lambda s, k: moments(s, k, "%b %d, %Y %I:%M:%S %p"),
    "mail times": lambda s, k: moments(s, k, "%a, %d %b %Y %H:%M:%S GMT"),
    "iso times of a zone": lambda s, k: moments(s, k, "%Y-%m-%dT%H:%M:%S+02:00"),
    "times of day": lambda s, k: texts(
        f"{x // 3600 + 12 * k:02d}:{x // 60 % 60:02d}:{x % 60:02d}" for x in draw(s, 40_000)
    ),
    "swiss": lambda s, k: money(s, k, lambda x: f"{x:,.2f}".replace(",", "'")),
    "french": lambda s, k: money(
        s, k, lambda x: f"{x:,.2f}".replace(",", "\u202f").replace(".", ",")
    ),
    "a unit": lambda s, k: money(s, k, lambda x: f"{x:.3f}km"),
    "a unit apart": lambda s, k: money(s, k, lambda x: f"{x:.3f} kg"),
    "true minus signs": lambda s, k: texts(f"{x:.3f}".replace("-", "−") for x in normal(s, k)),
    "hosts": lambda s, k: texts(
        f"user{x}@{'spam' if k else 'mail'}.org" for x in np.random.default_rng(s).permutation(N)
    ),
    "paths": lambda s, k: texts(
        f"/{'blog' if k else 'shop'}/{x}" for x in np.random.default_rng(s).permutation(N)
    ),
}


# A third of them now, and all of them in the slow run.
NAMES = [
    pytest.param(name, marks=pytest.mark.slow if i % 3 else ()) for i, name in enumerate(KINDS)
]


@pytest.mark.parametrize("name", NAMES)
def test_a_change_is_seen(name):
    make = KINDS[name]
    assert tables.compare(make(0, 0), make(1, 0)).check()
    assert not tables.compare(make(0, 0), make(2, 1)).check()


@pytest.mark.parametrize(("before", "after"), [("${:.2f}", "€{:.2f}"), ("{:.2f} kg", "{:.2f} g")])
def test_another_currency_or_unit_is_another_type(before, after):
    found = tables.compare(money(0, 0, before.format), money(1, 0, after.format))
    assert found.retyped == ("c",)


def test_a_code_with_letters_is_no_number():
    codes = texts(f"{x}AB" for x in np.random.default_rng(0).integers(1000, 9999, N))
    assert tables.profile(codes)["c"].role == "categorical"


def test_keys_that_run_on_pass():
    """New keys, of other numbers and lengths, are no other keys; nor are other random ones."""
    for form in ("u{}", "ORD-{:06d}", "018f{:04x}-7a2b-7{:03x}"):
        before, after = (
            texts(form.format(i, i % 4096) for i in range(start, start + N)) for start in (50, 1050)
        )
        found = tables.compare(before, after)
        assert found.check()
        assert found["c"].verdict in {"skipped", "undecided"}  # nothing else is there to compare
    random = (
        texts(uuid.UUID(bytes=np.random.default_rng(i).bytes(16)) for i in ids)
        for ids in (range(N), range(N, 2 * N))
    )
    assert tables.compare(*random).check()


def test_a_name_with_nul_of_polars_is_refused_and_ends_no_process():
    """Polars would abort as it hands it on; names in structs and lists of structs alike."""
    named = {"a\0b": [1, 2]}
    for frame in (
        pl.DataFrame(named),
        pl.DataFrame({"s": [{"a\0b": 1}, {"a\0b": 2}]}),
        pl.DataFrame({"s": [[{"a\0b": 1}]]}),
    ):
        with pytest.raises(InputError, match="holds a NUL"):
            tables.profile(frame)
    assert tables.profile(pl.DataFrame(named).lazy()).columns[0].name == "a\0b"
