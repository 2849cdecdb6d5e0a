"""kullback kl: what it takes, what it prints, and what it refuses."""

import io
import json
import math

import numpy as np
import pytest

import kullback

P, Q = "0.7,0.2,0.1", "0.4,0.4,0.2"


def test_the_worked_example(run):
    done = run("kl", P, Q)
    assert done.code == 0
    assert done.err == ""
    for words in ("KL(P‖Q) = 0.183787 nats", "0.265148 bits", "0.192042 nats", "extra bits"):
        assert words in done.out


def test_the_swapped_example(run):
    done = run("kl", "drama=0.4,rock=0.3,jazz=0.2,folk=0.1", "rock=0.4,drama=0.3,jazz=0.2,folk=0.1")
    assert "KL(P‖Q) = 0.028768 nats   (0.041504 bits)" in done.out
    assert "KL(Q‖P)    0.028768 nats" in done.out
    rows = {line.split()[0]: line.split() for line in done.out.split("\n") if line.strip()}
    assert rows["jazz"][5] == rows["folk"][5] == "0"


@pytest.mark.parametrize(
    ("options", "number"),
    [
        (["-q"], "0.183787"),
        (["-q", "--bits"], "0.265148"),
        (["--quiet", "--unit", "bits"], "0.265148"),
        (["-q", "--nats"], "0.183787"),
        (["-q", "--unit", "bans"], "0.079818"),
    ],
)
def test_the_number_only(run, options, number):
    assert run("kl", *options, P, Q) == (0, f"{number}\n", "")


def test_a_tiny_number_keeps_its_digits(run):
    done = run("kl", "-q", "0.5,0.5", "0.50001,0.49999")
    exact = float(kullback.kl([0.5, 0.5], [0.50001, 0.49999]))
    assert float(done.out) == pytest.approx(exact, rel=1e-5)


def test_infinite(run):
    done = run("kl", "0.5,0.5,0", "1,0,0")
    assert done.code == 0
    assert "KL(P‖Q) = ∞ nats" in done.out
    assert "outcome 2" in done.out
    assert math.isinf(float(run("kl", "-q", "0.5,0.5,0", "1,0,0").out))


def test_json(run):
    read = json.loads(run("kl", "--json", "0.5,0.5,0", "1,0,0").out)
    assert read["schema_version"] == 1
    assert read["kl"] is None
    assert read["kl_infinite"] is True
    assert read["unit"] == "nats"


def test_explain(run):
    done = run("kl", "--explain", P, Q)
    assert "Most is paid for" in done.out
    assert "The direction matters" in done.out


def test_counts(run):
    done = run("kl", "a=7,b=2,c=1", "a=40,b=40,c=20")
    assert done.code == 0
    assert "taken as counts (n=10, m=100)" in done.err
    card = kullback.counts.compare({"a": 7, "b": 2, "c": 1}, {"a": 40, "b": 40, "c": 20})
    assert str(card.kl) in done.out


def test_one_count_against_many(run):
    assert "taken as counts" in run("kl", "1,0,0", "50,30,20").err


def test_normalize(run):
    done = run("kl", "-q", "--normalize", "7,2,1", "4,4,2")
    assert done == (0, "0.183787\n", "")
    assert run("kl", "-q", "--normalize", "7e307,2e307,1e307", "4,4,2").out == "0.183787\n"


def test_mass_error_gives_the_choices(run):
    done = run("kl", "1.35,1.34,1.25", "1.03,1.08,1.12")
    assert done.code == 2
    assert done.out == ""
    assert "error: P sums to 3.94, not 1, and is not integer counts" in done.err
    value = kullback.kl([1.35, 1.34, 1.25], [1.03, 1.08, 1.12], mass="normalize")
    assert f"--normalize   (would give {float(value):.4g} nats)" in done.err


def test_counts_against_probabilities(run):
    done = run("kl", "7,2,1", Q)
    assert done.code == 2
    assert "P sums to 10" in done.err


def test_a_name_that_one_side_lacks(run):
    done = run("kl", "a=0.5,b=0.5", "a=1")
    assert done.code == 0
    assert "Q does not name 'b': taken as 0" in done.err
    assert "∞" in done.out


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("0.7, 0.2\n0.1\n", ".txt"),
        ("[0.7, 0.2, 0.1]", ".json"),
        ('{"a": 0.7, "b": 0.2, "c": 0.1}', ".json"),
        ("0.7\n0.2\n0.1\n", ".csv"),
        ("genre,share\na,0.7\nb,0.2\nc,0.1\n", ".csv"),
        ("genre\tshare\na\t0.7\nb\t0.2\nc\t0.1\n", ".tsv"),
        ("\ufeffshare\n0.7\n0.2\n0.1\n", ".csv"),
    ],
)
def test_files(run, tmp_path, text, suffix):
    path = tmp_path / f"p{suffix}"
    path.write_text(text, encoding="utf-8")
    named = "a" in text
    done = run("kl", "-q", path, "a=0.4,b=0.4,c=0.2" if named and "genre" in text else _like(text))
    assert done == (0, "0.183787\n", "")


def _like(text):
    return "a=0.4,b=0.4,c=0.2" if text.startswith("{") else Q


def test_numpy_files(run, tmp_path):
    np.save(tmp_path / "p.npy", np.array([0.7, 0.2, 0.1]))
    assert run("kl", "-q", tmp_path / "p.npy", Q).out == "0.183787\n"


def test_a_column_of_a_file(run, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('genre,"p, now",q\nrock,0.7,0.4\njazz,0.2,0.4\nfolk,0.1,0.2\n')
    done = run("kl", f"{path}:p, now", f"{path}:q")
    assert "0.183787 nats" in done.out
    assert "rock" in done.out


def test_standard_input(run, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("0.7 0.2\n0.1\n"))
    assert run("kl", "-q", "-", Q).out == "0.183787\n"
    monkeypatch.setattr("sys.stdin", io.StringIO('{"a": 0.4, "b": 0.6}'))
    assert run("kl", "-q", "a=0.4,b=0.6", "-").out == "0\n"


BAD_FILES = {
    "empty.csv": b"",
    "header.csv": b"a,b\n",
    "ragged.csv": b"a,b\n1,2\n3\n",
    "two.csv": b"p,q\n0.5,0.4\n0.5,0.6\n",
    "words.csv": b"city\nParis\nLyon\n",
    "latin.csv": b"caf\xe9,1\n",
    "quote.csv": b'a,b\n"x,1\n',
    "bad.json": b'{"a": ',
    "deep.json": b"[" * 100_000,
    "nested.json": b"[[1, 2]]",
    "number.json": b"1",
    "text.json": b'["a"]',
    "bool.json": b"[true, false]",
    "big.json": b"[1" + b"0" * 400 + b"]",
    "nan.json": b"[NaN, 1]",
    "empty.txt": b"",
    "bad.txt": b"0.5 half",
    "bad.npy": b"\x93NUMPY\x01\x00v\x00{",
    "not.npy": b"hello",
    "data.parquet": b"PAR1",
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files(run, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(BAD_FILES[name])
    done = run("kl", path, "0.5,0.5")
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert name in done.err or done.err.startswith("error: P")


def test_bad_npy_shapes(run, tmp_path):
    for array in (np.eye(2), np.array(["a"]), np.array([1j])):
        np.save(tmp_path / "p.npy", array)
        assert "one row of real numbers" in run("kl", tmp_path / "p.npy", Q).err
    np.save(tmp_path / "o.npy", np.array([{}], dtype=object), allow_pickle=True)
    assert run("kl", tmp_path / "o.npy", Q).code == 2


@pytest.mark.parametrize(
    ("p", "q", "words"),
    [
        ("", Q, "P is empty"),
        (",", Q, "P is empty"),
        ("nan,1", "0.5,0.5", "value 1 is nan"),
        ("inf,1", "0.5,0.5", "value 1 is inf"),
        ("-0.1,1.1", "0.5,0.5", "value 1 is -0.1"),
        ("-0.35667,-1.60944,-2.30259", Q, "log-probabilities"),
        ("a=-1,b=2", "a=0.5,b=0.5", "'a' is -1"),
        ("0.5,0.5", P, "outcomes"),
        ("a=0.5,b=0.5", "0.5,0.5", "P has names and Q has none"),
        ("a=0.5,a=0.5", "a=1", "'a' more than once"),
        ("a=0.5,0.5", "a=1", "expected name=value"),
        ("half", Q, "expected a number, found 'half'"),
        ("normal(0,1)", "0.5,0.5", "is a formula and '0.5,0.5' is not"),
        ("normal(0,-1)", "normal(0,1)", "scale of Normal is -1"),
        ("norml(0,1)", "normal(0,1)", "did you mean normal"),
        ("normal(0,1", "normal(0,1)", "write it as in normal(0, 1)"),
        ("nowhere.csv", Q, "there is no such file"),
        ("nowhere.csv:share", Q, "there is no such file"),
        ("-", "-", "standard input can be read once"),
        ("0,0", "0,0", ""),
        ("0,0", "0.5,0.5", "P sums to 0"),
        ("[0.5, 0.5", "1,0", "not JSON"),
    ],
)
def test_bad_arguments(run, p, q, words):
    done = run("kl", p, q)
    assert done.code == 2
    assert done.out == ""
    assert words in done.err
    assert "Traceback" not in done.err


def test_normalize_of_nothing(run):
    assert "P sums to 0 and cannot be divided" in run("kl", "--normalize", "0,0", "1,1").err


def test_columns_of_files(run, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("city,p,p\nParis,0.5,1\nLyon,0.5,0\n")
    assert "'nope' is not there; there are city, p, p" in run("kl", f"{path}:nope", Q).err
    assert "'p' is more than once" in run("kl", f"{path}:p", Q).err
    assert "kullback compare REF CUR --columns city" in run("kl", f"{path}:city", Q).err
    assert "which column is the distribution?" in run("kl", path, Q).err
    (tmp_path / "a.json").write_text("[1]")
    assert "has no columns" in run("kl", f"{tmp_path / 'a.json'}:p", Q).err
    assert "is a folder" in run("kl", tmp_path, Q).err


def test_forms_exclude_each_other(run):
    done = run("kl", "-q", "--json", P, Q)
    assert done.code == 2
    assert "choose one of" in done.err


def test_one_unit(run):
    assert run("kl", "-q", "--bits", "--unit", "bits", P, Q).out == "0.265148\n"
    done = run("kl", "--bits", "--unit", "nats", P, Q)
    assert done.code == 2
    assert "choose one unit: bits, nats" in done.err


def test_unknown_option_has_a_suggestion(run):
    for args in (("--jsn", P, Q), (P, Q, "--jsn"), ("-x", P, Q)):
        done = run("kl", *args)
        assert done.code == 2
    assert "Did you mean '--json'?" in run("kl", "--jsn", P, Q).err


def test_html(run, tmp_path):
    path = tmp_path / "card.html"
    done = run("kl", "--html", path, P, Q)
    assert done.code == 0
    assert "self-contained" in done.err
    assert "KL(P‖Q) = 0.183787 nats" in done.out
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_html_never_replaces_an_input(run, tmp_path):
    path = tmp_path / "p.json"
    path.write_text("[0.7, 0.2, 0.1]")
    done = run("kl", "--html", path, path, Q)
    assert done.code == 2
    assert "would replace the input" in done.err
    assert path.read_text() == "[0.7, 0.2, 0.1]"


def test_html_into_nowhere(run, tmp_path):
    done = run("kl", "--html", tmp_path / "no" / "a.html", P, Q)
    assert done.code == 2
    assert done.out == ""
