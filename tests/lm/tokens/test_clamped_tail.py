"""What clamped tokens may add, against live logits in float64 and against brute force."""

import itertools
import math

import numpy as np
import pytest
from model_pairs import logits, pair, written

from kullback import lm
from kullback.lm.tokens.clamped_least import Clamped, Range
from kullback.lm.tokens.clamped_tail import ends, terms
from kullback.lm.tokens.rounding import moved

DISTANCES = ("kl", "reverse_kl", "jensen_shannon", "total_variation")
LN2 = math.log(2)


def truth(base, model):
    """The four distances a row, from their definitions in long double."""
    log_p, log_q = (
        x - x.max(-1, keepdims=True) for x in (y.astype(np.longdouble) for y in (base, model))
    )
    log_p, log_q = (x - np.log(np.exp(x).sum(-1, keepdims=True)) for x in (log_p, log_q))
    p, q = np.exp(log_p), np.exp(log_q)
    log_m = np.logaddexp(log_p, log_q) - np.log(np.longdouble(2))
    js = (p * (log_p - log_m) + q * (log_q - log_m)) / 2
    each = (p * (log_p - log_q), q * (log_q - log_p), js, np.abs(p - q) / 2)
    return dict(zip(DISTANCES, (x.sum(-1).astype(float) for x in each), strict=True))


def assert_inside(found, exact):
    """Every mean is within 1e-6 of the truth or between its limits, every token between its own."""
    by = moved(found.per_token)
    for name in DISTANCES:
        least = found.per_token[name]
        most = least + found.per_token[f"{name}_more"].astype(float)
        assert (least - by[name] - 1e-12 <= exact[name]).all(), name
        assert (exact[name] <= most + by[name] + 1e-12).all(), name
        mean, (low, high) = exact[name].mean(), found.limits[name]
        assert abs(found.estimates[name].value - mean) <= 1e-6 or low <= mean <= high, name
        assert low <= found.estimates[name].value <= high
    assert (found.per_token["total_variation"] <= 1).all()
    assert (found.per_token["jensen_shannon"] <= LN2).all()
    assert found.limits["total_variation"][1] <= 1
    assert found.limits["jensen_shannon"][1] <= LN2


@pytest.mark.parametrize("sides", ["base", "model", "both"])
@pytest.mark.parametrize("noise", [0.02, 0.5])
@pytest.mark.parametrize("scale", [0.05, 0.3, 1.0, 2.0, 4.0])
def test_output_scales(tmp_path, scale, noise, sides):
    base, model = pair(int(100 * scale), rows=42, vocabulary=6_000, noise=noise, spread=2.5)
    base, model = (scale * base).astype(np.float32), (scale * model).astype(np.float32)
    p = written(tmp_path, "p.kld", base) if sides != "model" else base
    q = written(tmp_path, "q.kld", model) if sides != "base" else model
    exact = truth(base, model)
    found = lm.compare(p, q)
    assert_inside(found, exact)
    # The limits are narrow but for what clamping leaves open.
    for name in DISTANCES:
        low, high = found.limits[name]
        wide = 2.6e-4 * (1 + exact["kl"] + exact["reverse_kl"]).mean()
        assert high <= found.most.get(name, found.estimates[name].value) + wide
        assert found.estimates[name].value - low <= wide


@pytest.mark.parametrize("seed", range(12))
def test_two_unlike_models(tmp_path, seed):
    """Models that share nothing, so that much of each lies where the other has clamped."""
    rng = np.random.default_rng(seed)
    base, model = (
        (rng.uniform(0.5, 3) * logits(rng, 14, 500, heads=4)).astype(np.float32) for _ in "pq"
    )
    files = written(tmp_path, "p.kld", base), written(tmp_path, "q.kld", model)
    exact = truth(base, model)
    for p, q in list(itertools.product((files[0], base), (files[1], model)))[:3]:
        assert_inside(lm.compare(p, q), exact)


def test_a_clamped_tail_cannot_make_mass(tmp_path):
    """Nothing lies next to the clamp but one token that the model likes: no guess from it."""
    p = np.full((7, 32_000), -16.1, np.float32)
    p[:, 0], p[:, 1] = 0, -15.5
    q = p.copy()
    q[:, 1] = 0
    found, exact = lm.compare(written(tmp_path, "p.kld", p), q), truth(p, q)
    for name in ("kl", "jensen_shannon", "total_variation"):
        assert found.estimates[name].value == pytest.approx(exact[name].mean(), rel=0.01)
    assert_inside(found, exact)


def test_what_the_model_clamps_is_at_least(tmp_path):
    """The truth is 50 nats; a file that stores 16 can only say that it is no less."""
    p, q = np.full((7, 1_000), -30.0, np.float32), np.full((7, 1_000), -50.0, np.float32)
    p[:, 0], q[:, 1] = 0, 0
    found = lm.compare(written(tmp_path, "p.kld", p), written(tmp_path, "q.kld", q))
    assert found.kl.value == pytest.approx(16, abs=0.01)
    assert found.most["kl"] == math.inf
    assert "KL(base‖model) at least 16" in str(found)
    (note,) = [note for note in found.notes if note.code == "tail"]
    assert "at least 16" in note.text
    assert '"most": {' in found.to_json()
    live = lm.compare(tmp_path / "p.kld", q)
    assert live.kl.value == pytest.approx(50, abs=0.01)
    assert "KL(base‖model) 50" in str(live)


NOTHING = Clamped.of(np.zeros(0), 0.0, Range(0.0, 0.0))


@pytest.mark.parametrize("seed", range(60))
def test_the_ends_hold_every_pair_and_are_reached(seed):
    """P has clamped, Q is known: random tails stay inside, and the vertices reach the most."""
    rng = np.random.default_rng(seed)
    n, cap = int(rng.integers(2, 9)), 10.0 ** rng.uniform(-6, -1)
    log_q = np.sort(np.log(cap) + rng.normal(0, 2, n))
    whole = int(rng.integers(1, n + 1))
    mass = cap * whole
    found = ends(Clamped.of(log_q, math.log(cap), Range(mass, mass)), NOTHING, 0)
    vertices = np.zeros((math.comb(n, whole), n))
    for row, chosen in zip(vertices, itertools.combinations(range(n), whole), strict=True):
        row[list(chosen)] = cap
    of_vertices = [sums(row, np.exp(log_q)) for row in vertices]
    np.testing.assert_allclose(np.max(of_vertices, axis=0)[[0, 2, 3]], found.most[[0, 2, 3]])
    for _ in range(200):
        tail = rng.dirichlet(np.full(len(vertices), 10.0 ** rng.uniform(-1, 2))) @ vertices
        assert (sums(tail, np.exp(log_q)) >= found.least * (1 - 1e-9)).all()
        assert (sums(tail, np.exp(log_q)) <= found.most * (1 + 1e-9)).all()


def sums(tail, others):
    with np.errstate(divide="ignore"):
        return np.array([x.sum() for x in terms(np.log(tail), np.log(others))])


class Both:
    """Some tokens that P alone, Q alone, and both have clamped; masses that are possible."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        a, b, c = self.sizes = rng.integers(0, 4, 3)
        caps = 10.0 ** rng.uniform(-2, 0, 2)
        self.known_q, self.known_p = (
            cap * 10.0 ** rng.uniform(-2, 1, n) for cap, n in zip(caps, (a, b), strict=True)
        )
        self.caps, counts = caps, (a + c, b + c)
        middle = [rng.uniform(0, 1) * n * cap for n, cap in zip(counts, caps, strict=True)]
        wide = rng.choice([0.0, 0.02, 0.2])
        self.masses = [
            Range(max(0, m - wide * cap), min(n * cap, m + wide * cap))
            for n, m, cap in zip(counts, middle, caps, strict=True)
        ]
        self.clamped = [
            Clamped.of(np.log(known), math.log(cap), mass)
            for known, cap, mass in zip(
                (self.known_q, self.known_p), caps, self.masses, strict=True
            )
        ]

    def both(self, x, y):
        """P and Q at all tokens, of what is free on either side."""
        a, b, _ = self.sizes
        p = np.concatenate([x[:a], self.known_p, x[a:]])
        return p, np.concatenate([self.known_q, y[:b], y[b:]])

    def found(self):
        return ends(*self.clamped, int(self.sizes[2]))

    def point(self, rng):
        """Random masses that fit: between two corners."""
        sides = []
        for i, mass in enumerate(self.masses):
            n = len(self.clamped[i].log_others) + int(self.sizes[2])
            total, room = rng.uniform(*mass), np.full(n, self.caps[i])
            x = np.zeros(n)
            for at in rng.permutation(n):
                x[at] = min(room[at], total - x.sum())
            y = np.zeros(n)
            for at in rng.permutation(n):
                y[at] = min(room[at], total - y.sum())
            share = rng.choice([0.0, rng.uniform()])
            sides.append(np.maximum(0.0, x + share * (y - x)))
        return self.both(*sides)


@pytest.mark.parametrize("seed", range(150))
def test_two_clamped_sides_stay_between_their_ends(seed):
    case, rng = Both(seed), np.random.default_rng(seed)
    found = case.found()
    for _ in range(60):
        here = sums(*case.point(rng))
        assert (here >= found.least * (1 - 1e-9) - 1e-12).all()
        assert (here <= found.most * (1 + 1e-9) + 1e-12).all()


@pytest.mark.slow
def test_the_least_of_two_clamped_sides_is_reached():
    """By a general optimiser, which knows nothing of ratios; it gets there in most cases."""
    reached = [ok for seed in range(12) for ok in optimised(Both(seed))]
    assert len(reached) > 30
    assert np.mean(reached) > 0.7


def optimised(case):
    """Yield whether each of KL, reverse KL and JS was optimised; assert that it is the least."""
    from scipy.optimize import LinearConstraint, minimize

    n = [len(each.log_others) + int(case.sizes[2]) for each in case.clamped]
    kept = [i for i in (0, 1) if n[i]]
    table = np.zeros((2, sum(n)))
    table[0, : n[0]], table[1, n[0] :] = 1, 1
    lows, highs = zip(*case.masses, strict=True)
    rule = LinearConstraint(table[kept], np.take(lows, kept), np.take(highs, kept))
    start = np.repeat(
        [max(1e-12, sum(m) / 2 / max(k, 1)) for k, m in zip(n, case.masses, strict=True)], n
    )
    limits = [(1e-12, cap) for cap in np.repeat(case.caps, n)]
    for i in range(3 if kept else 0):
        best = minimize(
            lambda z, i=i: sums(*case.both(z[: n[0]], z[n[0] :]))[i],
            start,
            bounds=limits,
            constraints=rule,
            method="SLSQP",
            options={"ftol": 1e-14, "maxiter": 200},
        )
        if best.success:
            assert best.fun == pytest.approx(case.found().least[i], rel=1e-3, abs=1e-6)
        yield best.success


@pytest.mark.parametrize("seed", range(20))
def test_the_most_of_two_clamped_sides_is_reached(seed):
    """Masses of whole caps: every corner is tried, and the farthest is the most of JS and TV."""
    case, rng = Both(seed), np.random.default_rng(seed)
    a, b, c = case.sizes
    whole = [int(rng.integers(0, n + 1)) for n in (a + c, b + c)]
    if whole[0] + whole[1] > c + min(a, b):
        whole = [min(w, 1) for w in whole]
    masses = [Range(w * cap, w * cap) for w, cap in zip(whole, case.caps, strict=True)]
    sides = [
        Clamped(each.log_others, each.sums, each.log_cap, mass)
        for each, mass in zip(case.clamped, masses, strict=True)
    ]
    found = ends(*sides, int(c)).most
    corners = [
        [
            case.caps[i] * np.isin(np.arange(n), chosen)
            for chosen in itertools.combinations(range(n), w)
        ]
        for i, (n, w) in enumerate(zip((a + c, b + c), whole, strict=True))
    ]
    every = [sums(*case.both(x, y)) for x, y in itertools.product(*corners)]
    farthest = np.max(every, axis=0)
    assert (farthest <= found * (1 + 1e-9) + 1e-12).all()
    if whole[0] + whole[1] <= c or c == 0:
        np.testing.assert_allclose(farthest[2:], found[2:], rtol=1e-9, atol=1e-12)
