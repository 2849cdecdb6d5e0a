"""From result objects to plain Python values."""

from datetime import date

import numpy as np
import pytest

import kullback
from kullback.results import Information, Interval
from kullback.results.facts import facts


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Information(0.5, "bits"), 0.5),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (True, True),
        (None, None),
        ("text", "text"),
        (b"raw", "b'raw'"),
        ({1: (2.0, "x")}, {"1": [2.0, "x"]}),
        (np.array([[1, 2]]), [[1, 2]]),
        (
            Interval(0.0, 1.0, 0.9, "delta"),
            {"low": 0.0, "high": 1.0, "level": 0.9, "method": "delta"},
        ),
        (date(2026, 1, 2), "2026-01-02"),
    ],
)
def test_plain_values(value, expected):
    result = facts(value)
    assert result == expected
    assert type(result) is type(expected)


def test_a_scorecard_becomes_a_dict():
    card = kullback.compare({"a": 1.0}, {"b": 1.0})
    plain = card.to_dict()
    assert plain["kl"] == float("inf")
    assert plain["infinite_at"] == ["a"]
    assert plain["outcomes"][1] == {
        "label": "b",
        "p": 0.0,
        "q": 1.0,
        "surprisal_p": float("inf"),
        "surprisal_q": 0.0,
        "contribution": 1.0,
    }
