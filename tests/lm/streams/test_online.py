"""Two streams, beside the same rows compared as a whole."""

import sys

import model_pairs
import numpy as np
import pytest

from kullback import lm
from kullback.errors import InputError
from kullback.lm.streams.histogram import LogHistogram
from kullback.lm.streams.online import OnlineComparator

BASE, MODEL = (x.reshape(12, 8, 200) for x in model_pairs.pair(3, rows=96, vocabulary=200))


def test_means_and_errors_are_those_of_the_whole():
    found = lm.compare_streams(zip(BASE, MODEL, strict=True))
    whole = lm.compare(BASE, MODEL)
    assert (found.tokens, found.clusters) == (96, 12)
    for name, mine in found.estimates.items():
        theirs = whole.estimates[name]
        assert mine.value == pytest.approx(theirs.value, rel=1e-12)
        assert mine.standard_error == pytest.approx(theirs.standard_error, rel=1e-9)
        assert mine.independent_error == pytest.approx(theirs.independent_error, rel=1e-9)
        assert mine.interval.high == pytest.approx(theirs.interval.high, rel=1e-9)
    kl = np.sort(whole.per_token["kl"])
    for percent, value in found.percentiles.items():
        near = kl[int(percent / 100 * 95)]
        assert value == pytest.approx(near, rel=0.0101)


def test_parts_of_a_cluster_and_parts_of_a_run_add_up():
    whole = lm.compare_streams(zip(BASE, MODEL, strict=True))
    parts = [OnlineComparator(), OnlineComparator()]
    for i, (base, model) in enumerate(zip(BASE, MODEL, strict=True)):
        for half in (slice(0, 3), slice(3, 8)):
            parts[i % 2].update(base[half], model[half], cluster=i)
    parts[0].merge(parts[1])
    found = parts[0].summary()
    assert found.percentiles == whole.percentiles
    for name, mine in found.estimates.items():
        assert mine.value == pytest.approx(whole.estimates[name].value, rel=1e-12)
        assert mine.standard_error == pytest.approx(whole.estimates[name].standard_error, rel=1e-9)


def test_memory_does_not_grow():
    """Bins are bounded by the range of sizes: twelve decades take 1 400 of them at 1 %."""
    sizes = LogHistogram(0.01)
    rng = np.random.default_rng(0)
    for _ in range(50):
        sizes.add(10.0 ** rng.uniform(-10, 2, 5_000))
    assert len(sizes.counts) < 1_400
    before = sys.getsizeof(sizes.counts)
    sizes.add(10.0 ** rng.uniform(-10, 2, 100_000))
    assert sys.getsizeof(sizes.counts) == before


def test_percentiles_hold_their_promise():
    rng = np.random.default_rng(1)
    values = np.concatenate([[0.0, 0.0, np.inf], rng.lognormal(-8, 3, 20_000)])
    sizes = LogHistogram(0.02)
    for part in np.array_split(values, 7):
        sizes.add(part)
    ordered = np.sort(values)
    for percent in (0.0, 0.1, 3.0, 50.0, 97.0, 99.9):
        exact = ordered[int(percent / 100 * (len(values) - 1))]
        assert abs(sizes.percentile(percent) - exact) <= 0.0201 * exact
    assert sizes.percentile(100.0) == np.inf


def test_watching_and_nothing():
    seen = []
    lm.compare_streams(
        zip(BASE, MODEL, strict=True), watch=lambda c: seen.append(c.summary().tokens)
    )
    assert seen == [8 * i for i in range(1, 13)]
    with pytest.raises(InputError, match="no token"):
        lm.compare_streams([])
    with pytest.raises(InputError):
        OnlineComparator(accuracy=0)
    infinite = lm.compare_streams([([[0.0, 0.0]], [[0.0, -np.inf]])])
    assert infinite.kl.value == np.inf
    assert infinite.kl.interval is None


def test_tensors_that_want_a_gradient_are_read():
    torch = pytest.importorskip("torch")
    base = np.random.default_rng(0).normal(size=(6, 9))
    found = []
    for like in (np.asarray, lambda a: torch.tensor(a, requires_grad=True)):
        comparator = OnlineComparator()
        comparator.update(like(base), like(base * 1.1))
        found.append(comparator.summary().kl.value)
    assert found[0] == found[1]
