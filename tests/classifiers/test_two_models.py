"""Two models on the same samples."""

import math

import numpy as np
import pytest
from scipy import stats

from kullback import classifiers


def test_against_a_paired_t_test():
    rng = np.random.default_rng(2)
    labels = rng.integers(0, 2, 80)
    first, second = rng.random(80), rng.random(80)
    found = classifiers.compare(labels, first, second)
    costs = [-np.log(np.where(labels == 1, f, 1 - f)) for f in (first, second)]
    expected = stats.ttest_rel(*costs)
    assert found.value == pytest.approx(np.mean(costs[0] - costs[1]), rel=1e-12)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    low, high = expected.confidence_interval(0.95)
    assert tuple(found.interval) == pytest.approx((low, high), rel=1e-9)
    back = classifiers.compare(labels, second, first)
    assert back.value == pytest.approx(-found.value)
    assert back.p_value == pytest.approx(found.p_value)
    bits = classifiers.compare(labels, first, second, unit="bits")
    assert bits.value == pytest.approx(found.value / math.log(2))


def test_equal_models():
    found = classifiers.compare([0, 1, 1], [0.2, 0.7, 0.9], [0.2, 0.7, 0.9])
    assert (found.value, found.p_value) == (0, 1)


def test_an_impossible_label_on_either_side():
    for first, second, value in (([0.0], [0.5], math.inf), ([0.5], [0.0], -math.inf)):
        found = classifiers.compare([1], first, second, classes=[0, 1])
        assert found.value == value
        assert found.interval is None
        assert "calls a label impossible" in found.notes[0].text
    both = classifiers.compare([1], [0.0], [0.0], classes=[0, 1])
    assert math.isnan(both.value)
    assert both.notes[0].text.startswith("Each model")


def simulated(rng, groups, size, spread):
    """Labels of chance ½ and two models that err by turns, by whole groups."""
    tilt = np.repeat(rng.normal(0, spread, groups), size) + rng.normal(0, 0.3, groups * size)
    labels = rng.integers(0, 2, groups * size)
    towards = np.where(labels == 1, tilt, -tilt)
    return labels, 1 / (1 + np.exp(-towards)), np.full(groups * size, 0.5)


@pytest.mark.slow
def test_coverage_of_the_clustered_interval():
    """40 groups of 20 rows: the clustered interval covers, the independent one does not."""
    rng = np.random.default_rng(4)
    truth = np.mean(
        [
            classifiers.compare(*simulated(rng, 400, 20, 0.5), classes=[0, 1]).value
            for _ in range(50)
        ]
    )
    hits = {"clustered": 0, "independent": 0}
    for _ in range(400):
        labels, first, second = simulated(rng, 40, 20, 0.5)
        groups = np.repeat(np.arange(40), 20)
        for name, codes in (("clustered", groups), ("independent", None)):
            found = classifiers.compare(labels, first, second, cluster=codes, classes=[0, 1])
            hits[name] += truth in found.interval
    # Four standard deviations of the binomial about .95 at 400 draws: .044.
    assert hits["clustered"] / 400 > 0.906
    assert hits["independent"] / 400 < 0.75
