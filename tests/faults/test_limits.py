"""What is claimed, nested, doubled or endless in small files: refused in words, and at once."""

import struct

import pytest
from faults.doors import READERS, attempt, most_memory

from kullback import cli, tables
from kullback.errors import FormatError, InputError
from kullback.limits import json_of

DEEP = 100_000
MANY = 200_000  # of which no two can be compared with each other in the time that a test takes


def safetensors(header):
    return struct.pack("<Q", len(header)) + header


def npy(shape):
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + b"\0" * 64


def names(count):
    return "{" + ", ".join(f'"k{i % 2}": 1' for i in range(count)) + "}"


NESTED = b"[" * DEEP + b"]" * DEEP
OBJECTS = b'{"a":' * DEEP + b"1" + b"}" * DEEP
DIGITS = b'{"choices": [{"logprobs": {"content": [{"token": "a", "logprob": -' + b"9" * 200_000
TENSOR = b'{"logits": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 64]}}'
SMALL = {
    "nested lists": (NESTED, ["profile", "monitor", "logprobs", "kl json", "safetensors index"]),
    "nested objects": (OBJECTS, ["profile", "monitor", "logprobs", "kl json", "tables jsonl"]),
    "endless number": (DIGITS + b"}]}}]}", ["logprobs", "profile", "kl json"]),
    "nested settings": (b"a = " + NESTED, ["settings"]),
    "nested header": (safetensors(OBJECTS), ["safetensors"]),
    "shape of 2^64 numbers": (safetensors(TENSOR) + b"\0" * 64, ["safetensors"]),
    "header of 2^60 bytes": (struct.pack("<Q", 2**60) + b"{}", ["safetensors"]),
    "array of 2^40 numbers": (npy("(1099511627776,)"), ["npy", "kl npy"]),
    "array of less than none": (npy("(-1, 4)"), ["npy", "kl npy"]),
    "2^31 tokens": (b"_logits_" + struct.pack("<iii", 512, 2**31 - 1, 2**31 - 1), ["lm.open"]),
    "one field of 3 MB": (b'"' + b"x" * 3_000_000 + b'",b\n1,2\n', ["tables csv", "score"]),
    "one key many times": (names(MANY).encode(), ["profile", "monitor", "logprobs", "kl json"]),
}
CASES = [(what, reader) for what, (_, readers) in SMALL.items() for reader in readers]


@pytest.mark.parametrize(("what", "reader"), CASES)
def test_small_files_that_claim_much(tmp_path, what, reader):
    path = tmp_path / f"x{READERS[reader][1]}"
    path.write_bytes(SMALL[what][0])
    before = most_memory()
    became, known, text = attempt("read", reader, str(path))
    assert known, f"bare {became}: {text}"
    assert became != "done"
    assert most_memory() - before < 500
    assert len(text) < 2_000, "an error is a sentence, not the file"


def test_a_name_that_stands_twice_is_found_in_one_pass():
    with pytest.raises(FormatError, match="'k0' stands there twice"):
        json_of(names(MANY), "a.json", unique=": one counts")


@pytest.mark.parametrize("variable", ["KULLBACK_MAX_RECORD", "KULLBACK_MAX_FILE"])
def test_the_error_names_the_limit_and_a_greater_one_lets_it_pass(tmp_path, monkeypatch, variable):
    path = tmp_path / "t.csv"
    path.write_text(",".join(f"column_{i}" for i in range(40)) + "\n" + ",".join("1" * 40) + "\n")
    if variable == "KULLBACK_MAX_FILE":
        kept, path = tables.profile(str(path)), tmp_path / "p.json"
        kept.save(path)
    read = (
        tables.Profile.load if variable == "KULLBACK_MAX_FILE" else lambda p: tables.profile(str(p))
    )
    monkeypatch.setenv(variable, "100B")
    with pytest.raises((FormatError, InputError), match=variable):
        read(path)
    monkeypatch.setenv(variable, "1MB")
    assert read(path).rows == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--html", "nodir/x.html"], "nodir"),
        (["--limit", "agee=0.1"], "agee"),
        (["--append", "nodir/h.duckdb"], "nodir"),
    ],
)
def test_the_command_line_refuses_before_it_works(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    rows = "age,kind\n" + "".join(f"{i % 7},{'ab'[i % 2]}\n" for i in range(200))
    (tmp_path / "a.csv").write_text(rows)
    assert cli.main(["compare", "a.csv", "a.csv", *arguments]) == 2
    heard = capsys.readouterr()
    assert said in heard.err
    assert heard.out == ""
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
