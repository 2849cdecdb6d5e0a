"""A number with its error."""

import math

import pytest

from kullback.results import Estimate, Interval, Note


def estimate(**changes):
    facts = {
        "value": 0.072341756895532639,
        "unit": "nats",
        "standard_error": 0.3234954,
        "interval": Interval(0.0, 0.7064, 0.95, "delta"),
        "method": "zhang",
        "n": 23,
        "m": 17,
        "outcomes": 5,
        "quantity": "KL(P‖Q)",
        "null_bias": 0.2,
        "notes": (Note("small", "Few observations."),),
    }
    return Estimate(**(facts | changes))


def test_prints_digits_by_the_error():
    expected = "KL(P‖Q) = 0.072 ± 0.323 nats (95 %: [0, 0.71]), zhang, n=23, m=17"
    assert str(estimate()) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"value": math.inf, "standard_error": math.nan, "interval": None},
            "KL(P‖Q) = ∞ nats, zhang",
        ),
        ({"standard_error": 0.0, "interval": None}, "KL(P‖Q) = 0.0723 ± 0 nats, zhang"),
        ({"m": None}, "n=23"),
        ({"n": 12345678, "m": 1e7}, "n=12345678, m=10000000"),
    ],
)
def test_prints_odd_states(changes, expected):
    assert expected in str(estimate(**changes))


def test_converts_everything():
    bits = estimate().to("bits")
    assert bits.unit == "bits"
    for name in ("value", "standard_error", "null_bias"):
        assert getattr(bits, name) == pytest.approx(getattr(estimate(), name) / math.log(2))
    assert bits.interval.high == pytest.approx(0.7064 / math.log(2))
    assert float(bits.to("nats")) == pytest.approx(float(estimate()))


def test_interval_unpacks_and_contains():
    interval = estimate().interval
    low, high = interval
    assert (low, high) == (0.0, 0.7064)
    assert 0.5 in interval
    assert 0.8 not in interval


def test_to_dict_is_plain():
    facts = estimate().to_dict()
    assert facts["interval"] == {"low": 0.0, "high": 0.7064, "level": 0.95, "method": "delta"}
    assert facts["notes"] == [{"code": "small", "text": "Few observations."}]
    assert "contributions" not in facts
