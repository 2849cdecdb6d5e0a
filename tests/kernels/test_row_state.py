"""Stretches of a row of logits merge into the whole row."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kullback import logits
from kullback.errors import ShapeError
from kullback.logits import RowState


@st.composite
def shards(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    p = rng.normal(scale=draw(st.sampled_from([1.0, 30.0])), size=(3, 40))
    q = p * draw(st.sampled_from([1.0, 0.5])) + rng.normal(size=(3, 40)) * 10.0 ** draw(
        st.integers(-9, 2)
    )
    p += draw(st.sampled_from([0.0, 1e4]))
    if draw(st.booleans()):
        gone = rng.random(40) < 0.5
        gone[0] = False
        p[:, gone] = q[:, gone] = -np.inf
    if draw(st.booleans()):
        p[:, :10] = -np.inf  # a shard in which P is impossible
    cuts = sorted(draw(st.lists(st.integers(1, 39), min_size=1, max_size=4, unique=True)))
    parts = [np.split(x, cuts, axis=1) for x in (p, q)]
    return p, q, [RowState.of(a, b) for a, b in zip(*parts, strict=True)]


@given(shards(), st.randoms())
def test_any_order_gives_the_whole(drawn, random):
    p, q, states = drawn
    random.shuffle(states)
    total = states[0]
    for state in states[1:]:
        total = total.merge(state)
    whole = logits.kl(p, q)
    # A logit of 10 000 is known to 2e-12, and so is its difference from another.
    known = 4e-12 if p.max() > 5_000 else 4e-15
    assert (np.abs(total.kl() - whole) <= 1e-12 * whole + known * np.sqrt(whole) + 1e-28).all()


def test_four_shards_give_fourteen_digits():
    """Item 26 of the notes on language models."""
    rng = np.random.default_rng(0)
    p = rng.normal(scale=3, size=(5, 400))
    q = p + 0.01 * rng.normal(size=p.shape)
    parts = zip(np.split(p, 4, axis=1), np.split(q, 4, axis=1), strict=True)
    first, *rest = (RowState.of(a, b) for a, b in parts)
    for state in rest:
        first = first.merge(state)
    np.testing.assert_allclose(first.kl(), logits.kl(p, q), rtol=1e-13)


def test_an_impossible_outcome_stays_infinite():
    p, q = np.array([0.0, -800.0, 1.0]), np.array([0.0, -np.inf, 1.0])
    state = RowState.of(p[:2], q[:2]).merge(RowState.of(p[2:] + 2000, q[2:] + 2000))
    assert state.kl() == np.inf


def test_nothing_at_all_is_not_a_number():
    none = RowState.of([-np.inf], [-np.inf])
    some = RowState.of([1.0, 2.0], [1.0, 0.0])
    assert np.isnan(none.merge(none).kl())
    assert none.merge(none).merge(some).kl() == some.kl()


def test_shapes():
    with pytest.raises(ShapeError, match="five numbers"):
        RowState(np.ones(4))
    with pytest.raises(ShapeError, match="same rows"):
        RowState.of([1.0], [1.0]).merge(RowState.of([[1.0]], [[1.0]]))
