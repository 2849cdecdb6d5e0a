"""The population stability index: its chance level, its p-value and its interval, by simulation."""

import numpy as np
import pytest

from kullback import counts


def test_its_mean_without_change_is_the_chance_level_that_it_says():
    rng = np.random.default_rng(0)
    share = np.full(20, 1 / 20)
    found = []
    for _ in range(300):
        x, y = rng.multinomial(400, share), rng.multinomial(400, share)
        p, q = x / 400, y / 400
        found.append(((p - q) * np.log(p / q)).sum())
    level = counts.psi(x, y).null_bias
    assert level == pytest.approx(19 * 2 / 400)
    assert np.mean(found) == pytest.approx(level, rel=0.1)
    assert np.mean(np.array(found) > 0.1) > 0.3  # "a moderate shift", by the rule of thumb


def test_its_interval_covers_and_its_p_value_holds_its_level():
    rng = np.random.default_rng(1)
    p, q = np.array([0.3, 0.3, 0.2, 0.1, 0.1]), np.array([0.25, 0.25, 0.2, 0.15, 0.15])
    truth = float(((p - q) * np.log(p / q)).sum())
    covered = alarms = 0
    for _ in range(200):
        estimate = counts.psi(rng.multinomial(800, p), rng.multinomial(600, q))
        covered += truth in estimate.interval
        assert estimate.value in estimate.interval
        alarms += counts.psi(rng.multinomial(800, p), rng.multinomial(600, p)).p_value <= 0.05
    assert 0.9 <= covered / 200 <= 0.99
    assert alarms <= 20


def test_an_outcome_on_one_side_alone_is_infinite_and_named():
    estimate = counts.psi({"a": 5, "b": 5}, {"a": 6, "c": 4})
    assert estimate.value == np.inf
    assert "'b', 'c'" in str(next(note for note in estimate.notes if note.code == "infinite"))
