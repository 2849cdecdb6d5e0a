"""KL of Gaussian posteriors: golden values, peers, gradients, and digits near collapse."""

import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kullback import distributions, vi
from kullback.errors import InputError, ShapeError

# KL(N(μ, e^lv)‖N(0, 1)) by hand: (μ² + e^lv − 1 − lv)/2.
VALUES = {
    (1.0, 0.0): 0.5,
    (0.0, 1.0): 0.3591409142,
    (0.0, -1.0): 0.1839397206,
    (0.1, -0.2): 0.0143653765,
    (3.0, math.log(0.01)): 6.3075850930,
}


@pytest.mark.parametrize("pair", VALUES)
def test_standard_normal(pair):
    assert float(vi.kl_standard_normal(*pair)) == pytest.approx(VALUES[pair], abs=6e-11)


def test_per_dimension():
    mean, log_variance = np.array(list(VALUES)).T
    each = vi.kl_standard_normal(mean, log_variance)
    np.testing.assert_allclose(each, list(VALUES.values()), atol=6e-11)
    assert vi.kl_standard_normal(np.zeros((4, 3)), 0.0).shape == (4, 3)


@given(st.floats(-40, 40), st.floats(-30, 30), st.floats(-40, 40), st.floats(-30, 30))
def test_against_mpmath(m, lv, m0, lv0):
    mp.mp.dps = 720  # differences of 1e-300 must leave digits
    a, s, a0, s0 = mp.mpf(m), mp.exp(mp.mpf(lv)), mp.mpf(m0), mp.exp(mp.mpf(lv0))
    truth = (mp.log(s0 / s) + (s + (a - a0) ** 2) / s0 - 1) / 2
    got = float(vi.kl_normal(m, lv, m0, lv0))
    assert got >= 0
    # e^−lv0 carries the rounding of lv0 − lv.
    assert got == pytest.approx(float(truth), rel=1e-13, abs=1e-290)


def test_near_collapse_keeps_its_digits():
    """lv = 1e-9: lv²/4 = 2.5e-19, which e^lv − 1 − lv loses entirely, also in float32."""
    assert float(vi.kl_standard_normal(0.0, 1e-9)) == pytest.approx(2.5e-19, rel=1e-8)
    torch = pytest.importorskip("torch")
    tiny = torch.tensor([1e-4], dtype=torch.float32, requires_grad=True)
    value = vi.kl_standard_normal(torch.zeros(1), tiny)
    assert value.item() == pytest.approx(2.5e-9, rel=1e-4)
    value.sum().backward()
    assert tiny.grad.item() == pytest.approx(5e-5, rel=1e-4)


def test_edges():
    assert float(vi.kl_standard_normal(0.0, -math.inf)) == math.inf
    assert float(vi.kl_standard_normal(0.0, 800.0)) == math.inf
    with pytest.raises(InputError, match=r"mean\[1\] is nan"):
        vi.kl_standard_normal([0.0, math.nan], [0.0, 0.0])
    with pytest.raises(InputError, match=r"log_variance\[0\] is inf"):
        vi.kl_standard_normal([0.0, 1.0], [math.inf, 0.0])
    with pytest.raises(ValueError, match="broadcast"):
        vi.kl_standard_normal(np.zeros(3), np.zeros(2))


RNG = np.random.default_rng(0)
MEAN, LOG_VARIANCE = RNG.normal(size=(2, 5, 3))
PRIOR_MEAN, PRIOR_LOG_VARIANCE = RNG.normal(size=(2, 3))


def test_torch_distributions():
    torch = pytest.importorskip("torch")
    m, lv, m0, lv0 = map(torch.tensor, (MEAN, LOG_VARIANCE, PRIOR_MEAN, PRIOR_LOG_VARIANCE))
    m.requires_grad_(), lv.requires_grad_(), lv0.requires_grad_()
    normal = torch.distributions.Normal
    theirs = torch.distributions.kl_divergence(
        normal(m, (lv / 2).exp()), normal(m0, (lv0 / 2).exp())
    )
    ours = vi.kl_normal(m, lv, m0, lv0)
    np.testing.assert_allclose(ours.detach(), theirs.detach(), rtol=1e-12)
    wanted = torch.autograd.grad(theirs.sum(), (m, lv, lv0))
    for got, want in zip(torch.autograd.grad(ours.sum(), (m, lv, lv0)), wanted, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-10)
    plain = vi.kl_standard_normal(torch.tensor(MEAN), torch.tensor(LOG_VARIANCE))
    assert plain.dtype == torch.float64
    np.testing.assert_allclose(plain, vi.kl_standard_normal(MEAN, LOG_VARIANCE), rtol=1e-14)


def test_jax():
    jax = pytest.importorskip("jax")
    with jax.enable_x64(True):
        m, lv = jax.numpy.asarray(MEAN), jax.numpy.asarray(LOG_VARIANCE)
        got = jax.jit(vi.kl_standard_normal)(m, lv)
        np.testing.assert_allclose(got, vi.kl_standard_normal(MEAN, LOG_VARIANCE), rtol=1e-12)
        slope = jax.grad(lambda m: vi.kl_standard_normal(m, lv).sum())(m)
        np.testing.assert_allclose(slope, MEAN, rtol=1e-12)
        factor = jax.numpy.asarray(np.linalg.cholesky(np.eye(3) + 0.2))
        assert float(vi.kl_full_normal(m[0], factor)) > 0


COV, PRIOR_COV = np.array([[2, 0.5], [0.5, 1]]), np.array([[1, 0.2], [0.2, 1.5]])


def test_full_covariance():
    factors = np.linalg.cholesky(COV), np.linalg.cholesky(PRIOR_COV)
    got = float(vi.kl_full_normal([0.3, -0.2], factors[0], [0.0, 0.1], factors[1]))
    assert got == pytest.approx(0.3001637485, abs=5e-11)
    ours = distributions.MultivariateNormal([0.3, -0.2], COV)
    theirs = distributions.MultivariateNormal([0.0, 0.1], PRIOR_COV)
    assert got == pytest.approx(float(distributions.kl(ours, theirs)), rel=1e-13)


def test_full_covariance_per_datum():
    torch = pytest.importorskip("torch")
    root = RNG.normal(size=(6, 3, 3))
    cov = root @ root.transpose(0, 2, 1) + np.eye(3)
    mean, factors = RNG.normal(size=(6, 3)), np.linalg.cholesky(cov)
    law = torch.distributions.MultivariateNormal
    standard = law(torch.zeros(3).double(), torch.eye(3).double())
    posterior = law(torch.tensor(mean), scale_tril=torch.tensor(factors))
    theirs = torch.distributions.kl_divergence(posterior, standard)
    np.testing.assert_allclose(vi.kl_full_normal(mean, factors), theirs, rtol=1e-12)
    prior = law(torch.tensor(mean[0]), scale_tril=torch.tensor(factors[0]))
    theirs = torch.distributions.kl_divergence(posterior, prior)
    ours = vi.kl_full_normal(mean, factors, mean[0], factors[0])
    np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-14)
    assert ours[0] == pytest.approx(0, abs=1e-28)
    factor = torch.tensor(factors, requires_grad=True)
    wanted = torch.autograd.grad(
        torch.distributions.kl_divergence(law(torch.tensor(mean), scale_tril=factor), prior).sum(),
        factor,
    )[0]
    arguments = map(torch.tensor, (mean[0], factors[0]))
    value = vi.kl_full_normal(torch.tensor(mean), factor, *arguments)
    got = torch.autograd.grad(value.sum(), factor)[0]
    np.testing.assert_allclose(torch.tril(got), torch.tril(wanted), rtol=1e-9, atol=1e-12)


def test_a_diagonal_factor_is_the_diagonal_case():
    factors = np.exp(LOG_VARIANCE / 2)[..., None] * np.eye(3)
    whole = vi.kl_full_normal(MEAN, factors)
    np.testing.assert_allclose(whole, vi.kl_standard_normal(MEAN, LOG_VARIANCE).sum(-1), rtol=1e-13)


def test_full_refusals():
    with pytest.raises(ShapeError, match=r"must end in \(2, 2\)"):
        vi.kl_full_normal([0.0, 0.0], np.eye(3))
    with pytest.raises(InputError, match="no Cholesky factor"):
        vi.kl_full_normal([0.0, 0.0], COV)
    with pytest.raises(InputError, match="no Cholesky factor"):
        vi.kl_full_normal([0.0, 0.0], -np.eye(2))
    with pytest.raises(InputError, match=r"mean\[0\] is nan"):
        vi.kl_full_normal([math.nan, 0.0], np.eye(2))


def test_equal_means_are_no_distance_apart_however_narrow_the_prior():
    # The scale exp(4999.5) is beyond a float; (e^x − 1 − x)/2 at x = −1 is e⁻¹/2.
    assert vi.kl_normal(1.0, -1e4, 1.0, -9999.0) == pytest.approx(math.exp(-1) / 2, rel=1e-15)
    assert vi.kl_normal(1.0, -1e4, 1.5, -9999.0) == math.inf
    torch = pytest.importorskip("torch")
    mean, log_variance = (torch.tensor(x, dtype=torch.float64) for x in (1.0, -1e4))
    log_variance.requires_grad_()
    vi.kl_normal(mean, log_variance, mean, torch.full_like(mean, -9999.0)).backward()
    assert float(log_variance.grad) == pytest.approx((math.exp(-1) - 1) / 2, rel=1e-15)
