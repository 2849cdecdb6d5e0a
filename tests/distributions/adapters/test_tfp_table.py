"""TensorFlow Probability's own distributions × batch × precision, against its `kl_divergence`.

Its half over NumPy: the package needs neither TensorFlow nor JAX for that.
"""

import numpy as np
import pytest

from kullback import distributions as d
from kullback.errors import KullbackError

tfd = pytest.importorskip("tensorflow_probability.substrates.numpy").distributions

LINE, WIDE = (0.3, 1.2), (-0.5, 2.0)
POSITIVE, OTHER = (2.0, 3.0), (1.5, 0.8)
# From the parameters of P and of Q, numbers or rows, to TFP's distribution.
CLASSES = {
    **dict.fromkeys(("Normal", "Laplace", "Cauchy", "Gumbel", "Logistic"), (LINE, WIDE)),
    **dict.fromkeys(("LogNormal", "LogitNormal", "Moyal", "VonMises", "LogLogistic"), (LINE, WIDE)),
    **dict.fromkeys(("Beta", "Gamma", "InverseGamma", "InverseGaussian"), (POSITIVE, OTHER)),
    **dict.fromkeys(("Kumaraswamy", "Weibull"), (POSITIVE, OTHER)),
    **dict.fromkeys(("Bernoulli", "ContinuousBernoulli", "Geometric"), ((None, 0.3), (None, 0.8))),
    **dict.fromkeys(("Binomial", "NegativeBinomial"), ((5.0, None, 0.3), (5.0, None, 0.6))),
    **dict.fromkeys(("Exponential", "Poisson", "HalfNormal", "Zipf"), ((2.5,), (3.1,))),
    **dict.fromkeys(("Chi", "Chi2"), ((3.0,), (5.0,))),
    "HalfCauchy": ((0.0, 1.2), (0.0, 2.0)),
    "BetaBinomial": ((5.0, *POSITIVE), (5.0, *OTHER)),
    "StudentT": ((3.0, *LINE), (5.0, *WIDE)),
    "Skellam": (POSITIVE, OTHER),
    "Pareto": ((3.0, 1.2), (2.0, 1.0)),
    "Uniform": ((0.0, 1.0), (-1.0, 2.0)),
    "Triangular": ((0.0, 1.0, 0.4), (-1.0, 2.0, 0.5)),
    "TruncatedNormal": ((0.0, 1.0, -1.0, 2.0), (0.5, 2.0, -1.0, 2.0)),
    "GeneralizedNormal": ((0.0, 1.0, 1.5), (0.5, 2.0, 2.0)),
    "GeneralizedPareto": ((0.0, 1.0, 0.2), (0.0, 2.0, 0.3)),
}


def pair(name, batch, dtype):
    return [
        getattr(tfd, name)(*(None if v is None else np.full(batch, v, dtype) for v in values))
        for values in CLASSES[name]
    ]


def theirs(p, q):
    try:
        return np.asarray(tfd.kl_divergence(p, q))
    except NotImplementedError:
        return None


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_in_every_batch(name):
    plain = float(d.kl(*pair(name, (), "float64")).value)
    assert plain > 0
    for batch, dtype in (((), "float32"), ((3,), "float64"), ((2, 3), "float32")):
        p, q = pair(name, batch, dtype)
        found, close = np.asarray(d.kl(p, q).value), 1e-12 if dtype == "float64" else 3e-6
        assert found.shape == batch
        np.testing.assert_allclose(found, plain, rtol=close)
        peer = theirs(p, q)
        if peer is not None:
            np.testing.assert_allclose(found, peer, rtol=close)


@pytest.mark.filterwarnings("ignore")  # of TFP's Bessel functions
@pytest.mark.parametrize("name", CLASSES)
def test_every_class_has_the_densities_of_tfp(name):
    p, _ = pair(name, (), "float64")
    x = np.asarray(p.sample(20, seed=3), dtype=float)
    np.testing.assert_allclose(d.from_object(p).log_density(x), p.log_prob(x), rtol=1e-7, atol=1e-9)


CONCENTRATIONS = np.array([[2.0, 1.0, 3.0], [1.0, 1.5, 0.5]])
COVARIANCE = np.array([[2.0, 0.5], [0.5, 1.0]])
FACTOR = np.linalg.cholesky(COVARIANCE)
SHARES = np.array([[0.5, 0.3, 0.2], [0.2, 0.5, 0.3]])
PAIRS = {
    "Dirichlet": lambda: (tfd.Dirichlet(CONCENTRATIONS), tfd.Dirichlet(np.ones(3))),
    "Categorical": lambda: (tfd.Categorical(probs=SHARES), tfd.Categorical(probs=SHARES[::-1])),
    "OneHotCategorical": lambda: (
        tfd.OneHotCategorical(probs=SHARES),
        tfd.OneHotCategorical(logits=np.log(SHARES[::-1]) + 3),
    ),
    "diagonal": lambda: (
        tfd.MultivariateNormalDiag(np.zeros(2), np.array([1.0, 2.0])),
        tfd.MultivariateNormalDiag(np.ones(2), np.ones(2)),
    ),
    "factor": lambda: (
        tfd.MultivariateNormalTriL(np.zeros((3, 2)), FACTOR),
        tfd.MultivariateNormalDiag(np.ones(2), np.ones(2)),
    ),
    "whole": lambda: (
        tfd.MultivariateNormalFullCovariance(np.zeros(2), COVARIANCE),
        tfd.MultivariateNormalTriL(np.ones(2), np.eye(2)),
    ),
    "independent": lambda: (
        tfd.Independent(tfd.Normal(np.zeros((4, 3)), np.float64(1)), 1),
        tfd.Independent(tfd.Normal(np.ones((4, 3)), np.float64(2)), 1),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_vectors(name):
    p, q = PAIRS[name]()
    np.testing.assert_allclose(d.kl(p, q).value, tfd.kl_divergence(p, q), rtol=1e-10)


def test_a_covariance_of_low_rank_beside_a_diagonal():
    direction, other = FACTOR[:, :1], tfd.MultivariateNormalTriL(np.ones(2), FACTOR)
    low = tfd.MultivariateNormalDiagPlusLowRankCovariance(np.zeros(2), np.ones(2), direction)
    whole = np.linalg.cholesky(np.eye(2) + direction @ direction.T)
    truth = tfd.kl_divergence(tfd.MultivariateNormalTriL(np.zeros(2), whole), other)
    assert float(d.kl(low, other).value) == pytest.approx(float(truth), rel=1e-10)


def test_a_mixture():
    weights, parts = tfd.Categorical(probs=[0.3, 0.7]), tfd.Normal(np.array([0.0, 3.0]), 1.0)
    ours = d.Mixture([d.Normal(0, 1), d.Normal(3, 1)], [0.3, 0.7])
    found = d.kl(tfd.MixtureSameFamily(weights, parts), d.Normal(0, 2))
    assert float(found.value) == pytest.approx(float(d.kl(ours, d.Normal(0, 2)).value), rel=1e-6)


UNREAD = {
    "Bates": lambda: tfd.Bates(3.0),
    "DirichletMultinomial": lambda: tfd.DirichletMultinomial(5.0, np.ones(3)),
    "JohnsonSU": lambda: tfd.JohnsonSU(0.0, 1.0, 0.0, 1.0),
    "NoncentralChi2": lambda: tfd.NoncentralChi2(3.0, 1.0),
    "Sample": lambda: tfd.Sample(tfd.Normal(0.0, 1.0), 3),
    "Horseshoe": lambda: tfd.Horseshoe(1.0),
    "VonMisesFisher": lambda: tfd.VonMisesFisher(np.array([0.0, 1.0]), 2.0),
    "WishartTriL": lambda: tfd.WishartTriL(np.float64(4), FACTOR),
}


@pytest.mark.parametrize("name", UNREAD)
def test_other_classes_are_refused_by_name(name):
    with pytest.raises(KullbackError, match=rf"{name} has no reader.*Density"):
        d.from_object(UNREAD[name]())
