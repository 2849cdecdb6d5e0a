"""Every number of docs/rl.md, computed again."""

import re
from pathlib import Path

import numpy as np
import pytest

from kullback import rl

PAGE = (Path(__file__).parents[2] / "docs" / "rl.md").read_text(encoding="utf-8")
WORDS = re.sub(r"\s+", " ", PAGE)
P, Q = np.array([0.7, 0.2, 0.1]), np.array([0.5, 0.25, 0.25])
EVERY = np.repeat([0, 1, 2], [7, 2, 1])


def row(name):
    """The cells of the table row that begins so."""
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| {name} |")]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_the_two_directions():
    forward = float(rl.kl([np.log(P)], [np.log(Q)], kind="exact"))
    backward = float(rl.kl([np.log(Q)], [np.log(P)], kind="exact"))
    assert f"KL(π‖ref) = {forward:.5f} nats and KL(ref‖π) = {backward:.5f} nats" in WORDS


@pytest.mark.parametrize("kind", ["k1", "k2", "k3"])
def test_estimators(kind):
    each = np.array([float(rl.kl([a], [b], kind=kind)) for a, b in np.log([P, Q]).T])
    mean = P @ each
    deviation = np.sqrt(P @ (each - mean) ** 2)
    assert row(f"`{kind}`")[1:] == [f"{mean:.5f}", f"{deviation:.4f}", f"{each.min():.4f}"]
    if kind == "k2":
        truth = P @ np.log(P / Q)
        assert f"here {100 * (1 - mean / truth):.0f} % low" in WORDS


def test_clamp():
    taken = np.repeat([0, 1], [999, 1])
    p, q = np.log([0.999, 0.001])[taken], np.log([0.7, 0.3])[taken]
    free = float(rl.kl(p, q, kind="k3"))
    held = float(rl.kl(p, q, kind="k3", clamp=rl.Clamp(log_ratio=20, value=10)))
    assert f"turn {free:.4f} into {held:.4f}, {100 * (1 - held / free):.0f} % less" in WORDS


def test_design_effect():
    """√(1 + (m − 1) ρ), and a simulation of it with the clustered error."""
    low, high = (np.sqrt(1 + 254 * rho) for rho in (0.01, 0.05))
    assert f"the error is {low:.2f} times as large" in WORDS
    assert f"with 0.05 {high:.2f} times" in WORDS
    rng = np.random.default_rng(0)
    shared = np.sqrt(0.05) * rng.standard_normal((1500, 1))
    draws = shared + np.sqrt(0.95) * rng.standard_normal((1500, 255))
    zeros = np.zeros_like(draws)
    clustered = rl.kl(draws, zeros, cluster=range(1500)).standard_error
    assert clustered / rl.kl(draws, zeros).standard_error == pytest.approx(high, rel=0.08)


def gradient(of_draws):
    torch = pytest.importorskip("torch")
    logits = torch.tensor(np.log(P), requires_grad=True)
    log_p = torch.log_softmax(logits, 0)[torch.tensor(EVERY)]
    of_draws(log_p, torch.tensor(np.log(Q)[EVERY])).mean().backward()
    return logits.grad.numpy()


ROWS = {
    "k1": lambda p, q: p - q,
    "k2": lambda p, q: (p - q) ** 2 / 2,
    "k3": lambda p, q: (q - p).exp() - 1 - (q - p),
    "π/π_old · k3, the ratio differentiated too": lambda p, q: (
        (p - p.detach()).exp() * ((q - p).exp() - 1 - (q - p))
    ),
    '`rl.loss(gradient="reverse")`': lambda p, q: rl.loss(p, q, gradient="reverse"),
    '`rl.loss(gradient="forward")`': lambda p, q: rl.loss(p, q, gradient="forward"),
    "k1 as a detached reward": lambda p, q: p * (p - q).detach(),
    "k3 as a detached reward": lambda p, q: p * ((q - p).exp() - 1 - (q - p)).detach(),
}


@pytest.mark.parametrize("name", ROWS)
def test_gradients(name):
    found = np.round(gradient(ROWS[name]), 4) + 0.0  # no negative zero
    assert row(name)[0] == "(" + ", ".join(f"{x:.4f}" for x in found) + ")"


def test_controller():
    state, values = rl.AdaptiveController(0.2, 6, 10_000), []
    for kl in (12.0, 6.0, 3.0):
        state = state.update(kl, 256)
        values.append(f"{state.value:.6f}")
    assert "{}, {} and {}".format(*values) in WORDS
