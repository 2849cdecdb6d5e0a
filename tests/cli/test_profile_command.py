"""kullback profile: a file of counts, merged and compared from the command line."""

import json

import pytest

from kullback import tables


@pytest.fixture
def halves(tmp_path):
    paths = [tmp_path / name for name in ("a.csv", "b.csv")]
    for k, path in enumerate(paths):
        rows = (f"{(i * 37 % 101) / 7},{'xyz'[i % 3]}\n" for i in range(k, 4_000, 2))
        path.write_text("size,kind\n" + "".join(rows))
    return paths


def test_a_file_to_compare_against(run, halves, tmp_path):
    path = tmp_path / "a.json"
    done = run("profile", halves[0], "-o", path)
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith(f"wrote {path} (")
    assert "2000 rows, 2 columns" in done.err
    assert tables.Profile.load(path) == tables.profile(str(halves[0]))
    done = run("compare", path, halves[1], "--fail-on", "undecided")
    assert done.code == 0
    assert "same" in done.out


def test_standard_output_is_the_profile(run, halves):
    done = run("profile", halves[0], "--columns", "size", "--bins", "5")
    document = json.loads(done.out)
    assert done.err == ""
    assert [column["name"] for column in document["columns"]] == ["size"]
    # Five bins, two of each tail, and one beyond either end.
    assert len(document["columns"][0]["counts"]) == 5 + 2 * 2 + 2


def test_parts_merge(run, halves, tmp_path):
    first, both = tmp_path / "a.json", tmp_path / "both.json"
    assert run("profile", halves[0], "-o", first).code == 0
    assert run("profile", first, halves[1], "-o", both).code == 0
    whole = tables.profile(str(tmp_path / "*.csv"))
    assert [c.grid for c in tables.Profile.load(both)] == [c.grid for c in whole]
    assert run("profile", both, halves[1], "-o", both).code == 0
    assert tables.Profile.load(both).rows == 6_000


def test_privacy_and_like(run, halves, tmp_path):
    plan, like = tmp_path / "plan.json", tmp_path / "like.json"
    assert run("profile", halves[0], "--privacy", "30", "-o", plan).code == 0
    assert json.loads(plan.read_text())["privacy"] == 30
    assert run("profile", halves[1], "--like", plan, "-o", like).code == 0
    edges = [tables.Profile.load(path)["size"].body.edges for path in (plan, like)]
    assert edges[0] == edges[1] != ()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["none.csv"], "no such file"),
        (["-"], "cannot take '-'"),
        ([], "Missing argument"),
        (["DATA", "-o", "DATA"], "would replace the input"),
        (["DATA", "-o", "nowhere/p.json"], "there is no folder"),
        (["DATA", "--privacy", "0"], "0 is not in the range"),
        (["DATA", "--like", "none.json"], "no such profile"),
        (["DATA", "--columns", "nope"], "no column 'nope'"),
    ],
)
def test_what_cannot_be_done(run, halves, options, said):
    done = run("profile", *(str(halves[0]) if option == "DATA" else option for option in options))
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_broken_profile(run, halves, tmp_path):
    path = tmp_path / "p.json"
    run("profile", halves[0], "-o", path)
    path.write_text(path.read_text()[:500])
    done = run("compare", path, halves[1])
    assert done.code == 2
    assert "is not a profile" in done.err
