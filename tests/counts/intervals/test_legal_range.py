"""Every estimate lies in the range of its quantity and in its own interval, at the edges too."""

import math
from dataclasses import replace

import numpy as np
import pytest

from kullback import counts
from kullback.counts.estimators.entropy import METHODS
from kullback.counts.intervals.legal import beside, least_kl
from kullback.errors import MethodError
from kullback.results import Interval

SMOOTHINGS = ("jeffreys", "laplace", "perks", 0.01, 5.0, ("laplace", "jeffreys"))
KL_WAYS = [
    {"method": "zhang"},
    {"method": "augmented"},
    *({"method": m, "smoothing": s} for m in ("dirichlet", "posterior") for s in SMOOTHINGS),
    *(
        {"method": m, "smoothing": s}
        for m in ("plug-in", "first-order")
        for s in ("infinite", "one-count")
    ),
    *(
        {"method": m, "interval": counts.Resampling(w, 30)}
        for m in ("zhang", "dirichlet", "plug-in")
        for w in ("bootstrap", "subsampling", "posterior")
    ),
]


def pairs(number):
    """Sparse and dense, of equal and of unequal size, with outcomes that one side alone shows."""
    rng = np.random.default_rng(11)
    for _ in range(number):
        k = int(rng.choice([1, 2, 3, 12, 60]))
        n, m = rng.choice([1, 2, 5, 20, 100, 2000], 2)
        p, other = rng.dirichlet([rng.choice([0.05, 0.5, 5])] * k, 2)
        q = p if rng.random() < 0.4 else other
        new = int(rng.choice([1, 9])) * int(rng.random() < 0.3)
        x, y = rng.multinomial(n, p), rng.multinomial(m, q)
        yield np.append(x, [new] * 4), np.append(y, [0] * 4)


def legal(estimate, highest=math.inf):
    assert estimate.value >= 0
    assert estimate.value <= highest
    assert math.copysign(1, estimate.value) == 1
    if estimate.interval is None:
        assert math.isinf(estimate.value)
        return
    low, high = estimate.interval
    assert 0 <= low <= estimate.value <= high, estimate
    assert low < high or highest == 0, estimate
    assert estimate.standard_error > 0 or highest == 0, estimate


@pytest.mark.parametrize("way", KL_WAYS, ids=str)
def test_kl_and_its_reverse(way):
    for x, y in pairs(25):
        for one, other in ((x, y), (y, x)):
            try:
                estimate = counts.kl(one, other, **way)
            except MethodError:  # a resampling that does not hold here says so
                assert "interval" in way
                continue
            legal(estimate)


def test_divergences_cross_entropy_and_a_known_q():
    rng = np.random.default_rng(3)
    for x, y in pairs(60):
        legal(counts.jensen_shannon(x, y), math.log(2))
        legal(counts.psi(x, y))
        legal(counts.cross_entropy(x, y))
        legal(counts.cross_entropy(x, y, method="plug-in"))
        for method in ("zhang", "plug-in", "first-order", "dirichlet", "posterior"):
            legal(counts.kl_to_known(x, rng.dirichlet(np.ones(len(x))), method=method))


@pytest.mark.parametrize("method", METHODS)
def test_entropies_and_information(method):
    rng = np.random.default_rng(5)
    for x, _ in pairs(60):
        shape = rng.integers(1, 4, 2)
        table = rng.multinomial(rng.choice([2, 10, 100]), rng.dirichlet([0.5] * shape.prod()))
        table = table.reshape(shape)
        if x.sum() > 1 or method != "jackknife":
            alphabet = len(x) + 3
            legal(counts.entropy(x, method=method))
            legal(counts.entropy(x, method=method, alphabet=alphabet), math.log(alphabet))
        legal(counts.mutual_information(table, method=method))
        legal(counts.total_correlation(table, method=method))
        legal(counts.conditional_entropy(table, method=method))


def test_an_interval_that_reaches_to_its_estimate_says_so():
    before = {"a": 600, "b": 300, **{f"rare{i}": 1 for i in range(60)}}
    after = {"a": 560, "b": 290, **{f"rare{i}": 1 for i in range(40, 150)}}
    estimate = counts.kl(after, before, method="dirichlet", smoothing="laplace")
    assert estimate.interval.high == estimate.value
    assert estimate.interval.method.endswith("joined with the estimate")
    assert "joined" in {note.code for note in estimate.notes}
    plain = counts.kl([30, 70], [50, 50], method="dirichlet")
    assert plain.interval.high > plain.value
    assert "joined" not in {note.code for note in plain.notes}


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"jackknife"}))
def test_one_observation_says_nothing_of_entropy(method):
    estimate = counts.entropy([1], method=method, unit="bits")
    assert list(estimate.interval) == [0, math.inf]
    assert "±" not in str(estimate)
    assert "nothing-known" in {note.code for note in estimate.notes}
    bounded = counts.entropy([1, 0], method=method, alphabet=4, unit="bits")
    assert list(bounded.interval) == [0, pytest.approx(2)]


def test_one_outcome_leaves_what_its_sample_may_miss():
    for n in (10, 1000):
        estimate = counts.entropy([n])
        assert estimate.value == 0 > estimate.raw
        share = 1 - 0.025 ** (1 / n)  # missed by all n with probability 0.025
        by_hand = -share * math.log(share) - (1 - share) * math.log(1 - share)
        assert estimate.interval.high == pytest.approx(by_hand, rel=1e-9)
        assert "-" not in str(estimate).split("(95")[0].replace("P-", "")
    assert str(counts.entropy([10], alphabet=1)).startswith("H(P) = 0 ")
    information = counts.mutual_information([[60, 40]])
    assert information.interval.high > 0 == information.value


def test_nothing_bounds_what_never_came_twice():
    assert counts.entropy([1, 1]).interval.high == math.inf
    assert counts.mutual_information([[1, 0], [0, 1]]).interval.high == math.inf


@pytest.mark.parametrize("x", [[7, 2, 1], [5, 5, 5]])
def test_a_note_on_a_negative_names_the_quantity(x):
    notes = [
        note.text
        for estimate in (counts.kl(x, x), counts.compare(x, x).reverse_kl)
        for note in estimate.notes
        if note.code == "negative"
    ]
    assert [text.split(" comes")[0] for text in notes] == ["KL(P‖Q)", "KL(Q‖P)"]


def test_draws_that_do_not_differ_give_no_interval():
    for way in ("bootstrap", "subsampling"):
        with pytest.raises(MethodError, match="finds no error"):
            counts.kl([50, 0], [0, 20], interval=way)


def test_an_infinite_value_is_not_too_high():
    """q is 0 where x has counts: ∞ is the answer, not one above the most that can be."""
    found = counts.kl_to_known([3, 7], [1.0, 0.0])
    assert math.isinf(found.value)
    assert found.raw is None
    assert [note.code for note in found.notes if note.code == "highest"] == []


def test_no_kl_is_less_than_what_its_js_allows():
    """Of random laws, from equal to nearly disjoint, by the definitions."""
    rng = np.random.default_rng(3)
    for _ in range(2_000):
        p, q = rng.dirichlet(np.full(rng.integers(2, 9), 10 ** rng.uniform(-2.5, 1)), 2) + 1e-30
        m = (p + q) / 2
        js = (np.sum(p * np.log(p / m)) + np.sum(q * np.log(q / m))) / 2
        kl = np.sum(p * np.log(p / q) - p + q)
        assert js < 1e-14 or kl >= least_kl(min(js, np.log(2)) * (1 - 1e-12)) * (1 - 1e-9)
    assert least_kl(np.log(2)) == np.inf


@pytest.mark.parametrize("unit", ["nats", "bits"])
def test_a_kl_beside_its_js_lies_in_its_interval(unit):
    known = counts.kl([30, 40, 30], [20, 30, 50])
    by_shared = replace(known, value=0.4, interval=Interval(0.0, 0.5, 0.95, "delta")).to(unit)
    js = counts.jensen_shannon([30, 40, 30], [20, 30, 50])
    js = replace(js, value=0.65, interval=Interval(0.4, np.log(2), 0.95, "delta")).to(unit)
    found = beside(by_shared, js).to("nats")
    assert found.value == pytest.approx(-np.log1p(-((0.65 / np.log(2)) ** 2)))
    assert tuple(found.interval) == pytest.approx((-np.log1p(-((0.4 / np.log(2)) ** 2)), np.inf))
    assert found.notes[-1].code == "least-of-js"
    little = replace(js, value=js.value / 50, interval=replace(js.interval, low=0.0))
    assert beside(by_shared, little) is by_shared
