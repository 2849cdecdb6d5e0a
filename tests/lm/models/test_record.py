"""Recording: a small random transformers model, a function, and a stand-in server on loopback."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import numpy as np
import pytest

from kullback import lm
from kullback.errors import FormatError, InputError, ShapeError
from kullback.lm.models.server import pieces

RNG = np.random.default_rng(0)
TABLE = RNG.normal(size=(40, 40)).astype(np.float32) * 2
IDS = RNG.integers(0, 40, 50)


def bigrams(ids):
    """A model that knows the last token only."""
    return TABLE[ids]


def test_logits_and_tokens_are_those_of_the_model(tmp_path):
    file = lm.record(bigrams, IDS, tmp_path / "a.npy", chunk=12)
    whole = IDS[:48].reshape(4, 12)
    assert np.array_equal(file.read(0, len(file)), TABLE[whole[:, :-1].ravel()])
    assert np.array_equal(file.targets, whole[:, 1:].ravel())
    assert np.array_equal(file.clusters, np.repeat(range(4), 11))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.npy", "a.tokens.npy"]


def test_a_sketch_is_that_of_the_logits(tmp_path):
    lm.record(bigrams, IDS, tmp_path / "a.npy", chunk=12)
    made = lm.record(bigrams, IDS, tmp_path / "a.kbs", chunk=12, sketch=(5, 6), seed=3)
    whole = lm.sketch(tmp_path / "a.npy", tmp_path / "b.kbs", head=5, tail=6, seed=3)
    assert made.records(0, 44).tobytes() == whole.records(0, 44).tobytes()


@pytest.mark.parametrize("name", ["a.npy", "a.kbs"])
def test_stopped_it_goes_on_with_the_next_chunk(tmp_path, name):
    read = []

    def stopping(ids):
        if len(read) == 2:
            raise KeyboardInterrupt
        read.append(ids)
        return TABLE[ids]

    stopping.__name__ = "bigrams"
    with pytest.raises(KeyboardInterrupt):
        lm.record(stopping, IDS, tmp_path / name, chunk=12)
    assert not (tmp_path / name).exists()
    told = []
    made = lm.record(bigrams, IDS, tmp_path / name, chunk=12, progress=lambda *n: told.append(n))
    assert told == [(3, 4), (4, 4)]
    assert len(made) == 44
    assert lm.compare(made, TABLE[IDS[:48].reshape(4, 12)[:, :-1]]).kl.value == 0
    again = lm.record(bigrams, IDS[::-1], tmp_path / name, chunk=12)  # another text: from anew
    assert again.targets[0] == IDS[-2]


def test_a_model_of_transformers(tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    config = transformers.GPT2Config(
        vocab_size=60, n_positions=16, n_embd=8, n_layer=1, n_head=2, bos_token_id=0, eos_token_id=0
    )
    torch.manual_seed(0)
    model = transformers.GPT2LMHeadModel(config).eval()
    model.save_pretrained(tmp_path / "model")
    ids = np.arange(32) % 60
    made = lm.record(tmp_path / "model", ids, tmp_path / "a.kbs", chunk=16, sketch=(60, 0))
    with torch.inference_mode():
        expected = model(torch.as_tensor(ids.reshape(2, 16))).logits[:, :-1].numpy()
    assert abs(lm.compare(made, expected).kl.value) < 1e-12
    other = lm.record(str(tmp_path / "model"), ids, tmp_path / "a.npy", chunk=16)
    assert np.allclose(other.read(0, 30), expected.reshape(30, 60), atol=1e-6)
    with pytest.raises(InputError, match=r"config\.json"):
        lm.record(tmp_path / "nothing", ids, tmp_path / "b.npy")


class Answers(BaseHTTPRequestHandler):
    """Speaks as vLLM does for a prompt that is echoed, by the table of pairs of letters."""

    asked: ClassVar[list] = []

    def log_message(self, *_):
        """Say nothing."""

    def do_GET(self):
        self.answer({"data": [{"id": "tiny"}]})

    def do_POST(self):
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Answers.asked.append(told)
        if told["prompt"].startswith("refuse"):
            self.send_error(400, "no")
            return
        if told["prompt"].startswith("silent"):
            self.answer({"choices": [{"text": "x"}]})
            return
        letters = [*told["prompt"], "!"]
        lists = [None, *({"a": -0.2, c: -1.9 if c != "a" else -0.2} for c in letters[1:])]
        logprobs = [None, *(each[c] for each, c in zip(lists[1:], letters[1:], strict=True))]
        found = {"tokens": letters, "token_logprobs": logprobs, "top_logprobs": lists}
        found["text_offset"] = list(range(len(letters)))
        usage = {"completion_tokens": 1}
        self.answer({"choices": [{"text": "", "logprobs": found}], "usage": usage})

    def answer(self, told):
        data = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def address():
    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Answers.asked.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_server_is_asked_for_each_part_once(tmp_path, address):
    text = "abba cab " * 4
    lists = lm.record(address, text, tmp_path / "a.jsonl", chunk=4)
    assert [told["prompt"] for told in Answers.asked] == list(pieces(text, 16))
    assert {told["model"] for told in Answers.asked} == {"tiny"}
    assert len(lists) == sum(len(part) - 1 for part in pieces(text, 16))
    assert b"!" not in lists.target_names  # what the server made up is cut off
    again = lm.record(address, text, tmp_path / "a.jsonl", chunk=4)
    assert len(Answers.asked) == len(list(pieces(text, 16)))  # nothing is asked twice
    assert len(again) == len(lists)
    result = lm.compare_lists(tmp_path / "a.jsonl", tmp_path / "a.jsonl", floor=-30)
    assert result.lower.value == pytest.approx(0, abs=1e-12)


def test_what_a_server_cannot_say_is_said(tmp_path, address):
    with pytest.raises(InputError, match="refused"):
        lm.record(address, "refuse", tmp_path / "b.jsonl")
    with pytest.raises(FormatError, match="log-probabilities of the prompt"):
        lm.record(address, "silent", tmp_path / "c.jsonl")
    with pytest.raises(InputError, match="did not answer"):
        lm.record("http://127.0.0.1:9", "text", tmp_path / "d.jsonl")


@pytest.mark.parametrize(
    ("error", "model", "text", "way"),
    [
        (InputError, bigrams, "words", {}),
        (InputError, bigrams, IDS, {"chunk": 1}),
        (InputError, bigrams, [3], {}),
        (InputError, bigrams, [3.5, 1.0], {}),
        (InputError, bigrams, [3, 39, 40], {}),
        (ShapeError, lambda ids: TABLE[ids[:2]], IDS, {}),
        (ShapeError, lambda ids: ids, IDS, {}),
    ],
)
def test_what_is_no_model_or_no_text(tmp_path, error, model, text, way):
    def safe(ids):
        return model(np.minimum(ids, 39)) if model is bigrams else model(ids)

    with pytest.raises(error):
        lm.record(safe, text, tmp_path / "a.npy", **way)
