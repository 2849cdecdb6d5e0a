"""The same rows give the same counts, to the last one, in every database."""

import math
from dataclasses import replace

import pytest

from kullback import tables
from kullback.tables.results.comparison import Skipped


def essence(column, engine=""):
    """Return what must be equal: everything but the spelling of the type."""
    if isinstance(column, Skipped):
        return column
    column = replace(column, type="")
    if "SQLite" in engine:  # no NaN; single precision is widened, decimals are floats
        column = replace(column, null=column.null + column.nan, nan=0)
    return column


def is_decimal(name, engine):
    return "SQLite" in engine and name == "price"


def test_own_bins_and_categories(relation, expected):
    profile = tables.profile(relation)
    assert not [column for column in expected if isinstance(column, Skipped)]
    assert profile.rows == expected.rows
    assert [column.name for column in profile] == [column.name for column in expected]
    for column, known in zip(profile, expected, strict=True):
        if not is_decimal(column.name, profile.source):
            assert essence(column) == essence(known, profile.source), column.name


def test_given_bins_and_categories(relation, parquet, expected):
    """A profile of other rows decides; all that was decided is counted alike."""
    known = tables.profile(parquet, like=expected)
    profile = tables.profile(relation, like=expected)
    for column, other in zip(profile, known, strict=True):
        assert column.body == other.body, column.name
        assert column.missing == other.missing
        assert column.unreadable == other.unreadable
        infinite = (column.plus_infinity, column.minus_infinity)
        assert infinite == (other.plus_infinity, other.minus_infinity)
        if not is_decimal(column.name, profile.source):
            assert (column.minimum, column.maximum) == (other.minimum, other.maximum)


RETYPED = {
    "numbers?": "float",
    "booleans?": "flag",
    "times?": "at",
    "flag": "small",
    "small": "flag",
    "many": "text",
    "day": "at",
    "at": "day",
    "price": "float",
    "float": "nothing",
    "big": "float",
    "text": "nothing",
}


@pytest.mark.parametrize(("name", "like"), RETYPED.items())
def test_a_column_of_another_type_is_read_alike(relation, parquet, expected, name, like):
    plan = replace(expected, columns=(replace(expected[like], name=name),))
    known = tables.profile(parquet, like=plan)[name]
    profile = tables.profile(relation, like=plan)
    column = profile[name]
    assert column.body == known.body
    if "SQLite" in profile.source:  # the text "nan" has nothing there that it could be read as
        assert column.missing + column.unreadable == known.missing + known.unreadable
    else:
        assert (column.missing, column.unreadable) == (known.missing, known.unreadable)


def test_both_sides_each_on_its_own_engine(relation, parquet):
    mixed = tables.compare(parquet, relation)
    alone = tables.compare(parquet, parquet)
    for column, known in zip(mixed, alone, strict=True):
        if isinstance(known, Skipped):
            assert column == known
            continue
        assert float(column.jensen_shannon.value) == float(known.jensen_shannon.value)
        assert column.outcomes.labels == known.outcomes.labels
        assert column.type_changed is None or column.name in {"flag", "day", "at"}


def test_the_values_at_hand_are_what_numpy_counts(relation, rows):
    """An oracle outside SQL: rows below each edge, by Python's own comparisons."""
    profile = tables.profile(relation)
    for name in ("float", "borders", "single", "many"):
        values = [v for v in rows[name].to_pylist() if v is not None and math.isfinite(v)]
        below = [
            sum(v <= edge.value if edge.inclusive else v < edge.value for v in values)
            for edge in profile[name].body.edges
        ]
        counts = profile[name].body.counts
        assert below == [sum(counts[: i + 1]) for i in range(len(below))]
        assert sum(counts) == len(values)
    text = rows["text"].to_pylist()
    assert profile["text"].body.counts == {v: text.count(v) for v in text if v is not None}
