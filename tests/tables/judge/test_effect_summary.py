"""Mean, median, middle 90 %, distinct and missing of both sides, against NumPy."""

import numpy as np
import pandas as pd
import pytest

from kullback import tables

MIDDLE = (0.05, 0.95)


def frame(seed, shift):
    rng = np.random.default_rng(seed)
    n = 4_000
    amount = rng.lognormal(3 + shift, 1, n)
    amount[rng.random(n) < 0.1] = np.nan
    return pd.DataFrame(
        {
            "items": rng.poisson(30 + 5 * shift, n),
            "amount": amount,
            "town": rng.choice(["Ulm", "Aalen", "Bonn"], n),
            "when": pd.Timestamp("2026-03-01") + pd.to_timedelta(rng.integers(0, 9**6, n), "s"),
        }
    )


@pytest.fixture(scope="module")
def sides():
    return frame(1, 0.0), frame(2, 0.4)


@pytest.fixture(scope="module")
def comparison(sides):
    return tables.compare(*sides)


def found(comparison, column):
    return {fact.name: fact for fact in comparison[column].summary}


def test_whole_numbers_are_exact(comparison, sides):
    facts = found(comparison, "items")
    for name, oracle in (("mean", np.mean), ("distinct", lambda x: len(np.unique(x)))):
        expected = [oracle(side["items"]) for side in sides]
        assert (facts[name].reference, facts[name].current) == pytest.approx(expected, rel=1e-12)
    assert "missing" not in facts


def test_numbers_in_bins(comparison, sides):
    facts = found(comparison, "amount")
    medians = [side["amount"].median() for side in sides]
    assert (facts["median"].reference, facts["median"].current) == pytest.approx(medians, rel=0.05)
    widths = [side["amount"].quantile(0.95) - side["amount"].quantile(0.05) for side in sides]
    middle = facts["5 to 95 %"]
    assert (middle.reference, middle.current) == pytest.approx(widths, rel=0.15)
    missing = [side["amount"].isna().mean() for side in sides]
    assert (facts["missing"].reference, facts["missing"].current) == pytest.approx(missing)


def test_categories_and_times(comparison):
    assert found(comparison, "town")["distinct"].said == "3 → 3"
    assert found(comparison, "when")["median"].said.startswith("2026-03-0")


def test_profiles_know_the_mean_of_numbers_to_a_part_in_250(sides):
    """Their cells are .4 to .8 % of their value wide."""
    profiles = [tables.profile(side) for side in sides]
    facts = found(tables.compare(*profiles), "amount")
    means = [side["amount"].mean() for side in sides]
    assert (facts["mean"].reference, facts["mean"].current) == pytest.approx(means, rel=0.004)


def test_the_summary_is_in_the_json_and_on_the_card(comparison):
    told = {fact["name"]: fact for fact in comparison.to_dict()["columns"][0]["summary"]}
    assert set(told) <= {"mean", "median", "5 to 95 %", "distinct", "missing"}
    assert "<dt>median<dd>" in comparison.to_html()


SHAPES = {
    "normal": lambda rng, n: rng.normal(-3, 2, n),
    "heavy": lambda rng, n: np.exp(rng.normal(0, 3, n)),
    "tied": lambda rng, n: rng.choice([0.5, 1.5, 99.0], n),
    "far": lambda rng, n: 1e9 + rng.normal(size=n),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("moved", [0.0, 0.7])
def test_the_mean_of_a_side_in_the_other_s_bins_lies_where_it_is_said(shape, moved):
    rng = np.random.default_rng(len(shape))
    before, now = (SHAPES[shape](rng, 1_500) for _ in range(2))
    sides = [pd.DataFrame({"x": x}) for x in (before, now + moved * np.std(now))]
    fact = found(tables.compare(*sides), "x")["mean"]
    assert fact.reference == pytest.approx(sides[0]["x"].mean(), rel=0.005)
    truth = sides[1]["x"].mean()
    low, _, high = fact.said.partition(" → ")[2].partition(" to ")
    if high:
        assert fact.current == pytest.approx((float(low) + float(high)) / 2, rel=1e-3)
        assert float(low) - abs(truth) * 1e-3 <= truth <= float(high) + abs(truth) * 1e-3
    else:
        assert abs(fact.current - truth) <= 0.01 * abs(np.subtract(*np.quantile(before, MIDDLE)))
