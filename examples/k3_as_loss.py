"""What a KL penalty optimises as a loss, on a bandit: ``python examples/k3_as_loss.py [FOLDER]``.

A policy over eight arms is trained on reward − β·KL from its own draws. The best policy for
KL(π‖ref) is known, ref·e^(reward/β) normalised; so is the best one for KL(ref‖π). k1 as a loss
regularises nothing, k2 and rl.loss find the first, and k3 finds the second, although its value
is an unbiased estimate of the first. Prints what a test checks, draws FOLDER/k3_as_loss.png.
Needs: pip install 'kullback[torch,plot]'
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

import kullback
from kullback import rl
from kullback.rl.estimators import k1, k2, k3

ARMS = 8
REFERENCE = np.array([0.28, 0.22, 0.17, 0.12, 0.09, 0.06, 0.04, 0.02])
REWARD = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0])
BETA = 0.25
DRAWS, STEPS = 512, 1500

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

LOSSES: dict[str, Loss] = {
    "k1 as a loss": lambda p, ref: k1(p - ref).mean(),
    "k2 as a loss": lambda p, ref: k2(p - ref).mean(),
    "k3 as a loss": lambda p, ref: k3(p - ref).mean(),
    "rl.loss, reverse": lambda p, ref: rl.loss(p, ref, gradient="reverse"),
    "rl.loss, forward": lambda p, ref: rl.loss(p, ref, gradient="forward"),
}
# A loss of ours, drawn thick, lies under the one of the literature with the same gradient.
STYLES = {"rl.loss, reverse": (5, "-", 0.45), "rl.loss, forward": (5, "-", 0.45)}
COLORS = ("#8a8f98", "#6940a5", "#d9730d", "#0b6e99", "#0f7b6c")


def best_for_reverse() -> np.ndarray:
    """Return the policy that maximises E reward − β KL(π‖ref): ref·e^(reward/β)/Z."""
    weights = REFERENCE * np.exp(REWARD / BETA)
    return weights / weights.sum()


def best_for_forward() -> np.ndarray:
    """Return the policy that maximises E reward − β KL(ref‖π): β ref/(c − reward), c by halving."""
    low, high = REWARD.max() + BETA * REFERENCE[-1], REWARD.max() + BETA * ARMS
    for _ in range(200):
        middle = (low + high) / 2
        total = (BETA * REFERENCE / (middle - REWARD)).sum()
        low, high = (middle, high) if total > 1 else (low, middle)
    return BETA * REFERENCE / (middle - REWARD)


def train(loss: Loss) -> tuple[np.ndarray, list[float]]:
    """Train from the reference; return the mean policy of the last third, and KL(π‖ref)."""
    torch.manual_seed(0)
    reference, reward = torch.tensor(REFERENCE).log(), torch.tensor(REWARD)
    logits = reference.clone().requires_grad_()
    optimizer = torch.optim.SGD([logits], lr=1.0)
    course, late = [], []
    for step in range(STEPS):
        log_pi = torch.log_softmax(logits, 0)
        arm = torch.multinomial(log_pi.detach().exp(), DRAWS, replacement=True)
        log_p = log_pi[arm]
        baseline = (log_pi.detach().exp() * reward).sum()
        gain = ((reward[arm] - baseline) * log_p).mean()
        objective = BETA * loss(log_p, reference[arm]) - gain
        optimizer.param_groups[0]["lr"] = 0.6 / (1 + 8 * step / STEPS)
        optimizer.zero_grad()
        objective.backward()
        optimizer.step()
        policy = torch.softmax(logits.detach(), 0).numpy()
        course.append(float(kullback.kl(policy, REFERENCE)))
        if step >= 2 * STEPS // 3:
            late.append(policy)
    return np.mean(late, axis=0), course


def draw(found: dict[str, tuple[np.ndarray, list[float]]], folder: Path) -> None:
    """Draw the course of KL and the policies that came out."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), layout="constrained")
    bests = {"best for KL(π‖ref)": best_for_reverse(), "best for KL(ref‖π)": best_for_forward()}
    for (name, (_, course)), color in zip(found.items(), COLORS, strict=True):
        wide, style, alpha = STYLES.get(name, (1.6, (0, (4, 2)), 1.0))
        steps = np.arange(1, STEPS + 1)
        left.plot(steps, course, color=color, lw=wide, ls=style, alpha=alpha, label=name)
    for name, policy in bests.items():
        level = float(kullback.kl(policy, REFERENCE))
        left.axhline(level, color="0.35", lw=0.8, ls=":")
        left.text(1.1, level + 0.05, name, color="0.3", fontsize=9)
    left.set(xlabel="step", ylabel="KL(π‖ref), nats", xscale="log", xlim=(1, STEPS))
    left.set_title("How far the policy goes", loc="left")
    left.legend(frameon=False, fontsize=9, loc="upper left")
    twins = {"k1": "", "k2": " and rl.loss, reverse", "k3": " and rl.loss, forward"}
    for i, ((kind, twin), color) in enumerate(zip(twins.items(), COLORS, strict=False)):
        policy = found[f"{kind} as a loss"][0]
        at = np.arange(ARMS) + (i - 1) * 0.26
        right.bar(at, policy, 0.26, color=color, label=f"{kind} as a loss{twin}")
    marks = (("_", 16, 0.0), ("x", 6, 0.26))
    for policy, (mark, size, shift) in zip(bests.values(), marks, strict=True):
        right.plot(np.arange(ARMS) + shift, policy, mark, color="k", ms=size, ls="")
    right.plot([], [], "k_", label="best for KL(π‖ref)")
    right.plot([], [], "kx", label="best for KL(ref‖π)")
    right.set(xlabel="arm (reward rises, the reference falls)", ylabel="probability")
    right.set_title("The policy that comes out", loc="left")
    right.legend(frameon=False, fontsize=9, loc="upper left")
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / "k3_as_loss.png", dpi=120)


def main(folder: str = ".") -> None:
    """Train with each loss, say how far from each optimum it ended, and draw it."""
    torch.set_num_threads(1)
    found = {name: train(loss) for name, loss in LOSSES.items()}
    reverse, forward = best_for_reverse(), best_for_forward()
    for name, (policy, _) in found.items():
        print(f"{name}: KL(π‖ref) = {float(kullback.kl(policy, REFERENCE)):.4f}")
        for best, target in (("KL(π‖ref)", reverse), ("KL(ref‖π)", forward)):
            away = kullback.total_variation(policy, target)
            print(f"{name}: TV from the best for {best} = {away:.4f}")
    for name, policy in (("KL(π‖ref)", reverse), ("KL(ref‖π)", forward)):
        print(f"best for {name}: KL(π‖ref) = {float(kullback.kl(policy, REFERENCE)):.4f}")
    draw(found, Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:2])
