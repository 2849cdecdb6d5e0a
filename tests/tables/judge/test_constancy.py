"""One value on a side, or nearly one: a flag that goes dead, a rare class that grows."""

import numpy as np
import pandas as pd
import pytest

from kullback import tables


def column(reference, current, **options):
    return tables.compare({"c": reference}, {"c": current}, columns=["c"], **options)["c"]


@pytest.mark.parametrize(
    ("make", "only", "said"),
    [
        (lambda r, n: r.random(n) < 0.3, True, "always True now, which"),
        (lambda r, n: r.choice(list("abc"), n), "a", "always 'a' now, which"),
        (lambda r, n: r.poisson(4, n), 3, "always 3 now, which"),
        (lambda r, n: r.normal(100, 15, n), 100.0, "always 100 now"),
        (lambda r, n: np.where(r.random(n) < 0.6, 0.0, r.gamma(2, 30, n)), 0.0, "always 0 now"),
    ],
    ids=["flag", "category", "count", "number", "zeros"],
)
@pytest.mark.parametrize("rows", [300, 10_000])
def test_a_column_that_is_constant_now_has_drifted(make, only, said, rows):
    """Equal neighbours on the constant side are no sign of rows that hang together."""
    found = column(make(np.random.default_rng(rows), rows), [only] * rows)
    assert found.verdict == "drifted"
    assert found.reason.startswith(said)
    assert not [note for note in found.notes if note.code == "autocorrelated"]


def test_a_column_that_was_constant_is_said_to_be_no_longer():
    found = column(["a"] * 500, ["a"] * 400 + ["b"] * 100)
    assert found.verdict == "drifted"
    assert found.reason.endswith("always 'a' before; now 'b' is new and holds 20 % of current rows")
    other = column(["a"] * 500, ["b"] * 500)
    assert "always 'a' before, always 'b' now" in other.reason


@pytest.mark.parametrize(
    ("before", "now", "verdict"),
    [
        (0.001, 0.005, "drifted"),
        (0.02, 0.0, "drifted"),
        (0.05, 0.055, "same"),
        (0.001, 0.0015, "same"),
    ],
)
def test_a_rare_class_has_a_tolerance_of_its_own(before, now, verdict):
    """A JS divergence of .01 bits has room for each of these."""
    rows = 40_000
    sides = (np.arange(rows) < round(share * rows) for share in (before, now))
    rng = np.random.default_rng(0)
    found = column(*(rng.permutation(side) for side in sides))
    assert found.verdict == verdict
    assert found.jensen_shannon.to("bits").interval.low < 0.01
    if verdict == "drifted":
        assert "values other than False" in found.reason
        same = column(np.arange(rows) < before * rows, np.arange(rows) < now * rows, rare=0.5)
        assert "values other than" not in same.reason


@pytest.mark.slow
def test_no_alarm_where_nothing_changed():
    """50 tables of a flag of 1 % and one of 5 %, 2 000 rows: no share is drifted by chance."""
    rng = np.random.default_rng(5)
    drifted = 0
    for _ in range(50):
        sides = [
            pd.DataFrame({f"f{s}": rng.random(2_000) < s for s in (0.01, 0.05)}) for _ in range(2)
        ]
        drifted += tables.compare(*sides, joint=False).verdict == "drifted"
    assert drifted <= 1


def test_medians_are_not_told_where_they_are_not_known():
    """All zeros moved into one wide bin of the reference: its ends are given, no middle."""
    rng = np.random.default_rng(6)
    values = np.where(rng.random(4_000) < 0.6, 0.0, rng.gamma(2, 30, 4_000))
    found = column(values, values + 18.5)
    low, high = (
        float(x) for x in found.reason.split("median 0 → between ")[1].split(";")[0].split(" and ")
    )
    assert low <= 18.5 <= high
