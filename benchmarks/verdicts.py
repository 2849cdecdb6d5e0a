"""Verdicts with a guarantee: coverage and wrong verdicts near the tolerance; power beside peers.

First table: samples whose true JS divergence is so many times the tolerance of .01 bits: how often
the interval holds the truth, and how often the verdict is wrong ("same" above the tolerance,
"drifted" at or below it; 5 % are allowed). Rows with weights draw one for each row at random, and
those of blocks draw 20 rows together from shares of their own; both are compared as tables, half as
often. Second table: how often each test says p <= .05 of columns of 500 rows a side, at equal
level; the first row has no drift. Evidently is in `evidently_power`. Correlation is seen by the
look at pairs. `python -m benchmarks.verdicts 20` takes so many samples a row.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import rel_entr
from scipy.stats import chi2_contingency, ks_2samp, mannwhitneyu

from kullback import counts, tables

Array = NDArray[np.float64]
Side = tuple[Array, int]  # shares, and rows
Draw = Callable[[np.random.Generator, tuple[Side, Side]], Sequence[float]]
NAMES = np.array([f"v{i}" for i in range(2000)])
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


def flat(size: int) -> "Family":
    def family(amount: float) -> tuple[Array, Array]:
        q = 1 + amount * np.where(np.arange(size) % 2, 1.0, -1.0)
        return np.full(size, 1 / size), q / q.sum()

    return family


def binary(amount: float) -> tuple[Array, Array]:
    return np.array([0.3 + amount / 3, 0.7 - amount / 3]), np.array([0.3, 0.7])


def steeper(size: int) -> "Family":
    return lambda amount: (zipf(size, 1.0 + amount), zipf(size, 1.0))


def jittered(amount: float) -> tuple[Array, Array]:
    p = zipf(2000, 1.1)
    q = p * np.exp(amount * np.random.default_rng(1).standard_normal(2000))
    return p, q / q.sum()


Family = Callable[[float], tuple[Array, Array]]
FAMILIES: dict[str, tuple[Family, int, int]] = {
    "flat 20": (flat(20), 2000, 2000),
    "flat 20, 10 : 1": (flat(20), 10_000, 1000),
    "flat 200": (flat(200), 5000, 5000),
    "flat 2000": (flat(2000), 5000, 5000),
    "binary": (binary, 2000, 2000),
    "binary, 10 : 1": (binary, 5000, 500),
    "binary, 300 rows": (binary, 300, 300),
    "many rare new": (with_new, 2000, 2000),
    "many rare new, 500 rows": (with_new, 500, 500),
    "many rare new, 10 : 1": (with_new, 10_000, 1000),
    "many rare new, 1 : 10": (with_new, 1000, 10_000),
    "many rare new, 50 000 rows": (with_new, 50_000, 50_000),
    "Zipf 300": (steeper(300), 5000, 5000),
    "Zipf 300, 10 : 1": (steeper(300), 10_000, 1000),
    "Zipf 2000": (steeper(2000), 10_000, 10_000),
    "Zipf 2000, 10 : 1": (steeper(2000), 20_000, 2000),
    "Zipf 2000, shared rare": (jittered, 10_000, 10_000),
    "Zipf 2000, shared rare, 10 : 1": (jittered, 20_000, 2000),
    "Zipf 2000, shared rare, 1 : 10": (jittered, 2000, 20_000),
}


def at(family: Family, wanted: float) -> tuple[Array, Array]:
    """Return the shares of a family whose JS divergence is so many bits."""
    if wanted == 0:
        return family(0.0)
    amount = brentq(lambda a: divergence(*family(a)) - wanted, 1e-6, 0.9)
    return family(float(amount))


def interval_of_counts(rng: np.random.Generator, sides: tuple[Side, Side]) -> Sequence[float]:
    x, y = (rng.multinomial(rows, shares) for shares, rows in sides)
    return tuple(counts.jensen_shannon(x, y, unit="bits").interval or ())


def interval_of_weights(rng: np.random.Generator, sides: tuple[Side, Side]) -> Sequence[float]:
    """The same of rows that count for more or less, whatever they hold."""
    tables_of = [
        {"c": rng.choice(NAMES[: len(p)], rows, p=p), "w": np.exp(rng.normal(size=rows) / 2)}
        for p, rows in sides
    ]
    found = tables.compare(tables_of[1], tables_of[0], weights="w", joint=False)["c"]
    return tuple(found.jensen_shannon.interval or ())


def interval_of_blocks(rng: np.random.Generator, sides: tuple[Side, Side]) -> Sequence[float]:
    """The same of rows that come in blocks of twenty, each with shares of its own."""
    tables_of = []
    for p, rows in sides:
        own = rng.dirichlet(p * 20, rows // 20)
        drawn = np.concatenate([rng.choice(NAMES[: len(p)], 20, p=shares) for shares in own])
        tables_of.append({"c": drawn, "t": np.arange(len(drawn))})
    found = tables.compare(tables_of[1], tables_of[0], order="t", block=20, joint=False)["c"]
    return tuple(found.jensen_shannon.interval or ())


ROWS: dict[str, tuple[str, Draw]] = {
    **{name: (name, interval_of_counts) for name in FAMILIES},
    "flat 20, weights": ("flat 20", interval_of_weights),
    "Zipf 300, weights": ("Zipf 300", interval_of_weights),
    "many rare new, weights": ("many rare new", interval_of_weights),
    "binary, blocks": ("binary", interval_of_blocks),
    "flat 20, blocks": ("flat 20", interval_of_blocks),
    "Zipf 300, blocks": ("Zipf 300", interval_of_blocks),
}


def cell(family: Family, draw: Draw, rows: tuple[int, int], times: float, samples: int) -> str:
    """How often the interval holds the truth, and how often the verdict is wrong."""
    p, q = at(family, times * TOLERANCE)
    truth, rng = divergence(p, q), np.random.default_rng(5)
    ends = [draw(rng, ((p, rows[0]), (q, rows[1]))) for _ in range(samples)]
    low, high = np.transpose(ends)
    covered = np.mean((low <= truth + 1e-12) & (truth <= high))
    wrong = np.mean(high < TOLERANCE) if times > 1 else np.mean(low > TOLERANCE)
    return f"{covered:.3f} {wrong:.3f}"


def around_the_tolerance(samples: int) -> None:
    print("| covers, wrong at | n, m | " + " | ".join(f"{times} ×" for times in TIMES) + " |")
    print("|---" * (2 + len(TIMES)) + "|")
    for name, (family_name, draw) in ROWS.items():
        family, n, m = FAMILIES[family_name]
        each = samples if draw is interval_of_counts else max(1, samples // 2)
        cells = [cell(family, draw, (n, m), times, each) for times in TIMES]
        print(f"| {name} | {n:,}, {m:,} | " + " | ".join(cells) + " |", flush=True)


def drifts(rng: np.random.Generator, size: int) -> dict[str, tuple[Any, Any]]:
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
        "3 % in 20 new values": (rng.integers(0, 8, size).astype(str), with_new_values(rng, size)),
        "correlation .9 to 0": (pairs_of(rng, size, 0.9), pairs_of(rng, size, 0.0)),
    }


def with_new_values(rng: np.random.Generator, size: int) -> NDArray[np.str_]:
    """Eight values as they were, and a few rows that hold one of twenty others."""
    values = rng.integers(0, 8, size)
    return np.where(rng.random(size) < 0.03, rng.integers(8, 28, size), values).astype(str)


def pairs_of(rng: np.random.Generator, size: int, correlation: float) -> Array:
    return rng.multivariate_normal((0, 0), ((1, correlation), (correlation, 1)), size)


def chi_square(x: Array, y: Array) -> float:
    """Of ten bins of the reference's quantiles; of categories themselves."""
    edges = np.arange(0.5, 27) if x.max() == int(x.max()) <= 27 else np.quantile(x, DECILES)
    table = [np.bincount(np.searchsorted(edges, side), minlength=len(edges) + 1) for side in (x, y)]
    seen = np.array(table)[:, np.sum(table, axis=0) > 0]
    return float(chi2_contingency(seen).pvalue)


def ours(x: Any, y: Any) -> float:
    """The p-value of the column; of two columns that of the look at pairs."""
    if x.ndim == 1:
        return float(tables.compare({"c": x}, {"c": y}, joint=False)["c"].p_value)
    sides = [dict(zip("ab", side.T, strict=True)) for side in (x, y)]
    pairs = tables.compare(*sides).pairs
    return 0.0 if pairs is not None and pairs.changed else 1.0


def each_column(test: Callable[[Array, Array], float]) -> Callable[[Any, Any], float]:
    """Return a test of one column for what `drifts` draws: of two columns twice the less p."""

    def tested(x: Any, y: Any) -> float:
        if x.ndim == 2:
            return 2 * min(test(a, b) for a, b in zip(x.T, y.T, strict=True))
        return test(x.astype(float), y.astype(float))

    return tested


DECILES = np.linspace(0.1, 0.9, 9)
PEERS = {
    "kullback": ours,
    "KS": each_column(lambda x, y: ks_2samp(x, y).pvalue),
    "Mann-Whitney": each_column(lambda x, y: mannwhitneyu(x, y).pvalue),
    "chi-square": each_column(chi_square),
}


def power(samples: int) -> None:
    rng = np.random.default_rng(6)
    found: dict[str, list[list[bool]]] = {}
    for _ in range(samples):
        for name, sides in drifts(rng, 500).items():
            found.setdefault(name, []).append([test(*sides) <= 0.05 for test in PEERS.values()])
    print(f"| p <= .05 | {' | '.join(PEERS)} |\n{'|---' * (1 + len(PEERS))}|")
    for name, seen in found.items():
        shares = " | ".join(f"{share:.2f}" for share in np.mean(seen, axis=0))
        print(f"| {name} | {shares} |", flush=True)


def main() -> None:
    """Print both tables."""
    samples = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 100
    around_the_tolerance(samples)
    print()
    power(samples)


if __name__ == "__main__":
    main()
