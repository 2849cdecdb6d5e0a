"""``kullback score`` as a process."""

import json
import subprocess
import sys

import pytest

ROWS = """label,p_cat,p_dog,who
cat,0.7,0.3,a
dog,0.4,0.6,a
dog,0.1,0.9,b
cat,0.6,0.4,b
"""


def run(*arguments, folder):
    command = [sys.executable, "-m", "kullback", "score", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "p.csv").write_text(ROWS)
    return tmp_path


def test_text_json_and_page(folder):
    done = run("p.csv", "--cluster", "who", "--html", "s.html", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "4 samples, 2 classes, 2 independent groups" in done.stdout
    assert "cross-entropy" in (folder / "s.html").read_text(encoding="utf-8")
    facts = json.loads(run("p.csv", "--json", "--bits", folder=folder).stdout)
    assert facts["unit"] == "bits"
    assert [c["label"] for c in facts["per_class"]] == ["cat", "dog"]


def test_the_same_from_parquet(folder):
    pandas = pytest.importorskip("pandas")
    pandas.read_csv(folder / "p.csv").to_parquet(folder / "p.parquet")
    texts = {run(name, "-q", folder=folder).stdout for name in ("p.csv", "p.parquet")}
    assert len(texts) == 1


def test_votes_and_one_probability(folder):
    (folder / "v.csv").write_text("cat,dog,n_cat,n_dog\n0.7,0.3,3,0\n0.4,0.6,1,2\n")
    done = run("v.csv", "--label", "n_cat,n_dog", "--json", folder=folder)
    facts = json.loads(done.stdout)
    assert facts["notes"][0]["code"] == "votes"
    assert [c["label"] for c in facts["per_class"]] == ["cat", "dog"]
    (folder / "b.csv").write_text("y,chance\n0,0.2\n1,0.9\n")
    facts = json.loads(run("b.csv", "--json", folder=folder).stdout)
    assert facts["cross_entropy"] == pytest.approx(0.16425203348)


def test_impossible_labels_name_their_row(folder):
    (folder / "p.csv").write_text(ROWS.replace("0.1,0.9", "1.0,0.0"))
    done = run("p.csv", "--json", folder=folder)
    assert done.returncode == 0
    facts = json.loads(done.stdout)
    assert facts["cross_entropy"] is None
    assert facts["cross_entropy_infinite"] is True
    assert facts["infinite_at"] == [[2, "dog"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["p.csv", "--label", "lable"], "Did you mean 'label'"),
        (["p.csv", "--probabilities", "p_cat"], None),
        (["absent.csv"], "absent.csv"),
        (["-"], "cannot take '-'"),
        (["w.csv"], "--label"),
        (["m.csv"], "'p_a' holds no number in 1 of 2 rows, first in row 1"),
    ],
)
def test_wrong_input(folder, arguments, words):
    (folder / "w.csv").write_text("a,b\n1,2\n")
    (folder / "m.csv").write_text("y,p_a,p_b\na,0.5,0.5\nb,,1\n")
    done = run(*arguments, folder=folder)
    if words is None:
        assert done.returncode == 0
    else:
        assert done.returncode == 2
        assert words in done.stderr
        assert done.stdout == ""
