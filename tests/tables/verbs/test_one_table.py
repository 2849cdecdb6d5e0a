"""A table beside itself is the same, however few its rows are; two samples are two samples."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_hypergeom

from kullback import tables
from kullback.tables.profiles.profile import ColumnProfile, Listed
from kullback.tables.verbs.one_table import chance


def frame(rows, seed=0):
    rng = np.random.default_rng(seed)
    days = pd.to_timedelta(rng.integers(0, 300, rows), "D")
    return pd.DataFrame(
        {
            "x": rng.normal(size=rows),
            "k": rng.choice(list("abc"), rows),
            "b": rng.random(rows) < 0.3,
            "m": np.where(rng.random(rows) < 0.02, np.nan, rng.integers(0, 9, rows)),
            "t": pd.Timestamp("2024-01-01") + days,
        }
    )


@pytest.mark.parametrize("rows", [60, 5000])
def test_a_copy_is_the_same_in_every_column(rows, tmp_path):
    """Also in another order, through a file, and against a profile of it."""
    data = frame(rows)
    data.to_parquet(tmp_path / "data.parquet")
    copies = [data.sample(frac=1, random_state=1).reset_index(drop=True), tmp_path / "data.parquet"]
    for reference in (data, tables.profile(data)):
        for copy in copies:
            found = tables.compare(reference, copy, joint=False)
            assert found.verdict == "same", found.headline
            assert {c.verdict for c in found} == {"same"}
            assert found.check(fail_on="undecided")
    assert "one-table" in {note.code for note in found.notes} or rows == 5000


def test_what_is_given_twice_is_one_table_however_short():
    data = frame(3)
    assert tables.compare(data, data).verdict == "same"
    assert tables.compare(data, data.copy()).verdict == "undecided"


def test_one_altered_column_leaves_no_doubt_about_the_others():
    data = frame(5_000)
    found = tables.compare(data, data.assign(x=data["x"] + 3), joint=False)
    assert found.drifted == ("x",)
    assert {c.verdict for c in found if c.name != "x"} == {"same"}


def test_two_samples_of_one_source_are_no_copies():
    """A flag comes out alike in one of some samples, and nothing is settled by that."""
    found = {"same": 0, "undecided": 0}
    for seed in range(30):
        rng = np.random.default_rng(seed)
        one, two = (pd.DataFrame({"b": rng.random(12) < 0.5}) for _ in range(2))
        if one["b"].sum() == two["b"].sum():
            found[tables.compare(one, two, joint=False)["b"].verdict] += 1
    assert found["same"] == 0
    assert found["undecided"] >= 2


@pytest.mark.parametrize("counts", [[3, 2], [10, 1, 4], [1] * 9, [40, 60]])
def test_the_chance_of_equal_counts(counts):
    """That half of what both hold together falls on one side, as drawn from an urn."""
    column = ColumnProfile("c", "VARCHAR", "text", "categorical", Listed(dict(enumerate(counts))))
    both = [2 * n for n in counts]
    expected = multivariate_hypergeom.pmf(counts, both, sum(counts))
    assert chance(column, column) == pytest.approx(expected, rel=1e-9)
