"""A monitor: alarms where something changed, silence where nothing did, state that is kept."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.errors import FormatError, InputError
from kullback.tables.watch import windows_seen
from kullback.tables.watch.baseline import baseline_of, correlation_of, tolerated
from kullback.tables.watch.look import together
from kullback.tables.watch.seasons import spoken


def frame(rng, rows, *, shift=0.0, missing=0.02, shares=(0.5, 0.3, 0.15, 0.05)):
    return pd.DataFrame(
        {
            "x": np.where(rng.random(rows) < missing, np.nan, rng.normal(shift, size=rows)),
            "c": rng.choice(list("abcd"), rows, p=shares),
        }
    )


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def monitor(rng):
    return tables.Monitor(frame(rng, 20_000), expected_run=365)


def looks(monitor, rng, count, rows=400, **change):
    return [monitor.update(frame(rng, rows, **change)) for _ in range(count)]


def test_nothing_changes_and_nothing_is_said(monitor, rng):
    assert not any(look.alarmed for look in looks(monitor, rng, 60))


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        ({"shift": 0.5}, "x", "≤"),
        ({"missing": 0.2}, "x", "is missing"),
        ({"shares": (0.2, 0.3, 0.15, 0.35)}, "c", "= '"),
    ],
)
def test_a_change_is_found_and_dated(monitor, rng, change, column, said):
    looks(monitor, rng, 20)
    after = looks(monitor, rng, 4, **change)
    look = next(look for look in after if look.alarmed)
    assert look.alarmed[0] == column
    assert look.change.event.startswith(said)
    assert int(look.change.earliest) <= 20 <= int(look.change.latest) + 1
    assert str(look.change).startswith(f"'{column}' {look.change.event}")


def test_a_value_that_was_never_seen(rng):
    usual = pd.DataFrame({"c": rng.choice(["a", "b"], 5000)})
    watch = tables.Monitor(usual)
    now = pd.DataFrame({"c": ["a", "b"] * 150 + ["new"] * 40})
    found = [watch.update(now) for _ in range(3)][-1]
    assert found.change.event == "= a value not seen before"
    assert found.change.direction == "more"


def test_what_is_tolerated_never_alarms(rng):
    usual = pd.DataFrame({"c": rng.choice(["a", "b"], 50_000)})
    moved = pd.DataFrame({"c": rng.choice(["a", "b"], 20_000, p=[0.54, 0.46])})
    strict, lax = tables.Monitor(usual), tables.Monitor(usual, tolerance=0.01)
    assert [strict.update(moved) for _ in range(3)][-1].alarmed == ("c",)
    assert [lax.update(moved) for _ in range(30)][-1].alarmed == ()


@pytest.mark.parametrize("share", [0.0, 1e-9, 0.02, 0.5, 0.97])
@pytest.mark.parametrize("end", [0.0, 1.0])
def test_the_tolerance_is_the_js_divergence_of_two_outcomes(share, end):
    import kullback

    found = float(tolerated(np.array([share]), 0.01, end)[0])
    js = kullback.jensen_shannon([found, 1 - found], [share, 1 - share], unit="bits")
    whole = kullback.jensen_shannon([end, 1 - end], [share, 1 - share], unit="bits")
    assert float(js) == pytest.approx(min(0.01, float(whole)), abs=1e-9)


@pytest.mark.slow
def test_windows_that_differ_as_windows_do(rng):
    """Rows of one day are alike: a monitor that knows it is silent, one that does not is not."""

    def day():
        level = rng.normal(0, 0.5)
        return pd.DataFrame({"x": rng.normal(level, size=500)})

    days = [day() for _ in range(60)]
    knowing = tables.Monitor(days)
    trusting = tables.Monitor(pd.concat(days, ignore_index=True))
    later = [day() for _ in range(60)]
    assert not any(knowing.update(window).alarmed for window in later)
    assert any(trusting.update(window).alarmed for window in later)
    assert "independent" in {note.code for note in trusting.notes}
    fault = [pd.DataFrame({"x": rng.normal(3.0, size=500)}) for _ in range(5)]
    assert [knowing.update(window) for window in fault][-1].alarmed == ("x",)


def test_the_correlation_of_rows_is_found():
    rng = np.random.default_rng(3)
    rows = np.full((4000, 1), 100.0)
    shares = rng.beta(2, 2, 4000)  # ρ = 1/(2 + 2 + 1)
    counts = rng.binomial(100, shares)[:, None].astype(float)
    assert correlation_of([(counts, rows)])[0] == pytest.approx(0.2, abs=0.02)
    alike = rng.binomial(100, 0.3, 4000)[:, None].astype(float)
    assert correlation_of([(alike, rows)])[0] < 1e-3


def test_limits_miss_as_often_as_they_may():
    rng = np.random.default_rng(5)
    counts = rng.binomial(300, 0.1, 4000).astype(float)[None]
    found = baseline_of(counts, np.full((1, 4000), 300.0), np.zeros(4000), 0.1, 0.0)
    missed = np.mean((found.low > 0.1) | (found.high < 0.1))
    assert 0.03 < missed <= 0.1 + 2.6 * np.sqrt(0.09 / 4000)


@pytest.mark.slow
def test_seasons_have_limits_of_their_own(rng):
    start = dt.date(2026, 1, 5)  # a Monday

    def at(i):
        return start + dt.timedelta(days=i)

    def day(i, shift=0.0):
        weekend = at(i).weekday() >= 5
        return pd.DataFrame({"x": rng.normal(shift + 2 * weekend, size=200)})

    usual = {at(i): day(i) for i in range(70)}
    watch = tables.Monitor(usual, season="weekday")
    assert not any(watch.update(day(i), at=at(i)).alarmed for i in range(70, 98))
    found = [watch.update(day(i, shift=0.8), at=at(i)) for i in range(98, 103)][-1]
    assert found.alarmed == ("x",)
    assert found.change.since >= "2026-04-10"


def test_a_season_that_a_column_tells(rng):
    def day(holiday, shift=0.0):
        size = 200
        value = rng.normal(shift + 3 * holiday, size=size)
        return pd.DataFrame({"x": value, "holiday": np.full(size, bool(holiday))})

    usual = [day(i % 2 == 0) for i in range(12)]
    watch = tables.Monitor(usual, season="holiday")
    assert watch.columns == ("x",)
    assert not any(watch.update(day(i % 3 == 0)).alarmed for i in range(6))
    assert [watch.update(day(1, shift=1.5)) for _ in range(5)][-1].alarmed == ("x",)
    knowing_nothing = tables.Monitor([window[["x"]] for window in usual])
    assert "x" in knowing_nothing.columns
    with pytest.raises(InputError, match="'moon' is none of hour, weekday"):
        tables.Monitor(usual, season="moon")


def test_a_season_by_column_is_kept_in_the_state(rng, tmp_path):
    days = [
        pd.DataFrame({"x": rng.normal(size=90), "k": ["a" if i % 2 else "b"] * 90})
        for i in range(8)
    ]
    watch = tables.Monitor(days, columns=["x"], season="k")
    watch.update(days[0], at="one")
    watch.save(tmp_path / "state")
    again = tables.Monitor.load(tmp_path / "state")
    assert again.update(days[1], at="two").evidence == watch.update(days[1], at="two").evidence


def test_together_columns_need_less():
    """The e-BH procedure: k columns are alarmed where each has a k-th of what one alone needs."""
    rng = np.random.default_rng(2)
    usual = pd.DataFrame(rng.normal(size=(8000, 4)), columns=list("abcd"))
    watch = tables.Monitor(usual)
    alone = watch.threshold
    bits = {"a": alone - 0.5, "b": alone - 0.9, "c": 0.0, "d": -1.0}
    assert together(bits, watch.needed) == ["a", "b"]
    assert together(bits | {"b": alone - 1.1}, watch.needed) == []
    assert together(bits | {"a": alone}, watch.needed) == ["a", "b"]
    assert together(dict.fromkeys("abcd", alone - 2), watch.needed) == list("abcd")
    moved = pd.DataFrame(rng.normal(0.4, size=(400, 4)), columns=list("abcd"))
    look = next(look for look in (watch.update(moved) for _ in range(9)) if look.alarmed)
    assert all((look.evidence[c] >= look.threshold) == (c in look.alarmed) for c in "abcd")
    assert look.threshold == pytest.approx(alone - np.log2(len(look.alarmed)))


@pytest.mark.parametrize(("rows", "shift"), [(500, 0.2), (50, 0.5)])
def test_how_soon_a_shift_is_found_is_said_before(rows, shift):
    rng = np.random.default_rng(4)
    took = []
    for _ in range(3):
        watch = tables.Monitor(pd.DataFrame({"x": rng.normal(size=20_000)}))
        said = watch.delay(rows, shift)["x"]
        looks = (watch.update(pd.DataFrame({"x": rng.normal(shift, size=rows)})) for _ in range(99))
        took.append(next(i for i, look in enumerate(looks, 1) if look.alarmed))
    assert said / 4 <= np.median(took) <= said


def test_what_cannot_be_found_is_said(rng):
    few = tables.Monitor(pd.DataFrame({"x": rng.normal(size=60), "c": ["a", "b"] * 30}))
    assert few.delay(100, 0.1) == {"x": np.inf}
    with pytest.raises(InputError, match="rows=0"):
        few.delay(0)


def test_limits_at_the_very_ends_are_no_bets(recwarn):
    usual = pd.DataFrame({"c": ["a"] * 40_000 + ["b"], "x": [0.0] * 40_000 + [1.0]})
    watch = tables.Monitor(usual, tolerance=0.01)
    watch.update(usual.iloc[:50])
    assert not [w for w in recwarn if issubclass(w.category, RuntimeWarning)]


def seattle():
    """Daily weather of Seattle 2012–2015 (NOAA; vega-datasets)."""
    days = pd.read_csv(Path(__file__).parent / "data" / "seattle-weather.csv", parse_dates=["date"])
    return days[days.date < "2014"], days[days.date >= "2014"]


@pytest.mark.parametrize("season", ["month", "quarter"])
def test_winter_is_no_alarm(season):
    """Each month of two years against two years: every one differs, none is a change."""
    usual, now = seattle()
    found = tables.monitor(usual, now, on="date", by="month", season=season)
    assert len(found.looks) == 24
    assert not any(look.alarmed for look in found.looks)
    broken = now.assign(temp_max=now.temp_max + 6 * (now.date >= "2014-06"))
    found = tables.monitor(usual, broken, on="date", by="month", season=season)
    assert found.alarmed == ("temp_max",)
    assert found.changes[0].earliest >= "2014-05"


def test_saved_and_loaded_it_goes_on_to_the_last_bit(monitor, rng, tmp_path):
    looks(monitor, rng, 3)
    path = tmp_path / "state.json"
    monitor.save(path)
    again = tables.Monitor.load(path)
    window = frame(rng, 400, shift=0.4)
    assert again.update(window, at="x").to_dict() == monitor.update(window, at="x").to_dict()


def test_a_repeated_window_counts_once(monitor, rng):
    window = frame(rng, 400, shift=0.3)
    first = monitor.update(window, at="Monday")
    second = monitor.update(window, at="Monday")
    assert second.repeated
    assert not first.repeated
    assert second.evidence == first.evidence


def test_two_stretches_merge_to_the_whole(monitor, rng, tmp_path):
    monitor.save(tmp_path / "state")
    parts = [tables.Monitor.load(tmp_path / "state") for _ in range(2)]
    windows = [frame(rng, 300, shift=0.1) for _ in range(6)]
    for i, window in enumerate(windows):
        monitor.update(window, at=i)
        parts[i >= 3].update(window, at=i)
    merged = parts[0].merge(parts[1])
    more = frame(rng, 300)
    assert merged.update(more, at="z").evidence == pytest.approx(
        monitor.update(more, at="z").evidence, abs=1e-9
    )
    with pytest.raises(InputError, match="both monitors have looked at"):
        merged.merge(parts[1])
    with pytest.raises(InputError, match="other settings"):
        merged.merge(tables.Monitor(windows[0]))


def test_parts_of_a_window_merge_before_they_are_looked_at(monitor, rng, tmp_path):
    monitor.save(tmp_path / "state")
    other = tables.Monitor.load(tmp_path / "state")
    window = frame(rng, 400, shift=0.2)
    parts = [tables.profile(part, like=monitor.whole) for part in (window[:150], window[150:])]
    assert monitor.update(parts[0].merge(parts[1])).evidence == other.update(window).evidence


def test_after_a_restart_only_what_comes_later_counts(monitor, rng):
    looks(monitor, rng, 5, shift=0.6)
    assert list(monitor.alarms) == ["x"]
    monitor.restart(["x"])
    look = monitor.update(frame(rng, 400))
    assert (look.alarmed, monitor.alarms) == ((), {})
    with pytest.raises(InputError, match="'z' is not watched"):
        monitor.restart(["z"])


def test_a_column_that_is_gone_is_an_alarm(monitor, rng):
    """All of its rows are missing, where two in a hundred were."""
    look = monitor.update(frame(rng, 100).drop(columns="x"))
    assert "lost" in {note.code for note in look.notes}
    assert look.alarmed == ("x",)
    assert (look.change.event, look.change.share) == ("is missing", 1.0)


def test_of_keys_the_missing_values_are_watched(rng, tmp_path):
    def keys(rows, missing=0.0):
        held = pd.Series([f"u{n:012d}" for n in rng.integers(0, 10**12, rows)])
        return pd.DataFrame({"key": held.where(rng.random(rows) >= missing), "n": range(rows)})

    watch = tables.Monitor([keys(300) for _ in range(5)])
    assert "key" in watch.columns
    assert "'key' has other values each time" in next(
        n.text for n in watch.notes if n.code == "key"
    )
    watch.save(tmp_path / "state")
    assert b"u00" not in (tmp_path / "state").read_bytes()  # no key is kept
    watch = tables.Monitor.load(tmp_path / "state")
    assert not any(watch.update(keys(300)).alarmed for _ in range(20))
    assert watch.update(keys(300, missing=0.3)).alarmed == ("key",)


DAY = dt.date(2020, 1, 1)


def called(kind, number):
    if kind == "time":
        return DAY + dt.timedelta(days=number)
    return number if kind == "number" else f"window {number}"


@pytest.mark.parametrize("kind", ["time", "number", "name"])
def test_a_window_never_counts_twice_and_memory_does_not_grow(rng, monkeypatch, tmp_path, kind):
    """Beside a monitor that keeps every name, whatever comes again, late, or after a restart."""
    monkeypatch.setattr(windows_seen, "KEPT", 6)
    watch = tables.Monitor(frame(rng, 2_000))
    windows = [tables.profile(frame(rng, 60, shift=0.1), like=watch.whole) for _ in range(50)]
    order = [*range(3, 20), 1, *range(20, 25), 4, 24, 2, *range(25, 50), 30, 49, 1]
    counted = []
    for number in order:
        look = watch.update(windows[number], at=called(kind, number))
        if not look.repeated:
            counted.append(number)
        if number % 7 == 0:
            watch.save(tmp_path / "state")
            watch = tables.Monitor.load(tmp_path / "state")
    assert len(set(counted)) == len(counted) == watch.looks
    # A late window is lost only if it lies between those whose names are forgotten.
    assert set(range(3, 50)) <= set(counted)
    assert len(watch.looked) == 6
    fresh = tables.Monitor(watch.windows[0][1])
    for number in counted:
        fresh.update(windows[number], at=called(kind, number))
    for name, watched in watch.watched():
        again = dict(fresh.watched())[name].evidence
        assert np.array_equal(watched.evidence.detector, again.detector)
        for number in np.unique(watched.evidence.start):
            assert watch.seen.name_of(int(number)) == str(called(kind, counted[number]))
    kept = len(watch.seen.older)
    assert kept <= sum(watched.evidence.start.size for _, watched in watch.watched())


def test_what_is_forgotten_is_said(rng, monkeypatch):
    monkeypatch.setattr(windows_seen, "KEPT", 2)
    watch = tables.Monitor(frame(rng, 500))
    for day in (1, 2, 4, 5, 6):
        watch.update(frame(rng, 50), at=f"2026-01-0{day}")
    late = watch.update(frame(rng, 50), at="2026-01-03")
    assert late.repeated
    assert "2026-01-03 lies among windows" in next(n.text for n in late.notes if n.code == "late")
    assert not watch.update(frame(rng, 50), at="2025-12-31").repeated  # before all of them
    assert not watch.update(frame(rng, 50)).repeated  # a name that was never used


def test_long_stretches_merge_if_they_lie_apart(rng, monkeypatch):
    monkeypatch.setattr(windows_seen, "KEPT", 3)
    usual = frame(rng, 1_000)
    whole, early, late, between = (tables.Monitor(usual) for _ in range(4))
    for number in range(20):
        window = tables.profile(frame(rng, 60), like=whole.whole)
        whole.update(window, at=number)
        (early if number < 11 else late).update(window, at=number)
    between.update(frame(rng, 60), at=5)
    merged = early.merge(late)
    assert (merged.looks, merged.looked) == (whole.looks, whole.looked)
    for name, watched in merged.watched():
        one = dict(whole.watched())[name].evidence
        assert np.allclose(watched.evidence.detector, one.detector)
        assert (watched.evidence.start == one.start).all()
    for other in (between, merged):
        with pytest.raises(InputError, match="both monitors have looked at"):
            early.merge(other)


@pytest.mark.parametrize(("rows", "shift"), [(100, 0.25), (300, 0.25), (30, 0.5)])
def test_a_promise_is_kept_by_what_it_costs(rng, rows, shift):
    """Its delay is that of `delay`; a run or rows as it names them make the promise hold."""
    usual = frame(rng, 50_000)[["x"]]
    watch = tables.Monitor(usual, within=2, shift=shift)
    (promise,) = watch.promise(rows)
    assert promise.delay == watch.delay(rows, shift)["x"] > 2
    assert not promise.kept
    assert "not within 2; it takes" in str(promise)
    more = tables.Monitor(usual, within=2, shift=shift).promise(promise.needed)[0]
    assert more.kept
    assert not watch.promise(0.9 * promise.needed)[0].kept
    if promise.expected_run is not None:
        often = tables.Monitor(usual, within=2, shift=shift, expected_run=promise.expected_run)
        assert often.promise(rows)[0].kept
    assert tables.Monitor(usual).promise(rows) == ()


def test_a_promise_that_no_window_keeps(rng):
    usual = [frame(rng, 400, shift=shift)[["x"]] for shift in rng.normal(0, 1.0, 6)]
    (promise,) = tables.Monitor(usual, within=5).promise(400)
    assert (promise.delay, promise.needed, promise.expected_run) == (np.inf, None, None)
    assert "cannot be told from what is usual" in str(promise)
    assert "a longer reference is needed" in str(promise)


def test_a_promise_is_kept_in_simulation(rng):
    """Shifted windows are found within the windows that were promised, on average."""
    watch = tables.Monitor(frame(rng, 20_000)[["x"]], within=6, shift=0.4)
    (promise,) = watch.promise(200)
    assert promise.kept
    found = []
    for _ in range(20):
        fresh = tables.Monitor(watch.windows[0][1])
        looks = (fresh.update(frame(rng, 200, shift=0.4)[["x"]]) for _ in range(40))
        found.append(next(i for i, look in enumerate(looks, 1) if look.alarmed))
    assert np.mean(found) <= promise.delay + 1


def test_where_nothing_can_be_seen_no_evidence_grows(rng):
    """A constant column, and events that never happen, do not alarm of themselves with time."""
    usual = pd.DataFrame({"x": rng.integers(0, 3, 2_000), "same": 7, "none": None})
    watch = tables.Monitor(usual, expected_run=2)
    window = tables.profile(usual.iloc[:50], like=watch.whole)
    evidence = [watch.update(window).evidence for _ in range(150)]
    assert watch.alarms == {}
    assert evidence[-1]["same"] < 2  # bits; as many windows ago too
    assert evidence[-1]["same"] == pytest.approx(evidence[50]["same"], abs=0.1)
    assert evidence[-1]["none"] == pytest.approx(evidence[50]["none"], abs=0.1)


def drifting(rng, number, step=0.02):
    return frame(rng, 200, shift=step * number + rng.normal(0, 0.1))[["x"]]


def test_a_reference_that_goes_along(rng, tmp_path):
    """What moves slowly is no news to it, what jumps is; a fixed reference alarms on both."""
    usual = [drifting(rng, number) for number in range(12)]
    along, fixed = tables.Monitor(usual, rolling=12, expected_run=100), tables.Monitor(usual)
    for number in range(12, 44):
        window = tables.profile(drifting(rng, number), like=along.whole)
        along.update(window)
        fixed.update(window)
        if number == 30:
            along.save(tmp_path / "state")
            along = tables.Monitor.load(tmp_path / "state")
    assert (tuple(fixed.alarms), tuple(along.alarms)) == (("x",), ())
    assert len(along.windows) == 12
    found = [along.update(frame(rng, 200, shift=3.5)[["x"]]).alarmed for _ in range(4)]
    assert ("x",) in found
    last = [window for _, window in along.windows]
    along.update(frame(rng, 200, shift=3.5)[["x"]])
    assert [window for _, window in along.windows] == last  # an alarm stops it
    with pytest.raises(InputError, match="rolling monitors do not merge"):
        along.merge(along)


def test_a_reference_goes_along_season_by_season(rng):
    days = {dt.date(2026, 1, 1) + dt.timedelta(days=n): frame(rng, 60) for n in range(21)}
    watch = tables.Monitor(days, season="weekday", rolling=3)
    for number in range(21, 28):
        watch.update(frame(rng, 60), at=dt.date(2026, 1, 1) + dt.timedelta(days=number))
    assert [spoken(at) for at, _ in watch.windows] == [
        (dt.date(2026, 1, 1) + dt.timedelta(days=n)).isoformat() for n in range(7, 28)
    ]


@pytest.mark.slow
def test_a_reference_that_goes_along_keeps_the_promise(rng):
    """First alarms of windows that differ as they always did: 60 or more windows on average."""
    first = []
    for _ in range(4):
        watch = tables.Monitor(
            [drifting(rng, 0) for _ in range(10)], rolling=10, expected_run=60, columns=["x"]
        )
        alarmed = (n for n in range(1, 61) if watch.update(drifting(rng, 0)).alarmed)
        first.append(next(alarmed, 61))
    # A run of 60 leaves each a chance of 1 − 1/e to alarm by then; four of four, one of .16.
    assert sum(t <= 60 for t in first) < 4


def emptied(rng, path, *, days=1, start="2026-03-01", shares=(0.5, 0.2, 0.1, 0.2)):
    """A table with empty texts and missing ones, in the format that its path names."""
    days = pd.date_range(start, periods=days).repeat(500)
    table = pd.DataFrame({"s": rng.choice(np.array(["a", "b", "", None]), len(days), p=shares)})
    table.insert(0, "day", days)
    if path.suffix == ".csv":
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path)
    return path


@pytest.mark.parametrize("before", ["parquet", "csv"])
@pytest.mark.parametrize("after", ["parquet", "csv"])
def test_empty_texts_are_missing_where_a_format_lacks_them(rng, before, after, tmp_path):
    """CSV writes an empty text as it writes none: no alarm, unless both together have changed."""
    reference = emptied(rng, tmp_path / f"usual.{before}", days=10, start="2026-01-01")
    monitor = tables.Monitor(reference, columns=["s"])
    monitor.save(tmp_path / "monitor.json")
    monitor = tables.Monitor.load(tmp_path / "monitor.json")
    for _ in range(4):
        look = monitor.update(emptied(rng, tmp_path / f"now.{after}"))
        assert not look.alarmed
        assert ("empty-texts" in [note.code for note in look.notes]) == (before != after)
    for _ in range(4):
        more = emptied(rng, tmp_path / f"now.{after}", shares=(0.3, 0.2, 0.3, 0.2))
        look = monitor.update(more)
    assert look.alarmed == ("s",)
    exact = before == after == "parquet"
    assert look.changes[0].event == ("= ''" if exact else "is missing")


def test_a_monitor_of_windows_reads_empty_texts_alike(rng, tmp_path):
    reference = emptied(rng, tmp_path / "usual.parquet", days=10, start="2026-01-01")
    found = tables.monitor(reference, emptied(rng, tmp_path / "now.csv", days=6), on="day")
    assert found.alarmed == ()
    later = emptied(rng, tmp_path / "later.parquet", days=6, start="2026-04-01")
    assert tables.monitor(found.monitor, later, on="day").alarmed == ()
    more = emptied(rng, tmp_path / "m.csv", days=6, start="2026-05-01", shares=(0.3, 0.2, 0.3, 0.2))
    assert tables.monitor(found.monitor, more, on="day").alarmed == ("s",)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"within": 0}, "within=0"),
        ({"within": 2, "shift": -1}, "shift=-1"),
        ({"rolling": 2}, "rolling=2"),
        ({"rolling": 7, "alpha": 0.05}, "rolling= goes with"),
        ({"tolerance": -1}, "tolerance=-1"),
        ({"expected_run": 0}, "expected_run=0"),
        ({"alpha": 1}, "alpha=1"),
        ({"season": "moon"}, "season='moon' is none of"),
        ({"season": "month"}, "mapping from date"),
    ],
)
def test_refusals(rng, options, said):
    with pytest.raises(InputError, match=said):
        tables.Monitor(frame(rng, 50), **options)


def test_files_that_are_no_monitors(tmp_path):
    with pytest.raises(InputError, match="no such monitor"):
        tables.Monitor.load(tmp_path / "none")
    for text in ("{", "[]", json.dumps({"kullback_monitor": 99}), '{"kullback_monitor": 1}'):
        (tmp_path / "bad").write_text(text)
        with pytest.raises(FormatError, match="not a monitor"):
            tables.Monitor.load(tmp_path / "bad")
