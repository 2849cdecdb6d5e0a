"""The exact moments, against enumeration, permutation and mpmath."""

import itertools
import math

import mpmath
import numpy as np
import pytest

from kullback.counts.estimators.jensen_shannon import js_terms
from kullback.counts.estimators.kl_zhang import zhang_terms
from kullback.counts.rows import relabelling as module
from kullback.counts.rows.relabelling import Moments, distinct_totals, relabelling
from kullback.counts.tests.pearson_three import upper_quantile, upper_tail
from kullback.counts.tests.statistics import g_terms

TABLES = [
    ([5, 0], [3, 3]),
    ([2, 3, 1, 1], [2, 2, 5, 1]),
    ([4, 0, 0, 0, 0], [5, 1, 1, 1, 3]),
    ([20, 10, 10], [10, 10, 15]),
    ([1, 1, 1, 1, 1, 0], [0, 1, 1, 0, 1, 6]),
]
TERMS = [g_terms, js_terms, zhang_terms]


def enumerated(z, n, term):
    """Mean, variance and third central moment over all tables with these margins."""
    values, ways = [], []
    for x in itertools.product(*(range(total + 1) for total in z)):
        if sum(x) == n:
            ways.append(math.prod(math.comb(t, k) for t, k in zip(z, x, strict=True)))
            counts = np.array(x, float)
            values.append(term(counts, np.array(z, float) - counts).sum())
    weight = np.array(ways, float) / sum(ways)
    mean = weight @ values
    gap = np.array(values) - mean
    return mean, weight @ gap**2, weight @ gap**3


@pytest.mark.parametrize("terms", TERMS)
@pytest.mark.parametrize(("x", "y"), TABLES)
def test_moments_are_those_of_all_tables(x, y, terms):
    term = terms(float(sum(x)), float(sum(y)))
    z = [a + b for a, b in zip(x, y, strict=True)]
    expected = enumerated(z, sum(x), term)
    found = relabelling(np.array(x, float), np.array(y, float)).moments(term)
    assert found == pytest.approx(expected, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("terms", TERMS)
@pytest.mark.parametrize(("x", "y"), TABLES)
def test_the_variance_alone_is_that_of_all_tables(x, y, terms):
    x, y = np.array(x, float), np.array(y, float)
    term = terms(x.sum(), y.sum())
    _, variance, _ = enumerated((x + y).astype(int), x.sum(), term)
    law = relabelling(x, y)
    assert law.variance(term) == pytest.approx(variance, rel=1e-9, abs=1e-15)
    law.moments(term)  # the exchanged law has what this one knows
    assert law.swapped().variance(lambda y, x: term(x, y)) == pytest.approx(
        variance, rel=1e-9, abs=1e-15
    )


def test_swapping_the_samples_swaps_the_law():
    x, y = np.array([4.0, 2, 7]), np.array([1.0, 8, 3])
    term = zhang_terms(12.0, 13.0)
    there, back = relabelling(x, y).swapped(), relabelling(y, x)
    assert there.moments(term) == pytest.approx(back.moments(term), rel=1e-9)


@pytest.mark.parametrize("terms", TERMS)
def test_moments_of_a_sparse_table_are_those_of_permutations(terms):
    rng = np.random.default_rng(2)
    share = 1 / np.arange(1, 301) ** 1.1
    z = rng.multinomial(1500, share / share.sum())
    rows = np.repeat(np.arange(300), z)
    n, m = 1000, 500
    term = terms(float(n), float(m))
    values = []
    for _ in range(2000):
        x = np.bincount(rng.permutation(rows)[:n], minlength=300).astype(float)
        values.append(term(x, z - x).sum())
    found = relabelling(x, z - x).moments(term)
    spread = np.std(values)
    assert found.mean == pytest.approx(np.mean(values), abs=4 * spread / math.sqrt(2000))
    assert math.sqrt(found.variance) == pytest.approx(spread, rel=4 / math.sqrt(4000))
    third = np.mean((np.array(values) - np.mean(values)) ** 3)
    assert found.third / found.variance**1.5 == pytest.approx(third / spread**3, abs=0.3)


@pytest.mark.parametrize("terms", TERMS)
def test_the_two_ways_agree_where_both_are_right(terms, monkeypatch):
    rng = np.random.default_rng(3)
    x, y = (rng.multinomial(5000, np.full(90, 1 / 90)).astype(float) for _ in range(2))
    term = terms(5000.0, 5000.0)
    exact = relabelling(x, y).moments(term)
    monkeypatch.setattr(module, "EXACT_OUTCOMES", 0)
    near = relabelling(x, y).moments(term)
    assert near.mean == pytest.approx(exact.mean, rel=2e-4, abs=1e-6)
    assert near.variance == pytest.approx(exact.variance, rel=2 / 90)
    assert near.third == pytest.approx(exact.third, rel=4 / 90)


def test_gathering_large_totals_changes_nothing_that_shows(monkeypatch):
    rng = np.random.default_rng(4)
    x, y = (rng.poisson(np.linspace(300, 40_000, 30_000)).astype(float) for _ in range(2))
    term = g_terms(x.sum(), y.sum())
    gathered = relabelling(x, y)
    monkeypatch.setattr(module, "EXACT_TOTALS", 10**9)
    whole = relabelling(x, y)
    assert len(gathered.repeats) < len(whole.repeats) / 10
    assert gathered.moments(term) == pytest.approx(whole.moments(term), rel=1e-7)


def test_distinct_totals_keep_outcomes_and_observations():
    rng = np.random.default_rng(5)
    z = np.rint(rng.lognormal(8, 2, 200_000))
    values, repeats = distinct_totals(z)
    assert repeats.sum() == pytest.approx(np.count_nonzero(z), rel=1e-12)
    assert repeats @ values == pytest.approx(z.sum(), rel=1e-12)


@pytest.mark.parametrize(("x", "y"), [(1, 0), (3, 7), (250, 0), (10**9, 5), (12, 10**9)])
def test_the_zhang_term_against_mpmath(x, y):
    n, m = 10**9 + 40, 2 * 10**9
    with mpmath.workdps(40):
        logs = mpmath.psi(0, m + 1) - mpmath.psi(0, y + 1) - mpmath.psi(0, n) + mpmath.psi(0, x)
        expected = float(mpmath.mpf(x) / n * logs)
    found = zhang_terms(float(n), float(m))(np.array([float(x)]), np.array([float(y)]))[0]
    assert found == pytest.approx(expected, rel=1e-13)


def test_the_zhang_estimate_is_the_series_it_comes_from():
    """Sum the unbiased estimates of (1−q)^v and (1−p)^v, as Zhang and Grabchak write them."""
    x, y = [1, 3, 7, 4, 8, 0], [2, 5, 1, 0, 6, 2]
    n, m = sum(x), sum(y)

    def none_of(total, count, draws):
        return math.comb(total - count, draws) / math.comb(total, draws)

    series = 0.0
    for a, b in zip(x, y, strict=True):
        if a:
            series += a / n * sum(none_of(m, b, v) / v for v in range(1, m + 1))
            series -= a / n * sum(none_of(n - 1, a - 1, v) / v for v in range(1, n))
    found = zhang_terms(float(n), float(m))(np.array(x, float), np.array(y, float)).sum()
    assert found == pytest.approx(series, abs=1e-13)


@pytest.mark.parametrize("moments", [Moments(4, 8, 32), Moments(4, 8, -32), Moments(4, 8, 1e-9)])
@pytest.mark.parametrize("probability", [0.9, 0.05, 1e-6])
def test_tails_and_quantiles_of_the_type_three_law(moments, probability):
    assert upper_tail(upper_quantile(probability, moments), moments) == pytest.approx(probability)


def test_the_type_three_law_is_chi_square_where_its_moments_are():
    for df in (1, 5, 300):
        moments = Moments(df, 2 * df, 8 * df)
        with mpmath.workdps(30):
            expected = float(mpmath.gammainc(df / 2, 1.7 * df / 2, regularized=True))
        assert upper_tail(1.7 * df, moments) == pytest.approx(expected, rel=1e-9)


def test_a_law_without_spread_is_no_evidence():
    assert upper_tail(3.0, Moments(3.0, 0.0, 0.0)) == 1.0
    assert upper_quantile(0.05, Moments(3.0, 0.0, 0.0)) == 3.0


def test_chances_keep_their_digits_where_one_sample_is_immense():
    """5e11 rows against 49: ln x! alone is 1e13, and its rounding would drown the law."""
    x, y = np.array([0, 5e11, 0, 3e11]), np.array([21.0, 1, 1, 26])
    moments = relabelling(x, y).moments(g_terms(x.sum(), y.sum()))
    # The small sample decides: the outcomes with almost no rows are never drawn when P = Q.
    assert moments.mean == pytest.approx(1.0, abs=0.05)
    assert moments.variance == pytest.approx(2.0, abs=0.2)


@pytest.mark.parametrize(("total", "share"), [(30, 0.5), (400, 0.01), (10**6, 0.3), (10**9, 1e-7)])
def test_chances_are_binomial(total, share):
    n = 10**12
    x = np.array([0.0, n - total])
    m = round(n * (1 - share) / share)
    law = relabelling(x + np.array([total, 0]), np.array([0.0, m]))
    first = slice(0, law.starts[1])
    inside = law.chance[first] > 1e-9
    values, chance = law.x[first][inside], law.chance[first][inside]
    with mpmath.workdps(40):
        p = mpmath.mpf(n) / (n + m)
        exact = [
            mpmath.exp(
                mpmath.loggamma(total + 1)
                - mpmath.loggamma(k + 1)
                - mpmath.loggamma(total - k + 1)
                + k * mpmath.log(p)
                + (total - k) * mpmath.log1p(-p)
            )
            for k in map(mpmath.mpf, values.tolist())
        ]
        whole = mpmath.fsum(exact)
        expected = [float(each / whole) for each in exact]
    assert chance / chance.sum() == pytest.approx(expected, rel=1e-9)
