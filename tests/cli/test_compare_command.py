"""kullback compare: verdicts, gates and forms."""

import json

import pytest

from kullback import tables


def test_text(run, csvs):
    done = run("compare", *csvs)
    assert done.code == 0
    assert done.err == ""
    assert done.out.startswith("✗ drifted: 1 of 2 columns")
    assert "KL(current‖reference)" in done.out
    assert "1 drifted · 0 undecided · 1 same · 1 skipped" in done.out
    assert "kullback explain verdict" in done.out


def test_it_says_what_the_library_says(run, csvs):
    comparison = tables.compare(*map(str, csvs))
    assert run("compare", *csvs).out == f"{comparison}\n"
    assert run("compare", *csvs, "--format", "md").out == comparison.to_markdown()
    assert run("compare", *csvs, "--json").out == comparison.to_json() + "\n"


def test_json(run, csvs):
    for options in (["--json"], ["--format", "json"]):
        read = json.loads(run("compare", *csvs, *options).out)
        assert read["verdict"] == "drifted"
        assert read["unit"] == "bits"
        assert read["direction"] == "KL(current‖reference)"
        assert [column["name"] for column in read["columns"]] == ["city", "day", "year"]


def test_quiet(run, csvs):
    done = run("compare", *csvs, "-q")
    assert done.out.count("\n") == 1
    assert done.out.startswith(
        "drifted: 1 of 2 columns, 1 skipped; the largest difference is in 'city'"
    )


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 0),
        (["--fail-on", "drift"], 1),
        (["--fail-on", "undecided"], 1),
        (["--fail-on", "drift", "--columns", "day"], 0),
        (["--fail-on", "drift", "--tolerance", "0.9"], 0),
        (["--fail-on", "drift", "--json"], 1),
        (["--fail-on", "drift", "-q"], 1),
        (["--fail-on", "drift", "--format", "md"], 1),
    ],
)
def test_gate(run, csvs, options, code):
    done = run("compare", *csvs, *options)
    assert done.code == code
    assert done.out
    assert ("gate failed (--fail-on" in done.err) == (code == 1)


def test_nothing_compared_is_not_decided(run, csvs):
    args = (*csvs, "--columns", "year")
    assert run("compare", *args, "--fail-on", "drift").code == 0
    done = run("compare", *args, "--fail-on", "undecided")
    assert done.code == 1
    assert "nothing was compared" in done.err
    assert "? nothing to compare" in done.out


def test_options_reach_the_library(run, csvs):
    args = ["--unit", "nats", "--level", "0.9", "--alpha", "0.01", "--tolerance", "0.02"]
    read = json.loads(run("compare", *csvs, "--json", *args).out)
    assert (read["unit"], read["level"], read["alpha"], read["tolerance"]) == (
        "nats",
        0.9,
        0.01,
        0.02,
    )


def test_columns(run, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('"a,b",c,d\n' + "x,1,2\ny,2,3\n" * 50)
    for options in (['--columns="a,b",c'], ['--columns="a,b"', "--columns", "c"]):
        read = json.loads(run("compare", path, path, "--json", *options).out)
        assert [column["name"] for column in read["columns"]] == ["a,b", "c"]
    assert run("compare", path, path, "--columns", '"a').code == 2


def test_html(run, csvs, tmp_path):
    page = tmp_path / "report.html"
    done = run("compare", *csvs, "--html", page, "-q")
    assert done.code == 0
    assert done.err.startswith(f"wrote {page} (")
    text = page.read_text(encoding="utf-8")
    assert "✗ drifted" in text
    assert "What explains it" in text


def test_the_page_is_written_before_the_gate(run, csvs, tmp_path):
    page = tmp_path / "report.html"
    assert run("compare", *csvs, "--html", page, "--fail-on", "drift").code == 1
    assert page.exists()


def test_html_never_replaces_an_input(run, csvs):
    before = csvs[1].read_bytes()
    done = run("compare", *csvs, "--html", csvs[1])
    assert done.code == 2
    assert csvs[1].read_bytes() == before


def test_all_shows_what_explains(run, csvs):
    assert "What explains" not in run("compare", *csvs).out
    assert "What explains 'city'" in run("compare", *csvs, "--all").out


@pytest.mark.parametrize(
    "options",
    [
        ["--alpha", "0"],
        ["--alpha", "nan"],
        ["--level", "1"],
        ["--level", "95"],
        ["--tolerance", "-1"],
        ["--tolerance", "nan"],
        ["--tolerance", "inf"],
        ["--unit", "bytes"],
        ["--fail-on", "always"],
        ["--format", "xml"],
        ["--columns", "nope"],
        ["--json", "-q"],
        ["--json", "--format", "md"],
    ],
)
def test_bad_options(run, csvs, options):
    done = run("compare", *csvs, *options)
    assert done.code == 2
    assert done.out == ""
    assert "error: " in done.err


def test_bad_files(run, csvs, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    for path in ("nowhere.csv", empty, tmp_path, "-"):
        done = run("compare", csvs[0], path)
        assert done.code == 2, path
        assert done.out == ""
        assert done.err.startswith("error: ")


def test_hostile_names_reach_neither_terminal_nor_page(run, tmp_path):
    path = tmp_path / "h.csv"
    name = '"<script>alert(1)</script>\x1b[31m"'
    rows = [f'"{"<b>" if i % 2 else chr(27) + "[2J"}"' for i in range(100)]
    path.write_text("\n".join([name, *rows]) + "\n")
    other = tmp_path / "o.csv"
    other.write_text("\n".join([name, *(['"<b>"'] * 80 + rows[:20])]) + "\n")
    page = tmp_path / "r.html"
    done = run("compare", path, other, "--html", page, "--all")
    assert done.code == 0
    assert "\x1b" not in done.out + done.err
    assert "<script>alert" not in page.read_text(encoding="utf-8")
