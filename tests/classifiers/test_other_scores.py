"""Accuracy, Brier, AUC and ECE beside the house's own parts, against scikit-learn and by hand."""

import numpy as np
import pytest

from kullback import classifiers

metrics = pytest.importorskip("sklearn.metrics")


def drawn(classes, rows=150, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, rows)
    predictions = np.round(rng.dirichlet([1.0] * classes, rows) + 0.01, 2)
    return labels, predictions / predictions.sum(axis=1, keepdims=True), rng.random(rows)


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_against_scikit_learn(classes):
    y, f, w = drawn(classes)
    found = classifiers.score(y, f, weights=w)
    assert found.accuracy == pytest.approx(metrics.accuracy_score(y, f.argmax(1), sample_weight=w))
    if classes == 2:
        auc = metrics.roc_auc_score(y, f[:, 1], sample_weight=w)
        brier = 2 * metrics.brier_score_loss(y, f[:, 1], sample_weight=w)
    else:
        auc = metrics.roc_auc_score(y, f, multi_class="ovr", average="macro", sample_weight=w)
        brier = float(w @ ((f - np.eye(classes)[y]) ** 2).sum(1) / w.sum())
    assert found.auc == pytest.approx(auc, abs=1e-12)
    assert found.brier == pytest.approx(brier, abs=1e-12)
    assert found.expected_calibration_error == found.reliability.expected_calibration_error


def test_ties_count_half_by_brute_force():
    y, f = np.array([0, 1, 1, 0, 1]), np.array([0.2, 0.2, 0.7, 0.7, 0.2])
    pairs = [(b > a) + (a == b) / 2 for a in f[y == 0] for b in f[y == 1]]
    assert classifiers.score(y, f).auc == pytest.approx(np.mean(pairs))


def test_one_class_has_no_area():
    assert classifiers.score([1, 1], [[0.2, 0.8], [0.4, 0.6]], classes=(0, 1)).auc is None


def test_they_have_no_unit_and_are_not_known_of_a_stream():
    y, f, _ = drawn(2)
    found = classifiers.score(y, f)
    assert found.to("bits").others == found.others
    streamed = classifiers.Accumulator(classes=(0, 1)).update(y, f).score()
    assert streamed.accuracy is None
    assert streamed.expected_calibration_error is not None


def test_they_are_shown_and_explained():
    y, f, _ = drawn(3)
    text = str(classifiers.score(y, f))
    for word in ("accuracy", "AUC", "Brier", "ECE", "skill"):
        assert f"\n  {word} " in text
    assert set(classifiers.score(y, f).to_dict()["others"]) >= {"accuracy", "brier", "auc"}
