"""The share of a sample outside the hull of another, beside a triangulation."""

import numpy as np
import pytest
from scipy.spatial import Delaunay

from kullback.samples.points.hull import outside

CLOUDS = {
    "round": lambda rng, shape: rng.normal(size=shape),
    "flat": lambda rng, shape: rng.normal(size=shape) * ([1e-3, 1.0, 40.0][: shape[1]]),
    "heavy tails": lambda rng, shape: rng.standard_t(1.5, size=shape),
    "one corner": lambda rng, shape: rng.exponential(size=shape) ** 2,
    "ring": lambda rng, shape: (v := rng.normal(size=shape)) / np.linalg.norm(v, axis=1)[:, None],
}


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("shift", [0.0, 0.7, 30.0])
def test_every_point_is_counted_as_a_triangulation_counts_it(cloud, columns, shift):
    rng = np.random.default_rng(columns)
    y = CLOUDS[cloud](rng, (300, columns))
    x = CLOUDS[cloud](rng, (2_000, columns)) * 1.2 + shift
    want = np.mean(Delaunay(y).find_simplex(x) < 0)
    assert outside(x, y).share == pytest.approx(want, abs=1e-12)


def spoke(rng, shape):
    """A round cloud, of which the farthest points lie on a line."""
    points = rng.normal(size=shape)
    points[:400] = 0.0
    points[:400, 0] = rng.uniform(50.0, 90.0, 400) * rng.choice([-1.0, 1.0], 400)
    return points


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("cloud", [*CLOUDS.values(), spoke])
def test_the_hull_of_many_points_is_that_of_the_outer_ones(cloud, columns):
    rng = np.random.default_rng(columns)
    y = cloud(rng, (1_200, columns))
    x = cloud(rng, (500, columns)) * 1.1
    found = outside(x, y)
    whole = Delaunay(y)
    assert found.share == pytest.approx(np.mean(whole.find_simplex(x) < 0), abs=1e-12)
    assert found.expected == len(np.unique(whole.convex_hull)) / len(y)
