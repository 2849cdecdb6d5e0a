"""Ordered counts: Anderson–Darling against relabellings, and values beyond another sample."""

import itertools
from math import comb

import numpy as np
import pytest

from kullback.counts.tests import ordered
from kullback.counts.tests.ordered import anderson_darling, beyond


def statistic(x, y):
    """Σ w (F − G)²/(H(1 − H)), written out."""
    z, n, m = x + y, x.sum(), y.sum()
    found = 0.0
    for j in range(len(z) - 1):
        below = z[: j + 1].sum() / (n + m)
        gap = x[: j + 1].sum() / n - y[: j + 1].sum() / m
        found += (z[j] + z[j + 1]) / 2 / (n + m) * gap**2 / (below * (1 - below))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_anderson_darling_against_relabellings(seed):
    rng = np.random.default_rng(seed)
    share = rng.dirichlet(np.full(8, 2.0))
    x, y = rng.multinomial(60, share), rng.multinomial(90, np.roll(share, seed % 2))
    drawn = rng.multivariate_hypergeometric(x + y, 60, 4_000)
    observed = statistic(x, y)
    known = np.mean([statistic(one, x + y - one) >= observed - 1e-12 for one in drawn])
    found = anderson_darling(x.astype(float), y.astype(float))
    assert found == pytest.approx(known, abs=0.02 + 0.1 * known)


def test_joining_many_outcomes_changes_little(monkeypatch):
    rng = np.random.default_rng(5)
    a, b = rng.normal(0, 1, 800), rng.normal(0.08, 1, 900)
    edges = np.linspace(-5, 5, 1_001)
    x, y = (np.histogram(side, edges)[0].astype(float) for side in (a, b))
    assert np.count_nonzero(x + y) > 400  # joined to 200
    joined = anderson_darling(x, y)
    monkeypatch.setattr(ordered, "CELLS", 10_000)
    assert joined == pytest.approx(anderson_darling(x, y), rel=0.1)


@pytest.mark.parametrize(("n", "m"), [(3, 4), (5, 3), (2, 6)])
def test_beyond_is_exact_over_all_orders(n, m):
    counted = np.zeros(n + 1)
    for places in itertools.combinations(range(n + m), m):
        outside = places[0] + (n + m - 1 - places[-1])
        counted[outside] += 1
    assert counted.sum() == comb(n + m, m)
    for outside in range(n + 1):
        known = counted[outside:].sum() / counted.sum()
        assert beyond(outside, n, m) == pytest.approx(known)


@pytest.mark.parametrize("borders", [1, 2, 5, 40])
def test_the_moments_are_traces_of_powers_of_the_covariance(borders):
    rng = np.random.default_rng(borders)
    w = rng.random(borders) * 10 ** rng.uniform(-4, 0, borders)
    below = np.sort(rng.uniform(1e-7, 1 - 1e-7, borders))
    odds = below / (1 - below)
    correlation = np.sqrt(np.minimum(odds[:, None] / odds, odds / odds[:, None]))
    law = np.sqrt(w)[:, None] * correlation * np.sqrt(w)
    powers = [law, law @ law, law @ law @ law]
    known = [factor * np.trace(power) for factor, power in zip((1, 2, 8), powers, strict=True)]
    assert tuple(ordered._moments(w, odds)) == pytest.approx(known, rel=1e-12)
