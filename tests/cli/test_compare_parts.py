"""kullback compare: windows, segments, marks and weights."""

import json

import numpy as np
import pandas as pd
import pytest

from kullback import tables


@pytest.fixture
def pair(tmp_path):
    rng = np.random.default_rng(0)
    n = 4_000
    paths = []
    for i, name in enumerate(("before", "now")):
        late = np.arange(n) >= n // 2
        table = pd.DataFrame(
            {
                "day": np.where(late, "2024-01-02", "2024-01-01"),
                "city": rng.choice(["Wien", "Graz"], n),
                "plan": np.where(late & (i == 1), "new", rng.choice(["a", "b"], n)),
                "w": rng.exponential(size=n).round(6),
            }
        )
        paths.append(tmp_path / f"{name}.csv")
        table.to_csv(paths[-1], index=False)
    return paths


def test_windows(run, pair):
    done = run("compare", *pair, "--on", "day", "--columns", "plan,city")
    found = tables.windows(*map(str, pair), on="day", columns=["plan", "city"])
    assert (done.code, done.out) == (0, f"{found}\n")
    read = json.loads(run("compare", *pair, "--on", "day", "--by", "month", "--json").out)
    assert [window["label"] for window in read["windows"]] == ["2024-01"]
    failed = run("compare", *pair, "--on", "day", "--columns", "plan", "--fail-on", "drift")
    assert failed.code == 1
    assert failed.err == "gate failed (--fail-on drift): 'plan' in '2024-01-02'\n"
    last = run("compare", *pair, "--on", "w", "--by", "1000", "--consecutive", "-q")
    assert last.code == 0
    assert "of 4 windows" in last.out


def test_segments(run, pair):
    done = run("compare", *pair, "--segments", "city", "--fail-on", "drift", "--columns", "plan")
    assert done.code == 1
    assert "'plan' in 'Graz'" in done.err
    assert done.out.startswith("✗ drifted: 2 of 2 segments")


def test_blocks_of_rows_in_order(run, pair):
    options = {"columns": ["plan", "city"], "order": "day", "block": 100}
    frames = [pd.read_csv(path).assign(day=np.arange(4_000)) for path in pair]
    for path, frame in zip(pair, frames, strict=True):
        frame.to_csv(path, index=False)
    done = run("compare", *pair, "--columns", "plan,city", "--order", "day", "--block", "100")
    assert (done.code, done.out) == (0, f"{tables.compare(*map(str, pair), **options)}\n")
    assert "needs order=" in run("compare", *pair, "--block", "100").err


def test_marks_and_weights(run, pair):
    options = ("--prediction", "plan", "--label", "city", "--weights", "w", "-q")
    done = run("compare", *pair, *options)
    assert done.code == 0
    assert done.out.strip().endswith("prediction 'plan' drifted; label 'city' same")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--by", "day"], "need --on"),
        (["--on", "day", "--segments", "city"], "do not go together"),
        (["--on", "day", "--label", "city"], "is for whole tables"),
        (["--on", "day", "--by", "moon"], "'moon' is unknown"),
        (["--on", "nope"], "no column 'nope'"),
    ],
)
def test_options_that_do_not_hold_together(run, pair, options, said):
    done = run("compare", *pair, *options)
    assert done.code == 2
    assert said in done.err


def test_windows_of_local_time(run, tmp_path, monkeypatch):
    at = pd.date_range("2024-03-30T20:00", periods=240, freq="6min", tz="UTC")
    table = pd.DataFrame({"at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "x": np.arange(240) % 3})
    table.to_csv(tmp_path / "t.csv", index=False)
    expected = at.tz_convert("Europe/Vienna").strftime("%Y-%m-%d").value_counts().to_dict()
    monkeypatch.chdir(tmp_path)
    both = ("t.csv", "t.csv", "--on", "at", "--json")

    def rows(*command):
        read = json.loads(run(*command).out)
        return {window["label"]: window["rows"] for window in read["windows"]}

    assert rows("compare", *both, "--timezone", "Europe/Vienna") == expected
    assert rows("compare", *both, "--by", "2024-03-31T03:00,2024-03-31T12:00") == {
        "2024-03-31 03:00:00": 90,
        "2024-03-31 12:00:00": 80,
    }
    (tmp_path / "kullback.toml").write_text('timezone = "Europe/Vienna"\n')
    assert rows("compare", *both) == expected
    looks = json.loads(run("monitor", *both).out)["looks"]
    assert [look["at"] for look in looks] == sorted(expected)
    assert "needs --on" in run("compare", "t.csv", "t.csv", "--timezone", "UTC").err
    assert run("compare", *both, "--timezone", "Mars").code == 2
