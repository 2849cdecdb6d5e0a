"""Wisharts of several rows against their log-partitions by mpmath, whatever the condition."""

import mpmath as mp
import numpy as np
import pytest

from kullback import distributions as d

M = mp.mpf


def matrix(values):
    return mp.matrix([[M(float(x)) for x in row] for row in values])


def log_multigamma(a, n):
    return mp.fsum(mp.loggamma(a - M(i) / 2) for i in range(n))


def partition(half, precision):
    """F of a Wishart of n = 2·half and V⁻¹ = 2·precision."""
    return log_multigamma(half, precision.rows) - half * mp.log(mp.det(precision))


def kl(first, second):
    (a, p), (b, q) = first, second
    n, inverse = p.rows, p**-1
    log_mean = mp.fsum(mp.digamma(a - M(i) / 2) for i in range(n)) - mp.log(mp.det(p))
    moves = (p - q) * inverse * a
    linear = (b - a) * log_mean + mp.fsum(moves[i, i] for i in range(n))
    return partition(b, q) - partition(a, p) - linear


def renyi(first, second, order):
    (a, p), (b, q) = first, second
    half, between = order * a + (1 - order) * b, order * p + (1 - order) * q
    definite = min(mp.eigsy(between, eigvals_only=True)) > 0
    if 2 * half <= p.rows - 1 or not definite:
        return mp.inf
    weighted = order * partition(a, p) + (1 - order) * partition(b, q)
    return (partition(half, between) - weighted) / (order - 1)


def covariance(rng, n, condition):
    q = np.linalg.qr(rng.normal(size=(n, n)))[0]
    values = q @ np.diag(10 ** np.linspace(0, -condition, n)) @ q.T
    return (values + values.T) / 2


def drawn(rng):
    n, condition = int(rng.integers(2, 5)), rng.uniform(0, 12)
    first = covariance(rng, n, condition)
    near = first * (1 + 10 ** rng.uniform(-9, -1))
    second = near if rng.random() < 0.3 else covariance(rng, n, rng.choice([1.0, condition]))
    df = n - 1 + 10 ** rng.uniform(-2, 10)
    moved = df * (1 + 10 ** rng.uniform(-9, 0))
    return (df, first), (moved if rng.random() < 0.5 else n - 1 + 10 ** rng.uniform(-2, 10), second)


KINDS = {
    d.Wishart: lambda v: matrix(v) ** -1 / 2,
    d.InverseWishart: lambda v: matrix(v) / 2,
}


def faults(pairs, seed):
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(pairs):
        sides = drawn(rng)
        for family, precision in KINDS.items():
            p, q = (family(*side) for side in sides)
            with mp.workdps(120):
                known = [(M(float(df)) / 2, precision(v)) for df, v in sides]
                checks = {
                    d.kl(p, q): kl(*known),
                    d.renyi(p, q, 0.3): renyi(*known, M(0.3)),
                    d.renyi(p, q, 2.0): renyi(*known, M(2)),
                    d.hellinger(p, q): mp.sqrt(-mp.expm1(-renyi(*known, M(0.5)) / 2)),
                }
                for result, truth in checks.items():
                    both = mp.isinf(truth) and np.isinf(result.value)
                    if not both and not abs(M(result.value) - truth) <= result.error:
                        found.append((result, mp.nstr(truth, 17), p, q))
    return found


def test_a_few_pairs():
    assert faults(4, 0) == []


@pytest.mark.slow
def test_many_pairs():
    assert faults(60, 1) == []


def test_entropies_of_steep_scales():
    rng = np.random.default_rng(2)
    scale = covariance(rng, 3, 10.0)
    with mp.workdps(60):
        half = M(7) / 2
        log_det = mp.log(mp.det(matrix(scale)))
        spread = mp.fsum(mp.digamma(half - M(i) / 2) for i in range(3))
        truth = (
            2 * log_det + 6 * mp.log(2) + log_multigamma(half, 3) + M(3) / 2 * mp.log(mp.pi)
            - (7 - 4) * spread / 2 + M(21) / 2
        )  # fmt: skip
    result = d.entropy(d.Wishart(7.0, scale))
    assert abs(result.value - truth) <= result.error
