"""Evidence that adds up: means of at most 1, and stretches that join."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from kullback.statistics.e_detector import LADDER, Winnings, log_e_values, log_mean


@pytest.mark.parametrize("rows", [1, 7, 60])
@pytest.mark.parametrize("limits", [(0.0, 0.03), (0.2, 0.5), (0.9, 1.0), (0.4, 0.4)])
@pytest.mark.parametrize("design", [1.0, 3.0])
def test_no_bet_wins_on_average_while_nothing_has_changed(rows, limits, design):
    """By enumeration of the binomial law, for shares anywhere within the limits."""
    low, high = limits
    k = np.arange(rows + 1.0)
    ones = np.ones(len(k))
    e = np.exp(log_e_values(k, rows * ones, low * ones, high * ones, design * ones))
    for share in np.linspace(low, high, 9):
        means = np.tensordot(binom.pmf(k, rows, share), e, axes=1)
        assert means.max() <= 1 + 1e-12


def test_the_better_bet_wins_outside_the_limits():
    k = np.array([30.0, 70.0])
    half = np.array([0.5, 0.5])
    bets = log_e_values(k, np.full(2, 100.0), half, half, np.ones(2))
    assert bets.shape == (2, 2, len(LADDER))
    assert bets[0, 1].max() > 7 > bets[0, 0].max()  # fewer: below wins, above loses
    assert bets[1, 0].max() > 7 > bets[1, 1].max()
    assert max(bets[0, 0].max(), bets[1, 1].max()) < 0


def brute(e):
    """The three sums from their definitions, over all stretches that end now."""
    ends = [np.prod(e[i:]) for i in range(len(e))]
    return np.prod(e), sum(ends), max(ends)


def won(e, k=1.0):
    return Winnings.of(np.full((1, 2, len(LADDER)), np.log(e)), np.array([k]), np.array([10.0]))


# A factor of exactly 1 is a window on which nothing could be bet: it begins no stretch.
NUMBERS = st.lists(st.floats(0.05, 20).filter(lambda e: e != 1), min_size=1, max_size=8)


@given(e=NUMBERS, cuts=st.sets(st.integers(1, 7)))
def test_stretches_join_however_they_are_cut(e, cuts):
    places = [0, *sorted(cut for cut in cuts if cut < len(e)), len(e)]
    whole = Winnings.none(1)
    for first, last in itertools.pairwise(places):
        part = Winnings.none(1)
        for i in range(first, last):
            part = part.then(won(e[i], k=float(i)))
        whole = whole.then(part)
    product, detector, growth = brute(e)
    parts = (whole.product, whole.detector, whole.growth)
    assert [np.exp(part[0, 0, 0]) for part in parts] == pytest.approx(
        [product, detector, growth], rel=1e-9
    )
    start = int(whole.start[0, 1, 3])
    assert np.prod(e[start:]) == pytest.approx(growth, rel=1e-9)
    assert whole.since[:, 0, 1, 3].tolist() == [sum(range(start, len(e))), 10 * (len(e) - start)]
    assert whole.counted.ravel().tolist() == [sum(range(len(e))), 10 * len(e)]
    assert whole.windows == len(e)


def test_a_window_without_a_look_changes_nothing_but_the_count():
    later = won(3.0).then(Winnings.none(1, windows=1)).then(won(3.0))
    assert np.exp(later.product).max() == pytest.approx(9)
    assert (later.windows, later.start.max()) == (3, 0)


def test_the_mean_of_logs_does_not_overflow():
    logs = np.array([1000.0, 1000.0 - np.log(3.0), -np.inf])
    assert log_mean(logs) == pytest.approx(1000 + np.log(4 / 9))
    assert log_mean(logs[:0]) == -np.inf
