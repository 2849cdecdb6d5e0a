"""|value − truth| ≤ error on random draws of parameters from 1e-300 to 1e300, by mpmath.

`KULLBACK_DRAWS=20000 python -m pytest -m slow tests/distributions/measures/test_error_bounds.py`
is the nightly run.
"""

import math
import os

import mpmath as mp
import numpy as np
import pytest
from log_partitions import FAMILIES, MEASURES, M, digits, pair

from kullback.errors import InputError

DRAWS = int(os.environ.get("KULLBACK_DRAWS", "2000"))
ORDERS = (0.1, 0.5, 0.9, 0.999, 1.001, 2.0, 3.0, 20.0)
LARGEST = M(np.finfo(float).max)
SIGNED = {"entropy", "cross_entropy"}


def fault(result, truth, name):
    """What is wrong with a result, else ""."""
    value, error = result.value, result.error
    if math.isnan(value) or (value < 0 and name not in SIGNED):
        return "no divergence"
    if math.isinf(value):
        return "" if abs(truth) > LARGEST and result.reason else "infinite"
    if abs(truth) > LARGEST:
        return "finite"
    return "" if abs(M(value) - truth) <= M(error) else f"off by {mp.nstr(M(value) - truth, 3)}"


def drawn(rng):
    """A family, parameters of P and Q that it takes, a measure and an order."""
    while True:
        family = list(FAMILIES)[int(rng.integers(len(FAMILIES)))]
        measure = list(MEASURES)[int(rng.integers(len(MEASURES)))]
        order = float(rng.choice(ORDERS))
        known = FAMILIES[family].carrier is not None or measure not in SIGNED
        sides = pair(FAMILIES[family], rng)
        try:
            laws = [FAMILIES[family].make(*side) for side in sides]
        except InputError:  # a share that rounds to 1, a rate that overflows
            continue
        if known:
            return family, measure, order, sides, laws


def faults(draws, seed):
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        name, measure, order, sides, (p, q) = drawn(rng)
        family, (ours, theirs) = FAMILIES[name], MEASURES[measure]
        with mp.workdps(digits(family, *sides)):
            truth = theirs(family, *(family.theta(side) for side in sides), M(order))
            result = ours(p, q, order)
            wrong = fault(result, truth, measure)
        if wrong:
            found.append(f"{measure} {order} of {p}, {q}: {result!r}, {wrong}")
    return found


def test_errors_are_bounds():
    assert faults(20, 1) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_errors_are_bounds_on_thousands_of_draws(part):
    assert faults(DRAWS // 4, 10 + part) == []
