"""Windows and segments of rows that are alike, or differ from day to day."""

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter

from kullback import tables


def walk(rng, near, rows):
    noise = rng.normal(size=rows) * np.sqrt(1 - near * near)
    return lfilter([1], [1, -near], noise, zi=[near * rng.normal()])[0]


@pytest.mark.parametrize("against", ["baseline", "consecutive"])
def test_windows_of_one_walk(against):
    """Forty windows of a walk on: a window among them is no drift, and says why."""
    rng = np.random.default_rng(0)
    values = walk(rng, 0.98, 16_000)
    sides = (pd.DataFrame({"t": np.arange(8_000), "x": v}) for v in np.split(values, 2))
    found = tables.windows(*sides, on="t", rows=200, against=against)
    columns = [window.comparison["x"] for window in found]
    assert all(column.verdict != "drifted" for column in columns)
    assert sum(column.p_value <= 0.05 for column in columns) <= 7  # 2 expected
    assert any("autocorrelated" in {n.code for n in column.notes} for column in columns)


def days(rng, start, planted=None):
    """Thirty days of 100 rows that differ by half a standard deviation; one of them by four."""
    effect = rng.normal(size=30) * 0.5
    if planted is not None:
        effect[planted] += 4
    day = np.repeat(np.arange(30), 100)
    second = np.sort(rng.integers(0, 86_400, (30, 100)), axis=1).ravel()
    time = pd.Timestamp(start) + pd.to_timedelta(day * 86_400 + second, unit="s")
    return pd.DataFrame({"t": time, "x": rng.normal(size=3_000) + effect[day]})


def test_days_that_differ_as_days_do():
    rng = np.random.default_rng(1)
    before = days(rng, "2024-01-01")
    quiet = tables.windows(before, days(rng, "2024-02-01"), on="t", by="day")
    assert quiet.verdict != "drifted"
    loud = tables.windows(before, days(rng, "2024-02-01", planted=19), on="t", by="day")
    drifted = [w.label for w in loud if w.comparison["x"].verdict == "drifted"]
    assert drifted == ["2024-02-20"]


def test_windows_against_a_profile_of_which_no_order_is_known():
    rng = np.random.default_rng(2)
    profile = tables.profile(pd.DataFrame({"x": rng.normal(size=5_000)}))
    now = pd.DataFrame({"t": np.arange(4_000), "x": walk(rng, 0.9, 4_000)})
    found = tables.windows(profile, now, on="t", rows=400)
    columns = [window.comparison["x"] for window in found]
    assert sum(column.p_value <= 0.05 for column in columns) <= 3
    assert any("autocorrelated" in {n.code for n in column.notes} for column in columns)


def segmented(rng, shift=0.0):
    segment = rng.integers(0, 3, 6_000)
    values = np.empty(6_000)
    for k in range(3):
        here = segment == k
        values[here] = walk(rng, 0.9, here.sum()) + (shift if k == 1 else 0)
    return pd.DataFrame({"s": np.array(["a", "b", "c"])[segment], "x": values})


def test_rows_inside_a_segment_are_alike():
    rng = np.random.default_rng(3)
    before = segmented(rng)
    found = tables.segments(before, segmented(rng), "s")
    columns = [segment.comparison["x"] for segment in found]
    assert all(column.verdict != "drifted" for column in columns)
    noted = [c for c in columns if "autocorrelated" in {n.code for n in c.notes}]
    assert noted
    moved = tables.segments(before, segmented(rng, shift=3.0), "s")
    assert [s.label for s in moved if s.comparison["x"].verdict == "drifted"] == ["b"]


def test_segments_that_come_in_runs():
    """Which segment a row is of lasts for hundreds of rows: their shares are hardly known."""
    rng = np.random.default_rng(5)
    sides = []
    for _ in range(2):
        up = walk(rng, 0.995, 6_000) > 0
        sides.append(pd.DataFrame({"s": np.where(up, "up", "down"), "x": rng.normal(size=6_000)}))
    shares = [side.s.eq("up").mean() for side in sides]
    assert abs(shares[0] - shares[1]) > 0.05  # far more than independent rows would show
    found = tables.segments(*sides, "s").composition
    assert found.p_value > 0.01
    assert "autocorrelated" in {note.code for note in found.notes}
