"""Atoms are counted, the rest is left to neighbours, and what Q never shows has no upper end."""

import math

import numpy as np
import pytest

from kullback import samples
from kullback.errors import MethodError

RNG = np.random.default_rng(11)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (np.ones(100), 2 * np.ones(100)),
        (np.tile([0.0, 1], 500), np.tile([10.0, 11], 500)),
        (np.ones((100, 2)) * [1, 2], np.ones((100, 2)) * [1, 3]),
        (np.r_[np.zeros(60), RNG.normal(size=40)], RNG.normal(size=100)),
    ],
    ids=["one value each", "two values each", "in the plane", "a spike that q lacks"],
)
def test_atoms_that_q_never_shows_are_not_zero(x, y):
    found = samples.kl(x, y)
    assert found.method == "atoms"
    assert found.value > 0.5
    assert found.interval.high == math.inf
    assert {"atoms", "lost-atoms"} <= {note.code for note in found.notes}
    assert found.unseen > 0.5


def test_shared_atoms_follow_the_chain_rule():
    """P: 0 with chance .4, else N(1, 1); Q: 0 with chance .2, else N(0, 1)."""
    truth = 0.4 * math.log(2) + 0.6 * math.log(0.75) + 0.6 * 0.5
    inside = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x = np.where(rng.random(1000) < 0.4, 0.0, rng.normal(1, 1, 1000))
        y = np.where(rng.random(1000) < 0.2, 0.0, rng.normal(0, 1, 1000))
        found = samples.kl(x, y)
        assert found.method == "atoms"
        assert found.value == pytest.approx(truth, abs=0.2)
        inside += truth in found.interval
    assert inside >= 16  # 95 % wanted: 15 or fewer of 20 would come by chance once in 400


def test_rounded_values_are_no_atoms():
    x, y = (np.random.default_rng(s).normal(s, 1, 800).round(1) for s in (0, 1))
    found = samples.kl(x, y)
    assert found.method == "tie-safe"
    assert found.value == pytest.approx(0.5, abs=0.25)


def test_atoms_by_name_where_there_are_none():
    with pytest.raises(MethodError, match="again and again"):
        samples.kl(RNG.normal(size=50), RNG.normal(size=50), method="atoms")


def test_a_sample_against_itself_is_told():
    z = np.random.default_rng(1).normal(size=500)
    assert "same-sample" in [note.code for note in samples.kl(z, z).notes]
    other = np.random.default_rng(2).normal(size=500)
    assert "same-sample" not in [note.code for note in samples.kl(z, other).notes]


def test_mass_beyond_the_other_sample_opens_the_upper_end():
    rng = np.random.default_rng(2)
    found = samples.kl(rng.normal(0, 3, 500), rng.normal(0, 1, 500))
    assert found.interval.high == math.inf
    assert found.interval.low < 2.90
    near = samples.kl(rng.normal(0, 1, 500), rng.normal(0, 1.1, 500))
    assert math.isfinite(near.interval.high)
