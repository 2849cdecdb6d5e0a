"""What the page on verdicts says passes at the defaults, and what finds it."""

import numpy as np
import pandas as pd
import pytest

from kullback import tables

N = 10_000


def normals(rng):
    return rng.normal(0, 1, N), rng.normal(0.15, 1, N)


def prices(rng):
    return rng.lognormal(3, 1, N).round(2), rng.lognormal(3, 1, N).round()


@pytest.mark.parametrize("made", [normals, prices])
def test_a_small_shift_and_rounding_need_a_limit(made):
    sides = [pd.DataFrame({"c": side}) for side in made(np.random.default_rng(5))]
    assert tables.compare(*sides).check()
    assert tables.compare(*sides, limits={"c": 0.001})["c"].verdict == "drifted"


def season(rng, rows):
    at = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 365, rows), "D")
    degrees = 10 - 8 * np.cos(2 * np.pi * at.day_of_year / 365) + rng.normal(0, 3, rows)
    return pd.DataFrame({"at": at, "degrees": degrees})


def test_swapped_days_and_months_show_beside_a_season():
    rng = np.random.default_rng(5)
    reference, current = season(rng, 2_000), season(rng, 2_000)
    current["at"] = [
        day.replace(day=day.month, month=day.day) if day.day <= 12 else day for day in current["at"]
    ]
    found = tables.compare(reference, current)
    assert found["at"].verdict == "same"
    assert not found.check()
    assert not tables.compare(reference, current, joint=False).drifted


def test_a_year_ahead_is_compared_where_it_is_named():
    rng = np.random.default_rng(5)
    reference, current = season(rng, 2_000), season(rng, 2_000)
    current["at"] += pd.DateOffset(years=1)
    assert tables.compare(reference, current)["at"].verdict == "skipped"
    assert tables.compare(reference, current, columns=["at"])["at"].verdict == "drifted"
