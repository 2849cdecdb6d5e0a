"""Weights as given, divided by their sum in many digits: the stated errors bound what is off."""

import math

import mpmath as mp
import numpy as np
import pytest

from kullback import distributions as d

M = mp.mpf
ORDER = M("0.3")
TRUTHS = {
    "kl": lambda z: mp.fsum(a * mp.log(a / b) for a, b in z),
    "cross_entropy": lambda z: mp.fsum(-a * mp.log(b) for a, b in z),
    "entropy": lambda z: mp.fsum(-a * mp.log(a) for a, _ in z),
    "total_variation": lambda z: mp.fsum(abs(a - b) for a, b in z) / 2,
    "hellinger": lambda z: mp.sqrt(mp.fsum((mp.sqrt(a) - mp.sqrt(b)) ** 2 for a, b in z) / 2),
    "jensen_shannon": lambda z: mp.fsum(
        x * mp.log(2 * x / (a + b)) / 2 for a, b in z for x in (a, b)
    ),
    "chi_square": lambda z: mp.fsum((a - b) ** 2 / b for a, b in z),
    "renyi 0.3": lambda z: mp.log(mp.fsum(a**ORDER * b ** (1 - ORDER) for a, b in z)) / (ORDER - 1),
    "renyi 700": lambda z: mp.log(mp.fsum(a**700 / b**699 for a, b in z)) / 699,
    "renyi inf": lambda z: mp.log(max(a / b for a, b in z)),
}


def ours(name, p, q):
    if name.startswith("renyi"):
        order = {"renyi 0.3": 0.3, "renyi 700": 700.0, "renyi inf": math.inf}[name]
        return d.renyi(p, q, order)
    return d.entropy(p) if name == "entropy" else getattr(d, name)(p, q)


def weights(kind, rng, n):
    p = rng.dirichlet(np.ones(n))
    if kind == "near":
        q = p * (1 + 10 ** rng.uniform(-14, -6) * rng.normal(size=n))
    elif kind == "tiny":
        p, q = 10 ** rng.uniform(-300, 0, (2, n))
    else:
        p, q = np.full(n, 1e-17), 10 ** rng.uniform(-20, -10, n)
        p[0] = q[0] = 1.0
    return p / p.sum(), q / q.sum()


LAWS = {
    "Categorical": d.Categorical,
    "Atoms": lambda w: d.Atoms(np.arange(len(w)) / 2, w),
    "Mixture": lambda w: d.Mixture([d.Deterministic(float(i)) for i in range(len(w))], w),
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("kind", ["near", "tiny", "spiky"])
def test_the_error_counts_the_sum_of_the_weights(law, kind):
    rng = np.random.default_rng(7)
    for n in (2, 6):
        p, q = weights(kind, rng, n)
        with mp.workdps(700 if kind == "tiny" else 90):
            first, second = ([M(float(x)) for x in w] for w in (p, q))
            pairs = [(a / mp.fsum(first), b / mp.fsum(second)) for a, b in zip(first, second)]  # noqa: B905
            for name, formula in TRUTHS.items():
                truth = formula(pairs)
                found = ours(name, LAWS[law](p), LAWS[law](q))
                if truth > M(np.finfo(float).max):
                    assert found.value == math.inf
                    continue
                assert abs(M(float(found.value)) - truth) <= M(found.error) + M(10) ** -80, name
                assert found.error <= 1e-6 * abs(found.value) + 3e-14, (name, found)
                assert found.value >= 0


def test_a_million_outcomes():
    rng = np.random.default_rng(3)
    p = rng.dirichlet(np.ones(1_000_000))
    q = p * (1 + 1e-9 * rng.standard_normal(p.size))
    q /= q.sum()
    with np.errstate(all="ignore"):
        gap = (np.longdouble(p) - q) / q
        truth = float((q * (gap * gap / 2 - gap**3 / 6)).sum())
    found = d.kl(d.Categorical(p), d.Categorical(q))
    assert abs(found.value - truth) <= found.error
    assert found.error <= 1e-9 * found.value
