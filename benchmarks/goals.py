"""Are the ratios that are goals reached here? `python -m benchmarks --check` fails where not.

Each ratio is of two jobs that take turns in one run: what a peer takes over what we take, or
what we take over a floor. By hand or by the week, on a quiet machine; never in tests.
"""

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from scipy.spatial.distance import pdist
from scipy.special import rel_entr
from scipy.stats import entropy

import kullback
from benchmarks.__main__ import processor
from benchmarks.pairs import by_product, rows_of
from benchmarks.timing import seconds, single
from benchmarks.torch_loss import LOSSES, step


class Goal(NamedTuple):
    """At least so many times faster than a peer, or at most so many times a floor's time."""

    name: str
    ours: Callable[[], Any]
    other: Callable[[], Any]
    bound: float
    floor: bool = False
    calls: int = 1


def vectors() -> list[Goal]:
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(10_000_000), 2)

    def dot() -> Any:
        return p @ q

    def pair(name: str, bound: float) -> Goal:
        measure = getattr(kullback, name)
        return Goal(f"{name} / dot, 1e7", lambda: measure(p, q), dot, bound, floor=True)

    def peer() -> Any:
        return rel_entr(p, q).sum()

    return [
        Goal("kl, 1e7, SciPy", lambda: kullback.kl(p, q), peer, 20),
        Goal("kl, 1e7, one core, SciPy", single(lambda: kullback.kl(p, q)), peer, 20),
        Goal("entropy / dot, 1e7", lambda: kullback.entropy(p), dot, 1.6, floor=True),
        pair("kl", 1.6),
        pair("cross_entropy", 1.6),
        pair("hellinger", 1.6),
        pair("total_variation", 1.6),
        pair("jensen_shannon", 2.2),
        Goal("renyi / dot, 1e7", lambda: kullback.renyi(p, q, 2), dot, 1.6, floor=True),
    ]


def small() -> list[Goal]:
    p, q = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.3, 0.4, 0.2, 0.1])
    many = np.random.default_rng(0).dirichlet(np.ones(4), 1_000_000)
    other = many[::-1].copy()
    return [
        Goal(
            "kl of 4 outcomes, SciPy",
            lambda: kullback.kl(p, q),
            lambda: entropy(p, q),
            20,
            calls=200,
        ),
        Goal(
            "kl of (1e6, 4), SciPy",
            lambda: kullback.kl(many, other),
            lambda: rel_entr(many, other).sum(axis=-1),
            5,
        ),
    ]


def pairs() -> list[Goal]:
    goals = []
    for shape in ((1_000, 200, 1.0), (1_000, 200, 0.19), (300, 5_000, 0.04)):
        p = rows_of(*shape)
        goals += [
            Goal(
                f"pairwise JS {shape}, SciPy",
                lambda p=p: kullback.pairwise(kullback.jensen_shannon_distance, p, condensed=True),
                lambda p=p: pdist(p, "jensenshannon"),
                8,
            ),
            Goal(
                f"pairwise kl {shape}, matrix product",
                lambda p=p: kullback.pairwise(kullback.kl, p),
                lambda p=p: by_product(p),
                1,
            ),
        ]
    return goals


def losses() -> list[Goal]:
    torch.manual_seed(0)
    goals = []
    for shape in ((8_192, 32), (2_048, 256), (512, 4_096), (512, 32_000), (64, 128_256)):
        p = 3 * torch.randn(shape)
        q = p + torch.randn(shape)
        for ours, peer in (
            ("`kl_from_logits`", "torch KL"),
            ("`kl_from_logits(beta=0.5)`", "torch JS"),
        ):
            goals.append(
                Goal(
                    f"{ours} {shape}, torch",
                    single(lambda p=p, q=q, loss=LOSSES[ours]: step(loss, p, q)),
                    lambda p=p, q=q, loss=LOSSES[peer]: step(loss, p, q),
                    1,
                )
            )
    return goals


def main() -> int:
    """Print a line a goal; 1 where one is missed."""
    torch.set_num_threads(1)
    print(f"{processor()}\n\n| ratio | measured | goal |\n|---|---|---|")
    missed = 0
    for group in (vectors, small, pairs, losses):
        for goal in group():
            took = seconds({"ours": goal.ours, "other": goal.other}, repeats=5, calls=goal.calls)
            ratio = took["ours"] / took["other"] if goal.floor else took["other"] / took["ours"]
            reached = ratio <= goal.bound if goal.floor else ratio >= goal.bound
            missed += not reached
            sign = "≤" if goal.floor else "≥"
            said = "" if reached else " **missed**"
            print(f"| {goal.name} | {ratio:.2f}{said} | {sign} {goal.bound:g} |", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
