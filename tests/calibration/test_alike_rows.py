"""Rows whose neighbours are alike: alarms, coverage and verdicts of a column of an autoregression.

`benchmarks/alike_rows.py` has more of it; tolerances are binomial.
"""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.signal import lfilter
from scipy.stats import norm

from kullback import tables

pytestmark = pytest.mark.slow

PAIRS = 25


def walk(rng, near, rows):
    noise = rng.normal(size=rows) * np.sqrt(1 - near * near)
    return lfilter([1], [1, -near], noise, zi=[near * rng.normal()])[0]


def divergence(shift):
    def part(x):
        p, q = norm.pdf(x), norm.pdf(x - shift)
        return (p * np.log2(2 * p / (p + q)) + q * np.log2(2 * q / (p + q))) / 2

    return quad(part, -8, 9)[0]


@pytest.mark.parametrize(("near", "shift"), [(0.9, 0.0), (0.97, 0.0), (0.9, 0.3), (0.5, 0.3)])
def test_autoregressions_of_two_thousand_rows(near, shift):
    rng, truth = np.random.default_rng(3), divergence(shift)
    low = covered = wrong = 0
    for _ in range(PAIRS):
        sides = {"c": walk(rng, near, 2_000)}, {"c": walk(rng, near, 2_000) + shift}
        found = tables.compare(*sides, joint=False)["c"]
        low += found.p_value <= 0.05
        covered += found.jensen_shannon.interval.low <= truth <= found.jensen_shannon.interval.high
        wrong += found.verdict == ("same" if truth > 0.01 else "drifted")
    # More than 5 of 25 at 5 % come by chance once in 800, fewer than 21 at 95 % likewise.
    assert covered >= 21
    assert wrong <= 1
    assert shift > 0 or low <= 5
    assert shift == 0 or near > 0.5 or low >= 20


@pytest.mark.parametrize("near", [0.97, 0.99])
def test_rows_that_are_worth_a_few_draws_show_no_drift(near):
    """Autoregressions of 500 rows, which are worth 8 and 2.5 independent ones."""
    rng = np.random.default_rng(7)
    verdicts = [
        tables.compare(*({"c": walk(rng, near, 500)} for _ in range(2)), joint=False)["c"].verdict
        for _ in range(15)
    ]
    assert verdicts.count("drifted") == 0  # of 200 none was; three at 5 % come once in 30
