"""What an estimate with an error bar costs, from a thousand to a million outcomes.

The estimate is `counts.kl`, with its interval, p-value and notes. Beside it stand the double
loop of the published form of the Zhang–Grabchak estimator (as R's EntropyEstimation runs it,
here with the inner loop vectorised), where that ends in reasonable time, and a bootstrap of
300 resamples of the plug-in. The loop must give the same number.

A second table has the cost of each other estimator and test against the number of outcomes.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kullback import counts
from kullback.counts.estimators.entropy import METHODS as ENTROPIES
from kullback.counts.estimators.kl import METHODS as KL_METHODS

REPEATS = 5
RESAMPLES = 300
SIZES = ((1_000, 20_000), (100_000, 1_000_000), (1_000_000, 10_000_000))


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def double_loop(x: NDArray[np.int64], y: NDArray[np.int64]) -> float:
    """Zhang and Grabchak (2014): sums of products over v = 1, 2, … for every outcome."""
    n, m = int(x.sum()), int(y.sum())
    total = 0.0
    for a, b in zip(x.tolist(), y.tolist(), strict=True):
        if a:
            v = np.arange(1, m - b + 1)
            cross = (np.cumprod(1 - b / (m - v + 1)) / v).sum()
            w = np.arange(1, n - a + 1)
            total += a / n * (cross - (np.cumprod(1 - (a - 1) / (n - w)) / w).sum())
    return total


def bootstrap(x: NDArray[np.int64], y: NDArray[np.int64], resamples: int) -> list[float]:
    """Resample both sides and take the plug-in with half a count added to Q."""
    rng = np.random.default_rng(0)
    values = []
    for _ in range(resamples):
        p = rng.multinomial(x.sum(), x / x.sum()) / x.sum()
        q = rng.multinomial(y.sum(), y / y.sum()) + 0.5
        seen = p > 0
        values.append(float((p[seen] * np.log(p[seen] / (q[seen] / q.sum()))).sum()))
    return values


def row(outcomes: int, observations: int) -> str:
    x, y = drawn(outcomes, observations)
    ours = seconds(lambda: counts.kl(x, y))
    resamples = RESAMPLES if outcomes < 10**5 else 3
    resampled = seconds(lambda: bootstrap(x, y, resamples), 1) * RESAMPLES / resamples
    loop = "—"
    if outcomes <= 1_000:
        looped = seconds(lambda: double_loop(x, y), 1)
        assert abs(double_loop(x, y) - counts.kl(x, y).value) < 1e-9
        loop = f"{looped:.2f} s ({looped / ours:,.0f}×)"
    return (
        f"| {outcomes:,} | {observations:,} | {ours:.4f} s | {loop} "
        f"| {resampled:.1f} s ({resampled / ours:,.0f}×) |"
    )


def drawn(outcomes: int, observations: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rng = np.random.default_rng(1)
    share = 1 / np.arange(1, outcomes + 1)
    x, y = (rng.multinomial(observations, share / share.sum()) for _ in range(2))
    return x, y


def estimators(x: NDArray[np.int64], y: NDArray[np.int64]) -> dict[str, Callable[[], object]]:
    """Return what there is to time, by name."""
    tests = ("exact-moments", "pearson-moments", "g", "williams")
    smoothings = ("laplace", "dirichlet", "james-stein", "good-turing", "witten-bell")
    return {
        **{f"kl {name}": partial(counts.kl, x, y, method=name) for name in KL_METHODS},
        **{f"entropy {name}": partial(counts.entropy, x, method=name) for name in ENTROPIES},
        "cross_entropy": partial(counts.cross_entropy, x, y),
        "jensen_shannon": partial(counts.jensen_shannon, x, y),
        **{f"homogeneity {name}": partial(counts.homogeneity, x, y, method=name) for name in tests},
        **{
            f"smooth {name}": partial(counts.smooth, x, method=name, alphabet=len(x) + 1)
            for name in smoothings
        },
        "pool": partial(counts.pool, x, y),
    }


def cost(name: str, outcomes: int, observations: int) -> str:
    repeats = REPEATS if outcomes < 10**5 else 1
    return f"{seconds(estimators(*drawn(outcomes, observations))[name], repeats):.4f} s"


def main() -> None:
    """Print one row a size; times in brackets are multiples of ours."""
    print("| outcomes | n = m | `counts.kl` | published double loop | 300-fold bootstrap |")
    print("|---|---|---|---|---|")
    for outcomes, observations in SIZES:
        print(row(outcomes, observations))
    print()
    print("| estimator | " + " | ".join(f"{k:,} outcomes, n = {n:,}" for k, n in SIZES) + " |")
    print("|---" * (len(SIZES) + 1) + "|")
    for name in estimators(*drawn(*SIZES[0])):
        print(f"| {name} | " + " | ".join(cost(name, *size) for size in SIZES) + " |")


if __name__ == "__main__":
    main()
