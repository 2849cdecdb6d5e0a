"""Losses from lists and sketches: below the exact KL, gradients by finite differences, no bias."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from kullback import lm  # noqa: E402
from kullback.errors import InputError, MethodError, ShapeError  # noqa: E402
from kullback.torch import kl_from_logits, kl_from_top_k, known_mass  # noqa: E402


def rows(seed, count=6, vocabulary=40, noise=1.0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    p = 2 * torch.randn(count, vocabulary, generator=generator, dtype=torch.float64)
    q = p + noise * torch.randn(count, vocabulary, generator=generator, dtype=torch.float64)
    return p.to(dtype), q.to(dtype)


def top(p, k):
    log_p = p.log_softmax(-1)
    found = log_p.topk(k)
    return found.indices, found.values


@pytest.mark.parametrize("k", [1, 3, 10, 40])
@pytest.mark.parametrize("noise", [0.0, 1e-3, 0.5, 5.0])
def test_never_above_the_exact_kl_and_the_sharp_bound(k, noise):
    for seed in range(5):
        p, q = rows(seed, noise=noise)
        ids, log_p = top(p, k)
        loss, exact = kl_from_top_k(ids, log_p, q), kl_from_logits(p, q)
        assert (loss <= exact * (1 + 1e-9) + 1e-13).all()
        assert (loss >= 0).all()
        if k == 40:
            np.testing.assert_allclose(loss, exact, rtol=1e-9, atol=1e-13)
            continue
        bounds = lm.top_k_bounds(ids.numpy(), log_p.numpy(), q.log_softmax(-1).numpy())
        np.testing.assert_allclose(loss, bounds.lower, rtol=1e-6, atol=3e-13)


@pytest.mark.parametrize("k", [1, 4, 9])
@pytest.mark.parametrize("noise", [0.3, 5.0])
def test_the_gradient_is_that_of_the_bound(k, noise):
    p, q = rows(3, count=2, vocabulary=9, noise=noise)
    ids, log_p = top(p, k)
    q.requires_grad_()
    torch.autograd.gradcheck(lambda x: kl_from_top_k(ids, log_p, x, chunk=1), q, atol=1e-6)


def test_the_gradient_near_the_teacher_keeps_its_digits():
    p, q = rows(4, noise=1e-4)
    ids, log_p = top(p, 40)
    exact = q.clone().requires_grad_()
    kl_from_logits(p, exact, reduction="sum").backward()
    ours = q.clone().requires_grad_()
    kl_from_top_k(ids, log_p, ours, reduction="sum").backward()
    assert (ours.grad - exact.grad).abs().max() < 1e-12
    single = q.float().requires_grad_()
    kl_from_top_k(ids, log_p, single, reduction="sum").backward()
    assert (single.grad - exact.grad).abs().max() < 1e-6


def test_descent_on_a_list_reaches_the_list():
    """At the minimum the list is learnt, and the rest has what is left over."""
    p, q = rows(5, count=1, noise=3.0)
    ids, log_p = top(p, 5)
    q.requires_grad_()
    step = torch.optim.LBFGS([q], max_iter=200, tolerance_grad=1e-10, line_search_fn="strong_wolfe")

    def closure():
        step.zero_grad()
        loss = kl_from_top_k(ids, log_p, q, reduction="sum")
        loss.backward()
        return loss

    step.step(closure)
    learnt = q.log_softmax(-1).gather(1, ids)
    np.testing.assert_allclose(learnt.detach(), log_p, atol=1e-4)


@pytest.fixture(scope="module")
def sketched(tmp_path_factory):
    """Sketches of 6 rows, 400 times over, each with other tokens drawn."""
    p, _ = rows(6, vocabulary=200)
    folder = tmp_path_factory.mktemp("sketches")
    many = p.repeat(400, 1).numpy()
    return p, lm.sketch_tokens(lm.sketch(many, folder / "p.kbs", head=8, tail=8, seed=1))


def of_sketch(tokens, q):
    ids, log_p, log_chance, head, log_rest = tokens
    ids, log_p, log_chance, log_rest = (
        torch.as_tensor(x[: len(q)]) for x in (ids, log_p, log_chance, log_rest)
    )
    return kl_from_top_k(ids, log_p, q, log_chance=log_chance, head=head, log_rest=log_rest)


@pytest.mark.parametrize("noise", [0.1, 1.0, 3.0])
def test_a_sketch_has_no_bias_in_value_and_gradient(sketched, noise):
    p, tokens = sketched
    _, q = rows(6, vocabulary=200, noise=noise)
    q = q.repeat(400, 1).requires_grad_()
    loss = of_sketch(tokens, q)
    loss.sum().backward()
    exact = q.detach()[:6].clone().requires_grad_()
    truth = kl_from_logits(p, exact)
    truth.sum().backward()
    # Tokens that are seldom drawn have no normal law alone; directions in which all count do.
    ways = torch.randn(200, 12, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    pairs = ((loss.detach()[:, None], truth.detach()[:, None]), (q.grad @ ways, exact.grad @ ways))
    for found, right in pairs:
        many = found.view(400, *right.shape).numpy()
        z = (many.mean(0) - right.numpy()) / (many.std(0, ddof=1) / 20)
        assert np.abs(z).max() < 4.5
        assert np.sqrt(np.mean(z**2)) < 1.5


def test_a_sketch_of_oneself_is_nothing(sketched):
    p, tokens = sketched
    q = p.clone().requires_grad_()
    loss = of_sketch(tokens, q)
    loss.sum().backward()
    assert loss.abs().max() < 1e-12
    assert q.grad.abs().max() < 1e-12


def test_masks_shapes_and_reductions():
    p, q = rows(7)
    ids, log_p = top(p, 4)
    plain = kl_from_top_k(ids, log_p, q)
    mask = torch.tensor([True, False, True, True, False, True])
    some = q.clone().requires_grad_()
    mean = kl_from_top_k(ids, log_p, some, mask=mask, reduction="row-mean")
    assert mean.item() == pytest.approx(plain[mask].mean().item())
    mean.backward()
    assert (some.grad[~mask] == 0).all()
    whole = (x.view(2, 3, -1) for x in (ids, log_p, q))
    assert torch.equal(kl_from_top_k(*whole).flatten(), plain)
    short = torch.cat([ids, torch.full((6, 2), -1)], 1)
    longer = torch.cat([log_p, torch.full((6, 2), torch.nan, dtype=torch.float64)], 1)
    np.testing.assert_allclose(kl_from_top_k(short, longer, q), plain, rtol=1e-12)
    np.testing.assert_allclose(known_mass(log_p), log_p.exp().sum(-1))


def test_what_is_no_list():
    p, q = rows(8)
    ids, log_p = top(p, 4)
    for wrong, kind, said in (
        ((ids.double(), log_p, q), InputError, "whole numbers"),
        ((ids, log_p[:, :3], q), ShapeError, "k"),
        ((ids + 40, log_p, q), InputError, "0 to 39"),
        ((ids * 0, log_p, q), InputError, "twice"),
        ((ids, log_p * 0, q), InputError, "more than 1"),
    ):
        with pytest.raises(kind, match=said):
            kl_from_top_k(*wrong)
    with pytest.raises(InputError, match="of a sketch give both"):
        kl_from_top_k(ids, log_p, q, head=2)
    with pytest.raises(InputError, match="mask"):
        kl_from_top_k(ids, log_p, q, mask=torch.ones(6))
    q.requires_grad_()
    loss = kl_from_top_k(ids, log_p, q, reduction="sum")
    with pytest.raises(MethodError, match="second"):
        torch.autograd.grad(loss, q, create_graph=True)
