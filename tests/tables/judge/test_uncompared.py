"""What is not compared is a verdict, and a gate looks at it."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from kullback import tables, testing
from kullback.tables.results.formats import github, junit, openmetrics

N = 2_000


def frame(seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "key": [f"u{i}" for i in range(N)],
            "price": rng.gamma(3, 10, N),
            "plan": rng.choice(["a", "b", "c"], N),
            "year": 2024,
        }
    )


def test_each_column_of_either_side_has_a_verdict():
    before, after = frame(0), frame(1)
    after = after.rename(columns={"price": "Price"}).assign(plan=np.arange(N) % 3, more=1.5)
    found = tables.compare(before, after)
    assert {c.name: c.verdict for c in found} == {
        "key": "skipped",
        "price": "lost",
        "plan": "retyped",
        "year": "skipped",
        "Price": "new",
        "more": "new",
    }
    assert (found.lost, found.new) == (("price",), ("Price", "more"))
    assert (found.retyped, found.skipped) == (("plan",), ("key", "year"))
    assert found.verdict == "drifted"
    assert "did you mean 'Price'?" in found["price"].reason
    assert "'price' lost, did you mean 'Price'?" in found.headline


def test_what_is_allowed_passes():
    before, after = frame(0), frame(1).drop(columns="price")
    assert not tables.compare(before, after).check()
    for allow in (["lost"], ["price"], ["pri*"]):
        found = tables.compare(before, after, allow=allow)
        assert found.check()
        assert found.verdict == "same"
        assert found.counts["lost"] == 1
    testing.assert_same(before, after, allow=["lost"])
    with pytest.raises(AssertionError, match="price: lost: only in the reference"):
        testing.assert_same(before, after)


@pytest.mark.parametrize("kind", ["text", "integers"])
def test_keys_that_repeat_have_a_tolerance_of_their_own(kind):
    """3 % of the keys come twice: Newcombe's interval for 0 → 3 % of 2 000 is 2.4 to 3.8 %."""
    key = np.arange(N)
    twice = np.where(key < 60, key[::-1], key)
    sides = [{"k": [f"u{i}" for i in k] if kind == "text" else k} for k in (key, twice)]
    sides = [side | {"y": np.arange(N) % 7} for side in sides]
    found = tables.compare(*sides)
    assert found["k"].unlike == ("values that occur before: 0 % → 3 %",)
    assert not found.check()
    assert tables.compare(*sides, unique=0.05).check()
    # And the other way round: a column of keys that comes to repeat less is a change as well.
    assert not tables.compare(*sides[::-1]).check()


BAD_KEYS = {
    "constant": lambda _: ["u7"] * N,
    "missing": lambda _: [None] * N,
    "half missing": lambda key: [k if i % 2 else None for i, k in enumerate(key)],
    "repeated": lambda key: [*key[: N // 2], *key[: N // 2]],
    "other letters": lambda key: [k.upper() for k in key],
    "numbers": lambda _: list(range(N)),
    "long": lambda key: [f"{k}-{k}-{k}" for k in key],
}


@pytest.mark.parametrize("fault", BAD_KEYS)
@pytest.mark.parametrize("saved", [False, True])
def test_a_key_that_went_bad_fails(fault, saved, tmp_path):
    before = frame(0)
    after = before.assign(key=pd.Series(BAD_KEYS[fault](list(before["key"]))))
    reference = before
    if saved:
        tables.profile(before).save(tmp_path / "before.json")
        reference = tmp_path / "before.json"
    found = tables.compare(reference, after)
    assert [failure.name for failure in tables.gate(found).failures] == ["key"]
    assert tables.compare(reference, before).check()


def test_a_running_key_goes_on():
    after = frame(1).assign(key=[f"u{i}" for i in range(N, 2 * N)])
    assert tables.compare(frame(0), after).check()


@pytest.mark.parametrize("order", [1, -1])
def test_every_format_says_the_same_numbers(order):
    before, after = frame(0), frame(1).rename(columns={"price": "Price"})
    after["plan"] = np.arange(N) % 3
    found = tables.compare(*(before, after)[::order])
    gate = tables.gate(found)
    counts = {verdict: found.counts[verdict] for verdict in ("lost", "retyped", "new", "skipped")}
    assert counts == {"lost": 1, "retyped": 1, "new": 1, "skipped": 2}
    assert json.loads(found.to_json())["counts"] == found.counts
    assert found.to_frame()["verdict"].value_counts().to_dict() == {
        verdict: n for verdict, n in found.counts.items() if n
    }
    for verdict, n in counts.items():
        for text in (str(found), found.to_markdown(), found.to_html(), github.render(found, gate)):
            assert f"{n} {verdict}" in text
        assert f'kullback_columns{{verdict="{verdict}"}} {n}\n' in openmetrics.render(found, gate)
        assert found.to_dict(flat=True)[verdict] == n
    suite = ET.fromstring(junit.render(found, gate).partition("\n")[2])
    assert int(suite.get("failures")) == len(gate.failures) == 2
    assert int(suite.get("skipped")) == 3
    with pytest.raises(AssertionError, match="1 lost, 1 retyped, 1 new, 2 skipped"):
        testing.assert_same(*(before, after)[::order])


def test_times_that_go_on_are_no_news():
    when = pd.date_range("2024-01-01", periods=2 * N, freq="h")
    found = tables.compare(pd.DataFrame({"t": when[:N]}), pd.DataFrame({"t": when[N:]}))
    assert (found["t"].verdict, found["t"].role, found["t"].passes) == (
        "skipped",
        "date/time",
        True,
    )
    holes = pd.Series(when[N:]).mask(np.arange(N) % 4 == 0)
    spoiled = tables.compare(pd.DataFrame({"t": when[:N]}), pd.DataFrame({"t": holes}))
    assert not spoiled.check()


def moments(rng, start, *, days=30, of_day=True):
    seconds = rng.uniform(0, days * 86_400, 600).round()
    times = pd.Timestamp(start) + pd.to_timedelta(seconds, "s")
    return pd.DataFrame({"at": times if of_day else times.floor("D"), "x": rng.normal(size=600)})


@pytest.mark.parametrize(
    ("of_day", "now", "passes"),
    [
        (True, "1970-01-01", False),
        (True, "2025-02-10 10:00", False),
        (False, "2024-03-12", True),  # the batch of a day
    ],
)
def test_times_that_stand_still_are_no_next_batch(of_day, now, passes):
    rng = np.random.default_rng(3)
    reference = moments(rng, "2024-02-10", of_day=of_day)
    found = tables.compare(reference, reference.assign(at=pd.Timestamp(now)), joint=False)
    assert found["at"].verdict == "skipped"
    assert found.check() == passes
    assert ("one time in all current rows" in found["at"].reason) != passes
    assert tables.compare(reference, moments(rng, "2024-03-12", of_day=of_day), joint=False).check()
