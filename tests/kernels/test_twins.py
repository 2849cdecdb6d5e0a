"""Every native kernel gives what its readable twin gives, whatever it is fed."""

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kullback.kernels import logits_reference, reference

native = pytest.importorskip("kullback.kernels._native", reason="built without a compiler")

PAIRS = ("kl", "jensen_shannon", "cross_entropy", "hellinger", "total_variation")
# Sums of either sign lose digits to cancellation: H(p, q) near p = 1.
ABSOLUTE = 1e-15

sizes = st.one_of(st.integers(1, 40), st.sampled_from([4095, 4096, 4097, 9000]))
values = st.one_of(
    st.just(0.0),
    st.floats(5e-324, 1.0),
    st.floats(5e-324, 1e-300),
    st.floats(0.1, 0.1000001),
    st.floats(1e-18, 1e-14),
    st.floats(1e250, 1e300),
)


@st.composite
def pairs(draw, elements=values, dtype=np.float64):
    """Draw two matrices with few different numbers, so that large ones are drawn fast."""
    rows, outcomes = draw(st.integers(0, 3)), draw(sizes)
    pool = np.array(draw(st.lists(elements, min_size=1, max_size=30)), dtype)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return tuple(rng.choice(pool, (rows, outcomes)) for _ in range(2))


def close(got, expected, rel=1e-12, absolute=ABSOLUTE, floor=1e-290):
    scale = np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
    return got == pytest.approx(expected, rel=rel, abs=max(absolute * scale, floor), nan_ok=True)


def test_no_kernel_is_missing():
    """An old build goes on with the twins; a fresh one has them all."""
    measures = ("entropy", "normalizers", "stored_measures", "top_k", "tsallis", "renyi", *PAIRS)
    assert all(hasattr(native, name) for name in measures)


@pytest.mark.parametrize("name", PAIRS)
@given(pairs())
def test_pairs(name, pair):
    with np.errstate(all="ignore"):
        expected = getattr(reference, name)(*pair)
    assert close(getattr(native, name)(*pair), expected)


@given(pairs(), st.sampled_from([1e-6, 0.2, 0.5, 0.9, 1.1, 2.0, 7.0]))
def test_orders(pair, order):
    with np.errstate(all="ignore"):
        expected = reference.tsallis(*pair, order)
    known = np.abs(expected) < 1e300  # beyond, one power overflows before another
    assert close(native.tsallis(*pair, order)[known], expected[known])


@given(pairs(st.one_of(st.just(0.0), st.floats(1e-300, 1.0))))
def test_entropy(pair):
    total = pair[0].sum(axis=-1, keepdims=True)
    p = np.divide(pair[0], total, out=np.zeros_like(pair[0]), where=total > 0)
    assert close(native.entropy(p), reference.entropy(p))


@pytest.mark.parametrize("name", PAIRS)
@given(pairs(st.one_of(values, st.just(-1.0), st.just(np.nan), st.just(np.inf))))
def test_facts_show_what_is_wrong(name, pair):
    assume(len(pair[0]))
    seen, expected = np.empty((2, 5))
    with np.errstate(all="ignore"):
        getattr(native, name)(*pair, seen)
        getattr(reference, name)(*pair, expected)
    good = all((np.isfinite(a) & (a >= 0)).all() for a in pair)
    for facts in (seen, expected):
        assert (facts[0] >= 0 and np.isfinite(facts[1:]).all()) == good
    if good:
        np.testing.assert_allclose(seen, expected, rtol=1e-12)


@pytest.mark.parametrize("outcomes", [1, 2, 3, 4, 12, 31, 32, 5000])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, -0.25, 3.0])
def test_one_wrong_row_among_many_is_seen(outcomes, bad):
    rows = np.random.default_rng(2).dirichlet(np.ones(outcomes), 133)
    for row in (0, 15, 16, 77, 131, 132):
        wrong = rows.copy()
        wrong[row, outcomes // 2] = bad
        for name in PAIRS:
            seen, expected = np.empty((2, 5))
            with np.errstate(all="ignore"):
                getattr(native, name)(rows, wrong, seen)
                getattr(reference, name)(rows, wrong, expected)
            known = slice(1 if np.isnan(bad) else 0, 5)  # the least of what has none is anything
            np.testing.assert_allclose(seen[known], expected[known], rtol=1e-12)
            assert not (seen[0] >= 0 and seen[3:] == pytest.approx([1.0, 1.0]))


@pytest.mark.parametrize("name", PAIRS)
def test_any_strides_and_precision(name):
    rng = np.random.default_rng(1)
    wide = rng.dirichlet(np.ones(9000), 4)
    p, q = np.asfortranarray(wide[:2]), wide[2:, ::-1]
    kernel = getattr(native, name)
    expected = kernel(p.copy("C"), q.copy("C"))
    assert kernel(p, q).tolist() == expected.tolist()
    single = kernel(p.astype(np.float32), q.astype(np.float32))
    assert single == pytest.approx(expected, rel=1e-6)
    one = kernel(np.broadcast_to(p[0], p.shape), q)
    assert one[0] == expected[0]


@pytest.mark.parametrize("outcomes", [1, 2, 3, 4, 12, 31, 32])
@pytest.mark.parametrize("name", PAIRS)
def test_a_short_row_has_the_same_bits_alone_and_however_it_lies(name, outcomes):
    p, q = np.random.default_rng(3).dirichlet(np.ones(outcomes), (2, 133))
    q[5, 0] = 0.0
    kernel = getattr(native, name)
    alone = [kernel(p[i : i + 1], q[i : i + 1])[0] for i in range(len(p))]
    assert kernel(p, q).tolist() == alone
    assert kernel(np.asfortranarray(p), np.repeat(q, 2, axis=1)[:, ::2]).tolist() == alone


@pytest.mark.parametrize("name", PAIRS)
def test_refusals(name):
    kernel = getattr(native, name)
    with pytest.raises(ValueError, match="same shape"):
        kernel(np.ones((1, 2)), np.ones((1, 3)))
    with pytest.raises(ValueError, match="the kernels take float64"):
        kernel(np.ones((1, 2), int), np.ones((1, 2), int))
    with pytest.raises(TypeError):
        kernel(np.ones((1, 2)), np.ones((1, 2)), np.empty((2, 3)))
    for wrong in (np.ones(2), None, [[1.0, 2.0]], np.array([["a"]])):
        with pytest.raises(TypeError):
            kernel(wrong, wrong)


logits = st.one_of(
    st.floats(-30, 30),
    st.just(-np.inf),
    st.just(1.0),
    st.sampled_from([-1e30, -1e9, 700.0, -800.0, 1e5, -1.7e308, 1.7e308, 3e38, -3e38]),
)
rotten = st.one_of(logits, st.sampled_from([np.nan, -np.nan, np.inf]))


@given(pairs(logits), st.sampled_from([1.0, 0.5, 3.0]))
def test_logits(pair, scale):
    close_logits(pair, scale, rel=1e-11, absolute=1e-14)


@given(pairs(rotten), st.sampled_from([1.0, 0.5]))
def test_rotten_logits(pair, scale):
    close_logits(pair, scale, rel=1e-11, absolute=1e-14)


single = st.one_of(st.floats(-30, 30, width=32), st.sampled_from([-np.inf, 1e30, -1e30, np.nan]))


@given(pairs(single, np.float32))
def test_single_logits(pair):
    close_logits(pair, 1.0, rel=2e-5, absolute=2e-7, floor=1e-13)


def close_logits(pair, scale, rel, absolute, floor=1e-30):
    with np.errstate(all="ignore"):
        expected = logits_reference.logits_summary(*pair, scale)
        got = native.logits_summary(*pair, scale)
        for column in range(got.shape[1]):
            assert close(got[:, column], expected[:, column], rel, absolute, floor)
        assert close(native.logits_kl(*pair, scale), expected[:, 0], rel, absolute, floor)
        entropy = logits_reference.logits_entropy(pair[0], scale)
        assert close(native.logits_entropy(pair[0], scale), entropy, rel, absolute, floor)


@given(pairs(st.floats(-20, 20, width=16), np.float16))
def test_half_logits(pair):
    exact = [x.astype(np.float32) for x in pair]
    assert native.logits_kl(*pair).tolist() == native.logits_kl(*exact).tolist()


def test_every_half_and_bfloat_is_read_exactly():
    """KL of (x, 0) and (0, 0) tells the logit x back."""
    bits = np.arange(2**16, dtype=np.uint16)
    half = bits.view(np.float16).astype(np.float32)
    brain = (bits.astype(np.uint32) << 16).view(np.float32)
    for short, same in ((bits.view(np.float16), half), (bits, brain)):
        p = np.zeros((2**16, 2), short.dtype)
        p[:, 0] = short
        q = np.zeros_like(p)
        wide = np.zeros((2**16, 2), np.float32)
        wide[:, 0] = same
        np.testing.assert_array_equal(
            native.logits_kl(p, q), native.logits_kl(wide, np.zeros_like(wide))
        )


@given(hnp.arrays(np.float32, (2, 3, 50), elements=st.floats(-9, 9, width=32)))
def test_mixed_precision(pair):
    p, q = pair
    assert native.logits_kl(p, q.astype(np.float64)) == pytest.approx(
        logits_reference.logits_kl(p, q), rel=1e-11, abs=1e-15
    )
