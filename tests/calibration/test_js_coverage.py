"""Intervals of JS from counts: they cover at P = Q and away from it, where outcomes are rare too.

The truth is computed from the shares. 100 pairs a row: a share of .95 has the binomial standard
error .022, so that a row below .88 is a change of the code; `benchmarks/verdicts.py` runs more.
"""

import numpy as np
import pytest
from scipy.special import rel_entr

from kullback import counts

pytestmark = pytest.mark.slow

PAIRS = 100


def zipf(categories, exponent):
    share = np.arange(1, categories + 1.0) ** -exponent
    return share / share.sum()


def with_new(share, outcomes=290):
    """Ten outcomes, and P alone has so many more that hold this share together."""
    p = np.r_[np.full(10, (1 - share) / 10), np.full(outcomes, share / outcomes)]
    return p, np.r_[np.full(10, 0.1), np.zeros(outcomes)]


def jittered(size, spread):
    p = zipf(size, 1.1)
    q = p * np.exp(spread * np.random.default_rng(1).standard_normal(size))
    return p, q / q.sum()


def halved(size):
    return np.full(size, 1 / size), np.r_[np.full(size // 2, 2 / size), np.zeros(size // 2)]


FLAT = np.full(200, 1 / 200)
CASES = {
    "flat 200, no drift": (FLAT, FLAT, 1000, 1000),
    "zipf 2000, no drift": (zipf(2000, 1.1), zipf(2000, 1.1), 5000, 5000),
    "zipf 300, no drift, 10 : 1": (zipf(300, 1.2), zipf(300, 1.2), 6000, 600),
    "binary": ((0.45, 0.55), (0.5, 0.5), 2000, 2000),
    "1 % new": (*with_new(0.01), 3000, 3000),
    "2.5 % new": (*with_new(0.025), 2000, 2000),
    "4 % new, 1 : 5": (*with_new(0.04), 1000, 5000),
    "2.5 % new, many rows": (*with_new(0.025), 20_000, 20_000),
    "zipf 300": (zipf(300, 1.2), zipf(300, 1.0), 3000, 3000),
    "zipf 300, 10 : 1": (zipf(300, 1.2), zipf(300, 1.0), 6000, 600),
    "shared rare": (*jittered(2000, 0.5), 5000, 5000),
    "half gone": (*halved(2000), 4000, 4000),
}


def divergence(p, q):
    p, q = np.asarray(p), np.asarray(q)
    middle = (p + q) / 2
    return float((rel_entr(p, middle) + rel_entr(q, middle)).sum() / 2 / np.log(2))


@pytest.mark.parametrize("case", CASES)
def test_interval_covers_and_the_verdict_is_not_wrong(case):
    p, q, n, m = CASES[case]
    truth = divergence(p, q)
    rng = np.random.default_rng(3)
    pairs = ((rng.multinomial(n, p), rng.multinomial(m, q)) for _ in range(PAIRS))
    ends = [tuple(counts.jensen_shannon(*pair, unit="bits").interval) for pair in pairs]
    low, high = np.transpose(ends)
    assert np.mean((low <= truth) & (truth <= high)) >= 0.88
    # "same" where the truth is above a tolerance just below it, and "drifted" where it is not.
    assert np.mean(high < truth / 1.25) <= 0.01
    assert np.mean(low > truth * 1.25 + 1e-3) <= 0.03
