"""Quantiles from a profile: certain, and no wider than a cell."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kullback import tables
from kullback.errors import InputError

SHARES = (0.0, 0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999, 1.0)


def exact(values, share):
    """Return the least value that this share of rows is at or below, by sorting."""
    ordered = np.sort(values)
    return ordered[max(1, math.ceil(share * len(ordered))) - 1]


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(np.random.default_rng(0).normal(size=20_000), id="normal"),
        pytest.param(np.random.default_rng(0).normal(1e9, 1, 20_000), id="offset"),
        pytest.param(np.random.default_rng(0).lognormal(0, 3, 20_000), id="lognormal"),
        pytest.param(np.random.default_rng(0).integers(0, 10**9, 20_000), id="integers"),
    ],
)
def test_the_cell_holds_the_quantile(values):
    frame = pd.DataFrame({"x": values})
    merged = tables.profile(frame[:7_000]).merge(tables.profile(frame[7_000:]))
    for share in SHARES:
        true = exact(values, share)
        for column in (tables.profile(frame)["x"], merged["x"]):
            low, high = column.quantile(share)
            assert low <= true <= high
            # In rank: the cell that holds it has less than 2.5 % of the rows.
            assert np.mean((values >= low) & (values <= high)) < 0.025


@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=30),
    share=st.floats(0, 1),
)
def test_few_values_are_exact(values, share):
    interval = tables.profile(pd.DataFrame({"x": values}))["x"].quantile(share)
    assert interval.low == interval.high == exact(values, share)
    assert interval.level == 1.0


def test_bins_alone_give_wider_intervals():
    values = np.random.default_rng(0).normal(size=5_000)
    frame = pd.DataFrame({"x": values})
    plan = tables.profile(frame)
    for column in (tables.profile(frame, like=plan)["x"], plan.private(10)["x"]):
        for share in SHARES:
            low, high = column.quantile(share)
            assert low <= exact(values, share) <= high
    assert plan.private(10)["x"].quantile(1.0).high == math.inf


def test_what_has_no_quantile():
    profile = tables.profile(pd.DataFrame({"s": ["a", "b"], "x": [1.5, 2.5]}))
    with pytest.raises(InputError, match="'s'"):
        profile["s"].quantile(0.5)
    with pytest.raises(InputError, match=r"share=1\.5"):
        profile["x"].quantile(1.5)
