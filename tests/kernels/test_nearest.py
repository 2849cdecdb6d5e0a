"""The tree of points: its distances are its twin's and brute force's, whatever the points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from kullback.kernels import neighbours_reference

native = pytest.importorskip("kullback.kernels._native", reason="built without a compiler")

TREES = {"native": native.PointTree, "twin": neighbours_reference.PointTree}


def clouds(rng, kind, count, width):
    """Two clouds: of ordinary numbers, of few values, on a line, or far from 0."""
    sides = rng.normal(size=(2, count, width))
    if kind == "ties":
        return np.round(sides)
    if kind == "line":
        return sides[:, :, :1] * np.arange(1, width + 1)
    if kind == "far":
        return sides + 1e9
    if kind == "tiny":
        return sides * 1e-150
    return sides


@pytest.mark.parametrize("tree", TREES)
@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["plain", "ties", "line", "far", "tiny"]),
    count=st.sampled_from([1, 2, 24, 25, 49, 300]),
    width=st.integers(1, 8),
    k=st.sampled_from([1, 2, 7, 30]),
    chebyshev=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_brute_force(tree, kind, count, width, k, chebyshev, seed):
    points, queries = clouds(np.random.default_rng(seed), kind, count, width)
    found, places = TREES[tree](points, chebyshev=chebyshev).nearest(queries[:20], k, 1)
    apart = cdist(queries[:20], points, "chebyshev" if chebyshev else "euclidean")
    want = np.sort(apart, axis=1)[:, :k]
    held = want.shape[1]
    np.testing.assert_allclose(found[:, :held], want, rtol=1e-13, atol=1e-300)
    assert (found[:, held:] == np.inf).all()
    assert (places[:, held:] == count).all()
    # Which of several that are as near is left open; each is as near as is said, and none twice.
    there = np.take_along_axis(apart, places[:, :held], axis=1)
    np.testing.assert_allclose(there, found[:, :held], rtol=1e-13, atol=1e-300)
    assert all(len(set(row)) == held for row in places[:, :held].tolist())


def test_threads_change_nothing_and_queries_may_be_read_only():
    rng = np.random.default_rng(0)
    points, queries = rng.normal(size=(5_000, 3)), rng.normal(size=(9_000, 3))
    points.flags.writeable = queries.flags.writeable = False
    tree = native.PointTree(points, chebyshev=False)
    alone = tree.nearest(queries, 4, 1)
    for threads in (2, 8, -1):
        together = tree.nearest(queries, 4, threads)
        assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


@pytest.mark.parametrize("queries", [np.zeros((3, 2)), np.zeros((0, 2))])
def test_no_points_and_no_queries(queries):
    found, places = native.PointTree(np.zeros((0, 2)), chebyshev=False).nearest(queries, 2, 1)
    assert found.shape == places.shape == (len(queries), 2)
    assert (found == np.inf).all()


def test_what_does_not_fit_is_refused():
    tree = native.PointTree(np.zeros((4, 2)), chebyshev=False)
    for queries, k in ((np.zeros((1, 3)), 1), (np.zeros((1, 2)), 0)):
        with pytest.raises(ValueError, match=r"another width|k must be"):
            tree.nearest(queries, k, 1)
    with pytest.raises(ValueError, match="a coordinate"):
        native.PointTree(np.zeros((4, 0)), chebyshev=False)
