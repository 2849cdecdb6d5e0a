"""Reliability diagrams: bins, ties, intervals."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kullback import classifiers
from kullback.errors import InputError


@settings(max_examples=60, deadline=None)
@given(
    f=st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), min_size=2, max_size=60),
    bins=st.integers(1, 12),
    seed=st.integers(0, 2**32),
)
def test_every_row_is_in_one_bin_and_ties_lie_together(f, bins, seed):
    y = np.random.default_rng(seed).integers(0, 2, len(f))
    found = classifiers.reliability(y, f, bins=bins, classes=[0, 1])
    assert sum(b.n for b in found.bins) == len(f)
    assert len(found.bins) <= bins
    for before, after in pairwise(found.bins):
        assert before.high < after.low
    for b in found.bins:
        inside = [(v, w) for v, w in zip(f, y, strict=True) if b.low <= v <= b.high]
        assert b.n == len(inside)
        assert b.predicted == pytest.approx(np.mean([v for v, _ in inside]))
        assert b.observed == pytest.approx(np.mean([w for _, w in inside]))
        assert 0 <= b.observed_low <= b.observed <= b.observed_high <= 1


def test_wilson_intervals_against_statsmodels():
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    y = np.r_[np.ones(7), np.zeros(13)].astype(int)
    (found,) = classifiers.reliability(y, np.full(20, 0.4)).bins
    low, high = proportion.proportion_confint(7, 20, method="wilson")
    assert (found.observed_low, found.observed_high) == pytest.approx((low, high), rel=1e-12)


def test_the_class_to_look_at():
    labels, f = (
        [0, 1, 2, 2],
        np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.5, 0.4], [0, 0, 1]]),
    )
    top = classifiers.reliability(labels, f, bins=1)
    assert top.of == "the most probable class"
    assert top.bins[0].observed == 0.75
    two = classifiers.reliability(labels, f, of=2, bins=1)
    assert two.bins[0].predicted == pytest.approx(0.4)
    with pytest.raises(InputError, match="none of the classes"):
        classifiers.reliability(labels, f, of=7)
    with pytest.raises(InputError, match="bins=0"):
        classifiers.reliability(labels, f, bins=0)


@pytest.mark.slow
def test_intervals_of_calibrated_predictions_hold_the_truth():
    """Predictions that are the truth: about 95 % of the bins agree."""
    rng = np.random.default_rng(0)
    agreed = total = 0
    for _ in range(400):
        f = rng.random(500)
        found = classifiers.reliability((rng.random(500) < f).astype(int), f)
        agreed += sum(b.agrees for b in found.bins)
        total += len(found.bins)
    # The bins' rows differ in their chances, which makes the intervals a little too wide.
    assert 0.94 <= agreed / total <= 0.985


def test_it_is_told_in_one_line():
    told = repr(classifiers.score([0, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]]).reliability)
    assert told.startswith("<Reliability of 1: 3 bins of 3 samples, expected calibration error ")
    assert "\n" not in told
