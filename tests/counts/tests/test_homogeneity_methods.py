"""The methods of `homogeneity` against SciPy, enumeration and one another."""

import math
from itertools import product

import numpy as np
import pytest
from scipy import stats

from kullback import counts
from kullback.counts.rows.pair import pair
from kullback.counts.tests.p_values import METHODS
from kullback.counts.tests.statistics import g_terms, pearson_terms
from kullback.errors import InputError, MethodError

X, Y = [30, 50, 15, 5], [40, 30, 20, 20]


@pytest.mark.parametrize(("method", "law"), [("g", "log-likelihood"), ("pearson", "pearson")])
def test_chi_square_laws_are_those_of_scipy(method, law):
    test = counts.homogeneity(X, Y, method=method)
    peer = stats.chi2_contingency([X, Y], correction=False, lambda_=law)
    assert test.statistic == pytest.approx(peer.statistic, rel=1e-12)
    assert test.p_value == pytest.approx(peer.pvalue, rel=1e-10)
    assert test.df == peer.dof


def test_two_outcomes_are_fishers():
    test = counts.homogeneity([8, 2], [3, 7], method="exact")
    assert test.p_value == pytest.approx(stats.fisher_exact([[8, 2], [3, 7]]).pvalue)


def test_williams_divides_g():
    g, williams = (counts.homogeneity(X, Y, method=name) for name in ("g", "williams"))
    n, m, z = sum(X), sum(Y), np.add(X, Y)
    total = n + m
    q = 1 + (total / n + total / m - 1) * (total * (1 / z).sum() - 1) / (6 * total * 3)
    assert williams.statistic == pytest.approx(g.statistic / q)
    assert williams.p_value == pytest.approx(stats.chi2.sf(g.statistic / q, 3))


def tables(z, n):
    for x in product(*(range(total + 1) for total in z)):
        if sum(x) == n:
            chance = math.prod(math.comb(a, b) for a, b in zip(z, x, strict=True))
            yield np.array(x, float), chance / math.comb(sum(z), n)


@pytest.mark.parametrize("terms", [g_terms, pearson_terms])
def test_moments_over_all_relabellings(terms):
    x, y = np.array([4.0, 1, 0, 2]), np.array([1.0, 3, 2, 4])
    n, m = x.sum(), y.sum()
    term = terms(n, m)
    listed = [(term(a, x + y - a).sum(), chance) for a, chance in tables([5, 4, 2, 6], 7)]
    values, chance = np.array(listed).T
    mean = values @ chance
    moments = pair(x, y).null(term)
    assert moments.mean == pytest.approx(mean, rel=1e-10)
    assert moments.variance == pytest.approx((values - mean) ** 2 @ chance, rel=1e-10)
    assert moments.third == pytest.approx((values - mean) ** 3 @ chance, rel=1e-9)


def test_permutation_is_seeded_and_near_the_exact_share():
    x, y = [4, 1, 0, 2], [1, 3, 2, 4]
    first = counts.homogeneity(x, y, method="permutation", resamples=4999, seed=3)
    assert first == counts.homogeneity(x, y, method="permutation", resamples=4999, seed=3)
    term = g_terms(7, 10)
    exact = sum(
        chance
        for a, chance in tables([5, 4, 2, 6], 7)
        if term(a, np.array([5, 4, 2, 6]) - a).sum() >= first.statistic - 1e-9
    )
    assert first.p_value == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 5000))


@pytest.mark.parametrize("method", ["exact-moments", "pearson-moments", "g", "permutation"])
def test_methods_agree_where_counts_are_large(method):
    x, y = np.array(X) * 4, np.array([32, 47, 16, 5]) * 4
    p_value = counts.homogeneity(x, y, method=method).p_value
    assert p_value == pytest.approx(counts.homogeneity(x, y, method="pearson").p_value, abs=0.03)


@pytest.mark.parametrize("method", METHODS)
def test_the_rows_can_be_exchanged(method):
    x, y = [8, 2], [13, 17]
    there, back = (counts.homogeneity(*rows, method=method) for rows in ((x, y), (y, x)))
    assert there.statistic == pytest.approx(back.statistic)
    assert there.p_value == pytest.approx(back.p_value, rel=1e-6, abs=0.02)


def test_what_is_said_and_refused():
    for method in ("g", "pearson", "williams"):
        assert "sparse" in [n.code for n in counts.homogeneity([1, 2], [3, 4], method=method).notes]
    with pytest.raises(MethodError, match="whole counts"):
        counts.homogeneity([1.5, 2], [3, 4], method="permutation")
    with pytest.raises(InputError, match="resamples=0"):
        counts.homogeneity(X, Y, method="permutation", resamples=0)
    assert counts.homogeneity([5], [7], method="permutation").p_value == 1
