"""Profiles: counts add up, merging is adding, and files come back as they went."""

import json
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kullback import tables
from kullback.errors import FormatError, InputError
from kullback.tables import Profile
from kullback.tables.profiles.profile import Binned, Listed

ROW = st.tuples(
    st.one_of(st.none(), st.floats(allow_nan=False, width=32), st.sampled_from([0.0, 1.5])),
    st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=3)),
    st.one_of(st.none(), st.integers(-(2**62), 2**62), st.integers(0, 3)),
    st.one_of(st.none(), st.booleans()),
)
TYPES = {"x": pa.float64(), "s": pa.string(), "i": pa.int64(), "b": pa.bool_()}


def table(rows):
    columns = zip(*rows, strict=True)
    return pa.table(
        {name: pa.array(c, t) for (name, t), c in zip(TYPES.items(), columns, strict=True)}
    )


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(ROW, min_size=2, max_size=40), cut=st.integers(1, 39))
def test_parts_merge_to_the_whole(rows, cut):
    whole = tables.profile(table(rows))
    parts = [part for part in (rows[:cut], rows[cut:]) if part]
    profiles = [tables.profile(table(part), like=whole) for part in parts]
    merged = profiles[0] if len(profiles) == 1 else profiles[0].merge(profiles[1])
    assert merged.rows == whole.rows == len(rows)
    for found, known in zip(merged, whole, strict=True):
        assert found.rows == len(rows)
        assert found.body == known.body
        assert (found.minimum, found.maximum) == (known.minimum, known.maximum) or (
            isinstance(known.body, Listed)
        )
        assert found.missing == known.missing


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=30))
def test_a_file_gives_back_the_profile(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("profiles") / "p.json"
    profile = tables.profile(table(rows))
    profile.save(path)
    assert Profile.load(path) == profile


def test_merge_is_commutative_and_associative():
    rng = np.random.default_rng(0)
    frames = [
        pd.DataFrame({"s": rng.choice(list("abcd"), 50), "x": rng.normal(size=50)}) for _ in "abc"
    ]
    first = tables.profile(frames[0])
    a, b, c = (tables.profile(frame, like=first) for frame in frames)
    left, right = a.merge(b).merge(c), a.merge(b.merge(c))
    assert [column.body for column in left] == [column.body for column in right]
    assert [column.body for column in a.merge(b)] == [column.body for column in b.merge(a)]


def test_merge_refuses_what_does_not_fit():
    frames = [pd.DataFrame({"x": np.linspace(a, a + 1, 500)}) for a in (0, 5)]
    one, two = (tables.profile(frame, like=tables.profile(frame)) for frame in frames)
    with pytest.raises(InputError, match="like=first"):
        one.merge(two)
    with pytest.raises(InputError, match="'y' is in only one"):
        one.merge(tables.profile(pd.DataFrame({"x": [1], "y": [2]})))


def test_pooled_categories_merge_where_their_counts_are_known():
    counts = {"a": 30, "b": 20, "c": 10, "d": 5}
    values = [label for label, n in counts.items() for _ in range(n)]
    one = tables.profile(pd.DataFrame({"s": values}), max_outcomes=2)
    assert one["s"].body == Listed({"a": 30, "b": 20}, other=15)
    two = tables.profile(pd.DataFrame({"s": ["c"] * 9 + ["a"]}), max_outcomes=2)
    merged = one.merge(two)["s"].body
    assert merged == Listed({"a": 31, "b": 20}, other=24)


def test_a_profile_holds_no_rows_of_identifiers(tmp_path):
    frame = pd.DataFrame({"user": [f"secret-{i}" for i in range(100)], "x": [1, 2] * 50})
    profile = tables.profile(frame)
    profile.save(tmp_path / "p.json")
    assert "secret" not in (tmp_path / "p.json").read_text()
    assert tables.compare(tmp_path / "p.json", frame).check()
    assert [path.name for path in tmp_path.iterdir()] == ["p.json"]


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    profile = tables.profile(pd.DataFrame({"x": [1, 2, 3]}))
    path = tmp_path / "p.json"
    profile.save(path)
    before = path.read_bytes()

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space"):
        profile.save(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["p.json"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"kullback_profile": 99}, "version 99", id="later version"),
        pytest.param({"rows": -1}, "-1 is not a count", id="negative"),
        pytest.param({"rows": 7}, "counts 3 rows, the table 7", id="sums"),
        pytest.param({"columns": None}, "not a profile", id="no columns"),
    ],
)
def test_a_profile_made_by_hand_is_checked(tmp_path, change, said):
    path = tmp_path / "p.json"
    tables.profile(pd.DataFrame({"x": [1, 2, 3]})).save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(FormatError, match=said):
        Profile.load(path)


def test_loading_what_is_no_profile(tmp_path):
    with pytest.raises(InputError, match="no such profile"):
        Profile.load(tmp_path / "none.json")
    for content in (b"{}", b"[1]", b"\xff\xfe\x00", b"{", b'{"kullback_profile": 1}'):
        (tmp_path / "p.json").write_bytes(content)
        with pytest.raises(FormatError, match="not a profile"):
            Profile.load(tmp_path / "p.json")


def test_decimals_survive_a_file(tmp_path):
    values = [Decimal(i).scaleb(-2) for i in range(3_000)]
    profile = tables.profile(pa.table({"x": values}))
    assert isinstance(profile["x"].body, Binned)
    profile.save(tmp_path / "p.json")
    assert Profile.load(tmp_path / "p.json") == profile


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"bins": 1}, "bins=1"),
        ({"bins": 2.5}, "bins=2.5"),
        ({"max_outcomes": 0}, "max_outcomes=0"),
        ({"engine": "abacus"}, "engine='abacus'"),
        ({"columns": "x"}, "pass a list"),
        ({"columns": []}, "columns is empty"),
        ({"columns": ["nope"]}, "no column 'nope'"),
        ({"like": 3}, "like is a int"),
    ],
)
def test_bad_options_are_refused(options, said):
    with pytest.raises(InputError, match=said):
        tables.profile(pd.DataFrame({"x": [1, 2, 3]}), **options)
