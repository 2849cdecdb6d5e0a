"""The trust-region step: Fisher products, the natural gradient, the region and its refusals."""

import textwrap

import numpy as np
import pytest

import kullback
from kullback import logits, rl
from kullback.errors import InputError, MissingDependencyError
from kullback.rl.conjugate_gradient import conjugate_gradient

torch = pytest.importorskip("torch")


def problem(seed=0, states=40, actions=4):
    torch.manual_seed(seed)
    net = torch.nn.Linear(3, actions).double()
    x = torch.randn(states, 3, dtype=torch.float64)
    advantage = torch.randn(states, actions, dtype=torch.float64)
    old = net(x).detach()

    def surrogate():
        return (torch.softmax(net(x), -1) * advantage).sum(-1).mean()

    def kl():
        return logits.kl(old, net(x)).mean()

    return net, x, surrogate, kl


def fisher(net, x):
    """E ∇ln π ∇ln πᵀ by enumerating the actions: the definition, without our KL."""
    whole = 0.0
    for row in x:
        for action in range(4):
            log_p = torch.log_softmax(net(row), -1)[action]
            parts = torch.autograd.grad(log_p, list(net.parameters()))
            score = torch.cat([part.reshape(-1) for part in parts])
            whole = whole + log_p.exp().detach() * torch.outer(score, score)
    return whole / len(x)


def test_the_full_step_is_the_natural_gradient():
    net, x, surrogate, kl = problem()
    parameters = list(net.parameters())
    damping, radius = 0.05, 1e-6
    metric = fisher(net, x) + damping * torch.eye(16, dtype=torch.float64)
    g = torch.cat([p.reshape(-1) for p in torch.autograd.grad(surrogate(), parameters)])
    natural = torch.linalg.solve(metric, g)
    natural = natural * (2 * radius / (natural @ metric @ natural)).sqrt()
    before = torch.cat([p.detach().reshape(-1).clone() for p in parameters])
    step = rl.trust_region_step(
        parameters, surrogate, kl, radius=radius, damping=damping, iterations=40
    )
    after = torch.cat([p.detach().reshape(-1) for p in parameters])
    assert step.accepted
    assert step.share == 1.0
    np.testing.assert_allclose(after - before, natural, rtol=0, atol=1e-4 * float(natural.norm()))
    assert step.improvement == pytest.approx(float(g @ natural), rel=1e-2)


@pytest.mark.parametrize("radius", [1e-4, 1e-2, 0.3])
def test_the_step_stays_in_its_region(radius):
    for seed in range(5):
        net, _, surrogate, kl = problem(seed)
        before = surrogate().item()
        step = rl.trust_region_step(net.parameters(), surrogate, kl, radius=radius, damping=1e-4)
        assert step.accepted
        assert kl().item() == pytest.approx(step.kl)
        assert 0.2 * radius < step.kl <= radius
        assert surrogate().item() - before == pytest.approx(step.improvement)


def test_parameters_come_back():
    net, _, surrogate, kl = problem()
    before = [p.detach().clone() for p in net.parameters()]

    def unchanged():
        return all(torch.equal(a, b) for a, b in zip(before, net.parameters(), strict=True))

    calls = []

    def worse():
        calls.append(0)
        return surrogate() if len(calls) < 2 else surrogate() - 10

    step = rl.trust_region_step(net.parameters(), worse, kl, trials=3)
    assert not step.accepted
    assert "none of 3 steps" in step.reason
    assert unchanged()

    def raises():
        if len(calls) > 6:
            raise RuntimeError("stop")
        calls.append(0)
        return surrogate()

    calls.clear()
    with pytest.raises(RuntimeError, match="stop"):
        rl.trust_region_step(net.parameters(), lambda: raises() - len(calls), kl)
    assert unchanged()
    step = rl.trust_region_step(net.parameters(), lambda: 0 * surrogate(), kl)
    assert (step.accepted, step.reason) == (False, "the gradient of the surrogate is 0")
    assert unchanged()


def test_the_documented_example_runs():
    text = rl.trust_region_step.__doc__.partition("In PyTorch::")[2].partition(">>>")[0]
    names = {"torch": torch, "kullback": kullback, "trust_region_step": rl.trust_region_step}
    exec(textwrap.dedent(text), names)
    assert names["step"].accepted
    assert int(names["theta"].argmax()) == 2
    assert str(names["step"]).startswith("accepted: KL(old‖new) = 0.00")


def test_refusals():
    net, _, surrogate, kl = problem()
    for bad in ({"radius": 0.0}, {"damping": -1.0}, {"iterations": 0}, {"trials": 0}):
        with pytest.raises(InputError, match="must be"):
            rl.trust_region_step(net.parameters(), surrogate, kl, **bad)
    with pytest.raises(InputError, match="none that requires"):
        rl.trust_region_step([], surrogate, kl)
    with pytest.raises(InputError, match="surrogate is nan"):
        rl.trust_region_step(net.parameters(), lambda: surrogate() * float("nan"), kl)


def test_without_torch_the_install_line_is_named(monkeypatch):
    monkeypatch.setattr("kullback.rl.trust_region.find_spec", lambda _: None)
    with pytest.raises(MissingDependencyError, match=r"kullback\[torch\]"):
        rl.trust_region_step([], float, float)


def test_conjugate_gradients_against_numpy():
    rng = np.random.default_rng(0)
    root = rng.normal(size=(12, 12))
    A, b = root @ root.T + np.eye(12), rng.normal(size=12)
    found = conjugate_gradient(lambda v: A @ v, b, iterations=60, tolerance=1e-24)
    np.testing.assert_allclose(found.x, np.linalg.solve(A, b), rtol=1e-8)
    assert conjugate_gradient(lambda v: -v, b, iterations=5).iterations == 0
    assert conjugate_gradient(lambda v: A @ v, 0 * b, iterations=5).residual == 0.0


def quadratic(start, matrix, slope):
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    f, g = (torch.tensor(a, dtype=torch.float64) for a in (matrix, slope))
    return x, lambda: g @ x, lambda: 0.5 * x @ f @ x


def test_a_singular_fisher_moves_nothing_far():
    """No damping, and no curvature along one parameter: no step of 1e63 along it."""
    x, surrogate, kl = quadratic([0.0] * 3, np.diag([1.0, 0.0, 2.0]).tolist(), [1.0] * 3)
    rl.trust_region_step([x], surrogate, kl, damping=0.0)
    assert float(x.detach().abs().max()) < 1


@pytest.mark.parametrize("damping", [0.0, 1e-12])
@pytest.mark.parametrize("share", [1e-3, 1.0])
def test_a_slope_where_the_kl_is_flat_does_not_grow_without_end(share, damping):
    """Conjugate gradients alone gave residuals in the thousands, and as long a step."""
    rng = np.random.default_rng(0)
    root = rng.normal(size=(20, 20)) / 4
    F = np.zeros((23, 23))
    F[:20, :20] = root @ root.T
    b = np.concatenate([rng.normal(size=20), np.full(3, share)])
    # the least residual that so many products can reach, by least squares
    products = [b]
    for _ in range(9):
        products.append(F @ products[-1] + damping * products[-1])
    basis = np.linalg.qr(np.array(products).T)[0]
    A = F + damping * np.eye(23)
    best = basis @ np.linalg.lstsq(A @ basis, b, rcond=1e-12)[0]
    found = conjugate_gradient(lambda v: A @ v, b, iterations=10)
    least = np.linalg.norm(b - A @ best) / np.linalg.norm(b)
    assert found.residual == pytest.approx(least, rel=1e-5)
    assert found.residual == pytest.approx(np.linalg.norm(b - A @ found.x) / np.linalg.norm(b))
    assert found.residual < 1


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_the_size_of_the_curvature_is_no_matter(scale):
    x, surrogate, kl = quadratic([0.0] * 2, (scale * np.diag([1.0, 3.0])).tolist(), [1.0, 1.0])
    step = rl.trust_region_step([x], surrogate, kl, damping=0.0, radius=0.01)
    assert step.accepted
    assert 0.006 < step.kl <= 0.01  # the rounding of √ may cost one trial


def test_a_kl_that_is_not_0_at_the_start_is_refused():
    x, surrogate, kl = quadratic([0.5, 0.0], np.eye(2).tolist(), [1.0, 1.0])
    with pytest.raises(InputError, match=r"kl is 0\.125 nats before the step, and .* is 0 there"):
        rl.trust_region_step([x], surrogate, kl)
    assert x.tolist() == [0.5, 0.0]


def test_a_kl_below_0_is_not_inside_the_region():
    x, surrogate, _ = quadratic([0.0, 0.0], np.eye(2).tolist(), [1.0, 1.0])
    step = rl.trust_region_step([x], surrogate, lambda: 0.5 * x @ x - 5 * (x @ x) ** 0.5 * (x @ x))
    assert not step.accepted
    assert x.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_gradient_that_is_no_number_is_refused(bad):
    x = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    with pytest.raises(InputError, match="holds NaN or ∞ before the step"):
        rl.trust_region_step([x], lambda: Broken.apply(x, bad), lambda: 0.5 * x @ x)


class Broken(torch.autograd.Function):
    """A value of 0 with a slope that is no number."""

    @staticmethod
    def forward(ctx, x, bad):
        ctx.bad, ctx.shape = bad, x.shape
        return x.sum() * 0

    @staticmethod
    def backward(ctx, _):
        return torch.full(ctx.shape, ctx.bad, dtype=torch.float64), None
