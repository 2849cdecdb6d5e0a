"""Parameters of torch in single precision: nothing is rounded on the way in."""

import math

import pytest
from mpmath import mp, mpf

from kullback.distributions import kl

torch = pytest.importorskip("torch")
td = torch.distributions


@pytest.mark.parametrize("logit", [-30.0, -15.0, 3.0, 7.0, 9.0, 15.0, 30.0, 100.0])
def test_logits_stay_logits(logit):
    found = kl(td.Bernoulli(0.5), td.Bernoulli(logits=torch.tensor(logit)))
    with mp.workdps(80):
        q = 1 / (1 + mp.exp(-mpf(logit)))
        truth = -mp.log(2) - (mp.log(q) + mp.log(1 - q)) / 2
    assert float(found) == pytest.approx(float(truth), rel=1e-8)


def test_logits_of_classes():
    """1/3 each under a class that takes all but e^−150: ln(1/3) + (2/3)·150."""
    far = td.Categorical(logits=torch.tensor([0.0, 0.0, 150.0]))
    found = kl(td.Categorical(logits=torch.zeros(3)), far)
    assert float(found) == pytest.approx(100 - math.log(3), rel=1e-7)


def test_the_small_ends_of_a_covariance():
    zero = torch.zeros(2)
    narrow = td.MultivariateNormal(zero, torch.diag(torch.tensor([1.0, 1e-8])))
    truth = (1e-8 - 1 - math.log(1e-8)) / 2
    assert float(kl(narrow, td.MultivariateNormal(zero, torch.eye(2)))) == pytest.approx(
        truth, rel=1e-6
    )


def test_shares_go_by_their_normals():
    one, two = (td.LogisticNormal(torch.zeros(n), torch.ones(n)) for n in (1, 2))
    assert float(kl(one, one)) == 0
    moved = td.LogisticNormal(torch.ones(2), 2 * torch.ones(2))
    # The map from the normals is one to one.
    normals = td.kl_divergence(td.Normal(0.0, 1.0), td.Normal(1.0, 2.0))
    assert float(kl(two, moved)) == pytest.approx(2 * float(normals), rel=1e-6)


def test_gradients_reach_the_parameters():
    mean = torch.tensor(0.5, requires_grad=True)
    kl(td.Normal(mean, 1.0), td.Normal(0.0, 1.0)).value.backward()
    assert float(mean.grad) == pytest.approx(0.5)


def test_batches_of_independent_vectors():
    p = td.Independent(td.Normal(torch.zeros(4, 3), 1.0), 1)
    moved = torch.arange(12.0).reshape(4, 3)
    q = td.Independent(td.Normal(moved, torch.tensor([1.0, 2.0, 3.0])), 1)
    found = kl(p, q).value
    assert found.tolist() == pytest.approx(td.kl_divergence(p, q).tolist(), rel=1e-6)
