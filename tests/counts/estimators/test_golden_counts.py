"""Values from other programs and exact arithmetic: reference/discrete.md, table 3d."""

import math

import numpy as np
import pytest

import kullback
from kullback import counts
from kullback.counts.estimators.kl_method import delta_variance
from kullback.counts.rows.pair import pair

MAN = ([1, 3, 7, 4, 8], [2, 5, 1, 3, 6])  # R EntropyEstimation, manual of KL.z and KL.sd


def came_out(estimate):
    """The estimate before it is held to what KL can be."""
    return estimate.value if estimate.raw is None else estimate.raw


def test_d1_plug_in():
    x, y = MAN
    assert counts.kl(x, y, method="plug-in").value == pytest.approx(0.34328138295100756, rel=1e-13)
    assert counts.kl(y, x, method="plug-in").value == pytest.approx(0.26730285298049257, rel=1e-13)


def test_d2_zhang_and_its_symmetric_mean():
    x, y = MAN
    forward, backward = counts.kl(x, y).value, counts.kl(y, x).value
    assert forward == pytest.approx(0.072341756895532639, abs=1e-14)
    assert backward == pytest.approx(0.01826840021078815, abs=1e-14)
    assert (forward + backward) / 2 == pytest.approx(0.045305078553160395, abs=1e-14)


def test_d3_standard_deviation_of_the_r_package():
    x, y = MAN
    forward, backward = counts.kl(x, y), counts.kl(y, x)
    assert forward.standard_error * math.sqrt(23) == pytest.approx(1.551429437539178, rel=1e-13)
    assert backward.standard_error * math.sqrt(17) == pytest.approx(0.88905797577760249, rel=1e-13)


def test_d4_delta_method():
    assert counts.kl(*MAN).standard_error == pytest.approx(0.32349540011937878, rel=1e-13)
    expected = 0.83378751961197946 / 23 + 1.1627599243856333 / 17
    assert delta_variance(pair(*MAN)) == pytest.approx(expected, rel=1e-13)


def test_the_printed_line_of_the_design():
    text = "KL(P‖Q) = 0.072 ± 0.323 nats (95 %: [0, 0.71]), zhang, n=23, m=17"
    assert str(counts.kl(*MAN)) == text


@pytest.mark.parametrize(
    ("x", "y", "value"),
    [
        ([1, 4, 9], [2, 5, 8], -41 / 420),  # D5, exact fraction
        ([5, 5, 0], [4, 0, 6], 137 / 120),  # D6, exact fraction
        ([10, 0], [0, 10], 7381 / 2520),  # D7, the harmonic number H(10)
        ([7, 3], [500, 500], 0.028679176591566341),  # D8
        ([7, 3], [7, 3], -0.1),  # D9
        ([4, 2, 3, 1, 10, 4], [2, 3, 7, 1, 4, 3], -0.018033335424639772),  # D11
    ],
)
def test_d5_to_d9_and_d11_zhang(x, y, value):
    assert came_out(counts.kl(x, y)) == pytest.approx(value, abs=2e-15)


def test_d8_plug_in():
    value = counts.kl([7, 3], [500, 500], method="plug-in").value
    assert value == pytest.approx(0.082282878505051846, rel=1e-13)


def test_d13_g_of_one_sample_is_twice_n_times_the_divergence():
    y = np.array([4, 2, 3, 1, 6, 4])
    q = [0.10, 0.15, 0.35, 0.05, 0.20, 0.15]
    g = 2 * y.sum() * float(kullback.kl(y / y.sum(), q))
    assert g == pytest.approx(6.0065677266359033, rel=1e-13)  # R entropy, Gstat.Rd


def test_d14_g_of_two_samples():
    test = counts.homogeneity([4, 5, 1], [2, 4, 4], method="g")  # R entropy, Gstatindep.Rd
    assert (test.statistic, test.df) == (pytest.approx(2.7183845887263596, rel=1e-13), 2)
    assert test.p_value == pytest.approx(0.25686816705365345, rel=1e-13)


def test_d15_samples_of_the_infomeasure_guide():
    p = [6, 3, 1, 3, 8, 1, 2, 9, 7, 7, 3, 7, 3, 3, 5, 7, 7, 3, 3, 5]
    q = [2, 1, 6, 6, 3, 3, 6, 5, 3, 1, 7, 9, 3, 3, 1, 5, 4, 6, 6, 1]
    x, y = np.bincount(p, minlength=10), np.bincount(q, minlength=10)
    estimate = counts.kl(x, y, method="plug-in")
    assert math.isinf(estimate.value)  # infomeasure prints 0.2206
    assert "8" in estimate.notes[0].text
    assert counts.kl(x, y).value == pytest.approx(1 / 150, abs=1e-14)


@pytest.mark.parametrize(("x", "y"), [([2, 2, 0, 0], [0, 0, 2, 2]), ([2, 1, 1], [3, 1, 0])])
def test_d16_plug_in_is_infinite_and_says_where(x, y):
    estimate = counts.kl(x, y, method="plug-in")
    assert estimate.value == math.inf
    assert estimate.interval is None
    assert any(note.code == "infinite" for note in estimate.notes)


def test_d17_jensen_shannon_before_centring_and_g():
    js = counts.jensen_shannon([7, 3], [500, 500])
    assert js.value + js.null_bias == pytest.approx(0.02100592570183705, rel=1e-12)
    g = counts.homogeneity([7, 3], [500, 500]).statistic
    assert g / (2 * 1010) == pytest.approx(0.00080683957650025493, rel=1e-12)


def test_d18_no_drift_over_5000_outcomes():
    rng = np.random.default_rng(0)
    x, y = (np.bincount(rng.integers(0, 5000, 200_000), minlength=5000) for _ in range(2))
    plug_in, zhang = counts.kl(x, y, method="plug-in"), counts.kl(x, y)
    assert plug_in.value == pytest.approx(0.0252173, abs=5e-8)
    assert plug_in.null_bias == pytest.approx(0.024995, abs=1e-9)
    assert zhang.raw == pytest.approx(-9.75e-5, abs=5e-8)


def test_entropies_of_the_scorecard():
    # R EntropyEstimation manual, Entropy.z; discrete.md 3c
    card = counts.compare(*MAN)
    assert card.entropy_p.value == pytest.approx(1.528804968643776, rel=1e-13)
    assert card.cross_entropy.value - card.entropy_p.value == pytest.approx(card.kl.value)


TWO_ZEROS = ([5, 5, 0], [4, 0, 6])  # D6
R_ENTROPY = ([4, 2, 3, 1, 10, 4], [2, 3, 7, 1, 4, 3])  # D10: R entropy, y1 and y2


@pytest.mark.parametrize(
    ("rows", "method", "smoothing", "value"),
    [
        (TWO_ZEROS, "augmented", None, 0.80471895621705019),
        (TWO_ZEROS, "plug-in", "one-count", 0.91629073187415507),  # R KL.Plugin
        (TWO_ZEROS, "dirichlet", "laplace", 0.76142892362128804),
        (TWO_ZEROS, "dirichlet", "jeffreys", 1.1312728823219218),
        (TWO_ZEROS, "dirichlet", "perks", 1.355733648882484),
        (([10, 0], [0, 10]), "augmented", None, math.log(10)),  # D7
        (([10, 0], [0, 10]), "dirichlet", "laplace", 1.9982460606653088),
        (R_ENTROPY, "plug-in", None, 0.22323679876481687),
        (R_ENTROPY, "dirichlet", 1 / 6, 0.2067741898495108),
        (R_ENTROPY, "dirichlet", "jeffreys", 0.17906148620897172),
        (R_ENTROPY, "dirichlet", "laplace", 0.147140553019755),
        (R_ENTROPY, "augmented", None, -0.054810273681806203),  # D11
        (R_ENTROPY, "posterior", "jeffreys", 0.39258582111986937),  # D12
        (R_ENTROPY, "posterior", "laplace", 0.33532289868496765),
        (([10, 0], [0, 10]), "posterior", "jeffreys", 3.969555509381009),
    ],
)
def test_d6_d7_and_d10_to_d12(rows, method, smoothing, value):
    estimate = counts.kl(*rows, method=method, smoothing=smoothing)
    assert came_out(estimate) == pytest.approx(value, rel=1e-12)


def test_d15_laplace_over_the_union():
    p = [6, 3, 1, 3, 8, 1, 2, 9, 7, 7, 3, 7, 3, 3, 5, 7, 7, 3, 3, 5]
    q = [2, 1, 6, 6, 3, 3, 6, 5, 3, 1, 7, 9, 3, 3, 1, 5, 4, 6, 6, 1]
    x, y = np.bincount(p, minlength=10), np.bincount(q, minlength=10)
    estimate = counts.kl(x, y, method="dirichlet", smoothing="laplace")
    assert estimate.value == pytest.approx(0.20195089805340205, rel=1e-13)


def test_d13_one_sample_against_a_known_distribution():
    y, q = [4, 2, 3, 1, 6, 4], [0.10, 0.15, 0.35, 0.05, 0.20, 0.15]
    estimate = counts.kl_to_known(y, q, method="plug-in")
    assert 40 * estimate.value == pytest.approx(6.0065677266359033, rel=1e-13)  # R Gstat.Rd


def test_d19_all_of_q_in_one_outcome():
    assert counts.kl([1, 2, 3, 4], [0, 0, 0, 1000], method="plug-in").value == math.inf
