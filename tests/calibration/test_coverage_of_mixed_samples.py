"""Coverage of `samples.kl` for columns of several kinds, and of their entropy in the end."""

import math

import numpy as np
import pytest
from scipy import stats

from kullback import samples

pytestmark = pytest.mark.slow

RUNS = 15


def wider(s):
    """KL(N(0, 1)‖N(0, s))."""
    return math.log(s) + 1 / (2 * s * s) - 0.5


COIN = 0.5 * math.log(0.5 / 0.7) + 0.5 * math.log(0.5 / 0.3)
CASES = {
    "rounded": (
        lambda r, n: np.c_[r.normal(0, 1, n).round(1), r.normal(0, 1, n)],
        lambda r, n: np.c_[r.normal(0, 1.5, n).round(1), r.normal(0, 1.5, n)],
        2 * wider(1.5),
    ),
    "0 and 1": (
        lambda r, n: np.c_[r.random(n) < 0.5, r.normal(0, 1, n)].astype(float),
        lambda r, n: np.c_[r.random(n) < 0.7, r.normal(0, 1.5, n)].astype(float),
        COIN + wider(1.5),
    ),
    "a count": (
        lambda r, n: np.c_[r.poisson(5, n), r.normal(0, 1, n)].astype(float),
        lambda r, n: np.c_[r.poisson(7, n), r.normal(0.5, 1, n)].astype(float),
        5 * math.log(5 / 7) + 2 + 0.125,
    ),
    "0 and 1 beside four": (
        lambda r, n: np.c_[r.random(n) < 0.5, r.normal(0, 1, (n, 4))].astype(float),
        lambda r, n: np.c_[r.random(n) < 0.7, r.normal(0.3, 1, (n, 4))].astype(float),
        COIN + 4 * 0.045,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_coverage(case):
    of_p, of_q, truth = CASES[case]
    held = 0
    for run in range(RUNS):
        rng = np.random.default_rng([run, 500])
        held += truth in samples.kl(of_p(rng, 500), of_q(rng, 500)).interval
    assert held >= stats.binom.ppf(0.001, RUNS, 0.90)
