"""Rows that are alike: what slow waves say, against the variance that simulation shows."""

import numpy as np
import pytest
from scipy.signal import lfilter

from kullback.counts.tests import long_run
from kullback.tables.judge.worth import likeness_of


def walk(rng, near, rows):
    """Normal values, each alike the one before: an autoregression of correlation `near`."""
    noise = rng.normal(size=rows) * np.sqrt(1 - near * near)
    return lfilter([1], [1, -near], noise, zi=[near * rng.normal()])[0]


def table(values, edges, stretches=50):
    place = np.minimum(np.arange(len(values)) * stretches // len(values), stretches - 1)
    found = np.zeros((stretches, len(edges) + 1))
    np.add.at(found, (place, np.searchsorted(edges, values)), 1)
    return found


EDGES = [-1.28, -0.84, -0.52, -0.25, 0, 0.25, 0.52, 0.84, 1.28]


def test_the_inflation_is_that_of_the_spread_of_a_share():
    """The variance of the share below 0 over many samples, beside that of independent rows."""
    rng = np.random.default_rng(0)
    halves = np.array([table(walk(rng, 0.9, 2_000), [0.0]) for _ in range(300)])
    shares = halves.sum(axis=1)[:, 0] / 2_000
    true = shares.var() / (0.25 / 2_000)
    found = np.mean([long_run.inflation(half, long_run.worth_of(half))[0] for half in halves])
    assert 10 < true < 16  # 1 + 2 Σ asin(.9^k) / asin(1) is 13.5
    assert found == pytest.approx(true, rel=0.2)


@pytest.mark.parametrize("near", [0.0, 0.7, 0.95])
def test_p_values_hold_their_level(near):
    rng = np.random.default_rng(1)
    low = 0
    for _ in range(200):
        x, y = (table(walk(rng, near, 2_000), EDGES) for _ in range(2))
        low += long_run.p_value(x, y, range(10)) <= 0.05
    assert low / 200 <= 0.05 + 3.3 * np.sqrt(0.05 * 0.95 / 200)


def test_parts_of_rows_that_vary_from_day_to_day():
    """A day among days that differ: its own rows say nothing of it, those of other days do."""
    rng = np.random.default_rng(2)
    low = 0
    for _ in range(100):
        days = rng.normal(size=40) * 0.5
        usual = table(np.repeat(days, 100) + rng.normal(size=4_000), EDGES)
        day = table(rng.normal() * 0.5 + rng.normal(size=100), EDGES, 20)
        found = likeness_of(day, usual, range(10), usual)
        assert found.reference.alike
        low += found.p_value <= 0.05
    assert low <= 12  # 5 expected, more by chance once in 1 000


@pytest.mark.parametrize(("near", "rows"), [(0.9, 500), (0.97, 500), (0.99, 2_000)])
def test_rows_are_worth_as_many_draws_as_their_autoregression(near, rows):
    """n (1 - r) / (1 + r), by the ranks of ten bins: the median of 60 samples."""
    rng, ranks = np.random.default_rng(2), np.arange(10.0)
    found = [long_run.worth_of(table(walk(rng, near, rows), EDGES), ranks) for _ in range(60)]
    true = rows * (1 - near) / (1 + near)
    assert 0.6 * true < np.median(found) < 1.6 * true


def test_a_cycle_that_comes_round_is_worth_many_draws():
    cycle = np.sin(np.arange(2_000) * 2 * np.pi * 15 / 2_000)
    assert long_run.worth_of(table(cycle, EDGES), np.arange(10.0)) > 100


def test_rows_of_one_law_and_few_draws_are_not_sure():
    rng = np.random.default_rng(4)
    sides = [(walk(rng, 0.99, 500), walk(rng, 0.99, 500)) for _ in range(100)]
    low = [long_run.p_value(table(x, EDGES), table(y, EDGES), range(10)) for x, y in sides]
    assert np.mean(np.array(low) <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 100)
