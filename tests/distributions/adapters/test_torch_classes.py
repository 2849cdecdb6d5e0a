"""Every class of torch.distributions: read and right, or refused by name.

The oracle is torch's own formula where it has one, else a mean of its log-probabilities over draws.
"""

import math

import numpy as np
import pytest
from scipy import stats

from kullback import distributions as d
from kullback.errors import InputError

torch = pytest.importorskip("torch")
td = torch.distributions
DRAWS = 20_000


def t(*numbers):
    return torch.tensor(numbers if len(numbers) > 1 else numbers[0], dtype=torch.float64)


def matrix(*rows):
    return torch.tensor(rows, dtype=torch.float64)


def pair(cls, first, second):
    return cls.__name__, cls(**first), cls(**second)


NORMALS = (td.Normal(t(0.0, 1.0), t(1.0, 2.0)), td.Normal(t(1.0, 1.0), t(1.0, 1.0)))
STEPS = [td.transforms.AffineTransform(t(1.0), t(2.0)), td.transforms.ExpTransform()]
WIDE, EYE = matrix([2.0, 0.5], [0.5, 1.0]), torch.eye(2, dtype=torch.float64)
PAIRS = [
    pair(td.Bernoulli, {"probs": t(0.3)}, {"logits": t(1.2)}),
    pair(
        td.Beta,
        {"concentration1": t(2.0), "concentration0": t(3.0)},
        {"concentration1": t(0.5), "concentration0": t(4.0)},
    ),
    pair(
        td.Binomial,
        {"total_count": 10, "probs": t(0.3)},
        {"total_count": 10, "logits": t(0.4)},
    ),
    pair(td.Categorical, {"probs": t(0.1, 0.2, 0.7)}, {"logits": t(0.3, 1.0, -2.0)}),
    pair(td.Cauchy, {"loc": t(0.0), "scale": t(1.0)}, {"loc": t(1.0), "scale": t(3.0)}),
    pair(td.Chi2, {"df": t(3.0)}, {"df": t(5.0)}),
    pair(td.ContinuousBernoulli, {"probs": t(0.3)}, {"logits": t(1.4)}),
    pair(
        td.Dirichlet,
        {"concentration": t(1.0, 2.0, 3.0)},
        {"concentration": t(0.5, 0.5, 4.0)},
    ),
    pair(td.Exponential, {"rate": t(2.0)}, {"rate": t(0.5)}),
    pair(td.FisherSnedecor, {"df1": t(5.0), "df2": t(7.0)}, {"df1": t(3.0), "df2": t(9.0)}),
    pair(
        td.Gamma,
        {"concentration": t(2.0), "rate": t(3.0)},
        {"concentration": t(0.7), "rate": t(1.0)},
    ),
    pair(td.Geometric, {"probs": t(0.3)}, {"logits": t(0.0)}),
    pair(td.Gumbel, {"loc": t(0.0), "scale": t(1.0)}, {"loc": t(1.0), "scale": t(2.0)}),
    pair(td.HalfCauchy, {"scale": t(1.0)}, {"scale": t(3.0)}),
    pair(td.HalfNormal, {"scale": t(1.0)}, {"scale": t(2.0)}),
    ("Independent", *(td.Independent(each, 1) for each in NORMALS)),
    pair(
        td.InverseGamma,
        {"concentration": t(3.0), "rate": t(2.0)},
        {"concentration": t(2.0), "rate": t(1.0)},
    ),
    pair(
        td.Kumaraswamy,
        {"concentration1": t(2.0), "concentration0": t(3.0)},
        {"concentration1": t(0.8), "concentration0": t(1.5)},
    ),
    pair(td.Laplace, {"loc": t(0.0), "scale": t(1.0)}, {"loc": t(1.0), "scale": t(2.0)}),
    pair(td.LogNormal, {"loc": t(0.0), "scale": t(1.0)}, {"loc": t(1.0), "scale": t(2.0)}),
    pair(
        td.LogisticNormal,
        {"loc": t(0.0, 1.0), "scale": t(1.0, 2.0)},
        {"loc": t(0.0, 0.0), "scale": t(1.0, 1.0)},
    ),
    pair(
        td.LowRankMultivariateNormal,
        {"loc": t(0.0, 1.0), "cov_factor": matrix([1.0], [1.0]), "cov_diag": t(1.0, 2.0)},
        {"loc": t(0.0, 0.0), "cov_factor": EYE, "cov_diag": t(1.0, 1.0)},
    ),
    (
        "MixtureSameFamily",
        td.MixtureSameFamily(td.Categorical(t(0.3, 0.7)), NORMALS[0]),
        td.Normal(t(0.0), t(2.0)),
    ),
    pair(
        td.Multinomial,
        {"total_count": 5, "probs": t(0.2, 0.3, 0.5)},
        {"total_count": 5, "probs": t(0.5, 0.25, 0.25)},
    ),
    pair(
        td.MultivariateNormal,
        {"loc": t(0.0, 0.0), "covariance_matrix": WIDE},
        {"loc": t(1.0, 0.0), "precision_matrix": WIDE},
    ),
    pair(
        td.NegativeBinomial,
        {"total_count": t(3.0), "probs": t(0.4)},
        {"total_count": t(3.0), "logits": t(0.4)},
    ),
    pair(td.Normal, {"loc": t(0.0), "scale": t(1.0)}, {"loc": t(1.0), "scale": t(2.0)}),
    pair(td.OneHotCategorical, {"probs": t(0.2, 0.8)}, {"logits": t(0.5, 0.1)}),
    pair(td.OneHotCategoricalStraightThrough, {"probs": t(0.2, 0.8)}, {"logits": t(0.5, 0.1)}),
    pair(td.Pareto, {"scale": t(1.0), "alpha": t(3.0)}, {"scale": t(0.5), "alpha": t(2.0)}),
    pair(td.Poisson, {"rate": t(3.0)}, {"rate": t(5.0)}),
    pair(td.StudentT, {"df": t(5.0)}, {"df": t(3.0), "loc": t(1.0), "scale": t(2.0)}),
    (
        "TransformedDistribution",
        td.TransformedDistribution(td.Normal(t(0.0), t(1.0)), STEPS),
        td.LogNormal(t(0.0), t(2.0)),
    ),
    pair(td.Uniform, {"low": t(0.0), "high": t(1.0)}, {"low": t(-1.0), "high": t(2.0)}),
    pair(
        td.VonMises,
        {"loc": t(0.0), "concentration": t(2.0)},
        {"loc": t(1.0), "concentration": t(3.0)},
    ),
    pair(
        td.Weibull,
        {"scale": t(1.0), "concentration": t(2.0)},
        {"scale": t(2.0), "concentration": t(1.5)},
    ),
    pair(
        td.Wishart,
        {"df": t(4.0), "covariance_matrix": WIDE},
        {"df": t(5.0), "scale_tril": 2 * EYE},
    ),
]
# In double torch's own log-probability of it fails.
single = torch.tensor
PAIRS.append(
    (
        "GeneralizedPareto",
        td.GeneralizedPareto(single(0.0), single(1.0), single(0.2)),
        td.GeneralizedPareto(single(0.0), single(2.0), single(0.3)),
    )
)
REFUSED = {
    "LKJCholesky": td.LKJCholesky(3, t(1.5)),
    "RelaxedBernoulli": td.RelaxedBernoulli(t(0.7), t(0.3)),
    "RelaxedOneHotCategorical": td.RelaxedOneHotCategorical(t(0.7), t(0.3, 0.7)),
}


def draws(law):
    torch.manual_seed(0)
    return law.sample((DRAWS,))


def formula(what, p, q):
    try:
        found = p.entropy() if what == "entropy" else td.kl_divergence(p, q)
    except NotImplementedError:
        return None
    return found.detach().item()


@pytest.mark.parametrize("what", ["entropy", "KL", "reverse KL"])
@pytest.mark.parametrize(("name", "p", "q"), PAIRS, ids=[name for name, *_ in PAIRS])
def test_what_torch_says(name, p, q, what):
    if what == "reverse KL":
        p, q = q, p
    own = d.entropy(p) if what == "entropy" else d.kl(p, q)
    value = float(own.value)
    peer = formula(what, p, q)
    if peer is not None:
        assert value == pytest.approx(peer, rel=1e-7, abs=1e-9 + own.error)
        return
    drawn = draws(p)
    terms = -p.log_prob(drawn)
    if what != "entropy":
        inside = q.support.check(drawn)
        inside = inside.reshape(DRAWS, -1).all(-1)
        if not inside.all():
            assert value == math.inf
            return
        terms = -terms - q.log_prob(drawn)
    error = float(terms.std()) / math.sqrt(DRAWS)
    assert value == pytest.approx(float(terms.mean()), abs=5 * error + 1e-9)


def test_no_class_is_forgotten():
    abstract = {"Distribution", "ExponentialFamily"}
    known = {
        name
        for name in td.__all__
        if isinstance(getattr(td, name), type) and issubclass(getattr(td, name), td.Distribution)
    }
    assert known - abstract == {name for name, *_ in PAIRS} | set(REFUSED)


@pytest.mark.parametrize("name", REFUSED)
def test_the_others_are_refused_by_name(name):
    with pytest.raises(InputError, match=r"has no reader; known are|is not read: give a Density"):
        d.entropy(REFUSED[name])


@pytest.mark.parametrize("given", ["covariance_matrix", "precision_matrix", "scale_tril"])
def test_a_wishart_is_the_same_however_it_is_given(given):
    held = {"covariance_matrix": WIDE, "precision_matrix": torch.linalg.inv(WIDE)}
    held["scale_tril"] = torch.linalg.cholesky(WIDE)
    read = d.from_object(td.Wishart(t(4.0), **{given: held[given]}))
    np.testing.assert_allclose(read.scale, WIDE, rtol=1e-14)
    assert float(d.entropy(read).value) == pytest.approx(stats.wishart(4, WIDE.numpy()).entropy())
