"""The oracle of `test_textbook_masses`: laws on lattices as textbooks write them, summed by mpmath.

Sums go outwards from the middles of both laws until nothing is left; products in place of gamma
functions keep every digit of parameters from 1e-300 to 1e300.
"""
# ruff: noqa: ARG005  # a family without a free scale ignores the regime

import math
from dataclasses import dataclass
from typing import Any

import mpmath as mp
import numpy as np
from textbook import INF, ORDER, M, TooLong, exp, ln, sqrt

from kullback import distributions as d

MOST = 1500  # points on either side
QUIET = M(10) ** -60


@dataclass(frozen=True)
class Mass:
    """The logarithm of a mass at whole numbers, where it lives, and about where it is largest."""

    log: Any
    low: Any
    high: Any
    middle: int

    def at(self, k):
        return self.log(k) if self.low <= k <= self.high else -INF


def rising(a):
    """Return k ↦ a (a + 1) … (a + k − 1), which goes on from the products that are known."""
    known = [M(1)]

    def product(k):
        while len(known) <= k:
            known.append(known[-1] * (M(a) + len(known) - 1))
        return known[k]

    return product


def poisson(mu):
    m = M(mu)
    return Mass(lambda k: k * ln(m) - m - mp.loggamma(k + 1), 0, math.inf, int(mu))


def geometric(p):
    fail = mp.log1p(-M(p)) if p < 1 else None
    high = 0 if p == 1 else math.inf
    return Mass(lambda k: ln(M(p)) + (k * fail if k else 0), 0, high, 0)


def negative_binomial(r, p):
    fail, from_r = mp.log1p(-M(p)), rising(r)

    def log(k):
        return ln(from_r(k)) - mp.loggamma(k + 1) + M(r) * ln(M(p)) + k * fail

    return Mass(log, 0, math.inf, int(r * (1 - p) / p))


def binomial(n, p):
    def log(k):
        return ln(M(math.comb(n, k))) + k * ln(M(p)) + (n - k) * mp.log1p(-M(p))

    return Mass(log, 0, n, int(n * p))


def beta_binomial(n, a, b):
    whole, from_a, from_b = ln(rising(M(a) + M(b))(n)), rising(a), rising(b)

    def log(k):
        return ln(M(math.comb(n, k)) * from_a(k) * from_b(n - k)) - whole

    return Mass(log, 0, n, n // 2)


def hypergeometric(whole, good, n):
    def log(k):
        return ln(M(math.comb(good, k) * math.comb(whole - good, n - k)) / math.comb(whole, n))

    low, high = max(0, n + good - whole), min(n, good)
    return Mass(log, low, high, (low + high) // 2)


def zipfian(s, n):
    total = ln(mp.fsum(M(k) ** -M(s) for k in range(1, n + 1)))
    return Mass(lambda k: -M(s) * ln(M(k)) - total, 1, n, 1)


def log_series(p):
    c = ln(-mp.log1p(-M(p)))
    return Mass(lambda k: k * ln(M(p)) - ln(M(k)) - c, 1, math.inf, 1)


def discrete_laplace(a):
    c = ln(mp.tanh(M(a) / 2))
    return Mass(lambda k: c - M(a) * abs(k), -math.inf, math.inf, 0)


def skellam(mu1, mu2):
    a, b = M(mu1), M(mu2)
    ratio, root = ln(a / b) / 2, 2 * sqrt(a * b)
    return Mass(
        lambda k: -a - b + k * ratio + ln(mp.besseli(abs(k), root)), -math.inf, math.inf,
        int(mu1 - mu2),
    )  # fmt: skip


def categorical(*probs):
    whole = mp.fsum(map(M, probs))
    lives = [i for i, x in enumerate(probs) if x]
    return Mass(
        lambda k: ln(M(probs[k]) / whole) if probs[k] else -INF, lives[0], lives[-1], lives[0]
    )


def discrete_uniform(low, high):
    return Mass(lambda k: -ln(M(high - low + 1)), low, high, low)


def mixture(laws, weights):
    def log(k):
        each = [ln(M(w)) + law.at(k) for law, w in zip(laws, weights, strict=True)]
        top = max(each)
        return top if top == -INF else top + ln(mp.fsum(exp(x - top) for x in each))

    ends = min(law.low for law in laws), max(law.high for law in laws)
    return Mass(log, *ends, laws[0].middle)


# --- how they are drawn: extreme parameters from 1e-300 to 1e300 where the sum stays short --------


def wide(rng, low=-300.0, high=300.0):
    return float(10 ** rng.uniform(low, high))


def share(rng, regime):
    return wide(rng, -300, -0.01) if regime == "extreme" else float(rng.uniform(0.03, 0.97))


def some(rng, regime, low=-300.0, high=2.0):
    return wide(rng, low, high) if regime == "extreme" else float(np.exp(rng.normal(0.3, 0.6)))


def pieces(rng, regime):
    x = rng.gamma(some(rng, regime, -2, 2), 1, int(rng.integers(2, 7))) + 1e-300
    x[rng.random(len(x)) < 0.15] = 0.0
    x[-1] += 1e-300
    return tuple((x / x.sum()).tolist())


FAMILIES = {
    "Poisson": (poisson, lambda rng, r: (some(rng, r, high=2.5),)),
    "Geometric": (geometric, lambda rng, r: (float(rng.uniform(0.15, 1)),)),
    "NegativeBinomial": (
        negative_binomial, lambda rng, r: (some(rng, r, high=1), float(rng.uniform(0.2, 0.99))),
    ),
    "Binomial": (binomial, lambda rng, r: (int(rng.choice([5, 17])), share(rng, r))),
    "BetaBinomial": (
        beta_binomial,
        lambda rng, r: (int(rng.choice([4, 20])), some(rng, r, high=300), some(rng, r, high=300)),
    ),
    "Hypergeometric": (
        hypergeometric,
        lambda rng, r: (60, int(rng.integers(1, 60)), int(rng.integers(1, 30))),
    ),
    "Zipfian": (zipfian, lambda rng, r: (some(rng, r, high=2), int(rng.choice([3, 60])))),
    "LogSeries": (log_series, lambda rng, r: (min(share(rng, r), 0.9),)),
    "DiscreteLaplace": (discrete_laplace, lambda rng, r: (some(rng, r, -1, 2),)),
    "Skellam": (skellam, lambda rng, r: (some(rng, r, -3, 1.5), some(rng, r, -3, 1.5))),
    "Categorical": (categorical, pieces),
    "DiscreteUniform": (
        discrete_uniform, lambda rng, r: (int(rng.integers(-3, 3)), int(rng.integers(4, 30))),
    ),
}  # fmt: skip
# How many digits the sums are taken with.
REGIMES = {"ordinary": 80, "near": 80, "extreme": 700}


def made(name, values):
    family = getattr(d, name)
    return family(list(values)) if name == "Categorical" else family(*values)


def nudged(rng, name, values):
    """One parameter that is no whole number moved by 1e-1 to 1e-9 of itself."""
    movable = [i for i, x in enumerate(values) if isinstance(x, float)]
    if not movable:
        return values
    at = int(rng.choice(movable))
    step = float(rng.choice([-1, 1])) * wide(rng, -9, -1)
    moved = (*values[:at], values[at] * (1 + step), *values[at + 1 :])
    if name == "Categorical":
        moved = tuple((np.array(moved) / np.sum(moved)).tolist())
    return (min(moved[0], 1.0), *moved[1:]) if name == "Geometric" else moved


def law(rng, regime):
    """Ours and the textbook's, sometimes a mixture of two; its name and parameters."""
    name = str(rng.choice(list(FAMILIES)))
    values = FAMILIES[name][1](rng, regime)
    return name, values


def built(rng, name, values):
    if rng.random() < 0.85:
        return made(name, values), FAMILIES[name][0](*values)
    other, more = law(rng, "ordinary")
    parts = (made(name, values), made(other, more)), (
        FAMILIES[name][0](*values), FAMILIES[other][0](*more),
    )  # fmt: skip
    return d.Mixture(parts[0], [0.25, 0.75]), mixture(parts[1], (0.25, 0.75))


def pair(rng, regime):
    """Two laws, ours and the textbook's, half of them of one family."""
    name, values = law(rng, regime)
    if regime == "near":
        second = name, nudged(rng, name, values)
    elif rng.random() < 0.5:
        second = name, FAMILIES[name][1](rng, regime)
    else:
        second = law(rng, regime)
    (p, known_p), (q, known_q) = built(rng, name, values), built(rng, *second)
    if rng.random() < 0.2:  # the same lattice, moved and stretched
        loc, step = float(rng.integers(-5, 5)) / 4, float(rng.choice([0.25, 3.0]))
        p, q = d.Affine(p, loc, step), d.Affine(q, loc, step)
    return (p, known_p), (q, known_q)


# --- the sums ----------------------------------------------------------------------------------


def rows(lp, lq):
    """Σ p, Σ q, and the terms of the measures; each is ≥ 0."""
    p, q = (exp(x) if x > -INF else M(0) for x in (lp, lq))
    if not p or not q:
        m = (p + q) / 2
        return [
            p, q, INF if p else q, INF if q else p, m * ln(2), m, M(0),
            ORDER * p + (1 - ORDER) * q, INF if p else q, -p * lp if p else M(0), m,
        ]  # fmt: skip
    gap, m = lp - lq, (p + q) / 2
    mixed = exp(ORDER * lp + (1 - ORDER) * lq)
    return [
        p, q, p * gap - p + q, p - q - q * gap, (p * ln(p / m) + q * ln(q / m)) / 2,
        (exp(lp / 2) - exp(lq / 2)) ** 2 / 2, mixed, ORDER * p + (1 - ORDER) * q - mixed,
        (p - q) ** 2 / q, -p * lp, abs(p - q) / 2,
    ]  # fmt: skip


CHI = 8


def grows(p, q, k, step, total):
    """Whether p²/q, which was nothing, comes again farther out."""
    later = (rows(p.at(k + step * n), q.at(k + step * n))[CHI] for n in (10, 100, 500, 1000))
    return any(term > QUIET ** M(0.5) * total for term in later)


def summed(p, q):
    """The sums, None of one that does not settle within MOST points."""
    totals = [M(0)] * 11
    low, high = min(p.low, q.low), max(p.high, q.high)
    start = sorted((p.middle, q.middle))
    settled = [True] * 11
    for k0, step, end in ((start[0], 1, high), (start[0] - 1, -1, low)):
        ends = {float(x) for law in (p, q) for x in (law.low, law.high) if math.isfinite(x)}
        past = max([start[1], *ends]) if step > 0 else min([start[0], *ends])
        k, last = k0, [M(0)] * 11
        while (end - k) * step >= 0:
            terms = rows(p.at(k), q.at(k))
            totals = [a + b for a, b in zip(totals, terms, strict=True)]
            done = [t <= QUIET * a and t <= x for t, a, x in zip(terms, totals, last, strict=True)]
            if all(done) and (k - past) * step > 2:
                totals[CHI] = INF if grows(p, q, k, step, totals[CHI]) else totals[CHI]
                break
            last, k = terms, k + step
            if abs(k - past) > MOST:
                settled = [s and a for s, a in zip(settled, done, strict=True)]
                break
    return [t if s or t == INF else None for t, s in zip(totals, settled, strict=True)]


def truths(p, q):
    """The measures by name; None where the oracle does not know one."""
    own, other, kl, reverse, js, hellinger, mixed, rest, chi, h, apart = summed(p, q)
    if own is None or other is None or max(abs(own - 1), abs(other - 1)) > M(10) ** -40:
        raise TooLong
    rest = rest if abs(rest) > M(10) ** (4 - mp.mp.dps) else M(0)  # of equal laws
    logarithm = mp.log1p(-rest) if rest < 0.5 else ln(mixed) if mixed else -INF
    return {
        "kl": kl, "reverse": reverse, "jensen_shannon": js, "hellinger": sqrt(hellinger),
        "renyi": logarithm / (ORDER - 1), "chi_square": chi, "entropy": h,
        "total_variation": apart,
    }  # fmt: skip
