"""Profiles of parts become the profile of the whole: in any order, to the last count."""

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import reduce

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kullback import tables
from kullback.errors import InputError
from kullback.tables.profiles import drawn
from kullback.tables.profiles.profile import Binned, Listed
from kullback.tables.profiles.storage import text

START = datetime(2024, 1, 1, tzinfo=UTC)
DOUBLES = st.one_of(
    st.none(),
    st.floats(),
    st.sampled_from([0.0, -0.0, 1.5, 5e-324, 1.7e308]),
)
ROW = st.tuples(
    DOUBLES,
    # No digits: a part whose texts all read as numbers is a column of numbers, another is not.
    st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs", "N"]), max_size=2)),
    st.one_of(st.none(), st.integers(2**53, 2**53 + 9), st.integers(-(2**62), 2**62)),
    st.one_of(st.none(), st.decimals(-1000, 1000, places=2)),
    st.one_of(st.none(), st.integers(0, 10**9).map(lambda s: START + timedelta(seconds=s))),
    st.one_of(st.none(), st.booleans()),
)
TYPES = {
    "x": pa.float64(),
    "s": pa.string(),
    "i": pa.int64(),
    "d": pa.decimal128(12, 2),
    "t": pa.timestamp("us", tz="UTC"),
    "b": pa.bool_(),
}


def table(rows):
    columns = zip(*rows, strict=True)
    return pa.table(
        {name: pa.array(c, t) for (name, t), c in zip(TYPES.items(), columns, strict=True)}
    )


def same(found, known):
    """Compare all but the atoms: a value frequent in the whole may be rare in a part."""
    assert set(found.atoms) <= set(known.atoms)
    assert replace(found, atoms=(), body=known.body) == replace(known, atoms=())
    heavy = any(c.rows * 80 > known.counted and c.low != c.high for c in (known.grid or NONE).cells)
    assert found.body == known.body or heavy


NONE = tables.profile(pd.DataFrame({"x": [1.5]}))["x"].grid


@settings(max_examples=20, deadline=None)
@given(
    rows=st.lists(ROW, min_size=3, max_size=45),
    cuts=st.tuples(st.integers(1, 44), st.integers(1, 44)),
    order=st.permutations([0, 1, 2]),
)
def test_small_parts(rows, cuts, order):
    whole = tables.profile(table(rows))
    ends = [0, *sorted(cuts), len(rows)]
    parts = [rows[a:b] for a, b in itertools.pairwise(ends) if rows[a:b]]
    profiles = [tables.profile(table(part)) for part in parts]
    merged = reduce(lambda a, b: a.merge(b), profiles)
    shuffled = [profiles[i] for i in order if i < len(profiles)]
    assert text(reduce(lambda a, b: b.merge(a), shuffled)) == text(merged)
    assert merged.rows == whole.rows
    for found, known in zip(merged, whole, strict=True):
        same(found, known)


def frame(rng, n):
    values = rng.normal(100, 15, n)
    values[rng.random(n) < 0.3] = 29.699117647  # imputed
    return pd.DataFrame(
        {
            "imputed": values,
            "amount": np.where(rng.random(n) < 0.02, np.nan, rng.lognormal(3, 2, n)),
            "offset": rng.normal(1e9, 3, n),
            "wide": rng.integers(-(2**62), 2**62, n),
            "beyond": 2**53 + rng.integers(0, 5_000, n),
            "when": pd.to_datetime("2024-01-01") + pd.to_timedelta(rng.integers(0, 10**8, n), "s"),
            "seats": rng.poisson(2, n),
            "word": rng.choice([f"word {i}" for i in range(300)], n),
        }
    )


@pytest.mark.parametrize("seed", range(3))
def test_large_parts_in_every_order(seed):
    rng = np.random.default_rng(seed)
    rows = frame(rng, 30_000)
    sizes = rng.multinomial(30_000, [0.9, 0.08, 0.02] if seed else [1 / 3] * 3)
    ends = [0, *np.cumsum(sizes)]
    a, b, c = (tables.profile(rows[i:j]) for i, j in itertools.pairwise(ends))
    whole = tables.profile(rows)
    left, right, back = a.merge(b).merge(c), a.merge(b.merge(c)), c.merge(b).merge(a)
    assert text(left) == text(right) == text(back)
    for found, known in zip(left, whole, strict=True):
        same(found, known)
        if isinstance(found.body, Binned):
            assert found.body.counts == by_hand(rows[found.name], found.body.edges)
    for reference, current in ((left, rows), (whole, left), (left, whole)):
        compared = tables.compare(reference, current)
        assert {column.verdict for column in compared.compared} == {"same"}
        assert compared.skipped == ("beyond",)
        assert "always" in compared["beyond"].reason


def test_values_closer_than_the_finest_cell_are_told_apart_by_one_profile():
    rows = frame(np.random.default_rng(0), 30_000)
    shifted = rows.assign(beyond=rows["beyond"] + 2_000)
    assert tables.compare(tables.profile(rows), shifted)["beyond"].verdict == "drifted"


def by_hand(values, edges):
    if values.dtype.kind == "M":
        values = values.astype("datetime64[us]").astype("int64")
    values = np.sort(values[~pd.isna(values)].to_numpy())
    sides = ["right" if edge.inclusive else "left" for edge in edges]
    marks = zip(edges, sides, strict=True)
    below = [0, *(np.searchsorted(values, e.value, side=s) for e, s in marks), len(values)]
    return tuple(np.diff(below).tolist())


def test_an_imputed_value_keeps_its_bin_through_a_merge():
    rng = np.random.default_rng(5)
    rows = frame(rng, 20_000)
    merged = tables.profile(rows[:9_000]).merge(tables.profile(rows[9_000:]))
    edges = [edge.value for edge in merged["imputed"].body.edges]
    assert edges.count(29.699117647) == 2
    place = edges.index(29.699117647)
    assert merged["imputed"].body.counts[place + 1] == (rows["imputed"] == 29.699117647).sum()


def test_a_part_without_values_has_no_say():
    some = pa.table({"x": pa.array([1.5, 2.5, None]), "s": ["a", "b", None]})
    none = pa.table({"x": pa.array([None] * 2, pa.null()), "s": pa.array([None] * 2, pa.null())})
    one, two = tables.profile(some), tables.profile(none)
    both = one.merge(two)
    assert text(both) == text(two.merge(one))
    assert both["x"].kind == "number"
    assert both["x"].null == 3
    assert both["s"].body == Listed({"a": 1, "b": 1})


def test_types_of_one_kind_merge():
    whole = pd.DataFrame({"x": [1, 2, 2]})
    half = pd.DataFrame({"x": [1.5, 2.0]})
    merged = tables.profile(whole).merge(tables.profile(half))
    assert merged == tables.profile(half).merge(tables.profile(whole))
    assert merged["x"].type == "DOUBLE"
    assert [(c.low, c.rows) for c in merged["x"].grid.cells] == [(1, 1), (1.5, 1), (2, 3)]


def test_bins_merge_where_both_have_them():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"x": rng.normal(size=3_000)})
    plan = tables.profile(rows)
    like = tables.profile(rows[:1_000], like=plan)
    merged = like.merge(plan)["x"]
    assert merged.grid is None
    assert merged.body.edges == plan["x"].body.edges
    assert sum(merged.body.counts) == 4_000
    other = tables.profile(pd.DataFrame({"x": rng.normal(size=3_000)}))
    with pytest.raises(InputError, match="different bins"):
        like.merge(other)


def test_kinds_do_not_merge():
    one, two = (tables.profile(pd.DataFrame({"x": values})) for values in ([1.5, 2.5], ["a", "b"]))
    with pytest.raises(InputError, match="'x'"):
        one.merge(two)


def test_a_merged_profile_is_a_file(tmp_path):
    rng = np.random.default_rng(9)
    merged = tables.profile(frame(rng, 4_000)).merge(tables.profile(frame(rng, 5_000)))
    merged.save(tmp_path / "p.json")
    assert tables.Profile.load(tmp_path / "p.json") == merged
    assert json.loads((tmp_path / "p.json").read_text())["kullback_profile"] == 3


def test_decimals_keep_their_type():
    values = [Decimal(i).scaleb(-2) for i in range(3_000)]
    one = tables.profile(pa.table({"x": values}))
    merged = one.merge(one)["x"]
    assert all(isinstance(edge.value, Decimal) for edge in merged.body.edges)
    assert merged.counted == 6_000


@pytest.mark.parametrize("other", [3, None, "reference.json"])
def test_only_profiles_merge(other):
    known = tables.profile(pd.DataFrame({"x": [1, 2]}))
    with pytest.raises(InputError, match="expected a Profile"):
        known.merge(other)


@pytest.mark.parametrize("limit", [3, 40, 10_000])
@pytest.mark.parametrize("seed", [0, 1])
def test_parts_of_many_values_are_the_whole(seed, limit):
    """Whatever the partition, the order and the limit: texts, identifiers, numbers and gaps."""
    rng = np.random.default_rng(seed)
    n = 3_000
    rows = pd.DataFrame(
        {
            "word": [f"w{i}" for i in rng.zipf(1.4, n) % 700],
            "many": [f"m{i}" for i in rng.integers(0, 2_000, n)],
            "email": [f"user{i}@example.org" for i in range(n)],
            "user_id": rng.integers(0, 10**6, n),
            "row_id": rng.permutation(n) + 10**6,
            "gaps": [None if i % 3 else f"g{i % 91}" for i in range(n)],
        }
    )
    whole = tables.profile(rows, max_outcomes=limit)
    labels = rng.integers(0, 12, n)
    parts = [tables.profile(rows[labels == i], max_outcomes=limit) for i in rng.permutation(12)]
    merged = reduce(lambda a, b: a.merge(b), parts)
    # Small parts may look closer at what reads as a key in them; all else is that of the whole.
    held = {column.name: column for column in merged}
    for known in whole:
        found = held[known.name]
        same(found, known)
        assert found.drawn == known.drawn
        assert found.body == known.body
    other = rows.sample(n, replace=True, random_state=seed)
    first, second = (tables.compare(side, other) for side in (whole, merged))
    for one, again in zip(first, second, strict=True):
        assert (one.verdict, one.reason) == (again.verdict, again.reason)


def test_parts_beyond_what_is_drawn_are_measured_as_the_whole():
    rng = np.random.default_rng(3)
    values = np.array([f"v{i}" for i in rng.integers(0, 30_000, 60_000)])
    whole = tables.profile({"c": values})
    merged = reduce(
        lambda a, b: a.merge(b), [tables.profile({"c": values[i::3]}) for i in range(3)]
    )
    assert merged["c"].drawn == whole["c"].drawn
    assert merged["c"].drawn.level == 2
    drifted = {"c": np.where(rng.random(60_000) < 0.2, "x", values)}
    one, again = (tables.compare(side, drifted)["c"] for side in (whole, merged))
    assert (one.verdict, again.verdict) == ("drifted", "drifted")
    assert one.jensen_shannon.value == pytest.approx(again.jensen_shannon.value, rel=0.01)


def test_identifiers_are_told_from_parts_and_from_files(tmp_path):
    rows = pd.DataFrame({"key": [f"k{i}" for i in range(2_000)], "x": np.arange(2_000) % 7})
    parts = [rows[i::40] for i in range(40)]
    paths = [tmp_path / f"{i}.json" for i in range(40)]
    for part, path in zip(parts, paths, strict=True):
        tables.profile(part).save(path)
    merged = reduce(lambda a, b: a.merge(b), map(tables.Profile.load, paths))
    assert (
        tables.compare(merged, rows)["key"].reason == "id-like: 2000 different values in 2000 rows"
    )
    assert tables.compare(merged, rows).check()
    assert not tables.compare(merged, rows.assign(key="k7")).check()
    assert not tables.compare(merged, rows.assign(key=[f"k{i // 2}" for i in range(2_000)])).check()


def test_the_depths_of_many_values_are_those_of_each():
    rng = np.random.default_rng(3)
    numbers = [0, 1, -1, drawn.PRIME, 2**62 - 1, *rng.integers(-(2**61), 2**61, 500).tolist()]
    assert drawn.depths_of(numbers) == [drawn.depth(value) for value in numbers]
    texts = [str(value) for value in numbers]
    assert drawn.depths_of(texts) == [drawn.depth(value) for value in texts]


@pytest.mark.parametrize("cut", [1, 40, 299])
def test_parts_of_fewer_decimals_than_the_whole(cut):
    """A part in tenths or whole numbers beside one in cents: the draw is that of cents."""
    cents = [Decimal(k * 10) / 100 for k in range(1, 301)] + [Decimal(k) / 100 for k in range(300)]
    shuffled = pd.DataFrame({"price": [*cents[:cut], *cents[300:], *cents[cut:300]]})
    whole = tables.profile(shuffled)["price"]
    parts = [tables.profile(shuffled.iloc[:cut]), tables.profile(shuffled.iloc[cut:])]
    merged = parts[0].merge(parts[1])["price"]
    assert whole.drawn is not None
    assert whole.drawn.scale == 100
    assert merged.drawn == whole.drawn


def worded(rng, n, *, tail=""):
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]
    said = [" ".join(rng.choice(words, 6)) + f" {i}{tail}" for i in range(n)]
    return pd.DataFrame({"said": said})


@pytest.mark.parametrize("cut", [1, 40, 560])
def test_free_text_is_seen_whatever_the_size_of_a_part(cut, tmp_path):
    """A part of few rows cannot tell free text: it keeps both, and together they tell."""
    rng = np.random.default_rng(0)
    before = worded(rng, 600)
    parts = [tables.profile(before.iloc[:cut]), tables.profile(before.iloc[cut:])]
    merged = parts[0].merge(parts[1])
    assert parts[1].merge(parts[0]) == merged
    merged.save(tmp_path / "merged.json")
    for reference in (merged, tmp_path / "merged.json"):
        again = tables.compare(reference, worded(rng, 1_000), joint=False)
        assert again["said"].verdict in {"same", "undecided"}
        found = tables.compare(reference, worded(rng, 1_000, tail=" refund refund"), joint=False)
        assert found.drifted == ("said",)
        assert not {"aspects-of-most-rows", "aspects-left-out"} & {n.code for n in found.notes}


def test_what_is_left_out_of_parts_is_said():
    rng = np.random.default_rng(0)
    whole = pd.concat([worded(rng, 400), pd.DataFrame({"said": ["yes", "no"] * 200})])
    merged = tables.profile(whole[:400]).merge(tables.profile(whole[400:]))
    assert [column.name for column in merged] == ["said"]
    assert [note.code for note in merged.notes] == ["aspects-left-out"]
    found = tables.compare(merged, whole, joint=False)
    assert "aspects-left-out" in [note.code for note in found.notes]


def texts(rng, n, drift=0):
    """Free text, keys, categories, texts that repeat, holes and a script without spaces."""
    words, tail = ["late", "box", "arrived", "liked", "order"], " refund refund" * drift
    said = [" ".join(rng.choice(words, rng.integers(4, 9))) for _ in range(n)]
    kept = rng.random(n) < 0.5
    return pd.DataFrame(
        {
            "said": [f"{one} {i}{tail}" for i, one in enumerate(said)],
            "key": [f"{rng.choice(['bot', 'user'][drift:])}-{i:06d}" for i in rng.permutation(n)],
            "few": rng.choice(["a", "b", "c"], n, p=[0.5 - 0.3 * drift, 0.3, 0.2 + 0.3 * drift]),
            "some": [" ".join(rng.choice(words[: 3 + drift], 3)) for _ in range(n)],
            "holes": [one + str(i) + tail if kept[i] else None for i, one in enumerate(said)],
            "script": [
                "".join(rng.choice(list("日本語文字"[drift:]), 9)) + str(i) for i in range(n)
            ],
        }
    )


def judged(reference, current):
    found = tables.compare(reference, current, joint=False)
    columns = [(c.name, c.verdict, c.reason, getattr(c, "jensen_shannon", None)) for c in found]
    return columns, found.notes


@pytest.mark.parametrize(
    ("seed", "size"),
    [
        (0, 60),
        pytest.param(1, 90, marks=pytest.mark.slow),
        pytest.param(2, 100, marks=pytest.mark.slow),
    ],
)
def test_parts_of_few_rows_are_together_the_whole(seed, size, tmp_path):
    """Of 1 to 49 rows it cannot be told what texts are: what they need is decided together."""
    rng = np.random.default_rng(seed)
    names = ["said", "key", "holes"] if seed == 0 else list(texts(rng, 2))
    rows = texts(rng, size)[names]
    if seed == 1:
        rows = rows.sort_values("holes", ignore_index=True)
    cuts = [0, *np.minimum(np.cumsum(rng.integers(1, 50, 100)), size)]
    parts = [rows[a:b].reset_index(drop=True) for a, b in itertools.pairwise(cuts) if b > a]
    profiles = [tables.profile(part) for part in parts]
    profiles[0].save(tmp_path / "part.json")
    profiles[0] = tables.Profile.load(tmp_path / "part.json")
    merged = reduce(lambda a, b: a.merge(b), profiles)
    rest = reduce(lambda a, b: a.merge(b), profiles[1:])
    assert merged == rest.merge(profiles[0])
    whole = tables.profile(rows)
    assert [column.name for column in merged] == [column.name for column in whole]
    for drift in (0, 1):
        current = texts(rng, 100, drift)[names]
        assert judged(merged, current) == judged(whole, current)
    assert judged(merged, current)[0][0][1] == "drifted"


def test_a_profile_of_few_rows_is_compared_as_the_free_text_of_the_reference():
    rng = np.random.default_rng(0)
    before, few = texts(rng, 200)[["said"]], texts(rng, 40, drift=1)[["said"]]
    assert "said ▸ words" not in [column.name for column in tables.profile(few)]
    assert judged(tables.profile(before), tables.profile(few))[0][0][1] == "drifted"


def test_a_part_without_values_does_not_hide_free_text():
    rng = np.random.default_rng(0)
    rows = texts(rng, 120)[["said"]]
    nothing = pd.DataFrame({"said": [None] * 60})
    merged = tables.profile(nothing).merge(tables.profile(rows))
    current = texts(rng, 150, drift=1)[["said"]]
    assert judged(merged, current) == judged(tables.profile(pd.concat([nothing, rows])), current)
    numbers = tables.profile(nothing).merge(tables.profile(pd.DataFrame({"said": range(90)})))
    assert numbers.unsettled == ()
