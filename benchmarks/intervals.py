"""How often the 95 % intervals of `samples.kl` and of named methods of `counts` hold the truth.

First table: P reaches beyond Q's sample, lies beside it, or both lie on a curve; "open" is how many
had no upper end. Second: the methods of `counts` that have a prior or draw again, on short and
long tails. NSB's is named what it is, a credible interval, which holds where its prior does: a
Dirichlet's; of Zipf's laws it is shown beside the default's. "refused" is the method's own word.
`python -m benchmarks.intervals 100 lognormal` takes 100 samples a row, of the rows so named.
"""

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback import counts, samples
from kullback.errors import KullbackError

Array = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Array]
SIZES = (500, 2000, 5000)


def curve(rng: np.random.Generator, n: int, shift: float) -> Array:
    t = rng.normal(shift, 1, n)
    return np.column_stack([t, np.sin(t), t**2])


def zipf(outcomes: int, exponent: float) -> Array:
    share = 1 / np.arange(1, outcomes + 1) ** exponent
    return share / share.sum()


# What P and Q are drawn from, and KL(P‖Q); that of t3 by quadrature (tests/calibration).
SAMPLES: dict[str, tuple[Draw, Draw, float]] = {
    "N(0,3)‖N(0,1)": (lambda r, n: r.normal(0, 3, n), lambda r, n: r.normal(0, 1, n),
                      4 - math.log(3)),
    "N(0,1)‖N(3,1)": (lambda r, n: r.normal(0, 1, n), lambda r, n: r.normal(3, 1, n), 4.5),
    "N(0,1)‖N(2,1)": (lambda r, n: r.normal(0, 1, n), lambda r, n: r.normal(2, 1, n), 2.0),
    "t3‖N(0,1.5)": (lambda r, n: r.standard_t(3, n), lambda r, n: r.normal(0, 1.5, n), 0.21759),
    "a curve in space": (lambda r, n: curve(r, n, 0.0), lambda r, n: curve(r, n, 0.5), 0.125),
    "lognormal in 10 columns": (lambda r, n: r.lognormal(0, 1, (n, 10)),
                                lambda r, n: r.lognormal(0.3, 1, (n, 10)), 0.45),
}  # fmt: skip

LAWS = {
    "Zipf 10, n = 200": (zipf(10, 1.0), zipf(10, 0.6), 200),
    "Zipf 10, n = 2 000": (zipf(10, 1.0), zipf(10, 0.6), 2000),
    "Zipf 100, n = 1 000": (zipf(100, 1.0), zipf(100, 0.6), 1000),
    "Zipf 1 000, n = 500": (zipf(1000, 1.0), zipf(1000, 0.6), 500),
    "Zipf 1 000, n = 5 000": (zipf(1000, 1.0), zipf(1000, 0.6), 5000),
}
WAYS = ("delta", "bootstrap", "subsampling", "posterior")
ENTROPIES = ("grassberger", "chao-shen", "nsb")


def share(intervals: list[Any], truth: float) -> str:
    if not intervals:
        return "refused"
    held = sum(truth in interval for interval in intervals)
    return f"{held / len(intervals):.2f}"


def of_samples(runs: int, named: str) -> None:
    print("| pair, truth | " + " | ".join(f"n = {n:,}" for n in SIZES).replace(",", " ") + " |")
    print("|---|" + "---|" * len(SIZES))
    for name, (of_p, of_q, truth) in SAMPLES.items():
        if named not in name:
            continue
        cells = []
        for n in SIZES:
            found = []
            for run in range(runs):
                rng = np.random.default_rng([run, n])
                found.append(samples.kl(of_p(rng, n), of_q(rng, n)).interval)
            opened = sum(math.isinf(interval.high) for interval in found)
            cells.append(f"{share(found, truth)} ({opened}/{runs} open)")
        print(f"| {name}, {truth:.3g} | " + " | ".join(cells) + " |", flush=True)


def intervals_of(measure: Callable[..., Any], rows: list[Any], **how: Any) -> list[Any]:
    try:
        return [measure(*row, **how).interval for row in rows]
    except KullbackError:
        return []


def of_counts(runs: int) -> None:
    print("\n| law | " + " | ".join((*WAYS, *(f"entropy {e}" for e in ENTROPIES))) + " |")
    print("|---|" + "---|" * (len(WAYS) + len(ENTROPIES)))
    for name, (p, q, n) in LAWS.items():
        rng = np.random.default_rng([n, len(p)])
        rows = [(rng.multinomial(n, p), rng.multinomial(n, q)) for _ in range(runs)]
        truth, entropy = float(p @ np.log(p / q)), -float(p @ np.log(p))
        cells = []
        for way in WAYS:
            how = "delta" if way == "delta" else counts.Resampling(way, 200)
            cells.append(share(intervals_of(counts.kl, rows, interval=how), truth))
        ones = [row[:1] for row in rows]
        cells += [share(intervals_of(counts.entropy, ones, method=e), entropy) for e in ENTROPIES]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    hits = []
    for _ in range(runs):
        p = rng.dirichlet(np.full(50, 0.5))
        truth = -float(p[p > 0] @ np.log(p[p > 0]))
        hits.append(truth in counts.entropy(rng.multinomial(100, p), method="nsb").interval)
    where = "where its prior holds (Dirichlet(½) of 50 outcomes, n = 100)"
    print(f"\nNSB {where}: {np.mean(hits):.2f}.")


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    named = sys.argv[2] if len(sys.argv) > 2 else ""
    of_samples(runs, named)
    if not named:
        of_counts(4 * runs)


if __name__ == "__main__":
    main()
