"""``kullback lm sketch`` and comparisons with sketches, through the program."""

import json
import subprocess
import sys

import numpy as np
import pytest

from kullback import lm

RNG = np.random.default_rng(0)
BASE = (RNG.normal(size=(4, 6, 500)) * 3).astype(np.float32)
MODEL = (BASE + RNG.normal(size=BASE.shape) * 0.2).astype(np.float32)


@pytest.fixture
def folder(tmp_path):
    np.save(tmp_path / "base.npy", BASE)
    np.save(tmp_path / "model.npy", MODEL)
    return tmp_path


def run(folder, *words):
    command = [sys.executable, "-m", "kullback", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


def test_a_sketch_is_written_and_compared_from_either_side(folder):
    done = run(folder, "lm", "sketch", "base.npy", "-o", "base.kbs")
    assert done.returncode == 0
    assert done.stdout == ""
    assert done.stderr.startswith("wrote base.kbs (24 tokens, ")
    exact = lm.compare(BASE, MODEL)
    for sides, name in (
        (["base.kbs", "model.npy"], "kl"),
        (["model.npy", "base.kbs"], "reverse_kl"),
    ):
        done = run(folder, "lm", *sides, "--json")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        error = found["sampling_errors"][name]
        apart = found["estimates"][name]["value"] - exact.kl.value
        assert 0 < error < 0.02 * exact.kl.value
        assert abs(apart) < 4 * error
    text = run(folder, "lm", "base.kbs", "model.npy").stdout
    assert "Tokens that a sketch draws" in text


def test_parts_are_put_together(folder):
    np.save(folder / "half.npy", BASE[:2])
    np.save(folder / "rest.npy", BASE[2:])
    for part in ("half", "rest"):
        assert run(folder, "lm", "sketch", f"{part}.npy", "-o", f"{part}.kbs").returncode == 0
    done = run(folder, "lm", "sketch", "half.kbs", "rest.kbs", "-o", "whole.kbs")
    assert done.returncode == 0, done.stderr
    assert len(lm.open(folder / "whole.kbs")) == 24


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lm", "sketch", "base.npy", "-o", "base.npy"], "would replace an input"),
        (["lm", "sketch", "base.npy", "model.npy", "-o", "x.kbs"], "only sketches"),
        (["lm", "sketch", "none.npy", "-o", "x.kbs"], "none.npy is not there"),
        (["lm", "base.kbs", "model.npy", "--decode", "llama.cpp"], "--decode is for whole logits"),
        (["lm", "base.kbs", "model.npy", "--shard", "1/2"], "--shard is for whole logits"),
    ],
)
def test_what_cannot_be_is_said(folder, words, said):
    lm.sketch(BASE, folder / "base.kbs")
    done = run(folder, *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (folder / "x.kbs").exists()


def test_a_model_is_recorded(folder):
    transformers = pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")
    pytest.importorskip("torch")
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({"a": 0, "b": 1, "?": 2}, "?"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(tokenizer_object=words).save_pretrained(folder / "m")
    config = transformers.GPT2Config(
        vocab_size=3, n_positions=8, n_embd=8, n_layer=1, n_head=2, bos_token_id=0, eos_token_id=0
    )
    transformers.GPT2LMHeadModel(config).save_pretrained(folder / "m")
    (folder / "text").write_text("a b a b b a a b c a")
    done = run(folder, "lm", "record", "m", "text", "-o", "a.kbs", "--chunk", "5")
    assert done.returncode == 0, done.stderr
    assert "wrote a.kbs (8 tokens)" in done.stderr
    made = lm.open(folder / "a.kbs")
    assert made.targets.tolist() == [1, 0, 1, 1, 0, 1, 2, 0]
    done = run(folder, "lm", "record", "nothing", "text", "-o", "b.kbs")
    assert done.returncode == 2
    assert "config.json" in done.stderr


def test_why_two_engines_differ(folder):
    np.save(folder / "warm.npy", BASE / 1.5)
    done = run(folder, "lm", "mismatch", "base.npy", "warm.npy")
    assert done.returncode == 0, done.stderr
    assert "temperature of 1.5" in done.stdout.replace("\n", " ")
    told = json.loads(run(folder, "lm", "mismatch", "base.npy", "warm.npy", "--json").stdout)
    assert told["faults"][0]["code"] == "temperature"
    line = run(folder, "lm", "mismatch", "base.npy", "warm.npy", "-q").stdout
    assert line.startswith("base.npy (A) and warm.npy (B) differ by temperature")


def test_models_with_other_tokenisers(folder):
    """One text of 8 bytes in two ways: single letters, and pairs beside them."""
    for name, vocab, ids in (
        ("a", {"a": 0, "b": 1}, [0, 1, 0, 0, 1, 0, 1, 1]),
        ("b", {"a": 0, "b": 1, "ab": 2}, [2, 0, 2, 2, 1]),
    ):
        start = len(vocab)  # a token that writes nothing, before the text
        rows = np.zeros((1, len(ids), start + 1), np.float32)
        rows[..., start] = -np.inf
        np.save(folder / f"{name}.npy", rows)
        np.save(folder / f"{name}.tokens.npy", np.array([[start, *ids]]))
        special = [{"id": start, "content": "<s>", "special": True}]
        told = {"model": {"vocab": vocab | {"<s>": start}}, "added_tokens": special}
        (folder / f"{name}.json").write_text(json.dumps(told), "utf-8")
    words = ["lm", "bytes", "a.npy", "b.npy", "--base-tokens", "a.json", "--model-tokens", "b.json"]
    done = run(folder, *words, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["bits_per_byte_base"]["value"] == pytest.approx(1.0)
    assert told["bits_per_byte_model"]["value"] == pytest.approx(5 * np.log2(3) / 8)
    # Of the next byte the model says a with 2/3: the event that both know.
    expected = 0.5 * np.log2(0.5 / (2 / 3)) + 0.5 * np.log2(0.5 / (1 / 3))
    assert told["kl"]["value"] == pytest.approx(expected)
    assert "bits per byte" in run(folder, *words, "-q").stdout
    assert run(folder, *words[:-2]).returncode == 2


def test_worst_tokens_are_words_where_the_tokeniser_is_given(folder):
    np.save(folder / "base.tokens.npy", RNG.integers(0, 500, (4, 7)))
    vocab = {f"Ġword{i}": i for i in range(500)}
    told = {"model": {"vocab": vocab}, "decoder": {"type": "ByteLevel"}}
    (folder / "tokenizer.json").write_text(json.dumps(told), "utf-8")
    words = ["lm", "base.npy", "model.npy", "--tokenizer", "tokenizer.json"]
    done = run(folder, *words, "--json", "--html", "page.html")
    assert done.returncode == 0, done.stderr
    worst = json.loads(done.stdout)["worst"][0]
    assert worst["words"]["target"] == f" word{worst['target']}"
    assert worst["words"]["context"] == "".join(f" word{i}" for i in worst["context"])
    assert f"word{worst['target']}" in (folder / "page.html").read_text("utf-8")
    assert f"word{worst['target']}" in run(folder, *words).stdout
