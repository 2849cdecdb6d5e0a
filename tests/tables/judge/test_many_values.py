"""Columns of more values than are listed: measured on all of them, with an error that is right."""

import numpy as np
import pandas as pd
import pytest

from kullback import tables


def named(codes, start="v"):
    return np.char.add(start, codes.astype(str))


def js_bits(p, q):
    """The definition, on true probabilities."""
    m = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(p > 0, p * np.log2(p / m), 0) + np.where(q > 0, q * np.log2(q / m), 0)
    return float(parts.sum() / 2)


def compared(reference, current, **options):
    return tables.compare({"c": reference}, {"c": current}, **options)["c"]


@pytest.mark.slow
@pytest.mark.parametrize("many", [9_000, 12_000])
def test_all_values_replaced_is_one_bit_however_many(many):
    rng = np.random.default_rng(many)
    before, after = (named(rng.integers(0, many, 60_000), start) for start in "uw")
    found = compared(before, after)
    assert found.verdict == "drifted"
    assert found.jensen_shannon.value > 0.98
    assert found.jensen_shannon.unseen == 1.0
    assert "100 % of current rows" in found.reason


def test_values_that_come_once_say_nothing_of_how_alike_two_sides_are():
    before, after = (named(np.arange(20_000), start) for start in "ab")
    found = compared(before, after)
    assert found.verdict == "undecided"
    assert (found.jensen_shannon.interval.low, found.jensen_shannon.interval.high) == (0.0, 1.0)
    assert found.jensen_shannon.unseen == 1.0
    assert "100 % of current rows hold values that the reference never shows" in str(found.notes)
    again = compared(before, before)
    assert again.jensen_shannon.value == 0.0
    assert again.jensen_shannon.unseen == 0.0


@pytest.mark.slow
@pytest.mark.parametrize("slope", [0.0, 0.7])
def test_the_interval_holds_the_divergence_of_all_values(slope):
    """Over draws of rows and of values: each round calls its values by other names."""
    many, rows, held = 20_000, 60_000, 0
    q = 1 / np.arange(1, many + 1) ** slope
    q /= q.sum()
    p = q.copy()
    p[::5] *= 0.25
    p[1::5] *= 1.75
    p /= p.sum()
    true = js_bits(p, q)
    rounds = 12
    for i in range(rounds):
        rng = np.random.default_rng(i)
        before, after = (named(rng.choice(many, rows, p=side), f"{i}-") for side in (q, p))
        sides = (tables.profile({"c": side}) for side in (before, after))
        ends = tables.compare(*sides)["c"].jensen_shannon.interval
        held += ends.low <= true <= ends.high
    assert held >= rounds - 2  # of a binomial with .95, less is a chance of 2 %


@pytest.mark.slow
def test_a_frequent_value_among_very_many_is_seen_and_named():
    rng = np.random.default_rng(1)
    before = named(rng.integers(0, 40_000, 80_000))
    after = named(rng.integers(0, 40_000, 80_000))
    after[rng.random(80_000) < 0.2] = "a new one"
    found = compared(before, after)
    assert found.verdict == "drifted"
    assert "'a new one' is new and holds 20" in found.reason
    p = np.append(np.full(40_000, 0.8 / 40_000), 0.2)
    q = np.append(np.full(40_000, 1 / 40_000), 0.0)
    ends = found.jensen_shannon.interval
    assert ends.low <= js_bits(p, q) <= ends.high


@pytest.mark.parametrize("drift", [0.0, 0.3])
def test_a_saved_profile_says_what_the_table_says(drift, tmp_path):
    rng = np.random.default_rng(5)
    frames = [pd.DataFrame({"c": named(rng.integers(0, 15_000, 50_000))}) for _ in range(2)]
    moved = rng.random(50_000) < drift
    frames[1].loc[moved, "c"] = "other " + frames[1].loc[moved, "c"]
    profiles = [tables.profile(frame) for frame in frames]
    for i in (0, 1):
        profiles[i].save(tmp_path / f"{i}.json")
    live = tables.compare(*frames)["c"]
    assert (live.verdict == "drifted") == (drift > 0)
    for reference, current in (
        (tmp_path / "0.json", frames[1]),
        (frames[0], tmp_path / "1.json"),
        (tmp_path / "0.json", tmp_path / "1.json"),
    ):
        found = tables.compare(reference, current)["c"]
        assert found.verdict == live.verdict
        assert found.jensen_shannon.interval == live.jensen_shannon.interval
        assert found.p_value == live.p_value


def test_how_many_are_named_changes_no_number():
    rng = np.random.default_rng(6)
    before, after = (named(rng.integers(0, 3_000, 20_000) ** 2 // 3_000) for _ in range(2))
    values = [
        float(compared(before, after, max_outcomes=most).jensen_shannon.value)
        for most in (5, 200, 10_000)
    ]
    assert values[0] == values[1] == pytest.approx(values[2], abs=1e-12)
