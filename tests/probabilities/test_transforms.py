"""Transforms of PyTorch and JAX over all measures: the number and the gradient, or our words."""

import math

import numpy as np
import pytest

import kullback as k
from kullback import distributions
from kullback.errors import InputError

torch = pytest.importorskip("torch")

P = np.array([[0.5, 0.25, 0.25], [0.2, 0.3, 0.5]])
Q = np.array([[0.25, 0.25, 0.5], [0.3, 0.3, 0.4]])
MEASURES = {
    **{name: getattr(k, name) for name in ("kl", "jensen_shannon", "jeffreys", "hellinger")},
    "entropy": lambda p, q: k.entropy(p) + 0 * k.entropy(q),
    **{
        f"renyi {order:g}": lambda p, q, order=order: k.renyi(p, q, order)
        for order in (0, 0.5, 2, math.inf)
    },
    **{
        f"renyi entropy {order:g}": lambda p, q, order=order: (  # noqa: ARG005
            k.renyi_entropy(p, order)
        )
        for order in (0, 0.5, 2, math.inf)
    },
    "tsallis": lambda p, q: k.tsallis(p, q, 3),
    "alpha": lambda p, q: k.alpha_divergence(p, q, 0.5),
    "bhattacharyya": k.bhattacharyya,
    "surprisal": lambda p, q: k.surprisal(p) + 0 * k.surprisal(q),
    "contributions": k.contributions,
    **{f"logits.{name}": getattr(k.logits, name) for name in ("kl", "cross_entropy")},
}
OF_F = {"f_divergence": lambda p, q: k.f_divergence(p, q, lambda t: (t - 1) ** 2)}


@pytest.mark.parametrize("name", [*MEASURES, *OF_F])
def test_torch(name):
    measure = (MEASURES | OF_F)[name]
    truth = measure(P, Q)
    p, q = torch.tensor(P, requires_grad=True), torch.tensor(Q)
    found = measure(p, q)
    assert isinstance(found, torch.Tensor)
    np.testing.assert_allclose(found.detach(), truth, rtol=1e-12, atol=1e-15)
    mapped = torch.func.vmap(measure)(torch.tensor(P), q)
    np.testing.assert_allclose(mapped, truth, rtol=1e-12, atol=1e-15)
    found.sum().backward()
    moved = torch.func.grad(lambda a: measure(a, q).sum())(torch.tensor(P))
    np.testing.assert_allclose(moved, p.grad, rtol=1e-10, atol=1e-12)
    inside = P[0, 0] > P[0, 1]  # the largest and no tie, for the order ∞
    assert inside
    if "inf" not in name:  # by differences, along a direction that keeps the mass
        step = np.zeros_like(P)
        step[0, :2] = 1e-6, -1e-6
        slope = (np.sum(measure(P + step, Q)) - np.sum(measure(P - step, Q))) / 2e-6
        assert float(p.grad[0, 0] - p.grad[0, 1]) == pytest.approx(slope, rel=1e-5, abs=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["kl", "renyi 2", "surprisal", "logits.kl", "logits.cross_entropy"]
)
def test_one_graph(name):
    measure = MEASURES[name]
    compiled = torch.compile(measure, backend="eager", fullgraph=True)
    p = torch.tensor(P, requires_grad=True)
    found = compiled(p, torch.tensor(Q))
    np.testing.assert_allclose(found.detach(), measure(P, Q), rtol=1e-12)
    found.sum().backward()
    assert bool(torch.isfinite(p.grad).all())


@pytest.mark.slow
@pytest.mark.parametrize("loss", [k.rl.loss, k.rl.exact_loss])
def test_losses_in_one_graph(loss):
    p = torch.tensor(np.log(P), requires_grad=True)
    q = torch.tensor(np.log(Q))
    compiled = torch.compile(loss, backend="eager", fullgraph=True)
    compiled(p, q).backward()
    own = p.grad.clone()
    p.grad = None
    loss(p, q).backward()
    np.testing.assert_allclose(own, p.grad, rtol=1e-12)


def test_formulas_refuse_what_has_no_value():
    def kl(m):
        return distributions.kl(distributions.Normal(m, 1), distributions.Normal(0, 1)).value

    with pytest.raises(InputError, match="loc of Normal is traced"):
        torch.func.grad(kl)(torch.tensor(1.0))
    jax = pytest.importorskip("jax")
    for transform in (jax.jit, jax.grad):
        with pytest.raises(InputError, match="loc of Normal is traced"):
            transform(kl)(1.0)
    mean = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    kl(mean).backward()
    assert float(mean.grad) == 1.0
    with pytest.raises(Exception, match="leave out fullgraph"):
        torch.compile(kl, backend="eager", fullgraph=True)(torch.tensor(1.0, requires_grad=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["renyi 2", "renyi entropy 2", "surprisal", "tsallis"])
def test_jax(name):
    jax = pytest.importorskip("jax")
    measure = MEASURES[name]
    with jax.enable_x64(True):
        p, q = jax.numpy.asarray(P), jax.numpy.asarray(Q)
        for way in (measure, jax.jit(measure), jax.vmap(measure)):
            np.testing.assert_allclose(way(p, q), measure(P, Q), rtol=1e-12)
        slope = jax.grad(lambda a: measure(a, q).sum())(p)
    assert bool(np.isfinite(np.asarray(slope)).all())


def test_pairs_in_kind():
    p, q = torch.tensor(P, requires_grad=True), torch.tensor(Q)
    found = k.pairwise(k.kl, p, q)
    np.testing.assert_allclose(found.detach(), k.pairwise(k.kl, P, Q), rtol=1e-12)
    found.sum().backward()
    assert bool(torch.isfinite(p.grad).all())
    half = k.pairwise(k.total_variation, torch.tensor(P), condensed=True)
    np.testing.assert_allclose(half, k.pairwise(k.total_variation, P, condensed=True))


def test_any_array_library_in_kind():
    strict = pytest.importorskip("array_api_strict")
    p, q = strict.asarray(P), strict.asarray(Q)
    for measure in (k.kl, k.logits.kl, MEASURES["renyi 2"], k.surprisal):
        given = (p,) if measure is k.surprisal else (p, q)
        found = measure(*given)
        assert type(found) is type(p)
        plain = measure(*(np.asarray(a) for a in given))
        np.testing.assert_allclose(np.asarray(found), plain, rtol=1e-12)
