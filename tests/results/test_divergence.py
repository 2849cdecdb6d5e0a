"""The Divergence: it prints, converts and says how it was obtained."""

import math

import pytest

from kullback.errors import UnitError
from kullback.results import Divergence, Interval, Note


def test_prints_value_error_unit_direction_and_method():
    assert str(Divergence(0.3172, "nats", 2e-15, "quadrature")) == (
        "KL(P‖Q) = 0.3172 ± 2e-15 nats, quadrature"
    )
    infinite = Divergence(math.inf, "nats", 0.0, "support", reason="P reaches below 0")
    assert str(infinite) == "KL(P‖Q) = ∞ nats, support: P reaches below 0"


def test_converts_with_its_error_and_interval():
    d = Divergence(1.0, "bits", 0.1, "Monte Carlo", interval=Interval(0.8, 1.2, 0.95, "normal"))
    nats = d.to("nats")
    assert float(nats) == pytest.approx(math.log(2))
    assert nats.error == pytest.approx(0.1 * math.log(2))
    assert nats.interval.high == pytest.approx(1.2 * math.log(2))
    assert "(95 %: [0.8, 1.2])" in str(d)


def test_what_has_no_unit_is_not_converted():
    with pytest.raises(UnitError, match="has no unit"):
        Divergence(0.3, "", 0.0, "closed form", quantity="TV(P, Q)").to("bits")


def test_becomes_plain_values():
    d = Divergence(0.25, "nats", 0.0, "closed form", notes=(Note("a", "b"),))
    assert d.to_dict()["notes"] == [{"code": "a", "text": "b"}]
    assert d.to_dict()["value"] == 0.25
