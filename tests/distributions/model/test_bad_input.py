"""Bad input: each error names the argument, the value and the remedy."""

import numpy as np
import pytest

from kullback import distributions as d
from kullback.errors import InputError, MethodError, ShapeError, UnitError, UnreliableError

NORMAL = d.Normal(0, 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: d.Normal(0, -1), "scale of Normal is -1; it must be finite and > 0"),
        (lambda: d.Normal(float("nan"), 1), "loc of Normal is nan"),
        (lambda: d.Normal(np.inf, 1), "loc of Normal is inf"),
        (lambda: d.Normal([0, 1], [1, -2]), r"scale of Normal\[1\] is -2"),
        (lambda: d.Normal("a", 1), "loc of Normal is 'a'; it must be a real number"),
        (lambda: d.Gamma(0, 1), "shape of Gamma is 0"),
        (lambda: d.Bernoulli(1.5), r"probs of Bernoulli is 1.5; it must be in \[0, 1\]"),
        (lambda: d.Binomial(2.5, 0.5), "n of Binomial is 2.5; it must be an integer"),
        (lambda: d.Zipf(1), "s of Zipf is 1"),
        (lambda: d.Categorical([0.5, 0.6]), r"probs of Categorical sums to 1\.1"),
        (lambda: d.Uniform(2, 1), "low must be below high"),
        (lambda: d.Triangular(0, 5, 3), "low ≤ mode ≤ high"),
        (lambda: d.GeneralizedGamma(1, 2, -1), "d and p of one sign"),
        (lambda: d.Hypergeometric(10, 20, 5), "K ≤ N"),
        (lambda: d.Wishart(1, np.eye(3)), "df of Wishart is 1.0; it must be > 2"),
        (lambda: d.VonMisesFisher(1, 2), "dim of VonMisesFisher"),
        (lambda: d.Density(3), "function of Density is 3"),
    ],
)
def test_parameters(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_covariances_say_in_which_direction_they_fail():
    with pytest.raises(InputError, match=r"negative in the direction \(1, -1\)"):
        d.MultivariateNormal([0, 0], [[1, 2], [2, 1]])
    with pytest.raises(InputError, match=r"singular: .* in the direction \(1, -1\)"):
        d.MultivariateT(3, [0, 0], [[1, 1], [1, 1]])
    with pytest.raises(InputError, match=r"not symmetric: \[0, 1\] is 0.5 and \[1, 0\] is 0"):
        d.MultivariateNormal([0, 0], [[1, 0.5], [0, 1]])
    singular = d.MultivariateNormal([0, 0], [[1, 1], [1, 1]])
    result = d.kl(singular, d.MultivariateNormal([0, 0], np.eye(2)))
    assert "P has variance 0 in the direction (1, -1)" in result.reason


def test_singular_covariances_on_one_subspace_have_a_finite_divergence():
    first = d.MultivariateNormal([0, 0], [[1, 1], [1, 1]])
    second = d.MultivariateNormal([1, 1], [[2, 2], [2, 2]])
    truth = d.kl(d.Normal(0, np.sqrt(2)), d.Normal(np.sqrt(2), 2))
    assert float(d.kl(first, second)) == pytest.approx(float(truth), rel=1e-12)
    assert float(d.kl(first, d.MultivariateNormal([1, 0], [[2, 2], [2, 2]]))) == np.inf


def test_mismatched_dimensions():
    two = d.MultivariateNormal([0, 0], np.eye(2))
    with pytest.raises(ShapeError, match=r"shape \(1,\).*shape \(2,\)"):
        d.kl(d.MultivariateNormal([0], [[1]]), two)
    with pytest.raises(ShapeError, match="a divergence needs one space"):
        d.kl(NORMAL, two)
    with pytest.raises(ShapeError, match="mean of MultivariateNormal has 3 entries"):
        d.MultivariateNormal([0, 0, 0], np.eye(2))
    with pytest.raises(ShapeError, match="do not broadcast"):
        d.kl(d.Normal([0, 1], 1), d.Normal([0, 1, 2], 1))
    with pytest.raises(ShapeError, match="do not broadcast"):
        d.Normal([0, 1], [1, 1, 1])


def test_unknown_objects_say_what_was_looked_for():
    with pytest.raises(InputError, match=r"p: .*looked for kullback, scipy, torch, numpyro"):
        d.kl(object(), NORMAL)
    with pytest.raises(InputError, match="did you mean normal"):
        d.by_name("norml")


def test_methods_and_units():
    with pytest.raises(MethodError, match="method='fast' is unknown; choose one of auto"):
        d.kl(NORMAL, NORMAL, method="fast")
    with pytest.raises(MethodError, match=r"auto.* takes quadrature"):
        d.kl(NORMAL, d.Logistic(0, 1), method="closed form")
    with pytest.raises(UnreliableError, match="goes by quadrature"):
        d.kl(NORMAL, d.Logistic(0, 1), strict=True)
    assert float(d.kl(NORMAL, d.Normal(1, 1), strict=True)) == 0.5
    with pytest.raises(UnitError):
        d.kl(NORMAL, NORMAL, unit="dits")
    with pytest.raises(InputError, match="rtol=2"):
        d.kl(NORMAL, NORMAL, rtol=2)
    with pytest.raises(UnitError, match="has no unit"):
        d.hellinger(NORMAL, d.Normal(1, 1)).to("bits")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("normal(0, 1, 2)", r"3 parameters; the family is normal\(loc, scale\)"),
        ("normal(0)", "lacks scale"),
        ("normal(0, size=1)", "'size' is unknown"),
        ("normal(0, __import__('os'))", "is no number"),
        ("import os", "is no distribution; write it as in"),
        ("nothing(1)", "no family is named"),
        ("normal(0, -1)", "scale of Normal is -1"),
    ],
)
def test_text(text, message):
    with pytest.raises(InputError, match=message):
        d.from_text(text)


def test_text_reads_numbers_lists_and_names():
    assert d.from_text(" normal(loc=-1, scale=2e0) ") == d.Normal(-1, 2)
    assert d.from_text("truncated_normal(0, 1, -inf, 2)").low == -np.inf
    assert d.from_text("multivariate_normal([0, 0], [[1, 0], [0, 1]])").cov.shape == (2, 2)
