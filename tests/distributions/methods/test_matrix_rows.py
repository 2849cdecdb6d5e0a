"""A batch of vector and matrix laws is the loop over its rows: extreme, infinite and equal ones."""

import math
from functools import cache

import numpy as np
import pytest

from kullback import distributions as d

EYE = np.eye(2)
STEEP = np.array([[1.0, 0.999999], [0.999999, 1.0]])
FLAT = np.ones((2, 2))


def diagonal(a, b):
    return np.diag([float(a), float(b)])


WISHARTS = [
    ((3.0, EYE), (4.0, 2 * EYE)),
    ((5.5, STEEP), (5.5, STEEP)),
    ((1e12, EYE), (1e12 + 1, EYE)),
    ((1.5, diagonal(1e-100, 1e100)), (3.0, diagonal(1e-100, 1e100))),
]


def directions(kappa, cos_angle):
    return d.VonMisesFisher(3, kappa, cos_angle)


# family → the parameters of P and Q, row by row.
ROWS = {
    d.MultivariateNormal: [
        (([0.0, 0.0], EYE), ([1.0, 0.0], 2 * EYE)),
        (([1.0, 2.0], STEEP), ([1.0, 2.0], STEEP)),
        (([1.0, 2.0], diagonal(1e-150, 1e150)), ([0.0, 2.0], diagonal(1e-150, 1e150))),
        (([1e100, 0.0], EYE), ([0.0, 0.0], EYE)),
        (([0.0, 0.0], STEEP), ([0.0, 1e-9], STEEP)),
        (([0.0, 0.0], EYE), ([0.0, 0.0], FLAT)),
    ],
    d.Dirichlet: [
        (([1.0, 2.0],), ([2.0, 2.0],)),
        (([3.0, 0.5],), ([3.0, 0.5],)),
        (([1e-200, 1.0],), ([1.0, 1.0],)),
        (([1e15, 2e15],), ([1e15, 2e15 * (1 + 1e-9)],)),
        (([1e-5, 1e300],), ([1.0, 1.0],)),
    ],
    d.Wishart: WISHARTS,
    d.InverseWishart: WISHARTS,
    d.NormalInverseGamma: [
        ((0.0, 1.0, 3.0, 2.0), (1.0, 2.0, 2.0, 2.0)),
        ((1.0, 2.0, 3.0, 4.0), (1.0, 2.0, 3.0, 4.0)),
        ((1e100, 1.0, 3.0, 2.0), (0.0, 1.0, 3.0, 2.0)),
        ((0.0, 1e-100, 1e-5, 1.0), (0.0, 1e-90, 1.0, 1.0)),
        ((0.0, 1e200, 1e15, 1e15), (1e-5, 1e200, 1e15, 1e15 * (1 + 1e-10))),
    ],
    d.MatrixNormal: [
        ((0 * EYE, EYE, STEEP), (FLAT, EYE, STEEP)),
        ((FLAT, STEEP, EYE), (FLAT, STEEP, EYE)),
        ((0 * EYE, diagonal(1e-100, 1e100), EYE), (FLAT, diagonal(1e-100, 1e100), EYE)),
    ],
    directions: [
        ((2.0, 1.0), (3.0, 0.5)),
        ((2.0, 1.0), (2.0, 1.0)),
        ((1e-300, 1.0), (1e12, -1.0)),
    ],
    d.Multinomial: [
        ((5.0, [0.3, 0.7]), (5.0, [0.4, 0.6])),
        ((5.0, [0.5, 0.5]), (5.0, [0.5, 0.5])),
        ((5.0, [0.5, 0.5]), (5.0, [1.0, 0.0])),
        ((3.0, [0.5, 0.5]), (5.0, [0.5, 0.5])),
        ((5.0, [0.0, 1.0]), (5.0, [1e-300, 1.0])),
    ],
    d.Categorical: [
        (([0.3, 0.7],), ([0.4, 0.6],)),
        (([0.5, 0.5],), ([0.5, 0.5],)),
        (([0.5, 0.5],), ([1.0, 0.0],)),
        (([1e-300, 1.0],), ([0.5, 0.5],)),
    ],
}  # fmt: skip
DIVERGENCES = (d.chi_square, lambda p, q: d.renyi(p, q, 0.7))  # row by row in every library
MEASURES = {
    "numpy": (d.kl, d.cross_entropy, *DIVERGENCES),
    "torch": (d.kl, d.cross_entropy),
    "jax": (d.kl, d.cross_entropy),
}


def held(library, values):
    numbers = np.asarray(values, dtype=np.float64)
    if library == "torch":
        return pytest.importorskip("torch").tensor(numbers)
    return pytest.importorskip("jax.numpy").asarray(numbers) if library == "jax" else numbers


def batch(family, library, each):
    return family(*(held(library, column) for column in zip(*each, strict=True)))


@cache
def alone(family, measure, i, kind):
    """A measure of one row, of the numbers as a library holds them."""
    pair = (
        family(*(np.asarray(v, dtype=kind).astype(float)[()] for v in side))
        for side in ROWS[family][i]
    )
    return measure(*pair)


@pytest.mark.parametrize("library", ["numpy", "torch", "jax"])
@pytest.mark.parametrize("family", ROWS, ids=lambda f: f.__name__)
def test_a_batch_is_its_rows(family, library):
    first, second = zip(*ROWS[family], strict=True)
    kind = str(held(library, 1.0).dtype).removeprefix("torch.")
    if kind == "float32":
        keep = slice(0, 2)  # the others are beyond single precision
        first, second = first[keep], second[keep]
    p, q = batch(family, library, first), batch(family, library, second)
    for measure in MEASURES[library]:
        found = measure(p, q)
        values = np.asarray(getattr(found.value, "detach", lambda f=found: f.value)())
        for i in range(len(first)):
            single = alone(family, measure, i, kind)
            if math.isinf(single.value):
                assert values[i] == single.value
                assert found.reason[i]
                continue
            error = np.broadcast_to(found.error, values.shape)[i] + single.error
            assert abs(values[i] - single.value) <= 2 * error + 1e-15 * abs(single.value), (
                i,
                found,
            )
