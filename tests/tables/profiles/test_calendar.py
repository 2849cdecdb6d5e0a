"""Calendar windows, against pandas' own time zones and calendars."""

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.errors import InputError
from kullback.tables.profiles.calendar import calendar, offsets, zone_of

# Around both changes of the clock, and a new year.
TIMES = [("2024-03-30", 90), ("2024-10-26", 90), ("2024-12-31", 60), ("2025-11-01", 60)]
WRITTEN = {
    "hour": "%Y-%m-%d %H:00",
    "day": "%Y-%m-%d",
    "week": "%G-W%V",
    "month": "%Y-%m",
    "year": "%Y",
}
ZONES = ["Europe/Vienna", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]


@pytest.fixture(scope="module")
def table():
    starts = (pd.date_range(day, periods=n, freq="31min", tz="UTC") for day, n in TIMES)
    at = pd.DatetimeIndex(np.concatenate([part.to_numpy() for part in starts]), tz="UTC")
    return pd.DataFrame({"at": at, "x": np.arange(len(at)) % 3})


def rows(found):
    return {window.label: window.rows for window in found}


@pytest.mark.parametrize("zone", ZONES)
def test_windows_lie_where_the_clock_on_the_wall_says(table, zone):
    wall = table["at"].dt.tz_convert(zone)
    for by in ("day", "month") if zone != "Europe/Vienna" else WRITTEN:
        found = tables.windows(table, table, on="at", by=by, timezone=zone, columns=["x"])
        assert rows(found) == wall.dt.strftime(WRITTEN[by]).value_counts().to_dict()
    assert found.cut == f"{by}, {zone}"


@pytest.mark.parametrize(
    ("by", "freq"),
    [
        ("week-sunday", "W-SAT"),
        ("week-friday", "W-THU"),
        ("quarter-02", "Q-JAN"),
        ("year-04", "Y-MAR"),
    ],
)
def test_weeks_and_years_begin_where_they_are_told_to(table, by, freq):
    starts = table["at"].dt.tz_localize(None).dt.to_period(freq).dt.start_time
    found = tables.windows(table, table, on="at", by=by, columns=["x"])
    assert rows(found) == starts.dt.strftime("%Y-%m-%d").value_counts().to_dict()


def test_dates_that_are_listed_begin_windows(table):
    starts = ["2024-04-01", "2024-10-27", "2024-12-31", "2025-01-26"]  # 4-4-5, as it were
    found = tables.windows(table, table, on="at", by=starts, timezone="Asia/Tokyo", columns=["x"])
    wall = table["at"].dt.tz_convert("Asia/Tokyo").dt.tz_localize(None)
    place = np.searchsorted(pd.DatetimeIndex(starts), wall, side="right")
    expected = {
        starts[i - 1]: n for i, n in zip(*np.unique(place, return_counts=True), strict=True) if i
    }
    assert rows(found) == expected
    (note,) = (note for note in found.notes if note.code == "outside")
    assert note.text.startswith(f"{(place == 0).sum()} current rows")


def test_a_year_may_begin_in_the_middle_of_a_month():
    name = calendar("year-04-06")
    starts = name.starts(
        *(int(pd.Timestamp(day).value // 1000) for day in ("2024-04-05", "2026-01-01"))
    )
    for day, expected in {"2024-04-05": "2023-04-06", "2024-04-06": "2024-04-06"}.items():
        assert name.name(int(pd.Timestamp(day).value // 1000), starts) == expected


@pytest.mark.parametrize("zone", ["Europe/Vienna", "Africa/Casablanca", "America/Sao_Paulo"])
def test_distances_from_utc_are_those_of_pandas(zone):
    hours = pd.date_range("2000-01-01", "2026-01-01", freq="h", tz="UTC")
    wall = hours.tz_convert(zone).tz_localize(None)
    instants = hours.tz_localize(None).to_numpy("datetime64[us]").astype(np.int64)
    changes, distances = offsets(zone_of(zone), int(instants[0]), int(instants[-1]))
    found = np.array(distances)[np.searchsorted(changes, instants, side="right")]
    expected = wall.to_numpy("datetime64[us]").astype(np.int64) - instants
    assert (found == expected).all()


@pytest.mark.parametrize("engine", ["sqlite", "clickhouse"])
def test_databases_cut_in_local_time(table, engine, request):
    expected = rows(tables.windows(table, table, on="at", timezone="Europe/Vienna", columns=["x"]))
    relation = request.getfixturevalue(f"in_{engine}")(table)
    found = tables.windows(table, relation, on="at", timezone="Europe/Vienna", columns=["x"])
    assert rows(found) == expected


@pytest.fixture
def in_sqlite():
    import sqlite3

    def filled(table):
        connection = sqlite3.connect(":memory:")
        connection.execute("CREATE TABLE t (at TIMESTAMP, x INT)")
        held = zip(table["at"].dt.tz_localize(None).astype(str), table["x"].tolist(), strict=True)
        connection.executemany("INSERT INTO t VALUES (?, ?)", held)
        connection.commit()
        return tables.Relation(connection, "t")

    return filled


@pytest.fixture
def in_clickhouse(tmp_path):
    chdb = pytest.importorskip("chdb", reason="chdb is not installed")

    def filled(table):
        table.to_parquet(tmp_path / "t.parquet")
        connection = chdb.connect(":memory:")
        return tables.Relation(connection, f"SELECT * FROM file('{tmp_path}/t.parquet', Parquet)")

    return filled


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"by": "dya"}, "by='dya' is unknown"),
        ({"by": "year-13"}, "by='year-13' is unknown"),
        ({"by": "month-31"}, "by='month-31' is unknown"),
        ({"by": 3}, "by=3 cannot be used"),
        ({"by": ["x"]}, "expected dates such as"),
        ({"by": []}, "expected at least one"),
        ({"by": ["2024-02-01", "2024-01-01"]}, "each after the last"),
        ({"timezone": "Europe/Viena"}, "Did you mean 'Europe/Vienna'"),
        ({"timezone": 3}, "timezone=3 is unknown"),
        ({"rows": 3, "timezone": "UTC"}, "is for windows by calendar"),
    ],
)
def test_what_is_no_calendar_is_refused(table, asked, said):
    with pytest.raises(InputError, match=said):
        tables.windows(table, table, on="at", **asked)
