"""JSON: valid for every parser, and nothing is lost."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kullback.report.json import dumps

names = st.text(max_size=8).filter(lambda name: not name.endswith("_infinite"))
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
values = st.recursive(
    scalars,
    lambda v: st.lists(v, max_size=4) | st.dictionaries(names, v, max_size=4),
    max_leaves=20,
)


def strict(text):
    def refuse(token):
        raise AssertionError(f"{token} is no JSON")

    return json.loads(text, parse_constant=refuse)


def restored(value):
    """Put the infinities back where their flags are."""
    if isinstance(value, list):
        return [restored(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: back(restored(item), value.get(f"{name}_infinite"))
        for name, item in value.items()
        if not name.endswith("_infinite")
    }


def back(value, flag):
    if isinstance(flag, list):
        return [back(v, f) for v, f in zip(value, flag, strict=True)]
    return {True: math.inf, "negative": -math.inf}.get(flag, value) if flag else value


def without_nan(value):
    match value:
        case dict():
            return {name: without_nan(item) for name, item in value.items()}
        case list():
            return [without_nan(item) for item in value]
        case float() if math.isnan(value):
            return None
    return value


@given(st.dictionaries(names.filter(lambda n: n != "schema_version"), values, max_size=5))
def test_round_trip(value):
    text = dumps(value)
    text.encode("utf-8")
    read = strict(text)
    assert read.pop("schema_version") == 1
    assert flat(restored(read)) == flat(without_nan(value))


def flat(value):
    """Infinities inside lists of lists keep no flag; elsewhere they come back."""
    match value:
        case dict():
            return {name: flat(item) for name, item in value.items()}
        case list():
            return [None if isinstance(i, list) else flat(i) for i in value]
    return value


@given(st.dictionaries(names, values, max_size=5))
def test_ascii_only(value):
    text = dumps(value, ascii_only=True)
    assert text.isascii()
    strict(text)


def test_schema_version_comes_first_and_order_is_kept(results):
    for result in results.values():
        read = strict(result.to_json())
        assert next(iter(read)) == "schema_version"
        assert read["direction"].startswith("KL(")


def test_infinities_have_a_flag_beside():
    read = strict(dumps({"a": math.inf, "b": -math.inf, "c": math.nan, "d": [1.0, math.inf]}))
    assert list(read.items())[1:] == [
        ("a", None),
        ("a_infinite", True),
        ("b", None),
        ("b_infinite", "negative"),
        ("c", None),
        ("d", [1.0, None]),
        ("d_infinite", [False, True]),
    ]


def test_infinite_card(cards):
    read = strict(cards["infinite"].to_json())
    assert read["kl"] is None
    assert read["kl_infinite"] is True
    assert read["infinite_at"] == [2]
    assert read["outcomes"][1]["contribution_infinite"] is True


@pytest.mark.parametrize("name", ["hostile", "exact"])
def test_labels_come_through_unchanged(cards, name):
    read = strict(cards[name].to_json())
    assert [line["label"] for line in read["outcomes"]] == list(cards[name].outcomes.labels)
