"""The gate, its settings and the history, from the command line."""

import json

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def folder(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    before = {"a": rng.normal(size=3000), "b": rng.choice(["u", "v"], 3000)}
    after = {"a": rng.normal(0.5, 1, 3000), "b": rng.choice(["u", "v"], 3000)}
    pd.DataFrame(before).to_csv(tmp_path / "before.csv", index=False)
    pd.DataFrame(after).to_csv(tmp_path / "after.csv", index=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return tmp_path


def compare(run, *more):
    return run("compare", "before.csv", "after.csv", *more)


def test_settings_are_found_and_options_win(run, folder):
    (folder / "pyproject.toml").write_text(
        '[tool.kullback]\nfail-on = "drift"\nunit = "nats"\nout-of-range = 0.05\n'
        "[tool.kullback.limits]\na = 0.3\n"
    )
    quiet = compare(run, "-q")
    assert (quiet.code, quiet.out) == (0, "same: 2 of 2 columns\n")
    strict = compare(run, "--limit", "a=0.01", "--unit", "bits")
    assert strict.code == 1
    assert "gate failed (--fail-on drift): 'a'" in strict.err
    (folder / "kullback.toml").write_text(
        'fail-on = "undecided"\ntolerance = 0.5\nout-of-range = 0.05\n'
    )
    assert compare(run).code == 0
    shown = compare(run, "--show-config")
    assert "kullback.toml" in shown.err
    assert "fail-on = 'undecided'" in shown.err
    assert "tolerance = 0.5" in shown.err


def test_settings_of_a_parent_folder(run, folder, monkeypatch):
    (folder / "kullback.toml").write_text('fail-on = "drift"\n')
    (folder / "deep").mkdir()
    monkeypatch.chdir(folder / "deep")
    assert run("compare", "../before.csv", "../after.csv").code == 1
    assert run("compare", "../before.csv", "../after.csv", "--config", "../no.toml").code == 2


def test_a_project_without_settings_is_passed_over(run, folder):
    (folder / "pyproject.toml").write_text('[project]\nname = "other"\n')
    assert compare(run).code == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fail_on = 'drift'", "no setting 'fail_on'"),
        ("fail-on = 'always'", "none of drift, undecided"),
        ("alpha = '0.05'", "alpha = '0.05' is no number"),
        ("columns = 'a'", "no list of column names"),
        ("limits = 3", r"write [limits]"),
        ("[limits]\na = 'x'", "limits.a = 'x' is no number"),
        ("[[waivers]]\ncolumn = 'a'", "waivers[0] has until = None"),
        ("[[waivers]]\ncolumn = 'a'\nuntil = '2026-12-31'", "without quotes"),
        ("[[waivers]]\nuntil = 2026-12-31", "names no column"),
        ("[[waivers]]\ncolum = 'a'", "Did you mean 'column'"),
        ("= 3", "is not TOML"),
        ("alpha = 7", "alpha=7"),
    ],
)
def test_wrong_settings(run, folder, text, words):
    (folder / "kullback.toml").write_text(text)
    done = compare(run)
    assert done.code == 2
    assert words in done.err
    assert done.out == ""


def test_waivers(run, folder):
    waiver = '[[waivers]]\ncolumn = "a"\nuntil = {}\nreason = "new sensor"\n'
    (folder / "kullback.toml").write_text(waiver.format("9999-12-31"))
    done = compare(run, "--fail-on", "drift", "--json")
    assert done.code == 0
    assert "waived until 9999-12-31: 'a': new sensor" in done.err
    gate = json.loads(done.out)["gate"]
    assert (gate["passed"], gate["failures"]) == (True, [])
    (folder / "kullback.toml").write_text(waiver.format("2020-01-01"))
    done = compare(run, "--fail-on", "drift")
    assert done.code == 1
    assert "the waiver of 'a' ended on 2020-01-01" in done.err


@pytest.mark.parametrize("limit", ["a", "a=x", "=", "a=2"])
def test_wrong_limits(run, folder, limit):
    done = compare(run, "--limit", limit)
    assert done.code == 2
    assert "BITS" in done.err or "limits['a']=2" in done.err


def test_forms(run, folder, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    done = compare(run, "--format", "github", "--fail-on", "drift")
    assert done.code == 1
    assert done.out.startswith("::error title=kullback%3A 'a'::drifted: JS 0.0")
    assert (folder / "summary.md").read_text(encoding="utf-8").startswith("## Two datasets")
    assert compare(run, "--format", "junit").out.startswith("<?xml")
    assert compare(run, "--format", "openmetrics").out.endswith("# EOF\n")
    assert compare(run, "--format", "junit", "--json").code == 2
    assert (folder / "summary.md").read_text(encoding="utf-8").count("# Two datasets") == 1


def test_a_history_grows_and_is_shown(run, folder):
    for _ in range(2):
        done = compare(run, "--append", "h.duckdb", "-q")
        assert done.code == 0
        assert "added 8 rows to h.duckdb" in done.err
    shown = run("history", "h.duckdb", "--html", "h.html")
    assert shown.code == 0
    assert "drifted, 1 of 2 columns; the largest difference is in 'a'" in shown.out
    assert "<svg" in (folder / "h.html").read_text(encoding="utf-8")
    rows = json.loads(run("history", "h.duckdb", "--json", "--column", "b").out)["history"]
    assert {row["column"] for row in rows} == {"b"}
    assert len(rows) == 2
    assert run("history", "h.duckdb", "-q").out.count("\n") == 1
    assert "share" in run("history", "h.duckdb", "--measure", "missing").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.duckdb"], "there is no history"),
        (["h.duckdb", "--since", "yesterday"], "is no date"),
        (["h.duckdb", "--column", "zzz"], "nothing of that kind"),
        (["before.csv"], "no DuckDB database"),
    ],
)
def test_wrong_histories(run, folder, arguments, words):
    compare(run, "--append", "h.duckdb")
    done = run("history", *arguments)
    assert done.code == 2
    assert words in done.err
