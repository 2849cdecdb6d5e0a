"""What the page on verdicts says passes at the defaults, and what finds it."""

import numpy as np
import pandas as pd

from kullback import tables

N = 10_000


def compared(reference, current, **options):
    return tables.compare(pd.DataFrame({"c": reference}), pd.DataFrame({"c": current}), **options)


def test_a_small_shift_needs_a_limit():
    rng = np.random.default_rng(5)
    sides = rng.normal(0, 1, N), rng.normal(0.15, 1, N)
    assert compared(*sides).check()
    assert compared(*sides, limits={"c": 0.001})["c"].verdict == "drifted"


def test_prices_rounded_to_whole_ones_drift_by_their_last_digits():
    rng = np.random.default_rng(5)
    found = compared(rng.lognormal(3, 1, N).round(2), rng.lognormal(3, 1, N).round())
    assert found["c"].verdict == "drifted"
    assert "multiples of 1" in found["c"].reason
    # Hardly a price is shared: no KL is small beside such a JS.
    js = float(found["c"].jensen_shannon.to("bits"))
    for kl in (found["c"].kl.to("bits"), found["c"].reverse_kl.to("bits")):
        assert kl.interval.high >= -np.log2(1 - js**2)


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
