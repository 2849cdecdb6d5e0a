"""Columns that are no single value a row: what changes within them is seen, and nothing else."""

import json

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from kullback import tables
from kullback.tables.counting import aspects
from kullback.tables.counting.aspects import PARTS, projections
from kullback.tables.judge.aspects import simes

N = 1_500
ENGLISH = ["late", "box", "arrived", "liked", "order", "came", "we", "and", "it", "in", "a"]
GERMAN = ["spät", "paket", "kam", "an", "gut", "wir", "und", "es", "ein", "bestellt", "der"]


def texts(seed, words=ENGLISH, least=5, most=30, n=N):
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(words, rng.integers(least, most))) for _ in range(n)]


def vectors(seed, size=24, n=N):
    return np.random.default_rng(seed).normal(size=(n, size))


def one_coordinate(seed):
    found = vectors(seed)
    found[:, 7] += 1.5
    return found


def as_lists(values):
    return [list(map(float, row)) for row in values]


def objects(seed, change=lambda row: row):
    rng = np.random.default_rng(seed)
    plans, seats = rng.choice(["basic", "pro"], N), rng.poisson(4, N)
    return [
        change({"plan": str(p), "seats": int(s), "home": {"zip": f"{s:05d}"}})
        for p, s in zip(plans, seats, strict=True)
    ]


def tags(seed, change=lambda tag: tag):
    rng = np.random.default_rng(seed)
    return [
        [change(str(t)) for t in rng.choice(["a", "b", "c"], rng.integers(1, 5))] for _ in range(N)
    ]


CHANGES = {
    "another language": (texts(0), texts(1), texts(2, GERMAN)),
    "longer texts": (texts(0), texts(1), texts(2, least=20)),
    "shorter texts": (texts(0), texts(1), texts(2, most=8)),
    "fewer words": (texts(0), texts(1), texts(2, ENGLISH[:5])),
    "all capitals": (texts(0), texts(1), [t.upper() for t in texts(2)]),
    "chinese": (
        [
            "".join(w)
            for w in np.random.default_rng(0).choice(list("我们昨天收到了包裹很好"), (N, 12))
        ],
        [
            "".join(w)
            for w in np.random.default_rng(1).choice(list("我们昨天收到了包裹很好"), (N, 12))
        ],
        [
            "".join(w)
            for w in np.random.default_rng(2).choice(list("他们明天寄出那个箱子吗"), (N, 12))
        ],
    ),
    "all coordinates": (*map(as_lists, (vectors(0), vectors(1), vectors(2) + 0.5)),),
    "one coordinate": (*map(as_lists, (vectors(0), vectors(1), one_coordinate(2))),),
    "longer vectors": (*map(as_lists, (vectors(0), vectors(1), 3 * vectors(2))),),
    "another dimension": (*map(as_lists, (vectors(0), vectors(1), vectors(2, 25))),),
    "elements of lists": (tags(0), tags(1), tags(2, lambda tag: tag.replace("c", "d"))),
    "lengths of lists": (tags(0), tags(1), [t * 2 for t in tags(2)]),
    "a field": (objects(0), objects(1), objects(2, lambda o: o | {"seats": o["seats"] + 2})),
    "a field's type": (
        objects(0),
        objects(1),
        objects(2, lambda o: o | {"seats": str(o["seats"])}),
    ),
    "a field deep within": (
        objects(0),
        objects(1),
        objects(2, lambda o: o | {"home": {"zip": "1010"}}),
    ),
    "a field is lost": (
        objects(0),
        objects(1),
        objects(2, lambda o: {k: v for k, v in o.items() if k != "plan"}),
    ),
}


def as_json(path, values):
    path.write_text("".join(json.dumps({"c": v}) + "\n" for v in values))
    return path


def as_table(_, values):
    connection = duckdb.connect()
    connection.register("given", pd.DataFrame({"c": values}))
    connection.execute("CREATE TABLE kept AS SELECT * FROM given")
    return tables.Relation(connection, "kept")


HELD = {
    "pandas": lambda _, values: pd.DataFrame({"c": values}),
    "polars": lambda _, values: pl.DataFrame({"c": values}),
    "json": as_json,
    "duckdb": as_table,
}
QUICK = {"pandas"}
FORMS = [pytest.param(f, marks=() if f in QUICK else pytest.mark.slow) for f in HELD]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_within_a_value_is_seen(tmp_path, form, name):
    before, again, changed = (
        HELD[form](tmp_path / f"{i}.jsonl", values) for i, values in enumerate(CHANGES[name])
    )
    assert tables.compare(before, again).check()
    found = tables.compare(before, changed)
    assert [column.name for column in found] == ["c"]
    assert found["c"].verdict in {"drifted", "retyped"}


BRIEF = {"another language", "one coordinate", "a field", "a field is lost"}
NAMES = [pytest.param(n, marks=() if n in BRIEF else pytest.mark.slow) for n in CHANGES]


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_profile_sees_it_as_well(tmp_path, name):
    before, again, changed = (pd.DataFrame({"c": values}) for values in CHANGES[name])
    tables.profile(before).save(tmp_path / "usual.json")
    assert tables.compare(tmp_path / "usual.json", again).check()
    assert not tables.compare(tmp_path / "usual.json", changed).check()


def test_columns_are_chosen_with_their_aspects():
    before, _, changed = (pd.DataFrame({"c": v, "x": 1}) for v in CHANGES["a field"])
    assert tables.compare(before, changed, columns=["c"]).drifted == ("c",)
    assert [c.name for c in tables.compare(before, changed, exclude=["c"])] == ["x"]
    assert tables.compare(before, changed, limits={"c": 0.9}).drifted == ()


def test_parts_that_differ_in_aspects_merge():
    whole = pd.DataFrame({"c": [*texts(0, n=400), *(["yes", "no"] * 200)]})
    parts = [tables.profile(part) for part in (whole[:400], whole[400:])]
    assert "c ▸ words" in [column.name for column in parts[0]]
    assert [column.name for column in parts[0].merge(parts[1])] == ["c"]


@pytest.mark.slow
def test_vectors_that_did_not_change_are_not_flagged():
    """The p-value of a column is that of all its aspects: at most its level, over 60 pairs."""
    alarms = 0
    for seed in range(60):
        sides = (pd.DataFrame({"c": as_lists(vectors(2 * seed + i, n=300))}) for i in range(2))
        alarms += tables.compare(*sides)["c"].p_value <= 0.05
    assert alarms <= 8  # binomial(60, .05): more than 8 have a chance of .003


def test_each_coordinate_is_in_one_direction():
    for size in (2, PARTS, 100):
        weights = np.array(projections(size))
        assert (np.abs(weights).sum(axis=0) == 1).all()
        assert set(np.unique(weights)) <= {-1, 0, 1}


def test_simes_by_brute_force():
    rng = np.random.default_rng(0)
    for _ in range(50):
        p = np.sort(rng.random(rng.integers(1, 9)))
        assert simes(list(rng.permutation(p))) == pytest.approx(
            min(len(p) * p[i] / (i + 1) for i in range(len(p)))
        )
    drawn = rng.random((20_000, 7))
    held = np.mean([simes(list(row)) <= 0.05 for row in drawn])
    assert held == pytest.approx(0.05, abs=0.006)


def test_all_rows_are_searched_for_sentences_only_where_some_hold_them(monkeypatch):
    """Of three columns of 9 000 different texts one holds sentences; codes are only counted."""
    asked = []
    known = aspects.counts_of
    monkeypatch.setattr(
        aspects, "counts_of", lambda *given: asked.append(given[1]) or known(*given)
    )
    held = {
        "code": [f"x-{i}" for i in range(9_000)],
        "said": [f"this was said {i} times" for i in range(9_000)],
        "few": [f"{i % 7} of a kind" for i in range(9_000)],
    }
    found = tables.profile(held)
    some, every = asked
    assert ([sql[1] != "0" for sql in some], [sql[1] != "0" for sql in every]) == (
        [True] * 3,
        [False, True],
    )
    assert {"said ▸ words", "code"} <= {column.name for column in found}
    assert not {"few ▸ words", "code ▸ words"} & {column.name for column in found}
