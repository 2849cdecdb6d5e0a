"""How many dimensions a cloud has near its points, and what follows for KL."""

import math

import numpy as np
import pytest

from kullback import samples
from kullback.samples.points.sphere import whitened
from kullback.samples.points.thickness import thickness


def codes(found):
    return {note.code for note in found.notes}


def curve(rng, n, shift=0.0):
    t = rng.normal(shift, 1, n)
    return np.column_stack([t, np.sin(t), t**2])


def surface(rng, n, shift=0.0):
    a, b = rng.normal(shift, 1, (2, n))
    return np.column_stack([a, b, a * b])


FULL = {
    "normal": lambda r, n, d: r.normal(size=(n, d)),
    "uniform": lambda r, n, d: r.random((n, d)),
    "heavy": lambda r, n, d: r.standard_t(3, (n, d)),
    "skewed": lambda r, n, d: r.lognormal(0, 0.5, (n, d)),
    "sums": lambda r, n, d: np.cumsum(r.exponential(1, (n, d)), axis=1),
}


@pytest.mark.parametrize("name", FULL)
@pytest.mark.parametrize("columns", [1, 2, 3, 5])
def test_what_fills_its_columns_has_as_many_dimensions(name, columns):
    for n in (15, 100, 1000):
        cloud = FULL[name](np.random.default_rng([n, columns]), n, columns)
        if columns > 1:
            (cloud,), _ = whitened((cloud,))
        assert thickness(cloud).dimensions == columns


@pytest.mark.parametrize(("draw", "dimensions"), [(curve, 1), (surface, 2)])
def test_functions_of_one_another_have_fewer(draw, dimensions):
    found = thickness(draw(np.random.default_rng(1), 2000))
    assert (found.dimensions, found.next) == (dimensions, dimensions)
    assert found.measured == pytest.approx(dimensions, abs=0.15)


def test_points_that_coincide_are_left_out():
    both = np.repeat(curve(np.random.default_rng(2), 500), 2, axis=0)
    assert thickness(both).dimensions == 1
    assert thickness(np.zeros((50, 3))).dimensions == 3


@pytest.mark.parametrize(
    ("draw", "truth", "method", "n"),
    [
        (curve, 0.125, "nearest-neighbours", 4000),
        (surface, 0.25, "nearest-neighbours", 4000),
        (curve, 0.125, "adaptive", 500),
        (curve, 0.125, "tie-safe", 500),
    ],
)
def test_distances_count_in_the_dimensions_that_there_are(draw, truth, method, n):
    """KL does not change under the map from t to its curve; by columns it was three times that."""
    rng = np.random.default_rng(3)
    found = samples.kl(draw(rng, n), draw(rng, n, 0.5), method=method)
    assert abs(found.value - truth) < 3 * found.standard_error
    assert found.standard_error < 0.2
    assert "thin" in codes(found)


def test_a_curve_beside_a_cloud_has_no_upper_end():
    rng = np.random.default_rng(4)
    cloud = curve(rng, 1000) + rng.normal(0, 1, (1000, 3))
    found = samples.kl(curve(rng, 1000), cloud)
    assert found.interval.high == math.inf
    assert "infinite" in next(note.text for note in found.notes if note.code == "thin")
    full = samples.kl(rng.normal(size=(1000, 3)), rng.normal(size=(1000, 3)))
    assert "thin" not in codes(full)
    assert math.isfinite(full.interval.high)
