"""Tsallis, Amari, Bhattacharyya and Jeffreys, by mpmath from their integrals."""

import mpmath as mp
import pytest

from kullback import distributions as d
from kullback.errors import InputError


@pytest.fixture(autouse=True)
def _digits():
    with mp.workdps(40):
        yield


P, Q = d.Exponential(2.0), d.Exponential(3.0)


def mixed(a):
    """∫ p^a q^(1 − a)."""
    a = mp.mpf(a)
    return mp.mpf(2) ** a * mp.mpf(3) ** (1 - a) / (2 * a + 3 * (1 - a))


@pytest.mark.parametrize("order", [0.3, 0.999, 1.5, 2.5])
def test_tsallis(order):
    truth = (mixed(order) - 1) / (mp.mpf(order) - 1)
    result = d.tsallis(P, Q, order)
    assert result.value == pytest.approx(float(truth), rel=1e-12)
    assert abs(result.value - truth) <= result.error


@pytest.mark.parametrize("alpha", [-0.9, 0.0, 0.5])
def test_alpha(alpha):
    truth = 4 / (1 - mp.mpf(alpha) ** 2) * (1 - mixed((1 - alpha) / 2))
    assert d.alpha_divergence(P, Q, alpha).value == pytest.approx(float(truth), rel=1e-12)


def test_their_ends_are_kl():
    assert d.tsallis(P, Q, 1).value == d.kl(P, Q).value
    assert d.alpha_divergence(P, Q, -1).value == d.kl(P, Q).value
    assert d.alpha_divergence(P, Q, 1).value == d.kl(Q, P).value
    hellinger = d.hellinger(P, Q).value
    assert d.alpha_divergence(P, Q, 0).value == pytest.approx(4 * hellinger**2, rel=1e-13)


def test_sums_and_halves():
    assert d.jeffreys(P, Q).value == pytest.approx(d.kl(P, Q).value + d.kl(Q, P).value, rel=1e-15)
    assert d.bhattacharyya(P, Q).value == pytest.approx(float(-mp.log(mixed(0.5))), rel=1e-13)
    rows = d.bhattacharyya(d.Normal([0.0, 2.0], 1.0), d.Normal(0.0, 1.0))
    assert rows.value.tolist() == [0.0, pytest.approx(0.5)]


def test_orders_out_of_range():
    with pytest.raises(InputError, match="order=0"):
        d.tsallis(P, Q, 0)
    with pytest.raises(InputError, match="alpha=2"):
        d.alpha_divergence(P, Q, 2)
