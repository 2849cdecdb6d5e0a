"""How rows were drawn: weights, rows that hang together, and marked columns."""

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.errors import InputError
from kullback.tables import Skipped
from kullback.tables.judge import block_law


def frame(seed, n=4_000, shift=0.0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "x": rng.normal(size=n) + shift,
            "s": rng.choice(["a", "b", None], n, p=[0.6, 0.3, 0.1]),
            "w": rng.exponential(size=n),
        }
    )


def alike(seed, n=4_000, rho=0.98, shift=0.0):
    """An autoregression: neighbours in time are alike."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=n) * np.sqrt(1 - rho**2)
    values = np.empty(n)
    last = rng.normal()
    for i, e in enumerate(noise):
        last = rho * last + e
        values[i] = last
    when = pd.date_range("2024-01-01", periods=n, freq="min")
    order = rng.permutation(n)  # the rows of a file lie in any order
    table = pd.DataFrame({"when": when, "x": values + shift, "s": rng.choice(list("abc"), n)})
    return table.iloc[order]


def test_whole_weights_are_repeated_rows():
    """A weight that is constant changes nothing; shares are those of repeated rows."""
    reference, current = frame(0), frame(1)
    known = tables.compare(reference, current, columns=["x", "s"])
    found = tables.compare(reference.assign(w=3.0), current.assign(w=0.5), weights="w")
    assert [column.name for column in found] == ["x", "s"]
    for column in found:
        assert column.p_value == pytest.approx(known[column.name].p_value)
        assert column.jensen_shannon.value == pytest.approx(known[column.name].jensen_shannon.value)
    times = np.where(current["s"] == "a", 4, 1)
    repeated = current.loc[current.index.repeat(times)]
    weighted = tables.compare(reference.assign(w=1), current.assign(w=times), weights="w")["s"]
    known = tables.compare(reference, repeated)["s"]
    assert dict(zip(map(str, weighted.outcomes.labels), weighted.outcomes.p, strict=True)) == (
        pytest.approx(dict(zip(map(str, known.outcomes.labels), known.outcomes.p, strict=True)))
    )
    effective = times.sum() ** 2 / (times**2).sum()
    assert weighted.kl.n == pytest.approx(effective)
    assert weighted.p_value > known.p_value


def test_weights_raise_no_alarm():
    low = drifted = 0
    for seed in range(25):
        found = tables.compare(frame([seed, 0], 500), frame([seed, 1], 500), weights="w")
        drifted += found.verdict == "drifted"
        low += found["x"].p_value <= 0.05
    assert drifted <= 2  # 0.25 expected, 3 by chance once in 500
    assert low <= 5  # 1.25 expected, 6 by chance once in 1000
    assert [note.code for note in found.notes] == ["weights", "weights"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda w: w.mask(w.index == 3), "current has 1 rows without a finite weight in 'w'"),
        (lambda w: w.where(w.index != 3, np.inf), "without a finite weight"),
        (lambda w: w.where(w.index > 4, -1.0), "current has 5 rows of negative weight in 'w'"),
        (lambda w: w * 0, "are all 0"),
        (lambda w: "w" + w.astype(str), "expected numbers"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(change, said):
    current = frame(1)
    current["w"] = change(current["w"])
    with pytest.raises(InputError, match=said):
        tables.compare(frame(0), current, weights="w")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"weights": "nope"}, "no column 'nope'"),
        ({"block": 10}, "needs order="),
        ({"block": 10, "order": "w", "weights": "w"}, "do not go together"),
        ({"block": 0, "order": "w"}, "block=0"),
        ({"block": 2_000, "order": "w"}, "at least 10 are needed: choose one up to 400"),
        ({"order": "s", "block": 10}, "order: column 's' holds no time to cut on"),
        ({"prediction": "nope"}, "neither side has a column 'nope'"),
        ({"prediction": "x", "label": "x"}, "name two columns"),
    ],
)
def test_a_design_that_does_not_hold_together_is_refused(options, said):
    with pytest.raises(InputError, match=said):
        tables.compare(frame(0), frame(1), **options)


def test_a_profile_has_no_rows_to_weigh():
    with pytest.raises(InputError, match="weights= needs the rows of both sides"):
        tables.compare(tables.profile(frame(0)), frame(1), weights="w")


def test_neighbours_that_are_alike_are_said():
    """Without order= the first column of times does; independent rows get no warning."""
    found = tables.compare(alike(0), alike(1))
    assert found["x"].verdict != "drifted"
    (note,) = (n for n in found["x"].notes if n.code == "autocorrelated")
    assert "near each other in 'when' are alike" in note.text
    assert "autocorrelated" not in [n.code for n in found["s"].notes]
    independent = tables.compare(alike(0, rho=0.0), alike(1, rho=0.0, shift=0.3))
    assert independent["x"].verdict == "drifted"
    assert independent["x"].notes == ()


@pytest.mark.parametrize("side", [0, 1])
def test_a_profile_is_as_alike_as_the_rows_of_the_other_side(side):
    """Rows and their profile have one verdict: what one side shows of its order is both sides'."""
    sides = [alike(0), alike(1)]
    known = tables.compare(*sides)["x"]
    sides[side] = tables.profile(sides[side])
    found = tables.compare(*sides)
    assert found["x"].verdict == known.verdict == "undecided"
    ratio = found["x"].jensen_shannon.interval.high / known.jensen_shannon.interval.high
    assert 0.3 < ratio < 3
    (note,) = (n for n in found["x"].notes if n.code == "autocorrelated")
    name = ("reference", "current")[side]
    assert f"the {name} side is a profile, which keeps no order" in note.text
    (whole,) = (n for n in found.notes if n.code == "order-of-one-side")
    for text in (str(found), found.to_markdown(), found.to_html(), str(found.to_dict())):
        assert f"The {name} side is a profile, which keeps no order of rows" in text
    assert whole.text.endswith("as neighbours of the other side are: x.")
    assert "autocorrelated" not in [n.code for n in found["s"].notes]
    sides = [alike(0, rho=0.0), alike(1, rho=0.0, shift=0.3)]
    sides[side] = tables.profile(sides[side])
    independent = tables.compare(*sides)["x"]
    assert (independent.verdict, independent.notes) == ("drifted", ())


def test_a_profile_raises_no_alarm_on_rows_that_are_alike():
    drifted = 0
    for seed in range(8):
        rows = [alike([seed, i], 1_000) for i in (0, 1)]
        drifted += (
            tables.compare(tables.profile(rows[0]), rows[1], joint=False).verdict == "drifted"
        )
    assert drifted <= 1  # 8 of 8 where rows are taken as independent


def test_two_profiles_say_that_they_know_no_order():
    sides = [tables.profile(alike(seed)) for seed in (0, 1)]
    (note,) = (n for n in tables.compare(*sides).notes if n.code == "order-unseen")
    assert "rows are taken as independent" in note.text
    assert tables.compare(sides[0], sides[0]).notes == ()


def test_times_that_are_all_missing_take_nothing_down():
    reference, current = alike(0), alike(1)
    found = tables.compare(reference, current.assign(when=pd.Series(pd.NaT, current.index)))
    assert found["when"].verdict == "drifted"
    assert found["x"].notes == ()


def test_rows_that_are_alike_raise_no_alarm():
    """The same autoregression on both sides: taken as independent, its rows alarm always."""
    rows = blocks = drifted = 0
    for seed in range(8):
        reference, current = alike([seed, 0]), alike([seed, 1])
        rows += tables.compare(reference, current, columns=["x"])["x"].p_value <= 0.05
        found = tables.compare(reference, current, columns=["x"], order="when", block=200)["x"]
        blocks += found.p_value <= 0.05
        drifted += found.verdict == "drifted"
        assert [note.code for note in found.notes] == ["blocks"]
    assert rows <= 3
    assert blocks <= 3  # 0.4 expected, 4 by chance once in 2500
    assert drifted == 0


def test_blocks_of_independent_rows_cost_little():
    reference, current = alike(0, rho=0.0), alike(1, rho=0.0, shift=0.5)
    plain = tables.compare(reference, current)["x"]
    found = tables.compare(reference, current, order="when", block=100)["x"]
    again = tables.compare(reference, current, order="when", block=100)["x"]
    assert found.verdict == plain.verdict == "drifted"
    assert found.jensen_shannon.value == pytest.approx(plain.jensen_shannon.value, abs=0.003)
    error = found.jensen_shannon.standard_error
    assert error == pytest.approx(plain.jensen_shannon.standard_error, rel=0.3)
    assert again.to_dict() == found.to_dict()


def test_the_design_effect_is_that_of_clusters():
    """Blocks of one value each: as many rows as blocks, the design effect is the block's size."""
    rng = np.random.default_rng(0)
    share = [0.5, 0.3, 0.2]
    blocks = 10.0 * rng.multinomial(1, share, 3_000)
    assert block_law.inflation(blocks) == pytest.approx(10, rel=0.01)
    single = rng.multinomial(10, share, 3_000).astype(float)
    assert block_law.inflation(single) == pytest.approx(1, abs=0.06)


@pytest.mark.parametrize("exponent", [0.0, 1.0])
def test_the_design_effect_of_rare_outcomes_is_that_of_clusters(exponent):
    """20 rows a block from a Dirichlet of weight 20: 1 + 19/21, however rare outcomes are."""
    rng = np.random.default_rng(1)
    share = np.arange(1, 301.0) ** -exponent
    own = rng.dirichlet(20 * share / share.sum(), 200)
    blocks = np.array([rng.multinomial(20, each) for each in own], dtype=float)
    assert block_law.inflation(blocks) == pytest.approx(1 + 19 / 21, rel=0.1)


def test_prediction_and_label_are_named():
    reference, current = frame(0), frame(1, shift=1.0)
    found = tables.compare(reference, current, columns=["x", "s"], prediction="x", label="s")
    assert (found["x"].mark, found["s"].mark) == ("prediction", "label")
    codes = [note.code for note in found.notes]
    label = f"label-{found['s'].verdict}"
    assert label in {"label-same", "label-undecided"}
    assert codes == ["prediction-drifted", label, "prediction-and-label"]
    assert "have changed, and what happens has not been seen to" in found.notes[2].text
    text = str(found)
    assert "prediction 'x' drifted" in text.split("\n\n", maxsplit=1)[0].replace("\n", " ")
    assert "prediction, numeric" in text
    assert found.to_dict()["columns"][0]["mark"] == "prediction"
    assert "mark" not in tables.compare(reference, current).to_dict()["columns"][0]


def test_a_label_that_has_not_come_yet_is_said():
    found = tables.compare(frame(0), frame(1).drop(columns="s"), prediction="x", label="s")
    assert found["s"] == Skipped("s", "only in the reference", "lost")
    assert "The label 's': only in the reference." in [note.text for note in found.notes]


@pytest.mark.parametrize("seed", [-1, "a", 1.5])
def test_a_seed_is_a_whole_number(seed):
    frame = pd.DataFrame({"t": np.arange(200), "x": ["a", "b"] * 100})
    with pytest.raises(InputError, match="seed="):
        tables.compare(frame, frame, order="t", block=10, seed=seed)
    with pytest.raises(InputError, match="seed="):
        tables.joint(frame, frame, ("t", "x"), seed=seed)
