"""Sums over long runs of integers: term by term where that is possible, else closed forms."""

import math

import mpmath as mp
import numpy as np
import pytest
from scipy import stats

from kullback import distributions as d
from kullback.distributions.special.block_sum import block_sum


@pytest.mark.parametrize("width", [3.0, 40.0, 1e3, 1e5])
def test_a_bell_against_all_of_its_terms(width):
    k = np.arange(-300_000, 300_000)

    def bell(x):
        return np.exp(-((x / width) ** 2))[None]

    value, error = block_sum(bell, -300_000.0, 600_000, 1.0, np.zeros(1))
    truth = math.fsum(bell(k)[0].tolist())
    assert abs(value[0] - truth) <= error[0] + 1e-14 * truth


def test_a_kink_and_a_long_way():
    def tent(x):
        return np.abs(x - 123_456.0)[None]

    value, error = block_sum(tent, 0.0, 1_000_000, 1.0, np.zeros(1))
    truth = 123_456 * 123_457 // 2 + (999_999 - 123_456) * (1_000_000 - 123_456) // 2
    assert abs(value[0] - truth) <= error[0] + 1e-13 * truth
    value, _ = block_sum(lambda x: np.exp(-x * 1e-12)[None], 0.0, 2**46, 1.0, np.zeros(1))
    assert value[0] == pytest.approx(-math.expm1(-(2**46) * 1e-12) / -math.expm1(-1e-12), rel=1e-12)


def test_differences_of_poissons_by_brute_force():
    k = np.arange(-200, 400)
    p, q = (np.longdouble(stats.skellam(*m).pmf(k)) for m in ((30.0, 12.0), (25.0, 15.0)))
    ours = d.Skellam(30.0, 12.0), d.Skellam(25.0, 15.0)
    both = (p > 0) & (q > 0)
    p, q = p[both], q[both]
    assert d.kl(*ours).value == pytest.approx(float((p * np.log(p / q)).sum()), rel=1e-8)
    assert d.chi_square(*ours).value == pytest.approx(float(((p - q) ** 2 / q).sum()), rel=1e-7)
    assert d.total_variation(*ours).value == pytest.approx(float(abs(p - q).sum() / 2), rel=1e-8)
    mixed = -2 * np.log((np.sqrt(p * q)).sum())
    assert d.renyi(*ours, 0.5).value == pytest.approx(float(mixed), rel=1e-7)


def test_millions_of_integers():
    """TV of two geometrics is the difference of their distribution functions at the crossing."""
    with mp.workdps(40):
        p, q = mp.mpf(1e-6), mp.mpf(3e-6)
        crossing = mp.floor(mp.log(q / p) / (mp.log(1 - p) - mp.log(1 - q)))
        truth = (1 - p) ** (crossing + 1) - (1 - q) ** (crossing + 1)
    result = d.total_variation(d.Geometric(1e-6), d.Geometric(3e-6))
    assert abs(result.value - float(truth)) <= result.error
    assert result.error < 1e-9
