"""What several families share, against mpmath from the definition."""

import mpmath as mp
import numpy as np
import pytest

from kullback.distributions.families.shared import beta, discrete, matrix


@pytest.fixture(autouse=True)
def _digits():
    with mp.workdps(50):
        yield


@pytest.mark.parametrize("p", [0.5, 1e-9, 0.999])
@pytest.mark.parametrize("apart", [1e-9, 1e-4])
def test_two_coins_that_nearly_agree(p, apart):
    q = p + apart * p
    a, b = mp.mpf(p), mp.mpf(q)
    truth = a * mp.log(a / b) + (1 - a) * mp.log((1 - a) / (1 - b))
    got = float(discrete.bernoulli_divergence(p, q))
    assert got == pytest.approx(float(truth), rel=1e-6, abs=0)


@pytest.mark.parametrize("n", [10.0, 1e6])
def test_log_binomial(n):
    k = np.array([0.0, 3.0, n / 2, n])
    got = discrete.log_binomial(k, n, 0.25)
    for at, value in zip(k, got, strict=True):
        x, size = mp.mpf(float(at)), mp.mpf(n)
        truth = mp.log(mp.binomial(size, x)) + x * mp.log("0.25") + (size - x) * mp.log("0.75")
        assert float(value) == pytest.approx(float(truth), rel=1e-12)


@pytest.mark.parametrize(("a", "b"), [(2.0, 3.0), (1e-6, 5.0), (1e8, 0.5)])
def test_log_beta(a, b):
    x, y = mp.mpf(a), mp.mpf(b)
    truth = mp.loggamma(x) + mp.loggamma(y) - mp.loggamma(x + y)
    assert float(beta.log_beta(a, b)) == pytest.approx(float(truth), rel=1e-12)


def test_normals_that_nearly_agree():
    """Covariances 1e-7 apart: the trace and the determinant cancel to fourteen digits."""
    first = np.array([[2.0, 0.5], [0.5, 1.0]])
    second = first + 1e-7 * np.array([[1.0, 0.2], [0.2, -0.5]])
    s1, s2 = mp.matrix(first.tolist()), mp.matrix(second.tolist())
    ratio = mp.inverse(s2) * s1
    truth = (ratio[0, 0] + ratio[1, 1] - 2 - mp.log(mp.det(s1) / mp.det(s2))) / 2
    got = matrix.normal_divergence(np.zeros(2), first, second)
    assert float(got) == pytest.approx(float(truth), rel=1e-6, abs=0)
