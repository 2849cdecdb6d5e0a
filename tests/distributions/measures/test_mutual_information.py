"""Mutual information in closed form against sums, quadrature and simulation."""

import mpmath as mp
import numpy as np
import pytest

from kullback import distributions as d
from kullback.errors import InputError, MethodError


def test_blocks_of_a_normal():
    """KL of the joint law to the product of its blocks."""
    rng = np.random.default_rng(0)
    factor = rng.normal(size=(5, 5))
    cov = factor @ factor.T
    block, others = [0, 3], [1, 2, 4]
    apart = cov.copy()
    apart[np.ix_(block, others)] = apart[np.ix_(others, block)] = 0
    zero = np.zeros(5)
    truth = d.kl(d.MultivariateNormal(zero, cov), d.MultivariateNormal(zero, apart))
    result = d.mutual_information(d.MultivariateNormal(zero, cov), block=block)
    assert abs(result.value - truth.value) <= result.error + truth.error
    assert d.mutual_information(d.MultivariateNormal(zero, cov), block=others).value == result.value
    near = d.MultivariateNormal([0, 0], [[1, 1 - 1e-13], [1 - 1e-13, 1]])
    exact = -mp.log(1 - mp.mpf(1 - 1e-13) ** 2) / 2
    assert d.mutual_information(near, block=[0]).value == pytest.approx(float(exact), rel=1e-12)
    whole = d.MultivariateNormal([0, 0], [[1, 1], [1, 1]])
    assert d.mutual_information(whole, block=[0]).value == np.inf


@pytest.mark.parametrize(("a", "b", "n"), [(2.0, 3.0, 7), (0.3, 40.0, 5), (1e6, 2e6, 3)])
def test_a_beta_and_its_draws(a, b, n):
    """H of the counts less the mean H given the share, by mpmath."""
    with mp.workdps(40):
        x, y = mp.mpf(a), mp.mpf(b)
        ways = [mp.binomial(n, k) for k in range(n + 1)]
        masses = [w * mp.beta(x + k, y + n - k) / mp.beta(x, y) for k, w in enumerate(ways)]
        whole = -mp.fsum(m * mp.log(m / w) for m, w in zip(masses, ways, strict=True))
        total = mp.digamma(x + y + 1)
        inner = -n * (
            x * (mp.digamma(x + 1) - total) + y * (mp.digamma(y + 1) - total)
        ) / (x + y)  # fmt: skip
        truth = whole - inner
    result = d.mutual_information(d.Beta(a, b), trials=n)
    assert abs(result.value - float(truth)) <= result.error
    assert result.value == pytest.approx(float(truth), rel=1e-6)
    assert d.mutual_information(d.Dirichlet([b, a]), trials=n).value == pytest.approx(
        result.value, rel=1e-9
    )


def test_a_dirichlet_of_three_by_simulation():
    alpha = np.array([0.5, 2.0, 4.0])
    shares = np.random.default_rng(1).dirichlet(alpha, 400_000)
    mean = alpha / alpha.sum()
    inner = -(shares * np.log(shares)).sum(axis=1)
    truth = -(mean * np.log(mean)).sum() - inner.mean()
    error = 4 * inner.std() / np.sqrt(len(inner))
    assert abs(d.mutual_information(d.Dirichlet(alpha)).value - truth) < error


def test_what_is_refused():
    normal = d.MultivariateNormal([0, 0], np.eye(2))
    for block in (None, [], [0, 1], [2]):
        with pytest.raises(InputError, match="name some of 0"):
            d.mutual_information(normal, block=block)
    with pytest.raises(MethodError, match="no closed form"):
        d.mutual_information(d.Normal(0, 1))
    with pytest.raises(InputError, match="trials"):
        d.mutual_information(d.Beta(1, 1), trials=-1)
