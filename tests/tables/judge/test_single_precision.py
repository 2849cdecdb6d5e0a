"""A round trip through single precision is said to be that, however wide its steps are."""

import numpy as np
import pytest

from kullback import tables

LAWS = {
    "normal": lambda rng, n: rng.normal(size=n),
    "exponential": lambda rng, n: rng.exponential(size=n) - 1,
    "flat": lambda rng, n: rng.uniform(-1.7, 1.7, n),
    "two humps": lambda rng, n: rng.normal(size=n) * 0.2 + rng.choice([-1, 1], n),
}


def column(reference, current):
    return tables.compare({"c": reference}, {"c": current}, joint=False)["c"]


def samples(rng, law, scale, spread, rows):
    return (scale * (1 + spread * LAWS[law](rng, n)) for n in rows)


@pytest.mark.parametrize(
    ("law", "scale"),
    [
        ("normal", -18.8),
        ("flat", 1e3),
        ("two humps", 1.3e7),
        ("exponential", 1e9),
        ("normal", -1e12),
    ],
)
@pytest.mark.parametrize("spread", [4e-8, 1e-7, 4e-7, 3e-6])
def test_rounding_alone_is_no_drift_at_any_scale_and_spread(law, scale, spread):
    """A step is 6e-8 to 1.2e-7 of a value: from a fiftieth of the spread to three times it."""
    rng = np.random.default_rng(1)
    exact, other = samples(rng, law, scale, spread, (500, 2_000))
    rounded = other.astype(np.float32).astype(float)
    for found in (column(exact, rounded), column(rounded, exact)):
        assert found.verdict in {"same", "undecided"}
        assert found.jensen_shannon.interval.low < 0.01
        assert "rounded" in {note.code for note in found.notes}
        assert "single precision" in found.reason or found.p_value > 1e-4


@pytest.mark.parametrize("scale", [1e3, -1e9, 1e12])
@pytest.mark.parametrize("spread", [5e-8, 2e-7, 1e-6])
@pytest.mark.parametrize("back", [False, True])
def test_a_shift_is_seen_beside_rounding(scale, spread, back):
    exact, other = samples(np.random.default_rng(2), "normal", scale, spread, (2_000, 2_000))
    moved = (other + abs(scale) * spread).astype(np.float32).astype(float)
    found = column(*((moved, exact) if back else (exact, moved)))
    middle = 0.161  # bits of JS between normals one standard deviation apart, less what steps hide
    assert found.verdict == "drifted"
    assert 0.1 * middle < found.jensen_shannon.value < 1.3 * middle


@pytest.mark.parametrize("spread", [5e-8, 3e-7])
def test_values_far_outside_are_seen_beside_rounding(spread):
    exact, other = samples(np.random.default_rng(3), "normal", 1e9, spread, (2_000, 2_000))
    other[:40] *= 1_000
    found = column(exact, other.astype(np.float32).astype(float))
    assert found.verdict == "drifted"
    assert "of current rows lie outside the reference's range" in found.reason


def test_a_column_that_rounding_makes_constant_is_said_to_be_that():
    exact = np.random.default_rng(4).normal(1e9, 2, 500)
    found = column(exact, exact.astype(np.float32).astype(float))
    assert found.verdict == "skipped"
    assert found.reason == (
        "once both sides are rounded to single precision, constant: always 1000000000 on both sides"
    )


def test_whole_numbers_are_not_taken_for_single_precision():
    ages = np.random.default_rng(5).integers(18, 80, 2_000).astype(float)
    found = column(ages + 0.25, ages)
    assert found.verdict == "drifted"
    assert "rounded" not in {note.code for note in found.notes}
