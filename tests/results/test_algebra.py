"""One algebra for all results: equal units, or an error."""

import itertools
import math
import operator

import numpy as np
import pytest

from kullback import counts, distributions, kl
from kullback.errors import UnitError
from kullback.results import Divergence, Information

P, Q = [0.5, 0.3, 0.2], [0.4, 0.4, 0.2]
KINDS = {
    "information": lambda unit: kl(P, Q, unit=unit),
    "divergence": lambda unit: distributions.kl(
        distributions.Normal(0, 1), distributions.Normal(1, 1), unit=unit
    ),
    "estimate": lambda unit: counts.kl([50, 30, 20], [20, 40, 40], unit=unit),
}
PAIRS = list(itertools.product(KINDS, KINDS))


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_equal_units_add_up_to_an_information(first, second):
    a, b = KINDS[first]("nats"), KINDS[second]("nats")
    for operate in (operator.add, operator.sub):
        result = operate(a, b)
        assert isinstance(result, Information)
        assert result.unit == "nats"
        assert float(result) == operate(float(a), float(b))
    assert (a < b) == (float(a) < float(b))
    assert a / b == float(a) / float(b)


@pytest.mark.parametrize(("first", "second"), PAIRS)
@pytest.mark.parametrize("operate", [operator.add, operator.sub, operator.truediv])
def test_other_units_are_refused(first, second, operate):
    with pytest.raises(UnitError, match="convert one first"):
        operate(KINDS[first]("nats"), KINDS[second]("bits"))


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_comparisons_convert(first, second):
    a, b = KINDS[first]("nats"), KINDS[second]("bits")
    assert (a < b) == (float(a) < float(b) * math.log(2))
    assert (a >= b) == (float(a) >= float(b) * math.log(2))


@pytest.mark.parametrize("kind", KINDS)
def test_every_result_says_itself_in_one_line(kind):
    result = KINDS[kind]("bits")
    assert "\n" not in repr(result)
    assert "bits" in repr(result)
    assert "bits" in result._repr_html_()
    assert result.to_dict()["value"] == float(result)
    assert result.to_dict()["unit"] == "bits"
    assert float(-result) == -float(result)
    assert float(2 * result) == 2 * float(result)
    assert sum([result, result]) == 2 * float(result)


def test_what_has_no_unit_is_not_added_to_what_has():
    distance = distributions.total_variation(distributions.Normal(0, 1), distributions.Normal(1, 1))
    with pytest.raises(UnitError, match="no unit"):
        distance + kl(P, Q)
    assert distance + distance == 2 * float(distance)


def test_a_batch_stays_an_array():
    batch = Divergence(np.array([1.0, 2.0]), "nats", 0.0, "closed form")
    assert (batch + batch).tolist() == [2.0, 4.0]
    assert (batch > 1.5).tolist() == [False, True]
    assert (kl(P, Q) + np.zeros(2)).tolist() == [float(kl(P, Q))] * 2
