"""|value − truth| ≤ error for zero-inflated and hurdle laws, kernel densities and normal matrices.

Against masses, densities and matrices by mpmath; `KULLBACK_DRAWS=20000` makes the nightly run.
"""

import os
from dataclasses import replace

import mpmath as mp
import numpy as np
import pytest
import textbook
import textbook_masses
import textbook_pairs
from judged import fault, judged
from scipy import stats
from textbook import NAMES, M, TooLong

from kullback import distributions as d
from kullback.errors import InputError

PAIRS = int(os.environ.get("KULLBACK_DRAWS", "2000")) // 50
COUNTS = ("Poisson", "Geometric", "NegativeBinomial", "Binomial", "LogSeries")
ZERO = textbook_masses.Mass(lambda _: M(0), 0, 0, 0)


def weight(rng):
    """Of which 1 − w is a double too."""
    return int(rng.integers(1, 64)) / 64


# --- counts: zeros beside a law, or a law of what is above zero -----------------------------------


def moved(law):
    return textbook_masses.Mass(lambda k: law.at(k - 1), law.low + 1, law.high + 1, law.middle + 1)


def zeros(rng, name, values, hurdle):
    family, w = textbook_masses.FAMILIES[name], weight(rng)
    ours, known = textbook_masses.made(name, values), family[0](*values)
    if hurdle:
        ours, known = d.Affine(ours, 1.0, 1.0), moved(known)
    return (
        d.Mixture([d.Deterministic(0.0), ours], [w, 1 - w]),
        textbook_masses.mixture((ZERO, known), (w, 1 - w)),
    )


def counts(rng):
    name, hurdle = str(rng.choice(COUNTS)), rng.random() < 0.5
    values = textbook_masses.FAMILIES[name][1](rng, "ordinary")
    near = textbook_masses.nudged(rng, name, values)
    other = (name, near) if rng.random() < 0.5 else textbook_masses.law(rng, "ordinary")
    (p, known_p), (q, known_q) = zeros(rng, name, values, hurdle), zeros(rng, *other, hurdle)
    with mp.workdps(80):
        return judged(p, q, textbook_masses.truths(known_p, known_q))


# --- an atom beside a density ---------------------------------------------------------------------


def share(law, w):
    return replace(law, log=lambda at: law.log(at) + mp.log(w))


def spikes(rng):
    w, v = weight(rng), weight(rng)
    with mp.workdps(42):
        (p, known_p), (q, known_q) = textbook_pairs.pair(rng)
        parts = share(known_p, 1 - M(w)), share(known_q, 1 - M(v))
        over = textbook.over(*parts, textbook.integrands, 26)
        atom = textbook.integrands(mp.log(M(w)), mp.log(M(v)))
        own, other, kl, reverse, js, hellinger, mixed, rest, chi, _, apart = map(
            mp.fsum, zip(over, atom[:-1], strict=True)
        )
        if max(abs(own - 1), abs(other - 1)) > M(10) ** -20:
            raise TooLong
        logarithm = mp.log1p(-rest) if rest < 0.5 else mp.log(mixed)
        renyi = logarithm / (textbook.ORDER - 1)
        values = kl, reverse, js, mp.sqrt(hellinger), renyi, chi, None, apart
        truth = dict(zip(NAMES, values, strict=True))
        for name, (a, b) in {
            "kl": parts,
            "chi_square": parts,
            "reverse": parts[::-1],
        }.items():
            if a.low < b.low or a.high > b.high:
                truth[name] = mp.inf
        laws = (d.Mixture([d.Deterministic(0.0), x], [u, 1 - u]) for x, u in ((p, w), (q, v)))
        return judged(*laws, truth)


# --- kernel densities -----------------------------------------------------------------------------


def log_kernels(weights, locs, scales, x):
    parts = [
        mp.log(w) - (x - m) ** 2 / (2 * h * h) - mp.log(h * mp.sqrt(2 * mp.pi))
        for w, m, h in zip(weights, locs, scales, strict=True)
    ]
    top = max(parts)
    return top + mp.log(mp.fsum(mp.exp(part - top) for part in parts))


def kernels(rng):
    """By trapezoids, 24 a width, which converge exponentially."""
    read = d.from_object(stats.gaussian_kde(rng.normal(size=int(rng.integers(3, 6)))))
    values = np.broadcast_arrays(read.weights, read.locs, read.scales)
    other = [1.0], [float(rng.normal())], [float(np.exp(rng.normal(0.3, 0.4)))]
    laws = (read, d.Normal(other[1][0], other[2][0]))
    sides = [[[M(float(x)) for x in column] for column in side] for side in (values, other)]
    order = int(rng.choice([1, -1]))
    laws, sides = laws[::order], sides[::order]
    widths = [*sides[0][2], *sides[1][2]]
    places = [*sides[0][1], *sides[1][1]]
    step, reach = min(widths) / 24, 12 * max(widths)
    low, high = min(places) - reach, max(places) + reach
    points = (low + step * k for k in range(int((high - low) / step) + 1))
    rows = [textbook.integrands(*(log_kernels(*side, x) for side in sides))[:-1] for x in points]
    _, _, kl, reverse, js, hellinger, mixed, rest, _, entropy, _ = (
        step * mp.fsum(column) for column in zip(*rows, strict=True)
    )
    logarithm = mp.log1p(-rest) if rest < 0.5 else mp.log(mixed)
    truth = {
        "kl": kl,
        "reverse": reverse,
        "jensen_shannon": js,
        "hellinger": mp.sqrt(hellinger),
        "renyi": logarithm / (textbook.ORDER - 1),
        "entropy": entropy,
    }
    return judged(*laws, truth)


# --- normal matrices ------------------------------------------------------------------------------


def exact(values):
    return mp.matrix(np.asarray(values).tolist())


def between(order, first, second):
    """ln ∫ p^a q^(1 − a) of two normal vectors, +∞ where there is none."""
    (m, s), (n, r) = first, second
    a, gap = M(order), m - n
    whole = a * r + (1 - a) * s
    if min(mp.eigsy(whole, eigvals_only=True)) <= 0:
        return mp.inf
    place = (gap.T * (whole**-1 * gap))[0] * a * (1 - a) / 2
    logs = [mp.log(mp.det(x)) for x in (s, r, whole)]
    return -place + ((1 - a) * logs[0] + a * logs[1] - logs[2]) / 2


def square(rng, n):
    factor = rng.normal(size=(n, n))
    cov = factor @ factor.T + float(10 ** rng.uniform(-4, 1)) * np.eye(n)
    return (cov + cov.T) / 2


def matrices(rng):
    """KL, Hellinger, Rényi and χ² of vectors, and of matrices by the columns laid end to end."""
    rows, columns = int(rng.integers(1, 4)), int(rng.integers(1, 3))
    whole = rows * columns
    sides, laws = [], []
    nudge = float(10 ** rng.uniform(-8, -1)) if rng.random() < 0.4 else None
    for _ in range(2):
        near = nudge is not None and laws
        mean = laws[0].mean * (1 + nudge) if near else rng.normal(size=(rows, columns))
        left = laws[0].rowcov * (1 + nudge) if near else square(rng, rows)
        right = laws[0].colcov if near else square(rng, columns)
        laws.append(d.MatrixNormal(mean, left, right))
        a, b = exact(left), exact(right)
        pairs = [(i, j) for i in range(rows) for j in range(columns)]
        kron = mp.matrix([[a[i, k] * b[j, m] for k, m in pairs] for i, j in pairs])
        sides.append((mp.matrix([M(float(mean[i, j])) for i, j in pairs]), kron))
    (m, s), (n, r) = sides
    inverse, gap = r**-1, m - n
    trace = mp.fsum((inverse * s)[i, i] for i in range(whole))
    logs = mp.log(mp.det(r)) - mp.log(mp.det(s))
    kl = (trace - whole + (gap.T * (inverse * gap))[0] + logs) / 2
    half, twice, some = (between(a, *sides) for a in (0.5, 2.0, 0.3))
    truth = {
        "kl": (d.kl(*laws), kl),
        "hellinger": (d.hellinger(*laws), mp.sqrt(-mp.expm1(half))),
        "chi_square": (d.chi_square(*laws), mp.expm1(twice)),
        "renyi": (d.renyi(*laws, 0.3), some / (M(0.3) - 1)),
    }
    return [
        f"{name} of {laws[0]!r}, {laws[1]!r}: {found!r} ± {found.error}, {wrong}"
        for name, (found, value) in truth.items()
        if (wrong := fault(found, value, name))
    ]


KINDS = {"counts": counts, "spikes": spikes, "kernels": kernels, "matrices": matrices}
FEWER = {"counts": 8, "spikes": 16, "kernels": 8}


def faults(kind, pairs, seed):
    rng = np.random.default_rng(seed)
    found, known = [], 0
    for _ in range(pairs):
        try:
            with mp.workdps(60 if kind == "matrices" else 42):
                found += KINDS[kind](rng)
        except (InputError, TooLong):
            continue
        known += 1
    return found, known


@pytest.mark.parametrize("kind", ["counts", "matrices"])
def test_errors_are_bounds(kind):
    assert faults(kind, 2, 1)[0] == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(KINDS))
def test_errors_are_bounds_on_many_draws(kind):
    pairs = max(PAIRS // FEWER.get(kind, 1), 2)
    found, known = faults(kind, pairs, 300)
    assert found == []
    assert known >= pairs / 2
