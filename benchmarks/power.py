"""Which statistic finds more drift at the same level, G or Pearson's.

Both with the p-value of their exact moments, at 5 %. Each row is 400 pairs of samples.
"""

import numpy as np
from numpy.typing import NDArray

from kullback import counts

PAIRS = 400
METHODS = ("exact-moments", "pearson-moments")
Array = NDArray[np.float64]


def flat(outcomes: int) -> Array:
    return np.full(outcomes, 1 / outcomes)


def zipf(outcomes: int, exponent: float = 1.1) -> Array:
    share = 1 / np.arange(1, outcomes + 1) ** exponent
    return share / share.sum()


def tilted(p: Array, by: float) -> Array:
    q = p * (1 + by * np.where(np.arange(len(p)) % 2, 1, -1))
    return q / q.sum()


def one_larger(p: Array, factor: float) -> Array:
    q = p * np.where(np.arange(len(p)) == 0, factor, 1)
    return q / q.sum()


def fatter_tail(p: Array, mass: float) -> Array:
    rare = np.arange(len(p)) >= len(p) // 2
    return p * (1 - mass) + rare * mass / rare.sum()


CASES = (
    ("uniform 20, every share ±20 %", flat(20), tilted(flat(20), 0.2), 500, 500),
    ("uniform 20, one share ×1.7", flat(20), one_larger(flat(20), 1.7), 500, 500),
    ("uniform 20, a new outcome of 1 %", np.append(flat(20), 0),
     np.append(flat(20) * 0.99, 0.01), 500, 500),
    ("uniform 200, every share ±30 %", flat(200), tilted(flat(200), 0.3), 1000, 1000),
    ("uniform 2000, one share ×30", flat(2000), one_larger(flat(2000), 30), 2000, 2000),
    ("uniform 2000, every share ±70 %", flat(2000), tilted(flat(2000), 0.7), 5000, 1000),
    ("Zipf 2000, every share ±25 %", zipf(2000), tilted(zipf(2000), 0.25), 2000, 2000),
    ("Zipf 2000, 6 % to the tail", zipf(2000), fatter_tail(zipf(2000), 0.06), 2000, 2000),
    ("Zipf 2000, 6 % to the tail", zipf(2000), fatter_tail(zipf(2000), 0.06), 10_000, 1000),
)  # fmt: skip


def power(p: Array, q: Array, n: int, m: int) -> Array:
    """Share of pairs that each method finds, on the same pairs."""
    rng = np.random.default_rng(7)
    found = []
    for _ in range(PAIRS):
        x, y = rng.multinomial(n, p), rng.multinomial(m, q)
        found.append([counts.homogeneity(x, y, method=name).p_value <= 0.05 for name in METHODS])
    return np.asarray(np.mean(found, axis=0))


def main() -> None:
    """Print one row a kind of drift."""
    print("| drift | n, m | G | Pearson |")
    print("|---|---|---|---|")
    for name, p, q, n, m in CASES:
        g, pearson = power(p, q, n, m)
        print(f"| {name} | {n:,}, {m:,} | {g:.2f} | {pearson:.2f} |")


if __name__ == "__main__":
    main()
