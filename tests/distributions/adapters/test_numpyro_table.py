"""numpyro's own distributions × batch × precision, against its `kl_divergence` where it has one."""

import numpy as np
import pytest

from kullback import distributions as d
from kullback.errors import KullbackError

numpyro = pytest.importorskip("numpyro.distributions")
jnp = pytest.importorskip("jax.numpy")

# From the parameters of P and of Q, numbers or rows, to numpyro's distribution.
CLASSES = {
    "Normal": ((0.3, 1.2), (-0.5, 2.0)),
    "Beta": ((2.0, 3.0), (1.5, 0.8)),
    "Gamma": ((2.0, 3.0), (1.5, 0.8)),
    "Laplace": ((0.3, 1.2), (-0.5, 2.0)),
    "Exponential": ((1.5,), (0.7,)),
    "Poisson": ((1.5,), (2.7,)),
    "Cauchy": ((0.3, 1.2), (-0.5, 2.0)),
    "Gumbel": ((0.3, 1.2), (-0.5, 2.0)),
    "HalfNormal": ((1.2,), (2.0,)),
    "LogNormal": ((0.3, 1.2), (-0.5, 2.0)),
    "StudentT": ((3.0, 0.3, 1.2), (5.0, -0.5, 2.0)),
    "Weibull": ((1.2, 1.5), (2.0, 0.9)),
    "BernoulliProbs": ((0.3,), (0.8,)),
    "BernoulliLogits": ((0.3,), (-0.8,)),
    "GeometricProbs": ((0.3,), (0.8,)),
}


def pair(name, batch, dtype):
    return [
        getattr(numpyro, name)(*(jnp.full(batch, value, dtype=dtype) for value in values))
        for values in CLASSES[name]
    ]


def theirs(p, q):
    try:
        return np.asarray(numpyro.kl_divergence(p, q))
    except NotImplementedError:
        return None


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_in_every_batch(name):
    plain = float(d.kl(*pair(name, (), "float32")).value)
    assert np.isfinite(plain)
    assert plain > 0
    for batch in ((), (3,), (2, 3)):
        p, q = pair(name, batch, "float32")
        found = np.asarray(d.kl(p, q).value)
        assert found.shape == batch
        np.testing.assert_allclose(found, plain, rtol=1e-9)
        peer = theirs(p, q)
        if peer is not None:
            np.testing.assert_allclose(found, peer, rtol=2e-5)


def test_simplices_and_matrices():
    concentration = jnp.array([[2.0, 1.0, 3.0], [1.0, 1.5, 0.5]])
    p, q = numpyro.Dirichlet(concentration), numpyro.Dirichlet(jnp.ones(3))
    np.testing.assert_allclose(d.kl(p, q).value, numpyro.kl_divergence(p, q), rtol=2e-5)
    a, b = (numpyro.CategoricalProbs(jnp.array(x)) for x in ([0.5, 0.3, 0.2], [0.2, 0.5, 0.3]))
    assert float(d.kl(a, b).value) == pytest.approx(float(numpyro.kl_divergence(a, b)), rel=2e-5)
    wide = numpyro.MultivariateNormal(jnp.zeros(2), covariance_matrix=2 * jnp.eye(2))
    unit = numpyro.MultivariateNormal(jnp.ones(2), covariance_matrix=jnp.eye(2))
    truth = float(numpyro.kl_divergence(wide, unit))
    assert float(d.kl(wide, unit).value) == pytest.approx(truth, rel=2e-5)


def test_independent_and_masked():
    p = numpyro.Normal(jnp.zeros((4, 3)), 1.0).to_event(1)
    q = numpyro.Normal(jnp.ones((4, 3)), 1.0).to_event(1)
    np.testing.assert_allclose(d.kl(p, q).value, np.full(4, 1.5))
    with pytest.raises(KullbackError):
        d.kl(numpyro.Normal(0.0, 1.0).mask(False), numpyro.Normal(0.0, 1.0))


@pytest.mark.parametrize("logit", [15.0, 30.0])
def test_logits_stay_logits(logit):
    truth = np.log(0.5) + 0.5 * (logit + 2 * np.log1p(np.exp(-logit)))
    found = d.kl(numpyro.BernoulliProbs(0.5), numpyro.BernoulliLogits(logit))
    assert float(found.value) == pytest.approx(truth, rel=1e-6)
    even = numpyro.CategoricalLogits(jnp.zeros(3))
    far = numpyro.CategoricalLogits(jnp.array([0.0, 0.0, 150.0]))
    assert float(d.kl(even, far).value) == pytest.approx(98.901388, rel=1e-6)


MATRIX = np.array([[2.0, 0.5], [0.5, 1.0]])


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (
            numpyro.MultinomialLogits(np.log([0.2, 0.3, 0.5]) + 4, 5),
            d.Multinomial(5, [0.2, 0.3, 0.5]),
        ),
        (numpyro.CategoricalLogits(np.log([0.2, 0.3, 0.5]) - 7), d.Categorical([0.2, 0.3, 0.5])),
        (numpyro.LogUniform(1.0, 9.0), d.LogUniform(1, 9)),
        (numpyro.DiscreteUniform(0, 5), d.DiscreteUniform(0, 5)),
        (numpyro.Wishart(4.0, MATRIX), d.Wishart(4, MATRIX)),
    ],
    ids=lambda law: type(law).__name__,
)
def test_what_a_law_is_read_as(theirs, ours):
    read = d.from_object(theirs)
    assert type(read) is type(ours)
    assert float(d.kl(ours, read).value) == pytest.approx(0, abs=1e-9)
    assert float(d.kl(read, ours).value) == pytest.approx(0, abs=1e-9)


def test_one_point():
    assert d.kl(numpyro.Delta(2.0), numpyro.Delta(2.0)).value == 0
    assert d.kl(numpyro.Delta(2.0), numpyro.Normal(2.0)).value == float("inf")
    truth = 3 - 2 * np.log(3) + np.log(2)
    assert abs(d.kl(numpyro.Delta(2.0), numpyro.Poisson(3.0)).value - truth) < 1e-6
    rows = d.kl(numpyro.Delta(jnp.array([1.0, 2.0])), numpyro.Delta(2.0)).value
    assert rows.tolist() == [float("inf"), 0.0]
    vector = numpyro.Delta(jnp.array([1.0, 2.0]), event_dim=1)
    assert d.kl(vector, numpyro.Delta(jnp.array([1.0, 3.0]), event_dim=1)).value == float("inf")
    with pytest.raises(KullbackError, match="mass is not 1"):
        d.from_object(numpyro.Delta(2.0, log_density=0.5))
