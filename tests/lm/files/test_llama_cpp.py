"""llama.cpp's files: the worked examples byte for byte, round trips, and what is refused."""

import hashlib
import struct

import lm_files as files
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kullback import lm
from kullback.errors import FormatError, InputError, ShapeError
from kullback.lm.files import llama_cpp


@pytest.fixture
def worked(tmp_path):
    path = tmp_path / "base.kld"
    path.write_bytes(files.WORKED_BYTES)
    return path


def test_the_worked_example_is_written_byte_for_byte(tmp_path):
    path = tmp_path / "base.kld"
    llama_cpp.write(path, files.WORKED_TOKENS, files.WORKED, 4)
    data = path.read_bytes()
    assert data == files.WORKED_BYTES
    assert len(data) == 92
    assert hashlib.sha256(data).hexdigest() == files.WORKED_SHA


def test_the_medium_example_is_written_byte_for_byte(tmp_path):
    path = tmp_path / "base.kld"
    llama_cpp.write(path, np.reshape(files.MEDIUM_TOKENS, (16, 16)), files.medium_logits(), 16)
    data = path.read_bytes()
    assert len(data) == 3732
    assert hashlib.sha256(data).hexdigest() == files.MEDIUM_SHA


def test_blocks_write_the_same_bytes_as_one_array(tmp_path):
    logits = files.medium_logits()
    blocks = (logits[a:b] for a, b in [(0, 1), (1, 70), (70, 112)])
    llama_cpp.write(tmp_path / "base.kld", files.MEDIUM_TOKENS, blocks, 16)
    data = (tmp_path / "base.kld").read_bytes()
    assert hashlib.sha256(data).hexdigest() == files.MEDIUM_SHA
    assert [path.name for path in tmp_path.iterdir()] == ["base.kld"]


def test_what_the_worked_example_holds(worked):
    base = lm.open(worked)
    assert (base.format, base.vocabulary, len(base)) == ("llama.cpp v1", 5, 2)
    assert (base.storage, base.normalized) == ("uint16 over 16 nats", True)
    assert base.contexts.tolist() == [[1, 2, 3, 4], [0, 3, 1, 0]]
    assert base.clusters.tolist() == [0, 1]
    assert base.positions.tolist() == [2, 2]
    assert base.targets.tolist() == [4, 0]
    codes, scale, minimum = base.quantised(0, 2)
    assert codes.tolist() == [[65535, 61439, 57343, 53247, 0], [0] * 5]
    assert scale.tolist() == [np.float32(0.00024414435), 0]
    assert minimum.tolist() == [np.float32(-16.440189), np.float32(-1.6094379)]
    # −20 lies under the 16 nats that are kept: it reads as 16 nats under the largest.
    expected = files.log_softmax(files.WORKED)
    expected[0, 4] = expected[0, 0] - 16
    assert np.abs(base.read(0, 2) - expected).max() < 1.3e-4
    assert base.read(1, 1).shape == (0, 5)
    assert "2 rows × 5 tokens" in str(base)


def test_the_medium_example_is_read_row_by_row(tmp_path):
    llama_cpp.write(tmp_path / "b", files.MEDIUM_TOKENS, files.medium_logits(), 16)
    base = lm.open(tmp_path / "b")
    tokens, rows = files.decoded_v1((tmp_path / "b").read_bytes())
    assert base.contexts.ravel().tolist() == list(tokens)
    assert np.array_equal(base.read(0, 112), rows)
    assert all(np.array_equal(base.read(i, i + 1), rows[i : i + 1]) for i in range(112))
    assert base.positions[:7].tolist() == [8, 9, 10, 11, 12, 13, 14]
    where = base.contexts[base.clusters, base.positions + 1]
    assert np.array_equal(base.targets, where)
    assert np.abs(rows - files.log_softmax(files.medium_logits())).max() < 1.23e-4


LOGITS = hnp.arrays(
    np.float32, (2, 6), elements=st.floats(-80, 80, width=32) | st.just(-np.inf)
).filter(lambda a: np.isfinite(a.max(axis=1)).all())


@pytest.fixture(scope="module")
def one_path(tmp_path_factory):
    return tmp_path_factory.mktemp("round") / "base.kld"


@settings(max_examples=150, deadline=None)
@given(LOGITS, st.sampled_from([16.0, 24.0]))
def test_round_trip_within_half_a_step(one_path, logits, span):
    path = one_path
    llama_cpp.write(path, [0, 1, 2, 5, 5, 5], logits, 3, span=span)
    base = lm.open(path)
    true, read = files.log_softmax(logits), base.read(0, 2)
    floor = true.max(axis=1, keepdims=True) - span
    step = span / 65535
    assert np.abs(read - np.maximum(true, floor)).max() <= step / 2 + 1e-5
    assert np.abs(read.max(axis=1) - true.max(axis=1)).max() <= 1e-5


def test_the_wider_span_of_ik_is_recognised(tmp_path):
    llama_cpp.write(tmp_path / "ik", files.WORKED_TOKENS, files.WORKED, 4, span=24)
    base = lm.open(tmp_path / "ik")
    assert base.storage == "uint16 over 24 nats"
    assert base.read(0, 1)[0, 4] == pytest.approx(files.log_softmax(files.WORKED)[0, 4], abs=2e-4)


def v2_file(path, stride=2, length=4, windows=3, vocabulary=5):
    rng = np.random.default_rng(5)
    tokens = rng.integers(0, vocabulary, (windows - 1) * stride + length)
    logits = rng.normal(0, 3, (windows * (length - 1), vocabulary)).astype(np.float32)
    # The rows of both versions are made alike: take them from a file of the first.
    rows = len(logits)
    llama_cpp.write(path, np.zeros(3 * rows, int), logits, 3)
    body = path.read_bytes()[20 + 12 * rows :]
    path.write_bytes(
        files.v2_bytes(
            tokens, body, vocabulary=vocabulary, stride=stride, length=length, windows=windows
        )
    )
    return tokens, logits


@pytest.mark.parametrize("shape", [(2, 4, 3, 5), (4, 4, 2, 6), (1, 2, 5, 4), (7, 3, 1, 9)])
def test_windows_of_the_fork(tmp_path, shape):
    stride, length, windows, vocabulary = shape
    path = tmp_path / "base.kld"
    tokens, logits = v2_file(path, *shape)
    base = lm.open(path)
    assert (base.format, base.vocabulary) == ("llama.cpp v2", vocabulary)
    assert base.clusters.tolist() == [w for w in range(windows) for _ in range(length - 1)]
    starts = [w * stride for w in range(windows)]
    assert base.contexts.tolist() == [tokens[s : s + length].tolist() for s in starts]
    assert base.targets.tolist() == [t for s in starts for t in tokens[s + 1 : s + length]]
    assert base.positions.tolist() == list(range(length - 1)) * windows
    assert np.abs(base.read(0, len(base)) - files.log_softmax(logits)).max() < 1.3e-4


def test_a_first_version_whose_context_spells_v2_is_not_the_fork(tmp_path):
    """n_ctx = 12918 is the bytes "v2" 00 00."""
    n_ctx = struct.unpack("<i", b"v2\0\0")[0]
    rows = n_ctx - 1 - n_ctx // 2
    path = tmp_path / "base.kld"
    llama_cpp.write(path, np.zeros(n_ctx, int), np.zeros((rows, 3), np.float32), n_ctx)
    assert path.read_bytes().startswith(b"_logits_v2")
    assert lm.open(path).format == "llama.cpp v1"


@pytest.mark.parametrize("size", range(92))
def test_cut_anywhere(worked, size):
    worked.write_bytes(files.WORKED_BYTES[:size])
    with pytest.raises(FormatError) as caught:
        lm.open(worked)
    assert str(size) in str(caught.value) or size == 0
    if size >= 20:
        assert "92" in str(caught.value)


def test_one_byte_more_is_refused(worked):
    worked.write_bytes(files.WORKED_BYTES + b"\0")
    with pytest.raises(FormatError, match=r"has 93 bytes and its header .* takes 92"):
        lm.open(worked)


def test_an_interrupted_run_says_what_is_there(tmp_path):
    path = tmp_path / "base.kld"
    llama_cpp.write(path, files.MEDIUM_TOKENS, files.medium_logits(), 16)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(FormatError, match=r"has 2732 bytes .* takes 3732: 1000 bytes are miss"):
        lm.open(path)
    with pytest.raises(FormatError, match="10 whole chunks of 16 are there"):
        lm.open(path)


def test_a_file_that_shrinks_after_it_was_opened(worked):
    base = lm.open(worked)
    worked.write_bytes(files.WORKED_BYTES[:60])
    with pytest.raises(FormatError, match="from offset 52, and the file has 60 bytes now"):
        base.read(0, 2)


def test_a_token_of_another_tokeniser(worked):
    data = bytearray(files.WORKED_BYTES)
    data[28:32] = struct.pack("<i", 5)
    worked.write_bytes(data)
    with pytest.raises(FormatError, match=r"token 2, at byte 28, is 5 .* the vocabulary has 5"):
        lm.open(worked)


@pytest.mark.parametrize(
    ("offset", "value", "word"),
    [
        (52, struct.pack("<f", np.nan), "scale is nan"),
        (52, struct.pack("<f", 1.0), "scale is 1"),
        (56, struct.pack("<f", -16.0), "sum to 1.55"),
        (56, struct.pack("<f", -15.9), "minimum is -15.9"),  # a probability of 1.1
        (56, struct.pack("<f", -17.0), "sum to"),
        (60, struct.pack("<H", 65534), "largest code is 65534"),
        (62, struct.pack("<H", 65535), "sum to"),
        (70, b"\1\0", "padding"),
        (76, struct.pack("<f", -1.7), "scale is 0, its minimum is -1.7"),
        (80, b"\1\0", "largest code is 1,"),
    ],
)
def test_a_row_that_is_no_distribution(worked, offset, value, word):
    data = bytearray(files.WORKED_BYTES)
    data[offset : offset + len(value)] = value
    worked.write_bytes(data)
    base = lm.open(worked)
    with pytest.raises(FormatError, match=word):
        base.read(0, 2)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"tokens": [1, 2, 3]}, ShapeError),
        ({"tokens": [1, 2, 3, 5, 0, 3, 1, 0]}, InputError),
        ({"tokens": [1.0] * 8}, ShapeError),
        ({"n_ctx": 2}, ShapeError),
        ({"logits": files.WORKED[:1]}, ShapeError),
        ({"logits": [[1, 2, 3, 4, 5]] * 3}, ShapeError),
        ({"logits": [1, 2, 3, 4, 5]}, ShapeError),
        ({"logits": [[np.nan, 0, 0, 0, 0]] * 2}, InputError),
        ({"logits": [[np.inf, 0, 0, 0, 0]] * 2}, InputError),
        ({"logits": iter([np.zeros((1, 5)), np.zeros((1, 4))])}, ShapeError),
        ({"logits": iter([])}, InputError),
        ({"span": 0}, InputError),
    ],
)
def test_what_is_not_written(tmp_path, change, error):
    given = {"tokens": files.WORKED_TOKENS, "logits": files.WORKED, "n_ctx": 4, "span": 16}
    with pytest.raises(error):
        llama_cpp.write(tmp_path / "base.kld", **(given | change))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("rows", [(-1, 1), (1, 0), (0, 3)])
def test_rows_that_are_not_there(worked, rows):
    base = lm.open(worked)
    with pytest.raises(InputError, match="not in a file of 2 rows"):
        base.read(*rows)
    with pytest.raises(InputError, match="not in a file of 2 rows"):
        base.quantised(*rows)
