"""Numbers and categories together: the chain rule, by label."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest

from kullback import counts, samples
from kullback.errors import InputError, SupportError


def frame(random, n, shares, shift):
    """One category and one normal column whose mean depends on the category."""
    labels = random.choice(list(shares), n, p=list(shares.values()))
    values = random.normal(size=n) + np.array([shift.get(label, 0) for label in labels])
    return pd.DataFrame({"kind": labels, "value": values})


P = {"a": 0.5, "b": 0.3, "c": 0.2}
Q = {"a": 0.2, "b": 0.5, "c": 0.3}


def test_truth_of_the_chain_rule():
    random = np.random.default_rng(0)
    x, y = frame(random, 4000, P, {"a": 1}), frame(random, 4000, Q, {})
    truth = sum(p * math.log(p / Q[label]) for label, p in P.items()) + P["a"] * 0.5
    found = samples.kl(x, y)
    assert found.method == "chain rule"
    assert found.value == pytest.approx(truth, abs=4 * found.standard_error)
    assert found.standard_error < 0.05
    assert found.contributions.sum() == pytest.approx(found.value, rel=1e-12)
    assert "between the categories of kind" in found.notes[0].text


def test_columns_without_news_add_nothing():
    random = np.random.default_rng(1)
    x, y = frame(random, 3000, P, {}), frame(random, 3000, P, {})
    assert samples.kl(x, y).value == pytest.approx(0, abs=0.1)


def test_strata_are_matched_by_label_not_by_position():
    """discrete.md section 7, item 10: kldest relabels by position; b would meet c."""
    random = np.random.default_rng(2)
    x = frame(random, 2000, {"a": 0.5, "b": 0.5}, {"b": 5})
    y = frame(random, 2000, {"b": 0.5, "c": 0.5}, {"b": 5})
    found = samples.kl(x, y)
    categories = counts.kl(
        x["kind"].value_counts().to_dict(), y["kind"].value_counts().to_dict()
    ).value
    assert found.value == pytest.approx(categories, abs=0.15)
    codes = {note.code for note in found.notes}
    assert {"strata-left-out", "unseen"} <= codes
    assert found.unseen == pytest.approx(0.5, abs=0.05)


def test_order_of_rows_and_columns_does_not_matter():
    random = np.random.default_rng(3)
    x, y = frame(random, 300, P, {"a": 1}), frame(random, 400, Q, {})
    shuffled = x.sample(frac=1, random_state=1)[["value", "kind"]]
    assert samples.kl(shuffled, y).value == pytest.approx(samples.kl(x, y).value, abs=1e-12)


def test_several_categories_booleans_and_polars():
    random = np.random.default_rng(4)
    x, y = frame(random, 800, P, {}), frame(random, 800, Q, {})
    for table in (x, y):
        table["flag"] = random.random(800) < 0.5
    pandas = samples.kl(x, y)
    assert pandas.outcomes == 6
    assert samples.kl(pl.from_pandas(x), pl.from_pandas(y)).value == pytest.approx(pandas.value)
    as_category = samples.kl(x.astype({"kind": "category"}), y)
    assert as_category.value == pytest.approx(pandas.value)


def test_small_strata_are_left_out_and_named():
    random = np.random.default_rng(5)
    x, y = frame(random, 500, P, {}), frame(random, 500, P, {})
    x.loc[0, "kind"] = y.loc[0, "kind"] = "rare"
    found = samples.kl(x, y)
    (note,) = [note for note in found.notes if note.code == "strata-left-out"]
    assert "In rare, 0.2 % of x" in note.text


def test_what_cannot_be_done():
    random = np.random.default_rng(6)
    x = frame(random, 100, P, {})
    with pytest.raises(SupportError, match="categorical columns differ"):
        samples.kl(x, x.rename(columns={"kind": "sort"}))
    alone = x.assign(kind=[str(i) for i in range(100)])
    with pytest.raises(InputError, match="in none of the 100 combinations"):
        samples.kl(alone, alone)
    with pytest.raises(InputError, match="no method applies"):
        samples.estimates(alone, alone)
    found = samples.estimates(x, frame(random, 100, Q, {}))
    assert len(found) >= 4
