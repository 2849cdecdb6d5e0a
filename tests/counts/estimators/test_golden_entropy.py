"""Entropy from counts: values of other programs and of mpmath, reference/discrete.md, table 3c."""

import numpy as np
import pytest

from kullback import counts
from kullback.counts.estimators.entropy import METHODS

R_MANUAL = [4, 2, 3, 0, 2, 4, 0, 0, 2, 1, 1]  # R package entropy, and mpmath at 40 digits
JULIA = [1, 2, 3, 2, 1]  # DiscreteEntropy.jl, test/estimator_test.jl
NDD = [4, 12, 4, 5, 3, 1, 5, 1, 2, 2, 2, 2, 11, 3, 4, 12, 12, 1, 2]  # README of ndd
NDD_TESTS = [7, 3, 5, 8, 9, 1, 3, 3, 1, 0, 2, 5, 2, 11, 4, 23, 5, 0, 8, 0]


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("plug-in", 1.9683824087283812),
        ("miller-madow", 2.1525929350441707),
        ("chao-shen", 2.2011371012795848),
        ("james-stein", 2.3796028953099559),
        ("zhang", 2.1705466746875416),
        ("grassberger", 2.1446263860314274),
        ("chao-wang-jost", 2.1971160390173346),
        ("jackknife", 2.2312743141801134),
        ("nsb", 2.1877744630920977),
    ],
)
def test_the_row_of_the_r_manual(method, value):
    assert counts.entropy(R_MANUAL, method=method).value == pytest.approx(value, rel=1e-11)


def test_every_method_is_in_the_table_above():
    assert len(METHODS) == 9


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("chao-shen", 1.876548),
        ("plug-in", 1.522955),
        ("james-stein", 1.609438),
        ("miller-madow", 1.745177),
        ("zhang", 1.773413),
        ("chao-wang-jost", 1.847870),
        ("jackknife", 1.8868438671280784),
    ],
)
def test_the_row_of_discrete_entropy_jl(method, value):
    assert counts.entropy(JULIA, method=method).value == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("x", "alphabet", "mean", "deviation"),
    [
        (R_MANUAL, None, 2.1877744630920977, 0.14089253769492772),
        (JULIA, None, 1.5090062278724036, 0.096245069731112093),  # DiscreteEntropy.jl: 1.569751
        ([7, 3], None, 0.60697082757995666, 0.097558138292422263),
        (NDD, 100, 2.8060969160543291, 0.11947690919021678),  # ndd prints 2.80609225
        (NDD_TESTS, 20, 2.6236343447931287, None),  # ndd's active reference is 2.6192535776
        ([2, 2, 1, 1, 1], 5, 1.5050434005379551, None),  # infomeasure: 1.4526460
    ],
)
def test_nsb_against_exact_quadrature(x, alphabet, mean, deviation):
    estimate = counts.entropy(x, method="nsb", alphabet=alphabet)
    assert estimate.value == pytest.approx(mean, rel=1e-10)
    if deviation is not None:
        assert estimate.standard_error == pytest.approx(deviation, rel=1e-10)


@pytest.mark.parametrize(
    ("x", "method", "value"),
    [
        ([7, 3], "plug-in", 0.61086430205489346),
        ([7, 3], "miller-madow", 0.66086430205489346),
        ([7, 3], "zhang", 0.66396825396825397),
        ([7, 3], "grassberger", 0.82628127178885),
        ([1, 3, 7, 4, 8], "zhang", 1.528804968643776),  # R EntropyEstimation, Entropy.z
        ([2, 1], "zhang", 0.8333333333333334),  # infomeasure, test_zhang.py
        ([3, 2], "zhang", 0.7833333333333333),
    ],
)
def test_other_rows(x, method, value):
    assert counts.entropy(x, method=method).value == pytest.approx(value, rel=1e-10)


def test_a_row_in_bits():
    value = counts.entropy([5, 3, 2], method="zhang", unit="bits").value
    assert value == pytest.approx(1.6407793599951466, rel=1e-12)  # infomeasure, test_zhang.py


@pytest.mark.parametrize(
    ("method", "expected"), [("plug-in", 0.68872187554086714), ("zhang", 0.90168440055560213)]
)
def test_three_throws_of_a_coin_on_average(method, expected):
    values = [counts.entropy(row, method=method, unit="bits").value for row in ([3, 0], [2, 1])]
    assert values[0] * 0.25 + values[1] * 0.75 == pytest.approx(expected, rel=1e-12)


def test_d21_cross_entropy():
    estimate = counts.cross_entropy([1, 2, 3, 4, 3, 2], [2, 5, 5, 4, 3, 4], method="plug-in")
    assert estimate.value == pytest.approx(1.778564897565542, rel=1e-14)  # DiscreteEntropy.jl


def test_chao_wang_jost_sums_its_series():
    """The rest of the series, term by term."""
    x = np.array([9, 4, 2, 2, 1, 1, 1])
    n, once, twice = x.sum(), 3, 2
    again = 2 * twice / ((n - 1) * once + 2 * twice)
    r = np.arange(n, n + 20_000)
    rest = once / n * ((1 - again) ** (r - n + 1) / r).sum()
    zhang = counts.entropy(x, method="zhang").value
    value = counts.entropy(x, method="chao-wang-jost").value
    assert value == pytest.approx(zhang + rest, rel=1e-13)
