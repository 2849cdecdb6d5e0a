"""Known errors of peers, on the data where they make them (discrete.md section 7).

Their formulas stand here in a few lines; beside each is what we answer, and why.
"""

import math

import numpy as np
import pytest
from scipy.spatial import cKDTree

from kullback import samples


def npeet_kldiv(x, y, k):
    """NPEET's kldiv (in nats): the same formula, no protection against ties."""
    tree, other = cKDTree(x), cKDTree(y)
    own = tree.query(x, k=[k + 1])[0][:, 0]
    far = other.query(x, k=[k])[0][:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.log(far) - np.log(own)
    return math.log(len(y)) - math.log(len(x) - 1) + x.shape[1] * terms.mean()


def test_npeet_agrees_where_nothing_coincides():
    x, y = np.random.default_rng(0).normal(size=(2, 400))
    ours = samples.kl(x, y, method="nearest-neighbours", k=3)
    assert ours.value == 0 > ours.raw
    assert ours.raw == pytest.approx(npeet_kldiv(x[:, None], y[:, None], 3), abs=1e-12)


def test_npeet_breaks_on_ties():
    x, y = np.random.default_rng(0).normal(size=(2, 2000)).round(1)
    assert not math.isfinite(npeet_kldiv(x[:, None], y[:, None], 3))
    assert samples.kl(x, y).value == pytest.approx(0, abs=0.05)


def test_jitter_makes_the_answer_random():
    """NPEET and scikit-learn add 1e-10 noise: two calls differ by far more than rounding."""
    x, y = np.random.default_rng(0).normal(size=(2, 500)).round(1)
    jittered = []
    for seed in (1, 2):
        noise = np.random.default_rng(seed).normal(scale=1e-10, size=(2, 500))
        jittered.append(npeet_kldiv((x + noise[0])[:, None], (y + noise[1])[:, None], 1))
    assert abs(jittered[0] - jittered[1]) > 0.01
    assert samples.kl(x, y).value == samples.kl(x, y).value


def test_dropping_shared_values_hides_the_difference():
    """DoWhy deletes X ∩ Y first: with all values shared nothing is left, and it says 0."""
    random = np.random.default_rng(1)
    x = random.choice([0, 1, 2], 1000, p=[0.8, 0.1, 0.1])
    y = random.choice([0, 1, 2], 1000, p=[0.1, 0.1, 0.8])
    assert np.setdiff1d(x, y).size == 0
    truth = 0.7 * math.log(8)
    found = samples.kl(x, y)
    assert found.value == pytest.approx(truth, abs=4 * found.standard_error)


def test_a_difference_of_entropies_inherits_both_biases():
    """infomeasure's form, cross-entropy less entropy with different constants, at P = Q."""
    x, y = np.random.default_rng(2).normal(size=(2, 2000))
    assert samples.kl(x, y).value == pytest.approx(0, abs=0.08)


def test_the_popular_interval_misses_in_five_columns():
    """kldest's covers 31–40 % there (continuous.md 4.1): we call ours a sampling interval."""
    random = np.random.default_rng(3)
    found = samples.kl(random.normal(size=(500, 5)), 0.5 + random.normal(size=(500, 5)))
    assert found.interval.method.startswith("sampling interval")
    assert any(note.code == "bias" for note in found.notes)
