"""``kullback score``: labels in many forms, and what it says of files that do not fit."""

import json

import pytest

FORMS = {
    "float labels": "y,p_0,p_1\n0.0,0.7,0.3\n1.0,0.4,0.6\n",
    "truth values": "y,p_False,p_True\nFalse,0.7,0.3\nTrue,0.4,0.6\n",
    "yes and no": "y,p_no,p_yes\nno,0.7,0.3\nyes,0.4,0.6\n",
    "truth values of 0 and 1": "y,p_0,p_1\nfalse,0.7,0.3\ntrue,0.4,0.6\n",
    "the second class": "y,p\nill,0.6\nfine,0.3\n",
    "the class of the column": "y,p_ill\nwell,0.3\nill,0.6\n",
    "the first class of the column": "y,p_ill\nill,0.7\nwell,0.4\n",
    "names with spaces": "y,p_my cat,p_my dog\nmy cat,0.7,0.3\nmy dog,0.4,0.6\n",
    "01 and 1": "y,p_01,p_1\n01,0.7,0.3\n1,0.4,0.6\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_labels_in_many_forms(run, tmp_path, form):
    (tmp_path / "f.csv").write_text(FORMS[form])
    done = run("score", tmp_path / "f.csv", "--json")
    assert done.code == 0, done.err
    expected = 0.4337502838523616  # −(ln 0.7 + ln 0.6)/2
    assert json.loads(done.out)["cross_entropy"] == pytest.approx(expected, rel=1e-14)


def test_one_column_and_one_class(run, tmp_path):
    for text in ("y,p\n1,0.7\n1,0.4\n", "y,p_ill\nill,0.7\nill,0.4\n", "y,p_0\n0,0.7\n0,0.4\n"):
        (tmp_path / "f.csv").write_text(text)
        facts = json.loads(run("score", tmp_path / "f.csv", "--json").out)
        assert facts["cross_entropy"] == pytest.approx(0.6364828379064438, rel=1e-14)


def test_single_precision_and_rounded_shares(run, tmp_path):
    pandas = pytest.importorskip("pandas")
    columns = {"y": [True, False], "p_False": [0.1, 0.2], "p_True": [0.9, 0.8]}
    table = pandas.DataFrame(columns).astype({"p_False": "float32", "p_True": "float32"})
    table.to_parquet(tmp_path / "f.parquet")
    assert run("score", tmp_path / "f.parquet").code == 0
    (tmp_path / "r.csv").write_text("y,p_a,p_b,p_c\na,0.333,0.333,0.333\nb,0.2,0.5,0.3\n")
    rounded = run("score", tmp_path / "r.csv")
    assert rounded.code == 0
    assert "printed with 3 digits" in rounded.out
    (tmp_path / "w.csv").write_text("y,p_a,p_b,p_c\na,0.3,0.3,0.3\nb,0.2,0.5,0.7\n")
    refused = run("score", tmp_path / "w.csv")
    assert refused.code == 2
    assert "--normalize" in refused.err
    assert "mass=" not in refused.err
    facts = json.loads(run("score", tmp_path / "r.csv", "--normalize", "--json").out)
    assert facts["cross_entropy"] == pytest.approx(0.8958797346140275, rel=1e-12)  # ln(3 · 2)/2


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        ("y,p_0,p_1\n0,0.7,0.3\n,0.4,0.6\n", [], "1 of 2 rows have no label, the first is row 1"),
        ("y,p_a,p_b\na,0.7,0.3\nc,0.4,0.6\n", [], "row 1 (counted from 0) is 'c'"),
        ("y,p\na,0.7\nb,0.4\nc,0.4\n", [], "of 3 classes"),
        ("y,p\nill,0.7\nill,0.4\n", [], "of 1 classes"),
        ("y,p,g\n0,0.7,x\n1,0.4,\n", ["--groups", "g"], "cluster[1] is missing"),
        ("y,p,w\n0,0.7,1\n1,0.4,x\n", ["--weights", "w"], "'w' holds no number"),
        ("id,y,a,b\n1,a,0.7,0.3\n", [], "are id, a, b"),
        ("y,a,b\na,0.7,0.3\n", ["--probabilities", "a,a"], "named twice"),
        ("y,a,b\na,0.7,0.3\n", ["--label", "y,y"], "named twice"),
        ("y,a,a\na,0.7,0.3\n", [], "more than one column named 'a'"),
        ("y,p_0,p_1\n", [], "at least one sample"),
    ],
)
def test_messages_that_help(run, tmp_path, text, arguments, words):
    (tmp_path / "x.csv").write_text(text)
    done = run("score", tmp_path / "x.csv", *arguments)
    assert done.code == 2
    assert words in done.err
    assert "classes=" not in done.err
