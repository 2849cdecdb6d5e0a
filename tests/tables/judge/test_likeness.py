"""Rows that are alike: what the verdict of a column makes of them."""

import numpy as np
import pytest
from scipy.signal import lfilter

from kullback import tables


def walk(rng, near, rows):
    noise = rng.normal(size=rows) * np.sqrt(1 - near * near)
    return lfilter([1], [1, -near], noise, zi=[near * rng.normal()])[0]


def column(before, now):
    return tables.compare({"c": before}, {"c": now}, joint=False)["c"]


@pytest.mark.parametrize(("rows", "turn"), [(1_000, 90), (900, 90), (3_000, 365), (500, 30)])
def test_a_cycle_that_comes_round_is_no_likeness(rows, turn):
    """All values are replaced: each turn says the same, so that it is sure."""
    cycle = np.arange(rows) % turn
    assert column(cycle, cycle + turn).verdict == "drifted"
    assert column(cycle, cycle * 2 + 1_000).verdict == "drifted"
    assert column(cycle, cycle).verdict in {"same", "undecided"}


def test_a_comb_against_its_gaps_is_seen_among_neighbours_that_are_alike():
    rng = np.random.default_rng(3)
    slow = np.round(walk(rng, 0.9, 20_000) * 60).astype(int) * 2
    found = column(slow, slow + 1)
    assert found.verdict == "drifted"
    assert found.p_value < 1e-10


def test_the_sentence_says_what_is_open():
    rng = np.random.default_rng(4)
    found = column(walk(rng, 0.98, 2_000), walk(rng, 0.98, 2_000) + 0.3)
    assert found.verdict == "undecided"
    assert "rows near each other are" in found.reason
    low, high = found.jensen_shannon.interval
    assert low <= found.jensen_shannon.value <= high
    (note,) = (note for note in found.notes if note.code == "autocorrelated")
    assert "say no more than one independent row" in note.text
    assert "order=" in note.text
