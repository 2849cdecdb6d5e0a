"""Table 3a of the design's reference notes: exact measures with their sources.

The sources are SciPy's docstrings, the test suites and manuals of dit, R philentropy,
R entropy, R kldest, Distances.jl, Inform, infomeasure and logp, and values computed with
mpmath at 40 digits.
"""

import math

import numpy as np
import pytest

import kullback as k

LN2 = math.log(2)
E = math.exp(-1)
HALF = [0.5, 0.5]
THIRD = [1 / 3, 2 / 3]
A13_P = np.arange(1, 11) / 55
A13_Q = np.arange(20, 30) / 245
A20_A = np.arange(1.0, 13.0).reshape(3, 4)
A20_B = np.arange(13.0, 25.0).reshape(3, 4)


def zipf(exponent, outcomes):
    weights = np.arange(1, outcomes + 1.0) ** -exponent
    return weights / weights.sum()


GOLDEN = [
    ("A1", k.entropy(HALF, unit="bits"), 1),
    ("A2 bits", k.entropy([0.9, 0.1], unit="bits"), 0.46899559358928122),
    ("A2 nats", k.entropy([0.9, 0.1]), 0.32508297339144824),
    ("A3 bits", k.kl(HALF, [0.9, 0.1], unit="bits"), 0.73696559416620617),
    ("A3 nats", k.kl(HALF, [0.9, 0.1]), 0.51082562376599068),
    ("A4", k.kl([0.9, 0.1], HALF, unit="bits"), 0.53100440641071878),
    ("A5", k.cross_entropy(HALF, [0.9, 0.1], unit="bits"), 1.736965594166206),
    ("A6", k.kl(HALF, [0.4, 0.6], unit="bits"), 0.0294468445267841),
    ("A6 reverse", k.kl([0.4, 0.6], HALF, unit="bits"), 0.029049405545331419),
    ("A7 KL", k.kl([0.5, 0.5, 0], [1 / 3] * 3, unit="bits"), 0.5849625007211563),
    ("A7 CE", k.cross_entropy([0.5, 0.5, 0], [1 / 3] * 3, unit="bits"), 1.5849625007211563),
    ("A8", k.kl({0: 0.5, 1: 0.5}, {0: 0.5, 2: 0.5}), math.inf),
    ("A8 three", k.kl({0: 1 / 3, 1: 1 / 3, 2: 1 / 3}, {0: 0.5, 1: 0.5}), math.inf),
    ("A9", k.cross_entropy([0.6, 0.4], [0.4, 0.6], unit="bits"), 1.0879430),
    ("A10", k.kl([1, 0], [E, 1 - E]), 1),
    ("A11", k.kl([[0.5, 0], [0, 0.5]], [[0.5 * E, 0], [1 - E, 0.5 * E]], axis=None), 1),
    ("A12", k.kl(HALF, [0, 1]), math.inf),
    ("A13 nats", k.kl(A13_P, A13_Q), 0.096529670631656566),
    ("A13 bits", k.kl(A13_P, A13_Q, unit="bits"), 0.13926287711893594),
    ("A13 bans", k.kl(A13_P, A13_Q, unit="bans"), 0.041922303295266832),
    ("A13 reverse", k.kl(A13_Q, A13_P), 0.12362128668121318),
    ("A14 nats", k.jensen_shannon(A13_P, A13_Q), 0.026289333944485564),
    ("A14 bits", k.jensen_shannon(A13_P, A13_Q, unit="bits"), 0.037927491709983215),
    (
        "A15",
        k.jensen_shannon(A13_P, A13_Q, np.arange(30, 40) / 345, unit="bits"),
        0.035128915374754931,
    ),
    ("A16 same", k.jensen_shannon([1, 0], [1, 0]), 0),
    ("A16 disjoint", k.jensen_shannon([1, 0], [0, 1], unit="bits"), 1),
    ("A17", k.jensen_shannon({"A": 0.5, "B": 0.5}, {"B": 0.5, "C": 0.5}, unit="bits"), 0.5),
    (
        "A17 weights",
        k.jensen_shannon([0.5, 0.5, 0], [0, 0.5, 0.5], weights=[0.25, 0.75], unit="bits"),
        0.40563906222956643,
    ),
    ("A18 two", k.jensen_shannon([1, 0], [0, 1]), LN2),
    ("A18 three", k.jensen_shannon([1, 0, 0], [0, 1, 0], [0, 0, 1]), math.log(3)),
    ("A19 distance", k.jensen_shannon_distance([1, 0], HALF), 0.46450140402245901),
    ("A19 nats", k.jensen_shannon([1, 0], HALF), 0.2157615543388357),
    ("A19 bits", k.jensen_shannon([1, 0], HALF, unit="bits"), 0.31127812445913286),
    ("A21 KL", k.kl([0.2, 0.2, 0.6], [0.1, 0.4, 0.5]), 0.10939293407637278),
    ("A21 chi2", k.chi_square([0.2, 0.2, 0.6], [0.1, 0.4, 0.5]) / 2, 0.11),
    ("A23 KL", k.kl(HALF, THIRD), 0.058891517828191727),
    ("A23 reverse", k.kl(THIRD, HALF), 0.056633012265132491),
    ("A23 Jeffreys", k.jeffreys(HALF, THIRD), 0.11552453009332422),
    ("A23 JS", k.jensen_shannon(HALF, THIRD), 0.014362591564146662),
    ("A24 half", k.renyi(HALF, THIRD, 0.5), 0.02901229518896895),
    ("A24 two", k.renyi(HALF, THIRD, 2), 0.11778303565638345),
    ("A24 infinity", k.renyi(HALF, THIRD, math.inf), 0.40546510810816438),
    ("A25 Hellinger", k.hellinger(HALF, THIRD), 0.12000600129373205),
    ("A25 TV", k.total_variation(HALF, THIRD), 1 / 6),
    ("A25 chi2", k.chi_square(HALF, THIRD), 1 / 8),
    (
        "A25 Tsallis half",
        k.f_divergence(HALF, THIRD, lambda t: 2 * (1 - np.sqrt(t))),
        0.028802880693022438,
    ),
    ("A26", k.renyi([0, 1], HALF, 0.5), LN2),
    ("A26 disjoint", k.renyi([1, 0], [0, 1], 0.5), math.inf),
    ("A27", k.renyi([0, 1, 0], [0, 0.5, 0.5], math.inf), LN2),
    ("A27 reverse", k.renyi([0, 0.5, 0.5], [0, 1, 0], math.inf), math.inf),
    ("A31 .05", k.kl([0.05, 0.95], HALF), 0.4946321),
    ("A31 .25", k.kl([0.25, 0.75], HALF), 0.1308120),
    ("A31 JS .05", k.jensen_shannon([0.05, 0.95], HALF), 0.14234),
    ("A31 JS .25", k.jensen_shannon([0.25, 0.75], HALF), 0.03382),
    ("A31 Hellinger .05", k.hellinger([0.05, 0.95], HALF), 0.39075),
    ("A31 Hellinger .25", k.hellinger([0.25, 0.75], HALF), 0.18459),
    ("A32 10", k.kl(zipf(1, 10), zipf(0.6, 10)), 0.05090483650150277),
    ("A32 10 reverse", k.kl(zipf(0.6, 10), zipf(1, 10)), 0.050695491266532792),
    ("A32 1000", k.kl(zipf(1, 1000), zipf(0.6, 1000)), 0.34488277486002543),
    ("A32 1000 reverse", k.kl(zipf(0.6, 1000), zipf(1, 1000)), 0.30412478274563481),
]

# Printed by their sources with few digits; all others agree to 1e-13.
FEW_DIGITS = {"A9": 1e-7, "A31 .05": 1e-6, "A31 .25": 1e-6, "A31 JS .05": 1e-4}
FEW_DIGITS |= {"A31 JS .25": 1e-4, "A31 Hellinger .05": 1e-4, "A31 Hellinger .25": 1e-4}


@pytest.mark.parametrize(("name", "value", "expected"), GOLDEN, ids=[row[0] for row in GOLDEN])
def test_golden(name, value, expected):
    assert float(value) == pytest.approx(expected, rel=FEW_DIGITS.get(name, 1e-13), abs=1e-300)


def test_a20_js_distance_along_an_axis():
    """SciPy's docstring, and the two entries at full precision (mpmath)."""
    columns = k.jensen_shannon_distance(A20_A, A20_B, axis=0, mass="normalize")
    rows = k.jensen_shannon_distance(A20_A, A20_B, axis=1, mass="normalize")
    assert columns == pytest.approx([0.1954288, 0.1447697, 0.1138377, 0.0927636], abs=1e-7)
    assert rows == pytest.approx([0.1402339, 0.0399106, 0.0201815], abs=1e-7)
    assert columns[0] == pytest.approx(0.19542878115393793, rel=1e-13)
    assert rows[0] == pytest.approx(0.14023393534672957, rel=1e-13)


def test_a22_mutual_information_is_a_kl():
    joint = np.array([[0.2, 0.1, 0.15], [0.1, 0.2, 0.25]])
    independent = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    mutual = k.kl(joint, independent, axis=None)
    assert float(mutual) == pytest.approx(0.041605017473507957, rel=1e-13)


@pytest.mark.parametrize("order", [0, 0.5, 1, 2, 7.5, math.inf])
def test_a28_renyi_of_a_scaled_copy(order):
    p, q = [0.2, 0.8, 0], [0.05, 0.2, 0.75]
    assert float(k.renyi(p, q, order)) == pytest.approx(-math.log(0.25), rel=1e-14)


@pytest.mark.parametrize("order", [0, 0.5, 1, 2, math.inf])
def test_a29_renyi_entropy_is_what_uniform_lacks(order):
    p, uniform = np.array([0.6, 0.3, 0.1]), np.full(3, 1 / 3)
    expected = math.log(3) - float(k.renyi(p, uniform, order))
    assert float(k.renyi_entropy(p, order)) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("order", [0.1, 0.5, 0.9])
def test_a30_skew_symmetry(order):
    p, q = [0.6, 0.3, 0.1], [0.2, 0.5, 0.3]
    left = (1 - order) * float(k.renyi(p, q, order))
    assert left == pytest.approx(order * float(k.renyi(q, p, 1 - order)), rel=1e-13)


def test_a36_perplexity_of_uniform():
    assert math.exp(k.entropy(np.full(7, 1 / 7))) == pytest.approx(7, rel=1e-14)


def test_worked_example_of_the_genres():
    genres = ["rock", "jazz", "folk", "opera"]
    card = k.compare([0.4, 0.3, 0.2, 0.1], [0.3, 0.4, 0.2, 0.1], labels=genres)
    expected = 0.1 * math.log(4 / 3)
    assert expected == pytest.approx(0.028768, abs=5e-7)
    assert float(card.kl) == pytest.approx(expected, rel=1e-14)
    assert float(card.reverse_kl) == pytest.approx(expected, rel=1e-14)
    assert float(card.to("bits").kl) == pytest.approx(0.041504, abs=5e-7)
    assert [outcome.label for outcome in card.outcomes] == genres
    assert card.outcomes[2].contribution == card.outcomes[3].contribution == 0


def test_second_worked_example():
    p, q = [0.7, 0.2, 0.1], [0.4, 0.4, 0.2]
    assert float(k.kl(p, q)) == pytest.approx(0.183787, abs=5e-7)
    assert float(k.kl(q, p)) == pytest.approx(0.192042, abs=5e-7)
