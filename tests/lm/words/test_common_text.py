"""Two sides that cut one text into other tokens and other chunks, against a count byte by byte."""

import json

import numpy as np
import pytest

from kullback import lm
from kullback.errors import InputError

TEXT = b"abbaabababbbaabbabaababbaabba" * 3
SIDES = {
    "base": ([b"a", b"b", b"ab", b"ba"], 7),
    "model": ([b"a", b"b", b"bb", b"aab", b""], 5),
}


def cut(tokens, rng):
    """Cut the text at random; where a token writes nothing it begins the text, as a mark does."""
    ids, at = ([tokens.index(b"")] if b"" in tokens else []), 0
    while at < len(TEXT):
        fits = [i for i, t in enumerate(tokens) if t and TEXT.startswith(t, at)]
        ids.append(int(rng.choice(fits)))
        at += len(tokens[ids[-1]])
    return np.array(ids)


def recorded(folder, name, kind="npy"):
    tokens, chunk = SIDES[name]
    rng = np.random.default_rng(len(name))
    rows = rng.normal(size=(64, len(tokens)))
    ids = cut(tokens, rng)
    seen = []

    def model(chunk_ids):
        seen.append(np.stack([rows[hash((len(seen), i)) % 64] for i in range(len(chunk_ids))]))
        return seen[-1]

    path = folder / f"{name}.{kind}"
    lm.record(model, ids, path, chunk=chunk)
    return path, ids, np.stack(seen)


def by_hand(tokens, chunk, ids, logits):
    """Return of each scored token its first byte, its length, its bits and what was expected."""
    starts = np.cumsum([0, *(len(tokens[i]) for i in ids)])
    found = []
    for at in range(len(ids) // chunk * chunk):
        if at % chunk:
            p = np.exp(logits[at // chunk, at % chunk - 1])
            p /= p.sum()
            found.append((int(starts[at]), len(tokens[ids[at]]), -np.log2(p[ids[at]]), p))
    return found


def test_other_chunks_of_one_text(tmp_path):
    told, paths = [], []
    for name, (tokens, chunk) in SIDES.items():
        path, ids, logits = recorded(tmp_path, name)
        paths.append(path)
        told.append(by_hand(tokens, chunk, ids, logits))
    found = lm.compare_bytes(*paths, base_tokens=SIDES["base"][0], model_tokens=SIDES["model"][0])
    scored = [{s + i for s, n, *_ in side for i in range(n)} for side in told]
    both = scored[0] & scored[1]
    assert found.bytes == len(both)
    for side, bits in zip(told, (found.bits_per_byte_base, found.bits_per_byte_model), strict=True):
        share = sum(b / n for s, n, b, _ in side for i in range(n) if s + i in both)
        assert bits.value == pytest.approx(share / len(both), rel=1e-12)
    # Both know the next byte only: "a" and "b" are tokens, so that longer ones are parts of them.
    at = [{s: p for s, _, _, p in side} for side in told]
    places = sorted(at[0].keys() & at[1].keys())
    kl = 0.0
    for place in places:
        p, q = at[0][place], at[1][place]
        first, second = (p[0] + p[2], p[1] + p[3], 0), (q[0] + q[3], q[1] + q[2], q[4])
        kl += sum(x * np.log2(x / y) for x, y in zip(first, second, strict=True) if x)
    assert found.places == len(places) > 10
    assert found.kl.value == pytest.approx(kl / len(places), rel=1e-12)
    assert "other-chunks" in [note.code for note in found.notes]


def test_chunks_alike_have_no_note(tmp_path):
    path, *_ = recorded(tmp_path, "base")
    found = lm.compare_bytes(
        path, path, base_tokens=SIDES["base"][0], model_tokens=SIDES["base"][0]
    )
    assert found.kl.value == 0
    assert [note.code for note in found.notes] == ["same-tokens"]
    assert found.bytes < len(TEXT)


def test_a_space_that_one_side_puts_before_the_text(tmp_path):
    """SentencePiece begins a text with ▁, and byte-level tokenisers with the text itself."""
    vocabularies = {"p": {"▁ab": 0, "a": 1, "b": 2}, "q": {"ab": 0, "a": 1, "b": 2}}
    for name, vocabulary in vocabularies.items():
        text = json.dumps({"model": {"vocab": vocabulary}})
        (tmp_path / f"{name}.json").write_text(text, "utf-8")
    rng = np.random.default_rng(1)
    for swap in (1, -1):
        sides = [(rng.normal(size=(3, 3)), tmp_path / f"{name}.json") for name in ("p", "q")][
            ::swap
        ]
        found = lm.compare_bytes(
            sides[0][0], sides[1][0], base_tokens=sides[0][1], model_tokens=sides[1][1],
            base_targets=[0, 1, 2], model_targets=[0, 1, 2],
        )  # fmt: skip
        assert (found.bytes, found.places) == (4, 2)  # the first place has a space on one side only


def test_another_text_is_refused(tmp_path):
    path, ids, _ = recorded(tmp_path, "base")
    other = ids.copy()
    other[8] = (other[8] + 1) % 2
    lm.record(lambda i: np.zeros((len(i), 4)), other, tmp_path / "other.npy", chunk=7)
    tokens = SIDES["base"][0]
    with pytest.raises(InputError, match="part at byte"):
        lm.compare_bytes(path, tmp_path / "other.npy", base_tokens=tokens, model_tokens=tokens)
