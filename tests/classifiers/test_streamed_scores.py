"""Scores from batches equal scores from all samples at once."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kullback import classifiers
from kullback.classifiers import Accumulator
from kullback.errors import InputError


def sample(seed, rows=200, classes=2):
    rng = np.random.default_rng(seed)
    f = rng.dirichlet(np.ones(classes), rows)
    return np.array([rng.choice(classes, p=p) for p in f]), f, rng


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), classes=st.sampled_from([2, 4]), cuts=st.integers(1, 5))
def test_batches_in_any_order(seed, classes, cuts):
    labels, f, rng = sample(seed, 200, classes)
    weights = rng.random(200)
    groups = np.array([f"g{k}" for k in rng.integers(0, 30, 200)])
    whole = classifiers.score(labels, f, weights=weights, cluster=groups, classes=range(classes))
    empty = Accumulator(classes=tuple(range(classes)))
    parts = [
        empty.update(labels[rows], f[rows], weights=weights[rows], cluster=groups[rows])
        for rows in np.array_split(rng.permutation(200), cuts)
    ]
    merged = empty
    for part in reversed(parts):
        merged = part.merge(merged)
    score = merged.score()
    for name in ("cross_entropy", "entropy", "kl", "uncertainty", "standard_error"):
        assert float(getattr(score, name)) == pytest.approx(
            float(getattr(whole, name)), rel=1e-9, abs=1e-12
        )
    assert score.skill == pytest.approx(whole.skill, rel=1e-9)
    assert (score.n, score.groups) == (whole.n, whole.groups)
    # Cells of .02 in log-odds hold almost every row on its own.
    for mine, theirs in zip(score.per_class, whole.per_class, strict=True):
        assert float(mine.cross_entropy) == pytest.approx(float(theirs.cross_entropy))
        assert float(mine.miscalibration) == pytest.approx(float(theirs.miscalibration), abs=0.02)
    if classes == 2:
        assert float(score.miscalibration) == pytest.approx(float(whole.miscalibration), abs=0.02)
        assert sum(b.n for b in score.reliability.bins) == 200


def test_independent_rows_and_soft_labels():
    _, f, rng = sample(3, 120, 3)
    y = rng.dirichlet([1, 1, 1], 120)
    whole = classifiers.score(y, f, soft=True)
    state = Accumulator(classes=(0, 1, 2), soft=True)
    for rows in np.array_split(np.arange(120), 7):
        state = state.update(y[rows], f[rows])
    score = state.score(unit="bits")
    assert float(score.kl) == pytest.approx(float(whole.kl) / math.log(2), rel=1e-9)
    assert float(score.standard_error) == pytest.approx(
        float(whole.standard_error) / math.log(2), rel=1e-9
    )
    assert score.per_sample is None
    assert {note.code for note in score.notes} == {"recalibrated-by-cells", "no-temperature"}


def test_impossible_labels_are_counted():
    state = Accumulator(classes=("a", "b")).update(["a", "b"], [0.0, 0.0]).update(["b"], [0.0])
    score = state.score()
    assert score.cross_entropy == math.inf
    assert "2 of 3 labels" in score.notes[-1].text
    assert math.isnan(score.standard_error)


def test_unlike_things_and_nothing():
    with pytest.raises(InputError, match="different things"):
        Accumulator(classes=(0, 1)).merge(Accumulator(classes=(0, 1, 2)))
    with pytest.raises(InputError, match="different things"):
        Accumulator(classes=(0, 1)).merge(Accumulator(classes=(0, 1), soft=True))
    with pytest.raises(InputError, match="nothing to score"):
        Accumulator(classes=(0, 1)).score()


def test_an_update_leaves_the_old_one_alone():
    empty = Accumulator(classes=(0, 1))
    one = empty.update([1], [0.5])
    one.update([0], [0.9])
    assert (empty.n, one.n) == (0, 1)
    assert float(one.score().cross_entropy) == pytest.approx(math.log(2))
