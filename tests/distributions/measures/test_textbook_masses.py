"""|value − truth| ≤ error for laws on lattices, against masses summed by mpmath.

`KULLBACK_DRAWS=20000` makes the nightly run.
"""

import os

import mpmath as mp
import numpy as np
import pytest
from judged import judged
from textbook import TooLong
from textbook_masses import REGIMES, pair, truths

PAIRS = int(os.environ.get("KULLBACK_DRAWS", "2000")) // 20


def faults(pairs, seed):
    """The faults, and how many pairs the oracle could judge."""
    rng = np.random.default_rng(seed)
    found, known = [], 0
    for _ in range(pairs):
        regime = str(rng.choice(list(REGIMES)))
        with mp.workdps(REGIMES[regime]):
            try:
                (p, textbook_p), (q, textbook_q) = pair(rng, regime)
                truth = truths(textbook_p, textbook_q)
            except TooLong:
                continue
            known += 1
            found += judged(p, q, truth)
    return found, known


def test_errors_are_bounds():
    assert faults(3, 1)[0] == []


@pytest.mark.slow
def test_errors_are_bounds_on_many_draws():
    found, known = faults(PAIRS, 200)
    assert found == []
    assert known > 0.8 * PAIRS
