"""Two stored profiles with different bins are compared in bins whose counts both know."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.tables.profiles.common_bins import shared

SHAPES = {
    "normal": lambda rng, n: rng.normal(3, 2, n),
    "shifted": lambda rng, n: rng.normal(4, 2, n),
    "spiked": lambda rng, n: np.where(rng.random(n) < 0.3, 29.699117647, rng.normal(30, 9, n)),
    "offset": lambda rng, n: rng.normal(1e9, 1, n),
    "counts": lambda rng, n: rng.poisson(40, n),
    "codes": lambda rng, n: rng.integers(0, 9, n) * 1.0,
}


def made(name, seed, n=6_000):
    return pd.DataFrame({"x": SHAPES[name](np.random.default_rng(seed), n)})


@cache
def profiled(name, seed):
    return tables.profile(made(name, seed))


def by_hand(values, edges):
    values = np.sort(values.to_numpy())
    sides = ["right" if edge.inclusive else "left" for edge in edges]
    marks = zip(edges, sides, strict=True)
    below = [0, *(np.searchsorted(values, e.value, side=s) for e, s in marks), len(values)]
    return tuple(np.diff(below).tolist())


@cache
def following(name):
    return tables.profile(made(name, 1), like=profiled(name, 2))


@pytest.mark.parametrize("current", SHAPES)
@pytest.mark.parametrize("reference", SHAPES)
@pytest.mark.parametrize("kept", ["cells", "bins of one", "private"])
def test_counts_are_exact(reference, current, kept):
    rows = made(reference, 0), made(current, 1)
    q, p = profiled(reference, 0), profiled(current, 1)
    if kept == "bins of one":
        p = following(current)
    if kept == "private":
        q, p = q.private(10), p.private(10)
    found = shared(q["x"], p["x"])
    if found is None:
        assert kept != "cells"
        return
    for body, frame in zip(found, rows, strict=True):
        assert body.edges == found[0].edges
        assert body.counts == by_hand(frame["x"], body.edges)


def test_verdicts_of_stored_pairs():
    for current, verdict in (("normal", "same"), ("shifted", "drifted")):
        result = tables.compare(tables.profile(made("normal", 0)), tables.profile(made(current, 1)))
        assert result["x"].verdict == verdict
        assert len(result["x"].outcomes) >= 15
        unseen = ["order-unseen"] * (verdict == "drifted")  # profiles do not know of neighbours
        assert [note.code for note in result.notes] == ["shared-bins", *unseen]
    spiked = [tables.profile(made("spiked", seed)) for seed in (0, 1)]
    labels = [str(label) for label in tables.compare(*spiked)["x"].outcomes.labels]
    assert any(label.startswith("29.7") for label in labels)
