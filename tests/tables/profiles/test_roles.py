"""What each column is taken for."""

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.tables import Skipped

RNG = np.random.default_rng(3)
N = 2_000

ROLES = {
    "text": (RNG.choice(["a", "b"], N), "categorical"),
    "real": (RNG.normal(size=N), "numeric"),
    "counts": (RNG.poisson(3, N), "integer-coded"),
    "codes as floats": (RNG.integers(0, 5, N).astype(float), "integer-coded"),
    "far codes": (RNG.choice([404, 500, 100_000, 100_001], N), "integer-coded"),
    "wide integers": (RNG.integers(0, 10**9, N), "numeric"),
    "years": (RNG.integers(1950, 2010, N), "integer-coded"),
    "few reals": (RNG.choice([0.5, 1.5, 2.5], N), "numeric"),
    "flag": (RNG.random(N) < 0.5, "boolean"),
    "day": (
        pd.to_datetime("2024-01-01") + pd.to_timedelta(RNG.integers(0, 90, N), "D"),
        "date/time",
    ),
    "category": (pd.Categorical(RNG.choice(["x", "y"], N)), "categorical"),
}


@pytest.mark.parametrize("name", ROLES)
def test_role(name):
    values, role = ROLES[name]
    assert tables.profile(pd.DataFrame({name: values}))[name].role == role


@pytest.mark.parametrize(
    ("name", "values"),
    [
        pytest.param("row", np.arange(N), id="row numbers"),
        pytest.param("x", RNG.permutation(N) + 10**9, id="dense and unique"),
        pytest.param("order_id", RNG.choice(10**9, N, replace=False), id="named"),
        pytest.param("x", [f"user-{i}" for i in range(N)], id="text"),
    ],
)
def test_identifiers_are_skipped(name, values):
    """By the comparison: a part of a table cannot know what the whole is."""
    frame = pd.DataFrame({name: values, "z": np.arange(N) % 7})
    assert not isinstance(tables.profile(frame)[name], Skipped)
    column = tables.compare(frame, frame)[name]
    assert isinstance(column, Skipped)
    assert not isinstance(tables.compare(frame, frame, columns=[name])[name], Skipped)
    assert column.reason.startswith("id-like")
    assert f"{N}" in column.reason


def test_unique_amounts_are_no_identifiers():
    amounts = RNG.choice(10**9, N, replace=False)
    assert tables.profile(pd.DataFrame({"amount": amounts}))["amount"].role == "numeric"


def test_constant_is_skipped_unless_it_changed():
    one, two = (pd.DataFrame({"x": [value] * 200, "y": [0.5] * 200}) for value in ("a", "b"))
    assert tables.compare(one, one)["x"].reason == "constant: always 'a' on both sides"
    assert "constant" in tables.compare(one, one)["y"].reason
    changed = tables.compare(one, two)["x"]
    assert (changed.verdict, changed.new, changed.gone) == ("drifted", ("b",), ("a",))
    three = pd.DataFrame({"y": [0.75] * 200})
    assert tables.compare(one, three)["y"].verdict == "drifted"


def test_times_have_readable_bins():
    when = pd.date_range("2024-01-01", periods=4_000, freq="h")
    column = tables.compare(pd.DataFrame({"t": when}), pd.DataFrame({"t": when}))["t"]
    assert str(column.outcomes.labels[0]).startswith("≤ 2024-01-0")
    assert 20 <= len(column.outcomes) <= 32
    clock = pd.DataFrame({"t": when.time})
    assert tables.profile(clock)["t"].role == "date/time"


def test_amounts_that_differ_are_no_identifiers():
    """Of cents, which are drawn as whole numbers; a column that is skipped is not looked at."""
    rng = np.random.default_rng(0)
    paid = rng.choice(9999, 100, replace=False)
    table = pd.DataFrame({"paid": paid / 100, "id": rng.permutation(100), "y": paid % 3})
    assert tables.compare(table, table).skipped == ("id",)
    assert "paid" in tables.compare(table, table.assign(paid=table["paid"] * 3)).drifted
