"""Names and categories that were made to break things do not."""

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kullback import tables

HOSTILE = [
    '"; DROP TABLE source_1; --',
    "it's",
    "<script>alert(1)</script>",
    "two\nlines",
    "tab\t",
    "الأمسية",
    "航班",
    "🙂",
    " ",
    "x" * 10_000,
    "x",
    "given",
    "cell",
    "%s {0} {try_number} ?",
    "SELECT",
    "\\",
]


def test_hostile_names_and_categories():
    frame = pl.DataFrame(dict.fromkeys(HOSTILE, HOSTILE * 10))
    result = tables.compare(frame, frame)
    assert [column.name for column in result] == HOSTILE
    for column in result:
        assert column.verdict in {"same", "undecided"}, column
        assert set(column.outcomes.labels) == set(HOSTILE)


def test_hostile_names_in_every_role(tmp_path):
    values = {"n": range(200), "f": [i / 7 for i in range(200)], "t": [True, False] * 100}
    for name in HOSTILE[:6]:
        frame = pd.DataFrame({f"{kind} {name}": list(v) for kind, v in values.items()})
        frame.to_csv(tmp_path / "t.csv", index=False)
        result = tables.compare(frame, tmp_path / "t.csv")
        assert [column.name for column in result] == list(frame.columns)
        assert not any("failed" in str(getattr(column, "reason", "")) for column in result)


NAMES = st.lists(
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


@settings(max_examples=40, deadline=None)
@given(
    names=NAMES,
    values=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=8),
)
def test_any_name_and_any_category(names, values):
    frame = pl.DataFrame(dict.fromkeys(names, values))
    profile = tables.profile(frame)
    assert [column.name for column in profile] == names
    for column in profile:
        assert column.body.counts == {value: values.count(value) for value in values}


def test_a_long_category_is_shortened_in_the_reason_only():
    before = pd.DataFrame({"s": ["a", "b"] * 500})
    column = tables.compare(before, pd.DataFrame({"s": ["a", "y" * 10_000] * 500}))["s"]
    assert len(column.reason) < 200
    assert column.new == ("y" * 10_000,)


@pytest.mark.parametrize("value", ["", " ", "NULL", "nan", "None"])
def test_text_that_looks_missing_is_a_value(value):
    column = tables.profile(pl.DataFrame({"s": [value, "a", None] * 10}))["s"]
    assert column.body.counts == {value: 10, "a": 10}
    assert column.missing == 10
