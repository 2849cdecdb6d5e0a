"""Independent, mixtures and shares of torch: any axes, batches, and tensors that stay tensors."""

import math

import numpy as np
import pytest

from kullback import distributions as d

torch = pytest.importorskip("torch")
td = torch.distributions


def t(x):
    return torch.tensor(x, dtype=torch.float64)


GRID = np.arange(6.0).reshape(2, 3)
PAIRS = {
    "two axes": (
        td.Independent(td.Normal(t(GRID), 1.0), 2), td.Independent(td.Normal(t(0 * GRID), 2.0), 2),
    ),
    "a batch of vectors": (
        td.Independent(td.Normal(t(GRID), 1.0), 1), td.Independent(td.Normal(t(0 * GRID), 2.0), 1),
    ),
    "vectors in vectors": (
        td.Independent(td.Dirichlet(t([[1, 2, 3], [4, 5, 6.0]])), 1),
        td.Independent(td.Dirichlet(t([[2, 2, 3], [4, 5, 7.0]])), 1),
    ),
    "normals in normals": (
        td.Independent(td.MultivariateNormal(t(np.zeros((2, 2))), t(np.eye(2))), 1),
        td.Independent(td.MultivariateNormal(t(np.ones((2, 2))), t(2 * np.eye(2))), 1),
    ),
    "nested": (
        td.Independent(td.Independent(td.Gamma(t(GRID + 1), 1.0), 1), 1),
        td.Independent(td.Independent(td.Gamma(t(GRID + 2), 1.0), 1), 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_divergences_of_independent_parts(name):
    p, q = PAIRS[name]
    truth = td.kl_divergence(p, q).numpy()
    assert np.asarray(d.kl(p, q).value) == pytest.approx(truth, rel=1e-12)
    if name != "normals in normals":
        assert np.asarray(d.entropy(p).value) == pytest.approx(p.entropy().numpy(), rel=1e-12)


def test_densities_and_draws_have_the_shape_of_the_event():
    p, _ = PAIRS["two axes"]
    law, x = d.from_object(p).at(()), p.sample((5,))
    assert law.log_density(x.numpy()) == pytest.approx(p.log_prob(x).numpy(), rel=1e-12)
    assert law.sample(7, np.random.default_rng(0)).shape == (7, 2, 3)
    p, _ = PAIRS["vectors in vectors"]
    law = d.from_object(p).at(())
    drawn = law.sample(4, np.random.default_rng(0))
    assert law.log_density(drawn) == pytest.approx(p.log_prob(t(drawn)).numpy(), rel=1e-10)


def test_other_measures_add_or_multiply_over_the_parts():
    p, q = PAIRS["a batch of vectors"]
    rows = d.hellinger(p, q)
    for i in range(2):
        each = [d.hellinger(d.Normal(m, 1.0), d.Normal(0.0, 2.0)).value for m in GRID[i]]
        whole = math.sqrt(1 - math.prod(1 - h * h for h in each))
        assert rows.value[i] == pytest.approx(whole, rel=1e-12)
        each = [d.chi_square(d.Normal(m, 1.0), d.Normal(0.0, 2.0)).value for m in GRID[i]]
        whole = math.prod(1 + x for x in each) - 1
        assert d.chi_square(p, q).value[i] == pytest.approx(whole, rel=1e-12)
        each = [d.renyi(d.Normal(m, 1.0), d.Normal(0.0, 2.0), 0.3).value for m in GRID[i]]
        assert d.renyi(p, q, 0.3).value[i] == pytest.approx(sum(each), rel=1e-12)


def test_parts_without_a_closed_form():
    p = td.Independent(td.StudentT(t([3.0, 4.0])), 1)
    q = td.Independent(td.Normal(t([0.0, 0.0]), 1.0), 1)
    each = [d.renyi(d.StudentT(df), d.Normal(0.0, 1.0), 0.5).value for df in (3.0, 4.0)]
    assert d.renyi(p, q, 0.5).value == pytest.approx(sum(each), rel=1e-10)
    assert d.hellinger(p, q).value == pytest.approx(math.sqrt(-math.expm1(-sum(each) / 2)))


def test_gradients_flow_through_the_parts():
    loc = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)
    p = td.Independent(td.Normal(loc, 1.0), 2)
    d.kl(p, td.Independent(td.Normal(t(GRID), 1.0), 2)).value.backward()
    assert loc.grad.numpy() == pytest.approx(-GRID)


def test_the_components_of_a_mixture_are_its_last_axis():
    weights, locs = t([[0.3, 0.7], [0.5, 0.5]]), t([[0.0, 1.0], [2.0, 3.0]])
    p = td.MixtureSameFamily(td.Categorical(weights), td.Normal(locs, t([[1.0, 2.0], [1.0, 1.0]])))
    rows = d.kl(p, td.Normal(0.0, 1.0))
    for i in range(2):
        one = td.MixtureSameFamily(
            td.Categorical(weights[i]), td.Normal(locs[i], t([[1.0, 2.0], [1.0, 1.0]])[i])
        )
        assert rows.value[i] == pytest.approx(d.kl(one, td.Normal(0.0, 1.0)).value, rel=1e-9)
    of_vectors = td.MixtureSameFamily(
        td.Categorical(t([0.3, 0.7])), td.Independent(td.Normal(locs, 1.0), 1)
    )
    x = of_vectors.sample((6,))
    law = d.from_object(of_vectors).at(())
    assert law.log_density(x.numpy()) == pytest.approx(of_vectors.log_prob(x).numpy(), rel=1e-12)


def test_shares_of_a_broken_stick():
    p = td.LogisticNormal(t([0.0, 1.0, -1.0]), t([1.0, 2.0, 0.5]))
    q = td.LogisticNormal(t([0.5, 1.0, 0.0]), t([1.0, 1.0, 0.7]))
    law, x = d.from_object(p).at(()), p.sample((5,))
    assert law.log_density(x.numpy()) == pytest.approx(p.log_prob(x).numpy(), rel=1e-9)
    truth = td.kl_divergence(p.base_dist, q.base_dist)
    assert d.kl(p, q).value == pytest.approx(float(truth.sum()), rel=1e-12)
    drawn = law.sample(20_000, np.random.default_rng(1))
    assert drawn.sum(axis=1) == pytest.approx(np.ones(20_000))
    gaps = law.log_density(drawn) - d.from_object(q).log_density(drawn)
    mean, spread = gaps.mean(), gaps.std() / math.sqrt(len(gaps))
    assert abs(mean - float(truth.sum())) < 5 * spread
    twice = [td.LogisticNormal(t(np.zeros((2, 2)) + k), t(np.ones((2, 2)))) for k in (0.0, 1.0)]
    assert d.kl(*twice).value.tolist() == pytest.approx([1.0, 1.0])
