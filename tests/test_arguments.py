"""Plain arguments: what is one comes back as it is meant, what is none is refused by name."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from kullback import arguments
from kullback.errors import InputError, MethodError


@pytest.mark.parametrize("value", [2, 2.0, Decimal(2), Fraction(2), np.float32(2), np.array(2)])
def test_a_number_of_any_kind_is_a_float(value):
    assert arguments.number("n", value) == 2.0


@pytest.mark.parametrize("value", ["2", b"2", None, [2], object(), np.array([1, 2]), {}])
def test_what_is_no_number_is_refused_by_name(value):
    with pytest.raises(InputError, match=r"^n=.* is a .*; give a number"):
        arguments.number("n", value)


def test_a_number_beyond_a_float_is_infinite():
    assert arguments.number("n", 10**400) == np.inf
    assert arguments.number("n", -(10**400)) == -np.inf


@pytest.mark.parametrize("value", [0, 11, 1.0, "1", None, np.array([1, 2])])
def test_a_whole_number_has_its_range(value):
    with pytest.raises(InputError, match="is not a whole number ≥ 1 and ≤ 10"):
        arguments.whole("n", value, 1, 10)
    assert arguments.whole("n", np.int64(10), 1, 10) == 10


@pytest.mark.parametrize("value", ["other", None, ["a"], np.array(["a", "b"]), {}])
def test_a_word_is_one_of_the_choices(value):
    with pytest.raises(MethodError, match=r"is unknown; choose one of a, b"):
        arguments.word("w", value, ("a", "b"), MethodError)
    assert arguments.word("w", "a", ("a", "b")) == "a"


def test_texts_are_several_and_names_may_be_one():
    assert arguments.texts("columns", np.array(["a", "b"])) == ("a", "b")
    assert arguments.names("labels", "ab") == ("ab",)
    with pytest.raises(InputError, match=r"is one string; pass a list: \['a'\]"):
        arguments.texts("columns", "a")
    for value in ([1], None, 3, b"a"):
        with pytest.raises(InputError, match="columns="):
            arguments.texts("columns", value)


def test_a_flag_is_yes_or_no():
    assert arguments.flag("psi", np.bool_(1)) is True
    for value in ("yes", None, 2, [], np.array([True, False])):
        with pytest.raises(InputError, match="neither True nor False"):
            arguments.flag("psi", value)


def test_a_long_value_is_cut_in_a_message():
    with pytest.raises(InputError) as caught:
        arguments.text("where", ["x" * 1000])
    assert len(str(caught.value)) < 120
