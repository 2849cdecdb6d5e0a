"""The methods of KL, their smoothing and intervals, beyond the golden values."""

import math
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats
from scipy.special import rel_entr

from kullback import counts
from kullback.counts.estimators.kl import METHODS
from kullback.counts.estimators.kl_to_known import known_pair
from kullback.counts.tests.statistics import g_terms
from kullback.errors import InputError, MassError, MethodError, ShapeError, SupportError

LIMITS = settings(deadline=None, max_examples=25)
X, Y = [30, 50, 15, 5], [40, 30, 20, 10]
SHARES = [0.4, 0.3, 0.2, 0.1]


@st.composite
def pairs(draw):
    size = draw(st.integers(2, 12))
    row = st.lists(st.integers(1, 90), min_size=size, max_size=size)
    return np.array(draw(row)), np.array(draw(row))


@pytest.mark.parametrize("method", METHODS)
@LIMITS
@given(pair=pairs(), seed=st.integers(0, 99))
def test_the_order_of_outcomes_does_not_matter(method, pair, seed):
    x, y = pair
    order = np.random.default_rng(seed).permutation(len(x))
    there, here = counts.kl(x[order], y[order], method=method), counts.kl(x, y, method=method)
    assert there.value == pytest.approx(here.value, abs=1e-11)
    assert there.contributions[np.argsort(order)] == pytest.approx(here.contributions)
    if method != "posterior":  # whose draws meet the outcomes in another order
        assert list(there.interval) == pytest.approx(list(here.interval), abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
@LIMITS
@given(pair=pairs())
def test_contributions_add_up_and_ends_are_in_order(method, pair):
    estimate = counts.kl(*pair, method=method)
    came_out = estimate.value if estimate.raw is None else estimate.raw
    assert estimate.contributions.sum() == pytest.approx(came_out, abs=1e-11)
    assert 0 <= estimate.interval.low <= estimate.interval.high < math.inf
    assert (estimate.raw is None) == (came_out >= 0)
    assert estimate.raw is None or estimate.value == estimate.interval.low
    assert estimate.standard_error > 0 or method != "posterior"


@pytest.mark.parametrize("method", METHODS)
def test_much_data_gives_the_truth(method):
    truth = float(rel_entr(np.array(X) / 100, SHARES).sum())
    estimate = counts.kl(np.array(X) * 10**6, np.array(Y) * 10**6, method=method)
    assert estimate.value == pytest.approx(truth, abs=1e-6)
    assert truth in estimate.interval


@pytest.mark.parametrize("method", METHODS)
def test_joint_scaling_moves_toward_the_plug_in(method):
    """With a thousand times the counts every method comes closer to Σ p ln(p/q)."""
    plug_in = counts.kl(X, Y, method="plug-in").value
    near, far = (counts.kl(np.array(X) * k, np.array(Y) * k, method=method) for k in (1000, 1))
    assert abs(near.value - plug_in) <= abs(far.value - plug_in) + 1e-12
    assert near.value == pytest.approx(plug_in, abs=1e-4)


def test_the_posterior_draws_have_the_mean_of_the_closed_form():
    from kullback.counts.estimators.kl_dirichlet import posterior_draws
    from kullback.counts.rows.pair import pair

    for rows in ((X, Y), ([3, 0, 1], [0, 2, 2])):
        draws = posterior_draws(pair(*rows), None, 20_000, 1)
        mean = counts.kl(*rows, method="posterior").value
        assert draws.mean() == pytest.approx(mean, abs=4 * draws.std() / math.sqrt(20_000))


def test_a_prior_for_each_side_and_toward_a_reference():
    both = counts.kl(X, Y, method="dirichlet", smoothing=(1.0, 2.0)).value
    p, q = (np.array(X) + 1) / 104, (np.array(Y) + 2) / 108
    assert both == pytest.approx(float(rel_entr(p, q).sum()))
    prior = counts.Toward([1, 1, 1, 1], strength=4)
    toward = counts.kl(X, Y, method="dirichlet", smoothing=prior).value
    assert toward == pytest.approx(counts.kl(X, Y, method="dirichlet", smoothing=1).value)
    labelled = counts.kl(
        {"a": 5}, {"a": 4, "b": 1}, method="dirichlet",
        smoothing=counts.Toward({"b": 1, "a": 1}, 2),
    )  # fmt: skip
    p, q = np.array([6, 1]) / 7, np.array([5, 2]) / 7
    assert labelled.value == pytest.approx(float(rel_entr(p, q).sum()))


def test_what_smoothing_refuses():
    for smoothing, error, said in (
        ("additive", MethodError, "'jeffreys'"),
        (-1, InputError, "above 0"),
        (counts.Toward([1, 1], 1), ShapeError, "4 outcomes"),
        (counts.Toward({"a": 1}, 1), ShapeError, "labels"),
        (counts.Toward([1, -1, 1, 1], 1), InputError, "negative"),
        (counts.Toward([1, 1, 1, 1], 0), InputError, "strength=0"),
        (("laplace",) * 3, InputError, "3 priors"),
    ):
        with pytest.raises(error, match=said):
            counts.kl(X, Y, method="dirichlet", smoothing=smoothing)
    with pytest.raises(MethodError, match="has no smoothing"):
        counts.kl(X, Y, smoothing="laplace")
    with pytest.raises(MethodError, match="pseudo-counts"):
        counts.kl(X, Y, method="plug-in", smoothing="laplace")
    with pytest.raises(SupportError, match="x has counts and y has none in 1"):
        counts.kl([1, 2], [3, 0], method="plug-in", smoothing="refuse")
    prior = counts.Toward({"c": 1}, 1)
    with pytest.raises(ShapeError, match="'c'"):
        counts.kl({"a": 1, "b": 2}, {"a": 2}, method="dirichlet", smoothing=prior)


def test_notes_say_what_was_smoothed():
    codes = [note.code for note in counts.kl(X, Y, method="dirichlet", smoothing="perks").notes]
    assert codes == ["centred", "smoothing", "perks"]


@pytest.mark.parametrize("method", ["zhang", "plug-in", "first-order", "dirichlet", "posterior"])
def test_a_known_q_is_the_limit_of_a_large_sample(method):
    known = counts.kl_to_known(X, SHARES, method=method)
    large = counts.kl(X, np.array(SHARES) * 1e13, method=method)
    assert known.value == pytest.approx(large.value, abs=1e-9)
    assert known.standard_error == pytest.approx(large.standard_error, rel=1e-3)
    assert known.m is None
    assert "m=" not in str(known)


def multinomial_rows(n, outcomes):
    for chosen in combinations_with_replacement(range(outcomes), n):
        yield np.bincount(chosen, minlength=outcomes)


def test_the_law_under_a_known_q_is_the_multinomial():
    q, n = np.array([0.55, 0.3, 0.15]), 7
    rows = np.array(list(multinomial_rows(n, 3)))
    chance = stats.multinomial(n, q).pmf(rows)
    g = 2 * rel_entr(rows, n * q).sum(axis=1)
    moments = known_pair([3, 2, 2], q).null(g_terms(n, 1e15))
    assert moments.mean == pytest.approx(chance @ g, rel=1e-9)
    assert moments.variance == pytest.approx(chance @ (g - chance @ g) ** 2, rel=1e-9)


def test_two_outcomes_against_a_known_q_are_tested_exactly():
    q, x = np.array([0.9, 0.1]), np.array([11, 4])
    rows = np.array([[i, 15 - i] for i in range(16)])
    g = rel_entr(rows, 15 * q).sum(axis=1)
    chance = stats.binom(15, 0.9).pmf(rows[:, 0])
    expected = chance[g >= rel_entr(x, 15 * q).sum() * (1 - 1e-9)].sum()
    assert counts.kl_to_known(x, q).p_value == pytest.approx(expected, rel=1e-9)


def test_a_known_q_that_forbids_what_happens():
    for method in ("zhang", "plug-in", "first-order", "dirichlet", "posterior"):
        estimate = counts.kl_to_known([3, 1, 4], [0.5, 0.0, 0.5], method=method)
        assert estimate.value == math.inf
        assert any("x has counts where q is 0, in 1" in note.text for note in estimate.notes)
    with pytest.raises(MethodError, match="Q is known"):
        counts.kl_to_known(X, SHARES, method="augmented")


def test_what_a_known_q_must_be():
    with pytest.raises(MassError, match="sums to"):
        counts.kl_to_known([1, 2], [0.5, 0.6])
    with pytest.raises(ShapeError, match="outcomes"):
        counts.kl_to_known([1, 2], [0.5, 0.25, 0.25])
    labelled = counts.kl_to_known({"b": 2, "a": 1}, {"a": 0.5, "b": 0.5})
    assert labelled.value == counts.kl_to_known([2, 1], [0.5, 0.5]).value


def test_sparse_rows():
    x, y = np.zeros(10**6), np.zeros(10**6)
    x[[3, 70, 999_999]] = [4, 5, 1]
    y[[3, 500, 999_999]] = [2, 6, 2]
    found = [
        counts.kl(kind(x[None]), kind(y[None])) for kind in (sparse.csr_matrix, sparse.coo_array)
    ]
    assert found[0].value == found[1].value == pytest.approx(counts.kl(x, y).value)
    assert "70" in str(found[0].notes)
    one_dimensional = sparse.coo_array(x)
    assert counts.entropy(one_dimensional).value == counts.entropy([4, 5, 1]).value
    assert counts.kl(sparse.csr_matrix(x[None]), y).value == counts.kl(x, y).value
    with pytest.raises(ShapeError, match="one row of counts"):
        counts.entropy(sparse.csr_matrix(np.ones((2, 3))))


def test_a_batch_is_refused_with_the_remedy():
    with pytest.raises(ShapeError, match="by_column"):
        counts.kl([[1, 2], [3, 4]], [[1, 2], [3, 4]])
