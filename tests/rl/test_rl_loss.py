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
