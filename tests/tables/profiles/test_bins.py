"""Cells, bins and spikes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kullback import tables
from kullback.tables.counting import cells
from kullback.tables.counting.cells import Cell
from kullback.tables.profiles import bins
from kullback.tables.profiles.align import bin_labels
from kullback.tables.profiles.profile import Edge, Listed

VALUES = st.lists(
    st.one_of(
        st.floats(allow_nan=True, allow_infinity=True),
        st.sampled_from([0.0, -0.0, 1.5, 5e-324, 1.7976931348623157e308, -1e-300]),
    ),
    min_size=1,
    max_size=60,
)


def profiled(values, **options):
    return tables.profile(pd.DataFrame({"x": values}), **options)["x"]


def by_hand(values, edges):
    sums = [0] * (len(edges) + 1)
    for value in values:
        below = [value <= edge.value if edge.inclusive else value < edge.value for edge in edges]
        sums[len(edges) - sum(below)] += 1
    return tuple(sums)


@settings(max_examples=60, deadline=None)
@given(values=VALUES)
def test_counts_are_those_of_the_edges(values):
    profile = profiled(np.array(values, dtype=np.float64))
    finite = [value for value in values if np.isfinite(value)]
    assert profile.rows == len(values)
    assert profile.missing == sum(np.isnan(values))
    assert profile.plus_infinity == sum(value == np.inf for value in values)
    assert profile.minus_infinity == sum(value == -np.inf for value in values)
    if isinstance(profile.body, Listed):
        assert profile.body.counts == {v: finite.count(v) for v in set(finite)}
    else:
        assert profile.body.counts == by_hand(finite, profile.body.edges)
    if finite:
        assert (profile.minimum, profile.maximum) == (min(finite), max(finite))


@settings(max_examples=25, deadline=None)
@given(values=VALUES, seed=st.integers(0, 99))
def test_row_order_is_irrelevant(values, seed):
    shuffled = np.random.default_rng(seed).permutation(values)
    first, second = profiled(np.array(values, dtype=np.float64)), profiled(shuffled)
    assert first.body == second.body


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(np.random.default_rng(0).normal(size=20_000), id="normal"),
        pytest.param(np.random.default_rng(0).normal(1e9, 1, 20_000), id="offset"),
        pytest.param(np.random.default_rng(0).lognormal(0, 3, 20_000), id="lognormal"),
        pytest.param(np.random.default_rng(0).random(20_000), id="uniform"),
        pytest.param(1_600_000_000 + np.arange(20_000) * 7.5, id="seconds"),
        pytest.param(np.random.default_rng(0).integers(0, 10**6, 20_000), id="integers"),
    ],
)
def test_bins_hold_equal_mass(values):
    body = profiled(values).body
    counts = body.counts
    assert max(counts) <= 1.3 * len(values) / 20
    assert sum(n >= 0.7 * len(values) / 20 for n in counts) >= 18
    # What lies beyond the data has a bin where they have none, and the outer bins have tails.
    assert (body.edges[0].value, body.edges[-1].value) == (min(values), max(values))
    assert (counts[0], counts[-1]) == (0, 0)
    for tail in (counts[1:4], counts[-2:-5:-1]):
        assert 10 <= tail[0] < tail[1] < tail[2] <= len(values) / 20


def test_a_spike_has_a_bin_of_its_own():
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.normal(3, 1, 8_000), np.full(2_000, 3.0), np.zeros(1_000)])
    profile = profiled(values)
    names = [str(label) for label in bin_labels(profile.body.edges, "number")]
    counts = dict(zip(names, profile.body.counts, strict=True))
    assert counts["3"] == 2_000
    assert counts["0"] == 1_000


def test_integers_beyond_doubles_stay_exact():
    base = 2**53
    values = [base + i for i in range(4) for _ in range(25)]
    profile = profiled(pd.array(values, dtype="Int64"))
    assert profile.body.counts == {base + i: 25 for i in range(4)}
    wide = pd.array([base + 3 * i for i in range(2_000)] * 2, dtype="Int64")
    found = profiled(wide)
    assert found.body.counts == by_hand(list(wide), found.body.edges)
    assert all(isinstance(edge.value, int) for edge in found.body.edges)


def test_choose_cuts_at_borders_of_cells():
    found = bins.choose([Cell(float(i), i + 0.5, 10) for i in range(100)], 4)
    assert found.edges == tuple(Edge(x, inclusive=True) for x in (24.5, 49.5, 74.5))
    assert found.counts == (250, 250, 250, 250)


def test_overlapping_cells_become_one():
    assert cells.in_order([Cell(2, 3, 1), Cell(0, 1, 4), Cell(1, 2, 5)]) == [Cell(0, 3, 10)]


def test_single_precision_against_double():
    values = np.repeat([0.1, 0.2, 0.3], 400)
    wide, narrow = pd.DataFrame({"x": values}), pd.DataFrame({"x": values.astype(np.float32)})
    for reference, current in ((wide, narrow), (narrow, wide)):
        column = tables.compare(reference, current)["x"]
        assert column.verdict == "same", column.reason
        assert column.type_changed is None
