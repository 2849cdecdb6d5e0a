"""Information between columns of samples: brute force, peers, closed forms and coverage."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats
from scipy.special import digamma

from kullback import counts, samples
from kullback.errors import InputError, MethodError, ShapeError


def _three(n=400):
    rng = np.random.default_rng(0)
    x = rng.normal(size=n)
    y = 0.7 * x + rng.normal(size=n)
    return x, y, y + rng.normal(size=n)


def _inside(columns, radius):
    """Rows nearer than the radius in all columns, by all pairs, itself among them."""
    far = np.maximum.reduce([np.abs(c[:, None] - c) for c in columns])
    return (far < radius[:, None]).sum(1)


def test_brute_force():
    """Kraskov et al., eq. 8, and Frenzel and Pompe by all pairs; infomeasure says the same."""
    n, k = 400, 4
    x, y, z = ((c - c.mean()) / c.std() for c in _three())
    pairs = np.maximum(np.abs(x[:, None] - x), np.abs(y[:, None] - y))
    radius = np.sort(pairs, axis=1)[:, k]
    terms = digamma(_inside([x], radius)) + digamma(_inside([y], radius))
    truth = digamma(k) + digamma(n) - terms.mean()
    assert truth == pytest.approx(0.20151885312442258, rel=1e-12)  # infomeasure 0.6.3
    assert samples.mutual_information(x, y, k=k).value == pytest.approx(truth, rel=1e-12)
    radius = np.sort(np.maximum(pairs, np.abs(z[:, None] - z)), axis=1)[:, k]
    terms = digamma(_inside([x, z], radius)) + digamma(_inside([y, z], radius))
    truth = digamma(k) + (digamma(_inside([z], radius)) - terms).mean()
    assert truth == pytest.approx(0.03450528479998417, rel=1e-12)  # infomeasure 0.6.3
    found = samples.mutual_information(x, y, given=z, k=k)
    assert found.value == pytest.approx(truth, rel=1e-12)
    assert found.quantity == "I(X; Y|Z)"
    series = samples.transfer_entropy(x, y, k=k)
    # infomeasure 0.6.3, which divides by the deviation of the whole series, not of the steps
    assert series.raw == pytest.approx(-0.026706084591920077, abs=2e-4)
    assert series.value == 0 == series.interval.low


def test_closed_forms_of_normal_columns():
    rng = np.random.default_rng(4)
    x = rng.normal(size=(1500, 3)) + rng.normal(size=(1500, 1))
    truth = -0.5 * math.log(0.5)
    for method in ("auto", "gaussian"):
        found = samples.total_correlation(x, method=method)
        assert found.value == pytest.approx(truth, abs=4 * found.standard_error)
        assert truth in found.interval
    left = samples.conditional_entropy(x[:, 0], x[:, 1])
    assert 0.5 * math.log(2 * math.pi * math.e * 1.5) in left.interval
    assert left.quantity == "h(X|Y)"
    # Nothing is left of x and y given what makes them alike.
    common = rng.normal(size=1500)
    alike = [common + rng.normal(size=1500) for _ in range(2)]
    assert 0 in samples.mutual_information(*alike, given=common).interval
    assert 0 not in samples.mutual_information(*alike).interval


def _two_normals():
    """I of a fair coin and N(2·coin, 1)."""

    def term(t):
        sides = [stats.norm.pdf(t, m) for m in (0, 2)]
        return sum(0.5 * p * math.log(2 * p / sum(sides)) for p in sides if p > 0)

    return integrate.quad(term, -9, 11)[0]


def test_a_coin_beside_numbers_whether_number_or_text():
    rng = np.random.default_rng(5)
    coin = rng.random(1200) < 0.5
    values = rng.normal(2.0 * coin, 1)
    truth = _two_normals()
    found = samples.mutual_information(coin.astype(float), values)
    assert found.value == pytest.approx(truth, abs=0.05)
    texts = samples.mutual_information(np.where(coin, "u", "v"), values)
    assert texts.value == pytest.approx(found.value, abs=1e-9)
    left = samples.conditional_entropy(pd.Series(np.where(coin, "u", "v")), values)
    assert left.quantity == "H(X|Y)"
    assert left.value == pytest.approx(math.log(2) - truth, abs=0.06)


def test_rounded_columns_say_what_they_said():
    rng = np.random.default_rng(6)
    x = rng.normal(size=1200)
    y = x + rng.normal(size=1200)
    plain = samples.mutual_information(x, y).value
    found = samples.mutual_information(x.round(1), y.round(1))
    assert found.value == pytest.approx(plain, abs=0.05)
    assert 0.5 * math.log(2) in found.interval


def test_categories_alone_are_counted():
    rng = np.random.default_rng(7)
    x = rng.choice(list("abc"), 300)
    y = np.where(rng.random(300) < 0.5, x, "a")
    table = dict(zip(*np.unique(np.char.add(x, y), return_counts=True), strict=True))
    table = {tuple(key): n for key, n in table.items()}
    found = samples.mutual_information(x, y)
    assert found.value == pytest.approx(counts.mutual_information(table).value, rel=1e-12)
    assert found.p_value < 1e-6
    both = samples.total_correlation(pd.DataFrame({"x": x, "y": y}))
    assert both.value == pytest.approx(found.value, rel=1e-12)
    left = samples.conditional_entropy(x, y)
    assert left.value == pytest.approx(counts.conditional_entropy(table).value, rel=1e-12)
    moved = samples.transfer_entropy(x, y)
    assert moved.value == pytest.approx(counts.transfer_entropy(x, y).value, rel=1e-12)


def test_a_lone_category_counts_as_nothing_and_is_told():
    rng = np.random.default_rng(8)
    labels = ["rare", *rng.choice(list("ab"), 299)]
    found = samples.mutual_information(labels, rng.normal(size=300))
    assert "1 rows are alone" in " ".join(note.text for note in found.notes)
    assert found.interval.low == 0


def test_information_that_neighbours_cannot_see_has_no_upper_end():
    x = np.random.default_rng(9).normal(size=300)
    found = samples.mutual_information(x, x + 1e-9 * np.arange(300))
    assert found.interval.high == math.inf
    assert "near-limit" in [note.code for note in found.notes]


def test_what_cannot_be_done():
    x = np.arange(50.0)
    with pytest.raises(ShapeError, match="x 50 and y 20"):
        samples.mutual_information(x, x[:20])
    with pytest.raises(InputError, match="4 rows are too few for 5 nearest"):
        samples.mutual_information(x[:4], x[:4])
    with pytest.raises(MethodError, match="'kde' is unknown; choose one of "):
        samples.mutual_information(x, x, method="kde")
    with pytest.raises(MethodError, match="numbers alone"):
        samples.mutual_information(["a", "b"] * 25, x, method="gaussian")
    with pytest.raises(MethodError, match="have no density"):
        samples.conditional_entropy(np.repeat([0.0, 1.0], 25), x)
    with pytest.raises(ShapeError, match="one column"):
        samples.total_correlation(x)
    with pytest.raises(ShapeError, match="too few with a past of 48"):
        samples.transfer_entropy(x, x, history=48)
    with pytest.raises(ShapeError, match="of one length"):
        samples.transfer_entropy(x, x[:20])


@pytest.mark.slow
@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_coverage(correlation):
    truth, runs, held = -0.5 * math.log(1 - correlation**2), 40, 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=500)
        y = correlation * x + math.sqrt(1 - correlation**2) * rng.normal(size=500)
        low, high = samples.mutual_information(x, y).interval
        held += low <= truth + 1e-12 <= high + 1e-12
    assert held >= stats.binom.ppf(0.001, runs, 0.90)
