"""A look at pairs of columns: what hangs together otherwise is seen, and nothing else is."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from kullback import tables
from kullback.tables.judge.pair_screen import SampledColumn, screened


def two(rng, n, rho, shift=0.0):
    a = rng.normal(size=n)
    b = rho * a + np.sqrt(1 - rho**2) * rng.normal(size=n) + shift
    return pd.DataFrame({"a": a, "b": b, "c": rng.choice(list("xyz"), n)})


@pytest.mark.parametrize("rows", [200, 3_000])
def test_a_correlation_that_is_gone_is_a_line_of_its_own(rows):
    rng = np.random.default_rng(rows)
    before, now = two(rng, rows, 0.9), two(rng, rows, 0.0)
    found = tables.compare(before, now)
    (pair,) = found.pairs.changed
    assert (pair.first, pair.second) == ("a", "b")
    expected = [spearmanr(side["a"], side["b"]).statistic for side in (before, now)]
    assert pair.correlations == pytest.approx(expected)
    assert found.drifted == ()
    assert found.verdict == "drifted"
    assert "'a' with 'b'" in found.headline
    assert "rank correlation" in str(found)
    assert [f.name for f in tables.gate(found).failures] == ["a with b"]
    assert found.to_dict()["pairs"]["changed"][0]["first"] == "a"
    assert tables.compare(before, now, joint=False).pairs is None


def test_categories_that_say_nothing_of_a_number_any_more():
    rng = np.random.default_rng(1)
    g = rng.choice(list("pq"), 2_000)
    before = pd.DataFrame({"g": g, "x": rng.normal(size=2_000) + 2 * (g == "p")})
    now = before.assign(x=rng.permutation(before["x"]))
    (pair,) = tables.compare(before, now).pairs.changed
    assert pair.correlations is None
    assert "what each says of the other" in pair.sentence


@pytest.mark.parametrize(
    "change",
    [lambda b: b, lambda b: b + 3, np.exp, lambda b: b.where(b > -1)],
    ids=["none", "shift", "another scale", "missing"],
)
def test_a_column_that_moves_alone_changes_no_dependence(change):
    rng = np.random.default_rng(2)
    before, now = two(rng, 4_000, 0.6), two(rng, 4_000, 0.6)
    found = tables.compare(before, now.assign(b=change(now["b"])))
    assert found.pairs.changed == ()
    assert found.pairs.pairs == 3


def test_the_screen_holds_its_level():
    """60 tables of 8 columns, four of them hanging together, no change: 28 pairs each."""
    changed = 0
    for seed in range(60):
        rng = np.random.default_rng([seed, 7])

        def side(rng=rng, n=600):
            base = rng.normal(size=n)
            tied = [base + rng.normal(size=n) for _ in range(4)]
            return [*tied, *(rng.integers(0, k, n).astype(float) for k in (2, 3, 9, 40))]

        columns = [
            SampledColumn(f"c{i}", x, y, ordered=i != 6)
            for i, (x, y) in enumerate(zip(side(), side(), strict=True))
        ]
        changed += bool(screened(columns, 0.05, 0.95, 0.0).changed)
    assert changed <= 8  # 3 expected at most, 9 by chance once in 500


def test_series_that_only_wander_do_not_hang_together():
    rng = np.random.default_rng(3)

    def wander():
        steps = rng.normal(size=(4_000, 2))
        for i in range(1, 4_000):
            steps[i] += 0.98 * steps[i - 1]
        return pd.DataFrame(steps, columns=["a", "b"])

    assert tables.compare(wander(), wander()).pairs.changed == ()


def test_too_few_rows_or_only_counts_are_not_looked_at():
    rng = np.random.default_rng(4)
    assert tables.compare(two(rng, 60, 0.9), two(rng, 60, 0.0)).pairs is None
    profile = tables.profile(two(rng, 600, 0.9))
    assert tables.compare(profile, two(rng, 600, 0.0)).pairs is None


def test_what_the_order_of_rows_says_of_a_slow_column_is_no_change():
    """Days of two months, and a storm on some of them: each month has weather of its own."""
    rng = np.random.default_rng(7)

    def month():
        day = np.repeat(np.arange(1, 29), 300)
        storm = np.repeat(rng.exponential(size=28), 300)
        return pd.DataFrame({"day": day, "delay": storm + 0.3 * rng.normal(size=len(day))})

    for _ in range(3):
        assert tables.compare(month(), month()).pairs.changed == ()
    mixed = month().assign(day=lambda table: rng.permutation(table["day"]))
    paired = mixed.assign(delay=mixed["day"] / 9 + rng.normal(size=len(mixed)))
    assert tables.compare(mixed, paired).pairs.changed  # days that are no order say something
