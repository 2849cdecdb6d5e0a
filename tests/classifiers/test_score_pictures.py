"""The pictures of a score: parts that add up, and intervals as the reliability has them."""

import numpy as np
import pytest

from kullback import classifiers
from kullback.classifiers.document import document
from kullback.report.blocks.diagrams import Agreement, Waterfall
from kullback.report.blocks.document import Figure


def charts(score):
    found = [b.chart for b in document(score).blocks if isinstance(b, Figure)]
    return {type(chart): chart for chart in found}


def scored(soft=False):
    rng = np.random.default_rng(7)
    labels = rng.dirichlet([1, 2, 3], 300)
    f = labels * rng.gamma(5, 1, labels.shape) + 0.01
    f /= f.sum(axis=1, keepdims=True)
    given = labels if soft else labels.argmax(axis=1)
    return classifiers.score(given, f, soft=soft)


@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("unit", ["nats", "bits"])
def test_each_part_starts_where_the_last_one_ended(soft, unit):
    score = scored(soft).to(unit)
    chart = charts(score)[Waterfall]
    whole, entropy, kl, uncertainty, discrimination, miscalibration = chart.steps
    assert chart.unit == unit
    assert (whole.start, whole.end) == (0, float(score.cross_entropy))
    assert kl.start == entropy.end
    assert kl.end == whole.end
    assert kl.end - kl.start == pytest.approx(float(score.kl), abs=1e-12)
    assert discrimination.start == uncertainty.end
    assert discrimination.end == miscalibration.start
    assert miscalibration.end == pytest.approx(whole.end)


def test_the_square_shows_the_bins():
    score = scored()
    chart = charts(score)[Agreement]
    bins = score.reliability.bins
    assert [p.predicted for p in chart.points] == [b.predicted for b in bins]
    assert [(p.low, p.high) for p in chart.points] == [
        (b.observed_low, b.observed_high) for b in bins
    ]
    assert [p.agrees for p in chart.points] == [b.agrees for b in bins]
    assert "does 70 % mean 70 %?" in str(score)


def test_an_infinite_score_has_no_split():
    score = classifiers.score([0, 1], [[0.0, 1.0], [0.5, 0.5]])
    assert set(charts(score)) == {Agreement}
    assert "inf" not in score.to_html().split("<main")[1].split("<script")[0].replace(
        "infinite", ""
    )


def test_no_recalibration_no_second_split():
    labels = np.r_[np.zeros(5, int), np.ones(5, int)]
    score = classifiers.score(labels, np.full(10, 0.5))
    assert len(charts(score)[Waterfall].steps) in {3, 6}
    assert score._repr_html_().count("<figure>") == 2
