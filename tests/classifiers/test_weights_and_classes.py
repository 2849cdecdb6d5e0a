"""Weights have no scale, one class is a class, and scikit-learn hands on what was asked for."""

import numpy as np
import pytest

from kullback import classifiers
from kullback.errors import InputError, MassError

LABELS, PREDICTED, WEIGHTS = [1, 1, 0, 1, 0, 0], [0.9, 0.1, 0.8, 0.6, 0.3, 0.2], [1, 2, 3, 1, 5, 2]


def numbers(score):
    named = ("cross_entropy", "standard_error", "miscalibration", "discrimination", "uncertainty")
    found = [float(getattr(score, name)) for name in named]
    bins = [x for b in score.reliability.bins for x in (b.low, b.high, b.observed)]
    return [*found, *score.interval, *bins]


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1e-5, 3.0, 1e200, 1e300])
def test_weights_have_no_scale(scale):
    plain, scaled = (
        classifiers.score(LABELS, PREDICTED, weights=np.array(WEIGHTS) * s) for s in (1.0, scale)
    )
    assert numbers(scaled) == pytest.approx(numbers(plain), rel=1e-12)
    pairs = [
        classifiers.compare(LABELS, PREDICTED, PREDICTED[::-1], weights=np.array(WEIGHTS) * s)
        for s in (1.0, scale)
    ]
    assert pairs[1].standard_error == pytest.approx(pairs[0].standard_error, rel=1e-12)


@pytest.mark.parametrize("count", [10, 25, 60])
@pytest.mark.parametrize("scale", [1e-305, 1e-20, 0.3, 7.0, 1e20, 1e300])
def test_equal_weights_lie_in_the_same_bins_whatever_they_are(scale, count):
    """Rows whose place is on the edge of a bin, but for the rounding of sums."""
    rng = np.random.default_rng(count)
    y, p = rng.integers(0, 2, count), rng.uniform(size=count)
    y[:2] = 0, 1
    plain = classifiers.reliability(y, p)
    scaled = classifiers.reliability(y, p, weights=np.full(count, scale))
    assert [b.n for b in scaled.bins] == [b.n for b in plain.bins]
    assert scaled.expected_calibration_error == pytest.approx(plain.expected_calibration_error)


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_batches_of_one_scale_or_another_add_up(scale):
    """A common factor changes nothing, and one batch may weigh far more than the other."""
    for other in (1.0, 1e-3, 1e3):
        w = np.array(WEIGHTS, float)
        w[3:] *= other
        whole = classifiers.score(LABELS, PREDICTED, weights=w)
        streamed = classifiers.Accumulator(classes=(0, 1))
        for part in (slice(0, 3), slice(3, 6)):
            streamed = streamed.update(LABELS[part], PREDICTED[part], weights=w[part] * scale)
        found = streamed.score()
        assert found.cross_entropy == pytest.approx(float(whole.cross_entropy), rel=1e-12)
        assert found.standard_error == pytest.approx(float(whole.standard_error), rel=1e-10)


def test_one_class_is_a_class():
    """What predict_proba of a model of one class gives: certain, and free of cost."""
    found = classifiers.score(["a", "a"], np.ones((2, 1)), classes=["a"])
    assert found.cross_entropy == found.kl == 0
    assert found.skill is None
    assert classifiers.score(np.ones((3, 1)), np.ones((3, 1)), soft=True).cross_entropy == 0
    with pytest.raises(MassError):
        classifiers.score(["a", "a"], np.array([[1.0], [0.5]]), classes=["a"])
    with pytest.raises(InputError, match="none of the classes 'a'"):
        classifiers.score(["a", "b"], np.ones((2, 1)), classes=["a"])


@pytest.fixture
def routing():
    sklearn = pytest.importorskip("sklearn")
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def test_a_scorer_takes_part_in_metadata_routing(routing):
    from sklearn.dummy import DummyClassifier
    from sklearn.exceptions import UnsetMetadataPassedError
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import KFold, cross_validate

    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 2))
    y = (x[:, 0] + rng.normal(size=120) > 0).astype(int)
    w = rng.uniform(0.1, 5.0, 120)
    model = LogisticRegression().set_fit_request(sample_weight=False)
    folds = KFold(3)

    def run(scorer):
        return cross_validate(model, x, y, scoring=scorer, cv=folds, params={"sample_weight": w})

    with pytest.raises(UnsetMetadataPassedError):
        run(classifiers.scorer())
    asked = run(classifiers.scorer().set_score_request(sample_weight=True))["test_score"]
    for (train, test), found in zip(folds.split(x), asked, strict=True):
        predicted = LogisticRegression().fit(x[train], y[train]).predict_proba(x[test])
        expected = classifiers.score(y[test], predicted, weights=w[test]).cross_entropy
        assert found == pytest.approx(-float(expected))
    constant = DummyClassifier().fit([[0.0]], ["a"])
    assert classifiers.scorer()(constant, [[0.0], [1.0]], ["a", "a"]) == 0
