"""The examples as a user runs them: in a process of their own, their numbers and pictures."""

from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.slow
def test_trust_region(example):
    """Both reach 195 over the last 20 episodes, and no update leaves the trust region."""
    done = example("trust_region", "torch", "gymnasium")
    told = done.numbers
    for name in ("TRPO", "PPO"):
        assert told[f"{name} mean return of the last 20 episodes"] >= 195
        assert told[f"{name} episodes"] >= 100
        assert 0 < told[f"{name} median KL of an update"] <= told["radius"]
        assert told[f"{name} largest KL of an update"] <= told["radius"]
    assert done.painted > 0.02


@pytest.mark.slow
def test_k3_as_loss(example):
    """k2 and the reverse loss end at the best policy for KL(π‖ref), k3 and the forward at the
    other's, k1 at neither: it holds nothing back."""
    done = example("k3_as_loss", "torch")
    told = done.numbers
    losses = [
        "k1 as a loss",
        "k2 as a loss",
        "k3 as a loss",
        "rl.loss, reverse",
        "rl.loss, forward",
    ]
    bests = ["KL(π‖ref)", "KL(ref‖π)"]
    away = {(a, b): told[f"{a}: TV from the best for {b}"] for a in losses for b in bests}
    for loss in ("k2 as a loss", "rl.loss, reverse"):
        assert away[loss, "KL(π‖ref)"] < 0.01
        assert away[loss, "KL(ref‖π)"] > 0.3
    for loss in ("k3 as a loss", "rl.loss, forward"):
        assert away[loss, "KL(ref‖π)"] < 0.03
        assert away[loss, "KL(π‖ref)"] > 0.3
    assert min(away["k1 as a loss", best] for best in ("KL(π‖ref)", "KL(ref‖π)")) > 0.3
    assert told["k1 as a loss: KL(π‖ref)"] > 2.5
    page = (EXAMPLES.parent / "docs" / "rl.md").read_text(encoding="utf-8")
    for loss in ("k2 as a loss", "k3 as a loss", "best for KL(π‖ref)", "best for KL(ref‖π)"):
        assert f"{told[f'{loss}: KL(π‖ref)']:.2f}" in page
    assert told["best for KL(ref‖π): KL(π‖ref)"] > 2 * told["best for KL(π‖ref): KL(π‖ref)"]
    assert done.painted > 0.02


def test_the_optima(monkeypatch):
    """The two policies that the bandit is held against do maximise their objectives."""
    pytest.importorskip("torch")
    optimize = pytest.importorskip("scipy.optimize")
    monkeypatch.syspath_prepend(str(EXAMPLES))
    import k3_as_loss as bandit

    def softmax(x):
        w = np.exp(x - x.max())
        return w / w.sum()

    def kl(p, q):
        return float((p * np.log(p / q)).sum())

    ref, reward, beta = bandit.REFERENCE, bandit.REWARD, bandit.BETA
    objectives = {
        bandit.best_for_reverse: lambda x: beta * kl(softmax(x), ref) - softmax(x) @ reward,
        bandit.best_for_forward: lambda x: beta * kl(ref, softmax(x)) - softmax(x) @ reward,
    }
    for best, objective in objectives.items():
        found = optimize.minimize(objective, np.log(ref), options={"gtol": 1e-9})
        np.testing.assert_allclose(best(), softmax(found.x), atol=2e-6)
        assert best().sum() == pytest.approx(1)


@pytest.mark.slow
def test_vae(example):
    """The bound rises, the parts add up, and the known case obeys its identity."""
    done = example("vae", "torch", "sklearn")
    told = done.numbers
    assert told["ELBO last epoch"] > -19.5 > told["ELBO first epoch"]
    parts = [told[name] for name in ("mutual information", "total correlation", "dimension-wise")]
    assert sum(parts) == pytest.approx(told["KL"], abs=0.002)
    assert told["mutual information"] < told["ln n"]
    assert told["active units"] + told["collapsed dimensions"] <= 10
    assert told["active units"] >= 5
    assert told["first digit ELBO"] < told["first digit ln p(x)"]
    assert told["known case ELBO"] == pytest.approx(-1.9189385332, abs=2e-10)
    assert told["known case gap"] == pytest.approx(0.4034264097, abs=2e-10)
    assert told["known case evidence"] == pytest.approx(-1.5155121235, abs=2e-10)
    total = told["known case ELBO"] + told["known case gap"]
    assert total == pytest.approx(told["known case evidence"], abs=2e-10)
    assert done.painted > 0.02
