"""Many whole numbers lie in groups of neighbours, in their order."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.tables.results.column_shares import GROUPS, WHOLE_NUMBERS, shares


@pytest.fixture(scope="module")
def delays():
    rng = np.random.default_rng(3)
    n = 5_000
    before = np.round(rng.exponential(30, n)).astype(int) - 12
    now = np.round(rng.exponential(45, n)).astype(int) - 12
    column = tables.compare(pd.DataFrame({"x": before}), pd.DataFrame({"x": now}))["x"]
    return before, now, column


def test_groups_are_bins_in_order_and_lose_no_row(delays):
    before, now, column = delays
    assert column.role == "integer-coded"
    parts = shares(column, 1.0).parts
    assert len(parts) <= GROUPS
    assert all(a.high == b.low for a, b in pairwise(parts))
    assert math.fsum(part.p for part in parts) == pytest.approx(1)
    for part in parts[1:-1]:
        for side, share in ((before, part.q), (now, part.p)):
            assert share == pytest.approx(np.mean((side > part.low) & (side < part.high)))


def test_groups_contribute_what_their_shares_do(delays):
    *_, column = delays
    for part in shares(column, 1.0).parts:
        expected = part.p * math.log(part.p / part.q) - part.p + part.q
        assert part.contribution == pytest.approx(expected / math.log(2), rel=1e-9)


def test_few_whole_numbers_stay_as_they_are():
    rng = np.random.default_rng(4)
    sides = [pd.DataFrame({"x": rng.integers(0, WHOLE_NUMBERS, 4_000)}) for _ in range(2)]
    parts = shares(tables.compare(*sides)["x"], 1.0).parts
    assert [part.label for part in parts] == [str(i) for i in range(WHOLE_NUMBERS)]


def test_one_number_that_holds_most_rows_is_a_group_alone():
    rng = np.random.default_rng(5)
    sides = []
    for _ in range(2):
        x = rng.integers(0, 200, 4_000)
        x[rng.random(4_000) < 0.6] = 100
        sides.append(pd.DataFrame({"x": x}))
    largest = max(shares(tables.compare(*sides)["x"], 1.0).parts, key=lambda part: part.p)
    assert largest.label == "100"
    assert largest.p == pytest.approx(np.mean(sides[1]["x"] == 100))
