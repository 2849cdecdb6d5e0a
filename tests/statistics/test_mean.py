"""The mean with its clustered error, against sums by hand, SciPy and simulation."""

import math

import numpy as np
import pytest
from scipy import stats

from kullback.errors import InputError
from kullback.statistics.mean import Mean, clustered_mean


def by_hand(values, cluster, weights):
    """Liang and Zeger's formula with loops and exact sums."""
    total = math.fsum(weights)
    mean = math.fsum(w * x for w, x in zip(weights, values, strict=True)) / total
    sums = [
        math.fsum(
            w * (x - mean) for w, x, k in zip(weights, values, cluster, strict=True) if k == c
        )
        for c in sorted(set(cluster))
    ]
    groups = len(sums)
    return mean, math.sqrt(groups / (groups - 1) * math.fsum(s * s for s in sums)) / total


def drawn(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 60))
    return rng.gamma(1.0, size=n), rng.integers(0, max(2, n // 3), n), rng.uniform(0.1, 5.0, n)


@pytest.mark.parametrize("seed", range(10))
def test_weights_and_clusters_by_hand(seed):
    values, cluster, weights = drawn(seed)
    found = clustered_mean(values, cluster, weights)
    mean, error = by_hand(values, cluster.tolist(), weights)
    assert found.value == pytest.approx(mean, rel=1e-14)
    assert found.error == pytest.approx(error, rel=1e-12)
    assert found.groups == len(set(cluster.tolist()))


def test_without_clusters_it_is_the_usual_error():
    values = np.random.default_rng(0).gamma(1.0, size=30)
    found = clustered_mean(values)
    assert found.error == pytest.approx(stats.sem(values), rel=1e-14)
    low, high = found.interval(0.9, (-math.inf, math.inf))
    assert (low, high) == pytest.approx(stats.t.interval(0.9, 29, values.mean(), found.error))
    assert found.p_value() == pytest.approx(stats.ttest_1samp(values, 0.0).pvalue)


def test_a_weight_is_that_many_rows_of_one_cluster():
    values, cluster, _ = drawn(3)
    weights = np.random.default_rng(4).integers(1, 4, len(values))
    often = clustered_mean(np.repeat(values, weights), np.repeat(cluster, weights))
    once = clustered_mean(values, cluster, weights.astype(float))
    assert (once.value, once.error) == pytest.approx((often.value, often.error), rel=1e-13)


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1e200, 1e300])
def test_weights_have_no_scale(scale):
    values, cluster, weights = drawn(5)
    plain, scaled = (clustered_mean(values, cluster, w) for w in (weights, weights * scale))
    assert (scaled.value, scaled.error) == pytest.approx((plain.value, plain.error), rel=1e-12)


def test_what_weighs_nothing_is_not_there():
    values, weights = np.array([1.0, np.inf, 3.0]), np.array([1.0, 0.0, 1.0])
    found = clustered_mean(values, np.array([0, 1, 2]), weights)
    assert (found.value, found.groups) == (2.0, 2)


def test_an_infinite_mean_has_no_error():
    found = clustered_mean(np.array([1.0, np.inf]))
    assert found.value == math.inf
    assert math.isnan(found.error)
    assert found.interval() is None
    assert found.p_value() is None


def test_the_interval_stays_in_the_range_of_the_mean():
    assert tuple(Mean(0.95, 0.1, 50).interval(bounds=(0.0, 1.0)))[1] == 1.0
    low, high = Mean(-0.5, 0.1, 50).interval()
    assert low == 0.0
    assert high == pytest.approx(stats.t.ppf(0.975, 49) * 0.1)


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, math.nan])
def test_a_level_lies_between_0_and_1(level):
    with pytest.raises(InputError, match="not between 0 and 1"):
        Mean(1.0, 0.1, 5).interval(level)


def test_coverage():
    """t intervals of 12 clusters of 5 hold the truth 95 % of the time: ±3 binomial errors."""
    rng = np.random.default_rng(1)
    cluster, held, runs = np.repeat(np.arange(12), 5), 0, 1000
    for _ in range(runs):
        values = np.repeat(rng.normal(size=12), 5) + rng.normal(size=60)
        held += 0.0 in clustered_mean(values, cluster).interval(bounds=(-math.inf, math.inf))
    assert abs(held / runs - 0.95) < 3 * math.sqrt(0.95 * 0.05 / runs)
