"""keepdims= and where= of every measure that takes outcomes together."""

import numpy as np
import pandas as pd
import pytest

import kullback as k
from kullback.errors import InputError, KullbackError, ShapeError

RNG = np.random.default_rng(5)
P, Q = (RNG.dirichlet([1, 1, 1, 1], (3, 2)) for _ in range(2))
KEPT = np.array([True, False, True, True])

PAIRS = {
    **{
        name: getattr(k, name)
        for name in (
            *("kl", "jeffreys", "jensen_shannon", "jensen_shannon_distance", "cross_entropy"),
            *("total_variation", "hellinger", "chi_square", "bhattacharyya"),
        )
    },
    "renyi": lambda p, q, **more: k.renyi(p, q, 2, **more),
    "renyi 0": lambda p, q, **more: k.renyi(p, q, 0, **more),
    "tsallis": lambda p, q, **more: k.tsallis(p, q, 3, **more),
    "alpha": lambda p, q, **more: k.alpha_divergence(p, q, 1, **more),
    "f": lambda p, q, **more: k.f_divergence(p, q, lambda t: (t - 1) ** 2, **more),
    "weighted": lambda p, q, **more: k.jensen_shannon(p, q, p, weights=[0.2, 0.3, 0.5], **more),
    "entropy": lambda p, _, **more: k.entropy(p, **more),
    "renyi_entropy": lambda p, _, **more: k.renyi_entropy(p, 0.5, **more),
}
LOGITS = {
    **{
        name: getattr(k.logits, name)
        for name in ("kl", "cross_entropy", "jensen_shannon", "total_variation")
    },
    "entropy": lambda p, _, **more: k.logits.entropy(p, **more),
}


def arrays_of(library):
    if library == "numpy":
        return np.asarray
    if library.startswith("torch"):
        torch = pytest.importorskip("torch")
        return lambda v: torch.tensor(np.array(v), requires_grad=library == "torch grad")
    jax = pytest.importorskip("jax.numpy")
    return jax.asarray


def plain(values):
    return np.asarray(values.detach() if hasattr(values, "detach") else values)


@pytest.mark.parametrize("library", ["numpy", "torch", "torch grad", "jax"])
@pytest.mark.parametrize("name", [*PAIRS, *(f"logits.{name}" for name in LOGITS)])
def test_the_axis_stays(name, library):
    measure = PAIRS.get(name) or LOGITS[name.removeprefix("logits.")]
    make = arrays_of(library)
    for axis in (-1, 0, 1):
        p, q = (make(np.moveaxis(a, -1, axis)) for a in (P, Q))
        without = plain(measure(p, q, axis=axis))
        found = measure(p, q, axis=axis, keepdims=True)
        assert type(found) is type(p)
        np.testing.assert_allclose(plain(found), np.expand_dims(without, axis), rtol=1e-12)
    one = measure(make(P[0, 0]), make(Q[0, 0]), keepdims=True)
    assert tuple(one.shape) == (1,)
    whole = measure(P[0, 0], Q[0, 0])
    np.testing.assert_allclose(plain(one), [float(whole)], rtol=2e-6)


def test_the_whole_array_as_one_distribution_keeps_its_dimensions():
    for make in map(arrays_of, ("numpy", "torch")):
        found = k.kl(make(P), make(Q), axis=None, mass="normalize", keepdims=True)
        assert tuple(found.shape) == (1, 1, 1)
        assert float(found.ravel()[0]) == pytest.approx(k.kl(P, Q, axis=None, mass="normalize"))


@pytest.mark.parametrize("library", ["numpy", "torch", "torch grad", "jax"])
@pytest.mark.parametrize("name", PAIRS)
def test_outcomes_are_left_out(name, library):
    measure, make = PAIRS[name], arrays_of(library)
    truth = measure(P[..., KEPT], Q[..., KEPT], mass="normalize")
    found = measure(make(P), make(Q), mass="normalize", where=KEPT)
    loose = 1e-12 if library == "numpy" else 3e-5
    np.testing.assert_allclose(plain(found), truth, rtol=loose)


@pytest.mark.parametrize("library", ["numpy", "torch", "torch grad", "jax"])
@pytest.mark.parametrize("name", LOGITS)
def test_logits_are_left_out(name, library):
    measure, make = LOGITS[name], arrays_of(library)
    truth = measure(P[..., KEPT], Q[..., KEPT])
    found = measure(make(P), make(Q), where=KEPT)
    np.testing.assert_allclose(plain(found), truth, rtol=1e-12 if library == "numpy" else 3e-5)


def test_each_row_may_leave_out_its_own():
    where = np.array([[1, 1, 0, 1], [0, 1, 1, 1]], dtype=bool)
    p = np.where(where, P[0], np.nan)  # what is left out may hold anything
    found = k.kl(p, Q[0], where=where, mass="normalize")
    for row, flags in enumerate(where):
        truth = k.kl(P[0, row, flags], Q[0, row, flags], mass="normalize")
        assert found[row] == pytest.approx(truth, rel=1e-12)
    down = k.kl(p.T, Q[0].T, where=where.T, mass="normalize", axis=0, keepdims=True)
    assert down.ravel() == pytest.approx(found)
    assert down.shape == (1, 2)


def test_labelled_arguments_leave_out_by_label():
    p, q = {"a": 0.5, "b": 0.25, "c": 0.25}, pd.Series({"c": 0.5, "b": 0.25, "a": 0.25})
    truth = k.kl([0.5, 0.25], [0.25, 0.5], mass="normalize")
    for where in ({"a": True, "c": True}, pd.Series({"b": False, "a": True, "c": True})):
        assert k.kl(p, q, where=where, mass="normalize") == pytest.approx(truth)
    logits = {label: np.log(share) for label, share in p.items()}
    assert k.logits.kl(logits, np.log(q), where={"a": 1, "b": 0, "c": 1}) == pytest.approx(truth)
    with pytest.raises(KullbackError, match="where has none"):
        k.kl(p, q, where=[True, False, True])


def test_what_is_wrong_is_said():
    p, q = P[0, 0], Q[0, 0]
    with pytest.raises(KullbackError, match="sums to"):
        k.kl(p, q, where=KEPT)
    with pytest.raises(InputError, match="True and False"):
        k.kl(p, q, where=[0.5, 1, 1, 1])
    with pytest.raises(InputError, match="True and False"):
        k.kl({"a": 1.0}, {"a": 1.0}, where={"a": "yes"})
    with pytest.raises(ShapeError, match=r"where has shape \(3,\)"):
        k.kl(p, q, where=[True, True, False])
    with pytest.raises(TypeError, match="'base' is no keyword"):
        k.kl(p, q, base=2)
    with pytest.raises(TypeError, match="'base' is no keyword"):
        k.logits.kl(p, q, base=2)
    with pytest.raises(InputError, match="keepdims= do not apply"):
        k.pairwise(k.kl, P[0], where=KEPT)


def test_a_compiled_graph_takes_flags_as_tensors():
    torch = pytest.importorskip("torch")
    p, q = torch.tensor(P[0, 0]), torch.tensor(Q[0, 0])
    flags = torch.tensor(KEPT)
    truth = k.logits.kl(P[0, 0, KEPT], Q[0, 0, KEPT])
    assert float(k.logits.kl(p, q, where=flags)) == pytest.approx(float(truth))
    assert float(k.kl(p, q, where=flags, mass="normalize")) == pytest.approx(
        float(k.kl(P[0, 0], Q[0, 0], where=KEPT, mass="normalize"))
    )
    assert float(k.logits.kl(P[0, 0], Q[0, 0], where=flags)) == pytest.approx(float(truth))
