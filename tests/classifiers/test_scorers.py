"""Scorers inside scikit-learn."""

import pickle

import numpy as np
import pytest

from kullback import classifiers
from kullback.errors import InputError

sklearn = pytest.importorskip("sklearn")


def data():
    from sklearn.datasets import load_breast_cancer

    X, y = load_breast_cancer(return_X_y=True)
    return (X - X.mean(0)) / X.std(0), np.array(["benign", "malignant"])[1 - y]


def model():
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=2000)


def test_cross_validation_agrees_with_neg_log_loss():
    from sklearn.metrics import make_scorer
    from sklearn.model_selection import cross_val_score

    X, y = data()
    theirs = cross_val_score(model(), X, y, scoring="neg_log_loss")
    ours = cross_val_score(model(), X, y, scoring=classifiers.scorer())
    made = make_scorer(
        classifiers.log_loss, greater_is_better=False, response_method="predict_proba"
    )
    assert ours == pytest.approx(theirs, rel=1e-9)
    assert cross_val_score(model(), X, y, scoring=made) == pytest.approx(theirs, rel=1e-9)


def test_grid_search_over_processes():
    from sklearn.model_selection import GridSearchCV

    X, y = data()
    search = GridSearchCV(model(), {"C": [0.001, 1.0]}, scoring=classifiers.scorer("skill"))
    assert search.fit(X, y).best_params_ == {"C": 1.0}
    assert pickle.loads(pickle.dumps(classifiers.scorer("kl"))) == classifiers.scorer("kl")


def test_a_fold_without_one_class():
    """scikit-learn's own scorer fails or warns there; the estimator knows its classes."""
    X, y = np.array([[0.0], [1], [2], [3], [4], [5]]), np.array(list("abcabc"))
    fitted = model().fit(X, y)
    few = y != "c"
    value = classifiers.scorer()(fitted, X[few], y[few])
    picked = fitted.predict_proba(X[few])[np.arange(4), [0, 1, 0, 1]]
    assert value == pytest.approx(np.log(picked).mean())


def test_soft_labels():
    class Constant:
        def predict_proba(self, samples):
            return np.tile([0.5, 0.3, 0.2], (len(samples), 1))

    y = np.array([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]])
    value = classifiers.scorer("kl", soft=True, unit="bits")(Constant(), np.zeros((2, 1)), y)
    expected = -classifiers.score(y, Constant().predict_proba(y), soft=True, unit="bits").kl
    assert value == float(expected)
    assert value < 0


def test_unknown_measures():
    with pytest.raises(InputError, match="accuracy"):
        classifiers.scorer("accuracy")
