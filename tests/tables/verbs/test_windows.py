"""Windows: each is the comparison of its own rows, and all are tested together."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from kullback import tables
from kullback.errors import InputError
from kullback.tables import Skipped


def mixed(seed, n=3_000, shift=0.0):
    """Every kind of column, with what is missing, infinite and rare."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n) + shift
    x[rng.random(n) < 0.05] = np.nan
    x[:3] = [np.inf, -np.inf, 1e9]
    text = rng.choice(["a", "b", "c", None], n, p=[0.5, 0.3, 0.1, 0.1])
    start = pd.Timestamp("2024-01-29 22:30")
    return pd.DataFrame(
        {
            "when": start + pd.to_timedelta(np.sort(rng.integers(0, 60 * 24 * 45, n)), "min"),
            "x": x,
            "text": text,
            "code": rng.integers(0, 5, n),
            "flag": rng.random(n) < 0.4,
            "seen": start + pd.to_timedelta(rng.integers(0, 10**6, n), "s"),
            "same": 1,
        }
    )


PERIODS = {
    "hour": ("h", lambda p: f"{p.start_time:%Y-%m-%d %H}:00"),
    "day": ("D", str),
    "week": ("W-SUN", lambda p: "{}-W{:02d}".format(*p.start_time.isocalendar()[:2])),
    "month": ("M", str),
    "quarter": ("Q", lambda p: f"{p.year}-Q{p.quarter}"),
    "year": ("Y", str),
}


@pytest.mark.parametrize("by", PERIODS)
def test_calendar_windows_are_those_of_pandas(by):
    current = mixed(1)
    found = tables.windows(mixed(0), current, on="when", by=by, columns=["flag"])
    frequency, name = PERIODS[by]
    counts = current["when"].dt.to_period(frequency).value_counts().sort_index()
    assert [(w.label, w.rows) for w in found] == [(name(p), n) for p, n in counts.items()]


@pytest.mark.parametrize("by", ["week", "month"])
def test_a_window_is_the_comparison_of_its_rows(by):
    reference, current = mixed(0), mixed(1, shift=0.2)
    found = tables.windows(reference, current, on="when", by=by)
    periods = current["when"].dt.to_period({"week": "W-SUN", "month": "M"}[by])
    for window, (_, rows) in zip(found, current.groupby(periods), strict=True):
        alone = tables.compare(reference, rows)
        assert [c.name for c in window.comparison] == [c.name for c in alone if c.name != "when"]
        for column in window.comparison:
            other = alone[column.name]
            if isinstance(column, Skipped):
                assert column == other
                continue
            assert column.p_value == pytest.approx(other.p_value, rel=1e-9)
            assert column.jensen_shannon.value == pytest.approx(other.jensen_shannon.value)
            assert column.kl.value == pytest.approx(other.kl.value)
            assert column.missing == other.missing
            shares = dict(zip(map(str, column.outcomes.labels), column.outcomes.p, strict=True))
            assert shares == dict(
                zip(map(str, other.outcomes.labels), other.outcomes.p, strict=True)
            )


def test_consecutive_windows_are_compared_with_the_one_before():
    reference, current = mixed(0), mixed(1)
    found = tables.windows(reference, current, on="when", by="week", against="consecutive")
    week = current["when"].dt.to_period("W-SUN")
    parts = [rows for _, rows in current.groupby(week)]
    plan = tables.profile(reference)
    profiles = [tables.profile(rows, like=plan) for rows in parts]
    for window, before, now in zip(found.windows[1:], profiles, profiles[1:], strict=False):
        alone = tables.compare(before, now)
        for name in ("x", "text", "flag"):
            assert window.comparison[name].p_value == pytest.approx(alone[name].p_value, rel=1e-9)
    first = tables.compare(reference, parts[0])
    assert found.windows[0].comparison["x"].p_value == pytest.approx(first["x"].p_value)
    assert "consecutive" in [note.code for note in found.notes]


def test_q_values_are_over_all_windows_and_columns():
    found = tables.windows(mixed(0), mixed(1, shift=0.1), on="when", by="day")
    columns = [c for w in found for c in w.comparison if not isinstance(c, Skipped)]
    tests = [test for c in columns for test in (c, *c.shares)]
    expected = false_discovery_control([test.p_value for test in tests])
    assert [test.q_value for test in tests] == pytest.approx(list(expected))


def test_windows_of_rows_keep_equal_values_together():
    values = [0] * 50 + [1] * 500 + list(range(2, 452))
    current = pd.DataFrame({"order": values, "x": np.tile(["a", "b"], 500)})
    found = tables.windows(current, current, on="order", rows=100)
    assert [window.rows for window in found][:2] == [550, 50]
    assert sum(window.rows for window in found) == 1_000
    assert found.windows[0].label == "0 … 1"
    parts = tables.windows(current.iloc[550:], current.iloc[550:], on="order", parts=4)
    assert [window.rows for window in parts] == [113, 113, 113, 111]
    assert parts.cut == "4 parts"


def test_days_of_29_rows_against_288_raise_no_alarm_N1():
    """Another tool alarms on all 61 of such days; its threshold is that of days of 288."""
    rng = np.random.default_rng(0)
    reference = pd.DataFrame(
        {"x": rng.normal(size=288 * 30), "s": rng.choice(list("abcd"), 288 * 30)}
    )
    day = pd.date_range("2024-01-01", periods=61).repeat(29)
    current = pd.DataFrame(
        {"day": day, "x": rng.normal(size=61 * 29), "s": rng.choice(list("abcd"), 61 * 29)}
    )
    found = tables.windows(reference, current, on="day", by="day")
    assert len(found) == 61
    assert found.failing("drift") == ()
    columns = [column for window in found for column in window.comparison.compared]
    assert sum(c.p_value <= 0.05 for c in columns) <= 15  # 6 expected of 122
    undecided = [c for c in columns if c.verdict == "undecided"]
    assert undecided
    for column in undecided:
        assert column.detectable > 0.01
    quiet = [c for c in undecided if c.q_value > 0.05]
    assert all("the smallest that would show is JS = " in c.reason for c in quiet)


def test_a_bad_reference_day_hides_nothing_N3():
    """One shifted day of ten moves a threshold of mean and 3 deviations beyond the drift."""
    rng = np.random.default_rng(0)
    reference = rng.normal(size=10_000)
    reference[:1_000] += 3
    day = pd.date_range("2024-01-01", periods=5).repeat(1_000)
    current = pd.DataFrame({"day": day, "x": rng.normal(1, 1, 5_000)})
    found = tables.windows(pd.DataFrame({"x": reference}), current, on="day")
    assert {window.comparison["x"].verdict for window in found} == {"drifted"}


def test_the_first_window_may_be_the_reference():
    current = mixed(1)
    found = tables.windows(None, current, on="when", by="month", columns=["x", "text"])
    months = current["when"].dt.to_period("M")
    first, *others = (rows for _, rows in current.groupby(months))
    alone = tables.compare(first, others[0], columns=["x", "text"])
    assert [window.label for window in found] == ["2024-02", "2024-03"]
    for name in ("x", "text"):
        p_value = found["2024-02"].comparison[name].p_value
        assert p_value == pytest.approx(alone[name].p_value, rel=1e-9)


def test_rows_without_a_time_are_in_no_window_and_said():
    current = mixed(1)
    current.loc[:9, "when"] = pd.NaT
    found = tables.windows(mixed(0), current, on="when", by="month")
    assert sum(window.rows for window in found) == len(current) - 10
    assert found.notes[0].text == "10 current rows have no 'when' and are in no window."


def test_a_saved_reference_will_do(tmp_path):
    path = tmp_path / "reference.json"
    tables.profile(mixed(0)).save(path)
    saved = tables.windows(tables.Profile.load(path), mixed(1), on="when", by="week")
    known = tables.windows(mixed(0), mixed(1), on="when", by="week")
    for one, other in zip(saved, known, strict=True):
        assert one.comparison["x"].p_value == other.comparison["x"].p_value


def test_text_dates_and_many_categories(monkeypatch):
    from kullback.tables.verbs import compare

    monkeypatch.setattr(compare, "SIZES", (20, 5))
    rng = np.random.default_rng(0)
    values = np.array([f"v{i}" for i in range(30)])
    share = 0.5 ** np.minimum(np.arange(30), 8)
    draw = lambda n: rng.choice(values, n, p=share / share.sum())  # noqa: E731
    current = pd.DataFrame(
        {"day": ["2024-01-01"] * 2_000 + ["2024-01-02"] * 2_000, "s": draw(4_000)}
    )
    current.loc[2_000:2_999, "s"] = "fresh"
    found = tables.windows(pd.DataFrame({"s": draw(4_000)}), current, on="day")
    first, second = (window.comparison["s"] for window in found)
    # What is pooled was not looked at one by one, so nothing says that it is the same.
    assert (first.verdict, second.verdict) == ("undecided", "drifted")
    assert second.new == ("fresh",)
    assert [note.code for note in second.notes] == ["pooled"]
    assert second.outcomes.p.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"on": "nope"}, "on: a pandas.DataFrame has no column 'nope'"),
        ({"on": "text"}, "'text' holds no time to cut on; choose a column of times"),
        ({"on": "flag"}, "expected times or numbers"),
        ({"on": "x", "by": "day"}, "needs a column of times"),
        ({"on": "when", "by": "fortnight"}, "'fortnight' is unknown"),
        ({"on": "when", "by": "day", "rows": 10}, "give one of them"),
        ({"on": "when", "rows": 0}, "rows=0"),
        ({"on": "when", "against": "last"}, "against='last'"),
        ({"on": "x", "rows": 1, "columns": ["flag"]}, None),
    ],
)
def test_what_cannot_be_cut_is_refused(options, said):
    if said is None:
        tables.windows(mixed(0, 200), mixed(1, 200), **options)
        return
    with pytest.raises(InputError, match=said):
        tables.windows(mixed(0, 200), mixed(1, 200), **options)


def test_a_profile_cannot_be_cut():
    with pytest.raises(InputError, match="current is a profile"):
        tables.windows(mixed(0), tables.profile(mixed(1)), on="when")


def test_too_many_windows_are_refused():
    when = pd.to_datetime("2024-01-01") + pd.to_timedelta(np.arange(10_001), "h")
    frame = pd.DataFrame({"t": when, "x": np.arange(10_001) % 7})
    with pytest.raises(InputError, match="10001 windows, more than 10000"):
        tables.windows(frame, frame, on="t", by="hour")


def test_tidy_rows_json_and_text():
    found = tables.windows(mixed(0), mixed(1, shift=1.0), on="when", by="month")
    frame = found.to_frame()
    assert list(frame.columns)[:9] == [
        *("window", "segment", "column", "measure", "value", "low", "high", "q", "n")
    ]
    row = frame[(frame.column == "x") & (frame.measure == "jensen_shannon")].iloc[1]
    column = found[row.window].comparison["x"]
    assert (row.value, row.q, row.verdict) == (
        column.jensen_shannon.value,
        column.q_value,
        "drifted",
    )
    assert (row.low, row.high) == tuple(column.jensen_shannon.interval)
    read = json.loads(found.to_json())
    assert [w["label"] for w in read["windows"]] == [w.label for w in found]
    assert "the first is 2024-01" in str(found)
    assert not found.check()
    assert len(found.column("x")) == len(found)


def test_a_timeline_has_the_tolerance_of_its_column():
    from kullback.report.blocks.charts import Timeline
    from kullback.tables.results.windowed_document import document

    options = {"on": "when", "by": "month", "columns": ["x"], "unit": "nats"}
    found = tables.windows(mixed(0), mixed(1, shift=3.0), limits={"x": 0.1}, **options)
    (drawn,) = (block for block in document(found).blocks if isinstance(block, Timeline))
    assert drawn.tolerance == pytest.approx(0.1 * np.log(2))
