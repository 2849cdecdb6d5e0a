"""Data that people know: what a practitioner would say of each column, and why.

Copies of palmerpenguins 0.1.6 (CC0) and of Seattle's weather 2012–2015 (NOAA, public domain; from
vega_datasets 0.9.0); iris and wine are scikit-learn's.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris, load_wine

from kullback import tables
from kullback.tables import Skipped

DATA = Path(__file__).parent / "data"


def verdicts(found):
    return {column.name: column.verdict for column in found}


def test_penguins_of_two_years():
    """The same islands were visited: about 110 birds a year can show no small difference."""
    penguins = pd.read_csv(DATA / "penguins.csv")
    found = tables.compare(penguins[penguins.year == 2007], penguins[penguins.year == 2009])
    # The year parts the two; it is not what is asked.
    assert isinstance(found["year"], Skipped)
    assert "only cuts the data: 2007, then 2009" in found["year"].reason
    # Nothing has drifted, and nothing is the same: so few birds leave it open.
    compared = {column.name: column.verdict for column in found.compared}
    assert set(compared.values()) == {"undecided"}
    assert all("no difference beyond chance" in column.reason for column in found.compared)
    assert found.pairs.changed == ()


@pytest.fixture(scope="module")
def weather():
    table = pd.read_csv(DATA / "seattle-weather.csv", parse_dates=["date"])
    return table.assign(month=table.date.dt.month)


def test_january_and_july_in_seattle(weather):
    """July is warm, dry and calm; no day of it is as cold as the warmest of January."""
    found = tables.compare(weather[weather.month == 1], weather[weather.month == 7])
    assert isinstance(found["month"], Skipped)
    warm = found["temp_max"]
    assert warm.verdict == "drifted"
    assert "none lay above 17.2, now all" in warm.reason
    assert warm.jensen_shannon.value == pytest.approx(1, abs=0.05)
    dry = found["precipitation"]
    assert dry.verdict == "drifted"
    assert "53.2 % lay above 0, now 8.9 %" in dry.reason
    rain = (weather[weather.month == 7].precipitation > 0).mean()
    assert rain == pytest.approx(0.089, abs=0.001)
    assert found["temp_min"].verdict == found["wind"].verdict == "drifted"
    # Kinds of weather last for days: 124 days are worth a dozen, and the verdict waits.
    kind = found["weather"]
    assert kind.verdict == "undecided"
    assert "'sun': 26.6 % → 71.8 % of rows" in kind.reason
    assert "autocorrelated" in {note.code for note in kind.notes}


def test_january_and_february_in_seattle(weather):
    """One degree more, which four winters leave open: cold spells last for a week."""
    found = tables.compare(weather[weather.month == 1], weather[weather.month == 2])
    assert found["temp_min"].verdict == "undecided"
    assert found["temp_min"].median[1] > found["temp_min"].median[0]
    assert found["temp_max"].verdict == "undecided"
    assert "median 8.3 → 10" in found["temp_max"].reason
    assert found["precipitation"].verdict == found["weather"].verdict == "undecided"
    assert "no difference beyond chance" in found["precipitation"].reason


def test_a_year_of_weather_after_another(weather):
    """Dates go on; temperatures are those of a year; fog came to be written down in 2013."""
    years = (weather[weather.date.dt.year == year].drop(columns="month") for year in (2012, 2013))
    found = tables.compare(*years)
    assert "times that go on: 2013-01-01 to 2013-12-31" in found["date"].reason
    assert found["temp_max"].verdict == found["temp_min"].verdict == "undecided"
    assert "no difference beyond chance" in found["temp_max"].reason
    # Fog was written down from the second quarter on: within a year it changed as between years.
    assert found["weather"].verdict == "undecided"
    assert "'fog': 1.37 % → 22.5 % of rows" in found["weather"].reason


def test_wine_sorted_by_its_maker():
    """The first half is of the first growers: proline falls by half, ash is what it was."""
    wine = load_wine(as_frame=True).frame
    found = tables.compare(wine[:89], wine[89:])
    # The file has three growers in turn, two in each half: were growers parted at random, one half
    # would be so much above the other in one way of three. The fall is said, and no verdict made.
    assert found["proline"].verdict == "undecided"
    assert "where rows near each other are so alike" in found["proline"].reason
    first, second = (half.sample(frac=1, random_state=0) for half in (wine[:89], wine[89:]))
    apart = tables.compare(first, second)["proline"]
    assert apart.verdict == "drifted"  # of the same rows in no order
    assert "median 985 → 562" in found["proline"].reason
    assert wine[:89].proline.median() == 985
    assert wine[89:].proline.median() == 562
    assert found["ash"].verdict == "undecided"
    assert "no difference beyond chance" in found["ash"].reason
    assert found["target"].verdict == "drifted"
    # The file lies in order of the growers: rows are alike, and each such verdict says so.
    notes = {note.code for name in ("flavanoids", "target") for note in found[name].notes}
    assert "autocorrelated" in notes
    assert "8 values" not in str(found)


def test_two_kinds_of_iris():
    """Setosa has small petals: no flower of the other kind is in its range."""
    iris = load_iris(as_frame=True).frame
    found = tables.compare(iris[iris.target == 0], iris[iris.target == 1])
    assert set(verdicts(found).values()) == {"drifted"}
    petal = found["petal length (cm)"]
    assert petal.reason.startswith("100 % of current rows lie outside the reference's range")
    assert "none lay above 1.9, now all" in petal.reason
    assert iris[iris.target == 1]["petal length (cm)"].min() == 3.0
    assert "always 0 before, always 1 now" in found["target"].reason


def test_halves_of_iris_by_lot():
    """75 flowers a side of one kind of mixture: nothing to say, and no "same" either."""
    iris = load_iris(as_frame=True).frame
    order = np.random.default_rng(0).permutation(len(iris))
    found = tables.compare(iris.iloc[order[:75]], iris.iloc[order[75:]])
    assert set(verdicts(found).values()) == {"undecided"}
    assert all("no difference beyond chance" in column.reason for column in found.compared)
