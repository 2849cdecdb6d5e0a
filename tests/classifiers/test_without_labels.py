"""Performance before the labels come: right on average, and its interval covers."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

from kullback.classifiers import expected_score
from kullback.errors import InputError, ShapeError


def rows(rng, count, shift=0.0, bias=0.0):
    """A logistic truth, and a model that is off by `bias` in its log-odds."""
    x = rng.normal(shift, 1.5, size=count)
    return (rng.random(count) < expit(x)).astype(int), expit(x + bias)


@pytest.mark.parametrize("bias", [0.0, 0.7])
@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_the_labels_that_come_later_agree(bias, shift):
    """Under a shift of the inputs, also of a model that is miscalibrated."""
    rng = np.random.default_rng(4)
    y, f = rows(rng, 10_000, bias=bias)
    later, g = rows(rng, 10_000, shift=shift, bias=bias)
    found = expected_score(g, labels=y, calibration=f)
    truth = log_loss(later, g), accuracy_score(later, g > 0.5), roc_auc_score(later, g)
    for estimate, true in zip((found.cross_entropy, found.accuracy, found.auc), truth, strict=True):
        # The labels that came have an error of their own, about as large.
        assert abs(estimate.value - true) < 4 * estimate.standard_error


@pytest.mark.slow
def test_the_interval_covers_the_expectation():
    """95 % intervals of 120 pairs of samples, against the expectation over 4 million rows."""
    rng = np.random.default_rng(8)
    later, g = rows(rng, 4_000_000, shift=0.5)
    truth = log_loss(later, g), accuracy_score(later, g > 0.5), roc_auc_score(later, g)
    covered = np.zeros(3)
    for _ in range(120):
        y, f = rows(rng, 3000)
        _, current = rows(rng, 2000, shift=0.5)
        found = expected_score(current, labels=y, calibration=f)
        estimates = (found.cross_entropy, found.accuracy, found.auc)
        covered += [true in e.interval for e, true in zip(estimates, truth, strict=True)]
    assert (covered / 120 > 0.89).all()


def test_three_classes():
    rng = np.random.default_rng(2)
    f = rng.dirichlet([1, 1, 1], size=20_000)
    y = (rng.random(20_000)[:, None] > f.cumsum(axis=1)).sum(axis=1)
    g = rng.dirichlet([3, 1, 1], size=20_000)
    z = (rng.random(20_000)[:, None] > g.cumsum(axis=1)).sum(axis=1)
    found = expected_score(g, labels=y, calibration=f, unit="bits")
    assert found.auc is None
    assert found.cross_entropy.unit == "bits"
    assert found.cross_entropy.value == pytest.approx(log_loss(z, g) / np.log(2), abs=0.02)
    assert found.accuracy.value == pytest.approx(np.mean(g.argmax(axis=1) == z), abs=0.02)


def test_what_it_cannot_see_is_said():
    rng = np.random.default_rng(3)
    y, f = rows(rng, 500)
    found = expected_score(f, labels=y, calibration=f)
    assert "concept drift" in str(found)
    assert found.to_dict()["notes"][0]["code"] == "concept-drift"
    assert found.to_dict() == expected_score(f, labels=y, calibration=f).to_dict()


def test_refusals():
    rng = np.random.default_rng(3)
    y, f = rows(rng, 100)
    with pytest.raises(ShapeError, match="3 classes and calibration 2"):
        expected_score(rng.dirichlet([1, 1, 1], size=9), labels=y, calibration=f)
    with pytest.raises(InputError, match="10 rows; at least 40"):
        expected_score(f, labels=y[:10], calibration=f[:10])
    with pytest.raises(InputError, match="level=2"):
        expected_score(f, labels=y, calibration=f, level=2)
