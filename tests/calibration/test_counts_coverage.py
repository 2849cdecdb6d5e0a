"""Coverage of the 95 % intervals of JS and KL, on the scenarios of reference/verdict.md.

400 samples a scenario, seeds fixed. At a true coverage of 95 % the share lies above 0.92 except
with chance 1 in 300; intervals near P = Q cover more, by design (max of two errors).
"""

import math

import numpy as np
import pytest
from scipy.special import ndtr, ndtri, rel_entr

from kullback import counts

pytestmark = pytest.mark.slow

REPEATS = 400
LEAST = 0.92


def zipf(categories, exponent):
    share = 1 / np.arange(1, categories + 1) ** exponent
    return share / share.sum()


def shifted(by, bins=20):
    """Shares of a normal law shifted by so many standard deviations, over 20 equal bins."""
    edges = ndtri(np.arange(bins + 1) / bins)
    return np.diff(ndtr(edges - by))


def tilted(categories):
    share = np.full(categories, 1 / categories)
    share[0] *= 1.25
    share[-1] *= 0.75
    return share


def flat(categories):
    return np.full(categories, 1 / categories)


def new_category(categories):
    return np.append(np.full(categories, 0.95 / categories), 0.05)


def dirichlet(categories, seed):
    return np.random.default_rng(seed).dirichlet(np.full(categories, 2.0))


def binary(p):
    return np.array([p, 1 - p])


JS_CASES = [
    ("no drift", flat(20), flat(20), [(500, 500), (5000, 500)]),
    ("shift .1", shifted(0.1), flat(20), [(500, 500), (5000, 5000)]),
    ("shift .3", shifted(0.3), flat(20), [(500, 500), (5000, 5000)]),
    ("shift 1", shifted(1.0), flat(20), [(500, 500), (5000, 5000)]),
    ("zipf same", zipf(300, 1.2), zipf(300, 1.2), [(3000, 3000)]),
    ("zipf", zipf(300, 1.2), zipf(300, 1.0), [(3000, 3000), (30_000, 30_000), (6000, 600)]),
    ("flat 200", flat(200), flat(200), [(2000, 2000)]),
    ("flat 2000", flat(2000), flat(2000), [(2000, 2000)]),
    ("half", flat(2000), np.repeat([1e-3, 0.0], 1000), [(4000, 4000)]),
    ("new of 5", new_category(4), np.append(flat(4), 0), [(1000, 1000), (300, 300)]),
    ("new of 21", new_category(20), np.append(flat(20), 0), [(1000, 1000)]),
    ("binary", binary(0.5), binary(0.45), [(100, 100), (1000, 1000), (20_000, 20_000)]),
    ("rare", binary(0.05), binary(0.01), [(100, 100), (1000, 1000)]),
    ("three", tilted(3), flat(3), [(188, 188), (565, 565), (2000, 500)]),
    ("five", tilted(5), flat(5), [(314, 314), (942, 942)]),
    ("eight", tilted(8), flat(8), [(1005, 1005), (2512, 2512)]),
    ("twelve", tilted(12), flat(12), [(2261, 2261), (3769, 3769)]),
]

KL_CASES = [
    ("no drift", flat(20), flat(20), [(500, 500)]),
    ("shift .1", shifted(0.1), flat(20), [(500, 500), (5000, 5000)]),
    ("shift .3", shifted(0.3), flat(20), [(500, 500), (5000, 5000)]),
    ("shift 1", shifted(1.0), flat(20), [(500, 500), (5000, 5000)]),
    ("zipf 10", zipf(10, 1.0), zipf(10, 0.6), [(200, 200), (2000, 2000)]),
    ("zipf 100", zipf(100, 1.0), zipf(100, 0.6), [(1000, 1000)]),
    ("zipf 300", zipf(300, 1.2), zipf(300, 1.0), [(3000, 3000), (6000, 600)]),
    ("random 12", dirichlet(12, 1), dirichlet(12, 2), [(1000, 1000), (5000, 500)]),
    ("random 30", dirichlet(30, 1), dirichlet(30, 2), [(1000, 1000), (5000, 500)]),
    ("random 60", dirichlet(60, 1), dirichlet(60, 2), [(1000, 1000), (5000, 500)]),
    ("random 100", dirichlet(100, 1), dirichlet(100, 2), [(1000, 1000), (5000, 500)]),
    ("binary", binary(0.5), binary(0.45), [(1000, 1000), (20_000, 20_000)]),
    ("three", tilted(3), flat(3), [(188, 188), (565, 565)]),
    ("five", tilted(5), flat(5), [(314, 314), (942, 942)]),
]


def flattened(cases):
    return [
        pytest.param(p, q, n, m, number, id=f"{name}-{n}-{m}")
        for number, (name, p, q, sizes) in enumerate(cases)
        for n, m in sizes
    ]


def coverage(estimator, truth, p, q, n, m, seed):
    rng = np.random.default_rng([seed, n, m])
    hits = [
        truth in estimator(rng.multinomial(n, p), rng.multinomial(m, q)).interval
        for _ in range(REPEATS)
    ]
    return np.mean(hits)


@pytest.mark.parametrize(("p", "q", "n", "m", "seed"), flattened(JS_CASES))
def test_jensen_shannon(p, q, n, m, seed):
    middle = (p + q) / 2
    truth = float(rel_entr(p, middle).sum() + rel_entr(q, middle).sum()) / 2
    assert coverage(counts.jensen_shannon, truth, p, q, n, m, seed) >= LEAST


@pytest.mark.parametrize(("p", "q", "n", "m", "seed"), flattened(KL_CASES))
def test_kl(p, q, n, m, seed):
    truth = float(rel_entr(p, q).sum())
    assert coverage(counts.kl, truth, p, q, n, m, seed) >= LEAST


@pytest.mark.parametrize(
    ("categories", "n", "m"), [(2, 1000, 1000), (20, 20_000, 500), (200, 1000, 1000)]
)
def test_what_is_detectable_is_found_in_four_cases_of_five(categories, n, m):
    rng = np.random.default_rng([7, categories])
    share = flat(categories)
    delta = float(counts.detectable(rng.multinomial(n, share), rng.multinomial(m, share)))
    # p = (1 ± e)/K and q = (1 ∓ e)/K have JS = ½ [(1+e) ln(1+e) + (1−e) ln(1−e)].
    grid = np.linspace(1e-4, 0.9, 100_000)
    js = ((1 + grid) * np.log1p(grid) + (1 - grid) * np.log1p(-grid)) / 2
    tilt = np.where(np.arange(categories) % 2, 1, -1) * grid[np.searchsorted(js, delta)]
    found = [
        counts.homogeneity(
            rng.multinomial(n, share * (1 + tilt)), rng.multinomial(m, share * (1 - tilt))
        ).p_value
        <= 0.05
        for _ in range(REPEATS)
    ]
    assert np.mean(found) == pytest.approx(0.8, abs=3.3 * math.sqrt(0.16 / REPEATS))
