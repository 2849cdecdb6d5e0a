"""Objects of other libraries: what they become, and that their divergences are right."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from kullback import distributions as d
from kullback.errors import InputError, MethodError


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (stats.norm(1, 2), d.Normal(1, 2)),
        (stats.norm(loc=1, scale=2), d.Normal(1, 2)),
        (stats.gamma(2, scale=0.5), d.Gamma(2, 2)),
        (stats.expon(scale=4), d.Exponential(0.25)),
        (stats.weibull_min(2, scale=3), d.Weibull(2, 3)),
        (stats.invweibull(2, scale=3), d.Frechet(2, 3)),
        (stats.lognorm(0.5, scale=1), d.LogNormal(0, 0.5)),
        (stats.invgauss(0.5, scale=2), d.InverseGaussian(1, 2)),
        (stats.uniform(1, 2), d.Uniform(1, 3)),
        (stats.triang(0.25, 0, 4), d.Triangular(0, 1, 4)),
        (stats.truncnorm(-1, 2, 1, 3), d.TruncatedNormal(1, 3, -2, 7)),
        (stats.t(3, 1, 2), d.StudentT(3, 1, 2)),
        (stats.beta(2, 3), d.Beta(2, 3)),
        (stats.vonmises(2, loc=1), d.VonMises(1, 2)),
        (stats.gengamma(2, 1.5, scale=3), d.GeneralizedGamma(3, 3, 1.5)),
        (stats.poisson(3), d.Poisson(3)),
        (stats.randint(0, 6), d.DiscreteUniform(0, 5)),
        (stats.nbinom(3, 0.4), d.NegativeBinomial(3, 0.4)),
        (stats.dirichlet([1, 2]), d.Dirichlet([1, 2])),
        (stats.wishart(3, np.eye(2)), d.Wishart(3, np.eye(2))),
        (
            stats.multivariate_normal([0, 1], np.eye(2)),
            d.MultivariateNormal([0, 1], np.eye(2)),
        ),
    ],
    ids=lambda value: type(getattr(value, "dist", value)).__name__,
)
def test_scipy_frozen(theirs, ours):
    assert d.from_object(theirs) == ours


@pytest.mark.parametrize(
    "theirs",
    [
        stats.norm(1, 2),
        stats.gamma(2, loc=1, scale=3),
        stats.levy(scale=2),
        stats.nakagami(2, scale=3),
        stats.fisk(3, scale=2),
        stats.genpareto(0.3, 1, 2),
        stats.gennorm(1.5, 1, 2),
        stats.skewnorm(3, 1, 2),
        stats.moyal(1, 2),
        stats.gumbel_l(1, 2),
        stats.betaprime(2, 3, scale=2),
        stats.f(5, 7),
        stats.chi(3),
        stats.beta(2, 3, loc=-1, scale=4),
        stats.pareto(3, scale=2),
        stats.loguniform(1, 9),
        stats.johnsonsu(1, 2),
        stats.lomax(3, scale=2),
        stats.halfcauchy(scale=2),
        stats.powerlaw(3),
        stats.invgamma(3, scale=2),
    ],
    ids=lambda law: law.dist.name,
)
def test_scipy_densities_agree_with_theirs(theirs):
    law = d.from_object(theirs)
    x = theirs.ppf([0.01, 0.3, 0.5, 0.8, 0.99])
    np.testing.assert_allclose(law.log_density(x), theirs.logpdf(x), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "theirs",
    [
        stats.binom(10, 0.3),
        stats.nbinom(3.5, 0.4),
        stats.hypergeom(50, 20, 10),
        stats.betabinom(10, 2, 3),
        stats.logser(0.7),
        stats.zipf(2.5),
        stats.zipfian(1.5, 20),
        stats.dlaplace(0.8),
        stats.skellam(3, 1),
        stats.geom(0.3),
        stats.poisson(3, loc=2),
        stats.planck(0.5),
    ],
    ids=lambda law: law.dist.name,
)
def test_scipy_masses_agree_with_theirs(theirs):
    law = d.from_object(theirs)
    k = np.unique(theirs.ppf([0.01, 0.3, 0.5, 0.8, 0.99]))
    np.testing.assert_allclose(law.log_density(k), theirs.logpmf(k), rtol=1e-9, atol=1e-12)


def test_scipy_multivariate_densities_agree_with_theirs():
    cov = np.array([[2.0, 0.5], [0.5, 1.0]])
    for theirs in (
        stats.multivariate_normal([0, 1], cov),
        stats.multivariate_t([0, 1], cov, df=4),
        stats.dirichlet([2.0, 3.0, 0.5]),
        stats.wishart(4, cov),
        stats.invwishart(4, cov),
        stats.matrix_normal(np.zeros((2, 2)), cov, np.eye(2)),
    ):
        law = d.from_object(theirs)
        x = theirs.rvs(random_state=3)
        expected = np.asarray(theirs.logpdf(x.T if x.ndim == 2 and x.shape[0] == 1 else x))
        actual = np.asarray(law.log_density(x))
        assert float(actual.ravel()[0]) == pytest.approx(float(expected.ravel()[0]), rel=1e-9)


@pytest.mark.skipif(not hasattr(stats, "make_distribution"), reason="an older scipy")
def test_scipy_new_style():
    assert d.from_object(stats.Normal(mu=1, sigma=2)) == d.Normal(1, 2)
    assert d.from_object(stats.Uniform(a=0, b=2)) == d.Uniform(0, 2)
    shifted = stats.Normal(mu=0, sigma=1) * 2 + 1
    assert float(d.kl(shifted, d.Normal(1, 2))) == pytest.approx(0, abs=1e-15)
    mixture = stats.Mixture([stats.Normal(mu=-2, sigma=1), stats.Normal(mu=2, sigma=1)])
    truth = d.kl(d.NormalMixture([0.5, 0.5], [-2, 2], [1, 1]), d.Normal(0, 2.2))
    assert float(d.kl(mixture, d.Normal(0, 2.2))) == pytest.approx(float(truth), rel=1e-10)
    truncated = stats.truncate(stats.Normal(), lb=-1, ub=2)
    share = stats.norm.cdf(2) - stats.norm.cdf(-1)
    assert float(d.kl(truncated, stats.norm())) == pytest.approx(-math.log(share), rel=1e-10)
    assert float(d.kl(stats.exp(stats.Normal()), stats.lognorm(2))) == pytest.approx(
        float(d.kl(d.Normal(0, 1), d.Normal(0, 2))), rel=1e-9
    )
    made = stats.make_distribution(stats.gamma)(a=2.0)
    assert float(d.kl(made, d.Gamma(3, 1))) == pytest.approx(
        float(d.kl(d.Gamma(2, 1), d.Gamma(3, 1))), rel=1e-9
    )


class FakeModule:
    """Objects with the class names and attributes of libraries that are not installed."""

    @staticmethod
    def make(module, name, **attributes):
        return type(name, (SimpleNamespace,), {"__module__": module})(**attributes)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (
            FakeModule.make("numpyro.distributions.continuous", "Normal", loc=0.0, scale=2.0),
            d.Normal(0, 2),
        ),
        (
            FakeModule.make(
                "numpyro.distributions.continuous", "Gamma", concentration=2.0, rate=3.0
            ),
            d.Gamma(2, 3),
        ),
        (
            FakeModule.make("numpyro.distributions.discrete", "BernoulliProbs", probs=0.25),
            d.Bernoulli(0.25),
        ),
        (
            FakeModule.make(
                "numpyro.distributions.discrete", "CategoricalLogits", logits=np.zeros(2)
            ),
            d.Categorical([0.5, 0.5]),
        ),
        (
            FakeModule.make(
                "tensorflow_probability.python.distributions.beta",
                "Beta",
                concentration1=2.0,
                concentration0=3.0,
            ),
            d.Beta(2, 3),
        ),
        (
            FakeModule.make(
                "tensorflow_probability.python.distributions.mvn",
                "MultivariateNormalTriL",
                loc=np.zeros(2),
                covariance=lambda: np.eye(2),
            ),
            d.MultivariateNormal([0, 0], np.eye(2)),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_libraries_that_are_not_installed_are_read_by_name(theirs, ours):
    assert d.from_object(theirs) == ours


def test_pymc_variables_are_read_by_their_operator():
    parameters = [SimpleNamespace(data=np.array(0.0)), SimpleNamespace(data=np.array(2.0))]
    operator = SimpleNamespace(name="normal", dist_params=lambda _: parameters)
    owner = SimpleNamespace(op=operator)
    variable = FakeModule.make("pytensor.tensor.variable", "TensorVariable", owner=owner)
    assert d.from_object(variable) == d.Normal(0, 2)
    operator.name = "unknown"
    with pytest.raises(InputError, match="operator 'unknown', which has no reader"):
        d.from_object(variable)


def test_a_family_without_a_reader_is_named():
    theirs = FakeModule.make("numpyro.distributions.directional", "SineSkewed")
    with pytest.raises(InputError, match="numpyro distribution SineSkewed has no reader"):
        d.from_object(theirs)


def test_samples_are_handed_to_their_room():
    x = np.random.default_rng(0).normal(size=400)
    known = d.kl(x, d.Normal(1, 1))
    assert known.method == "nearest-neighbours"
    assert abs(known.value - 0.5) < 4 * known.standard_error
    assert d.kl(x, x + 1, unit="bits").unit == "bits"
    with pytest.raises(MethodError, match="q is an array of samples and p is a formula"):
        d.kl(d.Normal(0, 1), x)
