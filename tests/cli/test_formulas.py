"""kullback kl of two formulas."""

import json

import pytest


def test_two_normals(run):
    done = run("kl", "normal(0,1)", "normal(1,2)")
    assert (done.code, done.err) == (0, "")
    # ln 2 − 1/4 and 2 − ln 2
    assert done.out.startswith("KL(P‖Q) = 0.443147 nats   (0.639326 bits)")
    assert "P = Normal(loc=0, scale=1), Q = Normal(loc=1, scale=2)." in done.out
    assert "KL(Q‖P)          1.306853 nats" in done.out
    assert "closed form" in done.out


def test_every_quantity_says_how_it_was_obtained(run):
    facts = json.loads(run("kl", "gamma(2, rate=3)", "lognormal(0,1)", "--json", "--bits").out)
    assert facts["unit"] == "bits"
    assert [q["quantity"] for q in facts["quantities"]][:3] == ["KL(P‖Q)", "KL(Q‖P)", "JS(P, Q)"]
    assert all(q["method"] for q in facts["quantities"])
    assert all(q["error"] < 1e-9 for q in facts["quantities"])


def test_infinite_has_a_reason(run):
    done = run("kl", "normal(0,1)", "gamma(2,1)")
    assert done.out.startswith("KL(P‖Q) = ∞ nats")
    assert "note: KL(P‖Q): P lives on" in done.out
    facts = json.loads(run("kl", "normal(0,1)", "gamma(2,1)", "--json").out)
    assert facts["quantities"][0]["value"] is None
    assert facts["quantities"][0]["value_infinite"] is True
    assert run("kl", "normal(0,1)", "gamma(2,1)", "-q").out == "inf\n"


@pytest.mark.parametrize("option", ["--normalize", "--explain"])
def test_options_for_numbers_only(run, option):
    done = run("kl", "normal(0,1)", "normal(1,2)", option)
    assert done.code == 2
    assert "for numbers, not for formulas" in done.err


def test_page(run, tmp_path):
    page = tmp_path / "normals.html"
    assert run("kl", "normal(0,1)", "normal(1,2)", "--html", page).code == 0
    assert "Normal(loc=1, scale=2)" in page.read_text(encoding="utf-8")


def test_parentheses_in_names_and_files_make_no_formula(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data(1).csv").write_text("share\n0.7\n0.3\n")
    assert run("kl", "data(1).csv", "0.7,0.3", "-q").out == "0\n"
    assert run("kl", "live(a)=0.7,live(b)=0.3", "live(a)=0.7,live(b)=0.3", "-q").out == "0\n"
