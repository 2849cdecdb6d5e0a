"""What holds for every pair of rows of counts."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kullback import counts

LN2 = math.log(2)
LIMITS = settings(deadline=None, max_examples=60)


@st.composite
def pairs(draw, least=1, most=30, largest=400):
    size = draw(st.integers(least, most))
    row = st.lists(st.integers(0, largest), min_size=size, max_size=size).filter(any)
    return np.array(draw(row)), np.array(draw(row))


def numbers(estimate):
    low, high = estimate.interval
    return [
        estimate.value, estimate.standard_error, low, high,
        estimate.p_value, estimate.null_bias, estimate.unseen, estimate.outcomes,
    ]  # fmt: skip


ESTIMATORS = [counts.kl, counts.jensen_shannon]


@pytest.mark.parametrize("estimator", ESTIMATORS)
@LIMITS
@given(pair=pairs(), seed=st.integers(0, 99))
def test_the_order_of_outcomes_does_not_matter(estimator, pair, seed):
    x, y = pair
    order = np.random.default_rng(seed).permutation(len(x))
    there, here = numbers(estimator(x[order], y[order])), numbers(estimator(x, y))
    assert there == pytest.approx(here, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@LIMITS
@given(pair=pairs())
def test_outcomes_empty_on_both_sides_change_nothing(estimator, pair):
    x, y = pair
    padded = estimator(np.append(x, [0, 0]), np.append(y, [0, 0]))
    assert numbers(padded) == pytest.approx(numbers(estimator(x, y)), rel=1e-9, abs=1e-12)


@LIMITS
@given(pair=pairs())
def test_a_sample_against_itself(pair):
    x, _ = pair
    observed = np.count_nonzero(x)
    estimate = counts.kl(x, x)
    assert estimate.value == 0
    assert (estimate.raw or 0) == pytest.approx(-(observed - 1) / x.sum(), abs=1e-9)
    assert 0 in estimate.interval
    assert counts.jensen_shannon(x, x).interval.low == 0
    assert counts.homogeneity(x, x).statistic == pytest.approx(0, abs=1e-9)


@LIMITS
@given(pair=pairs())
def test_jensen_shannon_is_symmetric_and_bounded(pair):
    x, y = pair
    there, back = counts.jensen_shannon(x, y), counts.jensen_shannon(y, x)
    assert there.value == pytest.approx(back.value, abs=1e-9)
    assert list(there.interval) == pytest.approx(list(back.interval), abs=1e-8)
    assert 0 <= there.interval.low <= there.interval.high <= LN2
    assert there.value <= LN2
    assert there.contributions.sum() == pytest.approx(there.value, abs=1e-9)


@LIMITS
@given(pair=pairs())
def test_what_an_estimate_says_of_itself_fits_together(pair):
    x, y = pair
    for method in ("zhang", "plug-in"):
        estimate = counts.kl(x, y, method=method)
        assert 0 <= estimate.p_value <= 1
        assert 0 <= estimate.unseen <= 1
        assert estimate.null_bias >= 0
        if math.isfinite(estimate.value):
            raw = estimate.value if estimate.raw is None else estimate.raw
            assert estimate.contributions.sum() == pytest.approx(raw, abs=1e-9)
            assert 0 <= estimate.interval.low <= estimate.interval.high
            assert estimate.value in estimate.interval
            nothing = min(x.sum(), y.sum()) == 1 or estimate.outcomes == 1
            assert math.isinf(estimate.standard_error) == nothing


@LIMITS
@given(pair=pairs())
def test_homogeneity_is_symmetric(pair):
    x, y = pair
    there, back = counts.homogeneity(x, y), counts.homogeneity(y, x)
    assert there.p_value == pytest.approx(back.p_value, rel=1e-5, abs=1e-9)
    assert there.method == back.method


@LIMITS
@given(pair=pairs(least=2, most=8))
def test_more_of_the_same_data_narrows_the_interval(pair):
    x, y = pair
    once, often = counts.jensen_shannon(x, y), counts.jensen_shannon(100 * x, 100 * y)
    assert often.standard_error <= once.standard_error
    assert often.null_bias <= once.null_bias * (1 + 1e-9)
    if counts.homogeneity(x, y).p_value < 0.01:
        assert counts.homogeneity(100 * x, 100 * y).p_value < 0.01


@LIMITS
@given(pair=pairs())
def test_units_only_scale(pair):
    x, y = pair
    for estimator in ESTIMATORS:
        nats, bits = estimator(x, y), estimator(x, y, unit="bits")
        assert bits.value * LN2 == pytest.approx(nats.value, abs=1e-12)
        assert bits.interval.high * LN2 == pytest.approx(nats.interval.high)
        assert bits.p_value == nats.p_value


@LIMITS
@given(pair=pairs(most=6, largest=12))
def test_weights_never_break_it(pair):
    x, y = pair
    x, y = x * 1.37 + (x > 0), y * 0.73 + (y > 0)
    for estimator in ESTIMATORS:
        found = numbers(estimator(x, y))
        # Where outcomes are new beyond chance, no upper end is known.
        assert np.all(np.isfinite(found) | (np.asarray(found) == np.inf))
        assert np.isfinite(estimator(x, y).value)


@LIMITS
@given(x=st.integers(1, 40), y=st.integers(0, 40), n=st.integers(1, 40), m=st.integers(1, 40))
def test_two_outcomes_with_little_data_are_tested_exactly(x, y, n, m):
    test = counts.homogeneity([x, n], [y, m])
    hypergeometric = [
        math.comb(x + y, k) * math.comb(n + m, x + n - k) for k in range(x + y + 1) if k <= x + n
    ]
    if test.method == "exact":
        least = min(hypergeometric) / sum(hypergeometric)
        assert least * (1 - 1e-9) <= test.p_value <= 1
