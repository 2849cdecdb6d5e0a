"""What is said of rows whose neighbours are alike: no drift, and a shift of known size.

Two autoregressions of normal values with the correlation of neighbours given, of one law or the
second shifted by so many standard deviations: how often p ≤ .05, how often the 95 % interval of the
JS divergence holds the truth, how often the verdict is wrong ("drifted" at or below the tolerance
of .01 bits, "same" above it), and the mean estimate. `python -m benchmarks.alike_rows 20` takes 20
pairs a row in place of 60.
"""

import sys

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.signal import lfilter
from scipy.stats import norm

from kullback import tables

PAIRS = 60
TOLERANCE = 0.01
CASES = (
    *((near, rows, 0.0) for near in (0.0, 0.5, 0.9, 0.99) for rows in (500, 2_000, 10_000)),
    (0.9, 50_000, 0.0),
    (0.99, 50_000, 0.0),
    *((near, rows, 0.3) for near, rows in ((0.5, 2_000), (0.9, 2_000), (0.9, 10_000))),
    *((near, rows, 0.6) for near, rows in ((0.5, 2_000), (0.9, 2_000), (0.9, 10_000))),
)


def walk(rng: np.random.Generator, near: float, rows: int) -> NDArray[np.float64]:
    """Normal values, each alike the one before."""
    noise = rng.normal(size=rows) * np.sqrt(1 - near * near)
    return np.asarray(lfilter([1], [1, -near], noise, zi=[near * rng.normal()])[0])


def divergence(shift: float) -> float:
    """JS of two normals in bits."""

    def part(x: float) -> float:
        p, q = norm.pdf(x), norm.pdf(x - shift)
        return float((p * np.log2(2 * p / (p + q)) + q * np.log2(2 * q / (p + q))) / 2)

    return float(quad(part, -8, 9)[0])


def row(near: float, rows: int, shift: float, pairs: int) -> str:
    """One row of the table."""
    rng, truth = np.random.default_rng(7), divergence(shift)
    low, covered, wrong, values = 0, 0, 0, []
    for _ in range(pairs):
        before, now = walk(rng, near, rows), walk(rng, near, rows) + shift
        found = tables.compare({"c": before}, {"c": now}, joint=False)["c"]
        assert isinstance(found, tables.ColumnComparison)
        interval = found.jensen_shannon.interval
        assert interval is not None
        low += found.p_value <= 0.05
        covered += interval.low - 1e-12 <= truth <= interval.high
        wrong += found.verdict == ("same" if truth > TOLERANCE else "drifted")
        values.append(float(found.jensen_shannon))
    shares = " | ".join(f"{count / pairs:.2f}" for count in (low, covered, wrong))
    return f"| {near} | {rows:,} | {shift} | {truth:.4f} | {shares} | {np.mean(values):.4f} |"


def main() -> None:
    """Print the table."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else PAIRS
    print(
        "| neighbours correlate | rows | shift in sd | true JS | p ≤ .05 | covers | wrong | mean |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for near, rows, shift in CASES:
        fewer = pairs if rows < 50_000 else max(1, pairs // 3)
        print(row(near, rows, shift, fewer), flush=True)


if __name__ == "__main__":
    main()
