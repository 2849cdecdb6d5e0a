"""Where two laws end or jump: infinite exactly where the powers of the distance say so."""

import itertools
import math

import pytest

from kullback import distributions as d

SHAPES = (0.3, 1.2, 4.0)


def spread(shape, loc):
    """Like (x − loc)^(shape − 1) above loc."""
    return d.Affine(d.Beta(shape, 2.0), loc, 1.0)


@pytest.mark.parametrize("order", [1.3, 3.0])
def test_an_inner_end_decides_as_the_exponent_does(order):
    below = d.Uniform(2.0, 3.0)
    for own, other in itertools.product(SHAPES, SHAPES):
        p, q = spread(own, 3.0), d.Mixture([spread(other, 3.0), below], [0.5, 0.5])
        exponent = order * (own - 1) + (1 - order) * (other - 1)
        if abs(exponent + 1) < 0.05 or exponent < -0.8 <= exponent + 0.2:
            continue  # so slowly convergent that doubles do not hold the mass next to 3
        assert math.isinf(d.renyi(p, q, order).value) == (exponent <= -1), (own, other)
        inside = d.renyi(p, d.Uniform(0.0, 9.0), order)
        assert math.isinf(inside.value) == (order * (own - 1) <= -1), own


def test_minus_the_logarithm_of_an_inner_end_has_no_mean():
    """1/x at 0+ under a density that is positive there."""
    q = d.Mixture([d.Affine(d.InverseGamma(1.0, 1.0), 1.0, 1.0), d.Uniform(0.0, 1.0)], [0.5, 0.5])
    assert d.kl(d.Uniform(0.0, 2.0), q).value == math.inf
    assert math.isfinite(d.kl(spread(2.5, 1.0), q).value)
    power = d.Mixture([spread(3.0, 1.0), d.Uniform(0.0, 1.0)], [0.5, 0.5])
    # On [1, 2] q is ½ (x² (1 − x)) 12, on [0, 1] it is ½: −½ E ln(12 x² (1 − x)) is what is left.
    mean = (math.log(12) - 2 - 1) / 2  # E ln x = E ln(1 − x) = −1
    value = d.kl(d.Uniform(0.0, 2.0), power).value
    assert value == pytest.approx(-mean, rel=1e-9)


def test_atoms_leave_the_ends_of_the_density_what_they_are():
    spike = d.Deterministic(0.0)
    p, q = (d.Mixture([spike, law], [0.3, 0.7]) for law in (d.Gamma(0.5, 1.0), d.Laplace(0.0, 1.0)))
    assert d.chi_square(p, q).value == math.inf
    assert math.isfinite(d.kl(p, q).value)
