"""Small recorded examples of what servers send, whole, in pieces and in envelopes."""

import json
import math

import numpy as np
import pytest

from kullback import lm
from kullback.errors import FormatError

# Two tokens, each with a list of two: what every example below says.
LOGP = [[-0.1, -2.5], [-0.3, -1.5]]
NAMES = ((b"t0", b"u"), (b"t1", b"u"))
IDS = [[10, 20], [11, 20]]


def entry(text, logp, **more):
    return {"token": text, "logprob": logp, "bytes": None, **more}


def chat_token(i, **more):
    listed = [entry(f"t{i}", LOGP[i][0]), entry("u", LOGP[i][1])]
    return entry(f"t{i}", LOGP[i][0], **more) | {"top_logprobs": listed}


def with_ids(i):
    listed = [entry(f"t{i}", LOGP[i][0], id=10 + i), entry("u", LOGP[i][1], id=20)]
    return entry(f"t{i}", LOGP[i][0], id=10 + i) | {"top_logprobs": listed}


def tgi_token(i, text, logp):
    return {"id": i, "text": text, "logprob": logp, "special": False}


def gemini_token(text, i, logp):
    return {"token": text, "tokenId": i, "logProbability": logp}


CHAT = {
    "id": "c1",
    "object": "chat.completion",
    "choices": [{"index": 0, "logprobs": {"content": [chat_token(0), chat_token(1)]}}],
}
COMPLETION = {
    "id": "c1",
    "object": "text_completion",
    "choices": [
        {
            "index": 0,
            "logprobs": {
                "tokens": ["t0", "t1"],
                "token_logprobs": [-0.1, -0.3],
                "top_logprobs": [{"t0": -0.1, "u": -2.5}, {"t1": -0.3, "u": -1.5}],
                "text_offset": [0, 2],
            },
        }
    ],
}
WHOLE = {
    "chat": CHAT,
    "refusal": {
        "choices": [{"logprobs": {"content": None, "refusal": [chat_token(0), chat_token(1)]}}]
    },
    "completion": COMPLETION,
    "responses": {
        "object": "response",
        "output": [
            {"type": "reasoning", "summary": []},
            {
                "type": "message",
                "content": [
                    {
                        "type": "output_text",
                        "text": "t0t1",
                        "logprobs": [chat_token(0), chat_token(1)],
                    }
                ],
            },
        ],
    },
    "batch": {
        "id": "b",
        "custom_id": "r1",
        "response": {"status_code": 200, "body": CHAT},
        "error": None,
    },
    "ollama": {
        "model": "m",
        "response": "t0t1",
        "done": True,
        "logprobs": [chat_token(0), chat_token(1)],
    },
}
BY_ID = {
    "chat with ids": {"choices": [{"logprobs": {"content": [with_ids(0), with_ids(1)]}}]},
    "tgi": {
        "generated_text": "t0t1",
        "details": {
            "tokens": [tgi_token(10 + i, f"t{i}", LOGP[i][0]) for i in range(2)],
            "top_tokens": [
                [tgi_token(10 + i, f"t{i}", LOGP[i][0]), tgi_token(20, "u", LOGP[i][1])]
                for i in range(2)
            ],
        },
    },
    "gemini": {
        "candidates": [
            {
                "logprobsResult": {
                    "chosenCandidates": [
                        gemini_token(f"t{i}", 10 + i, LOGP[i][0]) for i in range(2)
                    ],
                    "topCandidates": [
                        {
                            "candidates": [
                                gemini_token(f"t{i}", 10 + i, LOGP[i][0]),
                                gemini_token("u", 20, LOGP[i][1]),
                            ]
                        }
                        for i in range(2)
                    ],
                }
            }
        ]
    },
    "mlx-lm": {
        "object": "chat.completion",
        "choices": [
            {
                "index": 0,
                "logprobs": {
                    "tokens": [10, 11],
                    "token_logprobs": [-0.1, -0.3],
                    "top_logprobs": [{"10": -0.1, "20": -2.5}, {"11": -0.3, "20": -1.5}],
                },
            }
        ],
    },
}


def chunk(i, answer="c1", index=0):
    content = {"content": [chat_token(i)]}
    return {
        "id": answer,
        "object": "chat.completion.chunk",
        "choices": [{"index": index, "delta": {"content": f"t{i}"}, "logprobs": content}],
    }


def piece(i):
    logprobs = COMPLETION["choices"][0]["logprobs"]
    return {
        "id": "c1",
        "object": "text_completion",
        "choices": [{"index": 0, "logprobs": {k: [v[i]] for k, v in logprobs.items()}}],
    }


END = {"id": "c1", "object": "chat.completion.chunk", "choices": []}
STREAMS = {
    "chat": [chunk(0), chunk(1), END],
    "completion": [piece(0), piece(1)],
    "ollama": [
        {"model": "m", "response": "t0", "done": False, "logprobs": [chat_token(0)]},
        {"model": "m", "response": "t1", "done": False, "logprobs": [chat_token(1)]},
        {"model": "m", "response": "", "done": True},
    ],
    "llama-server": [
        {"content": "t0", "stop": False, "completion_probabilities": [with_ids(0)]},
        {"content": "t1", "stop": False, "completion_probabilities": [with_ids(1)]},
        {"content": "", "stop": True, "completion_probabilities": []},
    ],
    "responses": [
        {"type": "response.output_text.delta", "delta": "t0", "logprobs": [chat_token(0)]},
        {"type": "response.completed", "response": WHOLE["responses"]},
    ],
}


def assert_read(found, *, ids):
    assert found.logp.tolist() == LOGP
    assert found.target_logp.tolist() == [-0.1, -0.3]
    assert found.clusters.tolist() == [0, 0]
    if ids:
        assert found.ids.tolist() == IDS
        assert found.target_ids.tolist() == [10, 11]
    else:
        assert found.names == NAMES


@pytest.mark.parametrize("name", WHOLE)
def test_whole_answers(name):
    assert_read(lm.read_logprobs(WHOLE[name]), ids=False)


@pytest.mark.parametrize("name", BY_ID)
def test_answers_with_ids(name):
    assert_read(lm.read_logprobs(BY_ID[name]), ids=True)


@pytest.mark.parametrize("form", ["objects", "lines", "events"])
@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_is_one_answer(tmp_path, name, form):
    chunks = STREAMS[name]
    if form == "objects":
        found = lm.read_logprobs(chunks)
    else:
        file = tmp_path / "stream"
        lines = [json.dumps(one) for one in chunks]
        if form == "events":
            lines = [f"event: x\ndata: {line}\n" for line in lines] + ["data: [DONE]\n"]
        file.write_text("\n".join(lines) + "\n")
        found = lm.read_logprobs(file)
    assert_read(found, ids=name == "llama-server")


def test_chunks_of_several_answers_are_sorted_out():
    """Two ids, and two choices of one of them, in turns."""
    mixed = [chunk(i, *more) for i in range(2) for more in ((), ("c2",), ("c1", 1))]
    found = lm.read_logprobs(mixed)
    assert found.clusters.tolist() == [0, 0, 1, 1, 2, 2]
    assert found.logp.tolist() == LOGP * 3


def test_a_batch_is_in_the_order_of_its_requests(tmp_path):
    """The lines of a batch come in any order; two models are compared request by request."""
    first = WHOLE["batch"] | {"custom_id": "a"}
    other = {"choices": [{"logprobs": {"content": [chat_token(1), chat_token(0)]}}]}
    second = {"custom_id": "b", "response": {"body": CHAT | other}}
    for name, lines in {"p": [first, second], "q": [second, first]}.items():
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    p, q = (lm.read_logprobs(tmp_path / f"{name}.jsonl") for name in "pq")
    np.testing.assert_array_equal(p.logp, q.logp)
    assert lm.compare_lists(p, q).lower.value == pytest.approx(0, abs=1e-6)


def test_objects_of_what_vllm_generated():
    class Logprob:
        def __init__(self, logprob, rank, text):
            self.logprob, self.rank, self.decoded_token = logprob, rank, text

    class Thing:
        def __init__(self, **members):
            self.__dict__ |= members

    logprobs = [
        {10 + i: Logprob(LOGP[i][0], 1, f"t{i}"), 20: Logprob(LOGP[i][1], 2, "u")} for i in range(2)
    ]
    output = Thing(token_ids=(10, 11), logprobs=logprobs)
    request = Thing(prompt_logprobs=None, outputs=[output])
    assert_read(lm.read_logprobs(request), ids=True)


def test_a_failed_request_of_a_batch_is_named():
    failed = {"custom_id": "r", "response": None, "error": {"code": "429"}}
    with pytest.raises(FormatError, match="holds no log-probabilities"):
        lm.read_logprobs([failed])


def test_two_streams_are_compared(tmp_path):
    for name in "pq":
        lines = (json.dumps(chunk(i % 2)) for i in range(12))
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    found = lm.compare_lists(tmp_path / "p.jsonl", tmp_path / "q.jsonl")
    assert found.lower.n == 12
    assert found.lower.outcomes == 1
    assert math.isnan(found.lower.standard_error)
