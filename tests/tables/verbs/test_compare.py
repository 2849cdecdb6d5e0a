"""The comparison as a whole: what it accepts, what it skips, what it says."""

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.errors import InputError, UnitError
from kullback.tables import Skipped


def frame(seed=0, n=1_000):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"x": rng.normal(size=n), "s": rng.choice(list("abc"), n)})


def test_a_table_against_itself():
    result = tables.compare(frame(), frame())
    assert result.verdict == "same"
    for column in result:
        assert column.p_value == column.q_value == 1.0
        assert column.jensen_shannon.interval.low == 0
        assert (column.new, column.gone) == ((), ())


def test_columns_on_one_side_only_are_named():
    left, right = frame().assign(old=1), frame(1).assign(fresh=2)
    result = tables.compare(left, right)
    assert [column.name for column in result] == ["x", "s", "old", "fresh"]
    assert result["old"] == Skipped("old", "only in the reference; did you mean 'fresh'?", "lost")
    assert result["fresh"] == Skipped("fresh", "only in the current data", "new")
    chosen = tables.compare(left, right, columns=["s", "old"])
    assert [column.name for column in chosen] == ["s", "old"]


def test_a_failing_column_is_skipped_alone(monkeypatch):
    from kullback.tables.judge import measured

    original = measured.kl_of

    def fails(both, **options):
        if len(both.x) == 3:
            raise RuntimeError("boom")
        return original(both, **options)

    monkeypatch.setattr(measured, "kl_of", fails)
    result = tables.compare(frame(), frame(1))
    assert result["s"].reason == "failed: RuntimeError: boom"
    assert not result["s"].passes
    assert not result.check()
    assert result["x"].verdict in {"same", "undecided"}


def test_a_column_the_engine_cannot_count_is_skipped_alone(monkeypatch):
    from kullback.tables.engines.duckdb import DuckDB

    execute = DuckDB.execute

    def fails(self, sql):
        if '"s"' in sql and "GROUP BY" in sql:
            raise RuntimeError("disk full\nmore")
        return execute(self, sql)

    monkeypatch.setattr(DuckDB, "execute", fails)
    result = tables.compare(frame(), frame(1))
    assert result["s"].reason == "failed: RuntimeError: disk full"
    assert not result.check()
    assert result["x"].verdict in {"same", "undecided"}


@pytest.mark.parametrize("unit", ["nats", "bits", "bans"])
def test_units_change_the_numbers_and_no_verdict(unit):
    result = tables.compare(frame(), frame(1).assign(x=lambda f: f.x + 0.5), unit=unit)
    column = result["x"]
    assert {column.kl.unit, column.reverse_kl.unit, column.jensen_shannon.unit} == {unit}
    bits = tables.compare(frame(), frame(1).assign(x=lambda f: f.x + 0.5))["x"]
    assert column.jensen_shannon.to("bits").value == pytest.approx(bits.jensen_shannon.value)
    assert column.verdict == bits.verdict == "drifted"


def test_outcomes_are_shares_and_contributions():
    before = pd.DataFrame({"s": ["a"] * 70 + ["b"] * 30})
    after = pd.DataFrame({"s": ["a"] * 40 + ["b"] * 60})
    outcomes = tables.compare(before, after, unit="nats")["s"].outcomes
    assert list(outcomes.labels) == ["a", "b"]
    assert outcomes.p == pytest.approx([0.4, 0.6])
    assert outcomes.q == pytest.approx([0.7, 0.3])
    known = 0.4 * np.log(0.4 / 0.7) + 0.6 * np.log(0.6 / 0.3)
    assert outcomes.contribution.sum() == pytest.approx(known)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"unit": "shannons"}, UnitError, "shannons"),
        ({"level": 1.0}, InputError, "level=1.0"),
        ({"alpha": 0}, InputError, "alpha=0"),
        ({"alpha": "5%"}, InputError, "alpha='5%'"),
        ({"tolerance": -0.1}, InputError, "tolerance=-0.1"),
        ({"tolerance": float("nan")}, InputError, "tolerance=nan"),
        ({"engine": "spark?"}, InputError, "engine"),
        ({"columns": ["nope"]}, InputError, "neither side has a column 'nope'"),
        ({"columns": "x"}, InputError, "one string"),
    ],
)
def test_bad_options_are_refused(options, error, said):
    with pytest.raises(error, match=said):
        tables.compare(frame(), frame(1), **options)


def test_few_rows_are_refused():
    with pytest.raises(InputError, match=r"^reference: .* has only 1 row"):
        tables.compare(frame(n=1), frame())
    with pytest.raises(InputError, match=r"^current: .* has no rows"):
        tables.compare(frame(), frame(n=0))
    with pytest.raises(InputError, match=r"^reference: a pandas.DataFrame has no columns"):
        tables.compare(pd.DataFrame(), frame())


def test_names_are_listed_once_where_a_mark_is_on_none():
    with pytest.raises(InputError) as told:
        tables.compare(frame(), frame(1), prediction="nope")
    assert str(told.value).count(repr(frame().columns[0])) == 1


def test_saved_profiles_compare_as_the_data_do():
    reference, current = frame(), frame(1).assign(x=lambda f: f.x + 1)
    known = tables.compare(reference, current)
    q = tables.profile(reference)
    p = tables.profile(current, like=q)
    for pair in ((q, current), (q, p), (reference, p)):
        result = tables.compare(*pair)
        for column, expected in zip(result, known, strict=True):
            assert column.jensen_shannon.value == expected.jensen_shannon.value
            assert column.reason == expected.reason
    assert tables.compare(reference, p).notes[0].code == "bins-of-current"


def test_profiles_in_different_bins_are_skipped():
    first, second = (tables.profile(f, like=tables.profile(f)) for f in (frame(), frame(1)))
    result = tables.compare(first, second)
    assert "like=reference" in result["x"].reason
    assert result["s"].verdict in {"same", "undecided"}


def test_many_categories_are_compared_beyond_the_cap(monkeypatch):
    from kullback.tables.verbs import compare

    monkeypatch.setattr(compare, "SIZES", (20, 5))
    values = [f"v{i}" for i in range(40) for _ in range(300 if i < 3 else 50)]
    before = pd.DataFrame({"s": values})
    after = pd.DataFrame({"s": values + ["fresh"] * 2_000})
    column = tables.compare(before, after)["s"]
    assert column.new == ("fresh",)
    assert "fresh" in column.outcomes.labels
    assert column.outcomes.p.sum() == pytest.approx(1)
    assert tables.compare(before, before)["s"].p_value == 1.0


def test_names_of_special_outcomes_do_not_collide():
    before = pd.DataFrame({"s": ["missing", "all other values", None, "x"] * 100})
    after = pd.DataFrame({"s": ["missing", "all other values", "x", "x"] * 100})
    column = tables.compare(before, after)["s"]
    assert len(column.outcomes) == 4
    assert column.missing.reference == 0.25
    assert column.reason == "missing 25 % → 0 %"
    labels = [outcome["label"] for outcome in column.to_dict()["outcomes"]]
    assert labels.count("missing") <= 1


def test_numbers_in_text_and_times_in_text():
    n = 2_000
    rng = np.random.default_rng(0)
    when = pd.to_datetime("2024-01-01") + pd.to_timedelta(rng.integers(0, 10**6, n), "min")
    before = pd.DataFrame({"x": rng.normal(size=n), "t": when, "b": rng.random(n) < 0.5})
    result = tables.compare(before, before.astype(str))
    assert all(column.verdict == "retyped" for column in result)
    assert all("no difference beyond chance" in column.reason for column in result)
    assert result["x"].type_changed == ("DOUBLE", "VARCHAR")
    back = tables.compare(before.astype({"b": int}).astype({"b": str}), before.astype({"b": int}))
    assert back["b"].type_changed == ("VARCHAR", "BIGINT")
    assert back["b"].p_value == 1.0


def test_integers_and_reals_are_one_kind():
    codes = np.arange(1_000) % 7
    column = tables.compare(pd.DataFrame({"x": codes}), pd.DataFrame({"x": codes.astype(float)}))[
        "x"
    ]
    assert column.type_changed is None
    assert column.p_value == 1.0


def test_the_gate_fails_on_what_it_is_asked_to():
    same = pd.DataFrame({"v": ["a", "b"] * 20_000})
    few = pd.DataFrame({"v": ["a", "b"] * 20})
    fewer = pd.DataFrame({"v": ["a", "b"] * 19})
    other = pd.DataFrame({"v": ["a", "c"] * 20_000})
    for reference, current, drift, undecided in (
        (same, same, True, True),
        (few, fewer, True, False),
        (same, other, False, False),
    ):
        result = tables.compare(reference, current)
        assert result.check() is result.check(fail_on="drift") is drift
        assert result.check(fail_on="undecided") is undecided
        assert bool(result.failing("undecided")) is not undecided


def test_the_extent_is_that_of_both_sides():
    """The first and the last bin are open; their ends are the extremes of either side."""
    rng = np.random.default_rng(3)
    reference, current = rng.normal(size=500), rng.normal(size=700) * 2
    day = np.datetime64("2026-03-01")
    dates = [day + np.arange(count) % 90 for count in (500, 700)]
    sides = [
        pd.DataFrame({"x": values, "day": days, "word": ["a", "b"] * (len(values) // 2)})
        for values, days in zip((reference, current), dates, strict=True)
    ]
    found = tables.compare(*sides)
    both = np.concatenate([reference, current])
    assert found["x"].extent == (both.min(), both.max())
    assert found["day"].extent == ("2026-03-01", "2026-05-29")
    assert found["word"].extent is None
    saved = tables.compare(tables.profile(sides[0]), sides[1])
    assert saved["x"].extent == found["x"].extent
