"""Every public loss under torch.compile and torch.func: it works, or is refused in our words."""

import pytest

torch = pytest.importorskip("torch")

from kullback import rl, vi  # noqa: E402
from kullback.errors import MethodError  # noqa: E402
from kullback.torch import kl_from_hidden, kl_from_logits, kl_from_top_k  # noqa: E402

GENERATOR = torch.Generator().manual_seed(0)
P, Q = (torch.randn(5, 9, generator=GENERATOR) for _ in "pq")
W = torch.randn(9, 9, generator=GENERATOR)
IDS, LOG_P = torch.tensor([[0, 1]] * 5), P.log_softmax(-1)[:, :2]
MASK = torch.tensor([True, False, True, True, False])

OF_KERNELS = {
    "kl_from_logits": lambda q: kl_from_logits(P, q, mask=MASK, reduction="row-mean"),
    "kl_from_logits, beta": lambda q: kl_from_logits(P, q, beta=0.5, reduction="sum"),
    "kl_from_hidden": lambda q: kl_from_hidden(P, W, q, W, mask=MASK, reduction="sum"),
    "kl_from_top_k": lambda q: kl_from_top_k(IDS, LOG_P, q, mask=MASK, reduction="sum"),
}
OF_FORMULAS = {
    "rl.loss": lambda q: rl.loss(q.log_softmax(-1)[:, 0], P.log_softmax(-1)[:, 0], mask=MASK),
    "rl.loss, forward": lambda q: rl.loss(q[:, 0], P[:, 0], gradient="forward"),
    "rl.exact_loss": lambda q: rl.exact_loss(q, P, mask=MASK),
    "vi.kl_standard_normal": lambda q: vi.kl_standard_normal(q, q / 2).sum(),
    "vi.kl_normal": lambda q: vi.kl_normal(q, q / 2, P, P / 3).sum(),
    "vi.kl_full_normal": lambda q: vi.kl_full_normal(q, torch.eye(9).expand(5, 9, 9)).sum(),
    "vi.free_bits": lambda q: vi.free_bits(vi.kl_standard_normal(q, q / 2), 0.1).sum(),
}


def slope(loss, q=Q):
    x = q.clone().requires_grad_()
    loss(x).backward()
    return x.grad


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of torch about itself
@pytest.mark.parametrize("name", OF_FORMULAS)
def test_formulas_go_through_every_transform(name):
    loss = OF_FORMULAS[name]
    torch.testing.assert_close(torch.func.grad(loss)(Q), slope(loss))
    many = torch.stack([Q, P, Q - P])
    torch.testing.assert_close(torch.vmap(loss)(many), torch.stack([loss(q) for q in many]))
    each = torch.stack([slope(loss, q) for q in many])
    torch.testing.assert_close(torch.vmap(torch.func.grad(loss))(many), each)
    torch._dynamo.reset()
    whole = torch.compile(loss, backend="aot_eager", fullgraph=True)
    torch.testing.assert_close(slope(whole), slope(loss))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of torch about itself
@pytest.mark.parametrize("name", OF_KERNELS)
def test_kernels_are_gone_around_or_the_transform_is_refused_in_words(name):
    loss = OF_KERNELS[name]
    torch._dynamo.reset()
    torch.testing.assert_close(slope(torch.compile(loss, backend="aot_eager")), slope(loss))
    torch._dynamo.reset()
    with pytest.raises(Exception, match="kernels of its own, which no graph holds"):
        torch.compile(loss, backend="aot_eager", fullgraph=True)(Q)
    for transformed in (
        lambda: torch.func.grad(loss)(Q),
        lambda: torch.vmap(loss)(torch.stack([Q, P])),
        lambda: torch.func.jvp(loss, (Q,), (Q,)),
        lambda: torch.func.hessian(loss)(Q),
    ):
        with pytest.raises(MethodError, match=r"transforms of torch\.func"):
            transformed()
