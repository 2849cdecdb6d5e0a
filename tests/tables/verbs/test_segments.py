"""Segments: each is the comparison of its own rows, and all are tested together."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from kullback import tables
from kullback.errors import InputError
from kullback.tables import Skipped


def frame(seed, n=6_000, shift=0.0):
    rng = np.random.default_rng(seed)
    country = rng.choice(["AT", "CH", None, "it's; DROP"], n, p=[0.5, 0.3, 0.1, 0.1])
    x = rng.normal(size=n) * 5 + 100
    x[country == "CH"] = rng.normal(size=(country == "CH").sum()) + shift
    return pd.DataFrame(
        {"country": country, "tier": rng.integers(0, 2, n), "x": x, "s": rng.choice(list("pq"), n)}
    )


def test_a_segment_is_the_comparison_of_its_rows():
    reference, current = frame(0), frame(1, shift=0.5)
    found = tables.segments(reference, current, "country")
    assert {segment.values[0] for segment in found} == {"AT", "CH", None, "it's; DROP"}
    for segment in found:
        value = segment.values[0]
        parts = [
            f[f.country.isna() if value is None else f.country == value]
            for f in (reference, current)
        ]
        alone = tables.compare(*parts, columns=["tier", "x", "s"])
        for column in alone:
            other = segment.comparison[column.name]
            assert other.p_value == pytest.approx(column.p_value, rel=1e-9)
            assert other.jensen_shannon.value == pytest.approx(column.jensen_shannon.value)
    assert found.ranked[0].label == "CH"
    assert found["CH"].comparison["x"].verdict == "drifted"
    assert "drifted" not in {s.comparison.verdict for s in found.ranked[1:]}


def test_a_segment_in_one_bin_of_the_whole_is_not_blind():
    """All of CH lies in a tail bin of the whole: in the bins of the whole nothing would show."""
    reference, current = frame(0), frame(1, shift=2.0)
    reference, current = (
        f[(f.country != "CH") | (f.index < 400)].sample(frac=1, random_state=2)
        for f in (reference, current)
    )
    whole = tables.compare(reference, current, columns=["x"])["x"]
    inside = tables.segments(reference, current, "country")["CH"].comparison["x"]
    assert (whole.verdict, inside.verdict) == ("same", "drifted")
    assert inside.jensen_shannon.value > 0.3


def test_q_values_are_over_all_segments_and_their_shares():
    found = tables.segments(frame(0), frame(1), ["country", "tier"])
    assert len(found) == 8
    columns = [c for s in found for c in s.comparison if not isinstance(c, Skipped)]
    columns.append(found.composition)
    tests = [test for c in columns for test in (c, *c.shares)]
    expected = false_discovery_control([test.p_value for test in tests])
    assert [test.q_value for test in tests] == pytest.approx(list(expected))
    assert found.composition.name == "country × tier"


def test_segments_of_one_side_are_reported():
    reference, current = frame(0), frame(1)
    reference.loc[:99, "country"] = "gone"
    current.loc[:49, "country"] = "new"
    found = tables.segments(reference, current, "country")
    assert [(s.label, s.rows) for s in found.appeared] == [("new", 50)]
    assert [(s.label, s.rows) for s in found.vanished] == [("gone", 100)]
    assert found.composition.new == ("new",)
    assert found.composition.gone == ("gone",)
    assert "1 segment is only in the current data: 'new' (50 rows)" in str(found)


def test_shares_that_move_are_a_drift_of_their_own():
    reference, current = frame(0), frame(1)
    found = tables.segments(reference, current[current.country != "AT"], "country")
    assert found.composition.verdict == "drifted"
    assert found.verdict == "drifted"
    assert not found.check()
    assert found.failing("drift") == ()


def test_the_largest_are_compared_and_the_others_counted():
    found = tables.segments(frame(0), frame(1), "country", most=2)
    assert [segment.label for segment in found] == ["AT", "CH"]
    assert [note.code for note in found.notes] == ["left-out"]
    alone = tables.segments(frame(0).head(20), frame(1).head(20), "country", columns=["s"])
    assert "small-segments" in [note.code for note in alone.notes] or len(alone) == 4


def test_a_small_segment_is_undecided_with_what_would_show():
    reference, current = frame(0), frame(1)
    current = current[(current.country != "CH") | (current.index < 40)]
    small = tables.segments(reference, current, "country")["CH"].comparison
    assert {column.verdict for column in small} == {"undecided"}
    assert all(column.detectable > 0.01 for column in small)


def test_forms():
    found = tables.segments(frame(0), frame(1), "country")
    assert set(found.to_frame()["segment"]) == {s.label for s in found}
    read = json.loads(found.to_json())
    assert read["by"] == ["country"]
    assert read["composition"]["verdict"] == found.composition.verdict


@pytest.mark.parametrize(
    ("by", "said"),
    [("nope", "no column 'nope'"), ([], "at least one column")],
)
def test_bad_segments_are_refused(by, said):
    with pytest.raises(InputError, match=said):
        tables.segments(frame(0), frame(1), by)


def test_a_profile_has_no_segments():
    with pytest.raises(InputError, match="reference is a profile"):
        tables.segments(tables.profile(frame(0)), frame(1), "country")


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (3, "expected the name of a column"),
        ([], "at least one column"),
        (["a", "a"], "none twice"),
        ("a", r"no columns besides \['a'\]"),
    ],
)
def test_what_makes_no_segments_is_refused(by, said):
    frame = pd.DataFrame({"a": ["x", "y"] * 50})
    with pytest.raises(InputError, match=said):
        tables.segments(frame, frame, by)
