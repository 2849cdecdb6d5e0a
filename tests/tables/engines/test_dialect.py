"""Names and values enter SQL text in one place; nothing that they hold can leave it."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kullback.tables.engines import duckdb
from kullback.tables.engines.dialect import Dialect

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
WHOLE = st.integers(-(2**126), 2**126)
DECIMAL = st.decimals(-(10**18), 10**18, places=6)


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as opened:
        yield opened


@settings(max_examples=300, deadline=None)
@given(
    value=st.one_of(
        TEXT, WHOLE, DECIMAL, st.booleans(), st.floats(allow_nan=False, allow_infinity=False)
    )
)
def test_a_literal_reads_back_as_the_same_value(engine, value):
    read = engine.execute(f"SELECT {Dialect().literal(value)}")[0][0]
    assert read == value
    if isinstance(value, str | float | bool):
        assert type(read) is type(value)


@settings(max_examples=200, deadline=None)
@given(
    name=st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60
    )
)
def test_an_identifier_names_one_column(engine, name):
    quoted = Dialect().identifier(name)
    assert engine.execute(f"SELECT {quoted} FROM (SELECT 1 AS {quoted})") == [(1,)]


def test_no_literal_for_what_is_no_value():
    with pytest.raises(TypeError, match="list"):
        Dialect().literal([1])
    assert Dialect().literal(Decimal("1.50")) == "(1.50)"
