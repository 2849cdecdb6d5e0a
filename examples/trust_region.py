"""TRPO and PPO with KL control on CartPole: ``python examples/trust_region.py [FOLDER]``.

Both keep KL(old policy‖new policy) of every update inside a trust region: TRPO by conjugate
gradients and a line search, PPO by a penalty whose coefficient a controller adapts and by
taking back the pass that would leave the region. Prints what a test checks, draws
FOLDER/trust_region.png. Needs: pip install 'kullback[rl,torch,plot]'
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import gymnasium
import numpy as np
import torch

from kullback import logits, rl

SEED = 3
RADIUS = 0.01  # nats
ENVIRONMENTS, STEPS, UPDATES = 8, 256, 40
DISCOUNT, TRACE = 0.99, 0.95
ENOUGH = 195.0


@dataclass
class Batch:
    """What one round of acting gave; every tensor has one row a step."""

    states: torch.Tensor
    actions: torch.Tensor
    old: torch.Tensor
    advantage: torch.Tensor
    value: torch.Tensor


@dataclass
class Run:
    """A course of training."""

    returns: list[float]
    at_step: list[int]
    kl: list[float]
    coefficient: list[float]


class World:
    """Several CartPoles that start again when they fall."""

    def __init__(self, seed: int) -> None:
        self.envs = [gymnasium.make("CartPole-v1") for _ in range(ENVIRONMENTS)]
        self.now = np.stack([env.reset(seed=seed + i)[0] for i, env in enumerate(self.envs)])
        self.running = np.zeros(ENVIRONMENTS)
        self.returns: list[float] = []
        self.at_step: list[int] = []
        self.steps = 0

    def step(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Act once everywhere; return the next states, who fell, and who was cut off."""
        self.steps += ENVIRONMENTS
        following, fell, cut = self.now.copy(), np.zeros(ENVIRONMENTS), np.zeros(ENVIRONMENTS)
        for i, env in enumerate(self.envs):
            following[i], reward, fell[i], cut[i], _ = env.step(int(actions[i]))
            self.running[i] += reward
            self.now[i] = following[i]
            if fell[i] or cut[i]:
                self.returns.append(self.running[i])
                self.at_step.append(self.steps)
                self.running[i] = 0.0
                self.now[i] = env.reset()[0]
        return following, fell, cut


def network(outputs: int) -> torch.nn.Sequential:
    """Return one hidden layer of 32."""
    return torch.nn.Sequential(
        torch.nn.Linear(4, 32), torch.nn.Tanh(), torch.nn.Linear(32, outputs)
    )


@torch.no_grad()
def act(world: World, policy: torch.nn.Module, critic: torch.nn.Module) -> Batch:
    """Let the policy act, and return its steps with generalised advantages."""
    states, rows, actions, following, fell, cut = [], [], [], [], [], []
    for _ in range(STEPS):
        state = torch.tensor(world.now, dtype=torch.float32)  # a copy: the world moves on
        row = policy(state)
        action = torch.distributions.Categorical(logits=row).sample()
        new, down, over = world.step(action.numpy())
        for kept, item in zip(
            (states, rows, actions, following, fell, cut),
            (state, row, action, new, down, over),
            strict=True,
        ):
            kept.append(torch.as_tensor(np.asarray(item), dtype=torch.float32))
    seen, fallen, ended = map(torch.stack, (states, fell, cut))
    value = critic(seen)[..., 0]
    after = critic(torch.stack(following))[..., 0] * (1 - fallen)
    surprise = 1.0 + DISCOUNT * after - value
    advantage, carried = torch.zeros_like(value), torch.zeros(ENVIRONMENTS)
    for t in reversed(range(STEPS)):
        carried = surprise[t] + DISCOUNT * TRACE * carried * (1 - torch.maximum(fallen, ended)[t])
        advantage[t] = carried
    target = (advantage + value).reshape(-1)
    flat = advantage.reshape(-1)
    standard = (flat - flat.mean()) / flat.std()
    choice = torch.stack(actions).reshape(-1).long()
    return Batch(seen.reshape(-1, 4), choice, torch.stack(rows).reshape(-1, 2), standard, target)


def ratio(policy: torch.nn.Module, batch: Batch, rows: torch.Tensor) -> torch.Tensor:
    """Return π/π_old of the actions taken."""
    new, old = (
        torch.log_softmax(x, -1).gather(1, batch.actions[rows, None])[:, 0]
        for x in (policy(batch.states[rows]), batch.old[rows])
    )
    return torch.exp(new - old)


def apart(policy: torch.nn.Module, batch: Batch) -> torch.Tensor:
    """Return the mean exact KL(old‖new) over the states of the batch."""
    return logits.kl(batch.old, policy(batch.states)).mean()


def trpo(policy: torch.nn.Module) -> Callable[[Batch], tuple[float, float]]:
    """Return the update of TRPO."""

    def update(batch: Batch) -> tuple[float, float]:
        every = torch.arange(len(batch.actions))

        def surrogate() -> torch.Tensor:
            return (ratio(policy, batch, every) * batch.advantage).mean()

        step = rl.trust_region_step(
            policy.parameters(),
            surrogate,
            lambda: apart(policy, batch),
            radius=RADIUS,
            damping=0.01,
        )
        return step.kl, float("nan")

    return update


def ppo(policy: torch.nn.Module) -> Callable[[Batch], tuple[float, float]]:
    """Return the update of PPO: clipped, with a KL penalty, stopped and held in the region."""
    optimizer = torch.optim.Adam(policy.parameters(), lr=3e-3)
    control = [rl.TargetController(value=1.0, target=RADIUS / 2, factor=1.5, slack=1.5)]

    def one_pass(batch: Batch) -> None:
        for rows in torch.randperm(len(batch.actions)).split(512):
            r, advantage = ratio(policy, batch, rows), batch.advantage[rows]
            gain = torch.minimum(r * advantage, r.clamp(0.8, 1.2) * advantage).mean()
            kl = logits.kl(batch.old[rows], policy(batch.states[rows])).mean()
            optimizer.zero_grad()
            (control[0].value * kl - gain).backward()
            optimizer.step()

    def update(batch: Batch) -> tuple[float, float]:
        stop = rl.TargetStop(target=RADIUS, factor=1.0)
        reached = 0.0
        for _ in range(10):
            inside = {name: x.clone() for name, x in policy.state_dict().items()}
            one_pass(batch)
            kl = float(apart(policy, batch).detach())
            stop = stop.update(kl)
            if stop.stopped:
                policy.load_state_dict(inside)  # the pass that left the region is taken back
                break
            reached = kl
        control[0] = control[0].update(kl)
        return reached, control[0].value

    return update


def fit(critic: torch.nn.Module, optimizer: torch.optim.Optimizer, batch: Batch) -> None:
    """Fit the critic to the returns."""
    for _ in range(5):
        for rows in torch.randperm(len(batch.value)).split(256):
            loss = ((critic(batch.states[rows])[:, 0] - batch.value[rows]) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def train(kind: Callable[[torch.nn.Module], Callable[[Batch], tuple[float, float]]]) -> Run:
    """Train one policy from the common seed."""
    torch.manual_seed(SEED)
    policy, critic = network(2), network(1)
    optimizer = torch.optim.Adam(critic.parameters(), lr=1e-2)
    world, update = World(SEED), kind(policy)
    run = Run(world.returns, world.at_step, [], [])
    for _ in range(UPDATES):
        batch = act(world, policy, critic)
        kl, coefficient = update(batch)
        fit(critic, optimizer, batch)
        run.kl.append(kl)
        run.coefficient.append(coefficient)
    return run


def draw(runs: dict[str, Run], folder: Path) -> None:
    """Draw learning curves and the KL of every update."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    for (name, run), color in zip(runs.items(), ("#0b6e99", "#d9730d"), strict=True):
        mean = np.convolve(run.returns, np.ones(20) / 20, "valid")
        at = np.array(run.at_step) / 1000
        left.plot(at, run.returns, ".", ms=3, alpha=0.25, color=color)
        left.plot(at[19:], mean, color=color, label=f"{name}, mean of 20 episodes")
        right.plot(range(1, UPDATES + 1), run.kl, "o-", ms=3.5, lw=1, color=color, label=name)
    left.axhline(ENOUGH, color="0.5", lw=1, ls="--")
    left.text(0, ENOUGH + 6, "195", color="0.4", fontsize=9)
    left.set(xlabel="environment steps, thousands", ylabel="return of an episode", ylim=(0, 515))
    left.set_title("Learning curve on CartPole-v1", loc="left")
    right.axhline(RADIUS, color="#b3261e", lw=1)
    right.text(1, RADIUS * 1.02, "radius of the trust region", color="#b3261e", fontsize=9)
    right.set(xlabel="update", ylabel="KL(old‖new), nats", ylim=(0, RADIUS * 1.15))
    right.set_title("KL of every update", loc="left")
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    left.legend(frameon=False, loc="lower right", fontsize=9)
    right.legend(frameon=False, loc="lower left", fontsize=9)
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / "trust_region.png", dpi=120)


def main(folder: str = ".") -> None:
    """Train both, say what came out, and draw it."""
    torch.set_num_threads(1)
    runs = {"TRPO": train(trpo), "PPO": train(ppo)}
    for name, run in runs.items():
        print(f"{name} mean return of the last 20 episodes = {np.mean(run.returns[-20:]):.1f}")
        print(f"{name} episodes = {len(run.returns)}")
        print(f"{name} largest KL of an update = {max(run.kl):.6f}")
        print(f"{name} median KL of an update = {np.median(run.kl):.6f}")
    print(f"radius = {RADIUS}")
    draw(runs, Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:2])
