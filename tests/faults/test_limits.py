"""What is claimed, nested, doubled or endless in small files: refused in words, and at once."""

import io
import sqlite3
import struct
import zipfile
from contextlib import closing

import duckdb
import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from faults.doors import READERS, attempt, most_memory
from pyarrow import ipc

from kullback import cli, history, tables
from kullback.errors import FormatError, InputError
from kullback.history.entry import COLUMNS
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


def workbook(rows):
    """A workbook of one sheet that holds such rows, whatever they are."""
    book = openpyxl.Workbook()
    book.active.append(["a"])
    plain, made = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith("xl/worksheets/"):
                text = text.replace(b"</sheetData>", rows + b"</sheetData>")
            new.writestr(name, text)
    return made.getvalue()


NESTED = b"[" * DEEP + b"]" * DEEP
OBJECTS = b'{"a":' * DEEP + b"1" + b"}" * DEEP
DIGITS = b'{"choices": [{"logprobs": {"content": [{"token": "a", "logprob": -' + b"9" * 200_000
TENSOR = b'{"logits": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 64]}}'
SIDES = (
    b'{"logits": {"dtype": "F32", "shape": ['
    + b"9223372036854775807, " * 1_000_000
    + b'1], "data_offsets": [0, 4]}}'
)
TWO = (
    b'{"a%b": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, '
    b'"b": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}'
)
SMALL = {
    "nested lists": (NESTED, ["profile", "monitor", "logprobs", "kl json", "safetensors index"]),
    "nested objects": (OBJECTS, ["profile", "monitor", "logprobs", "kl json", "tables jsonl"]),
    "endless number": (DIGITS + b"}]}}]}", ["logprobs", "profile", "kl json"]),
    "nested settings": (b"a = " + NESTED, ["settings"]),
    "a name of 50 000 names": (b"a." * 50_000 + b"a = 1", ["settings"]),
    "a shape of a million sides": (safetensors(SIDES), ["safetensors"]),
    "a name of 5 000 digits": (safetensors(TWO % (b"9" * 5_000)) + b"\0" * 8, ["safetensors"]),
    "nested header": (safetensors(OBJECTS), ["safetensors"]),
    "shape of 2^64 numbers": (safetensors(TENSOR) + b"\0" * 64, ["safetensors"]),
    "header of 2^60 bytes": (struct.pack("<Q", 2**60) + b"{}", ["safetensors"]),
    "array of 2^40 numbers": (npy("(1099511627776,)"), ["npy", "kl npy"]),
    "array of less than none": (npy("(-1, 4)"), ["npy", "kl npy"]),
    "2^31 tokens": (b"_logits_" + struct.pack("<iii", 512, 2**31 - 1, 2**31 - 1), ["lm.open"]),
    "one field of 3 MB": (b'"' + b"x" * 3_000_000 + b'",b\n1,2\n', ["tables csv", "score"]),
    "one key many times": (names(MANY).encode(), ["profile", "monitor", "logprobs", "kl json"]),
}
SMALL |= {
    what: (workbook(rows), ["tables excel"])
    for what, rows in {
        "nested cells": b"<a>" * 1_000_000,
        "cells that are none": b"<a/>" * 1_000_000,
        "a row of 2^40": b'<row r="1099511627776"><c r="A2"><v>1</v></c></row>',
        "a cell of 100 MB": b'<row r="2"><c t="str"><v>' + b"x" * 100_000_000 + b"</v></c></row>",
    }.items()
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


@pytest.mark.parametrize("codec", ["zstd", "lz4"])
@pytest.mark.parametrize("begun", [ipc.new_file, ipc.new_stream])
def test_batches_of_arrow_do_not_expand_beyond_measure(tmp_path, monkeypatch, codec, begun):
    """Pyarrow would expand a batch whole: 37 kB took 1.2 GB."""
    table = pa.table({"a": np.zeros(1_000_000)})
    options = ipc.IpcWriteOptions(compression=codec)
    with begun(tmp_path / "a.arrow", table.schema, options=options) as writer:
        writer.write_table(table)
    monkeypatch.setenv("KULLBACK_MAX_FILE", "1MB")
    with pytest.raises(InputError, match=r"expands to more than.* KULLBACK_MAX_FILE=2GB"):
        tables.profile(tmp_path / "a.arrow")
    monkeypatch.setenv("KULLBACK_MAX_FILE", "10MB")
    assert tables.profile(tmp_path / "a.arrow").rows == 1_000_000


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_a_history_without_end_is_refused(tmp_path, monkeypatch, kind):
    """The table may be a view of anything, or more rows than the file has bytes."""
    path = tmp_path / f"h.{kind}"
    held = ", ".join(f'NULL AS "{name}"' for name in COLUMNS)
    driver = duckdb if kind == "duckdb" else sqlite3
    with closing(driver.connect(str(path))) as connection:
        connection.execute(
            "CREATE VIEW kullback_history AS WITH RECURSIVE r(i) AS "
            f"(SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT {held} FROM r"
        )
    monkeypatch.setenv("KULLBACK_MAX_FILE", "1MB")
    with pytest.raises(InputError, match=r"more than .* rows.* KULLBACK_MAX_FILE=2GB"):
        history.read(path if kind == "duckdb" else f"sqlite:///{path}")


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
