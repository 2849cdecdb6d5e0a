"""A number that knows its unit."""

import copy
import math
import pickle

import pytest

from kullback.errors import UnitError
from kullback.results import Information, Note


def test_prints_its_unit():
    value = Information(0.183787, "nats")
    assert repr(value) == str(value) == "0.1838 nats"
    assert f"{value}" == "0.1838 nats"
    assert f"{value:.6f}" == "0.183787 nats"
    assert str(Information(math.inf, "bits")) == "∞ bits"
    assert str(Information(0.5, "bits", power=0.5)) == "0.5 √bits"


def test_is_a_float():
    value = Information(0.5, "nats")
    assert value == 0.5
    assert math.sqrt(value) == math.sqrt(0.5)
    assert type(float(value)) is float
    assert sum([value, value]) == 1.0
    assert hash(value) == hash(0.5)


def test_converts():
    byte = Information(8, "bits")
    assert float(byte.to("nats")) == pytest.approx(8 * math.log(2), rel=1e-15)
    assert float(byte.to("bans")) == pytest.approx(8 * math.log10(2), rel=1e-15)
    root = Information(2.0, "nats", power=0.5)
    assert float(root.to("bits")) ** 2 == pytest.approx(4 / math.log(2), rel=1e-15)


def test_arithmetic_keeps_the_unit():
    a, b = Information(3, "bits"), Information(1, "bits")
    for value, expected in ((a + b, 4), (a - b, 2), (2 * a, 6), (a / 2, 1.5), (-a, -3)):
        assert isinstance(value, Information)
        assert value.unit == "bits"
        assert float(value) == expected
    assert type(a / b) is float
    assert abs(b - a) == 2
    assert 5 - a == 2


@pytest.mark.parametrize("operate", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a / b])
def test_two_units_never_mix(operate):
    with pytest.raises(UnitError, match=r"x\.to\('nats'\)"):
        operate(Information(1, "nats"), Information(1, "bits"))


def test_a_product_of_two_has_no_unit_here():
    with pytest.raises(UnitError, match="multiply"):
        Information(1, "nats") * Information(1, "nats")


def test_comparisons_convert():
    assert Information(1, "bits") < Information(1, "nats")
    assert Information(1, "nats") != Information(1, "bits")
    assert Information(0, "nats") == Information(0, "bits")
    assert Information(1, "nats") >= 1
    with pytest.raises(UnitError, match="square root"):
        assert Information(1, "nats") < Information(1, "nats", power=0.5)


def test_unknown_unit_lists_the_known_ones():
    with pytest.raises(UnitError, match="'nats', 'bits', 'bans'"):
        Information(1, "shannons")


@pytest.mark.parametrize(
    "clone", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copies_keep_everything(clone):
    value = Information(1.5, "bits", power=0.5, notes=(Note("a", "b"),), infinite_at=("x",))
    other = clone(value)
    assert (float(other), other.unit, other.power) == (1.5, "bits", 0.5)
    assert (other.notes, other.infinite_at) == (value.notes, value.infinite_at)
