"""Every native kernel gives what its readable twin gives."""

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kullback.kernels import reference

native = pytest.importorskip("kullback.kernels._native", reason="built without a compiler")

values = st.one_of(st.just(0.0), st.floats(5e-324, 1.0), st.floats(0.1, 0.1000001))


@given(
    hnp.arrays(
        np.float64, st.tuples(st.just(2), st.integers(0, 4), st.integers(1, 30)), elements=values
    )
)
def test_kl(pair):
    p, q = pair
    expected = reference.kl(p, q)
    assert native.kl(p, q) == pytest.approx(expected, rel=1e-13, abs=1e-300)


def test_kl_over_many_blocks():
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(20_000), size=(2, 3))
    assert native.kl(p, q) == pytest.approx(reference.kl(p, q), rel=1e-13)


def test_kl_refuses_shapes_that_differ():
    with pytest.raises(ValueError, match="same shape"):
        native.kl(np.ones((1, 2)), np.ones((1, 3)))
