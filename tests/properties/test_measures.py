"""What every measure must do, whatever the distributions (section 8 of the notes)."""

import math

import hypothesis.extra.numpy as hnp
import mpmath as mp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import kullback as k

weights = st.one_of(
    st.just(0.0), st.floats(1e-3, 1.0), st.floats(1e-12, 1e-3), st.floats(1e-300, 1e-12)
)


@st.composite
def families(draw, members=2, outcomes=st.integers(1, 12)):
    """Draw distributions over the same outcomes, zeros and tiny probabilities included."""
    size = draw(outcomes)
    rows = draw(hnp.arrays(np.float64, (members, size), elements=weights))
    assume((rows.sum(axis=1) > 0).all())
    rows /= rows.max(axis=1, keepdims=True)
    return list(rows / rows.sum(axis=1, keepdims=True))


DIVERGENCES = [k.kl, k.jeffreys, k.jensen_shannon, k.jensen_shannon_distance, k.hellinger]
DIVERGENCES += [k.total_variation, k.chi_square]
SYMMETRIC = [k.jeffreys, k.jensen_shannon, k.jensen_shannon_distance, k.hellinger]
SYMMETRIC += [k.total_variation]
METRICS = [k.jensen_shannon_distance, k.hellinger, k.total_variation]
ORDERS = st.one_of(st.sampled_from([0.0, 0.5, 1.0, 2.0, math.inf]), st.floats(0.01, 50))


@pytest.mark.parametrize("measure", DIVERGENCES)
@given(families())
def test_never_negative_and_zero_only_when_equal(measure, pair):
    p, q = pair
    assert float(measure(p, p)) == 0
    value = float(measure(p, q))
    assert value >= 0
    if not np.allclose(p, q, rtol=1e-6, atol=1e-100):
        assert value > 0


@pytest.mark.parametrize("measure", SYMMETRIC)
@given(families())
def test_symmetry(measure, pair):
    p, q = pair
    assert float(measure(p, q)) == pytest.approx(float(measure(q, p)), rel=1e-12)


@pytest.mark.parametrize("measure", METRICS)
@given(families(members=3))
def test_triangle(measure, triple):
    p, q, r = triple
    around = float(measure(p, q)) + float(measure(q, r))
    assert float(measure(p, r)) <= around * (1 + 1e-12) + 1e-15


@pytest.mark.parametrize("measure", DIVERGENCES)
@given(families(outcomes=st.integers(2, 12)), st.randoms(use_true_random=False))
def test_order_of_the_outcomes_does_not_matter(measure, pair, random):
    p, q = pair
    order = list(range(len(p)))
    random.shuffle(order)
    shuffled = float(measure(p[order], q[order]))
    assert shuffled == pytest.approx(float(measure(p, q)), rel=1e-11)


@pytest.mark.parametrize("measure", DIVERGENCES)
@given(families(), st.floats(1e-5, 1e5), st.floats(1e-5, 1e5))
def test_normalize_forgets_the_scale(measure, pair, a, b):
    p, q = pair
    assume(min(p[p > 0].min(), q[q > 0].min()) > 1e-280)
    scaled = float(measure(a * p, b * q, mass="normalize"))
    assert scaled == pytest.approx(float(measure(p, q)), rel=1e-9, abs=1e-15)


@given(families())
def test_chain_of_inequalities(pair):
    p, q = pair
    kl, tv = float(k.kl(p, q)), float(k.total_variation(p, q))
    chi, hellinger = float(k.chi_square(p, q)), float(k.hellinger(p, q))
    slack = 1 + 1e-12
    assert 2 * tv**2 <= kl * slack + 1e-300  # Pinsker
    assert kl <= math.log1p(chi) * slack
    assert math.log1p(chi) <= chi
    assert 2 * hellinger**2 <= kl * slack
    assert hellinger**2 <= tv * slack + 1e-15
    assert tv <= 1
    assert hellinger <= 1


@given(families(members=4))
def test_jensen_shannon_is_bounded(rows):
    assert 0 <= float(k.jensen_shannon(rows[0], rows[1])) <= math.log(2)
    assert 0 <= float(k.jensen_shannon(*rows)) <= math.log(4)


@given(families())
def test_cross_entropy_is_entropy_plus_kl(pair):
    p, q = pair
    total = float(k.entropy(p)) + float(k.kl(p, q))
    assert float(k.cross_entropy(p, q)) == pytest.approx(total, rel=1e-11, abs=1e-14)


@given(families())
def test_contributions_sum_to_kl(pair):
    terms = k.contributions(*pair)
    assert (terms >= 0).all()
    assert terms.sum() == pytest.approx(float(k.kl(*pair)), rel=1e-12)
    assert (terms[pair[0] == pair[1]] == 0).all()


@given(families(), families())
def test_independent_parts_add(first, second):
    (p, q), (r, s) = first, second
    # A product below the smallest double would be a true zero.
    assume(min(side[side > 0].min() for side in (p, q, r, s)) > 1e-150)
    joint = k.kl(np.outer(p, r), np.outer(q, s), axis=None)
    expected = float(k.kl(p, q)) + float(k.kl(r, s))
    assert float(joint) == pytest.approx(expected, rel=1e-9, abs=1e-14)


@given(families(outcomes=st.integers(2, 12)), st.data())
def test_pooling_never_increases(pair, data):
    p, q = pair
    groups = data.draw(st.lists(st.integers(0, 3), min_size=len(p), max_size=len(p)))
    pooled = [np.bincount(groups, weights=side, minlength=4) for side in (p, q)]
    for measure in (k.kl, k.jensen_shannon, k.total_variation, k.hellinger, k.chi_square):
        assert float(measure(*pooled)) <= float(measure(p, q)) * (1 + 1e-9) + 1e-12


@given(families(), st.floats(0.01, 0.99))
def test_splitting_an_outcome_in_proportion_changes_nothing(pair, share):
    p, q = pair
    split = [np.append(side, side[0] * (1 - share)) for side in (p, q)]
    for side in split:
        side[0] *= share
    assert float(k.kl(*split)) == pytest.approx(float(k.kl(p, q)), rel=1e-9, abs=1e-14)


@given(families(members=4), st.floats(0, 1))
def test_joint_convexity(rows, share):
    p, q, r, s = rows
    mixed = k.kl(share * p + (1 - share) * r, share * q + (1 - share) * s)
    # 0·∞ = 0: a side without weight does not count.
    around = sum(w * float(k.kl(*pair)) for w, pair in ((share, (p, q)), (1 - share, (r, s))) if w)
    assert float(mixed) <= around * (1 + 1e-9) + 1e-12


@given(families(), ORDERS, ORDERS)
def test_renyi_never_decreases_with_the_order(pair, a, b):
    low, high = sorted((a, b))
    assert float(k.renyi(*pair, low)) <= float(k.renyi(*pair, high)) * (1 + 1e-9) + 1e-13


@given(families(), ORDERS)
def test_renyi_against_mpmath(pair, order):
    p, q = pair
    assume(order not in (0, 1, math.inf))
    with mp.workdps(60):
        a = mp.mpf(order)
        # The rows sum to 1 only within rounding; the oracle makes it exact.
        exact_p, exact_q = ([mp.mpf(x) for x in side.tolist()] for side in pair)
        exact_p = [x / mp.fsum(exact_p) for x in exact_p]
        exact_q = [y / mp.fsum(exact_q) for y in exact_q]
        total = mp.fsum(
            x**a * y ** (1 - a) if y else (mp.inf if a > 1 else 0)
            for x, y in zip(exact_p, exact_q, strict=True)
            if x
        )
        exact = mp.log(total) / (a - 1) if total else mp.inf
    assert float(k.renyi(p, q, order)) == pytest.approx(float(exact), rel=1e-9, abs=1e-15)


@given(families(), st.floats(0.01, 40))
def test_renyi_entropy_lies_between_its_ends(pair, order):
    p = pair[0]
    value = float(k.renyi_entropy(p, order))
    slack = 1e-12
    assert float(k.renyi_entropy(p, math.inf)) <= value + slack
    assert value <= float(k.renyi_entropy(p, 0)) + slack


@given(families())
def test_f_divergences_agree_with_their_own_functions(pair):
    kl = k.f_divergence(*pair, lambda t: np.where(t > 0, t * np.log(t), 0.0))
    assert float(kl) == pytest.approx(float(k.kl(*pair)), rel=1e-7, abs=1e-11)
    tv = k.f_divergence(*pair, lambda t: np.abs(t - 1) / 2)
    assert float(tv) == pytest.approx(float(k.total_variation(*pair)), rel=1e-7, abs=1e-11)
    hellinger = k.f_divergence(*pair, lambda t: (np.sqrt(t) - 1) ** 2 / 2)
    assert float(hellinger) == pytest.approx(float(k.hellinger(*pair)) ** 2, rel=1e-7, abs=1e-11)
    js = k.f_divergence(*pair, lambda t: np.log(2 / (1 + t)) / 2 + t * np.log(2 * t / (1 + t)) / 2)
    assert float(js) == pytest.approx(float(k.jensen_shannon(*pair)), rel=1e-7, abs=1e-11)


@pytest.mark.parametrize("unit", ["nats", "bits", "bans"])
@given(families())
def test_units_convert_back(unit, pair):
    value = k.kl(*pair, unit=unit)
    assert value.unit == unit
    assert float(value.to("nats")) == pytest.approx(float(k.kl(*pair)), rel=1e-15)


@given(families())
def test_kl_and_js_against_mpmath(pair):
    p, q = pair
    with mp.workdps(60):
        exact_p, exact_q = ([mp.mpf(x) for x in side.tolist()] for side in pair)

        def kl(left, right):
            return mp.fsum(
                (a * mp.log(a / b) - a + b if b else mp.inf) if a else b
                for a, b in zip(left, right, strict=True)
            )

        mixture = [(a + b) / 2 for a, b in zip(exact_p, exact_q, strict=True)]
        js = (kl(exact_p, mixture) + kl(exact_q, mixture)) / 2
        exact = kl(exact_p, exact_q)
    assert float(k.kl(p, q)) == pytest.approx(float(exact), rel=1e-12, abs=1e-300)
    assert float(k.jensen_shannon(p, q)) == pytest.approx(float(js), rel=1e-12, abs=1e-300)
    three = k.jensen_shannon(p, q, q, weights=[0.5, 0.25, 0.25])
    assert float(three) == pytest.approx(float(js), rel=1e-12, abs=1e-300)


@given(families(members=6, outcomes=st.integers(1, 6)))
def test_a_batch_is_its_rows(rows):
    p, q = np.array(rows[:3]), np.array(rows[3:])
    for measure in (*DIVERGENCES, k.cross_entropy):
        single = [float(measure(a, b)) for a, b in zip(p, q, strict=True)]
        assert measure(p, q).tolist() == pytest.approx(single, rel=1e-14)
        assert measure(p.T, q.T, axis=0).tolist() == pytest.approx(single, rel=1e-14)
    table = k.pairwise(k.kl, p, q)
    assert table.shape == (3, 3)
    diagonal = [float(k.kl(*pair)) for pair in zip(p, q, strict=True)]
    assert table.diagonal().tolist() == pytest.approx(diagonal)


@given(families())
def test_inputs_are_never_written_to(pair):
    p, q = pair
    for side in (p, q):
        side.flags.writeable = False
    strided = np.repeat(p, 2)[::2]
    assert float(k.kl(strided, q)) == float(k.kl(p, q))
    k.compare(p, q)
