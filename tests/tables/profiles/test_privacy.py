"""With `privacy=` no value can be read that fewer rows hold."""

from collections import Counter
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kullback import tables
from kullback.errors import InputError
from kullback.tables.profiles.profile import Binned
from kullback.tables.profiles.storage import text


def patients(seed=0, n=5_000):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "weight": np.append(rng.normal(70, 12, n - 1), 203.7412),
            "income": rng.lognormal(10, 1, n).round(2),
            "balance": rng.normal(0, 1000, n).round(2),
            "born": pd.to_datetime("1950-01-01") + pd.to_timedelta(rng.integers(0, 25_000, n), "D"),
            "children": np.append(rng.poisson(1.2, n - 1), 19),
            "town": [*rng.choice(["Ulm", "Bonn"], n - 2), "Aalen", "Worms"],
            "stay": np.where(rng.random(n) < 0.4, 0.0, rng.exponential(9, n)),
            "number": 10**6 + rng.integers(0, 10**6, n),
        }
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("minimum", [2, 10, 200])
def test_no_rare_value_is_in_the_file(seed, minimum):
    rows = patients(seed)
    written = text(tables.profile(rows, privacy=minimum))
    for name in ("weight", "income", "balance", "stay", "town"):
        rare = [value for value, n in Counter(rows[name]).items() if n < minimum]
        assert rare
        found = [value for value in rare if str(value) in written]
        # A short decimal may stand in the file by chance; a whole double does not.
        assert found == [] or name in {"income", "balance"}
    assert "203.7" not in written
    assert "[19," not in written


@pytest.mark.parametrize("minimum", [2, 10, 200, 4_000, 10_000])
def test_every_bin_holds_enough_rows_and_counts_are_exact(minimum):
    rows = patients()
    profile = tables.profile(rows, privacy=minimum)
    assert profile.privacy == minimum
    again = tables.profile(rows, like=profile)
    for column, counted in zip(profile, again, strict=True):
        assert column.rows == len(rows)
        assert (column.minimum, column.maximum, column.grid, column.atoms) == (None, None, None, ())
        if isinstance(column.body, Binned):
            assert column.body == counted.body
            assert min(column.body.counts) >= min(minimum, len(rows))
        else:
            assert column.body.counts.items() <= counted.body.counts.items()
            assert min(column.body.counts.values(), default=minimum) >= minimum
    if minimum == 10:
        assert all(
            len(profile[name].body.counts) >= 15 for name in ("weight", "income", "balance", "born")
        )


def test_edges_do_not_depend_on_rare_rows():
    """Moving one row within its tail changes no edge, where that row is in no frequent cell."""
    rows = patients()
    before = tables.profile(rows, privacy=10)["weight"].body
    rows.loc[len(rows) - 1, "weight"] = 311.1
    assert tables.profile(rows, privacy=10)["weight"].body == before


def test_every_type_and_the_smallest_numbers():
    rng = np.random.default_rng(0)
    cents = [Decimal(int(i)).scaleb(-2) for i in rng.normal(0, 3_000, 5_000)]
    rows = pa.table(
        {
            "cents": pa.array(cents, pa.decimal128(12, 2)),
            "negative": rng.integers(-(10**6), 5, 5_000),
            "single": rng.normal(size=5_000).astype(np.float32),
            "clock": pa.array((rng.integers(0, 86_400, 5_000) * 10**6).tolist(), pa.time64("us")),
            "beyond": rng.integers(0, 2**60, 5_000),
            "tiny": rng.normal(size=5_000) * 1e-250,
            "subnormal": np.where(rng.random(5_000) < 0.5, 0, 5e-324 * rng.integers(-9, 9, 5_000)),
        }
    )
    for minimum in (2, 10, 1_000):
        plan = tables.profile(rows, privacy=minimum)
        for column, counted in zip(plan, tables.profile(rows, like=plan), strict=True):
            assert column.body == counted.body, column.name
            assert len(column.body.counts) >= (3 if minimum < 1_000 else 1)
            assert min(column.body.counts) >= minimum


@settings(max_examples=15, deadline=None)
@given(
    values=st.lists(st.one_of(st.none(), st.floats(), st.sampled_from([0.0, 1.5])), max_size=40),
    minimum=st.integers(1, 12),
)
def test_any_numbers(values, minimum):
    frame = pa.table({"x": pa.array([*values, 2.5], pa.float64())})
    whole = tables.profile(frame, privacy=minimum)
    column = whole["x"]
    assert column.rows == len(values) + 1
    if isinstance(column.body, Binned):
        held = sum(column.body.counts)
        assert min(column.body.counts) >= min(minimum, held)
        assert tables.profile(frame, like=whole)["x"].body == column.body


def test_private_profiles_compare_and_merge(tmp_path):
    one, two = patients(1), patients(2)
    plan = tables.profile(one, privacy=10)
    plan.save(tmp_path / "p.json")
    loaded = tables.Profile.load(tmp_path / "p.json")
    assert loaded == plan
    assert {c.verdict for c in tables.compare(loaded, two)} == {"same"}
    shifted = two.assign(weight=two["weight"] + 12)
    assert tables.compare(loaded, shifted)["weight"].verdict == "drifted"
    other = tables.profile(two, like=plan, privacy=10)
    merged = plan.merge(other)
    assert (merged.rows, merged.privacy) == (10_000, 10)
    assert merged["weight"].counted == 10_000
    assert tables.compare(plan, other)["weight"].verdict == "same"


def test_a_profile_can_be_made_private_later(tmp_path):
    rows = patients()
    tables.profile(rows).save(tmp_path / "p.json", privacy=10)
    assert tables.Profile.load(tmp_path / "p.json") == tables.profile(rows, privacy=10)


def test_bins_of_other_data_cannot_be_made_private():
    plan = tables.profile(patients())
    with pytest.raises(InputError, match="'weight' keeps only bins"):
        tables.profile(patients(1), like=plan, privacy=10)
    for minimum in (0, True, 2.5):
        with pytest.raises(InputError, match="privacy="):
            plan.private(minimum)
