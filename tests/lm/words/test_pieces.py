"""The text of tokens, beside the packages that write and read the same files."""

import base64
import json

import numpy as np
import pytest

from kullback import lm
from kullback.errors import FormatError, InputError
from kullback.lm.words.pieces import silent_tokens, token_pieces

TEXT = "Hello wörld, 12 €uro\n\tfür 🙂 „alle“ …"


def whole(piece, ids):
    """Put pieces together, those that are bytes by their numbers."""
    data = b""
    for token in ids:
        text = piece(token)
        if text.startswith("<") and len(text) % 4 == 0 and text.endswith(">"):
            data += bytes.fromhex(text.replace("<", "").replace(">", ""))
        else:
            data += text.encode()
    return data.decode()


def test_byte_level_tokens_give_the_text_back(tmp_path):
    tokenizers = pytest.importorskip("tokenizers")
    made = tokenizers.ByteLevelBPETokenizer()
    made.train_from_iterator([TEXT, "Hello Hello world"], vocab_size=300, min_frequency=1)
    made.add_special_tokens(["<|end|>"])
    made.save(str(tmp_path / "tokenizer.json"))
    piece = token_pieces(tmp_path)
    ids = made.encode(TEXT).ids
    assert whole(piece, ids) == TEXT
    assert piece(made.token_to_id("<|end|>")) == "<|end|>"


def test_sentence_piece_tokens_give_the_text_back(tmp_path):
    vocab = {"▁Hello": 0, "▁": 1, "<0x0A>": 2, "<0xE2>": 3, "wor": 4, "ld": 5}
    (tmp_path / "t.json").write_text(json.dumps({"model": {"vocab": vocab}}), "utf-8")
    piece = token_pieces(tmp_path / "t.json")
    assert [piece(i) for i in range(6)] == [" Hello", " ", "\n", "<E2>", "wor", "ld"]
    unigram = {"model": {"vocab": [["▁a", -1.0], ["b", -2.0]]}}
    (tmp_path / "u.json").write_text(json.dumps(unigram), "utf-8")
    assert token_pieces(tmp_path / "u.json")(0) == " a"


LINES = [
    "the walking dogs are unbelievably playing, aren they? yes! naïve walkers walked.",
    "playing the walker; naïve dogs",
]


@pytest.mark.parametrize("kind", ["BertWordPieceTokenizer", "CharBPETokenizer"])
def test_marks_of_words_become_spaces(tmp_path, kind):
    """As `tokenizers` itself writes the text; only the space before or behind it is no text."""
    tokenizers = pytest.importorskip("tokenizers")
    made = getattr(tokenizers, kind)(lowercase=True)
    made.train_from_iterator(LINES, vocab_size=90, min_frequency=1, show_progress=False)
    made.save(str(tmp_path / "tokenizer.json"))
    piece = token_pieces(tmp_path)
    for line in LINES:
        ids = made.encode(line, add_special_tokens=False).ids
        assert len(ids) > len(line.split())  # some words are several tokens
        assert "".join(map(piece, ids)).strip() == made.decode(ids)


def test_whole_words_stand_apart(tmp_path):
    tokenizers = pytest.importorskip("tokenizers")
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel())
    made.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    made.train_from_iterator(LINES, tokenizers.trainers.WordLevelTrainer(show_progress=False))
    made.save(str(tmp_path / "tokenizer.json"))
    piece = token_pieces(tmp_path)
    assert "".join(map(piece, made.encode(LINES[1]).ids)).strip() == LINES[1]


def test_byte_level_words_that_end(tmp_path):
    """CLIP's: signs for bytes, and a mark where a word ends."""
    told = {
        "model": {"type": "BPE", "end_of_word_suffix": "</w>", "vocab": {"naÃ¯": 0, "ve</w>": 1}},
        "decoder": {"type": "ByteLevel"},
    }
    (tmp_path / "t.json").write_text(json.dumps(told), "utf-8")
    piece = token_pieces(tmp_path / "t.json")
    assert piece(0) + piece(1) == "naïve "


def test_gguf(tmp_path):
    gguf = pytest.importorskip("gguf")
    for kind, tokens, expected in (
        ("gpt2", ["Hello", "Ġworld", "Ċ"], ["Hello", " world", "\n"]),
        ("llama", ["▁Hello", "<0x0A>", "x"], [" Hello", "\n", "x"]),
        ("bert", ["▁hello", "ing", "▁."], [" hello", "ing", " ."]),
    ):
        writer = gguf.GGUFWriter(tmp_path / "m.gguf", "llama")
        writer.add_tokenizer_model(kind)
        writer.add_token_list(tokens)
        writer.add_token_types([1, 1, 3])
        writer.add_tensor("t", np.zeros(4, np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        piece = token_pieces(tmp_path / "m.gguf")
        assert [piece(i) for i in range(3)] == expected
        assert silent_tokens(tmp_path / "m.gguf") == (2,)


def test_ranks_of_tiktoken(tmp_path):
    tiktoken = pytest.importorskip("tiktoken")
    ranks = {bytes([i]): i for i in range(256)} | {b"he": 256, "ö".encode(): 257}
    lines = [f"{base64.b64encode(word).decode()} {rank}" for word, rank in ranks.items()]
    (tmp_path / "ranks").write_text("\n".join(lines))
    encoding = tiktoken.Encoding("t", pat_str=r"\S+|\s+", mergeable_ranks=ranks, special_tokens={})
    piece = token_pieces(tmp_path / "ranks")
    assert whole(piece, encoding.encode("hehe wörld €")) == "hehe wörld €"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{}",
        b'{"model": {"vocab": {"\\ud800": 0}}}',
        b'{"model": {"vocab": 3}}',
        b"no ranks",
        b"\xff\xfe",
        b"aGU= x",
    ],
)
def test_what_is_no_tokeniser(tmp_path, data):
    (tmp_path / "t").write_bytes(data)
    with pytest.raises(FormatError):
        token_pieces(tmp_path / "t")
    with pytest.raises(InputError, match="not there"):
        token_pieces(tmp_path / "none")


def test_what_is_no_gguf(tmp_path):
    pytest.importorskip("gguf")
    (tmp_path / "t").write_bytes(b"GGUF")
    with pytest.raises(FormatError):
        token_pieces(tmp_path / "t")


def test_the_worst_tokens_are_shown_as_words(tmp_path):
    vocab = {f"▁word{i}": i for i in range(20)}
    (tmp_path / "t.json").write_text(json.dumps({"model": {"vocab": vocab}}), "utf-8")
    base = np.random.default_rng(0).normal(size=(3, 5, 20))
    targets = np.arange(15)
    found = lm.compare(base, base * 1.5, targets=targets)
    page = found.to_html(pieces=lm.token_pieces(tmp_path / "t.json"))
    assert "word7" in page
