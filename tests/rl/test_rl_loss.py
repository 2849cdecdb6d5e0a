"""The loss apart from its mean gradient: masks, counts, formulas of peers and refusals."""

import numpy as np
import pytest

from kullback import rl
from kullback.errors import InputError, MethodError, ShapeError

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)
LOG_P = torch.tensor(np.log(RNG.uniform(0.05, 0.9, (3, 4))))
LOG_REF = torch.tensor(np.log(RNG.uniform(0.05, 0.9, (3, 4))))
MASK = torch.tensor([[1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 1, 1]]).bool()


def test_padding_is_inert():
    """Sentinels, NaN and infinities at masked positions touch neither value nor gradient."""
    clean = LOG_P.clone().requires_grad_()
    rl.loss(clean, LOG_REF, mask=MASK).backward()
    for poison in (float("nan"), 1e10, -1e10, float("inf"), -9999.0):
        p = torch.where(MASK, LOG_P, poison).requires_grad_()
        q = torch.where(MASK, LOG_REF, -poison)
        value = rl.loss(p, q, mask=MASK, log_sampled=torch.where(MASK, LOG_P, poison))
        value.backward()
        assert value.item() == pytest.approx(rl.loss(LOG_P, LOG_REF, mask=MASK).item())
        np.testing.assert_allclose(p.grad, clean.grad, atol=1e-15)


def test_accumulation_with_a_count():
    """Micro-batches divided by the whole count add up to the whole; means of means do not."""
    whole = rl.loss(LOG_P, LOG_REF, mask=MASK)
    count = MASK.sum()
    parts = [
        rl.loss(p[None], q[None], mask=m[None], count=count)
        for p, q, m in zip(LOG_P, LOG_REF, MASK, strict=True)
    ]
    assert sum(parts).item() == pytest.approx(whole.item(), rel=1e-12)
    rows = zip(LOG_P, LOG_REF, MASK, strict=True)
    means = np.mean([rl.loss(p, q, mask=m).item() for p, q, m in rows])
    assert means != pytest.approx(whole.item(), rel=1e-3)


def test_value_is_the_estimate():
    value = rl.loss(LOG_P, LOG_REF, mask=MASK).item()
    assert value == pytest.approx(float(rl.kl(LOG_P, LOG_REF, kind="k3", mask=MASK)), rel=1e-14)


def test_stable_baselines_formula():
    """PPO's diagnostic: mean((exp(r) − 1) − r), r = log_prob − old_log_prob, drawn by the old."""
    log_ratio = LOG_REF - LOG_P
    theirs = ((torch.exp(log_ratio) - 1) - log_ratio).mean().item()
    assert float(rl.kl(LOG_P, LOG_REF, kind="k3")) == pytest.approx(theirs, rel=1e-12)


def test_grpo_formulas():
    """Per token exp(ref − p) − (ref − p) − 1, masked mean; with its differentiable ratio."""
    per_token = torch.exp(LOG_REF - LOG_P) - (LOG_REF - LOG_P) - 1
    theirs = ((per_token * MASK).sum() / MASK.sum()).item()
    assert rl.loss(LOG_P, LOG_REF, mask=MASK).item() == pytest.approx(theirs, rel=1e-12)
    old = LOG_P - 0.3
    corrected = torch.exp(LOG_P - old) * per_token
    ours = rl.loss(LOG_P, LOG_REF, log_sampled=old).item()
    assert ours == pytest.approx(corrected.mean().item(), rel=1e-12)


def test_torch_distributions_agree():
    p, q = torch.randn(5, 7, dtype=torch.float64), torch.randn(5, 7, dtype=torch.float64)
    laws = torch.distributions.Categorical(logits=p), torch.distributions.Categorical(logits=q)
    theirs = torch.distributions.kl_divergence(*laws).mean().item()
    assert rl.exact_loss(p, q).item() == pytest.approx(theirs, rel=1e-12)
    assert float(rl.kl(p, q, kind="exact")) == pytest.approx(theirs, rel=1e-12)


def test_near_equal_policies_keep_their_digits():
    """float32: (exp(−d) − 1) + d is 0 or noise at d = 1e-5; the truth is d²/2 = 5e-11."""
    p = torch.full((1,), 1e-5, dtype=torch.float32)
    assert rl.loss(p, torch.zeros(1)).item() == pytest.approx(5e-11, rel=1e-4)


def test_bfloat16_is_worked_on_as_float32():
    p, q = (x.bfloat16().requires_grad_() for x in (LOG_P, LOG_REF))
    value = rl.loss(p, q, mask=MASK)
    value.backward()
    assert value.dtype == torch.float32
    assert value.item() == pytest.approx(
        rl.loss(p.double(), q.double(), mask=MASK).item(), rel=1e-6
    )
    assert p.grad.dtype == torch.bfloat16
    exact = rl.kl(p, q, kind="exact", mask=[True, False, True])
    truth = rl.kl(p.double(), q.double(), kind="exact", mask=[True, False, True])
    assert exact.value == pytest.approx(truth.value, rel=1e-5)


def test_numpy_gives_the_value():
    value = rl.loss(LOG_P.numpy(), LOG_REF.numpy(), mask=MASK.numpy(), gradient="forward")
    assert float(value) == pytest.approx(
        rl.loss(LOG_P, LOG_REF, mask=MASK, gradient="forward").item(), rel=1e-14
    )


def test_refusals():
    with pytest.raises(MethodError, match="'reverse' is KL"):
        rl.loss(LOG_P, LOG_REF, gradient="k3")
    with pytest.raises(ShapeError, match="must be equal"):
        rl.loss(LOG_P, LOG_REF[:2])
    with pytest.raises(ShapeError, match="must be equal"):
        rl.loss(LOG_P, LOG_REF, mask=MASK[0])
    with pytest.raises(ShapeError, match="no position"):
        rl.loss(LOG_P[:0], LOG_REF[:0])
    with pytest.raises(InputError, match="is a list"):
        rl.loss([0.0], [0.0])
    with pytest.raises(InputError, match="different libraries"):
        rl.loss(LOG_P, LOG_REF.numpy())
    with pytest.raises(ShapeError, match=r"\(positions, k\)"):
        rl.exact_loss(LOG_P[0], LOG_REF[0])


@pytest.mark.parametrize("kind", [torch.float32, torch.float64])
@pytest.mark.parametrize("gradient", ["reverse", "forward"])
@pytest.mark.parametrize("distance", [1e-6, 0.3, 0.99, 1.01, 5.0, 17.0, 30.0, 80.0])
def test_the_gradient_survives_distance(distance, gradient, kind):
    """w·ln(π/ref) and w·(1 − ref/π), with mpmath, on both sides and off-policy too."""
    import mpmath

    for d in (distance, -distance):
        at, ref, behaviour = -100.0, -100.0 - d, -99.5
        for sampled in (None, behaviour):
            x = torch.tensor([at], dtype=kind, requires_grad=True)
            y = torch.tensor([ref], dtype=kind)
            z = None if sampled is None else torch.tensor([sampled], dtype=kind)
            value = rl.loss(x, y, gradient=gradient, log_sampled=z)
            value.backward()
            held = mpmath.mpf(float(x.detach()[0])) - mpmath.mpf(float(y[0]))
            w = mpmath.mpf(1) if sampled is None else mpmath.exp(at - sampled)
            r = mpmath.exp(-held)
            slope = w * held if gradient == "reverse" else w * (1 - r)
            term = r - 1 - mpmath.log(r) if gradient == "reverse" else r * mpmath.log(r) - r + 1
            rounding = 1e-5 if kind == torch.float32 else 1e-12
            assert float(x.grad) == pytest.approx(float(slope), rel=rounding)
            assert value.item() == pytest.approx(float(w * term), rel=2 * rounding)


def test_the_farthest_gradient_is_finite_where_the_value_is_not():
    """800 nats apart in float32: ref/π overflows, and the slope ln(π/ref) does not."""
    x = torch.tensor([-801.0], requires_grad=True)
    value = rl.loss(x, torch.tensor([-1.0]))
    value.backward()
    assert value.item() == float("inf")
    assert x.grad.item() == -800


def test_an_action_that_the_policy_all_but_dropped_counts_for_nothing():
    """Off-policy w → 0 while ref/π → ∞: their product is ref/sampled, never NaN."""
    x = torch.tensor([-300.0], requires_grad=True)
    value = rl.loss(x, torch.tensor([-1.0]), log_sampled=torch.tensor([-1.0]))
    value.backward()
    assert value.item() == pytest.approx(1.0, rel=1e-5)
    assert x.grad.item() == pytest.approx(0.0, abs=1e-30)


@pytest.mark.parametrize("exact", [False, True])
def test_masks_mean_one_thing(exact):
    def loss(mask, **more):
        if exact:
            return rl.exact_loss(LOG_P, LOG_REF, mask=mask, **more)
        return rl.loss(LOG_P[:, 0], LOG_REF[:, 0], mask=mask, **more)

    nothing = torch.zeros(3, dtype=torch.bool)
    with pytest.raises(ShapeError, match=r"no position of shape \(3,\) counts"):
        loss(nothing)
    assert loss(nothing, count=10).item() == 0
    with pytest.raises(InputError, match="mask holds values other than 0 and 1"):
        loss(torch.tensor([0.5, 1.0, 0.0]))
    as_bool = loss(torch.tensor([True, False, True]))
    assert loss(torch.tensor([1.0, 0.0, 1.0])).item() == as_bool.item()


def test_transforms_of_torch():
    """torch.func.grad, vmap and torch.compile see the same gradient as backward."""
    x = LOG_P.clone().requires_grad_()
    rl.loss(x, LOG_REF, mask=MASK).backward()
    transformed = torch.func.grad(lambda p: rl.loss(p, LOG_REF, mask=MASK))(LOG_P)
    torch.testing.assert_close(transformed, x.grad)
    each = torch.vmap(rl.loss)(LOG_P, LOG_REF)
    rows = [rl.loss(p, q) for p, q in zip(LOG_P, LOG_REF, strict=True)]
    torch.testing.assert_close(each, torch.stack(rows))


def test_jax_sees_the_same_gradient():
    jax = pytest.importorskip("jax")
    far = jax.numpy.array([-18.0, -0.5])
    grad = jax.jit(jax.grad(lambda p: rl.loss(p, jax.numpy.array([-1.0, -1.0]))))(far)
    np.testing.assert_allclose(grad, [-8.5, 0.25], rtol=1e-6)


@pytest.mark.parametrize("apart", [90.0, 200.0, 1000.0, np.inf])
def test_a_loss_beyond_the_numbers_is_infinite_and_not_nan(apart):
    """(r ln r − r + 1) with r = e^apart overflows: infinite, with a gradient that points away."""
    p = torch.tensor([-1.0 - apart if np.isfinite(apart) else -1e30, -1.0], requires_grad=True)
    value = rl.loss(p, torch.tensor([-1.0, -1.0]), gradient="forward")
    value.backward()
    assert value.item() == np.inf
    assert p.grad[0] < -1e37
    assert p.grad[1] == 0


def test_an_action_the_reference_never_takes():
    """r = 0: forward, r ln r − r + 1 = 1 with slope 1; reverse, −ln r is infinite."""
    ref = torch.tensor([-torch.inf, -1.0])
    for gradient, want in (("forward", 0.5), ("reverse", np.inf)):
        p = torch.tensor([-1.0, -1.0], requires_grad=True)
        value = rl.loss(p, ref, gradient=gradient)
        value.backward()
        assert value.item() == want
        assert p.grad[0] == 0.5 if gradient == "forward" else p.grad[0] > 1e37


def test_a_library_that_adds_up_numbers_only_has_a_mean_too():
    strict = pytest.importorskip("array_api_strict")
    log_p, log_ref, mask = [-1.0, -2.0], [-1.5, -1.0], [True, False]
    want = rl.loss(*map(np.array, (log_p, log_ref)), mask=np.array(mask))
    got = rl.loss(*map(strict.asarray, (log_p, log_ref)), mask=strict.asarray(mask))
    assert float(got) == pytest.approx(float(want), rel=1e-15)
