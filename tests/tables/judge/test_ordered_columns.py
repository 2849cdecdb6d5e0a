"""Ordered columns, shares with verdicts of their own, and columns that only cut the data."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from kullback import tables
from kullback.tables import Skipped
from kullback.tables.judge import extent


def column(reference, current, **options):
    found = tables.compare({"c": reference}, {"c": current}, **options)
    return found["c"]


def test_a_tail_that_grows_inside_the_last_bin():
    rng = np.random.default_rng(0)
    x, y = rng.lognormal(3, 1, 20_000), rng.lognormal(3, 1, 20_000)
    found = column(x, np.where(y > np.quantile(x, 0.96), y * 100, y))
    assert found.verdict == "drifted"
    assert "maximum" in found.reason
    assert found.share_out_of_range[1] == pytest.approx(0.04, abs=0.005)


def test_rare_values_far_away_are_detected():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=50_000), rng.normal(size=50_000)
    y[:250] = 1e9
    assert column(x, y).p_value < 1e-6


@pytest.mark.parametrize("values", [200, 256, 257, 700, 1024])
def test_whole_numbers_are_counted_by_value(values):
    """All are even on one side and odd on the other, however many there are."""
    rng = np.random.default_rng(1)
    a = np.r_[np.arange(values), rng.integers(0, values, 10_000 - values)] * 2
    found = column(a, rng.integers(0, values, 10_000) * 2 + 1)
    assert found.jensen_shannon.value > 0.98


ROUNDED = {
    "single precision": lambda x: x.astype(np.float32).astype(float),
    "the next double": lambda x: np.nextafter(x, np.inf),
    "3 x / 3": lambda x: x * 3 / 3,
}


@pytest.mark.parametrize("how", ROUNDED)
@pytest.mark.parametrize("spike", [0.1, 9.99])
def test_rounding_moves_no_spike_of_a_continuous_column(how, spike):
    """A third of the rows hold one value, 2 % another, and the greatest is one of many."""
    rng = np.random.default_rng(0)
    x = np.minimum(rng.lognormal(2, 1, 20_000), 55.55)
    x = np.where(rng.random(20_000) < 0.33, spike, x)
    x = np.where(rng.random(20_000) < 0.02, 7.7, x)
    found = column(x, ROUNDED[how](x), joint=False)
    assert (found.verdict, found.p_value > 0.5) == ("same", True)
    assert all(change.verdict == "same" for change in found.shares)
    moved = column(x, ROUNDED[how](np.where(x == spike, spike + 0.001, x)), joint=False)
    assert moved.verdict == "drifted"


def test_single_precision_is_said():
    x = np.random.default_rng(0).normal(1e6, 1e3, 5_000)
    now = x.astype(np.float32).astype(float)
    said = {note.code: note.text for note in column(x, now, joint=False).notes}
    assert "The current values are rounded to single precision" in said["rounded"]
    assert "rounded" not in {note.code for note in column(x, x, joint=False).notes}
    halves = np.round(x * 2) / 2  # short numbers, which single precision holds as well
    assert "rounded" not in {note.code for note in column(x, halves, joint=False).notes}


@pytest.mark.parametrize("values", [1_025, 3_000, 40_000])
def test_a_comb_against_its_gaps_is_seen_at_any_number_of_values(values):
    """Even against odd: each bin holds as many rows of both, and no number is on both sides."""
    rng = np.random.default_rng(values)
    even, odd, again = (rng.integers(0, values, 20_000) * 2 + step for step in (0, 1, 0))
    found = column(even, odd, joint=False)
    assert found.verdict == "drifted"
    assert found.p_value < 1e-10
    assert 1.0 in found.jensen_shannon.interval
    assert found.reason.startswith("0 % of current values are multiples of 2, of reference values")
    same = column(even, again, joint=False)
    assert (same.verdict, same.p_value > 0.01) == ("same", True)


def test_a_shift_is_found_as_often_as_by_kolmogorov_and_smirnov():
    rng = np.random.default_rng(0)
    ours = theirs = 0
    for _ in range(25):
        a, b = rng.normal(40, 12, 500).round(), rng.normal(44, 12, 500).round()
        ours += column(a, b).p_value <= 0.05
        theirs += ks_2samp(a, b).pvalue <= 0.05
    assert ours >= theirs - 2


@pytest.mark.parametrize("values", [60, 300, 900])
def test_few_rows_of_many_whole_numbers_are_seen_by_their_order(values):
    """A sixth of the values are left and a sixth are new: JS is 1/6 bits, 400 rows a side."""
    rng = np.random.default_rng(values)
    covered = 0
    for _ in range(6):
        a, b = rng.integers(0, values, 400), rng.integers(0, values, 400) + values // 6
        found = column(a, b, joint=False)
        assert found.verdict == "drifted"
        js = found.jensen_shannon
        assert js.interval.low <= js.value <= js.interval.high
        assert js.contributions.sum() == pytest.approx(js.value)
        covered += js.interval.low <= 1 / 6 <= js.interval.high
    assert covered >= 4


def test_quantiles_are_those_of_the_rows():
    rng = np.random.default_rng(2)
    before, now = rng.gamma(2, 50, 4_000), rng.gamma(2, 80, 5_000)
    found = column(before, now)
    for share, (reference, current) in found.quantiles.items():
        assert reference == pytest.approx(np.quantile(before, share), rel=0.02)
        assert current == pytest.approx(np.quantile(now, share), rel=0.06)
    assert found.median == found.quantiles[0.5]
    assert "median" in found.reason


def test_ordered_categories_have_an_order():
    """A shift of a tenth of the rows by one class, which the order makes visible."""
    rng = np.random.default_rng(3)
    names = [f"level {i}" for i in range(12)]
    seen = plain = 0
    for _ in range(20):
        a = rng.integers(0, 12, 600)
        b = np.minimum(rng.integers(0, 12, 600) + (rng.random(600) < 0.45), 11)
        sides = [np.array(names)[side] for side in (a, b)]
        ordered = [pd.Categorical(side, names, ordered=True) for side in sides]
        seen += column(*ordered).p_value <= 0.05
        plain += column(*sides).p_value <= 0.05
    assert seen >= plain


def test_missing_values_have_a_verdict_of_their_own():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=20_000), rng.normal(size=20_000)
    y[rng.random(20_000) < 0.03] = np.nan
    found = column(x, y)
    assert found.verdict == "drifted"
    assert found.reason.startswith("missing 0 % → 2.97 %")
    (share,) = (s for s in found.shares if s.name == "missing")
    assert share.low <= 0.03 <= share.high
    assert column(x, y, missing=0.05, tolerance=0.05).verdict == "same"


def test_new_values_are_counted_beyond_chance():
    v = [f"v{i}" for i in range(10)]
    now = np.r_[np.repeat(v, 192), [f"new{i}" for i in range(80)]]
    found = column(np.repeat(v, 200), now)
    assert (found.verdict, found.reason) == ("drifted", "80 new values hold 4 % of current rows")
    assert found.kl.interval.high == np.inf
    assert "The truth may be infinite" in str(found.kl.notes[-1])
    rng = np.random.default_rng(4)
    names = np.array([f"n{i}" for i in range(2_000)])
    a, b = rng.integers(0, 2_000, 1_500), rng.integers(0, 2_000, 1_500)
    (share,) = (s for s in column(names[a], names[b]).shares if s.name == "new")
    assert share.p_value > 0.01  # a quarter of the rows are in values that the other side misses
    assert share.reference == pytest.approx(share.current, abs=0.03)


def test_rounding_is_not_new_values():
    k = np.tile(np.arange(1, 31), 100)
    exact, rounded = k / 10, (k / 10).astype(np.float32).astype(float)
    assert column(exact, rounded).verdict == "same"
    assert column(exact, 0.1 * k).verdict == "same"
    many = np.tile(np.arange(1, 1_001), 10)  # more than are kept each
    for other in (0.1 * many, (many / 10).astype(np.float32).astype(float)):
        assert column(many / 10, other).verdict == "same"


def test_a_partition_key_is_left_out_unless_named():
    rng = np.random.default_rng(5)
    sides = [pd.DataFrame({"month": np.full(500, m), "x": rng.normal(size=500)}) for m in (1, 7)]
    found = tables.compare(*sides)["month"]
    assert isinstance(found, Skipped)
    assert "only cuts the data: 1, then 7" in found.reason
    assert tables.compare(*sides, columns=["month", "x"])["month"].verdict == "drifted"
    other = [side.rename(columns={"month": "price"}) for side in sides]
    assert tables.compare(*other)["price"].verdict == "drifted"


def test_rows_as_they_lie_in_a_file_may_be_alike():
    """Runs of 25 equal rows: rows taken one by one would alarm; shuffled ones need no note."""
    rng = np.random.default_rng(6)
    sides = [np.repeat(rng.normal(size=160), 25) for _ in range(2)]
    found = column(*sides)
    assert found.verdict != "drifted"
    assert any(note.code == "autocorrelated" for note in found.notes)
    shuffled = column(*(rng.permutation(side) for side in sides))
    assert not any(note.code == "autocorrelated" for note in shuffled.notes)


@pytest.mark.slow
def test_what_is_pooled_is_never_called_the_same():
    """More values than are compared by name, all replaced: what is pooled may hide a bit a row."""
    rng = np.random.default_rng(7)
    sides = ([f"{w}{i}" for i in rng.integers(0, 15_000, 40_000)] for w in "uw")
    found = column(*sides)
    assert found.verdict != "same"
    assert found.jensen_shannon.interval.high == pytest.approx(1, abs=0.05)


def test_ends_are_looked_up_once_for_all_outcomes(monkeypatch):
    found = tables.profile({"x": list(range(100)) * 3})["x"]
    asked = []
    known = extent.ends_of
    monkeypatch.setattr(extent, "ends_of", lambda column: asked.append(column) or known(column))
    assert extent.places_outside([-1, 0, 99, 100, "text", True, 99.5], found) == [0, 3, 6]
    assert len(asked) == 1


@pytest.mark.parametrize("scale", [10, 100, 1_000])
@pytest.mark.parametrize("kind", ["float64", "decimal"])
def test_a_comb_of_decimals_is_seen_in_their_last_digit(scale, kind):
    """Even against odd cents: no value is on both sides, and JS is one bit."""
    rng = np.random.default_rng(scale)
    even, odd, again = ((rng.integers(0, 3_000, 4_000) * 2 + step) / scale for step in (0, 1, 0))
    if kind == "decimal":
        even, odd, again = (
            [Decimal(f"{value:.3f}") for value in side] for side in (even, odd, again)
        )
    found = column(even, odd, joint=False)
    assert (found.verdict, found.jensen_shannon.interval.high > 0.999) == ("drifted", True)
    assert f"multiples of {2 / scale:g}" in found.reason
    same = column(even, again, joint=False)
    assert (same.verdict, same.p_value > 0.01) == ("same", True)


@pytest.mark.parametrize(("digits", "kept"), [(2, 0), (2, 1), (3, 1), (4, 2)])
def test_numbers_rounded_to_fewer_digits_are_seen(digits, kept):
    """Of u whole steps each tenth or hundredth is left: JS of the flat law and of those."""
    rng, step = np.random.default_rng(2), 10 ** (digits - kept)
    x, y = (rng.integers(0, 40, 6_000) * step + rng.integers(0, step, 6_000) for _ in range(2))
    found = column(x / 10**digits, (y // step * step) / 10**digits, joint=False)
    middle = (1 + 1 / step) / 2
    left = -np.log2(middle) - np.log2(step * middle) / step - np.log2(0.5) * (1 - 1 / step)
    truth = left / 2  # a share 1/step of Q in values of both sides, and the rest in its own
    assert found.verdict == "drifted"
    assert found.jensen_shannon.interval.low - 1e-9 <= truth <= found.jensen_shannon.interval.high
    assert f"100 % of current values are multiples of {10.0**-kept:g}," in found.reason


@pytest.mark.parametrize("stored", [np.float32, np.float64])
@pytest.mark.parametrize("spread", [1e3, 1e4])
def test_single_precision_coarse_beside_bins_is_said_and_is_no_drift(stored, spread):
    """Near 1e9 it steps by 64, which moves up to a third of the rows of a bin to the next one."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(1e9, spread, 5_000), rng.normal(1e9, spread, 5_000)
    found = column(x, y.astype(np.float32).astype(stored), joint=False)
    assert (found.verdict, found.p_value > 0.05, found.new) == ("same", True, ())
    assert any("rounded to single precision" in note.text for note in found.notes)
    moved = column(x, (y + 0.5 * spread).astype(np.float32).astype(stored), joint=False)
    assert (moved.verdict, moved.p_value < 1e-6) == ("drifted", True)


def test_decimals_of_single_precision_are_no_other_decimals():
    x = np.random.default_rng(2).integers(0, 400_000, 5_000) / 100
    found = column(x, x.astype(np.float32), joint=False)
    assert (found.verdict, found.p_value > 0.5) == ("same", True)


def test_a_draw_of_decimals_is_that_of_both_parts_together_and_is_saved(tmp_path):
    x = np.random.default_rng(3).integers(0, 40_000, 6_000) / 100
    parts = [tables.profile({"c": part}) for part in (x[:2_000], x[2_000:])]
    whole, merged = tables.profile({"c": x})["c"].drawn, parts[0].merge(parts[1])
    assert (whole.scale, merged["c"].drawn) == (100, whole)
    merged.save(tmp_path / "p.json")
    assert tables.Profile.load(tmp_path / "p.json")["c"].drawn == whole


@pytest.mark.parametrize("few", [4, 8])
def test_few_reference_rows_are_no_surer_for_their_own_ends(few):
    """What lies beyond the least and the greatest of four values is four tenths on average.

    60 columns without drift: p <= .01 in .01 of them but for chance (8 % before).
    """
    rng = np.random.default_rng(5)
    sides = ({f"c{i}": rng.normal(size=rows) for i in range(60)} for rows in (few, 1_000))
    p = np.array([found.p_value for found in tables.compare(*sides, joint=False)])
    assert (p <= 0.01).sum() <= 3  # of a binomial of 60 and .01: more in 3 of 1 000 runs
    assert (p <= 0.001).sum() <= 1


@pytest.mark.parametrize(
    ("rows", "shift", "spread"), [(60, 1.5, 50), (200, 1.0, 300), (60, 3.0, 50)]
)
def test_whole_numbers_that_mostly_come_once_have_the_divergence_of_their_law(rows, shift, spread):
    """Of two normals of one spread, rounded: shift²/2 nats both ways.

    By value alone, of which few are shared, the mean of KL was .22, .06 and .42 bits, and 22, 13
    and 3 of 30 intervals held the truth.
    """
    rng = np.random.default_rng(8)
    truth = shift**2 / 2 / np.log(2)
    pairs = [
        (rng.normal(shift * side, spread, rows).round().astype(int) for side in (0, spread))
        for _ in range(20)
    ]
    found = [column(*pair, joint=False) for pair in pairs]
    for estimates in ([f.kl for f in found], [f.reverse_kl for f in found]):
        held = sum(e.interval.low <= truth <= e.interval.high for e in estimates)
        assert held >= 16  # of a binomial of 20 and .95: fewer in 3 of 1 000 runs
        assert np.mean([e.value for e in estimates]) > 0.35 * truth
        assert all(e.interval.low <= e.value <= e.interval.high for e in estimates)
