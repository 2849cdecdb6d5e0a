"""What entropy from counts accepts, says and keeps."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kullback import counts
from kullback.counts.estimators.entropy import METHODS
from kullback.errors import InputError, MethodError

LIMITS = settings(deadline=None, max_examples=30)
ROWS = st.lists(st.integers(0, 60), min_size=1, max_size=25).filter(lambda row: sum(row) > 1)


@pytest.mark.parametrize("method", METHODS)
@LIMITS
@given(row=ROWS, seed=st.integers(0, 9))
def test_the_order_of_outcomes_does_not_matter(method, row, seed):
    mixed = np.random.default_rng(seed).permutation(row)
    there, here = (counts.entropy(r, method=method) for r in (row, mixed))
    assert there.value == pytest.approx(here.value, rel=1e-9, abs=1e-12)
    assert there.standard_error == pytest.approx(here.standard_error, rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
@LIMITS
@given(row=ROWS)
def test_an_estimate_is_a_number_in_its_interval(method, row):
    estimate = counts.entropy(row, method=method, alphabet=30)
    assert math.isfinite(estimate.value)
    assert 0 <= estimate.interval.low <= estimate.interval.high <= math.log(30) + 1e-12


@pytest.mark.parametrize("method", METHODS)
def test_much_data_gives_the_entropy_of_the_shares(method):
    share = np.array([0.5, 0.25, 0.125, 0.125])
    estimate = counts.entropy(share * 8e8, method=method, unit="bits")
    assert estimate.value == pytest.approx(1.75, abs=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_labelled_counts_and_units(method):
    nats = counts.entropy({"a": 4, "b": 7, "c": 1}, method=method)
    bits = counts.entropy([4, 7, 1], method=method, unit="bits")
    assert nats.value == pytest.approx(bits.value * math.log(2))
    assert (nats.quantity, nats.method, nats.n, nats.m) == ("H(P)", method, 12, None)


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"james-stein", "nsb"}))
def test_an_alphabet_only_bounds_methods_that_do_not_use_it(method):
    assert counts.entropy([4, 7, 1], method=method, alphabet=9).value == pytest.approx(
        counts.entropy([4, 7, 1], method=method).value
    )


def test_an_alphabet_is_the_same_as_zeros_in_the_row():
    for method in ("james-stein", "nsb"):
        told = counts.entropy([4, 7, 1], method=method, alphabet=5)
        listed = counts.entropy([4, 7, 1, 0, 0], method=method)
        assert told.value == pytest.approx(listed.value)
        assert "alphabet" in [note.code for note in listed.notes]
        assert "alphabet" not in [note.code for note in told.notes]


@pytest.mark.parametrize("alphabet", [2, 3.5, True])
def test_a_wrong_alphabet_is_named(alphabet):
    with pytest.raises(InputError, match="alphabet="):
        counts.entropy([4, 7, 1], alphabet=alphabet)


def test_weights_are_refused_by_methods_for_whole_counts():
    for method in ("grassberger", "chao-shen", "chao-wang-jost", "jackknife"):
        with pytest.raises(MethodError, match="whole counts"):
            counts.entropy([1.5, 2], method=method)
    assert counts.entropy([1.5, 2], method="zhang").notes[0].code == "weights"


def test_unknown_methods_and_single_observations_are_named():
    with pytest.raises(MethodError, match="choose one of 'plug-in'"):
        counts.entropy([1, 2], method="ml")
    with pytest.raises(InputError, match="leaves one out"):
        counts.entropy([1], method="jackknife")
    with pytest.raises(MethodError, match="cross_entropy"):
        counts.cross_entropy([1, 2], [1, 2], method="ml")


def test_singletons_are_told():
    (note,) = (n for n in counts.entropy([10, 2, 1, 1, 1, 1]).notes if n.code == "singletons")
    assert "75 %" in note.text  # 1 − 4/16
    assert "14 outcomes" in note.text  # 6 + 4²/2
    assert not counts.entropy([100, 50, 1]).notes


def test_cross_entropy_is_infinite_where_q_never_shows_an_outcome():
    estimate = counts.cross_entropy([3, 1], [2, 0], method="plug-in")
    assert (estimate.value, estimate.interval) == (math.inf, None)
    assert math.isfinite(counts.cross_entropy([3, 1], [2, 0]).value)


def test_a_histogram_of_counts_unfolds():
    assert counts.entropy(counts.unfold([1, 2, 7], [3, 1, 1])).value == pytest.approx(
        counts.entropy([1, 1, 1, 2, 7]).value
    )
    x, y = counts.unfold([[3, 1], [0, 2]], [2, 1])
    assert counts.kl(x, y).value == pytest.approx(counts.kl([3, 3, 0], [1, 1, 2]).value)
    with pytest.raises(InputError, match="repeats"):
        counts.unfold([1, 2], [1, -1])
    with pytest.raises(InputError, match="shape"):
        counts.unfold([1, 2], [1])
