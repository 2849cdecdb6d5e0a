"""Names of columns that are not there: refused wherever they are given."""

import pandas as pd
import pytest


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = pd.DataFrame({"plan": ["a", "b"] * 500, "price": list(range(1000))})
    before.to_csv("before.csv", index=False)
    before.assign(plan="a").to_csv("after.csv", index=False)
    return tmp_path


@pytest.mark.parametrize(
    ("settings", "options", "said"),
    [
        ("", ["--allow", "plann"], "allow: neither side has a column 'plann'"),
        ("", ["--limit", "prise=0.5"], "limits: neither side has a column 'prise'"),
        ("allow = ['plann']", [], "allow: neither side has a column 'plann'"),
        ("[limits]\nprise = 0.5", [], "limits: neither side has a column 'prise'"),
        ("[roles]\npln = 'categorical'", [], "roles: neither side has a column 'pln'"),
    ],
)
def test_a_name_of_no_column_is_refused(run, folder, settings, options, said):
    (folder / "kullback.toml").write_text(settings)
    done = run("compare", "before.csv", "after.csv", *options)
    assert done.code == 2
    assert said in done.err
    assert "Did you mean 'p" in done.err


def test_a_waiver_of_no_column_is_reported(run, folder):
    (folder / "kullback.toml").write_text("[[waivers]]\ncolumn = 'pln'\nuntil = 2099-12-31\n")
    done = run("compare", "before.csv", "after.csv", "--fail-on", "drift", "--allow", "plan")
    assert done.code == 1
    assert "the waiver of 'pln' is of no column compared here. Did you mean 'plan'?" in done.err
    assert (
        "allow lets 'plan' be lost, retyped or skipped; drift needs a limit or waiver" in done.err
    )
