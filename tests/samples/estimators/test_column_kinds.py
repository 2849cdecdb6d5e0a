"""Columns know what they are: steps, 0 and 1, counts, atoms and categories beside numbers."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kullback import counts, samples
from kullback.errors import MethodError, SupportError
from kullback.samples.estimators.columns import half_steps, kinds
from kullback.samples.points.pair import SamplePair, ordered


def wider(s):
    """KL(N(0, 1)‖N(0, s))."""
    return math.log(s) + 1 / (2 * s * s) - 0.5


def coin(p, q):
    return p * math.log(p / q) + (1 - p) * math.log((1 - p) / (1 - q))


def rounded(rng, n, s):
    return np.c_[rng.normal(0, s, n).round(1), rng.normal(0, s, n)]


def flagged(rng, n, p, s):
    return np.c_[rng.random(n) < p, rng.normal(0, s, n)].astype(float)


def counted(rng, n, rate, shift):
    return np.c_[rng.poisson(rate, n), rng.normal(shift, 1, n)].astype(float)


def inflated(rng, n, p, shift):
    return np.c_[np.where(rng.random(n) < p, 0.0, rng.normal(shift, 1, n)), rng.normal(0, 1, n)]


CASES = {
    "rounded": (rounded, (1.0,), (1.5,), 2 * wider(1.5)),
    "0 and 1": (flagged, (0.5, 1.0), (0.7, 1.5), coin(0.5, 0.7) + wider(1.5)),
    "counts": (counted, (5, 0.0), (6, 0.5), 5 * math.log(5 / 6) + 1 + 0.125),
    "a spike at 0": (inflated, (0.4, 0.5), (0.2, 0.0), coin(0.4, 0.2) + 0.6 * 0.125),
}


@pytest.mark.parametrize("name", CASES)
def test_columns_of_several_kinds(name):
    draw, of_p, of_q, truth = CASES[name]
    rng = np.random.default_rng(3)
    found = samples.kl(draw(rng, 1500, *of_p), draw(rng, 1500, *of_q))
    assert found.value == pytest.approx(truth, abs=0.12)
    assert truth in found.interval


def test_what_the_columns_are():
    rng = np.random.default_rng(0)
    n = 1000
    table = np.c_[rng.normal(0, 1, n).round(1), rng.integers(0, 2, n), rng.normal(size=n)]
    pair = SamplePair(ordered(table[:500]), ordered(table[500:]))
    found = kinds(pair)
    assert found.stepped == (0,)
    assert [bool(atom.any()) for atom in found.counted] == [False, True, False]
    assert "column 0 (" in found.notes()[1].text
    plain = rng.normal(size=(1000, 3))
    assert kinds(SamplePair(ordered(plain[:500]), ordered(plain[500:]))) is None
    # A sample drawn with replacement repeats whole rows, which no column explains.
    again = plain[rng.integers(0, 1000, 1000)]
    assert kinds(SamplePair(ordered(again[:500]), ordered(again[500:]))) is None


def test_steps_do_not_overlap_so_that_values_can_be_read_off_again():
    rng = np.random.default_rng(1)
    values = np.unique(rng.poisson(4, 300).astype(float) ** 2)
    half = half_steps(values)
    assert (values[:-1] + half[:-1] <= values[1:] - half[1:] + 1e-12).all()
    assert (half > 0).all()


def test_only_categories_are_counts():
    rng = np.random.default_rng(0)
    x, y = (rng.choice(list("abcd"), 300, p=p) for p in ([0.4, 0.3, 0.2, 0.1], [0.25] * 4))
    tables = [dict(zip(*np.unique(side, return_counts=True), strict=True)) for side in (x, y)]
    assert samples.kl(x, y).value == pytest.approx(counts.kl(*tables).value, rel=1e-12)
    js = samples.jensen_shannon(pd.Series(x, dtype="category"), y.tolist())
    assert js.value == pytest.approx(counts.jensen_shannon(*tables).value, rel=1e-12)
    entropy = samples.entropy(pd.DataFrame({"kind": x}))
    assert entropy.value == pytest.approx(counts.entropy(tables[0]).value, rel=1e-12)
    assert entropy.quantity == "H(P)"


def test_numbers_of_few_values_alone_are_counts_too():
    rng = np.random.default_rng(4)
    x, y = ((rng.random((400, 2)) < p).astype(float) for p in ([0.5, 0.3], [0.7, 0.3]))
    tables = [
        dict(zip(*np.unique(side @ [2, 1], return_counts=True), strict=True)) for side in (x, y)
    ]
    assert samples.kl(x, y).value == pytest.approx(counts.kl(*tables).value, rel=1e-12)


def test_jensen_shannon_of_categories_and_numbers():
    """Against quadrature over three categories, with unequal sizes."""
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.5, 0.3])
    z = np.linspace(-9, 10, 20001)
    one = p[:, None] * stats.norm.pdf(z)
    other = q[:, None] * stats.norm.pdf(z, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(a > 0, a * np.log(2 * a / (one + other)), 0) for a in (one, other)]
    truth = float(np.trapezoid(sum(parts).sum(0), z)) / 2
    held = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x = {"k": rng.choice(list("abc"), 300, p=p), "v": rng.normal(size=300)}
        y = {"k": rng.choice(list("abc"), 500, p=q), "v": rng.normal(1, 1, 500)}
        found = samples.jensen_shannon(x, y)
        swapped = samples.jensen_shannon(y, x)
        assert found.value == pytest.approx(swapped.value, abs=1e-12)
        held += truth in found.interval
    assert held >= stats.binom.ppf(0.001, 20, 0.90)


def test_entropy_of_categories_and_numbers():
    rng = np.random.default_rng(0)
    kinds_of = rng.choice(list("ab"), 1500, p=[0.25, 0.75])
    found = samples.entropy({"k": kinds_of, "v": rng.normal(0, np.where(kinds_of == "a", 1, 3))})
    truth = 0.25 * math.log(4) - 0.75 * math.log(0.75) + 0.5 * math.log(2 * math.pi * math.e)
    truth += 0.75 * math.log(3)
    assert truth in found.interval
    assert found.value == pytest.approx(truth, abs=0.1)


@pytest.mark.parametrize("measure", [samples.entropy, lambda x: samples.kl_to_known(x, stats.norm)])
def test_a_column_without_density_has_no_density_entropy(measure):
    rng = np.random.default_rng(0)
    with pytest.raises(MethodError, match="column 0 of x has 2 distinct values in 400 rows"):
        measure(flagged(rng, 400, 0.5, 1.0))


def test_categories_never_seen_widen_the_interval_as_in_counts():
    rng = np.random.default_rng(1)
    shares = 1 / np.arange(1, 41)
    x = rng.choice(40, 200, p=shares / shares.sum())
    y = rng.choice(40, 200, p=shares / shares.sum())
    of = [{"k": [f"k{i}" for i in side], "v": rng.normal(size=200)} for side in (x, y)]
    found = samples.kl(*of)
    between = counts.kl(*(np.bincount(side, minlength=40) for side in (x, y)))
    assert found.unseen == pytest.approx(between.unseen)
    assert found.interval.high - found.value > between.interval.high - between.value > 0


def test_categories_on_one_side_only():
    with pytest.raises(SupportError, match="x has 1 columns of categories and y has 0"):
        samples.kl(["a", "b"] * 10, np.arange(20.0))
