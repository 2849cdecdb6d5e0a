"""Covariances by their factors: used as given, where the product in doubles loses directions."""

import mpmath as mp
import numpy as np
import pytest

from kullback import distributions as d

STEEP = [[1.0, 0.0], [1.0, 1e-9]]
OTHER = [[1.0, 0.0], [1.0, 2e-9]]


def truth(first, second):
    """KL of two centred normals from their factors, by mpmath."""
    with mp.workdps(80):
        a, b = (mp.matrix(x) * mp.matrix(x).T for x in (first, second))
        n = a.rows
        trace = mp.fsum((mp.inverse(b) * a)[i, i] for i in range(n))
        return float((trace - n - mp.log(mp.det(a)) + mp.log(mp.det(b))) / 2)


def entropy(factor):
    with mp.workdps(80):
        a = mp.matrix(factor) * mp.matrix(factor).T
        return float((a.rows * (1 + mp.log(2 * mp.pi)) + mp.log(mp.det(a))) / 2)


def law(factor):
    return d.MultivariateNormal.from_factor(np.zeros(len(factor)), factor)


def test_a_triangle():
    assert d.kl(law(STEEP), law(OTHER)).value == pytest.approx(truth(STEEP, OTHER), rel=1e-13)
    assert d.entropy(law(STEEP)).value == pytest.approx(entropy(STEEP), rel=1e-14)
    assert not d.kl(law(STEEP), law(OTHER)).notes


def test_a_low_rank_and_a_diagonal():
    rng = np.random.default_rng(0)
    wide, other = rng.normal(size=(2, 6, 2))
    factors = [np.hstack([x, 1e-7 * np.eye(6)]) for x in (wide, other)]
    laws = [law(x) for x in factors]
    assert d.kl(*laws).value == pytest.approx(truth(*factors), rel=1e-12)
    assert d.entropy(laws[0]).value == pytest.approx(entropy(factors[0]), rel=1e-13)


def test_densities_and_draws_go_by_the_factor():
    p = law(STEEP)
    x = p.sample(4000, np.random.default_rng(1))
    surprise = -p.log_density(x)
    error = 4 * surprise.std() / np.sqrt(len(surprise))
    assert abs(surprise.mean() - entropy(STEEP)) < error


def test_the_normals_of_torch():
    torch = pytest.importorskip("torch")
    td = torch.distributions

    def t(x):
        return torch.tensor(x, dtype=torch.float64)

    p, q = (td.MultivariateNormal(t([0.0, 0.0]), scale_tril=t(x)) for x in (STEEP, OTHER))
    assert float(d.kl(p, q).value) == pytest.approx(truth(STEEP, OTHER), rel=1e-9)
    assert float(d.entropy(p).value) == pytest.approx(entropy(STEEP), rel=1e-13)
    wide = np.array([[1.0], [2.0], [3.0]])
    low = td.LowRankMultivariateNormal(t(np.zeros(3)), t(wide), t(np.full(3, 1e-14)))
    factor = np.hstack([wide, 1e-7 * np.eye(3)])
    assert float(d.entropy(low).value) == pytest.approx(entropy(factor), rel=1e-12)
    batch = td.MultivariateNormal(t(np.zeros((2, 2))), scale_tril=t(STEEP))
    assert d.entropy(batch).value == pytest.approx([entropy(STEEP)] * 2, rel=1e-9)


def test_a_gradient_flows_through_the_factor():
    torch = pytest.importorskip("torch")
    factor = torch.tensor(STEEP, dtype=torch.float64, requires_grad=True)
    zero = torch.zeros(2, dtype=torch.float64)
    other = torch.tensor(OTHER, dtype=torch.float64)
    p, q = (torch.distributions.MultivariateNormal(zero, scale_tril=x) for x in (factor, other))
    d.kl(p, q).value.backward()
    # d/dl₂₂ of l₂₂²/(2 m₂₂²) − ln l₂₂.
    assert float(factor.grad[1, 1]) == pytest.approx(1e-9 / 4e-18 - 1e9, rel=1e-6)
