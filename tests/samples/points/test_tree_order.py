"""Trees grown side by side, and queries asked in another order than they came in."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from kullback.samples.points.pair import SamplePair, ordered
from kullback.samples.points.thickness import thickness
from kullback.samples.points.tree import FEW, LARGE, Tree, along_curve, grow, ranked


@pytest.mark.parametrize("columns", [1, 2, 5, 20])
def test_the_order_of_queries_changes_nothing(columns):
    rng = np.random.default_rng(columns)
    points, queries = rng.normal(size=(500, columns)), rng.normal(size=(FEW + 50, columns))
    queries[:10, 0] = [0, -1e150, 1e150, *range(7)]
    distances, members = ranked(queries, Tree(points), 3)
    expected, places = cKDTree(points).query(queries, k=[1, 2, 3])
    np.testing.assert_allclose(distances, expected, rtol=1e-12)
    usual = slice(10, None)
    np.testing.assert_array_equal(members[usual], places[usual])


def test_a_curve_visits_every_query_once():
    queries = np.random.default_rng(0).normal(size=(300, 3))
    queries[:, 1] = 4.0
    assert sorted(along_curve(queries)) == list(range(300))


@pytest.mark.parametrize("threads", ["1", "2"])
def test_trees_grown_side_by_side_are_those_grown_alone(threads, monkeypatch):
    monkeypatch.setenv("KULLBACK_THREADS", threads)
    rng = np.random.default_rng(0)
    x, y = (ordered(rng.normal(size=(LARGE, 2))) for _ in range(2))
    trees = Tree(x), Tree(y)
    grow(*trees)
    for points, tree in zip((x, y), trees, strict=True):
        found, alone = ranked(x[:50], tree, 4), ranked(x[:50], Tree(points), 4)
        np.testing.assert_array_equal(found[0], alone[0])
        np.testing.assert_array_equal(found[1], alone[1])


def test_where_rows_coincide_dimensions_are_those_of_the_distinct():
    rng = np.random.default_rng(0)
    t = np.sort(rng.random(3000))
    once = np.column_stack([t, np.sin(9 * t)])
    pair = SamplePair(np.repeat(once, 3, axis=0), ordered(rng.normal(size=(3000, 2))))
    assert pair.thickness[0].dimensions == 1
    assert pair.thickness[1].dimensions == 2
    assert thickness(pair.white[0], pair.trees[0]) == thickness(pair.white[0])
