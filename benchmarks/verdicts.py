"""Verdicts with a guarantee: coverage and wrong verdicts near the tolerance; power beside peers.

First table: samples whose true JS divergence is so many times the tolerance of .01 bits: how often
the interval holds the truth, and how often the verdict is wrong ("same" above the tolerance,
"drifted" at or below it; 5 % are allowed). Second table: how often each test says p <= .05 of one
numeric column of 500 rows a side; the first row has no drift. `python -m benchmarks.verdicts 20`
takes so many samples a row.
"""

import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import rel_entr
from scipy.stats import chi2_contingency, ks_2samp, mannwhitneyu

from kullback import counts, tables

Array = NDArray[np.float64]
TOLERANCE = 0.01
TIMES = (0.0, 0.5, 0.8, 1.25, 2.0)


def zipf(size: int, exponent: float) -> Array:
    share = np.arange(1, size + 1.0) ** -exponent
    return share / share.sum()


def divergence(p: Array, q: Array) -> float:
    middle = (p + q) / 2
    return float((rel_entr(p, middle) + rel_entr(q, middle)).sum() / 2 / np.log(2))


def with_new(amount: float) -> tuple[Array, Array]:
    p = np.r_[np.full(10, (1 - amount) / 10), np.full(290, amount / 290)]
    return p, np.r_[np.full(10, 0.1), np.zeros(290)]


def flat(amount: float) -> tuple[Array, Array]:
    q = 1 + amount * np.where(np.arange(20) % 2, 1.0, -1.0)
    return np.full(20, 0.05), q / q.sum()


def binary(amount: float) -> tuple[Array, Array]:
    return np.array([0.3 + amount / 3, 0.7 - amount / 3]), np.array([0.3, 0.7])


def steeper(amount: float) -> tuple[Array, Array]:
    return zipf(300, 1.0 + amount), zipf(300, 1.0)


def jittered(amount: float) -> tuple[Array, Array]:
    p = zipf(2000, 1.1)
    q = p * np.exp(amount * np.random.default_rng(1).standard_normal(2000))
    return p, q / q.sum()


Family = Callable[[float], tuple[Array, Array]]
FAMILIES: dict[str, tuple[Family, int, int]] = {
    "flat 20": (flat, 2000, 2000),
    "binary": (binary, 2000, 2000),
    "many rare new": (with_new, 2000, 2000),
    "many rare new, 10 : 1": (with_new, 10_000, 1000),
    "Zipf 300": (steeper, 5000, 5000),
    "Zipf 2000, shared rare": (jittered, 10_000, 10_000),
}


def at(family: Family, wanted: float) -> tuple[Array, Array]:
    """Return the shares of a family whose JS divergence is so many bits."""
    if wanted == 0:
        return family(0.0)
    amount = brentq(lambda a: divergence(*family(a)) - wanted, 1e-6, 0.9)
    return family(float(amount))


def around_the_tolerance(samples: int) -> None:
    print(f"{'':26}" + "".join(f"{f'{times} x':>22}" for times in TIMES))
    print(f"{'':26}" + "".join(f"{'covers  wrong':>22}" for _ in TIMES))
    for name, (family, n, m) in FAMILIES.items():
        cells = []
        for times in TIMES:
            p, q = at(family, times * TOLERANCE)
            truth, rng = divergence(p, q), np.random.default_rng(5)
            pairs = ((rng.multinomial(n, p), rng.multinomial(m, q)) for _ in range(samples))
            ends = [tuple(counts.jensen_shannon(*pair, unit="bits").interval) for pair in pairs]
            low, high = np.transpose(ends)
            covered = np.mean((low <= truth + 1e-12) & (truth <= high))
            wrong = np.mean(high < TOLERANCE) if times > 1 else np.mean(low > TOLERANCE)
            cells.append(f"{covered:>14.2f} {wrong:>7.2f}")
        print(f"{name:26}" + "".join(cells), flush=True)


def drifts(rng: np.random.Generator, size: int) -> dict[str, tuple[Array, Array]]:
    x, y = rng.normal(size=size), rng.normal(size=size)
    far = np.where(rng.random(size) < 0.02, y * 20, y)
    ages = rng.normal(40, 12, size).round()
    return {
        "no drift": (x, y),
        "shift by .25 sd": (x, y + 0.25),
        "scale x 1.25": (x, y * 1.25),
        "2 % of a tail x 20": (x, far),
        "ages + 3": (ages, rng.normal(43, 12, size).round()),
        "rounded to halves": (x, np.round(y * 2) / 2),
    }


def chi_square(x: Array, y: Array) -> float:
    edges = np.quantile(x, np.linspace(0.1, 0.9, 9))
    table = [np.bincount(np.searchsorted(edges, side), minlength=10) for side in (x, y)]
    return float(chi2_contingency(np.array(table) + 1e-9).pvalue)


PEERS = {
    "kullback": lambda x, y: tables.compare({"c": x}, {"c": y})["c"].p_value,
    "KS": lambda x, y: ks_2samp(x, y).pvalue,
    "Mann-Whitney": lambda x, y: mannwhitneyu(x, y).pvalue,
    "chi-square": chi_square,
}


def power(samples: int) -> None:
    rng = np.random.default_rng(6)
    found: dict[str, list[list[bool]]] = {}
    for _ in range(samples):
        for name, sides in drifts(rng, 500).items():
            found.setdefault(name, []).append([test(*sides) <= 0.05 for test in PEERS.values()])
    print(f"{'':22}" + "".join(f"{name:>14}" for name in PEERS))
    for name, seen in found.items():
        print(f"{name:22}" + "".join(f"{share:>14.2f}" for share in np.mean(seen, axis=0)))


def main() -> None:
    """Print both tables."""
    samples = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 100
    around_the_tolerance(samples)
    print()
    power(samples)


if __name__ == "__main__":
    main()
