"""Bounds from the k most probable tokens: golden values, and sharpness by enumeration."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from kullback import lm
from kullback.errors import InputError, ShapeError, UnreliableError
from kullback.lm.top_k.lists import TopK

# The worked example of the research note (section 4, item 12).
P = np.array([0.5, 0.2, 0.1, 0.1, 0.06, 0.04])
Q = np.array([0.45, 0.25, 0.08, 0.1, 0.1, 0.02])
IDS = [0, 1, 2]


def kl(p, q):
    there = p > 0
    with np.errstate(divide="ignore"):
        return float((p[there] * np.log(p[there] / q[there])).sum())


def close(a, b, tolerance=1e-10):
    return a == b or abs(a - b) <= tolerance * max(1.0, abs(b))


def test_golden_values():
    bounds = lm.top_k_bounds(IDS, np.log(P[:3]), np.log(Q))
    assert kl(P, Q) == pytest.approx(0.0274422525, abs=5e-11)
    assert float(bounds.truncated) == pytest.approx(0.0303659027, abs=5e-11)
    assert float(bounds.renormalised) == pytest.approx(0.0126395704, abs=5e-11)
    assert float(bounds.lower) == pytest.approx(0.0113038667, abs=5e-11)
    assert float(bounds.upper) == pytest.approx(0.1913096939, abs=5e-11)
    assert float(bounds.coverage) == pytest.approx(0.8, abs=1e-15)
    # Chain rule: KL of the binary split, and the coverage times the KL inside.
    binary = 0.8 * np.log(0.8 / 0.78) + 0.2 * np.log(0.2 / 0.22)
    assert float(bounds.lower) == pytest.approx(binary + 0.8 * 0.0126395704, abs=1e-10)


def test_the_ways_to_say_q_agree():
    dense = lm.top_k_bounds(IDS, np.log(P[:3]), np.log(Q))
    tail = lm.top_k_bounds(IDS, np.log(P[:3]), np.log(Q[:3]), q_tail=np.log(Q[3:]))
    listed = lm.top_k_bounds(IDS, np.log(P[:3]), np.log(Q[:3]))
    assert float(tail.lower) == float(dense.lower)
    assert float(tail.upper) == float(dense.upper)
    assert float(listed.lower) == pytest.approx(float(dense.lower), abs=1e-15)
    assert float(listed.upper) == np.inf
    assert "no floor" in listed.reason
    # What is left of Q, as a mass or as its log, is known from the list already: no floor.
    for mass in (0.22, np.log(0.22), np.float32(np.log(0.22))):
        said = lm.top_k_bounds(IDS, np.log(P[:3]), np.log(Q[:3]), q_tail=mass)
        assert (said.lower, said.upper) == (listed.lower, np.inf)
    # Batches: one row a token, a floor for each, shorter lists by −1 and NaN.
    rows = lm.top_k_bounds(
        [IDS, [0, 1, -1]],
        [np.log(P[:3]), [np.log(0.5), np.log(0.2), np.nan]],
        np.log([Q, Q]).astype(np.float32),
    )
    short = lm.top_k_bounds([0, 1], np.log(P[:2]), np.log(Q))
    assert rows.lower == pytest.approx([float(dense.lower), float(short.lower)], abs=1e-6)
    assert rows.upper == pytest.approx([float(dense.upper), float(short.upper)], abs=1e-6)
    assert len(rows) == 2


def test_mean_point_and_refusal():
    rows = lm.top_k_bounds([IDS, IDS], np.log([P[:3], Q[:3]]), np.log([Q, Q]))
    mean = rows.mean()
    assert float(mean.lower) == rows.lower.mean()
    assert float(mean.upper) == rows.upper.mean()
    assert float(mean.coverage) == rows.coverage.mean()
    assert float(mean.point(tolerance=0.2)) == pytest.approx((rows.lower + rows.upper).mean() / 2)
    with pytest.raises(UnreliableError, match=r"of token 0 lies between 0\.0113.* 0\.1913"):
        rows.point(tolerance=0.05)
    with pytest.raises(UnreliableError, match="79 % of P is known"):
        mean.point(tolerance=0.05)
    unknown = lm.top_k_bounds([IDS, IDS], np.log([P[:3], Q[:3]]), np.log([Q[:3], Q[:3]]))
    assert unknown.reason.endswith("(2 of 2 tokens, the first is 0)")
    assert unknown.mean().upper == np.inf
    with pytest.raises(UnreliableError, match="no floor"):
        unknown.mean().point(tolerance=100.0)
    assert "2 tokens, on average" in str(unknown)


def test_infinite_with_its_reason():
    q = np.array([0.5, 0.5, 0.0, 0, 0, 0])
    with np.errstate(divide="ignore"):
        bounds = lm.top_k_bounds(IDS, np.log(P[:3]), np.log(q))
        tail = lm.top_k_bounds([0, 1], np.log(P[:2]), np.log(q))
    assert float(bounds.lower) == float(bounds.upper) == np.inf
    assert bounds.reason == "Q gives 0 to a token that P lists"
    assert float(bounds.point(tolerance=0.1)) == np.inf
    # The tail of P must lie on tokens that Q gives nothing: +inf from below too.
    assert float(tail.lower) == np.inf


def test_a_whole_list_needs_no_floor():
    whole = lm.top_k_bounds(range(6), np.log(P), np.log(Q))
    assert float(whole.lower) == pytest.approx(kl(P, Q), abs=1e-14)
    assert float(whole.upper) == pytest.approx(kl(P, Q), abs=1e-11)
    # All but one token: the last is known by what is left, when it is known to be the last.
    almost = lm.top_k_bounds(range(5), np.log(P[:5]), np.log(Q[:5]), vocabulary=6)
    assert float(almost.lower) == pytest.approx(kl(P, Q), abs=1e-12)
    assert float(almost.upper) == pytest.approx(kl(P, Q), abs=1e-12)
    assert lm.top_k_bounds(range(5), np.log(P[:5]), np.log(Q[:5])).upper == np.inf


def test_lists_that_end_with_impossible_tokens():
    with np.errstate(divide="ignore"):
        p = np.log([0.75, 0.249999, 0.0])
    q = np.log([0.5, 0.25, 0.125])
    for bounds in (lm.top_k_bounds(IDS, p, q), lm.top_k_bounds(IDS, p, q, q_tail=np.log([0.125]))):
        assert float(bounds.lower) == pytest.approx(0.75 * np.log(1.5), abs=1e-5)
        assert float(bounds.upper) == pytest.approx(float(bounds.lower), abs=1e-5)
    with (
        np.errstate(divide="ignore"),
        pytest.raises(InputError, match=r"inf other tokens .* 0 each"),
    ):
        lm.top_k_bounds(IDS, np.log([0.75, 0.125, 0.0]), q)


def test_a_token_without_any_list():
    """Nothing is known of P: KL may be 0, or P may be on the least likely token of Q."""
    bounds = lm.top_k_bounds([[-1], [0]], [[np.nan], np.log([0.5])], np.log([Q, Q]))
    assert bounds.lower[0] == pytest.approx(0, abs=1e-15)
    assert bounds.upper[0] == pytest.approx(-np.log(Q.min()))
    assert bounds.coverage.tolist() == [0, 0.5]
    assert np.isnan(bounds.renormalised[0])
    assert not np.isnan(bounds.mean().renormalised)
    nothing = lm.top_k_bounds([[-1]], [[np.nan]], [[np.nan]])
    assert nothing.lower[0] == 0
    assert nothing.upper[0] == np.inf


def test_identical_sides_are_zero_below():
    bounds = lm.top_k_bounds(IDS, np.log(P[:3]), np.log(P))
    assert float(bounds.lower) == pytest.approx(0, abs=1e-16)
    assert float(bounds.lower) >= 0


SIMPLEX = st.integers(3, 7).flatmap(
    lambda n: st.tuples(
        *[st.lists(st.floats(1e-2, 1), min_size=n, max_size=n) for _ in range(2)],
        st.integers(1, n - 1),
        st.sampled_from([1.0, 3.0]),
    )
)


def drawn(case):
    """Two distributions, P with its largest first, and k; the power makes them peaked."""
    p, q, k, power = case
    p, q = (np.array(x) ** power for x in (sorted(p, reverse=True), q))
    return p / p.sum(), q / q.sum(), k


def tails(p, k):
    return 1 - p[:k].sum(), p[k - 1]


@settings(max_examples=100)
@given(SIMPLEX)
def test_the_truth_lies_between(case):
    p, q, k = drawn(case)
    n = len(p)
    dense = lm.top_k_bounds(range(k), np.log(p[:k]), np.log(q), vocabulary=n if k < n else None)
    floor = lm.top_k_bounds(range(k), np.log(p[:k]), np.log(q[:k]), q_tail=np.log(q.min()))
    known = lm.top_k_bounds(
        range(k), np.log(p[:k]), np.log(q[:k]), q_tail=np.log(q.min()), vocabulary=n
    )
    truth = kl(p, q)
    for bounds in (dense, floor, known):
        assert bounds.lower <= truth + 1e-9
        assert truth <= bounds.upper + 1e-9
    # What is known more makes the bounds no wider.
    assert floor.lower <= known.lower + 1e-9 <= dense.lower + 2e-9
    assert dense.upper <= known.upper + 1e-9 <= floor.upper + 2e-9


def least_by_enumeration(rest, cap, q):
    """Each set of capped tokens, the others in proportion to q: the least that is allowed."""
    best = np.inf
    for capped in itertools.chain.from_iterable(
        itertools.combinations(range(len(q)), r) for r in range(len(q) + 1)
    ):
        p = np.where(np.isin(np.arange(len(q)), capped), cap, 0.0)
        free = np.setdiff1d(np.arange(len(q)), capped)
        left = rest - p.sum()
        if left < -1e-12 or (not len(free) and abs(left) > 1e-9):
            continue
        p[free] = max(left, 0) * q[free] / q[free].sum()
        if (p <= cap * (1 + 1e-9)).all():
            best = min(best, kl(p, q))
    return best


def vertices(rest, cap, n):
    """All p with entries of 0 or the cap, and one remainder."""
    full = int(rest / cap + 1e-9)
    left = max(rest - full * cap, 0.0)
    for at in itertools.combinations(range(n), min(full, n)):
        for other in set(range(n)) - set(at) or {None}:
            p = np.zeros(n)
            p[list(at)] = cap
            if other is not None:
                p[other] = left
            yield p


@settings(max_examples=100)
@given(SIMPLEX)
def test_sharp_where_all_of_q_is_known(case):
    p, q, k = drawn(case)
    rest, cap = tails(p, k)
    bounds = lm.top_k_bounds(range(k), np.log(p[:k]), np.log(q), q_tail=None) if k < len(p) else 0
    listed = kl_part(p[:k], q[:k])
    assert close(float(bounds.lower), listed + least_by_enumeration(rest, cap, q[k:]), 1e-9)
    most = max(kl(v, q[k:]) for v in vertices(rest, cap, len(q) - k))
    assert close(float(bounds.upper), listed + most, 1e-7)


def kl_part(p, q):
    return float((p * np.log(p / q)).sum())


@settings(max_examples=100)
@given(SIMPLEX.filter(lambda case: tails(*drawn(case)[::2])[0] > 1e-9), st.floats(0.01, 1))
def test_sharp_where_q_has_a_floor(case, share):
    """Distributions that attain both bounds, written down; no search."""
    p, q, k = drawn(case)
    rest, cap = tails(p, k)
    free = 1 - q[:k].sum()
    count = int(np.ceil(rest / cap)) + 1
    floor = share * free / count
    bounds = lm.top_k_bounds(range(k), np.log(p[:k]), np.log(q[:k]), q_tail=np.log(floor))
    listed = kl_part(p[:k], q[:k])
    # Least: both tails even, over as many tokens as the cap of P needs.
    assert close(float(bounds.lower), max(listed + rest * np.log(rest / free), 0), 1e-8)
    # Most: P on the fewest tokens, where Q is the floor; the rest of Q on one more.
    v = np.sort(next(vertices(rest, cap, count)))[::-1]
    q_tail = np.full(count, floor)
    q_tail[-1] = free - (count - 1) * floor
    attained = listed + kl(v, q_tail)
    assert attained <= bounds.upper + 1e-7
    if v[-1] < 1e-13 or share > 0.9 * count / (count + 1):
        assert close(float(bounds.upper), attained, 1e-6)


@settings(max_examples=100)
@given(SIMPLEX, st.just(0.0) | st.floats(1e-6, 0.999))
def test_sharp_where_the_vocabulary_is_known(case, share):
    """Every vertex of P beside every vertex of Q: the floor everywhere but in one token."""
    p, q, k = drawn(case)
    rest, cap = tails(p, k)
    n, free = len(p) - k, 1 - q[:k].sum()
    floor = share * free / n
    with np.errstate(divide="ignore"):
        bounds = lm.top_k_bounds(
            range(k), np.log(p[:k]), np.log(q[:k]), q_tail=np.log(floor), vocabulary=len(p)
        )
    tops = []
    for place in range(n):
        q_tail = np.full(n, floor)
        q_tail[place] = free - (n - 1) * floor
        tops += [kl(v, q_tail) for v in vertices(rest, cap, n)]
    assert close(float(bounds.upper), kl_part(p[:k], q[:k]) + max(tops), 1e-6)


def as_list(probabilities, k):
    """The k most probable tokens as a server would print them."""
    order = np.argsort(-probabilities, kind="stable")[:k]
    logp = np.log(probabilities[order])[None, :]
    return TopK(
        source="made here",
        logp=logp,
        ids=order[None, :],
        names=(tuple(b"%d" % i for i in order),),
        limit=logp[:, -1],
        target_logp=np.array([np.nan]),
        target_ids=None,
        target_names=(b"",),
        clusters=np.zeros(1, np.int64),
        positions=np.zeros(1, np.int64),
    )


@settings(max_examples=100)
@given(SIMPLEX, st.integers(1, 4), st.permutations(range(7)))
def test_two_lists_hold_the_truth(case, k, order):
    p, q, _ = drawn(case)
    order = [i for i in order if i < len(p)]
    p = p[order]
    bounds = lm.list_bounds(as_list(p, min(k, len(p))), as_list(q, 2), q_floor=np.log(q.min()))
    truth = kl(p, q)
    assert bounds.lower[0] <= truth + 1e-6
    assert truth <= bounds.upper[0] + 1e-6


def least_by_optimisation(p, q, k_p, k_q, more=6):
    """Minimise KL over all pairs with these lists: SLSQP, a convex problem, several starts."""
    n = len(p) + more  # tokens that neither list has, so that no cap binds on what is left
    top_p, top_q = np.argsort(-p)[:k_p], np.argsort(-q)[:k_q]
    free_p, free_q = (np.setdiff1d(np.arange(n), t) for t in (top_p, top_q))

    def sides(x):
        whole_p, whole_q = np.zeros(n), np.zeros(n)
        whole_p[top_p], whole_q[top_q] = p[top_p], q[top_q]
        whole_p[free_p], whole_q[free_q] = x[: len(free_p)], x[len(free_p) :]
        return whole_p, whole_q

    def value(x):
        a, b = sides(x)
        return float((a * np.log(np.maximum(a, 1e-300) / b)).sum())

    rest, free = 1 - p[top_p].sum(), 1 - q[top_q].sum()
    even = [np.full(len(at), mass / len(at)) for at, mass in ((free_p, rest), (free_q, free))]
    start = np.concatenate(even)
    bounds = [(1e-12, p[top_p].min())] * len(free_p) + [(1e-12, q[top_q].min())] * len(free_q)
    sums = [
        {"type": "eq", "fun": lambda x: x[: len(free_p)].sum() - rest},
        {"type": "eq", "fun": lambda x: x[len(free_p) :].sum() - free},
    ]
    options = {"maxiter": 500, "ftol": 1e-13}
    found = minimize(value, start, bounds=bounds, constraints=sums, method="SLSQP", options=options)
    return found.fun


@pytest.mark.parametrize("seed", range(6))
def test_two_lists_are_sharp_below(seed):
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.full(6, 0.7), 2) * 0.97 + 0.005
    p, q = p / p.sum(), q / q.sum()
    bounds = lm.list_bounds(as_list(p, 2), as_list(q, 3))
    assert bounds.lower[0] == pytest.approx(least_by_optimisation(p, q, 2, 3), abs=2e-6)
    # Moving what the other side does not list into one tail is true too, and no better.
    shared = np.intersect1d(np.argsort(-p)[:2], np.argsort(-q)[:3])
    a, b = p[shared].sum(), q[shared].sum()
    coarse = kl_part(p[shared], q[shared]) + (1 - a) * np.log((1 - a) / (1 - b))
    assert coarse <= bounds.lower[0] + 1e-9


@pytest.mark.parametrize(
    ("change", "error", "word"),
    [
        ({"p_ids": [0, 1]}, ShapeError, "p_ids has shape"),
        ({"p_ids": [0, 1, 1]}, InputError, "an id twice"),
        ({"p_ids": [0.0, 1, 2]}, InputError, "whole numbers"),
        ({"p_ids": [0, 1, 6]}, ShapeError, "q_logp has 6 columns"),
        ({"p_logp": np.log([0.9, 0.2, 0.1])}, InputError, "sum to 1.2"),
        ({"p_logp": [0.5, 0.2, 0.1]}, InputError, "sum to"),
        ({"p_logp": ["a", "b", "c"]}, InputError, "p_logp holds str"),
        ({"q_logp": np.log(Q[:4])}, InputError, "sum to 0.88, not 1"),
        ({"q_logp": np.log(Q) + 1}, InputError, "sum to 2.71"),
        ({"q_logp": np.log([Q, Q])}, ShapeError, "first axes"),
        ({"q_logp": 0.0}, ShapeError, "single number"),
        ({"vocabulary": 5}, ShapeError, "q_logp has 6 columns"),
        ({"vocabulary": 2}, InputError, "the vocabulary has 2"),
        ({"q_logp": np.log(Q[:3]), "q_tail": np.log(0.12)}, InputError, "not of their sum"),
        ({"q_logp": np.log(Q[:3]), "q_tail": 0.12}, InputError, "at most 0"),
        ({"q_logp": np.log(Q[:3]), "q_tail": np.nan}, InputError, "floor"),
        ({"q_logp": np.log(Q[:3]), "q_tail": np.log([[0.1]])}, ShapeError, "q_tail has shape"),
        ({"q_logp": np.log(Q[:3]), "q_tail": np.log([0.1])}, InputError, "sum to 0.88"),
        ({"q_logp": np.log(Q[:3]), "vocabulary": 4}, InputError, "1 other tokens"),
        ({"p_logp": np.log([0.5, 0.2, 0.01]), "q_logp": np.log(Q)}, InputError, "3 other tokens"),
        ({"q_logp": np.log(Q[:3] * 1.5)}, InputError, "of Q for token 0 sum to 1.17"),
    ],
)
def test_what_cannot_be(change, error, word):
    given = {"p_ids": IDS, "p_logp": np.log(P[:3]), "q_logp": np.log(Q)}
    with pytest.raises(error, match=word):
        lm.top_k_bounds(**(given | change))


def test_sampled_tokens_are_unbiased():
    """The mean over 2 000 texts of 50 tokens drawn from P is KL(P‖Q), within 4 standard errors."""
    rng = np.random.default_rng(3)
    x = rng.choice(6, (2000, 50), p=P)
    estimates = [lm.kl_from_sampled(np.log(P[row]), np.log(Q[row])) for row in x]
    values = np.array([e.value for e in estimates])
    errors = np.array([e.standard_error for e in estimates])
    assert abs(values.mean() - kl(P, Q)) < 4 * values.std() / np.sqrt(2000)
    assert errors.mean() == pytest.approx(values.std(), rel=0.05)
    assert (values < 0).any()
    assert any(note.code == "negative" for e in estimates for note in e.notes)


def test_sampled_tokens_that_are_not_known():
    with pytest.raises(InputError, match=r"p_logp\[1\] is unknown \(1 such of 3\)"):
        lm.kl_from_sampled([-1.0, np.nan, -1.0], [-1.0, -1.0, -1.0])
    with pytest.raises(InputError, match="at most 0"):
        lm.kl_from_sampled([-1.0, -1.0], [-1.0, 0.5])
    with pytest.raises(InputError, match="cannot draw"):
        lm.kl_from_sampled([-1.0, -np.inf], [-1.0, -0.5])
    with pytest.raises(ShapeError, match="at least 2"):
        lm.kl_from_sampled([-1.0], [-1.0])
    infinite = lm.kl_from_sampled([-1.0, -2.0], [-1.0, -np.inf])
    assert infinite.value == infinite.standard_error == np.inf
    assert infinite.interval is None
    assert "∞" in str(infinite)
