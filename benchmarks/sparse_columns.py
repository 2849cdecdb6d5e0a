"""What a column of many rare categories costs to judge: 2 000 categories, 5 000 rows a side.

The goal is 20 ms a column. `JS` is the divergence with its interval from the counts, `column` the
whole comparison of two profiles of that one column: every divergence, share, test and sentence.
The median of 40 runs, processor time, one thread of the linear algebra.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kullback import counts, tables
from kullback.counts.intervals import profile_likelihood

RUNS = 40
ROWS = 5_000
CATEGORIES = 2_000


def zipf(exponent: float) -> NDArray[np.float64]:
    """Shares of the categories."""
    shares = np.arange(1, CATEGORIES + 1.0) ** -exponent
    return np.asarray(shares / shares.sum())


def cost(work: Callable[[], object]) -> float:
    """Return the median of a few runs, in ms."""
    took = []
    for _ in range(RUNS):
        profile_likelihood._ends.cache_clear()  # what other columns found is not counted on
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return statistics.median(took) * 1e3


def main() -> None:
    """Print a line a law."""
    rng = np.random.default_rng(3)
    names = np.array([f"value {i:04d}" for i in range(CATEGORIES)])
    laws = {
        "Zipf against itself": (zipf(1.0), zipf(1.0)),
        "Zipf, exponent 1 to 1.15": (zipf(1.0), zipf(1.15)),
        "even against itself": (zipf(0.0), zipf(0.0)),
        "even against Zipf": (zipf(0.0), zipf(1.0)),
    }
    print("| 2 000 categories, 5 000 rows a side | JS, ms | column, ms |\n|---|--:|--:|")
    for name, shares in laws.items():
        x, y = (rng.multinomial(ROWS, share) for share in shares)
        current, reference = (tables.profile({"c": np.repeat(names, side)}) for side in (x, y))
        js = cost(partial(counts.jensen_shannon, x, y))
        column = cost(partial(tables.compare, reference, current))
        print(f"| {name} | {js:.1f} | {column:.1f} |", flush=True)


if __name__ == "__main__":
    main()
