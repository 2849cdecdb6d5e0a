"""Images of other laws: their KL is that of the laws they are images of, and so is its error."""

import mpmath
import numpy as np
import pytest

from kullback import distributions as d


def beta_divergence(a, b, c, e):
    """The definition, in so many digits that 1e-300 beside 1e300 keeps its own."""
    with mpmath.workdps(800):
        a, b, c, e = (mpmath.mpf(x) for x in (a, b, c, e))
        log_beta = [mpmath.loggamma(x) + mpmath.loggamma(y) - mpmath.loggamma(x + y)
                    for x, y in ((a, b), (c, e))]  # fmt: skip
        total = (c - a + e - b) * mpmath.digamma(a + b)
        parts = (a - c) * mpmath.digamma(a) + (b - e) * mpmath.digamma(b)
        return log_beta[1] - log_beta[0] + parts + total


def pairs():
    """Both sides anywhere between 1e-300 and 1e300, or near each other, and what was once wrong."""
    rng = np.random.default_rng(0)
    far = 10 ** rng.uniform(-300, 300, (12, 4))
    near = 10 ** rng.uniform(-300, 300, (12, 2))
    found = [*far.tolist(), *(np.hstack([x, x * (1 + 1e-7 * rng.normal(size=2))]) for x in near)]
    return [
        *(tuple(map(float, each)) for each in found),
        (1.2101e-295, 1.34497930616702e32, 8.54181562535881e-290, 1.63619912468208e34),
        (1.629e-08, 6.8133257745328e299, 1.629e-08, 6.81332708565523e299),
        (1.58638780748563e-186, 1.70330109783207e233, 2.1052e-241, 4.15959784155224e106),
    ]


@pytest.mark.parametrize("law", [d.Beta, d.BetaPrime])
@pytest.mark.parametrize("numbers", pairs())
def test_errors_of_beta_primes_bound(law, numbers):
    for a, b, c, e in (numbers, (*numbers[2:], *numbers[:2])):
        found = d.kl(law(a, b), law(c, e))
        truth = beta_divergence(a, b, c, e)
        if truth > 1.7e308:
            assert found.value == np.inf
            continue
        # What rounding to a double takes comes on top where the truth is no normal number.
        assert abs(mpmath.mpf(float(found.value)) - truth) <= found.error + 2.3e-308


@pytest.mark.parametrize("numbers", pairs())
def test_f_is_a_beta_prime(numbers):
    """Its error may be wider, since it is in no exponential family that decimals know."""
    b, c = (min(max(2 * x, 1e-150), 1e150) for x in numbers[1:3])
    images = d.kl(d.BetaPrime(b / 2, b / 2), d.BetaPrime(c / 2, c / 2))
    found = d.kl(d.F(b, b), d.F(c, c))
    assert abs(found.value - images.value) <= found.error + images.error
    assert found.error >= images.error


def test_matrix_normals_are_normals_end_to_end():
    rows, columns = np.diag([1.0, 1e-14]), np.array([[2.0, 0.5], [0.5, 1.0]])
    sides = [d.MatrixNormal(np.full((2, 2), m), rows * s, columns) for m, s in ((0, 1), (1e-8, 2))]
    found, images = d.kl(*sides), d.kl(*(side.base() for side in sides))
    assert (found.value, found.error) == (images.value, images.error)
