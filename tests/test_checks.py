"""Bad input is refused with the argument, the place, the value and the remedy."""

from collections import Counter

import numpy as np
import pandas as pd
import polars as pl
import pytest

import kullback as k
from kullback.errors import (
    InputError,
    KullbackError,
    MassError,
    ShapeError,
    SupportError,
    UnitError,
)

GOOD = [0.5, 0.5]


@pytest.mark.parametrize(
    ("p", "error", "said"),
    [
        ([0.5, float("nan")], InputError, r"p\[1\] is nan \(1 such values of 2\)"),
        ([0.5, float("inf")], InputError, r"p\[1\] is inf"),
        ([0.7, -0.3], InputError, r"p\[1\] is -0.3, and a probability is never negative"),
        ([-0.7, -0.3], InputError, "log-probabilities"),
        ([0.7, 0.7], MassError, r'p sums to 1\.4, not 1.*\n.*mass="normalize"'),
        ([7, 3], MassError, "kullback.counts"),
        ([[0.5, 0.5], [0.5, 0.6]], MassError, r"p\[1\] sums to 1\.1"),
        ([], ShapeError, r"p has shape \(0,\): no outcomes"),
        (0.5, ShapeError, "the single number 0.5"),
        ([[0.5], [0.5, 0.5]], ShapeError, "rows of equal length"),
        (["a", "b"], InputError, "holds str"),
        ([True, False], InputError, "holds bool"),
        ([None, 1], InputError, "holds object"),
        ([1j, 1], InputError, "holds complex128"),
        ([0.2, 0.3, 0.5], ShapeError, "p has 3 outcomes and q has 2"),
    ],
)
def test_refusals(p, error, said):
    with pytest.raises(error, match=said) as caught:
        k.kl(p, GOOD)
    assert isinstance(caught.value, KullbackError)
    assert isinstance(caught.value, ValueError)


def test_unknown_choices():
    with pytest.raises(InputError, match=r"mass='ignore' is unknown; choose one of check"):
        k.kl(GOOD, GOOD, mass="ignore")
    with pytest.raises(ShapeError, match=r"axis=2 does not exist in p of shape \(2,\)"):
        k.kl(GOOD, GOOD, axis=2)
    with pytest.raises(InputError, match=r"order=-1 is not in \[0, inf\]"):
        k.renyi(GOOD, GOOD, -1)
    with pytest.raises(InputError, match="order=nan"):
        k.renyi_entropy(GOOD, float("nan"))


@pytest.mark.parametrize("measure", [k.jeffreys, k.jensen_shannon, k.cross_entropy, k.kl])
def test_all_measures_with_a_unit_are_called_alike(measure):
    least = 1 if measure is k.cross_entropy else 0
    assert float(measure(GOOD, GOOD, axis=-1, unit="bits", mass="normalize")) == least
    with pytest.raises(UnitError, match="shannons"):
        measure(GOOD, GOOD, unit="shannons")


@pytest.mark.parametrize("measure", [k.total_variation, k.hellinger, k.chi_square])
def test_a_measure_without_a_unit_takes_none(measure):
    assert float(measure(GOOD, GOOD, axis=-1, mass="normalize")) == 0
    with pytest.raises(TypeError, match="unit"):
        measure(GOOD, GOOD, unit="bits")


def test_batches_that_do_not_fit():
    with pytest.raises(ShapeError, match=r"p \(2, 2\), q \(3, 2\)"):
        k.kl([GOOD] * 2, [GOOD] * 3)


def test_one_against_many_broadcasts():
    many = np.array([GOOD, [0.9, 0.1], [1.0, 0.0]])
    assert k.kl(GOOD, many).shape == (3,)
    assert k.kl(many, GOOD).shape == (3,)


def test_labels_align():
    p, q = {"a": 0.5, "b": 0.5}, {"b": 0.1, "a": 0.9}
    expected = float(k.kl([0.5, 0.5], [0.9, 0.1]))
    assert float(k.kl(p, q)) == expected
    assert float(k.kl(pd.Series(p), pd.Series(q))) == expected
    assert k.kl({"a": 1.0}, {"b": 1.0}).infinite_at == ("a",)
    assert float(k.kl(Counter(p), Counter(q))) == expected


def test_series_of_polars_go_by_position():
    assert float(k.kl(pl.Series([0.5, 0.5]), pl.Series([0.9, 0.1]))) == pytest.approx(
        0.5108, abs=1e-4
    )


def test_labels_on_one_side_only():
    with pytest.raises(SupportError, match="p has labels and q has none"):
        k.kl({"a": 1.0}, [1.0])


def test_a_label_twice():
    with pytest.raises(SupportError, match="'a' more than once"):
        k.kl(pd.Series([0.5, 0.5], index=["a", "a"]), pd.Series([1.0], index=["a"]))


def test_counter_of_counts_is_sent_to_counts():
    with pytest.raises(MassError, match=r"kullback\.counts"):
        k.kl(Counter("aab"), Counter("abb"))


def test_float32_sums_within_its_precision():
    rng = np.random.default_rng(3)
    p = rng.dirichlet(np.ones(1000)).astype(np.float32)
    assert float(k.kl(p, p)) == 0


@pytest.mark.parametrize("weights", [[0.5, 0.6], [1.5, -0.5]])
def test_weights_of_a_mixture(weights):
    with pytest.raises(InputError, match="must be ≥ 0 and sum to 1"):
        k.jensen_shannon(GOOD, GOOD, weights=weights)


def test_number_of_weights():
    with pytest.raises(ShapeError, match="one for each of 2"):
        k.jensen_shannon(GOOD, GOOD, weights=[1.0])


def test_compare_is_for_one_pair():
    with pytest.raises(ShapeError, match="not a batch"):
        k.compare([GOOD], [GOOD])
    with pytest.raises(ShapeError, match="labels has 1 names and there are 2 outcomes"):
        k.compare(GOOD, GOOD, labels=["a"])


def test_pairwise_takes_matrices():
    with pytest.raises(ShapeError, match=r"P has shape \(2,\)"):
        k.pairwise(k.kl, GOOD)
    with pytest.raises(InputError, match="transpose"):
        k.pairwise(k.kl, [GOOD], axis=0)


def test_surprisal_is_of_single_probabilities():
    assert k.surprisal([0.5, 0.0, 1.0], unit="bits").tolist() == [1.0, np.inf, 0.0]
    with pytest.raises(InputError, match=r"p\[1\] is 1.5"):
        k.surprisal([0.5, 1.5])


def test_f_divergence_wants_f_of_one_to_be_zero():
    with pytest.raises(InputError, match=r"f\(1\) is 1"):
        k.f_divergence(GOOD, GOOD, lambda t: t)


def test_whole_numbers_beyond_a_float():
    for measure in (k.kl, k.counts.kl):
        with pytest.raises(InputError, match=r"above 1\.8e308"):
            measure([10**400, 1], [1, 1])
