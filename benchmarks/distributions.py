"""How long does a divergence of two formulas take, and is torch right where it is fast?

Goals: closed form ≤ 60 µs a scalar pair, ≤ 5 ms for 1e5 Normal pairs; quadrature ≤ 20 ms; for
batches of 1e6 not slower than torch's closed forms. The golden pairs are those of the tests.
"""

import json
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.timing import seconds
from kullback import distributions as d

GOLDEN = Path(__file__).parent.parent / "tests" / "golden" / "parametric.json"
MILLION = 10**6


CLOSED = {"closed form", "Bregman", "expectations", "support"}
GOAL = 60e-6


def _scalar_pairs() -> dict[str, list[tuple[float, str]]]:
    """Median time of each golden pair, and its name, by method."""
    times: dict[str, list[tuple[float, str]]] = {}
    for case in json.loads(GOLDEN.read_text()):
        p, q = (d.by_name(case[side])(**case[f"{side}_params"]) for side in "pq")
        method = d.kl(p, q).method
        runs = []
        for _ in range(41 if method in CLOSED else 15):
            start = time.perf_counter()
            d.kl(p, q)
            runs.append(time.perf_counter() - start)
        pair = f"{p!r} ‖ {q!r}".replace("|", "/")
        times.setdefault(method, []).append((statistics.median(runs), pair))
    return times


def _print_scalar_pairs() -> None:
    print("| method | golden pairs | median µs | 90 % µs | slowest ms |")
    print("|---|---|---|---|---|")
    found = _scalar_pairs()
    for method, times in sorted(found.items()):
        each = np.array([took for took, _ in times])
        print(
            f"| {method} | {len(each)} | {np.median(each) * 1e6:.0f} | "
            f"{np.quantile(each, 0.9) * 1e6:.0f} | {each.max() * 1e3:.2f} |"
        )
    print(f"\nExact, and above {GOAL * 1e6:.0f} µs:\n\n| pair | µs |\n|---|---|")
    exact = (row for method, times in found.items() if method in CLOSED for row in times)
    for took, pair in sorted(row for row in exact if row[0] > GOAL):
        print(f"| {pair[:90]} | {took * 1e6:.0f} |")


def _parameters(family: str, rng: np.random.Generator, count: int) -> list[np.ndarray]:
    scale = rng.gamma(2.0, size=count) + 0.05
    place = rng.normal(size=count)
    share = rng.uniform(0.02, 0.98, count)
    return {
        "Normal": [place, scale], "Laplace": [place, scale], "Cauchy": [place, scale],
        "Gumbel": [place, scale], "Exponential": [scale], "Poisson": [scale],
        "Gamma": [scale, rng.gamma(2.0, size=count) + 0.05],
        "Beta": [scale, rng.gamma(2.0, size=count) + 0.05],
        "Bernoulli": [share], "Geometric": [share],
    }[family]  # fmt: skip


def _batch_of_normals() -> None:
    rng = np.random.default_rng(0)
    p, q = (d.Normal(*_parameters("Normal", rng, MILLION // 10)) for _ in range(2))
    took = seconds({"1e5": lambda: d.kl(p, q)})["1e5"]
    print(f"\n1e5 Normal pairs in one call: {took * 1e3:.2f} ms.\n")


def _beside_torch() -> None:
    try:
        import torch
    except ImportError:
        print("torch is not installed: no comparison.")
        return
    print(f"| 1e6 pairs | kullback ms | torch ms ({torch.get_num_threads()} threads) | × torch |")
    print("|---|---|---|---|")
    rng = np.random.default_rng(1)
    for family in ("Normal", "Laplace", "Cauchy", "Exponential", "Gamma", "Beta", "Gumbel",
                   "Poisson", "Bernoulli", "Geometric"):  # fmt: skip
        sides = [_parameters(family, rng, MILLION) for _ in range(2)]
        ours = [getattr(d, family)(*side) for side in sides]
        make: Any = getattr(torch.distributions, family)
        theirs = [make(*map(torch.as_tensor, side)) for side in sides]
        took = seconds(
            {
                "ours": lambda ours=ours: d.kl(*ours),
                "torch": lambda theirs=theirs: torch.distributions.kl_divergence(*theirs),
            },
            repeats=7,
        )
        ratio = took["torch"] / took["ours"]
        print(f"| {family} | {took['ours'] * 1e3:.1f} | {took['torch'] * 1e3:.1f} | {ratio:.2f} |")
    print("\nWhere torch's closed forms are wrong: docs/torch_kl.md.")


def main() -> None:
    """Print medians: one pair by method, 1e5 Normal pairs, 1e6 pairs beside torch."""
    _print_scalar_pairs()
    _batch_of_normals()
    _beside_torch()


if __name__ == "__main__":
    main()
