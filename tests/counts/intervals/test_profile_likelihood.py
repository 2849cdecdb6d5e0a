"""How far a functional may go under a bound on the likelihood, beside linear programmes."""

import numpy as np
import pytest
from scipy.optimize import brentq, linprog

from kullback.counts.intervals.profile_likelihood import profile_ends
from kullback.counts.rows.side_law import GRID, POINTS, side_laws
from kullback.statistics.level import quantile


def zipf(outcomes, exponent):
    shares = np.arange(1, outcomes + 1.0) ** -exponent
    return shares / shares.sum()


def jittered(outcomes, spread):
    shares = zipf(outcomes, 1.1) * np.exp(spread * np.random.default_rng(1).normal(size=outcomes))
    return shares / shares.sum()


def samples(p, q, n, m, seed=5):
    rng = np.random.default_rng(seed)
    return rng.multinomial(n, p).astype(float), rng.multinomial(m, q).astype(float)


FEW = np.r_[np.full(10, 0.1), np.zeros(290)], np.r_[np.full(10, 0.098), np.full(290, 0.02 / 290)]
CASES = {
    "alike": (*samples(zipf(500, 1.0), zipf(500, 1.0), 1000, 1000), "js"),
    "steeper": (*samples(zipf(2000, 1.0), zipf(2000, 1.15), 5000, 5000), "js"),
    "shared rare": (*samples(zipf(2000, 1.1), jittered(2000, 0.4), 5000, 5000), "js"),
    "new on one side": (*samples(*FEW, 2000, 2000), "js"),
    "uneven": (*samples(zipf(2000, 1.1), jittered(2000, 0.8), 1800, 180), "js"),
    "apart": (np.r_[np.full(30, 9.0), np.zeros(30)], np.r_[np.zeros(30), np.full(30, 9.0)], "js"),
    "thirty outcomes": (*samples(np.full(30, 1 / 30), np.full(30, 1 / 30), 30, 30), "js"),
    "weights": (np.arange(40) * 0.07, np.arange(40)[::-1] * 0.11, "js"),
    "a share": (*samples(zipf(300, 1.0), zipf(300, 1.2), 700, 700), "share"),
}
GAINS = {"js": (2 * GRID - 1) ** 2, "share": GRID}


def by_linear_programmes(laws, gain, level, sign):
    """Bounds on the end: by outer cuts of the set of likely laws, and by points inside of it."""
    likelihoods = [law.likelihood for law in laws]
    best = np.concatenate([law.weights for law in laws])
    gains = sign * np.concatenate([gain * law.observations for law in laws])
    groups = np.split(np.arange(len(best)), len(laws))
    repeats = [law.cells.repeats for law in laws]

    def seen(weights):
        return [one @ weights[at] for one, at in zip(likelihoods, groups, strict=True)]

    def fall(weights):
        pairs = zip(repeats, seen(best), seen(weights), strict=True)
        return sum(n @ (np.log(a) - np.log(np.maximum(b, 1e-290))) for n, a, b in pairs)

    allowed, base = quantile(level) ** 2 / 2, gains @ best
    whole = np.kron(np.eye(len(laws)), np.ones(POINTS))
    cuts, limits, inside = [], [], 0.0
    for _ in range(400):
        found = linprog(
            -gains, np.array(cuts) if cuts else None, limits or None, whole, np.ones(len(laws))
        )
        outside, way = -found.fun - base, found.x - best
        if fall(found.x) <= allowed:
            return outside, outside
        edge = brentq(lambda a, way=way: fall(best + a * way) - allowed, 0.0, 1.0)
        point = best + edge * way
        inside = max(inside, gains @ point - base)
        if outside - inside <= 0.004 * outside:
            break
        slopes = [
            one.T @ (n / now) for one, n, now in zip(likelihoods, repeats, seen(point), strict=True)
        ]
        cuts.append(-np.concatenate(slopes))
        limits.append(cuts[-1] @ point)
    return inside, outside


@pytest.mark.parametrize(
    ("name", "level"),
    [*((name, 0.95) for name in CASES), ("new on one side", 0.5), ("shared rare", 0.999)],
)
def test_ends_are_those_of_linear_programmes(name, level):
    x, y, kind = CASES[name]
    laws, _ = side_laws(x, y)
    assert laws
    for found, sign in zip(profile_ends(laws, GAINS[kind], level), (-1, 1), strict=True):
        inside, outside = by_linear_programmes(laws, GAINS[kind], level, sign)
        size = sum(law.observations for law in laws)
        assert 0.98 * inside - 1e-5 * size <= found <= 1.02 * outside + 1e-5 * size


@pytest.mark.parametrize("scale", [1e-9, 0.5, 2.0, 1e9])
@pytest.mark.parametrize("name", ["shared rare", "new on one side"])
def test_ends_go_with_the_unit_of_the_functional(name, scale):
    x, y, kind = CASES[name]
    laws, _ = side_laws(x, y)
    ends = profile_ends(laws, GAINS[kind], 0.95)
    scaled = profile_ends(laws, GAINS[kind] * scale, 0.95)
    np.testing.assert_allclose(scaled, np.multiply(ends, scale), rtol=0.01)


def test_exchanged_sides_have_the_same_ends():
    x, y, _ = CASES["uneven"]
    ends = [profile_ends(side_laws(*sides)[0], GAINS["js"], 0.95) for sides in ((x, y), (y, x))]
    np.testing.assert_allclose(*ends, rtol=0.02)


def test_what_no_law_moves_has_no_reach():
    laws, _ = side_laws(*CASES["alike"][:2])
    assert profile_ends(laws, np.ones(POINTS), 0.95) == (0.0, 0.0)
