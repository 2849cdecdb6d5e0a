"""Smoothing and pooling: golden values of reference/discrete.md, table 3e, and properties."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln, rel_entr

import kullback
from kullback import counts
from kullback.counts.estimators.coverage import coverage, richness
from kullback.counts.smoothing.mixtures import evident_strength
from kullback.counts.smoothing.smooth import METHODS
from kullback.errors import InputError, MethodError, ShapeError, SupportError

# S1: the "prosody" table of Gale and Sampson, r: outcomes seen r times.
PROSODY = {
    1: 120, 2: 40, 3: 24, 4: 13, 5: 15, 6: 5, 7: 11, 8: 2, 9: 2, 10: 1, 12: 3, 14: 2, 15: 1,
    16: 1, 17: 3, 19: 1, 20: 3, 21: 2, 23: 3, 24: 3, 25: 3, 26: 2, 27: 2, 28: 1, 31: 2, 32: 2,
    33: 1, 34: 2, 36: 2, 41: 3, 43: 1, 45: 3, 46: 1, 47: 1, 50: 1,
} | dict.fromkeys([
    71, 84, 101, 105, 121, 124, 146, 162, 193, 199, 224, 226, 254, 257, 339, 421, 456, 481,
    483, 1140, 1256, 1322, 1530, 2131, 2395, 6925, 7846,
], 1)  # fmt: skip
FEW = [4, 2, 1, 1, 0, 0]


def test_s1_simple_good_turing():
    x = counts.unfold(list(PROSODY), list(PROSODY.values()))
    assert (x.sum(), len(x)) == (30902, 309)
    p = counts.smooth(x, method="good-turing", alphabet=310)
    assert p[-1] == pytest.approx(0.003883243802990098, rel=1e-12)
    expected = {
        1: 0.7628079, 2: 1.706448, 3: 2.679796, 4: 3.663988, 5: 4.653366, 6: 5.645628,
        7846: 7838.899,
    }  # fmt: skip
    for count, value in expected.items():  # R 3.5.1 with S code of Gale, by 10x Genomics
        assert 30902 * p[:-1][x == count][0] == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("witten-bell", [4 / 12, 2 / 12, 1 / 12, 1 / 12, 1 / 6, 1 / 6]),  # S2
        ("absolute-discounting", [3.5 / 8, 1.5 / 8, 0.5 / 8, 0.5 / 8, 1 / 8, 1 / 8]),  # S3
        ("laplace", np.array([5, 3, 2, 2, 1, 1]) / 14),
        ("jeffreys", np.array([4.5, 2.5, 1.5, 1.5, 0.5, 0.5]) / 11),
    ],
)
def test_s2_s3_and_additive(method, expected):
    assert counts.smooth(FEW, method=method) == pytest.approx(np.array(expected))


def test_s4_coverage_and_richness():
    x = np.array([4.0, 2, 1, 1])
    assert (coverage(x), richness(x)) == (0.75, 6.0)
    assert richness(np.array([1.0, 1, 1, 5])) == 4 + 3 * 2 / 2


def test_s5_a_dirichlet_prior_is_a_mixture():
    reference = np.array([0.1, 0.2, 0.3, 0.2, 0.1, 0.1])
    p = counts.smooth(FEW, method="dirichlet", toward=reference, strength=3)
    weight = 3 / (8 + 3)
    assert p == pytest.approx(weight * reference + (1 - weight) * np.array(FEW) / 8)


def test_s6_the_unseen_outcome_counts():
    p = counts.smooth([2, 2], method="laplace", alphabet=3)
    # infomeasure pins 1.0477649 bits: it leaves the unseen outcome out.
    assert float(kullback.entropy(p, unit="bits")) == pytest.approx(1.4488156357251847, rel=1e-14)


def test_the_evidence_is_largest_at_the_strength_found():
    rng = np.random.default_rng(5)
    reference = rng.dirichlet(np.full(40, 2.0))
    x = rng.multinomial(500, rng.dirichlet(30 * reference)).astype(float)

    def evidence(kappa):
        prior = kappa * reference
        terms = gammaln(x + prior) - gammaln(prior)
        return terms.sum() + gammaln(kappa) - gammaln(500 + kappa)

    found = evident_strength(x, reference)
    assert 15 < found < 60
    assert evidence(found) > max(evidence(found * 1.01), evidence(found / 1.01))


def test_james_stein_has_the_entropy_of_that_name():
    x = [4, 2, 3, 0, 2, 4, 0, 0, 2, 1, 1]
    p = counts.smooth(x, method="james-stein")
    assert float(kullback.entropy(p)) == pytest.approx(2.3796028953099559, rel=1e-13)
    toward = counts.smooth(x, method="james-stein", toward=np.ones(11))
    assert toward == pytest.approx(p)


LIMITS = settings(deadline=None, max_examples=30)
ROWS = st.lists(st.integers(0, 30), min_size=3, max_size=20).filter(lambda row: sum(row) > 0)


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"good-turing"}))
@LIMITS
@given(row=ROWS, seed=st.integers(0, 99))
def test_smoothed_shares_sum_to_one_in_any_order(method, row, seed):
    strength = 0.3 if method == "additive" else None
    p = counts.smooth(row, method=method, strength=strength, alphabet=len(row) + 2)
    assert p.sum() == pytest.approx(1)
    assert p.min() >= 0
    order = np.random.default_rng(seed).permutation(len(row))
    mixed = counts.smooth(
        np.array(row)[order], method=method, strength=strength, alphabet=len(row) + 2
    )
    assert mixed[: len(row)] == pytest.approx(p[: len(row)][order], rel=1e-6)


def test_the_unseen_share_goes_toward_the_reference():
    p = counts.smooth(FEW, method="witten-bell", toward=[1, 1, 1, 1, 3, 1])
    assert p[4:] == pytest.approx([1 / 4, 1 / 12])
    assert counts.smooth(FEW, method="absolute-discounting", strength=0.25)[0] == 3.75 / 8


def test_labels_go_in_and_come_out():
    p = counts.smooth({"a": 3, "b": 1}, method="witten-bell", alphabet=["c", "a", "b"])
    assert p == pytest.approx({"c": 1 / 3, "a": 1 / 2, "b": 1 / 6})
    series = pd.Series([3, 1], index=["a", "b"], name="words")
    smoothed = counts.smooth(series, method="laplace", alphabet=["a", "b", "c", "d"])
    assert smoothed.to_dict() == {"a": 0.5, "b": 0.25, "c": 0.125, "d": 0.125}
    assert smoothed.name == "words"
    toward = counts.smooth({"a": 3, "b": 1}, method="dirichlet", toward={"b": 1}, strength=4)
    assert toward == pytest.approx({"a": 3 / 8, "b": 5 / 8})


def test_what_smoothing_refuses():
    for options, error, said in (
        ({"method": "perks"}, MethodError, "'laplace'"),
        ({"method": "additive"}, InputError, "strength="),
        ({"method": "laplace", "strength": 2}, InputError, "no strength"),
        ({"method": "laplace", "toward": [1] * 6}, InputError, "no reference"),
        ({"method": "dirichlet", "toward": [1]}, ShapeError, "6 outcomes"),
        ({"method": "dirichlet", "strength": -1}, InputError, "above 0"),
        ({"method": "absolute-discounting", "strength": 1}, InputError, "below 1"),
        ({"method": "laplace", "alphabet": 3}, InputError, "lists 6"),
        ({"method": "laplace", "alphabet": ["a"]}, ShapeError, "no labels"),
        ({"method": "good-turing"}, MethodError, "fall"),
    ):
        with pytest.raises(error, match=said):
            counts.smooth(FEW, **options)
    for method in ("witten-bell", "absolute-discounting"):
        with pytest.raises(InputError, match="set aside"):
            counts.smooth([4, 2, 1, 1], method=method)
    with pytest.raises(MethodError, match="fractions"):
        counts.smooth([4.5, 2, 0], method="good-turing")
    with pytest.raises(MethodError, match="a line"):
        counts.smooth([1, 1, 1, 0], method="good-turing")
    with pytest.raises(ShapeError, match="give their labels"):
        counts.smooth({"a": 1}, method="laplace", alphabet=3)
    with pytest.raises(SupportError, match="'a'"):
        counts.smooth({"a": 1}, method="laplace", alphabet=["b"])


@LIMITS
@given(row=ROWS, seed=st.integers(0, 99), by=st.sampled_from(["expected", "top", "coverage"]))
def test_s7_pooling_never_increases_plug_in_kl(row, seed, by):
    x = np.array(row)
    y = np.random.default_rng(seed).permutation(x) + 1
    pooling = counts.pool(x, y, by=by, minimum={"expected": 5, "top": 3, "coverage": 0.6}[by])
    before = float(rel_entr(x / x.sum(), y / y.sum()).sum())
    after = float(rel_entr(pooling.x / x.sum(), pooling.y / y.sum()).sum())
    assert pooling.drop >= 0
    assert before - after == pytest.approx(float(pooling.drop), abs=1e-12)
    assert (pooling.x.sum(), pooling.y.sum()) == (x.sum(), y.sum())


def test_what_the_data_hold_has_no_say_in_what_is_rare():
    y = [50, 30, 4, 1, 0]
    first, second = counts.pool([40, 30, 10, 5, 5], y), counts.pool([5, 5, 10, 40, 30], y)
    assert first.mapping == second.mapping == {0: 0, 1: 1, 2: "other", 3: "other", 4: "new"}
    assert first.new == 5 / 90
    assert first.coverage == 80 / 85


def test_a_pooling_is_applied_to_other_counts():
    pooling = counts.pool({"a": 50, "b": 3}, {"a": 60, "b": 2, "c": 2})
    assert pooling.labels == ("a", "other", "new")
    assert pooling.apply({"c": 4, "d": 7, "a": 1}).tolist() == [1, 4, 7]
    with pytest.raises(ShapeError, match="3 outcomes and 2"):
        counts.pool([5, 1]).apply([1, 2, 3])


@pytest.mark.parametrize(
    ("by", "minimum", "kept"),
    [("expected", 10, 2), ("share", 0.05, 3), ("top", 1, 1), ("coverage", 0.85, 2)],
)
def test_the_rules_of_pooling(by, minimum, kept):
    pooling = counts.pool([60, 30, 8, 2], by=by, minimum=minimum)
    assert len(pooling.labels) == kept + 2
    assert pooling.y is None
    assert pooling.drop is None


def test_what_pooling_refuses():
    with pytest.raises(MethodError, match="by='rare' is unknown"):
        counts.pool([1, 2], by="rare")
    with pytest.raises(InputError, match="a share"):
        counts.pool([1, 2], by="share")
    with pytest.raises(InputError, match="minimum=-1"):
        counts.pool([1, 2], minimum=-1)
    with pytest.raises(SupportError, match="'other' already"):
        counts.pool({"other": 50, "b": 1})
