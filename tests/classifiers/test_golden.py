"""Published and independently computed values of scores and their parts."""

import math

import numpy as np
import pytest

import kullback
from kullback import classifiers
from kullback.classifiers import calibration


def test_binary_decomposition():
    """Isotonic recalibration by hand: blocks {.1}, {.35, .4}, {.8} of labels 0, (1, 0), 1."""
    score = classifiers.score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    assert score.cross_entropy == pytest.approx(0.4722879538, abs=5e-11)
    assert score.miscalibration == pytest.approx(0.1257143635, abs=5e-11)
    assert score.discrimination == pytest.approx(0.3465735903, abs=5e-11)  # ln 2 / 2
    assert score.uncertainty == pytest.approx(0.6931471806, abs=5e-11)  # ln 2
    assert score.recalibration == "isotonic"


def test_squared_error_decomposition():
    """The example of the documentation of model-diagnostics, a mean in place of a chance."""
    y, f = np.array([0.0, 0, 1, 1]), np.array([-1.0, 1, 1, 2])
    parts = calibration.isotonic_parts(y, f, np.ones(4), calibration.squared_error)
    assert parts == pytest.approx((0.625, 0.125, 0.25), rel=1e-14)
    assert calibration.squared_error(y, f).mean() == 0.75


def test_soft_labels():
    score = classifiers.score([[0.7, 0.3], [0.2, 0.8]], [[0.6, 0.4], [0.3, 0.7]], soft=True)
    assert score.entropy == pytest.approx(0.5556333628, abs=5e-11)
    assert score.cross_entropy == pytest.approx(0.5792998361, abs=5e-11)
    assert score.kl == pytest.approx(0.0236664733, abs=5e-11)


def test_the_example_of_scikit_learn():
    predictions = [[0.1, 0.9], [0.9, 0.1], [0.8, 0.2], [0.35, 0.65]]
    labels = ["spam", "ham", "ham", "spam"]
    assert classifiers.log_loss(labels, predictions) == pytest.approx(0.21616, abs=5e-6)
    assert classifiers.score(labels, predictions).cross_entropy == pytest.approx(0.21616, abs=5e-6)


def test_where_others_clip():
    """One impossible label: scikit-learn answers 36.04 (float64) or 15.94 (float32) a row."""
    from sklearn.metrics import log_loss

    for dtype, clipped in ((np.float64, 36.043653389), (np.float32, 15.942385)):
        predictions = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=dtype)
        assert log_loss([1, 0], predictions) == pytest.approx(clipped, abs=1e-5)
        score = classifiers.score([1, 0], predictions)
        assert score.cross_entropy == math.inf
        assert score.infinite_at == ((0, 1), (1, 0))


def test_where_keras_clips():
    """V = 128 256: a one-hot label against uniform is ln V, and disjoint one-hots are infinite.

    Keras clips to 1e-7 and answers 11.7059116647 and 16.118094039.
    """
    size = 128_256
    assert math.log(size) == pytest.approx(11.7617835455, abs=1e-10)
    one_hot = np.zeros(size)
    one_hot[7] = 1.0
    assert float(kullback.kl(one_hot, np.full(size, 1 / size))) == pytest.approx(
        math.log(size), rel=1e-14
    )
    assert float(kullback.kl(one_hot, np.roll(one_hot, 1))) == math.inf


def test_mean_over_elements_is_not_kl():
    """The documentation of torchmetrics: .0853; torch's reduction="mean" gives a third of it."""
    p, q = np.array([0.36, 0.48, 0.16]), np.full(3, 1 / 3)
    assert float(kullback.kl(p, q)) == pytest.approx(0.0852996013, abs=5e-11)
    assert float(kullback.kl(q, p)) == pytest.approx(0.0974550068, abs=5e-11)
    divergence = kullback.jensen_shannon(p, q)
    assert float(divergence) == pytest.approx(0.0224598604297146, rel=1e-13)  # mpmath
    assert float(divergence.to("bits")) == pytest.approx(0.0324027293, abs=5e-11)
    terms = p * np.log(p / q)
    assert terms.mean() == pytest.approx(0.0284332005, abs=1e-10)


def test_pointwise_terms_of_a_torch_issue():
    """pytorch issue 80488: Q = softmax(1, 2, 3), P = softmax(8, 10, 6)."""
    from scipy.special import softmax

    p, q = softmax([8.0, 10.0, 6.0]), softmax([1.0, 2.0, 3.0])
    terms = (0.03104906, 1.09623658, -0.05930293)
    assert p * np.log(p / q) == pytest.approx(terms, abs=5e-9)
    assert float(kullback.kl(p, q)) == pytest.approx(1.0679827082, abs=5e-11)


@pytest.mark.parametrize(
    ("beta", "value"),
    [(0.001, 8.52212e-5), (0.1, 0.0077425982), (0.5, 0.0224598604), (0.9, 0.0086024981)],
)
def test_generalised_jensen_shannon(beta, value):
    """β KL(P‖M) + (1−β) KL(Q‖M), M = βP + (1−β)Q."""
    p, q = [0.36, 0.48, 0.16], [1 / 3] * 3
    found = kullback.jensen_shannon(p, q, weights=[beta, 1 - beta])
    assert float(found) == pytest.approx(value, rel=2e-6)


def test_swapped_roles_and_masses_other_than_one():
    """keras issue 2473: unnormalised (.1, .2), (.3, .4), roles swapped, came out negative."""
    p, q = np.array([0.1, 0.2]), np.array([0.3, 0.4])
    assert (q * np.log(q / p)).sum() == pytest.approx(0.606842577, abs=5e-8)  # float32
    with pytest.raises(kullback.errors.MassError, match="sum"):
        kullback.kl(p, q)
    assert float(kullback.kl(p, q, mass="as-is")) > 0


def test_total_variation_of_the_top_k_example():
    """The pair whose top-k bounds are in tests/lm: TV .09, so that .91 of drafts are accepted."""
    p, q = [0.5, 0.2, 0.1, 0.1, 0.06, 0.04], [0.45, 0.25, 0.08, 0.1, 0.1, 0.02]
    assert float(kullback.kl(p, q)) == pytest.approx(0.0274422525, abs=5e-11)
    assert float(kullback.total_variation(p, q)) == pytest.approx(0.09, rel=1e-14)
