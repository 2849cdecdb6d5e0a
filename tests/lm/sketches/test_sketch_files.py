"""The file of a sketch: its bytes as docs/formats.md says, appended, merged, damaged."""

import itertools
import json
import os
import struct
import zlib

import model_pairs
import numpy as np
import pytest

from kullback import lm
from kullback.errors import FormatError, InputError, ShapeError

BASE, MODEL = model_pairs.pair(4, rows=12, vocabulary=300, noise=0.3, heads=4)
SIZES = {"head": 3, "tail": 4}


def decoded(data):
    """A reader that shares no code with ours, from the page on formats."""
    magic, version, length, rows, check = struct.unpack_from("<16sIIQI", data)
    assert (magic, version) == (b"kullback sketch\n", 1)
    assert zlib.crc32(data[:32] + data[36 : 36 + length]) == check
    about = json.loads(data[36 : 36 + length])
    kept = about["head"] + about["tail"]
    value, size = {"float64": ("d", 8), "float32": ("f", 4), "float16": ("e", 2)}[about["values"]]
    found, at = [], 36 + length
    for _ in range(rows):
        start = at
        names = [
            "key",
            "cluster",
            "position",
            "target",
            "target_logp",
            "log_z",
            "log_rest",
            "log_rate",
        ]
        row = dict(zip(names, struct.unpack_from("<Qqqqdddd", data, at), strict=True))
        names = ["entropy", "rest_entropy", "noise", "support", "impossible", "drawn"]
        row |= dict(zip(names, struct.unpack_from("<dddQII", data, at + 64), strict=True))
        at += 104
        row["values"] = struct.unpack_from(f"<{kept}{value}", data, at)
        at += kept * size
        row["ids"] = [
            int.from_bytes(data[at + 3 * i : at + 3 * i + 3], "little") for i in range(kept)
        ]
        at += 3 * kept
        (check,) = struct.unpack_from("<I", data, at)
        assert zlib.crc32(data[start:at]) == check
        at += 4
        found.append(row)
    assert at == len(data)
    return about, found


@pytest.mark.parametrize("kind", ["float64", "float32", "float16"])
def test_the_bytes_are_those_of_the_page(tmp_path, kind):
    logits = BASE.astype(kind)
    sketch = lm.sketch(logits, tmp_path / "a.kbs", **SIZES, seed=9)
    about, rows = decoded((tmp_path / "a.kbs").read_bytes())
    assert about["seed"] == 9
    assert about["vocabulary"] == 300
    assert len(rows) == len(sketch) == 12
    for at, row in enumerate(rows):
        values = logits[at].astype(np.float64)
        top = np.argsort(-values, kind="stable")[:3]
        assert row["ids"][:3] == top.tolist()
        assert list(row["values"]) == values[row["ids"]].tolist()
        p = np.exp(values - np.log(np.exp(values).sum()))
        rest = np.delete(p, top)
        assert row["log_z"] == pytest.approx(np.log(np.exp(values).sum()), rel=1e-6)
        assert row["log_rest"] == pytest.approx(np.log(rest.sum()), rel=1e-6, abs=1e-6)
        assert row["entropy"] == pytest.approx(-(p * np.log(p)).sum(), rel=1e-5, abs=1e-6)
        share = rest / rest.sum()
        assert row["rest_entropy"] == pytest.approx(-(share * np.log(share)).sum(), rel=1e-5)
        assert (row["key"], row["target"], row["impossible"], row["drawn"]) == (at, -1, 0, 4)


def test_appended_is_written_in_one_go(tmp_path):
    whole = lm.sketch(BASE.reshape(3, 4, 300), tmp_path / "whole.kbs", **SIZES)
    lm.sketch(BASE[:4], tmp_path / "a.kbs", **SIZES)
    lm.append(BASE[4:8], tmp_path / "a.kbs")
    longer = lm.append(BASE[8:], tmp_path / "a.kbs")
    assert longer.records(0, 12).tobytes() == whole.records(0, 12).tobytes()
    assert lm.compare(longer, MODEL).kl == lm.compare(whole, MODEL.reshape(3, 4, 300)).kl


def test_an_append_that_was_killed_is_taken_up(tmp_path):
    path = tmp_path / "a.kbs"
    lm.sketch(BASE[:4], path, **SIZES)
    with path.open("ab") as stream:  # as where the process was killed before the count was written
        stream.write(b"rows of the append" * 9)
    with pytest.raises(FormatError, match="takes the file up again"):
        lm.open(path)
    assert len(lm.append(BASE[4:], path)) == 12  # goes on from the rows that were counted
    assert lm.compare(lm.open(path), BASE).kl.value == 0


def test_merged(tmp_path):
    parts = [lm.sketch(BASE[i : i + 4], tmp_path / f"{i}", **SIZES, first=i) for i in (0, 4, 8)]
    merged = lm.merge_sketches([part.path for part in parts], tmp_path / "all")
    whole = lm.sketch(BASE.reshape(3, 4, 300), tmp_path / "whole", **SIZES)
    assert merged.records(0, 12).tobytes() == whole.records(0, 12).tobytes()
    lm.sketch(BASE, tmp_path / "seed", **SIZES, seed=1)
    lm.sketch(BASE, tmp_path / "size", head=3, tail=5)
    with pytest.raises(InputError, match="seed"):
        lm.merge_sketches([tmp_path / "0", tmp_path / "seed"], tmp_path / "no")
    with pytest.raises(ShapeError, match="tail"):
        lm.merge_sketches([tmp_path / "0", tmp_path / "size"], tmp_path / "no")
    with pytest.raises(InputError, match="no sketches"):
        lm.merge_sketches([], tmp_path / "no")
    assert not (tmp_path / "no").exists()


def test_a_running_model_is_read_once(tmp_path):
    def rows():
        yield from BASE.reshape(3, 4, 300)

    sketch = lm.sketch(rows(), tmp_path / "a", **SIZES)
    assert sketch.clusters.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    with pytest.raises(ShapeError, match="200 tokens"):
        lm.sketch(iter([BASE, BASE[:, :200]]), tmp_path / "a", **SIZES)
    assert len(lm.open(tmp_path / "a")) == 12  # the old one is there still
    with pytest.raises(InputError, match="no rows"):
        lm.sketch(iter([]), tmp_path / "b")


def small(tmp_path):
    path = tmp_path / "small"
    lm.sketch(BASE[:2, :40].astype(np.float16), path, head=2, tail=2)
    return path, path.read_bytes()


def test_every_bit_flipped_is_found(tmp_path):
    path, whole = small(tmp_path)
    for place, bit in itertools.product(range(len(whole)), range(8)):
        data = bytearray(whole)
        data[place] ^= 1 << bit
        path.write_bytes(data)
        with pytest.raises(FormatError):
            lm.open(path).records(0, 2)


def test_cut_or_longer_anywhere(tmp_path):
    path, whole = small(tmp_path)
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(FormatError):
            lm.open(path)
    path.write_bytes(whole + b"\0")
    with pytest.raises(FormatError, match="the rest is unknown"):
        lm.open(path)


@pytest.mark.parametrize(
    "change",
    [
        {"vocabulary": -1},
        {"vocabulary": 2.5},
        {"head": 10**9},
        {"head": 0},
        {"values": "complex"},
        {"values": None},
        {"more": 1},
        {"clamped": 1},
    ],
)
def test_a_header_with_a_right_sum_and_impossible_numbers(tmp_path, change):
    path, whole = small(tmp_path)
    length = struct.unpack_from("<I", whole, 20)[0]
    text = json.dumps(json.loads(whole[36 : 36 + length]) | change).encode()
    text += b" " * (length - len(text))
    fixed = struct.pack("<16sIIQ", b"kullback sketch\n", 1, len(text), 2)
    check = struct.pack("<I", zlib.crc32(fixed + text))
    path.write_bytes(fixed + check + text + whole[36 + length :])
    with pytest.raises(FormatError):
        lm.open(path).records(0, 2)


def test_another_version_and_a_promise_of_too_many_rows(tmp_path):
    path, whole = small(tmp_path)
    path.write_bytes(whole[:16] + struct.pack("<I", 2) + whole[20:])
    with pytest.raises(FormatError, match="version 2"):
        lm.open(path)
    length = struct.unpack_from("<I", whole, 20)[0]
    text = whole[36 : 36 + length]
    fixed = struct.pack("<16sIIQ", b"kullback sketch\n", 1, len(text), 2**60)
    path.write_bytes(fixed + struct.pack("<I", zlib.crc32(fixed + text)) + whole[36:])
    with pytest.raises(FormatError, match="bytes are missing"):
        lm.open(path)


def test_a_row_is_mapped_and_not_read_whole(tmp_path):
    """A damaged row spoils no other."""
    path, whole = small(tmp_path)
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    sketch = lm.open(path)
    assert len(sketch.records(0, 1)) == 1
    with pytest.raises(FormatError, match="row 1, at byte"):
        sketch.records(0, 2)
    os.truncate(path, len(whole) - 50)
    with pytest.raises(FormatError, match="written to while"):
        sketch.records(1, 2)
