"""Mappings of names to arrays as tables."""

import numpy as np
import pytest

from kullback import tables
from kullback.errors import InputError, ShapeError
from kullback.tables.engines import mapping


def test_every_kind_of_array():
    rng = np.random.default_rng(0)
    n = 200
    mapping = {
        "float": rng.normal(size=n),
        "half": rng.normal(size=n).astype(np.float16),
        "strided": rng.normal(size=3 * n)[::3],
        "int": rng.integers(0, 5, n).astype(np.int8),
        "bool": rng.random(n) < 0.5,
        "text": rng.choice(["a", "b"], n),
        "object": np.array(["a", None] * (n // 2), dtype=object),
        "day": np.datetime64("2026-01-01") + rng.integers(0, 90, n),
        "list": list(range(n)),
    }
    mapping["float"].setflags(write=False)
    found = tables.compare(mapping, mapping)
    assert found.reference.rows == n
    assert {c.name: c.role for c in found.compared} == {
        "float": "numeric",
        "half": "numeric",
        "strided": "numeric",
        "int": "integer-coded",
        "bool": "boolean",
        "text": "categorical",
        "object": "categorical",
        "day": "date/time",
    }
    assert found["list"].reason.startswith("id-like")
    assert found["object"].missing.current == 0.5


@pytest.mark.parametrize(
    ("mapping", "error", "words"),
    [
        ({}, InputError, "empty mapping"),
        ({"a": [1, 2], "b": [1]}, ShapeError, r"reference\['b'\] has 1 values"),
        ({"a": [[1], [2]]}, ShapeError, r"shape \(2, 1\)"),
        ({"a": 3}, ShapeError, r"shape \(\)"),
        ({"a": [[1], [2, 3]]}, ShapeError, "no column"),
    ],
)
def test_mappings_that_are_no_tables(mapping, error, words):
    with pytest.raises(error, match=words):
        tables.compare(mapping, {"a": [1, 2]})


def test_a_tensor_that_wants_a_gradient_is_a_column():
    torch = pytest.importorskip("torch")
    tensor = torch.tensor([1.0, 2.0, 2.0], dtype=torch.bfloat16, requires_grad=True)
    assert mapping.columns({"x": tensor}, "reference")["x"].tolist() == [1.0, 2.0, 2.0]


def test_a_traced_array_is_refused_in_words():
    jax = pytest.importorskip("jax")
    with pytest.raises(InputError, match=r"traced .* has no values yet"):
        jax.jit(lambda x: mapping.columns({"x": x}, "reference"))(jax.numpy.arange(3.0))
