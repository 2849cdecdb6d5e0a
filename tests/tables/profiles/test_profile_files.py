"""Files of profiles: old ones open, broken ones say why, and a save is whole or nothing."""

import errno
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.errors import FormatError, InputError
from kullback.tables import Profile
from kullback.tables.profiles.profile import Binned, Listed

DATA = Path(__file__).parent / "data"


def profile(n=3_000):
    rng = np.random.default_rng(0)
    values = np.where(rng.random(n) < 0.3, 29.7, rng.normal(30, 5, n))
    return tables.profile(pd.DataFrame({"age": values, "town": rng.choice(["Ulm", "Bonn"], n)}))


def test_a_file_of_version_1_opens():
    """Written by kullback before version 2 existed."""
    old = Profile.load(DATA / "profile_version_1.json")
    assert (old.rows, old.privacy, len(old)) == (400, None, 8)
    amounts = old["amount"]
    assert isinstance(amounts.body, Binned)
    assert amounts.grid is None
    assert amounts.quantile(0.5).low <= np.exp(2) <= amounts.quantile(0.6).high
    assert old["seats"].role == "integer-coded"
    assert isinstance(old["plan"].body, Listed)
    assert old["user"].reason == "id-like: 400 different values in 400 rows"
    assert (old["score"].null, old["score"].nan) == (45, 21)


def test_a_file_of_version_1_works_as_a_new_one(tmp_path):
    old = Profile.load(DATA / "profile_version_1.json")
    old.save(tmp_path / "new.json")
    assert json.loads((tmp_path / "new.json").read_text())["kullback_profile"] == 3
    assert Profile.load(tmp_path / "new.json") == old
    compared = tables.compare(old, tmp_path / "new.json").compared
    assert min(column.p_value for column in compared) > 0.999
    assert old.merge(old).rows == 800
    frame = pd.DataFrame({"amount": np.random.default_rng(0).lognormal(2, 1, 400)})
    assert tables.compare(old, frame)["amount"].verdict in {"same", "undecided"}
    with pytest.raises(InputError, match="keeps only bins"):
        old.private(10)


def test_a_file_is_small_and_readable(tmp_path):
    rng = np.random.default_rng(0)
    tables.profile(pd.DataFrame({"x": rng.normal(size=100_000)})).save(tmp_path / "p.json")
    content = (tmp_path / "p.json").read_text()
    assert len(content) < 100_000
    assert content.count("\n") < 40


def change(path, edit):
    document = json.loads(path.read_text())
    edit(document)
    path.write_text(json.dumps(document))


def column(document):
    return document["columns"][0]


BROKEN = {
    "negative count": (lambda d: column(d)["counts"].__setitem__(0, -1), "'age': -1 is not a coun"),
    "fractional count": (lambda d: column(d)["counts"].__setitem__(0, 1.5), "1.5 is not a count"),
    "true as a count": (lambda d: column(d)["counts"].__setitem__(0, True), "True is not a count"),
    "text count": (lambda d: column(d)["counts"].__setitem__(0, "7"), "'7' is not a count"),
    "huge count": (lambda d: column(d)["counts"].__setitem__(0, 10**30), "rows"),
    "unsorted edges": (lambda d: column(d)["edges"].reverse(), "edges 1 and 2 are not in order"),
    "edge twice": (lambda d: column(d)["edges"].__setitem__(1, column(d)["edges"][0]), "in order"),
    "edge missing": (lambda d: column(d)["edges"].pop(), "do not fit"),
    "edge is text": (lambda d: column(d)["edges"].__setitem__(0, ["a", True]), "not a number"),
    "edge is nan": (lambda d: column(d)["edges"].__setitem__(0, [float("nan"), True]), "NaN"),
    "edge beyond doubles": (lambda d: column(d)["edges"].__setitem__(0, [10**400, True]), "'age'"),
    "infinite decimal": (
        lambda d: column(d)["edges"].__setitem__(0, [{"decimal": "Infinity"}, True]),
        "not a finite number",
    ),
    "cell count": (lambda d: column(d)["cells_rows"].__setitem__(0, -2), "-2 is not a count"),
    "cells unsorted": (lambda d: column(d)["cells_low"].reverse(), "not in order"),
    "cells missing": (lambda d: column(d)["cells_low"].pop(), "'age'"),
    "cells of no grid": (lambda d: column(d).update(cells_level=40), "no cell of level 40"),
    "level too fine": (lambda d: column(d).update(cells_level=10**9), "the finest is 40"),
    "cells and bins differ": (
        lambda d: column(d)["cells_rows"].__setitem__(0, 7_000),
        "its cells hold",
    ),
    "atom of nothing": (lambda d: column(d)["atoms"].__setitem__(0, [29.7, 5_000, 0]), "atom 29.7"),
    "duplicate name": (
        lambda d: column(d).update(name="town"),
        "more than one column named 'town'",
    ),
    "name is a number": (lambda d: column(d).update(name=3), "3 is not text"),
    "value twice": (lambda d: d["columns"][1]["values"].append(["Ulm", 1]), "listed twice"),
    "rows": (lambda d: d.update(rows=7), "counts 3000 rows, the table 7"),
    "unknown role": (lambda d: column(d).update(role="oracle"), "role 'oracle'"),
    "no columns": (lambda d: d.pop("columns"), "it has no 'columns'"),
    "later version": (lambda d: d.update(kullback_profile=4), "version 4 is unknown"),
    "columns is text": (lambda d: d.update(columns="age"), "not a profile"),
    "privacy": (lambda d: d.update(privacy=-1), "-1 is not a count"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_profile_made_by_hand_is_refused(tmp_path, name):
    edit, said = BROKEN[name]
    path = tmp_path / "p.json"
    profile().save(path)
    change(path, edit)
    with pytest.raises(FormatError, match="is not a profile") as error:
        Profile.load(path)
    assert said in str(error.value)
    assert len(str(error.value)) < 400


def test_every_truncation_is_refused(tmp_path):
    path = tmp_path / "p.json"
    tables.profile(pd.DataFrame({"x": [1.5, 2.5, None], "s": ["a", "b", "é"]})).save(path)
    whole = path.read_bytes()
    for end in range(0, len(whole) - 2, 7):
        path.write_bytes(whole[:end])
        with pytest.raises(FormatError, match="is not a profile"):
            Profile.load(path)


def test_every_changed_byte_is_refused_or_read(tmp_path):
    path = tmp_path / "p.json"
    tables.profile(pd.DataFrame({"x": [1.5, 2.5, 2.5], "s": ["a", "b", "b"]})).save(path)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for place, byte in zip(
        rng.integers(0, len(whole), 400), rng.integers(0, 256, 400), strict=True
    ):
        path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
        try:
            Profile.load(path)
        except FormatError as error:
            assert "is not a profile" in str(error)  # noqa: PT017  either answer is right


def test_nested_too_deep(tmp_path):
    (tmp_path / "p.json").write_text("[" * 100_000)
    with pytest.raises(FormatError, match="not a profile"):
        Profile.load(tmp_path / "p.json")
    with pytest.raises(InputError, match="is a folder"):
        Profile.load(tmp_path)


@pytest.mark.parametrize("step", ["write", "flush", "fsync"])
def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch, step):
    path = tmp_path / "p.json"
    profile().save(path)
    before = path.read_bytes()
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    opened = os.fdopen

    def fail(*_):
        raise full

    class Full:
        def __init__(self, *args):
            self.file = opened(*args)

        def __enter__(self):
            self.file.__enter__()
            return self

        def __exit__(self, *error):
            return self.file.__exit__(*error)

        def __getattr__(self, name):
            return fail if name == step else getattr(self.file, name)

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(os, "fdopen", Full)
    with pytest.raises(OSError, match="No space left") as error:
        profile(500).save(path)
    assert str(path) in str(error.value)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["p.json"]


def test_an_interrupted_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "p.json"
    profile().save(path)
    before = path.read_bytes()

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        profile(500).save(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["p.json"]


def test_no_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no folder") as error:
        profile(100).save(tmp_path / "nowhere" / "p.json")
    assert str(tmp_path / "nowhere" / "p.json") in str(error.value)


def test_long_names(tmp_path):
    long = ["x" * 9_999 + mark for mark in "ab"]
    frame = pd.DataFrame({long[0]: long * 100, long[1]: np.arange(200) / 7})
    made = tables.profile(frame)
    made.save(tmp_path / "p.json")
    read = Profile.load(tmp_path / "p.json")
    assert read == made
    assert read[long[0]].body.counts == dict.fromkeys(long, 100)
    assert tables.compare(read, frame)[long[0]].new == ()
    change(tmp_path / "p.json", lambda document: document.update(rows=7))
    with pytest.raises(FormatError, match="xxx…' counts 200 rows, the table 7"):
        Profile.load(tmp_path / "p.json")


def test_many_categories(tmp_path):
    frame = pd.DataFrame({"many": [f"category {i % 100_000}" for i in range(200_000)]})
    made = tables.profile(frame)
    made.save(tmp_path / "p.json")
    read = Profile.load(tmp_path / "p.json")
    assert read == made
    many = read["many"].body
    assert (len(many.counts), many.other) == (10_000, 180_000)
    assert made.merge(read)["many"].body.other == 360_000
    found = tables.compare(read, frame)["many"]
    assert (found.verdict, float(found.jensen_shannon.value)) == ("same", 0.0)
    whole = tables.profile(frame, max_outcomes=200_000)
    assert len(whole.merge(whole)["many"].body.counts) == 100_000
