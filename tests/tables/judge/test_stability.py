"""The population stability index of a column, on request."""

import numpy as np
import pandas as pd
import pytest

from kullback import counts, tables


def test_the_index_is_that_of_the_counts():
    rng = np.random.default_rng(0)
    before, now = rng.choice(list("abc"), 900, p=[0.5, 0.3, 0.2]), rng.choice(list("abc"), 700)
    found = tables.compare({"c": before}, {"c": now}, psi=True)
    known = counts.psi(
        *({name: int((side == name).sum()) for name in "abc"} for side in (now, before))
    )
    assert found["c"].psi.value == pytest.approx(known.value)
    assert tuple(found["c"].psi.interval)[:2] == pytest.approx(tuple(known.interval)[:2])
    assert found["c"].psi.p_value == pytest.approx(known.p_value)
    assert found["c"].psi.null_bias == pytest.approx(2 * (1 / 900 + 1 / 700))
    assert "PSI (nats)" in str(found)
    assert "psi" in found.to_dict()["columns"][0]


def test_numbers_have_bins_of_a_twentieth_and_open_ends():
    rng = np.random.default_rng(1)
    before, now = rng.normal(size=4_000), rng.normal(0.5, 1, 4_000)
    found = tables.compare(pd.DataFrame({"x": before}), pd.DataFrame({"x": now}), psi=True)["x"]
    edges = np.quantile(before, np.arange(1, 20) / 20)
    p, q = (np.bincount(np.searchsorted(edges, s), minlength=20) / 4_000 for s in (now, before))
    plain = float(((p - q) * np.log(p / q)).sum())
    assert found.psi.value == pytest.approx(plain - found.psi.null_bias, abs=0.02)
    assert found.psi.value in found.psi.interval


def test_it_is_left_out_unless_asked_for():
    found = tables.compare({"c": ["a", "b"] * 50}, {"c": ["a", "b"] * 50})
    assert found["c"].psi is None
    assert "psi" not in found.to_dict()["columns"][0]
    assert "PSI" not in str(found)
