"""Table 3b of the design's reference notes: inputs on which peers go wrong.

The sources are issues of scipy, philentropy, torchmetrics, Distances.jl and proxyC; values
by mpmath at 40 digits.
"""

import math

import mpmath as mp
import numpy as np
import pytest

import kullback as k
from kullback.errors import InputError, MassError, ShapeError, UnitError


def test_b1_near_equal_coins():
    value = k.kl([0.5 + 1e-9, 0.5 - 1e-9], [0.5, 0.5])
    assert float(value) == pytest.approx(1.9999999978945768e-18, rel=1e-12)


def test_b2_thousand_bins_nearly_equal():
    rng = np.random.default_rng(2)
    q = rng.dirichlet(np.ones(1000))
    p = q * (1 + 1e-10 * rng.standard_normal(1000))
    p /= p.sum()
    with mp.workdps(50):
        exact = mp.fsum(
            mp.mpf(a) * mp.log(mp.mpf(a) / mp.mpf(b)) - mp.mpf(a) + mp.mpf(b)
            for a, b in zip(p.tolist(), q.tolist(), strict=True)
        )
    assert 0 < exact < 1e-19
    assert float(k.kl(p, q)) == pytest.approx(float(exact), rel=1e-12)


def test_b3_js_distance_of_neighbouring_floats():
    x = np.nextafter(0.5, 0)
    value = k.jensen_shannon_distance([x, 1 - x], [1 - x, x])
    assert float(value) == pytest.approx(3.9252311467094379e-17, rel=1e-12)


def test_b4_js_distance_of_float32():
    c1 = np.array([0.027501475, 0.055202297], dtype=np.float32)
    c2 = np.array([0.027537677, 0.055334348], dtype=np.float32)
    value = k.jensen_shannon_distance(c1, c2, mass="normalize")
    assert float(value) == pytest.approx(0.00017883362019890852, rel=1e-12)


def test_b5_js_distance_with_a_subnormal():
    value = float(k.jensen_shannon_distance([0, 1], [5e-324, 1]))
    assert 0 <= value < 1.31e-162


@pytest.mark.parametrize(
    ("p", "q", "relative_entropy"),
    [
        (4.0, 2.2250738585072014e-308, 2839.130851573536),
        (3.0, 2.2250738585072014e-308, 2128.4850924627966),
        (1.0, 5e-324, 744.44007192138126),
    ],
)
def test_b6_ratio_beyond_the_range_of_a_double(p, q, relative_entropy):
    assert float(k.kl([p], [q], mass="as-is")) == pytest.approx(relative_entropy - p, rel=1e-14)


def test_b7_three_readings_of_unnormalised_q():
    p, q = [0.5, 0.5], [0.3, 0.3]
    assert float(k.kl(p, q, mass="as-is")) == pytest.approx(0.11082562376599068, rel=1e-13)
    assert float(k.kl(p, q, mass="normalize")) == 0
    with pytest.raises(MassError, match=r"q sums to 0\.6"):
        k.kl(p, q)


def test_b8_zero_in_p():
    p, q = np.array([0, 1, 2, 3]) / 6, np.array([4, 3, 4, 5]) / 16
    assert float(k.kl(p, q)) == pytest.approx(0.31126533283073084, rel=1e-13)
    assert float(k.kl(q, p)) == math.inf


def test_b9_one_of_271_outcomes_missing():
    p = np.arange(1.0, 272.0)
    q = p.copy()
    q[0] = 0
    p, q = p / p.sum(), q / q.sum()
    assert float(k.kl(p, q)) == math.inf
    assert k.kl(p, q).infinite_at == (0,)
    assert float(k.kl(q, p)) == pytest.approx(2.7132992363727258e-5, rel=1e-11)


def test_b10_nan_is_refused():
    with pytest.raises(InputError, match=r"p\[0\] is nan"):
        k.kl([math.nan, 0.1], [0.5, 0.5])


def test_b11_zero_in_q_only():
    p, q = [0.3, 0.3, 0.4], [0.5, 0.5, 0]
    assert 0 < float(k.jensen_shannon(p, q)) < math.log(2)
    assert float(k.kl(p, q)) == math.inf
    assert float(k.kl(q, q)) == float(k.jensen_shannon(q, q)) == 0


@pytest.mark.parametrize("p", [[0.5, 0.6, -0.1], [1.2, -0.2]])
def test_b12_negative_is_refused(p):
    with pytest.raises(InputError, match="never negative"):
        k.entropy(p)


def test_b13_negative_of_rounding_size_is_zero_with_a_note():
    value = k.entropy([0.5, 0.5, -1e-17], unit="bits")
    assert value == 1
    assert [note.code for note in value.notes] == ["rounded-negative"]


def test_b14_nothing_to_measure():
    with pytest.raises(MassError, match="sums to 0"):
        k.entropy([0.0, 0.0], mass="normalize")
    with pytest.raises(MassError):
        k.entropy([0.0, 0.0])
    with pytest.raises(ShapeError, match="no outcomes"):
        k.entropy([])


def test_b15_weights_whose_sum_overflows():
    value = k.entropy([1e308] * 3, mass="normalize")
    assert float(value) == pytest.approx(1.0986122886681097, rel=1e-15)


def test_b16_subnormal_weights():
    value = k.entropy([5e-324, 5e-324], mass="normalize")
    assert float(value) == pytest.approx(math.log(2), rel=1e-15)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_b17_uniform_over_a_million(dtype):
    # 1e-6 is not a float32, so that the exact entropy of the rounded input is asked for.
    p = np.full(10**6, 1e-6, dtype=dtype)
    x = float(p[0])
    expected = 13.815510557964274 if dtype is np.float64 else -(10**6) * x * math.log(x)
    assert float(k.entropy(p)) == pytest.approx(expected, abs=1e-12)


def test_b18_nearly_certain():
    assert float(k.entropy([1e-20, 1.0])) == pytest.approx(4.705170185988092e-19, rel=1e-13)


def test_b19_unknown_unit():
    with pytest.raises(UnitError, match="'nats', 'bits', 'bans'"):
        k.entropy([0.5, 0.5], unit="base 1")


def test_b20_outcomes_never_broadcast():
    with pytest.raises(ShapeError, match="p has 3 outcomes and q has 1"):
        k.kl([0.2, 0.3, 0.5], [1.0])


def test_b21_small_integers_do_not_overflow():
    value = k.entropy(np.array([200, 100], dtype=np.uint8), mass="normalize")
    assert float(value) == pytest.approx(0.6365141682948128, rel=1e-15)


@pytest.mark.parametrize("scale", [1e-3, 1e-5, 1e-8, 1e-10])
def test_kl_keeps_its_digits_down_to_1e_20(scale):
    """Relative error below 1e-12 against mpmath, for KL from 1e-7 to 1e-21."""
    rng = np.random.default_rng(20)
    for _ in range(20):
        q = rng.dirichlet(np.ones(50))
        p = q * (1 + scale * rng.standard_normal(50))
        p /= p.sum()
        with mp.workdps(60):
            exact = mp.fsum(
                mp.mpf(a) * mp.log(mp.mpf(a) / mp.mpf(b)) - mp.mpf(a) + mp.mpf(b)
                for a, b in zip(p.tolist(), q.tolist(), strict=True)
            )
        assert float(k.kl(p, q)) == pytest.approx(float(exact), rel=1e-12)
