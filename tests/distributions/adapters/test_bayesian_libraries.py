"""PyMC and PreliZ, their real packages where they are installed; laws that users build upon."""

import numpy as np
import pytest

from kullback import distributions as d
from kullback.errors import InputError

PRELIZ = {
    "Normal": ({"mu": 0.5, "tau": 4}, d.Normal(0.5, 0.5)),
    "Gamma": ({"mu": 2, "sigma": 1}, d.Gamma(4, 2)),
    "Beta": ({"mu": 0.3, "sigma": 0.1}, d.Beta(6, 14)),
    "StudentT": ({"nu": 3, "mu": 0, "lam": 4}, d.StudentT(3, 0, 0.5)),
    "Wald": ({"mu": 1.5, "lam": 2.5}, d.InverseGaussian(1.5, 2.5)),
    "Pareto": ({"alpha": 2, "m": 1.5}, d.Pareto(2, 1.5)),
    "Triangular": ({"lower": 0, "c": 0.4, "upper": 1}, d.Triangular(0, 0.4, 1)),
    "HyperGeometric": ({"N": 10, "k": 4, "n": 3}, d.Hypergeometric(10, 4, 3)),
    "NegativeBinomial": ({"mu": 2, "alpha": 3}, d.NegativeBinomial(3, 0.6)),
    "LogLogistic": ({"alpha": 2, "beta": 3}, d.LogLogistic(2, 3)),
}


@pytest.mark.parametrize("name", PRELIZ)
def test_preliz(name):
    preliz = pytest.importorskip("preliz")
    given, ours = PRELIZ[name]
    theirs = getattr(preliz, name)(**given)
    x = np.asarray(theirs.rvs(20, random_state=1), dtype=float)
    law = d.from_object(theirs)
    assert type(law) is type(ours)
    np.testing.assert_allclose(law.log_density(x), theirs.logpdf(x), rtol=1e-6)
    np.testing.assert_allclose(law.log_density(x), ours.log_density(x), rtol=1e-9)


def test_preliz_without_a_reader_or_a_value():
    preliz = pytest.importorskip("preliz")
    with pytest.raises(InputError, match=r"PreliZ distribution Rice has no reader.*Density"):
        d.from_object(preliz.Rice(nu=1, sigma=1))
    with pytest.raises(InputError, match="Normal has parameters without a value"):
        d.from_object(preliz.Normal())


PYMC = {
    "Weibull": ({"alpha": 2, "beta": 3.0}, 1.5),
    "HalfCauchy": ({"beta": 2.0}, 1.5),
    "Pareto": ({"alpha": 2.0, "m": 1.5}, 2.5),
    "Triangular": ({"lower": 0.0, "upper": 1.0, "c": 0.4}, 0.6),
    "TruncatedNormal": ({"mu": 0.0, "sigma": 1.0, "lower": -1.0, "upper": 2.0}, 0.6),
    "SkewNormal": ({"mu": 0.5, "sigma": 1.5, "alpha": 2.0}, 0.6),
    "Geometric": ({"p": 0.3}, 3),
    "NegativeBinomial": ({"mu": 3.0, "alpha": 2.0}, 3),
    "BetaBinomial": ({"alpha": 2.0, "beta": 3.0, "n": 5}, 3),
    "HyperGeometric": ({"N": 10, "k": 4, "n": 3}, 2),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PYMC)
def test_pymc(name):
    pymc = pytest.importorskip("pymc")
    given, x = PYMC[name]
    variable = getattr(pymc, name).dist(**given)
    found = float(d.from_object(variable).log_density(float(x)))
    assert found == pytest.approx(float(pymc.logp(variable, x).eval()), abs=1e-6)


@pytest.mark.slow
def test_a_pymc_variable_given_another_has_no_law_of_its_own():
    pymc = pytest.importorskip("pymc")
    with pymc.Model():
        mean = pymc.Normal("mean", 0, 1)
        value = pymc.Normal("value", mean + 1, 1)
    with pytest.raises(InputError, match="depends on the random variable mean"):
        d.from_object(value)


def subclasses():
    """Of each library: a subclass that keeps its parent's density, and one with its own."""
    torch = pytest.importorskip("torch").distributions
    numpyro = pytest.importorskip("numpyro").distributions

    class Exponential(torch.Normal):
        """Named as another law is."""

    class Shifted(torch.Normal):
        def log_prob(self, value):
            return super().log_prob(value - 1)

    class Mine(numpyro.Gamma):
        pass

    class Own(numpyro.Gamma):
        def log_prob(self, value):
            return super().log_prob(value) * 2

    return (Exponential(0.0, 2.0), Mine(2.0, 3.0)), (Shifted(0.0, 1.0), Own(2.0, 3.0))


def test_subclasses_are_read_as_what_they_are_built_upon():
    ours = d.Normal(0, 2), d.Gamma(2, 3)
    kept, changed = subclasses()
    assert list(map(repr, map(d.from_object, kept))) == list(map(repr, ours))
    for law in changed:
        with pytest.raises(InputError, match="log_prob of its own, and so another law"):
            d.from_object(law)


def test_a_scipy_law_of_a_user_may_have_any_name():
    from scipy import stats

    class Ramp(stats.rv_continuous):
        def _pdf(self, x):
            return 2 * x

    law = d.from_object(Ramp(a=0, b=1, name="norm")())
    assert float(law.log_density(0.5)) == pytest.approx(0)
    assert d.kl(law, d.Uniform(0, 1)).value == pytest.approx(np.log(2) - 0.5)
