"""The KL of a mixture of normals from the standard normal, against mpmath."""

import mpmath
import numpy as np
import pytest

from kullback import vi
from kullback.vi.aggregate_margin import kl_of_margin


def by_definition(mean, scale):
    def density(z):
        return sum(mpmath.npdf(z, a, b) for a, b in zip(mean, scale, strict=True)) / len(mean)

    def integrand(z):
        q = density(z)
        return q * (mpmath.log(q) - mpmath.log(mpmath.npdf(z, 0, 1))) if q > 0 else mpmath.mpf(0)

    steps = (-12, -8, -5, -3, -1.5, 0, 1.5, 3, 5, 8, 12)
    ends = sorted({float(a + k * b) for a, b in zip(mean, scale, strict=True) for k in steps})
    return float(mpmath.quad(integrand, ends))


@pytest.mark.parametrize(
    ("mean", "scale"),
    [
        ([2.0, -2.0], [1.0, 1.0]),
        ([0.0], [1e-9]),
        ([0.0], [1.0]),
        ([1.0, -3.0, 0.5], [1e-4, 0.3, 2.0]),
        ([0.0, 0.0], [1.0, 1e-3]),
        ([5.0, 5.001], [1e-4, 1e-4]),
        ([30.0, -30.0], [1e-4, 0.1]),
    ],
)
def test_against_the_definition(mean, scale):
    found = kl_of_margin(np.array(mean), np.array(scale))
    assert found == pytest.approx(by_definition(mean, scale), rel=1e-10, abs=1e-12)


def test_one_posterior_has_a_closed_form():
    for scale in 10.0 ** np.arange(-6, 3):
        exact = 0.5 * (scale**2 + 9.0 - 1.0) - np.log(scale)
        assert kl_of_margin(np.array([3.0]), np.array([scale])) == pytest.approx(exact, rel=1e-9)


def test_widths_that_differ_by_any_factor():
    """Once a grid of a million points and an error; now the narrow ones have cells of their own."""
    rng = np.random.default_rng(0)
    mean, log_variance = rng.normal(size=(300, 1)), rng.uniform(-40, 0, (300, 1))
    found = vi.decompose(mean, log_variance)
    assert 0 < found.mutual_information <= np.log(300) + 1e-9
    assert found.kl == pytest.approx(found.mutual_information + found.aggregate_kl)


@pytest.mark.parametrize("draws", [2, 3])
def test_the_error_is_right_for_few_draws(draws):
    """The spread over seeds is the error on average, with two data and one degree of freedom."""
    mean, log_variance = np.array([[1.0, 0.0], [-1.0, 0.5]]), np.zeros((2, 2))
    runs = [vi.decompose(mean, log_variance, draws=draws, seed=seed) for seed in range(2000)]
    spread = np.std([run.mutual_information for run in runs])
    error = np.sqrt(np.mean([run.standard_error**2 for run in runs]))
    assert error == pytest.approx(spread, rel=0.08)
    assert [note.code for note in runs[0].notes if note.code == "few-draws"] == ["few-draws"]
