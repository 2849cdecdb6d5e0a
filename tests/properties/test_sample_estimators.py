"""What every estimator from samples must do, whatever the samples."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kullback import samples

pytestmark = pytest.mark.slow  # most of a minute of estimates

DISTANCES = ["nearest-neighbours", "adaptive", "tie-safe"]
few = settings(max_examples=25, deadline=None)


@st.composite
def pairs(draw, most=4):
    """Draw two normal samples of different shape and size, seeded."""
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    d = draw(st.integers(1, most))
    n, m = draw(st.integers(20, 60)), draw(st.integers(20, 60))
    spread = draw(st.sampled_from([0.3, 1.0, 3.0]))
    return random.normal(size=(n, d)), draw(st.floats(-2, 2)) + spread * random.normal(size=(m, d))


@st.composite
def maps(draw, d):
    """Draw an invertible affine map, not too flat."""
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    turn = random.normal(size=(d, d)) * 10 ** random.uniform(-3, 3, size=(d, 1))
    return turn, random.normal(size=d) * 10


@pytest.mark.parametrize("method", [*DISTANCES, "gaussian"])
@few
@given(st.data())
def test_affine_maps_change_nothing(method, data):
    x, y = data.draw(pairs())
    turn, shift = data.draw(maps(x.shape[1]))
    assume(np.linalg.cond(turn / np.abs(turn).max(axis=1, keepdims=True)) < 100)
    before = samples.kl(x, y, method=method)
    after = samples.kl(x @ turn.T + shift, y @ turn.T + shift, method=method)
    assert after.value == pytest.approx(before.value, abs=1e-7)
    if method in ("nearest-neighbours", "gaussian"):
        assert after.standard_error == pytest.approx(before.standard_error, rel=1e-5)


@pytest.mark.parametrize("method", [*DISTANCES, "gaussian", "partition"])
@few
@given(st.data())
def test_the_order_of_rows_changes_nothing(method, data):
    x, y = data.draw(pairs(most=1 if method == "partition" else 3))
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    one = samples.kl(x, y, method=method)
    other = samples.kl(random.permutation(x), random.permutation(y), method=method)
    assert one.value == other.value
    assert one.standard_error == other.standard_error or math.isnan(one.standard_error)
    assert one.notes == other.notes


@few
@given(pairs(most=3), st.randoms(use_true_random=False))
def test_the_order_of_columns_changes_nothing(pair, random):
    x, y = pair
    order = list(range(x.shape[1]))
    random.shuffle(order)
    for method in DISTANCES:
        one = samples.kl(x, y, method=method).value
        assert samples.kl(x[:, order], y[:, order], method=method).value == pytest.approx(
            one, abs=1e-9
        )


@few
@given(
    st.lists(st.integers(-3, 3), min_size=8, max_size=60),
    st.lists(st.integers(-3, 3), min_size=8, max_size=60),
    st.integers(1, 2),
)
def test_ties_are_always_answered(x, y, d):
    x, y = (np.resize(v, (len(v) // d, d)).astype(float) for v in (x, y))
    if d > 1:  # a whole column of one value has no spread to measure distances by
        assume(min(np.ptp(x, axis=0).min(), np.ptp(y, axis=0).min()) > 0)
        assume(abs(np.corrcoef(np.concatenate([x - x.mean(0), y - y.mean(0)]).T)[0, 1]) < 0.99)
    k = 1 if d > 1 else 2
    assume(min(len(x), len(y)) > k)
    found = samples.kl(x, y, k=k, method="tie-safe")
    assert math.isfinite(found.value)
    assert math.isfinite(samples.jensen_shannon(x, y, k=k).value)


@few
@given(pairs())
def test_jensen_shannon_is_symmetric(pair):
    x, y = pair
    one, other = samples.jensen_shannon(x, y), samples.jensen_shannon(y, x)
    assert one.value == pytest.approx(other.value, abs=1e-12)
    assert one.interval.low == pytest.approx(other.interval.low, abs=1e-9)


@few
@given(pairs(), st.floats(0.5, 0.99))
def test_intervals_are_legal_and_grow_with_the_level(pair, level):
    x, y = pair
    inner = samples.kl(x, y, level=level / 2, method="gaussian").interval
    outer = samples.kl(x, y, level=level, method="gaussian").interval
    assert 0 <= outer.low <= inner.low <= inner.high <= outer.high


@few
@given(pairs(most=1))
def test_a_sample_against_itself(pair):
    """Each point has itself as a neighbour in Y: ties, and never a large KL."""
    x, _ = pair
    assert samples.kl(x, x).value <= 0.1
