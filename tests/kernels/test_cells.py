"""Rows by cell: what the native kernels count is what a loop counts, whatever the values."""

import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kullback.tables.profiles import grid

native = pytest.importorskip("kullback.kernels._native", reason="built without a compiler")

ODD = [0.0, -0.0, 5e-324, -5e-324, 2.0**-900, 1.7976931348623157e308, 1.0, -1.0, 2.0, math.nan]
NUMBERS = st.one_of(st.floats(), st.sampled_from([*ODD, math.inf, -math.inf]))
VALUES = arrays(np.float64, st.integers(0, 40), elements=NUMBERS)


def by_loop(values, absent, number):
    """(number, rows, least, greatest) of the finite values that are there."""
    cells = defaultdict(list)
    for x, gone in zip(values.tolist(), absent, strict=True):
        if math.isfinite(x) and not gone:
            cells[number(x)].append(x + 0.0)
    return [(n, len(some), min(some), max(some)) for n, some in sorted(cells.items())]


def rows_of(found):
    return list(zip(*(column.tolist() for column in found), strict=True))


@settings(max_examples=150, deadline=None)
@given(values=VALUES, seed=st.integers(0, 99), level=st.sampled_from([0, 1, 7, 9]))
def test_cells_of_the_grid(values, seed, level):
    absent = np.random.default_rng(seed).random(len(values)) < 0.2
    expected = by_loop(values, absent, lambda x: grid.key_of(x, level))
    assert rows_of(native.grid_cells(values, absent, level)) == expected
    there = np.zeros(len(values), dtype=bool)
    expected = by_loop(values, there, lambda x: grid.key_of(x, level))
    assert rows_of(native.grid_cells(values, None, level)) == expected


@settings(max_examples=150, deadline=None)
@given(
    values=VALUES, ends=st.lists(st.floats(allow_nan=False), max_size=20), seed=st.integers(0, 9)
)
def test_bins(values, ends, seed):
    edges = np.array(sorted({*ends, *values[np.isfinite(values)][::2].tolist()}))
    absent = np.random.default_rng(seed).random(len(values)) < 0.2
    expected = by_loop(values, absent, lambda x: sum(edge < x for edge in edges.tolist()))
    assert rows_of(native.bin_cells(values, absent, edges)) == expected


@pytest.mark.parametrize("edges", [0, 1, 2, 3, 31, 32, 300])
def test_many_values_are_counted_in_blocks(edges):
    rng = np.random.default_rng(edges)
    values, ends = rng.normal(size=5_001), np.sort(rng.normal(size=edges))
    numbers, rows, low, high = native.bin_cells(values, None, ends)
    places = np.searchsorted(ends, values)
    expected, counts = np.unique(places, return_counts=True)
    assert np.array_equal(numbers, expected)
    assert np.array_equal(rows, counts)
    assert low.tolist() == [values[places == place].min() for place in expected]
    assert high.tolist() == [values[places == place].max() for place in expected]


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(ValueError, match="level"):
        native.grid_cells(np.ones(2), None, 10)
    with pytest.raises(ValueError, match="as long"):
        native.bin_cells(np.ones(2), np.zeros(3, dtype=bool), np.ones(1))
