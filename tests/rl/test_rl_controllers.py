"""Controllers: published sequences, checkpoints, and what must not happen."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kullback import rl
from kullback.errors import FormatError, InputError

STATES = [
    rl.FixedController(0.1),
    rl.AdaptiveController(0.2, 6.0, 10_000),
    rl.TargetController(0.2, 0.01),
    rl.TargetStop(0.01),
]


def test_ziegler():
    """Start 0.2, target 6, horizon 10000, 256 observations at KL 12, then 6, then 3."""
    state = rl.AdaptiveController(0.2, 6, 10_000)
    values = []
    for kl in (12.0, 6.0, 3.0):
        state = state.update(kl, 256)
        values.append(state.value)
    assert values == pytest.approx([0.201024, 0.201024, 0.19999475712], rel=1e-12)


def test_rllib():
    """Above twice the target × 1.5, below half × 0.5, between them nothing."""
    state = rl.TargetController(0.2, 0.01)
    factors = {0.0201: 1.5, 0.02: 1, 0.01: 1, 0.005: 1, 0.0049: 0.5, -0.1: 0.5, math.inf: 1.5}
    for kl, factor in factors.items():
        assert state.update(kl).value == pytest.approx(0.2 * factor)
    paper = rl.TargetController(1.0, 0.01, factor=2, slack=1.5)
    assert [paper.update(kl).value for kl in (0.016, 0.014, 0.006)] == [2.0, 1.0, 0.5]


def test_target_stop():
    """Stable-Baselines3 stops an update above 1.5 times its target."""
    state = rl.TargetStop(0.01)
    assert not state.update(0.015).stopped
    stopped = state.update(0.0151)
    assert stopped.stopped
    assert stopped.update(0.0).stopped
    assert not stopped.reset().stopped


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_a_checkpoint_in_the_middle_changes_nothing(state):
    course = [0.001, 0.03, 12.0, 0.0, -0.2, 7.0] * 5
    straight = broken = state
    for kl in course:
        straight = straight.update(kl, 64)
        saved = json.dumps(broken.update(kl, 64).to_dict())
        broken = type(state).from_dict(json.loads(saved))
    assert broken == straight
    assert type(state).from_dict(state.to_dict()) == state


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_update_is_pure(state):
    before = state.to_dict()
    state.update(5.0, 100)
    assert state.to_dict() == before
    with pytest.raises((AttributeError, TypeError)):
        state.target = 3.0


def test_an_estimate_goes_in():
    found = rl.kl([0.7, 0.9], [0.1, 0.2])
    state = rl.TargetController(0.2, 0.01)
    assert state.update(found) == state.update(float(found))


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_wrong_states_are_refused(state):
    cls = type(state)
    good = state.to_dict()
    for bad in ({**good, "kind": "other"}, {**good, "version": 2}, {**good, "more": 1}, {}):
        with pytest.raises(FormatError, match="the state"):
            cls.from_dict(bad)
    with pytest.raises(InputError, match="NaN"):
        state.update(math.nan, 1)
    with pytest.raises(InputError, match="number of observations"):
        state.update(0.1, -1)


def test_the_coefficient_never_turns_the_sign():
    """With n above horizon/clip the formula of Ziegler et al. would reward KL."""
    state = rl.AdaptiveController(0.2, 6, 100)
    with pytest.raises(InputError, match="KL rewarded"):
        state.update(0.0, 600)
    for bad in ({"target": 0.0}, {"horizon": -1.0}, {"value": math.nan}, {"value": -0.1}):
        with pytest.raises(InputError):
            rl.AdaptiveController(**{"value": 0.2, "target": 6.0, "horizon": 100.0, **bad})
    with pytest.raises(InputError, match="factor=1"):
        rl.TargetController(0.2, 0.01, factor=1.0)


@given(st.lists(st.floats(-1, 100), max_size=30), st.integers(0, 400))
def test_it_moves_towards_the_target(kls, n):
    state = rl.AdaptiveController(0.2, 6.0, 1000)
    for kl in kls:
        new = state.update(kl, n)
        assert new.value > 0
        assert (new.value - state.value) * (kl - 6.0) >= 0
        state = new
