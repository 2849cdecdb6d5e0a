"""Logits in safetensors and npy: which tensor, in which order, of which text."""

import json
import os

import lm_files as files
import numpy as np
import pytest

from kullback import lm
from kullback.errors import FormatError

RNG = np.random.default_rng(11)
LOGITS = RNG.normal(0, 3, (4, 3, 5)).astype(np.float32)
TOKENS = RNG.integers(0, 5, (4, 4))


def bits(array):
    return (np.ascontiguousarray(array).view(np.uint32) >> 16).astype(np.uint16)


def widened(array):
    return (array.astype(np.uint32) << 16).view(np.float32)


def write(path, tensors, **more):
    path.write_bytes(files.safetensors_bytes(tensors, **more))
    return path


def whole(file):
    return file.read(0, len(file))


KINDS = {
    "F16": ("float16", np.float16, lambda a: a.astype(np.float32)),
    "BF16": ("bfloat16", bits, widened),
    "F32": ("float32", np.float32, np.asarray),
    "F64": ("float64", np.float64, np.asarray),
}


@pytest.mark.parametrize("dtype", KINDS)
def test_dtypes(tmp_path, dtype):
    storage, narrowed, back = KINDS[dtype]
    stored = narrowed(LOGITS)
    file = lm.open(write(tmp_path / "a", [("logits", dtype, stored)]))
    assert (file.format, file.storage, file.vocabulary) == ("safetensors", storage, 5)
    assert not file.normalized
    assert file.quantised is None
    assert file.targets is None
    expected = back(stored).reshape(12, 5)
    assert np.array_equal(whole(file), expected)
    assert whole(file).dtype == expected.dtype
    assert all(np.array_equal(file.read(i, i + 2), expected[i : i + 2]) for i in range(11))
    assert file.read(5, 5).shape == (0, 5)


def test_the_package_writes_what_we_read(tmp_path):
    torch = pytest.importorskip("torch")
    save = pytest.importorskip("safetensors.torch").save_file
    logits = torch.tensor(LOGITS).to(torch.bfloat16)
    save({"logits": logits, "input_ids": torch.tensor(TOKENS)}, tmp_path / "a")
    file = lm.open(tmp_path / "a")
    assert file.storage == "bfloat16"
    assert np.array_equal(whole(file), logits.float().numpy().reshape(12, 5))
    assert file.contexts.tolist() == TOKENS.tolist()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_npy_dtypes(tmp_path, dtype):
    np.save(tmp_path / "base.npy", LOGITS.astype(dtype))
    file = lm.open(tmp_path / "base.npy")
    assert (file.format, file.storage) == ("npy", np.dtype(dtype).name)
    assert np.array_equal(whole(file), LOGITS.astype(dtype).reshape(12, 5))
    assert file.clusters.tolist() == [0] * 3 + [1] * 3 + [2] * 3 + [3] * 3
    assert file.positions.tolist() == [0, 1, 2] * 4


def test_npy_bfloat16(tmp_path):
    ml_dtypes = pytest.importorskip("ml_dtypes")
    stored = LOGITS.astype(ml_dtypes.bfloat16)
    np.save(tmp_path / "base.npy", stored)
    file = lm.open(tmp_path / "base.npy")
    assert file.storage == "bfloat16"
    assert np.array_equal(
        whole(file), LOGITS.astype(ml_dtypes.bfloat16).astype("f4").reshape(-1, 5)
    )


def test_tokens_one_more_than_rows(tmp_path):
    tensors = [("logits", "F32", LOGITS), ("tokens", "I64", TOKENS)]
    file = lm.open(write(tmp_path / "a", tensors))
    assert len(file) == 12
    assert file.targets.tolist() == TOKENS[:, 1:].ravel().tolist()
    assert file.contexts.tolist() == TOKENS.tolist()
    assert np.array_equal(file.targets, file.contexts[file.clusters, file.positions + 1])


def test_tokens_as_many_as_rows_leave_out_the_last_of_each_chunk(tmp_path):
    tokens = TOKENS[:, :3].astype(np.int32)
    file = lm.open(write(tmp_path / "a", [("logits", "F32", LOGITS), ("input_ids", "I32", tokens)]))
    assert len(file) == 8
    assert file.targets.tolist() == tokens[:, 1:].ravel().tolist()
    assert file.positions.tolist() == [0, 1] * 4
    assert np.array_equal(whole(file), LOGITS[:, :2].reshape(8, 5))
    assert np.array_equal(file.read(1, 5), LOGITS[:, :2].reshape(8, 5)[1:5])
    assert np.array_equal(file.targets, file.contexts[file.clusters, file.positions + 1])


def test_targets_and_documents(tmp_path):
    targets, documents = RNG.integers(0, 5, 12), np.repeat([3, 5, 9], 4)
    np.save(tmp_path / "base.npy", LOGITS.reshape(12, 5))
    np.save(tmp_path / "base.targets.npy", targets.astype(np.uint16))
    np.save(tmp_path / "base.documents.npy", documents)
    file = lm.open(tmp_path / "base.npy")
    assert file.targets.tolist() == targets.tolist()
    assert file.clusters.tolist() == documents.tolist()
    assert file.contexts is None


@pytest.mark.parametrize("name", ["logprobs", "log_probs"])
def test_log_probabilities_by_their_name(tmp_path, name):
    rows = files.log_softmax(LOGITS).astype(np.float32)
    file = lm.open(write(tmp_path / "a", [(name, "F32", rows)]))
    assert file.normalized
    assert np.array_equal(whole(file), rows.reshape(12, 5))
    file = lm.open(write(tmp_path / "a", [(name, "F32", LOGITS)]))
    with pytest.raises(FormatError, match=r"row 0 of .* sum to .*if these are logits"):
        whole(file)


def shard(folder, names, kind):
    """Write the four chunks as four files."""
    for name, chunk, ids in zip(names, LOGITS, TOKENS, strict=True):
        if kind == "npy":
            np.save(folder / f"{name}.npy", chunk)
        else:
            tensors = [("logits", "F32", chunk), ("tokens", "I64", ids)]
            write(folder / f"{name}.safetensors", tensors)


NUMBERED = ["logits-9", "logits-10", "logits-11", "logits-100"]


@pytest.mark.parametrize("kind", ["npy", "safetensors"])
@pytest.mark.parametrize("how", ["folder", "glob"])
def test_shards_in_their_natural_order(tmp_path, kind, how):
    shard(tmp_path, NUMBERED, kind)
    file = lm.open(tmp_path if how == "folder" else f"{tmp_path}/logits-*.{kind}")
    assert np.array_equal(whole(file), LOGITS.reshape(12, 5))
    for start in range(12):
        for stop in range(start, 13):
            assert np.array_equal(file.read(start, stop), LOGITS.reshape(12, 5)[start:stop])
    assert file.clusters.tolist() == np.repeat(range(4), 3).tolist()
    if kind == "safetensors":
        assert file.contexts.tolist() == TOKENS.tolist()


def test_an_index_of_safetensors(tmp_path):
    shard(tmp_path, NUMBERED, "safetensors")
    names = {f"logits.{i}": f"{name}.safetensors" for i, name in enumerate(NUMBERED)}
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": names}))
    for path in (index, tmp_path):
        assert np.array_equal(whole(lm.open(path)), LOGITS.reshape(12, 5))
    (tmp_path / "logits-10.safetensors").unlink()
    with pytest.raises(FormatError, match=r"names 4 files, and logits-10.safetensors is not there"):
        lm.open(index)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"weight_map": 5}', '{"weight_map": {"a": 5}}', "[" * 99999]
)
def test_an_index_that_is_none(tmp_path, text):
    (tmp_path / "x.index.json").write_text(text)
    with pytest.raises(FormatError, match="no index of safetensors"):
        lm.open(tmp_path)


def test_an_index_that_leads_elsewhere(tmp_path):
    (tmp_path / "x.index.json").write_text('{"weight_map": {"logits": "../secret"}}')
    with pytest.raises(FormatError, match="shards lie in the folder of their index"):
        lm.open(tmp_path)


def test_tensors_numbered_within_one_file(tmp_path):
    """As exllamav3 saves a list: tensor.0, tensor.1, …, which an alphabet would misplace."""
    rows = RNG.normal(0, 2, (12, 2, 5)).astype(np.float16)
    write(tmp_path / "a", [(f"tensor.{i}", "F16", rows[i]) for i in np.argsort(np.sin(range(12)))])
    file = lm.open(tmp_path / "a")
    assert np.array_equal(whole(file), rows.reshape(24, 5).astype(np.float32))
    assert file.clusters.tolist() == np.repeat(range(12), 2).tolist()


def refused(tmp_path, tensors, word):
    with pytest.raises(FormatError, match=word):
        lm.open(write(tmp_path / "a", tensors))


def test_which_tensor_it_is_must_be_clear(tmp_path):
    a, b = LOGITS[:, :2], LOGITS[:, 1:]
    refused(tmp_path, [("x", "F32", a), ("y", "F32", b)], "exactly one of them must be the logits")
    refused(tmp_path, [("logits", "F32", a), ("logprobs", "F32", b)], "exactly one of them")
    refused(tmp_path, [("logits", "I32", np.zeros((2, 2), np.int32))], "exactly one of them")
    refused(tmp_path, [], "holds nothing")
    refused(tmp_path, [("logits", "F32", np.zeros((0, 5), np.float32))], "no rows")
    refused(tmp_path, [("logits", "F32", np.zeros((5, 0), np.float32))], "no rows")
    file = lm.open(write(tmp_path / "a", [("x", "F32", a), ("logits", "F32", b)]))
    assert np.array_equal(whole(file), b.reshape(8, 5))


def test_shards_of_different_models(tmp_path):
    np.save(tmp_path / "logits-1.npy", LOGITS[0])
    np.save(tmp_path / "logits-2.npy", LOGITS[1, :, :4])
    with pytest.raises(FormatError, match=r"float32 over 4 tokens, .* float32 over 5"):
        lm.open(tmp_path)
    np.save(tmp_path / "logits-2.npy", LOGITS[1].astype(np.float16))
    with pytest.raises(FormatError, match=r"float16 over 5 tokens, .* float32 over 5"):
        lm.open(tmp_path)
    write(tmp_path / "logits-2.safetensors", [("logits", "F32", LOGITS[1])])
    with pytest.raises(FormatError, match=r"3 .safetensors and .npy files"):
        lm.open(tmp_path)
    with pytest.raises(FormatError, match=r"shards are all safetensors or all .npy"):
        lm.open(f"{tmp_path}/logits-*")


@pytest.mark.parametrize(
    ("name", "dtype", "ids", "word"),
    [
        ("targets", "I64", np.zeros(11, np.int64), "holds 11 whole numbers .* need 12"),
        ("tokens", "I64", np.zeros(13, np.int64), "holds 13 whole numbers .* need 12 or 16"),
        ("targets", "F32", np.zeros(12, np.float32), "whole numbers"),
        ("targets", "I64", np.full(12, 5), "has the id 5 at place 0 .*another tokeniser"),
        ("targets", "I64", np.full(12, -100), "has the id -100"),
        ("clusters", "I64", np.arange(12)[::-1], "cluster 10 of row 1 comes after 11"),
    ],
)
def test_companions_that_do_not_fit(tmp_path, name, dtype, ids, word):
    refused(tmp_path, [("logits", "F32", LOGITS), (name, dtype, ids)], word)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_logit_that_is_no_number_is_placed(tmp_path, value):
    logits = LOGITS.copy()
    logits[2, 1, 3] = value
    path = write(tmp_path / "a", [("logits", "F32", logits)])
    file = lm.open(path)
    assert np.array_equal(file.read(0, 7), LOGITS.reshape(12, 5)[:7])
    start = os.stat(path).st_size - logits.nbytes  # noqa: PTH116
    with pytest.raises(FormatError, match=f"row 7 of logits, at byte {start + 7 * 20}: its larg"):
        file.read(5, 9)


def test_impossible_tokens_are_read(tmp_path):
    logits = LOGITS.copy()
    logits[..., 0] = -np.inf
    file = lm.open(write(tmp_path / "a", [("logits", "F32", logits)]))
    assert np.array_equal(whole(file), logits.reshape(12, 5))
    logits[3, 2] = -np.inf
    file = lm.open(write(tmp_path / "a", [("logits", "F32", logits)]))
    with pytest.raises(FormatError, match="row 11"):
        whole(file)


@pytest.mark.parametrize(
    ("array", "word"),
    [
        (np.asfortranarray(LOGITS[0]), "Fortran"),
        (LOGITS.astype(">f4"), "big-endian"),
        (np.zeros((3, 4), int), "are no logits"),
        (LOGITS.ravel(), "are no logits"),
        (np.zeros((3, 4), complex), "it holds '<c16'"),
        (np.array([["a"]]), "it holds '<U1'"),
    ],
)
def test_npy_that_is_not_read(tmp_path, array, word):
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(FormatError, match=word):
        lm.open(tmp_path / "a.npy")


def test_pickles_are_never_loaded(tmp_path):
    np.save(tmp_path / "a.npy", np.array([[{}]], object), allow_pickle=True)
    with pytest.raises(FormatError, match=r"it holds '\|O'"):
        lm.open(tmp_path / "a.npy")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "starts with nothing"),
        (b"GGUF\3\0\0\0", "47 47 55 46 .*a model, not its logits"),
        (b"PK\3\4abcdef", "a zip"),
        (b'\n {"choices": []}', "read_logprobs"),
        (b"[null]", "read_logprobs"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"hello, world", "68 65 6c .* no file of logits"),
        (b"_logits", "no file of logits"),
    ],
)
def test_files_of_something_else(tmp_path, data, word):
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(FormatError, match=word):
        lm.open(tmp_path / "a")


def test_places_with_nothing_in_them(tmp_path):
    with pytest.raises(FormatError, match="is not there"):
        lm.open(tmp_path / "none.kld")
    with pytest.raises(FormatError, match="is not there"):
        lm.open(tmp_path / "*.npy")
    with pytest.raises(FormatError, match="a folder with 0"):
        lm.open(tmp_path)


def test_names_with_signs_of_a_glob(tmp_path):
    np.save(tmp_path / "a[1]*.npy", LOGITS)
    assert len(lm.open(tmp_path / "a[1]*.npy")) == 12


def test_reading_needs_no_more_than_its_rows(tmp_path):
    """64 MB on disk; reading 16 rows of 1 024 may hold 16 rows twice, not the file."""
    import tracemalloc

    with (tmp_path / "a.npy").open("wb") as file:
        header = {"descr": "<f2", "fortran_order": False, "shape": (1024, 32768)}
        np.lib.format.write_array_header_1_0(file, header)
        file.truncate(file.tell() + 2 * 1024 * 32768)
    tracemalloc.start()
    rows = lm.open(tmp_path / "a.npy").read(500, 516)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows.shape == (16, 32768)
    assert peak < 3 * rows.nbytes


def test_shards_as_a_list(tmp_path):
    """In the order of the list, whatever their names are."""
    rows = np.random.default_rng(0).normal(size=(4, 5)).astype(np.float32)
    for name, part in (("logits-2.npy", rows[:2]), ("logits-1.npy", rows[2:])):
        np.save(tmp_path / name, part)
    paths = [tmp_path / "logits-2.npy", str(tmp_path / "logits-1.npy")]
    np.testing.assert_array_equal(lm.open(paths).read(0, 4), rows)
    assert lm.compare(paths, rows).kl.value == 0
    with pytest.raises(FormatError, match=r"c\.npy is not there"):
        lm.open([paths[0], tmp_path / "c.npy"])
    with pytest.raises(FormatError, match="no list of files"):
        lm.open([])
