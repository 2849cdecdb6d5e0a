"""PyTorch tensors: values, gradients, devices and refusals."""

import mpmath as mp
import numpy as np
import pytest

import kullback as k
from kullback import logits
from kullback.errors import InputError, MassError, ShapeError

torch = pytest.importorskip("torch")

mp.mp.dps = 50


def softmax(x):
    top = [mp.exp(v) for v in x]
    return [v / mp.fsum(top) for v in top]


def plogr(p, q):
    return mp.mpf(0) if p == 0 else p * mp.log(p / q)


def exact_kl(p, q):
    return mp.fsum(plogr(a, b) - a + b for a, b in zip(p, q, strict=True))


def exact_js(p, q):
    m = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    return (exact_kl(p, m) + exact_kl(q, m)) / 2


def exact_ce(p, q):
    return -mp.fsum(mp.mpf(0) if a == 0 else a * mp.log(b) for a, b in zip(p, q, strict=True))


def exact_entropy(p):
    return exact_ce(p, p)


OF_TWO = {
    "kl": exact_kl,
    "cross_entropy": exact_ce,
    "jensen_shannon": exact_js,
}


def slopes(function, *rows):
    """Central differences at 50 digits, with respect to every number of every row."""
    h = mp.mpf(10) ** -20
    found = []
    for which, row in enumerate(rows):
        for i in range(len(row)):
            ends = []
            for sign in (1, -1):
                moved = [list(map(mp.mpf, r)) for r in rows]
                moved[which][i] += sign * h
                ends.append(function(*moved))
            found.append(float((ends[0] - ends[1]) / (2 * h)))
    return np.array(found).reshape(len(rows), -1)


def tensors(*rows):
    return [torch.tensor(row, dtype=torch.float64, requires_grad=True) for row in rows]


PROBABILITIES = [
    ([0.4, 0.3, 0.2, 0.1], [0.3, 0.4, 0.2, 0.1]),
    ([0.9, 0.05, 0.03, 0.02], [0.1, 0.2, 0.3, 0.4]),
    ([0.25 + 1e-6, 0.25 - 1e-6, 0.25, 0.25], [0.25, 0.25, 0.25, 0.25]),
    ([0.4, 0.3, 0.2, 0.1], [0.4, 0.3, 0.2, 0.1]),
]
LOGITS = [
    ([1.0, 2.0, -1.0, 0.5], [0.0, 1.0, 3.0, -2.0]),
    ([1.0, 2.0, -1.0, 0.5], [1.0, 2.0 + 1e-7, -1.0, 0.5]),
    ([1.0, 2.0, -1.0, 0.5], [1.0, 2.0, -1.0, 0.5]),
    ([40.0, 0.0, -40.0, 3.0], [-40.0, 200.0, 0.0, 3.0]),
]


@pytest.mark.parametrize("name", OF_TWO)
@pytest.mark.parametrize("pair", PROBABILITIES)
def test_gradients_of_probabilities(name, pair):
    p, q = tensors(*pair)
    value = getattr(k, name)(p, q, mass="as-is")
    value.backward()
    assert value.item() == pytest.approx(float(OF_TWO[name](*pair)), rel=1e-12, abs=1e-16)
    expected = slopes(OF_TWO[name], *pair)
    np.testing.assert_allclose([p.grad, q.grad], expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("pair", PROBABILITIES)
def test_gradient_of_entropy(pair):
    (p,) = tensors(pair[0])
    k.entropy(p, mass="as-is").backward()
    np.testing.assert_allclose(p.grad, slopes(exact_entropy, pair[0])[0], rtol=1e-10)
    (checked,) = tensors(pair[0])
    k.entropy(checked).backward()
    # On distributions, where gradients are told apart up to a constant only.
    difference = (checked.grad - p.grad).numpy()
    np.testing.assert_allclose(difference, difference[0], atol=1e-10)


@pytest.mark.parametrize("name", OF_TWO)
@pytest.mark.parametrize("pair", LOGITS)
def test_gradients_of_logits(name, pair):
    p, q = tensors(*pair)
    value = getattr(logits, name)(p, q)
    value.backward()

    def exact(x, y):
        return OF_TWO[name](softmax(x), softmax(y))

    assert value.item() == pytest.approx(float(exact(*pair)), rel=1e-12, abs=1e-30)
    expected = slopes(exact, *pair)
    np.testing.assert_allclose([p.grad, q.grad], expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("pair", LOGITS)
def test_gradient_of_the_entropy_of_logits(pair):
    (p,) = tensors(pair[0])
    logits.entropy(p, temperature=2.0).backward()
    expected = slopes(lambda x: exact_entropy(softmax([v / 2 for v in x])), pair[0])
    np.testing.assert_allclose(p.grad, expected[0], rtol=1e-10, atol=1e-12)


MEASURES = ["kl", "cross_entropy", "jensen_shannon", "total_variation", "hellinger", "jeffreys"]
MEASURES += ["jensen_shannon_distance", "chi_square"]


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize(
    ("p", "q"),
    [
        ([0.5, 0.5, 0.0], [0.5, 0.3, 0.2]),
        ([0.5, 0.5, 0.0], [0.5, 0.5, 0.0]),
        ([1.0, 0.0, 0.0], [1.0, 0.0, 0.0]),
    ],
)
def test_gradients_are_finite_where_the_loss_is(name, p, q):
    a, b = tensors(p, q)
    value = getattr(k, name)(a, b)
    value.backward()
    if torch.isfinite(value):
        assert torch.isfinite(a.grad).all()
        assert torch.isfinite(b.grad).all()
    (one,) = tensors(p)
    k.entropy(one).backward()
    assert torch.isfinite(one.grad).all()


@pytest.mark.parametrize("name", ["kl", "cross_entropy", "jensen_shannon", "total_variation"])
def test_masked_logits_have_finite_gradients(name):
    inf = float("inf")
    p, q = tensors([1.0, -inf, 0.0, -inf], [0.5, 2.0, 0.0, -inf])
    value = getattr(logits, name)(p, q)
    value.backward()
    assert torch.isfinite(value)
    assert torch.isfinite(p.grad).all()
    assert torch.isfinite(q.grad).all()
    assert p.grad[1] == p.grad[3] == q.grad[3] == 0


def test_second_derivatives():
    p, q = tensors([1.0, 2.0, -1.0], [0.0, 1.0, 3.0])
    assert torch.autograd.gradgradcheck(logits.kl, (p, q))
    assert torch.autograd.gradcheck(logits.jensen_shannon, (p, q))


@pytest.mark.parametrize("name", [*MEASURES, "renyi"])
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
def test_values_without_gradients_are_numpys(name, dtype):
    rng = np.random.default_rng(0)
    p, q = (torch.tensor(x).to(getattr(torch, dtype)) for x in rng.dirichlet(np.ones(9), (2, 3)))
    order = (2,) if name == "renyi" else ()
    got = getattr(k, name)(p, q, *order)
    exact = (x.to(torch.float64).numpy() for x in (p, q))
    expected = getattr(k, name)(*exact, *order, **({} if dtype == "float64" else {"mass": "as-is"}))
    assert got.dtype == (torch.float64 if dtype == "float64" else torch.float32)
    np.testing.assert_allclose(got, expected, rtol=1e-12 if dtype == "float64" else 1e-5)


def test_lent_memory_and_generic_road_agree():
    rng = np.random.default_rng(0)
    x, y = (torch.tensor(a) for a in rng.normal(size=(2, 4, 7)))
    for name in ("kl", "cross_entropy", "jensen_shannon", "total_variation"):
        measure = getattr(logits, name)
        lent, generic = measure(x, y), measure(x.clone().requires_grad_(), y)
        assert lent.requires_grad is False
        assert generic.requires_grad is True
        np.testing.assert_allclose(lent, generic.detach(), rtol=1e-12)
    rows, same = logits.summary(x, y), logits.summary(x.clone().requires_grad_(), y)
    np.testing.assert_allclose(rows.kl, same.kl.detach(), rtol=1e-12)
    assert rows.same_top.dtype == torch.bool
    assert (rows.same_top == same.same_top).all()


def test_axis_unit_batch_and_mixed_arguments():
    p = torch.tensor([[0.7, 0.4], [0.3, 0.6]], dtype=torch.float64, requires_grad=True)
    got = k.kl(p, [0.5, 0.5], axis=0, unit="bits")
    expected = k.kl(p.detach().numpy().T, [0.5, 0.5], unit="bits")
    np.testing.assert_allclose(got.detach(), expected, rtol=1e-14)
    assert k.kl(p * 3, p * 2, axis=0, mass="normalize").detach().abs().max() < 1e-15
    assert k.contributions(torch.tensor([0.5, 0.5]), [0.25, 0.75]).shape == (2,)
    assert isinstance(k.compare(p.detach()[:, 0], [0.5, 0.5]).kl, k.Information)


@pytest.mark.parametrize("gradient", [False, True])
def test_refusals(gradient):
    def given(*values):
        return torch.tensor(values, dtype=torch.float64, requires_grad=gradient)

    good = given(0.5, 0.5)
    with pytest.raises(MassError, match="sums to"):
        k.kl(given(0.5, 0.6), good)
    with pytest.raises(InputError, match=r"p\[1\] is nan"):
        k.kl(given(0.5, float("nan")), good)
    with pytest.raises(InputError, match="never negative"):
        k.kl(good, given(1.5, -0.5))
    with pytest.raises(ShapeError, match="2 outcomes"):
        k.kl(good, given(0.5, 0.25, 0.25))
    with pytest.raises(ShapeError, match="no outcomes"):
        k.kl(given(), given())
    with pytest.raises(ShapeError, match="axis=1"):
        k.kl(good, good, axis=1)
    with pytest.raises(InputError, match=r"q\[0\] is nan"):
        logits.kl(good, given(float("nan"), 0.0))
    with pytest.raises(InputError, match="−inf only"):
        logits.kl(good, given(-float("inf"), -float("inf")))
    for kind in (torch.int64, torch.bool, torch.complex64):
        with pytest.raises(InputError, match="floating-point"):
            k.kl(torch.ones(2).to(kind), good)
        with pytest.raises(InputError, match="floating-point"):
            logits.kl(torch.ones(2).to(kind), good)


def test_rounded_negatives_are_zeros():
    p = torch.tensor([0.5, 0.5, -1e-17], dtype=torch.float64, requires_grad=True)
    assert k.kl(p, torch.tensor([0.5, 0.25, 0.25], dtype=torch.float64)).item() > 0


def test_function_transforms():
    p, q = (torch.rand(5, 4, dtype=torch.float64) for _ in range(2))
    each = torch.func.vmap(logits.kl)(p, q)
    np.testing.assert_allclose(each, logits.kl(p, q), rtol=1e-12)
    slope = torch.func.grad(lambda x: logits.kl(x, q[0]))(p[0])
    x = p[0].clone().requires_grad_()
    logits.kl(x, q[0]).backward()
    np.testing.assert_allclose(slope, x.grad, rtol=1e-12)
