"""Arrays of MLX: in kind, with gradients, and under its transformations.

What looks at values is refused there: tests/interface/test_front_doors.py has the doors.
"""

import numpy as np
import pytest
from test_gradients import CARRIED, FORMULAS, PLAIN, REFUSED, total

from kullback.errors import KullbackError

mx = pytest.importorskip("mlx.core")
torch = pytest.importorskip("torch")


def made(arrays):
    return [mx.array(array.astype(np.float32)) for array in arrays]


@pytest.mark.parametrize("name", CARRIED)
def test_gradients_are_those_of_torch(name):
    measure, arrays = CARRIED[name]
    p, q = (torch.tensor(array, requires_grad=True) for array in arrays)
    total(measure(p, q)).backward()
    found = mx.grad(lambda a, b: total(measure(a, b)))(*made(arrays))
    np.testing.assert_allclose(memoryview(found), p.grad, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", CARRIED)
def test_transformations_give_what_the_measure_gives(name):
    measure, arrays = CARRIED[name]
    plain = measure(*made(arrays))
    assert type(plain) is mx.array
    found = [mx.compile(measure)(*made(arrays))]
    found += [mx.vmap(measure)(*made(arrays))] if name != "pairwise" else []  # of whole batches
    for each in found:
        np.testing.assert_allclose(memoryview(each), memoryview(plain), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", [*FORMULAS, *PLAIN, *REFUSED])
def test_what_looks_at_values_refuses_to_be_traced(name):
    measure, arrays = {**FORMULAS, **PLAIN, **REFUSED}[name]

    def of_value(p, q):
        return getattr(measure(p, q), "value", 0.0)

    for transform, given in (
        (mx.compile(of_value), arrays),
        (mx.vmap(of_value), [np.stack([array, array]) for array in arrays]),
    ):
        with pytest.raises(KullbackError):
            transform(*made(given))
