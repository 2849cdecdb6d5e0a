"""Nearest neighbours: golden values of discrete.md 3b, a naive double loop, SciPy's tree."""

import math

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.special import digamma

from kullback.samples.estimators import neighbours
from kullback.samples.points.sorted_line import line_nearest, windows
from kullback.samples.points.tree import CHEBYSHEV, Tree, tree_nearest, workers


def column(*values):
    return np.sort(np.array(values, dtype=float))[:, None]


B23 = column(0, 1, 3, 7), column(0.5, 2.5, 4, 8, 9)
B24 = (
    np.array([(0, 0), (1, 0), (0, 2), (3, 3)], dtype=float),
    np.array([(0.5, 0.5), (2, 1), (-1, 0), (4, 4), (1, 3)], dtype=float),
)


@pytest.mark.parametrize(
    ("x", "y", "truth"),
    [
        (column(1, 2), column(1.5, 2.5), 0.0),
        (column(1, 2, 4), column(1.5, 3), -math.log(2)),
    ],
)
def test_b22(x, y, truth):
    assert neighbours.wang_kulkarni_verdu(x, y, 1).value == pytest.approx(truth, abs=1e-15)


@pytest.mark.parametrize("scale", [1.0, 1e6])
@pytest.mark.parametrize(("k", "truth"), [(1, -0.5288951470739272), (2, -0.15598142787949798)])
def test_b23(scale, k, truth):
    x, y = (scale * v for v in B23)
    assert neighbours.wang_kulkarni_verdu(x, y, k).value == pytest.approx(truth, abs=1e-14)


@pytest.mark.parametrize(
    ("k", "norm", "truth"),
    [
        (1, 2, -0.41139423976249323),
        (2, 2, -0.5327711937079183),
        (1, CHEBYSHEV, -1.078201291407982),
    ],
)
def test_b24(k, norm, truth):
    assert neighbours.wang_kulkarni_verdu(*B24, k, norm).value == pytest.approx(truth, abs=1e-14)


@pytest.mark.parametrize(
    ("pair", "truth"), [(B23, -0.7059552797669133), (B24, -0.8282488738254157)]
)
def test_bias_reduced_of_b23_and_b24(pair, truth):
    assert neighbours.adaptive(*pair).value == pytest.approx(truth, abs=1e-14)


def test_b26_bias_reduced_with_one_neighbour_is_the_plain_form():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 2)), rng.normal(size=(60, 2))
    plain = neighbours.wang_kulkarni_verdu(x, y, 1).value
    assert neighbours.adaptive(x, y, most=1).value == pytest.approx(plain, abs=1e-14)


def distances(queries, points, norm=2):
    return np.linalg.norm(queries[:, None] - points[None], ord=norm, axis=2)


def naive(x, y, k):
    """The definition in two sorts of all distances, O(n² log n)."""
    own = np.sort(distances(x, x), axis=1)[:, k]
    other = np.sort(distances(x, y), axis=1)[:, k - 1]
    return x.shape[1] * np.mean(np.log(other / own)) + math.log(len(y) / (len(x) - 1))


def naive_adaptive(x, y):
    total = 0.0
    for i, point in enumerate(x):
        own = distances(point[None], np.delete(x, i, axis=0))[0]
        other = distances(point[None], y)[0]
        reach = max(own.min(), other.min()) * (1 + 1e-9)
        own, other = own[own <= reach], other[other <= reach]
        total += x.shape[1] * math.log(other.max() / own.max())
        total += digamma(len(own)) - digamma(len(other))
    return total / len(x) + math.log(len(y) / (len(x) - 1))


@pytest.mark.parametrize("dimensions", [1, 2, 5])
@pytest.mark.parametrize("k", [1, 3, 20])
def test_against_the_definition(dimensions, k):
    rng = np.random.default_rng(k)
    x, y = rng.normal(size=(80, dimensions)), rng.normal(0.5, 2, size=(70, dimensions))
    x, y = (np.sort(v, axis=0) if dimensions == 1 else v for v in (x, y))
    found = neighbours.wang_kulkarni_verdu(x, y, k)
    assert found.value == pytest.approx(naive(x, y, k), abs=1e-12)
    assert neighbours.adaptive(x, y).value == pytest.approx(naive_adaptive(x, y), abs=1e-12)


@pytest.mark.parametrize("dimensions", [1, 2])
def test_jackknife_is_the_one_that_leaves_each_point_out(dimensions):
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(40, dimensions)), rng.normal(size=(30, dimensions))
    x, y = (np.sort(v, axis=0) if dimensions == 1 else v for v in (x, y))

    def without(cloud, i):
        return np.delete(cloud, i, axis=0)

    of_x = [neighbours.wang_kulkarni_verdu(without(x, i), y, 3).value for i in range(40)]
    of_y = [neighbours.wang_kulkarni_verdu(x, without(y, i), 3).value for i in range(30)]
    truth = math.sqrt(39 * np.var(of_x) + 29 * np.var(of_y))
    found = neighbours.wang_kulkarni_verdu(x, y, 3)
    assert found.standard_error == pytest.approx(truth, rel=1e-10)
    entropies = [neighbours.kozachenko_leonenko(without(x, i), 3).value for i in range(40)]
    found = neighbours.kozachenko_leonenko(x, 3)
    assert found.standard_error == pytest.approx(math.sqrt(39 * np.var(entropies)), rel=1e-10)


def test_windows_are_what_the_tree_finds():
    rng = np.random.default_rng(1)
    points, queries = np.sort(rng.exponential(size=500)), np.sort(rng.normal(size=300))
    tree = cKDTree(points[:, None])
    for k in (1, 2, 7, 500):
        expected, members = tree.query(queries[:, None], k=[k])
        radius, start = windows(queries, points, k)
        np.testing.assert_allclose(radius, expected[:, 0], rtol=1e-12)
        assert ((members[:, 0] >= start) & (members[:, 0] < start + k)).all()


def test_both_kinds_share_weights_out_alike():
    rng = np.random.default_rng(2)
    points, queries = np.sort(rng.normal(size=60)), np.sort(rng.normal(size=40))
    weights = rng.normal(size=40)
    line = line_nearest(queries, points, 4)
    tree = tree_nearest(queries[:, None], Tree(points[:, None]), 4)
    np.testing.assert_allclose(line.radius, tree.radius)
    np.testing.assert_allclose(line.wider, tree.wider)
    np.testing.assert_allclose(line.shared_out(weights), tree.shared_out(weights), atol=1e-12)


def test_tie_safe_is_the_plain_form_where_nothing_coincides():
    rng = np.random.default_rng(4)
    for shape in ((200, 1), (200, 3)):
        x, y = rng.normal(size=shape), rng.normal(size=shape)
        x, y = (np.sort(v, axis=0) if shape[1] == 1 else v for v in (x, y))
        plain = neighbours.wang_kulkarni_verdu(x, y, 4).value
        assert neighbours.tie_safe(x, y, 4).value == pytest.approx(plain, abs=1e-12)


def test_tie_safe_counts_where_points_coincide():
    x, y = column(*[0.0] * 4, *[1.0] * 6), column(*[0.0] * 5, *[1.0] * 15)
    # Within distance 0: itself apart 3 and 5 of X, 5 and 15 of Y.
    terms = 4 * (digamma(3) - digamma(5)) + 6 * (digamma(5) - digamma(15))
    truth = terms / 10 + math.log(20 / 9)
    assert neighbours.tie_safe(x, y, 2).value == pytest.approx(truth, abs=1e-14)


def test_share_of_the_mixture_is_ross_for_equal_sizes():
    rng = np.random.default_rng(5)
    x, y = np.sort(rng.normal(size=(2, 50)), axis=1)[..., None]
    x = np.append(x, [[9.0]], axis=0)  # n − 1 = m
    radius = np.sort(distances(x, x), axis=1)[:, 3] * (1 + 1e-9)
    pooled = (distances(x, np.concatenate([x, y])) <= radius[:, None]).sum(axis=1) - 1
    truth = digamma(3) - digamma(pooled) + math.log(2)
    np.testing.assert_allclose(neighbours.share_of_mixture(x, y, 3), truth, atol=1e-12)


def test_threads_come_from_the_environment(monkeypatch):
    monkeypatch.delenv("KULLBACK_THREADS", raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert workers() == -1
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert workers() == 3
    monkeypatch.setenv("KULLBACK_THREADS", "1")
    assert workers() == 1
    x, y = np.random.default_rng(0).normal(size=(2, 300, 3))
    one = neighbours.wang_kulkarni_verdu(x, y, 2)
    monkeypatch.setenv("KULLBACK_THREADS", "2")
    two = neighbours.wang_kulkarni_verdu(x, y, 2)
    assert one.value == two.value
    assert one.standard_error == two.standard_error
    monkeypatch.setenv("KULLBACK_THREADS", "many")
    with pytest.raises(ValueError, match=r"KULLBACK_THREADS='many' is no number of threads from 1"):
        workers()


def test_windows_survive_ties_and_ends():
    rng = np.random.default_rng(6)
    for trial in range(400):
        m, n = rng.integers(1, 12), rng.integers(1, 9)
        k = int(rng.integers(1, m + 1))
        points, queries = rng.normal(size=m), 3 * rng.normal(size=n)
        if trial % 2:
            points, queries = np.round(points), np.round(queries)
        points, queries = np.sort(points), np.sort(queries)
        radius, start = windows(queries, points, k)
        all_distances = np.abs(queries[:, None] - points)
        np.testing.assert_array_equal(radius, np.sort(all_distances, axis=1)[:, k - 1])
        for i, first in enumerate(start):
            assert 0 <= first <= m - k
            assert all_distances[i, first : first + k].max() == radius[i]
