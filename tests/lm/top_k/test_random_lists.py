"""Bounds of random lists hold the truth, however the numbers were rounded, peaked or flat."""

import numpy as np
import pytest

from kullback import lm

KINDS = (np.float64, np.float32, np.float16)


def log_softmax(x):
    """In the precision of x, as servers compute it."""
    down = x - x.max(-1, keepdims=True)
    return down - np.log(np.exp(down).sum(-1, keepdims=True, dtype=x.dtype))


def drawn(rng, rows):
    """Logits of both sides, from flat to one-hot, sometimes equal, and of how many tokens."""
    n = int(rng.choice([2, 3, 5, 20, 400]))
    scale = 10.0 ** rng.uniform(-1, 1.7)
    p = scale * rng.standard_normal((rows, n))
    near = 10.0 ** rng.uniform(-6, 1.5)
    return p, p + near * rng.standard_normal((rows, n)) * (rng.random() < 0.9)


def truth(p, q):
    """Σ p ln(p/q) over exact rows, in long double."""
    p, q = (log_softmax(x.astype(np.longdouble)) for x in (p, q))
    terms = np.exp(p) * (p - q) - np.exp(p) + np.exp(q)
    return terms.sum(-1).astype(float)


def violations(seed, rows=100):
    """Count lists whose bounds leave the truth out; the slack is the truth's own rounding."""
    rng = np.random.default_rng(seed)
    kind = KINDS[int(rng.integers(0, 2))]
    p, q = (x.astype(kind) for x in drawn(rng, rows))
    log_p, log_q = log_softmax(p), log_softmax(q)
    n = p.shape[1]
    k = int(rng.integers(1, n + 1))
    ids = np.argsort(-log_p, axis=-1, kind="stable")[:, :k]
    listed_p, listed_q = (np.take_along_axis(x, ids, 1) for x in (log_p, log_q))
    exact = truth(p, q)
    bad = 0
    floor = log_q.astype(float).min(axis=1)
    for more in (
        {"q_logp": listed_q, "vocabulary": n},
        {"q_logp": listed_q},
        {"q_logp": listed_q, "vocabulary": n, "q_tail": floor},
        {"q_logp": log_q} if k < n else {"q_logp": listed_q},
    ):
        found = lm.top_k_bounds(ids, listed_p, **more)
        low, high = found.lower * (1 - 1e-12), found.upper * (1 + 1e-12)
        assert (found.lower <= found.upper).all()
        assert (found.lower >= 0).all()
        bad += int(((low > exact + 1e-18) | (exact > high + 1e-18)).sum())
    return bad


def test_no_list_of_some_leaves_the_truth_out():
    assert sum(violations(seed) for seed in range(40)) == 0


@pytest.mark.slow
def test_no_list_of_a_hundred_thousand_leaves_the_truth_out():
    assert sum(violations(seed) for seed in range(1000)) == 0


def test_one_unlisted_token_that_q_may_rule_out():
    """P = (.5, .5) and Q = (1, 0) fit to what is said, and so does Q = (1, 1e-17)."""
    found = lm.top_k_bounds([0], np.log([0.5]), np.log([1.0]), vocabulary=2)
    assert found.upper == np.inf
    assert 15 < found.lower < 18
    assert "no floor" in found.reason


def test_peaked_rows_of_float32_are_not_refused():
    """What is left of 1 is rounding, more than the other tokens can have: nothing is wrong."""
    rng = np.random.default_rng(0)
    x = np.full((200, 32_000), -40.0, np.float32) + rng.normal(0, 1, (200, 32_000))
    x[:, :2] = 0
    x = log_softmax(x.astype(np.float32))
    ids = np.argsort(-x, axis=1)[:, :20]
    listed = np.take_along_axis(x, ids, 1)
    found = lm.top_k_bounds(ids, listed, listed, vocabulary=32_000)
    assert (found.lower < 1e-20).all()
    dense = lm.top_k_bounds(ids, listed, x)
    assert (dense.lower < 1e-20).all()
    assert (dense.upper < 1e-5).all()


@pytest.mark.parametrize("kind", ["cast", "printed", "subtracted"])
def test_rows_of_float32_in_float64_are_not_refused(kind):
    """As JSON gives them: cast ones keep the truth, of others the digits that they have."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        n, k = int(rng.choice([100, 3_000])), int(rng.integers(2, 50))
        p, q = (np.full((40, n), -rng.uniform(5, 50)) + rng.normal(size=(40, n)) for _ in "pq")
        p[:, : int(rng.integers(1, 6))] = 0
        q[:, 0] = 0
        log_p, log_q = (log_softmax(x.astype(np.float32)).astype(float) for x in (p, q))
        if kind == "printed":
            log_p, log_q = (np.round(x, 6) for x in (log_p, log_q))
        if kind == "subtracted":
            log_p, log_q = (
                x - np.log(np.exp(x.astype(np.float32)).sum(1, keepdims=True)).astype(float)
                for x in (p, q)
            )
        ids = np.argsort(-log_p, axis=1, kind="stable")[:, :k]
        lists = (np.take_along_axis(x, ids, 1) for x in (log_p, log_q))
        found, exact = lm.top_k_bounds(ids, *lists, vocabulary=n), truth(p, q)
        slack = 1e-18 if kind == "cast" else 5e-5 * (1 + exact)
        assert (found.lower <= exact + slack).all()
        assert (exact <= found.upper + slack).all()


def test_bounds_of_exact_lists_stay_sharp():
    """Slack is of the size of the rounding, not more."""
    rng = np.random.default_rng(1)
    p, q = (log_softmax(rng.normal(size=(50, 30))) for _ in "pq")
    ids = np.argsort(-p, axis=1)
    whole = lm.top_k_bounds(
        ids, np.take_along_axis(p, ids, 1), np.take_along_axis(q, ids, 1), vocabulary=30
    )
    assert (whole.upper - whole.lower < 1e-12).all()
