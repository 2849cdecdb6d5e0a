"""torch.distributions: autograd through closed forms, and right where torch is not."""

import math

import pytest

from kullback import distributions as d
from kullback.errors import InputError

torch = pytest.importorskip("torch")
td = torch.distributions


def t(x):
    return torch.tensor(x, dtype=torch.float64)


def pairs(a):
    """Pairs whose divergence torch has, around one parameter that needs a gradient."""
    two = torch.stack([a, a])
    return [
        (td.Normal(a, a), td.Normal(t(0.5), t(1.5))),
        (td.Laplace(a, a), td.Laplace(t(0.0), t(1.0))),
        (td.Gumbel(a, a), td.Gumbel(t(0.0), t(1.0))),
        (td.Gamma(a, a), td.Gamma(t(3.0), t(1.0))),
        (td.Beta(a, 2 * a), td.Beta(t(2.0), t(2.5))),
        (td.Dirichlet(two), td.Dirichlet(t([1.0, 2.5]))),
        (td.Exponential(a), td.Gamma(t(2.5), t(2.0))),
        (td.Poisson(a), td.Poisson(t(1.0))),
        (td.Bernoulli(a / 4), td.Bernoulli(t(0.3))),
        (td.Geometric(a / 4), td.Geometric(t(0.3))),
        (td.Categorical(torch.stack([a / 4, 1 - a / 4])), td.Categorical(t([0.3, 0.7]))),
        (td.Pareto(a, a), td.Pareto(t(1.0), t(1.0))),
        (td.LogNormal(a, a), td.LogNormal(t(0.0), t(1.0))),
        (td.HalfNormal(a), td.HalfNormal(t(1.0))),
        (td.Cauchy(a, a), td.Cauchy(t(0.0), t(1.0))),
        (td.Independent(td.Normal(two, a), 1), td.Independent(td.Normal(t([0.0, 1.0]), t(1.0)), 1)),
        (
            td.MultivariateNormal(two, a * torch.eye(2, dtype=torch.float64)),
            td.MultivariateNormal(t([0.0, 0.0]), torch.eye(2, dtype=torch.float64)),
        ),
    ]


@pytest.mark.parametrize("index", range(17))
def test_values_and_gradients_agree_with_torch(index):
    a = torch.tensor(1.9, dtype=torch.float64, requires_grad=True)
    p, q = pairs(a)[index]
    ours = d.kl(p, q).value
    theirs = td.kl_divergence(p, q)
    (first,) = torch.autograd.grad(ours, a, retain_graph=True)
    (second,) = torch.autograd.grad(theirs, a)
    assert float(ours.detach()) == pytest.approx(float(theirs.detach()), rel=1e-7)
    assert float(first) == pytest.approx(float(second), rel=1e-6)


def test_gradients_exist_where_torch_has_no_divergence_at_all():
    a = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    for p, q in (
        (td.Weibull(a, a), td.Weibull(t(1.0), t(2.0))),
        (td.StudentT(3 * a, a, a), td.Normal(t(0.0), t(1.0))),
        (td.Gamma(a, a), td.LogNormal(t(0.0), t(1.0))),
    ):
        with pytest.raises(NotImplementedError):
            td.kl_divergence(p, q)
        (slope,) = torch.autograd.grad(d.kl(p, q).value, a)
        assert math.isfinite(float(slope))


def test_the_gradient_at_equal_distributions_is_zero():
    a = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    for p, q in (
        (td.Normal(t(0.0), a), td.Normal(t(0.0), t(1.0))),
        (td.Gamma(a, a), td.Gamma(t(1.0), t(1.0))),
    ):
        (slope,) = torch.autograd.grad(d.kl(p, q).value, a)
        assert float(slope) == pytest.approx(0, abs=1e-12)


def test_batches_stay_tensors():
    result = d.kl(td.Normal(t([0.0, 1.0]), 1.0), td.Normal(0.0, 2.0), unit="bits")
    assert isinstance(result.value, torch.Tensor)
    assert result.value.shape == (2,)


def test_structures():
    mixture = td.MixtureSameFamily(
        td.Categorical(t([0.5, 0.5])), td.Normal(t([-2.0, 2.0]), t([1.0, 1.0]))
    )
    truth = d.kl(d.NormalMixture([0.5, 0.5], [-2, 2], [1, 1]), d.Normal(0, 2.2))
    assert float(d.kl(mixture, d.Normal(0, 2.2))) == pytest.approx(float(truth), rel=1e-10)
    image = td.TransformedDistribution(
        td.Normal(t(0.0), t(1.0)), [td.AffineTransform(1.0, 2.0), td.ExpTransform()]
    )
    assert float(d.kl(image, d.LogNormal(0, 1)).value) == pytest.approx(
        float(d.kl(d.Normal(1, 2), d.Normal(0, 1))), rel=1e-12
    )
    folded = td.TransformedDistribution(td.Normal(t(1.0), t(1.0)), [td.AbsTransform()])
    with pytest.raises(InputError, match="not injective"):
        d.from_object(folded)
