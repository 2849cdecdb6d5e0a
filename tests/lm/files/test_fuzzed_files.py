"""Any byte of a file flipped or cut gives a FormatError or the right answer.

The right answer is what an independent reader finds in the same damaged bytes (number by number
for llama.cpp, NumPy's and safetensors' own readers for theirs), and, where only numbers were
touched, the undamaged answer in every row but the damaged one.
"""

import io
import itertools
import struct
import warnings

import lm_files as files
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kullback import lm
from kullback.errors import FormatError
from kullback.lm.files import llama_cpp

RNG = np.random.default_rng(7)
LOGITS = RNG.normal(0, 3, (2, 3, 4)).astype(np.float32)
TOKENS = np.array([[1, 2, 3, 0], [3, 3, 1, 2]])


def numpy_bytes(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def bf16(array):
    return (array.view(np.uint32) >> 16).astype(np.uint16)


def v2_bytes(folder):
    llama_cpp.write(folder / "v1", np.zeros(18, int), LOGITS.reshape(6, 4), 3)
    body = (folder / "v1").read_bytes()[20 + 4 * 18 :]
    return files.v2_bytes([1, 2, 3, 0, 1, 2], body, vocabulary=4, stride=2, length=4, windows=2)


def whole_files(folder):
    """Return every format that is read, as bytes."""
    plain = [("logits", "F32", LOGITS), ("tokens", "I64", TOKENS)]
    return {
        "v1": files.WORKED_BYTES,
        "v2": v2_bytes(folder),
        "safetensors f32": files.safetensors_bytes(plain, {"made": "by hand"}),
        "safetensors f16": files.safetensors_bytes([("logits", "F16", np.float16(LOGITS))]),
        "safetensors bf16": files.safetensors_bytes([("logits", "BF16", bf16(LOGITS))]),
        "npy f4": numpy_bytes(LOGITS),
        "npy f2": numpy_bytes(np.float16(LOGITS)),
        "npy f8": numpy_bytes(np.float64(LOGITS[0])),
    }


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    return whole_files(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def damaged(tmp_path_factory):
    return tmp_path_factory.mktemp("damaged") / "file"


NAMES = [
    *("v1", "v2", "safetensors f32", "safetensors f16", "safetensors bf16"),
    *("npy f4", "npy f2", "npy f8"),
]


def read_whole(path):
    """What we read, each row alone; a row that is refused is None."""
    file = lm.open(path)
    rows = []
    for row in range(len(file)):
        try:
            rows.append(file.read(row, row + 1)[0])
        except FormatError:
            rows.append(None)
    return file, rows


def by_codes(file, row):
    """The same row by its codes; None where it is refused."""
    try:
        codes, scale, minimum = file.quantised(row, row + 1)
    except FormatError:
        return None
    return (scale[0] * codes[0].astype(np.float32) + minimum[0]).tolist()


def check(path, data):
    """Read damaged bytes: a FormatError, or the same as an independent reader."""
    path.write_bytes(data)
    try:
        file, rows = read_whole(path)
    except FormatError:
        return None
    expected = ORACLES[file.format](data, file)
    assert len(rows) == len(expected)
    for row, (ours, theirs) in enumerate(zip(rows, expected, strict=True)):
        assert ours is None or np.array_equal(ours, theirs)
        assert file.quantised is None or by_codes(file, row) in (None, theirs.tolist())
        # What is refused is no logits: not finite, or not of mass 1.
        if ours is None and not file.normalized:
            assert not np.isfinite(theirs.max())
    return file, rows


def oracle_v1(data, file):
    tokens, rows = files.decoded_v1(data)
    assert file.contexts.ravel().tolist() == list(tokens)
    return rows


def oracle_v2(data, file):
    _, _, vocabulary, stride, length, windows = struct.unpack_from("<10sIiiii", data)
    count = (windows - 1) * stride + length
    tokens = struct.unpack_from(f"<{count}i", data, 30)
    assert [list(tokens[w * stride : w * stride + length]) for w in range(windows)] == (
        file.contexts.tolist()
    )
    return files.decoded_rows(data, 30 + 4 * count, vocabulary)


def oracle_safetensors(data, file):
    """The package's own parser; the numbers are ours to decode, bfloat16 by its bits."""
    safetensors = pytest.importorskip("safetensors")
    tensors = dict(safetensors.deserialize(data))
    name = next(n for n, t in tensors.items() if "F" in t["dtype"] and len(t["shape"]) > 1)
    kind = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}[tensors[name]["dtype"]]
    rows = np.frombuffer(tensors[name]["data"], kind).reshape(tensors[name]["shape"])
    if kind == "<u2":
        rows = (rows.astype(np.uint32) << 16).view(np.float32)
    tokens = [t for n, t in tensors.items() if n in ("tokens", "input_ids", "token_ids")]
    assert (file.targets is None) == (not tokens)
    if tokens:
        ids = np.frombuffer(tokens[0]["data"], np.int64).reshape(tokens[0]["shape"])
        assert file.targets.tolist() == ids.reshape(len(rows), -1)[:, 1:].ravel().tolist()
    return np.float32(rows).reshape(-1, rows.shape[-1])


def oracle_npy(data, file):
    rows = np.load(io.BytesIO(data))
    return (rows if rows.dtype == np.float64 else np.float32(rows)).reshape(-1, rows.shape[-1])


ORACLES = {
    "llama.cpp v1": oracle_v1,
    "llama.cpp v2": oracle_v2,
    "safetensors": oracle_safetensors,
    "npy": oracle_npy,
}


def test_the_whole_files_are_right(tmp_path, originals):
    assert list(originals) == NAMES
    for name, data in originals.items():
        _, rows = check(tmp_path / "whole", data)
        assert all(row is not None for row in rows), name


@pytest.mark.parametrize("name", NAMES)
def test_every_bit_flipped(tmp_path, originals, name):
    path, whole = tmp_path / "file", originals[name]
    (_, before), survived = check(path, whole), 0
    for place, bit in itertools.product(range(len(whole)), range(8)):
        data = bytearray(whole)
        data[place] ^= 1 << bit
        found = check(path, bytes(data))
        if found is None:
            continue
        file, rows = found
        survived += 1
        if file.vocabulary == len(before[0]):
            touched = [i for i, (a, b) in enumerate(zip(before, rows, strict=True))
                       if b is None or not np.array_equal(a, b)]  # fmt: skip
            assert len(touched) <= 1
    assert survived  # not by refusing everything


@pytest.mark.parametrize("name", NAMES)
def test_cut_anywhere(tmp_path, originals, name):
    path, whole = tmp_path / "file", originals[name]
    for size in range(len(whole)):
        assert check(path, whole[:size]) is None
    for more in (b"\0", b" ", b"\0" * 64, whole):
        assert check(path, whole + more) is None


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=150)
@given(data=st.data())
def test_bytes_replaced(damaged, originals, name, data):
    """Some bytes anywhere, or in the header where they hurt most, take any value."""
    whole = bytearray(originals[name])
    limit = data.draw(st.sampled_from([24, 100, len(whole)]))
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, min(limit, len(whole)) - 1))] = data.draw(
            st.integers(0, 255)
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's own reader warns of odd headers
        check(damaged, bytes(whole))


def test_one_more_token_is_all_that_a_flip_can_add_to_an_odd_vocabulary(tmp_path):
    """An odd vocabulary is padded by one code of 0, so the next even one has the same size.

    Nothing in the file tells them apart, unless a row is constant: then all codes are 0, and
    their probabilities would no longer sum to 1. The token gained has the clamped probability.
    """
    path = tmp_path / "file"
    rows = np.float32([[2, 1, 0, -1, -20], [3, 1, 0, -1, -20]])
    llama_cpp.write(path, files.WORKED_TOKENS, rows, 4)
    data = bytearray(path.read_bytes())
    before = lm.open(path).read(0, 2)
    data[12] = 6
    path.write_bytes(data)
    after = lm.open(path)
    assert after.vocabulary == 6
    assert np.array_equal(after.read(0, 2)[:, :5], before)
    assert np.array_equal(after.read(0, 2)[:, 5], after.quantised(0, 2)[2])
    # The worked example has a constant row.
    data = bytearray(files.WORKED_BYTES)
    data[12] = 6
    path.write_bytes(data)
    with pytest.raises(FormatError, match="sum to"):
        lm.open(path).read(1, 2)
