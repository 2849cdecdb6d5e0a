"""Sensitivity: the same numbers as compare for its own choice, and what the others give."""

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.errors import InputError


def frame(seed, n=4_000, shift=0.0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"x": rng.normal(size=n) + shift, "s": rng.choice(list("abc"), n)})


def test_the_usual_choice_is_that_of_compare():
    reference, current = frame(0), frame(1, shift=0.5)
    known = tables.compare(reference, current, columns=["x"])["x"]
    found = tables.sensitivity(reference, current, "x")
    assert {choice.bins for choice in found} == {10, 20, 40, 80}
    (usual,) = [c for c in found if (c.bins, c.smoothing) == (20, "none")]
    assert (usual.kl, usual.jensen_shannon) == (known.kl.value, known.jensen_shannon.value)
    assert (usual.p_value, usual.verdict) == (known.p_value, known.verdict)
    assert found.stable
    assert len(found) == len(found.to_frame()) == 4 * 4


def test_bins_that_hide_a_drift():
    """A comb within the bins of ten: only finer bins see it."""
    rng = np.random.default_rng(0)
    reference = pd.DataFrame({"x": rng.random(40_000)})
    values = rng.random(60_000)
    current = pd.DataFrame({"x": values[np.floor(values * 160) % 2 == 0]})
    found = tables.sensitivity(reference, current, "x", bins=(10, 320), smoothing=())
    assert [choice.verdict for choice in found] == ["same", "drifted"]
    assert not found.stable
    assert "not the same" in str(found)


def test_smoothing_moves_kl_where_an_outcome_is_new():
    """By hand: Σ (x+α)/(n+Kα) ln of the ratio, in bits."""
    reference = pd.DataFrame({"s": ["a"] * 600 + ["b"] * 400})
    current = pd.DataFrame({"s": ["a"] * 600 + ["b"] * 300 + ["new"] * 100})
    found = tables.sensitivity(reference, current, "s", smoothing=(0.001, 0.5))
    assert [choice.bins for choice in found] == [None] * 3
    for choice, amount in zip(found.choices[1:], (0.001, 0.5), strict=True):
        p = (np.array([600, 300, 100]) + amount) / (1_000 + 3 * amount)
        q = (np.array([600, 400, 0]) + amount) / (1_000 + 3 * amount)
        assert choice.kl == pytest.approx(np.sum(p * np.log2(p / q)))
    assert found.choices[1].kl > 1.5 * found.choices[2].kl


@pytest.mark.parametrize(
    ("column", "options", "said"),
    [
        ("nope", {}, "'nope'"),
        ("x", {"bins": (1,)}, "bins=1"),
        ("x", {"smoothing": (0.0,)}, "smoothing=0.0"),
        ("one", {}, "constant"),
    ],
)
def test_what_cannot_be_asked_is_refused(column, options, said):
    with pytest.raises(InputError, match=said):
        tables.sensitivity(frame(0).assign(one=1), frame(1).assign(one=1), column, **options)


def test_a_profile_has_its_own_bins():
    found = tables.sensitivity(tables.profile(frame(0)), frame(1), "x", smoothing=())
    assert [choice.bins for choice in found] == [20]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"bins": 5}, "bins=5 cannot be used; expected a list"),
        ({"bins": []}, "bins is empty"),
        ({"smoothing": 0.5}, "expected a list"),
        ({"smoothing": ["a"]}, "smoothing='a'"),
        ({"smoothing": [float("inf")]}, "smoothing=inf"),
    ],
)
def test_choices_that_cannot_be_made_are_refused(options, said):
    frame = pd.DataFrame({"x": np.arange(100)})
    with pytest.raises(InputError, match=said):
        tables.sensitivity(frame, frame, "x", **options)
