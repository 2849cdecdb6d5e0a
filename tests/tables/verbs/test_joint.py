"""Two columns together: the chain rule, and dependence that no column shows alone."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from kullback import tables
from kullback.errors import InputError
from kullback.tables.judge import dependence


def linked(seed, rho, n=6_000, mean=0.0, names=("a", "b")):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=n)
    b = rho * a + np.sqrt(1 - rho**2) * rng.normal(size=n)
    return pd.DataFrame({names[0]: a + mean, names[1]: b})


def test_a_dependence_that_no_column_shows_alone():
    found = tables.joint(linked(0, 0.0), linked(1, 0.6), ("a", "b"), unit="nats")
    assert (found.first.verdict, found.second.verdict) == ("same", "same")
    assert found.joint.verdict == "drifted"
    assert found.conditional.p_value < 1e-50
    assert found.dependence.p_value < 1e-10
    # −½ ln(1 − ρ²) nats is the mutual information of the normal law; bins keep most of it
    assert found.dependence.value == pytest.approx(-0.5 * np.log(1 - 0.36), rel=0.15)


def test_margins_that_move_are_no_dependence():
    found = tables.joint(linked(0, 0.5), linked(1, 0.5, mean=0.5), ("a", "b"))
    assert found.first.verdict == "drifted"
    assert found.second.verdict == "same"
    assert found.dependence.p_value > 0.01
    assert found.joint.verdict == "drifted"


def test_the_parts_add_up():
    found = tables.joint(linked(0, 0.2), linked(1, 0.5, mean=0.2), ("a", "b"))
    joint, a, b = (column.kl.value for column in (found.joint, found.first, found.second))
    assert found.conditional.value == pytest.approx(joint - a)
    assert found.dependence.value == pytest.approx(joint - a - b)


def test_the_conditional_is_the_mean_over_strata():
    """By hand: Σ P(a) KL(P(b|a)‖Q(b|a)) of the shares, from tables large enough to be exact."""
    rng = np.random.default_rng(0)
    p, q = (rng.dirichlet(np.full(6, 5.0)).reshape(2, 3) for _ in range(2))
    x, y = np.round(p * 1e7), np.round(q * 1e7)
    found = dependence.conditional(dependence.parts(x, y), "a", "b", 0.95)
    p, q = x / x.sum(), y / y.sum()
    known = sum(
        pa * np.sum(row / pa * np.log(row / pa / (other / other.sum())))
        for row, other, pa in zip(p, q, p.sum(1), strict=True)
    )
    assert found.value == pytest.approx(known, abs=1e-5)
    assert known in found.interval


def test_the_interaction_test_is_that_of_the_log_linear_model():
    """Bartlett's table (1935) of plum cuttings: G² = 2.29 with one degree of freedom."""
    at_once = np.array([[156.0, 84.0], [107.0, 133.0]])
    in_spring = np.array([[84.0, 156.0], [31.0, 209.0]])
    stack = np.stack([at_once, in_spring])[None]
    statistic = float(dependence.g_of(stack, dependence.fitted(stack))[0])
    assert statistic == pytest.approx(2.29, abs=0.01)
    p_value = dependence.interaction(dependence.parts(at_once, in_spring), 0)
    assert p_value == pytest.approx(chi2.sf(statistic, 1), abs=0.05)


def test_p_values_without_drift():
    rng = np.random.default_rng(5)
    share = rng.dirichlet(np.full(20, 0.7))
    low = np.zeros(2)
    for seed in range(100):
        x, y = (rng.multinomial(n, share).reshape(4, 5).astype(float) for n in (800, 400))
        found = dependence.parts(x, y)
        low += [
            dependence.conditional(found, "a", "b", 0.95).p_value <= 0.05,
            dependence.interaction(found, seed) <= 0.05,
        ]
    assert low.max() <= 13  # 5 expected, 13 by chance once in 1000


def test_many_categories_are_pooled_without_an_alarm():
    """The most frequent values of one side are frequent there by chance: that is no drift."""

    def draw(seed):
        codes = np.random.default_rng(seed).integers(0, 400, 8_000).astype(str)
        return np.char.add("c", codes)

    alarms = 0
    for seed in range(5):
        reference, current = (
            linked([seed, i], 0.3, 8_000).assign(s=draw([seed, 9, i])) for i in (0, 1)
        )
        found = tables.joint(reference, current, ("a", "s"))
        assert "pooled" in [note.code for note in found.notes]
        assert found.joint.verdict != "drifted"
        alarms += found.second.p_value <= 0.05
    assert alarms <= 2


def test_missing_values_and_categories_are_outcomes():
    reference, current = linked(0, 0.0, 4_000), linked(1, 0.0, 4_000)
    reference["k"], current["k"] = "x", np.where(current["a"] > 1, None, "x")
    reference.loc[:5, "k"] = "y"
    found = tables.joint(reference, current, ["a", "k"])
    assert found.second.missing.current == pytest.approx((current["a"] > 1).mean())
    assert found.joint.verdict == "drifted"
    assert "missing" in str(found)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (("a", "a"), "expected two different names"),
        (("a",), "expected two different names"),
        (("a", "nope"), "neither side has a column 'nope'"),
        (("a", "one"), "'one' is constant"),
        (("a", "id"), "id-like"),
    ],
)
def test_columns_that_cannot_be_joined_are_refused(columns, said):
    more = {"one": 1, "id": [f"u{i}" for i in range(500)]}
    with pytest.raises(InputError, match=said):
        tables.joint(linked(0, 0, 500).assign(**more), linked(1, 0, 500).assign(**more), columns)
