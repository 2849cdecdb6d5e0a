"""Estimates side by side, and zeros in plain words."""

import math

import pytest

from kullback import counts
from kullback.errors import UnitError
from kullback.scorecard.document import document


def test_every_method_that_applies():
    found = counts.estimates([30, 50, 15, 5], [40, 30, 20, 10])
    assert [e.method for e in found] == [
        "zhang", "plug-in", "first-order", "dirichlet", "posterior", "augmented",
    ]  # fmt: skip
    for estimate in found:
        alone = counts.kl([30, 50, 15, 5], [40, 30, 20, 10], method=estimate.method)
        assert estimate.value == alone.value
        assert estimate.interval == alone.interval


def test_infinite_ones_are_left_out_and_named():
    found = counts.estimates([30, 50, 20], [40, 60, 0], unit="bits")
    assert [e.method for e in found] == ["zhang", "dirichlet", "posterior", "augmented"]
    text = found[0].notes[-1].text
    assert "plug-in and first-order left out" in text
    low, high = min(e.value for e in found), max(e.value for e in found)
    assert f"between {low:.3g} and {high:.3g} bits" in text
    assert all(math.isfinite(e.value) for e in found)


def test_the_spread_is_judged_against_the_error():
    said = counts.estimates([3000, 5000, 2000], [4000, 4000, 2000])[0].notes[-1].text
    assert "matters little" in said
    sparse = counts.estimates([1] * 40 + [0] * 40, [0] * 20 + [1] * 60)[0].notes[-1].text
    assert "matters more than chance" in sparse
    with pytest.raises(UnitError):
        counts.estimates([1, 2], [2, 1], unit="shannon")


def test_zeros_are_explained_with_what_each_remedy_gives():
    x, y = {"a": 60, "b": 36, "c": 4}, {"a": 70, "b": 30}
    card = counts.compare(x, y)
    text = card.explain()
    assert "1 outcome holds 4 % of P's sample and nothing of Q's ('c')" in text
    for options in (
        {"method": "zhang"},
        {"method": "dirichlet", "smoothing": "jeffreys"},
        {"method": "dirichlet", "smoothing": "laplace"},
        {"method": "plug-in", "smoothing": "one-count"},
    ):
        assert f" {counts.kl(x, y, **options).value:.3g}" in text
    assert "remedy" not in counts.compare([1, 2], [3, 4]).explain()
    for in_full in (False, True):
        assert str(document(card, in_full=in_full)).count("What each remedy gives") == 1


def test_notes_of_the_reverse_direction_name_the_right_sample():
    x, y = {"a": 60, "b": 36, "c": 4}, {"a": 70, "b": 25, "d": 5}
    card = counts.compare(x, y)
    (forward,) = (n.text for n in card.kl.notes if n.code == "unseen")
    (backward,) = (n.text for n in card.reverse_kl.notes if n.code == "unseen")
    assert forward.startswith("4 % of P's sample is in outcomes that Q's sample never shows ('c')")
    assert backward.startswith("5 % of Q's sample is in outcomes that P's sample never shows ('d')")


def test_singletons_of_both_samples_are_told():
    notes = counts.kl([9, 1, 1, 1], [1, 9, 5, 5]).notes
    assert [n.text[:34] for n in notes if n.code == "singletons"] == [
        "3 of the 4 outcomes in P's sample "
    ]
    notes = counts.jensen_shannon([1, 9, 5, 5], [9, 1, 1, 1]).notes
    assert ["Q's sample" in n.text for n in notes if n.code == "singletons"] == [True]
