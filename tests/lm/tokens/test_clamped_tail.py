"""What clamped tokens may add, against live logits in float64 and against brute force."""

import itertools
import math

import numpy as np
import pytest
from model_pairs import logits, pair, written

from kullback import lm
from kullback.lm.tokens.clamped_tail import ClampedRow, Range, _ends, terms

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


# Half a step of a code: by so much each ln p may be off, in files of 16 nats.
STEP = 16 / 65535 / 2


def assert_inside(found, exact, close=1e-6):
    """Every mean is `close` to the truth, or the truth is between its ends; so is every token.

    A token alone may be off by half a step times Σ p·|ln p/q|, which is at most KL + 2 TV.
    """
    moved = exact["kl"] + exact["reverse_kl"] + 2 * exact["total_variation"] + 1e-3
    for name in DISTANCES:
        least, slack = found.per_token[name], 1e-6 + STEP * moved
        most = least + found.per_token[f"{name}_more"].astype(float)
        slack += STEP if name == "total_variation" else 0.0
        assert (least - slack <= exact[name]).all(), name
        assert (exact[name] <= most + slack).all(), name
        mean, mean_most = found.estimates[name].value, found.most.get(name, 0.0)
        assert mean - close <= exact[name].mean() <= max(mean, mean_most) + close, name
    assert (found.per_token["total_variation"] <= 1).all()
    assert (found.per_token["jensen_shannon"] <= LN2).all()
    assert max(found.most.get("total_variation", 0), 0) <= 1 + 1e-6
    assert max(found.most.get("jensen_shannon", 0), 0) <= LN2 + 1e-6


@pytest.mark.parametrize("sides", ["base", "model", "both"])
@pytest.mark.parametrize("noise", [0.02, 0.5])
@pytest.mark.parametrize("scale", [0.05, 0.3, 1.0, 2.0, 4.0])
def test_output_scales(tmp_path, scale, noise, sides):
    base, model = pair(int(100 * scale), rows=42, vocabulary=6_000, noise=noise, spread=2.5)
    base, model = (scale * base).astype(np.float32), (scale * model).astype(np.float32)
    p = written(tmp_path, "p.kld", base) if sides != "model" else base
    q = written(tmp_path, "q.kld", model) if sides != "base" else model
    exact = truth(base, model)
    # Beside 1e-6, what the rounding of the codes moves where the models are nats apart.
    assert_inside(lm.compare(p, q), exact, 1e-6 + 3e-5 * (exact["kl"] + exact["reverse_kl"]).mean())


@pytest.mark.parametrize("seed", range(12))
def test_two_unlike_models(tmp_path, seed):
    """Models that share nothing, so that much of each lies where the other has clamped."""
    rng = np.random.default_rng(seed)
    base, model = (
        (rng.uniform(0.5, 3) * logits(rng, 14, 500, heads=4)).astype(np.float32) for _ in "pq"
    )
    files = written(tmp_path, "p.kld", base), written(tmp_path, "q.kld", model)
    exact = truth(base, model)
    moved = STEP * (exact["kl"] + exact["reverse_kl"] + 2 * exact["total_variation"]).mean()
    for p, q in itertools.product((files[0], base), (files[1], model)):
        assert_inside(lm.compare(p, q), exact, 1e-6 + moved)


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


@pytest.mark.parametrize("seed", range(60))
def test_the_ends_hold_every_pair_and_are_reached(seed):
    """P has clamped, Q is known: random tails stay inside, and the vertices reach the most."""
    rng = np.random.default_rng(seed)
    n, cap = int(rng.integers(2, 9)), 10.0 ** rng.uniform(-6, -1)
    log_q = np.log(cap) + rng.normal(0, 2, n)
    whole = int(rng.integers(1, n + 1))
    mass = cap * whole
    log_p = np.full(n, math.log(cap))
    p = ClampedRow(log_p, np.ones(n, bool), Range(mass, mass))
    ends = _ends(p, ClampedRow(log_q, np.zeros(n, bool), Range(0.0, 0.0)))
    vertices = np.zeros((math.comb(n, whole), n))
    for row, chosen in zip(vertices, itertools.combinations(range(n), whole), strict=True):
        row[list(chosen)] = cap
    of_vertices = [sums(row, log_q) for row in vertices]
    np.testing.assert_allclose(np.max(of_vertices, axis=0)[[0, 2, 3]], ends.most[[0, 2, 3]])
    for _ in range(200):
        tail = rng.dirichlet(np.full(len(vertices), 10.0 ** rng.uniform(-1, 2))) @ vertices
        assert (sums(tail, log_q) >= ends.least * (1 - 1e-9)).all()
        assert (sums(tail, log_q) <= ends.most * (1 + 1e-9)).all()


def sums(tail, log_q):
    with np.errstate(divide="ignore"):
        return np.array([x.sum() for x in terms(np.log(tail), log_q)])
