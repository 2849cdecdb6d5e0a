"""ln ∫ p^s q^(1 − s) against Rényi's divergences, laws on the line, and draws."""

import numpy as np
import pytest
from scipy import special

from kullback import distributions as d
from kullback.distributions.methods.elliptical import log_moment
from kullback.distributions.special import half_line

SHAPE = np.array([[2.0, 0.6], [0.6, 0.5]])
VECTORS = (
    (d.Dirichlet([1.0, 2.0, 3.0]), d.Dirichlet([2.0, 2.0, 2.0])),
    (d.Dirichlet([0.1, 0.2, 0.3, 4.0]), d.Dirichlet([0.1, 2.0, 0.2, 1.0])),
    (d.Wishart(5.0, SHAPE), d.Wishart(7.0, SHAPE + np.eye(2))),
    (d.InverseWishart(5.0, SHAPE), d.InverseWishart(4.0, SHAPE + np.eye(2))),
    (
        d.Independent((d.Gamma(2.0, 1.0), d.Normal(0.0, 1.0), d.Beta(2.0, 3.0))),
        d.Independent((d.Gamma(3.0, 1.0), d.Normal(1.0, 1.0), d.Beta(1.0, 3.0))),
    ),
)


@pytest.mark.parametrize(("p", "q"), VECTORS)
def test_at_real_s_it_is_the_divergence_of_renyi(p, q):
    function = log_moment(p, q)[0]
    for order in (0.2, 0.5, 0.9):
        renyi = d.renyi(p, q, order).value
        found, size = function(np.array([order + 0j]))
        assert abs(found[0].real - (order - 1) * renyi) < 1e-14 * size[0] + 1e-13
        assert found[0].imag == 0


@pytest.mark.parametrize(("p", "q"), VECTORS)
def test_vectors_and_matrices_by_draws(p, q):
    rng = np.random.default_rng(5)
    drawn = [law.sample(8_000, rng) for law in (p, q)]
    gap = np.concatenate([p.log_density(x) - q.log_density(x) for x in drawn])
    apart = np.abs(np.tanh(gap / 2))
    shared = sum(np.logaddexp(0, -x) * special.expit(x) for x in (gap, -gap))
    rows = {d.total_variation: apart, d.jensen_shannon: np.log(2) - shared}
    for measure, terms in rows.items():
        found = measure(p, q)
        assert found.method == "quadrature"
        assert found.error < 1e-10
        assert abs(found.value - terms.mean()) < 4.5 * terms.std() / len(terms) ** 0.5
        assert abs(measure(q, p).value - found.value) <= 2 * found.error


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (d.Gamma(0.3, 1.0), d.Gamma(30.0, 0.5)),
        (d.Gamma(2.0, 1.0), d.Gamma(2.0, 100.0)),
        (d.Gamma(2.0, 1.0), d.Gamma(2.000001, 1.0)),
        (d.Beta(2.0, 3.0), d.Beta(0.5, 0.7)),
        (d.Beta(200.0, 300.0), d.Beta(210.0, 300.0)),
    ],
)
def test_laws_on_the_line(p, q):
    function, lost = log_moment(p, q)
    for inverted, measure in (
        (half_line.total_variation, d.total_variation),
        (half_line.jensen_shannon, d.jensen_shannon),
    ):
        found, truth = inverted(function), measure(p, q)
        assert abs(found.value - truth.value) <= found.error + lost + truth.error < 2e-10
