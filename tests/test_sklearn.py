"""The detector for scikit-learn."""

import pickle

import numpy as np
import pytest

sklearn = pytest.importorskip("sklearn", minversion="1.6")

from sklearn.utils.estimator_checks import estimator_checks_generator  # noqa: E402

from kullback.sklearn import DriftDetector  # noqa: E402


@pytest.mark.filterwarnings("ignore:Can't check dok sparse matrix:UserWarning")
@pytest.mark.parametrize(
    "check",
    [check for _, check in estimator_checks_generator(DriftDetector())],
    ids=lambda check: check.func.__name__,
)
def test_scikit_learns_own_checks(check):
    check(DriftDetector())


def data(shift=0.0, rows=3000, seed=0):
    return np.random.default_rng(seed).normal([0.0, shift, 0.0], 1.0, (rows, 3))


def test_what_drifted():
    detector = DriftDetector().fit(data())
    assert detector.drifted(data(seed=1)).tolist() == [False, False, False]
    assert detector.drifted(data(0.6, seed=1)).tolist() == [False, True, False]
    assert detector.score(data(0.6, seed=1)) < -0.03 < detector.score(data(seed=1)) <= 0.001
    assert detector.get_feature_names_out().tolist() == ["x0", "x1", "x2"]


def test_missing_values_are_a_value():
    gaps = data(seed=1)
    gaps[::2, 2] = np.nan
    assert DriftDetector().fit(data()).drifted(gaps).tolist() == [False, False, True]


def test_names_of_a_frame_and_a_pickle():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(data(), columns=["a", "b", "c"])
    detector = pickle.loads(pickle.dumps(DriftDetector(tolerance=0.5).fit(frame)))
    found = detector.compare(frame.assign(b=frame.b + 0.3))
    assert [c.name for c in found] == ["a", "b", "c"]
    assert found["b"].verdict == "same"
    assert not hasattr(detector, "X_")
    with pytest.raises(ValueError, match="feature names"):
        detector.compare(frame.rename(columns={"a": "z"}))


def test_it_keeps_counts_and_no_rows():
    values = data(rows=60_000)
    small = pickle.dumps(DriftDetector().fit(values))
    assert len(small) < values.nbytes / 4
