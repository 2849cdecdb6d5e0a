"""Gates: what fails, limits of single columns, waivers and their end."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from kullback import tables, testing
from kullback.errors import InputError

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def sides():
    rng = np.random.default_rng(0)
    n = 4000
    before = pd.DataFrame(
        {
            "steady": rng.normal(size=n),
            "moved": rng.normal(size=n),
            "swapped": rng.choice(["a", "b"], n, p=[0.9, 0.1]),
            "few": rng.choice(["x", "y"], n),
        }
    )
    after = pd.DataFrame(
        {
            "steady": rng.normal(size=n),
            "moved": rng.normal(0.5, 1, n),
            "swapped": rng.choice(["a", "b"], n, p=[0.1, 0.9]),
            "few": rng.choice(["x", "y"], n),
        }
    )
    return before, after


def test_what_fails(sides):
    found = tables.gate(tables.compare(*sides))
    assert not found.passed
    assert [c.name for c in found.failures] == ["swapped", "moved"]
    assert tables.gate(tables.compare(sides[0], sides[0])).passed
    with pytest.raises(InputError, match="drifted"):
        tables.gate(tables.compare(*sides), fail_on="drifted")


def test_limits_of_single_columns(sides):
    limits = {"moved": 0.2, "steady": 0.0}
    found = tables.compare(*sides, limits=limits, out_of_range=0.02)
    assert found["moved"].verdict == "same"
    assert found["moved"].tolerance == 0.2
    assert found["swapped"].tolerance == 0.01
    # A tolerance of 0 can be exceeded and never be kept.
    assert found["steady"].verdict == "undecided"
    plain = tables.compare(*sides, out_of_range=0.02)
    assert plain["moved"].verdict == "drifted"
    assert plain["moved"].q_value == found["moved"].q_value
    with pytest.raises(InputError, match=r"limits\['moved'\]=1.5"):
        tables.compare(*sides, limits={"moved": 1.5})


def test_waivers_end(sides):
    comparison = tables.compare(*sides)
    waiver = tables.Waiver("mov*", DAY, "recalibrated sensor")
    other = tables.Waiver("swapped", DAY + timedelta(1))
    today = tables.gate(comparison, waivers=[waiver, other], today=DAY)
    assert today.passed
    assert [(w.failure.name, w.waiver.reason) for w in today.waived] == [
        ("swapped", ""),
        ("moved", "recalibrated sensor"),
    ]
    tomorrow = tables.gate(comparison, waivers=[waiver, other], today=DAY + timedelta(1))
    assert [c.name for c in tomorrow.failures] == ["moved"]
    assert tomorrow.expired == (waiver,)
    assert comparison.check(waivers=[waiver, other], today=DAY)
    assert not comparison.check(waivers=[waiver, other], today=DAY + timedelta(1))


def test_a_waiver_that_is_not_needed_is_not_expired(sides):
    comparison = tables.compare(sides[0], sides[0])
    late = tables.Waiver("moved", DAY - timedelta(400))
    assert tables.gate(comparison, waivers=[late], today=DAY).expired == ()


def test_a_name_with_a_bracket_is_meant_as_it_is():
    assert tables.Waiver("a[b]", DAY).names("a[b]")
    assert not tables.Waiver("steady", DAY).names("Steady")


@pytest.mark.parametrize("until", ["2026-12-31", None, 20261231])
def test_a_waiver_without_an_end_is_refused(until):
    with pytest.raises(InputError, match="give a date"):
        tables.Waiver("x", until)


def test_nothing_compared_does_not_pass_a_strict_gate():
    constant = pd.DataFrame({"x": [1, 1, 1]})
    comparison = tables.compare(constant, constant)
    assert comparison.verdict == "undecided"
    assert tables.gate(comparison).passed
    assert not tables.gate(comparison, fail_on="undecided").passed
    windows = tables.windows(constant, constant.assign(t=[1, 2, 3]), on="t", parts=1)
    assert windows.verdict == "undecided"
    assert "undecided: 1 of 1 windows" in str(windows)
    assert "nothing was compared" in windows.to_html()


@pytest.mark.parametrize(
    ("option", "given"),
    [
        ("limits", {"moved": 0.3, "MOOVED": 0.2}),
        ("roles", {"mooved": "numeric"}),
        ("allow", ["lost", "swap*", "mooved"]),
        ("columns", ["mooved"]),
        ("exclude", ["mooved"]),
    ],
)
def test_a_name_of_no_column_is_refused(sides, option, given):
    """Wherever it is given: a limit that is mistyped would leave the column without one."""
    cut = [side.assign(part=np.arange(len(side)) % 2) for side in sides]
    said = f"{option}: neither side has a column '(?i:mooved)'.* Did you mean 'moved'"
    for comparing in (
        lambda how: tables.compare(*cut, **how),
        lambda how: tables.windows(*cut, on="part", parts=2, **how),
        lambda how: tables.segments(*cut, "part", **how),
        *([lambda how: testing.assert_same(*cut, **how)] if option in {"limits", "allow"} else []),
    ):
        with pytest.raises(InputError, match=said):
            comparing({option: given})
    known = {"limits": {"moved": 0.3}, "allow": ["lost", "moved", "later_*"]}
    assert tables.compare(*sides, **known).notes == ()


def test_a_waiver_of_no_column_is_said(sides):
    comparison = tables.compare(*sides)
    waivers = [tables.Waiver("mooved", DAY), tables.Waiver("moved", DAY), tables.Waiver("z*", DAY)]
    found = tables.gate(comparison, waivers=waivers, today=DAY)
    assert found.remarks == (
        "the waiver of 'mooved' is of no column compared here. Did you mean 'moved'?",
        "the waiver of 'z*' is of no column compared here.",
    )
    assert found.to_dict()["remarks"] == list(found.remarks)
    with pytest.raises(AssertionError, match="Did you mean 'moved'"):
        testing.assert_same(*sides, waivers=waivers, today=DAY)


def test_what_decides_is_said():
    """A share's verdict names the share and its tolerance; a failure that is no drift is none."""
    rng = np.random.default_rng(0)
    before = pd.DataFrame({"score": rng.normal(size=4_000), "ok": ["true", "false"] * 2_000})
    after = before.assign(score=before["score"].mask(np.arange(4_000) < 80))
    found = tables.compare(before, after)
    assert found["score"].jensen_shannon.value < found.tolerance
    assert found.headline.endswith("the largest difference is in 'score' (missing 0 % → 2 %)")
    (share,) = found["score"].deciding(found.alpha)
    assert (share.name, share.tolerance) == ("missing", 0.005)
    with pytest.raises(AssertionError, match=r"; missing \+0\.0200 of rows .*, tolerance 0\.005,"):
        testing.assert_same(before, after)
    cut = [side.assign(part=np.arange(4_000) % 2) for side in (before, after)]
    assert "(missing 0 % → " in tables.windows(*cut, on="part", parts=2, columns=["score"]).headline
    shifted = tables.compare(before, before.assign(score=before["score"] + 1))
    assert shifted["score"].deciding(0.05) == ()
    assert "(JS 0.1" in shifted.headline
    retyped = tables.compare(before, before.assign(ok=np.arange(4_000)))
    assert retyped.headline.startswith("failed: none of 2 columns drifted, 1 retyped ('ok' retyped")
    lost = tables.compare(before, before.drop(columns="ok"))
    assert lost.headline.startswith("failed: none of 1 columns drifted, 1 lost ('ok' lost")


def test_allow_is_no_limit(sides):
    """It lets columns be lost, retyped or skipped; whoever means drift is told what does."""
    found = tables.gate(tables.compare(*sides, allow=["moved"]))
    assert "moved" in [failure.name for failure in found.failures]
    assert found.remarks == (
        "allow lets 'moved' be lost, retyped or skipped; drift needs a limit or waiver",
    )
    lost = sides[1].drop(columns="moved")
    assert tables.gate(tables.compare(sides[0], lost, allow=["moved", "swapped"])).remarks == (
        "allow lets 'swapped' be lost, retyped or skipped; drift needs a limit or waiver",
    )


def test_a_limit_that_is_no_mapping_is_refused(sides):
    with pytest.raises(InputError, match="limits is a list; expected a mapping"):
        tables.compare(*sides, limits=[("moved", 0.2)])


def test_own_limits_are_told_and_drawn(sides):
    found = tables.compare(*sides, limits={"moved": 0.3})
    assert "tolerance 0.01 bits of JS, 'moved' 0.3, 95 %" in str(found)
    plain = tables.compare(*sides)
    told, known = ({str(r[1]): r[5] for r in _ranking(c).rows} for c in (found, plain))
    assert told["moved"].tolerance == pytest.approx(0.3)
    assert known["moved"].tolerance == told["swapped"].tolerance == pytest.approx(0.01)


def _ranking(comparison):
    from kullback.report.blocks.document import Table
    from kullback.tables.results.comparison_document import document

    return next(block for block in document(comparison).blocks if isinstance(block, Table))


def test_a_pair_of_columns_passes_through_a_gate(sides):
    found = tables.joint(*sides, ("steady", "swapped"))
    gate = tables.gate(found)
    assert not gate.passed
    assert {failure.name for failure in gate.failures} == {found.joint.name, "swapped"}
    assert tables.gate(tables.joint(sides[0], sides[0], ("steady", "few"))).passed


@pytest.mark.parametrize("thing", [{}, None, "a.parquet"])
def test_what_is_no_comparison_is_refused(sides, thing):
    with pytest.raises(InputError, match="expected what compare, windows, segments or joint"):
        tables.gate(thing)
    with pytest.raises(InputError, match=r"waivers\[0\] is a dict; expected a Waiver"):
        tables.gate(tables.compare(*sides), waivers=[{"column": "moved"}])


def test_assert_same_says_what_and_why(sides):
    before, after = sides
    testing.assert_same(before, before)
    testing.assert_same(before, after, columns=["steady", "few"])
    with pytest.raises(AssertionError) as failed:
        testing.assert_same(before, after, waivers=[tables.Waiver("moved", DAY)], today=DAY)
    lines = str(failed.value).splitlines()
    assert lines[0].startswith("1 of 4 columns fail (fail_on='drift'; KL(current‖reference)")
    assert lines[1].startswith("  swapped: JS 0.5")
    assert "tolerance 0.01: 'a': 90" in lines[1]
    with pytest.raises(AssertionError, match="the waiver of 'moved' ended on 2026-11-21"):
        testing.assert_same(
            before, after, waivers=[tables.Waiver("moved", DAY - timedelta(1))], today=DAY
        )


def test_too_few_rows_pass_unless_asked_otherwise():
    rng = np.random.default_rng(1)
    few = [pd.DataFrame({"x": rng.normal(size=30)}) for _ in range(2)]
    testing.assert_same(*few)
    with pytest.raises(AssertionError, match="undecided"):
        testing.assert_same(*few, fail_on="undecided")


def test_flat_numbers(sides):
    comparison = tables.compare(*sides)
    flat = comparison.to_dict(flat=True)
    assert (flat["drifted"], flat["skipped"]) == (2.0, 0.0)
    assert flat["moved/jensen_shannon"] == comparison["moved"].jensen_shannon.value
    assert flat["moved/drifted"] == 1.0
    assert all(type(value) is float and np.isfinite(value) for value in flat.values())


def test_flat_names_are_what_mlflow_takes():
    import re

    names = ["a:b", "a?b", 'x"y', "é", "n" * 500]
    frame = pd.DataFrame({name: ["u", "v"] * 20 for name in names})
    flat = tables.compare(frame, frame).to_dict(flat=True)
    assert all(re.fullmatch(r"[\w\-./ ~]{1,250}", key, re.ASCII) for key in flat)
    assert "a_b/kl" in flat
    assert "a_b~2/kl" in flat


def test_a_pattern_of_allow_that_fits_nothing_is_said():
    data = pd.DataFrame({"kept": range(300)})
    found = tables.gate(tables.compare(data, data, allow=["tmp_*", "kep?", "lost"]))
    assert found.passed
    assert found.remarks == ("allow: 'tmp_*' fits no column compared here",)
