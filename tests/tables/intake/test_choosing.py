"""Which rows and columns are compared, and as what: in Python and on the command line alike."""

import json
import sqlite3
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.errors import InputError

N = 3_000


def frame(seed, shift=0.0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "land": rng.choice(["AT", "DE"], N),
            "x": rng.normal(shift, 1, N),
            "code": rng.integers(0, 90, N),
            "raw_a": rng.normal(size=N),
            "raw_b": ["gone" if i % 5 == 0 else f"{v:.3f}" for i, v in enumerate(rng.random(N))],
        }
    )


def names(found):
    return [column.name for column in found]


def test_columns_by_pattern():
    sides = frame(0), frame(1)
    assert names(tables.compare(*sides, columns=["raw_*"])) == ["raw_a", "raw_b"]
    assert names(tables.compare(*sides, exclude=["raw_?", "x"])) == ["land", "code"]
    assert names(tables.compare(*sides, columns=["raw_*"], exclude=["raw_a"])) == ["raw_b"]
    with pytest.raises(InputError, match="neither side has a column 'y\\*'"):
        tables.compare(*sides, columns=["y*"])
    with pytest.raises(InputError, match="leaves no column"):
        tables.compare(*sides, exclude=["*"])


def test_rows_by_a_condition():
    before, after = frame(0), frame(1)
    after.loc[after["land"] == "DE", "x"] += 2
    assert tables.compare(before, after)["x"].verdict == "drifted"
    found = tables.compare(before, after, where="land = 'AT'")
    assert found["x"].verdict != "drifted"
    assert found.current.rows == int((after["land"] == "AT").sum())


@pytest.mark.parametrize(
    "where",
    ["", "x > 1; DROP TABLE t", "x > 1) OR (1 = 1", "x > 1 -- all", "x = 'a", "no_such > 1", "("],
)
def test_what_is_no_condition_is_refused(where):
    with pytest.raises(InputError, match="where="):
        tables.compare(frame(0), frame(1), where=where)


def test_a_condition_of_a_database():
    with sqlite3.connect(":memory:") as connection:
        frame(0).to_sql("t", connection, index=False)
        side = tables.Relation(connection, "t")
        assert tables.compare(side, side, where="land = 'DE'").check()


def test_roles():
    before, after = frame(0), frame(1)
    found = tables.compare(before, after, roles={"code": "categorical", "raw_b": "categorical"})
    assert {found["code"].role, found["raw_b"].role} == {"categorical"}
    numbers = tables.compare(before, after, roles={"raw_b": "numeric"})["raw_b"]
    assert numbers.role == "numeric"
    assert "unreadable" in [str(label) for label in numbers.outcomes.labels]
    with pytest.raises(InputError, match="choose one of numeric"):
        tables.compare(before, after, roles={"code": "number"})


@pytest.mark.parametrize("kind", ["pandas", "CSV", "SQLite"])
def test_a_role_of_times_is_read_by_each_engine_in_its_way(kind, tmp_path):
    """SQLite made 2024 of every moment of that year, so that no change was seen."""
    connection = sqlite3.connect(":memory:")

    def side(name, month):
        days = pd.date_range(f"2024-{month}-01", periods=300, freq="h")
        data = pd.DataFrame({"t": days.strftime("%Y-%m-%d %H:%M:%S"), "n": range(300)})
        data.loc[::10, "t"] = "soon"
        if kind == "pandas":
            return data
        if kind == "CSV":
            data.to_csv(tmp_path / f"{name}.csv", index=False)
            return tmp_path / f"{name}.csv"
        data.to_sql(name, connection, index=False)
        return tables.Relation(connection, name)

    (january, june), roles = (side(f"of_{m}", m) for m in ("01", "06")), {"t": "date/time"}
    found = tables.compare(january, june, columns=["t"], roles=roles)["t"]
    assert (found.role, found.verdict) == ("date/time", "drifted")
    assert "unreadable" in map(str, found.outcomes.labels)
    assert tables.compare(january, january, columns=["t"], roles=roles)["t"].verdict == "same"
    with pytest.raises(InputError, match="roles\\['n'\\] is 'date/time', but the column is BIGINT"):
        tables.profile(january, roles={"n": "date/time"})


def test_a_sample_is_seeded_and_said():
    before, after = frame(0), frame(1, shift=1.0)
    found = [tables.compare(before, after, sample=400, seed=seed) for seed in (1, 1, 2)]
    assert {f.current.rows for f in found} == {400}
    assert "of samples of 400 rows" in found[0].headline
    values = [f["x"].jensen_shannon.value for f in found]
    assert values[0] == values[1] != values[2]
    assert found[0]["x"].verdict == "drifted"


def test_the_command_line_says_the_same(tmp_path):
    for name, data in (("a", frame(0)), ("b", frame(1))):
        data.to_csv(tmp_path / f"{name}.csv", index=False)
    (tmp_path / "kullback.toml").write_text("exclude = ['raw_a']\n[roles]\ncode = 'categorical'\n")
    options = ["--where", "land = 'AT'", "--null", "gone", "--columns", "raw_*,code", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "kullback", "compare", "a.csv", "b.csv", *options],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    found = tables.compare(
        tmp_path / "a.csv",
        tmp_path / "b.csv",
        where="land = 'AT'",
        nulls=["gone"],
        columns=["raw_*", "code"],
        exclude=["raw_a"],
        roles={"code": "categorical"},
    )
    told = json.loads(done.stdout)
    assert [column["name"] for column in told["columns"]] == names(found)
    assert [c["p_value"] for c in told["columns"]] == [c.p_value for c in found]
    assert found["raw_b"].role == "numeric"
    assert found["raw_b"].missing.current == pytest.approx(0.2, abs=0.05)


def test_windows_and_segments_take_the_same():
    """What is chosen within a segment is what is chosen in its rows alone."""
    before, after = frame(0), frame(1)
    after.loc[after["land"] == "DE", "x"] += 2
    how = {"exclude": ["raw_a"], "where": "code < 60", "roles": {"code": "categorical"}}
    found = tables.segments(before, after, "land", nulls=["gone"], **how)
    parts = {segment.label: segment.comparison for segment in found.segments}
    assert {label: names(table) for label, table in parts.items()} == {
        land: ["x", "code", "raw_b"] for land in ("AT", "DE")
    }
    assert parts["DE"]["x"].verdict == "drifted" != parts["AT"]["x"].verdict
    alone = tables.compare(
        *(side[(side["code"] < 60) & (side["land"] == "DE")] for side in (before, after))
    )
    assert parts["DE"].current.rows == alone.current.rows
    assert parts["DE"]["code"].role == "categorical"
    days = {"day": pd.date_range("2024-01-01", periods=3).repeat(N // 3)}
    windows = tables.windows(before, after.assign(**days), on="day", sample=600, **how)
    assert sum(window.rows for window in windows) <= 600
    assert all(names(w.comparison) == ["land", "x", "code", "raw_b"] for w in windows)


def test_a_pattern_names_no_column():
    """What only cuts the data, or names rows, is compared if it is named, not if a star fits it."""
    sides = [
        frame(seed).assign(
            time_hour=pd.date_range(start, periods=N, freq="min"), key=np.arange(N) + 10**6 * seed
        )
        for seed, start in ((0, "2024-01-01"), (1, "2024-02-01"))
    ]
    for how in ({}, {"exclude": ["x"]}, {"exclude": ["raw_*"]}, {"columns": ["*"]}):
        found = tables.compare(*sides, joint=False, **how)
        assert set(found.skipped) == {"time_hour", "key"}, how
    found = tables.compare(*sides, columns=["x", "time_hour"], joint=False)
    assert found["time_hour"].verdict == "drifted"


def as_people_write(data, path):
    """A German export: semicolons, decimal commas, Latin letters, a word for no value."""
    data.assign(x=[f"{v:.4f}".replace(".", ",") for v in data["x"]]).to_csv(
        path, index=False, sep=";", encoding="latin-1"
    )
    return path


@pytest.fixture
def exports(tmp_path):
    """Both sides as files, as the frames that they should be read as, and how they are written."""
    sides = [frame(seed).round(4) for seed in (0, 1)]
    for side in sides:
        side.loc[::7, "raw_b"] = "Öl"
        side["day"] = pd.date_range("2024-01-01", periods=10).repeat(N // 10)
        side.loc[::9, "land"] = "gone"
    files = [as_people_write(side, tmp_path / f"{i}.csv") for i, side in enumerate(sides)]
    kept = [side.replace({"land": {"gone": None}}).query("code > 10") for side in sides]
    how = {"delimiter": ";", "encoding": "latin-1", "nulls": ["gone"], "where": "code > 10"}
    return files, kept, how


def test_joint_takes_the_same(exports):
    files, kept, how = exports
    found, plain = tables.joint(*files, ("land", "x"), **how), tables.joint(*kept, ("land", "x"))
    assert found.current.rows == plain.current.rows
    assert found.joint.jensen_shannon.value == pytest.approx(plain.joint.jensen_shannon.value)
    assert found.dependence.value == pytest.approx(plain.dependence.value)
    drawn = tables.joint(*files, ("land", "x"), sample=500, seed=3, **how)
    assert drawn.reference.rows == drawn.current.rows == 500


def test_sensitivity_takes_the_same(exports):
    files, kept, how = exports
    found = tables.sensitivity(*files, "x", bins=(10, 20), **how)
    plain = tables.sensitivity(*kept, "x", bins=(10, 20))
    assert [c.jensen_shannon for c in found] == pytest.approx([c.jensen_shannon for c in plain])
    by_name = tables.sensitivity(*files, "code", roles={"code": "categorical"}, **how)
    assert [choice.bins for choice in by_name] == [None] * 4


def test_a_profile_takes_the_same(exports, tmp_path):
    files, kept, how = exports
    roles = {"code": "categorical"}
    made = tables.profile(files[0], exclude=["raw_*"], roles=roles, **how)
    plain = tables.profile(kept[0], exclude=["raw_*"])
    assert [column.name for column in made] == ["land", "x", "code", "day"]
    assert made.rows == plain.rows
    assert [made[n].body for n in ("land", "x")] == [plain[n].body for n in ("land", "x")]
    by_name = {str(value): n for value, n in plain["code"].body.counts.items()}
    assert made["code"].body.counts == by_name
    made.save(tmp_path / "made.json")
    again = tables.compare(tmp_path / "made.json", files[1], exclude=["raw_*"], roles=roles, **how)
    assert again.check()
    with pytest.raises(InputError, match="has no column 'y\\*'"):
        tables.profile(files[0], columns=["y*"], **how)
    with pytest.raises(InputError, match="no column to profile"):
        tables.profile(files[0], exclude=["*"], **how)


def test_a_monitor_takes_the_same(exports):
    files, kept, how = exports
    found = tables.monitor(*files, on="day", exclude=["raw_*"], **how)
    plain = tables.monitor(*kept, on="day", columns=["land", "x", "code"])
    assert found.monitor.columns == plain.monitor.columns == ("land", "x", "code")
    assert [look.rows for look in found.looks] == [look.rows for look in plain.looks]
    for here, there in zip(found.looks, plain.looks, strict=True):
        assert here.evidence == pytest.approx(there.evidence)


def test_the_settings_are_of_profiles_and_monitors_too(exports, tmp_path):
    files, _, how = exports
    (tmp_path / "kullback.toml").write_text(
        "delimiter = ';'\nencoding = 'latin-1'\nnulls = ['gone']\nwhere = 'code > 10'\n"
        "exclude = ['raw_*']\n[roles]\ncode = 'categorical'\n"
    )

    def run(*arguments):
        command = [sys.executable, "-m", "kullback", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)

    run("profile", "0.csv", "-o", "made.json")
    asked = {"exclude": ["raw_*"], "roles": {"code": "categorical"}, **how}
    made, told = tables.profile(files[0], **asked), tables.Profile.load(tmp_path / "made.json")
    assert [column.name for column in told] == ["land", "x", "code", "day"]
    assert {n: told[n].body for n in ("x", "code")} == {n: made[n].body for n in ("x", "code")}
    told = json.loads(run("monitor", "0.csv", "1.csv", "--on", "day", "--json").stdout)
    found = tables.monitor(*files, on="day", **asked)
    assert [look["rows"] for look in told["looks"]] == [look.rows for look in found.looks]
    assert told["looks"][-1]["evidence"] == pytest.approx(found.looks[-1].evidence)
