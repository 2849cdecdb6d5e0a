"""Lists of the k most probable tokens, in the shapes that servers print, and hostile JSON."""

import contextlib
import json
import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kullback import lm
from kullback.errors import FormatError, InputError, ShapeError

REPLACED = "\ufffd"


def chat(*tokens):
    """One token is (text, bytes, logprob, [(text, bytes, logprob), …])."""

    def entry(text, raw, logp):
        return {"token": text, "bytes": raw, "logprob": logp}

    content = [
        entry(*token[:3]) | {"top_logprobs": [entry(*one) for one in token[3]]} for token in tokens
    ]
    return {"choices": [{"index": 0, "logprobs": {"content": content, "refusal": None}}]}


def completions(tokens, logps, lists):
    logprobs = {"tokens": tokens, "token_logprobs": logps, "top_logprobs": lists}
    return {"choices": [{"text": "".join(tokens), "logprobs": {**logprobs, "text_offset": []}}]}


def vllm(*positions):
    """A position is [(id, logprob, rank), …], the token of the text first; None for the first."""
    return [
        None
        if position is None
        else {
            str(i): {"logprob": logp, "rank": rank, "decoded_token": f"t{i}"}
            for i, logp, rank in position
        }
        for position in positions
    ]


def test_openai_chat():
    lists = lm.read_logprobs(
        chat(
            (" a", [32, 97], -0.1, [(" a", [32, 97], -0.1), ("b", [98], -3.0)]),
            ("é", None, -9999.0, [("x", None, -0.5), ("\\xc3", [0xC3], -2.0)]),
        )
    )
    assert lists.source == "OpenAI chat completions"
    assert lists.ids is None
    assert lists.target_ids is None
    assert lists.names == ((b" a", b"b"), (b"x", b"\xc3"))
    assert lists.logp.tolist() == [[-0.1, -3.0], [-0.5, -2.0]]
    assert lists.limit.tolist() == [-3.0, -2.0]
    # −9999 is unknown, not a number; the token is known by its bytes nevertheless.
    assert lists.target_logp[0] == -0.1
    assert np.isnan(lists.target_logp[1])
    assert lists.target_names == (b" a", "é".encode())
    assert lists.positions.tolist() == [0, 1]
    assert lists.coverage == pytest.approx([math.exp(-0.1) + math.exp(-3), 0.741866], abs=1e-6)
    with pytest.raises(InputError, match=r"p_logp\[1\] is unknown"):
        lm.kl_from_sampled(lists.target_logp, lists.target_logp)


def test_openai_chat_with_ids_in_the_text_and_fewer_than_asked_for():
    lists = lm.read_logprobs(
        chat(
            ("token_id:7", None, -0.1, [("token_id:7", None, -0.1)]),
            ("token_id:9", None, -4.0, [("token_id:3", None, -1.0), ("token_id:4", None, -2.0)]),
        )
    )
    assert lists.ids.tolist() == [[7, -1, -1], [3, 4, 9]]
    assert lists.target_ids.tolist() == [7, 9]
    # The token that came was outside the list: it is known, and bounds nothing.
    assert lists.logp[1].tolist() == [-1.0, -2.0, -4.0]
    assert lists.limit.tolist() == [-0.1, -2.0]
    assert np.isnan(lists.logp[0, 1:]).all()


def test_openai_completions():
    tokens, logps = ["Once", " upon", "?"], [None, -0.2, -7.0]
    listed = [None, {" upon": -0.2, " a": -2.0}, {"x": -0.5, "y": -1.5, "?": -7.0}]
    lists = lm.read_logprobs(completions(tokens, logps, listed))
    assert lists.source == "OpenAI completions"
    assert lists.names == ((b" upon", b" a"), (b"x", b"y", b"?"))
    assert lists.target_logp.tolist() == [-0.2, -7.0]
    # The least is the token that came: only the others bound what is not listed.
    assert lists.limit.tolist() == [-2.0, -1.5]


def test_openai_completions_whose_strings_collide():
    listed = [{REPLACED: -1.0, "token_id:5": -2.0, "a" + REPLACED: -3.0, "b": -0.9}]
    lists = lm.read_logprobs(completions(["b"], [-0.9], listed))
    assert lists.names == ((b"b", b"", b"", b""),)
    text = json.dumps(completions(["b"], [-0.9], [{"b": -0.9}]))
    twice = text.replace('{"b": -0.9}', '{"b": -0.9, "b": -1.9}')
    with pytest.raises(FormatError, match="'b' stands there twice"):
        _read(twice)


def _read(text):
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lists.json"
        path.write_text(text, "utf-8", "surrogatepass")
        return lm.read_logprobs(path)


@pytest.mark.parametrize(
    ("chosen", "listed", "limit"),
    [(-0.2, {"a": -0.2}, -0.2), (-3.0, {"a": -3.0}, 0.0), (-0.2, {}, 0.0)],
)
def test_a_single_token_may_be_no_list_at_all(chosen, listed, limit):
    lists = lm.read_logprobs(completions(["a"], [chosen], [listed]))
    assert lists.limit.tolist() == [limit]


def test_vllm():
    document = vllm(
        None,
        [(7, -0.5, 1), (8, -1.5, 2)],
        [(9, -8.0, 500), (7, -0.1, 1), (8, -3.0, 2)],
        [(8, -1.0, 2), (7, -0.6, 1)],
    )
    lists = lm.read_logprobs(document)
    assert lists.source == "vLLM prompt_logprobs"
    assert lists.ids.tolist() == [[7, 8, -1], [7, 8, 9], [7, 8, -1]]
    assert lists.target_ids.tolist() == [7, 9, 8]
    assert lists.target_logp.tolist() == [-0.5, -8.0, -1.0]
    # k + 1 entries: the one after a gap in the ranks was only added.
    assert lists.limit.tolist() == [-1.5, -3.0, -1.0]
    assert lists.positions.tolist() == [0, 1, 2]
    for wrapped in (
        {"prompt_logprobs": document},
        {"choices": [{"prompt_logprobs": document, "logprobs": None}]},
        [{"prompt_logprobs": document}],
    ):
        assert np.array_equal(lm.read_logprobs(wrapped).ids, lists.ids)


def test_vllm_says_which_token_came():
    document = vllm(None, [(7, -0.5, 1), (8, -1.5, 2)])
    found = lm.read_logprobs({"prompt_logprobs": document, "prompt_token_ids": [3, 8]})
    assert found.target_ids.tolist() == [8]
    with pytest.raises(FormatError, match="token of the text is 5"):
        lm.read_logprobs({"prompt_logprobs": document, "prompt_token_ids": [3, 5]})
    with pytest.raises(FormatError, match="1 prompt_token_ids and 2 prompt_logprobs"):
        lm.read_logprobs({"prompt_logprobs": document, "prompt_token_ids": [3]})


def test_vllm_objects():
    @dataclass
    class Logprob:
        logprob: float
        rank: int | None = None
        decoded_token: str | None = None

    @dataclass
    class RequestOutput:
        prompt_logprobs: list
        prompt_token_ids: list

    one = RequestOutput([None, {5: Logprob(-0.2, 1, "a"), 6: Logprob(-2.0, 2, "b")}], [1, 5])
    lists = lm.read_logprobs([one, one])
    assert lists.ids.tolist() == [[5, 6], [5, 6]]
    assert lists.clusters.tolist() == [0, 1]


def test_openai_objects():
    class Completion:
        def model_dump(self):
            return chat(("a", [97], -0.1, [("a", [97], -0.1)]))

    assert lm.read_logprobs(Completion()).names == ((b"a",),)


def test_sglang():
    about = {
        "input_token_logprobs": [[None, 1, None], [-0.3, 7, " a"], [-6.0, 9, None]],
        "input_top_logprobs": [
            None,
            [[-0.3, 7, " a"], [-2.0, 8, "b"]],
            [[-0.5, 7, " a"], [-1.0, 8, "b"]],
        ],
        "output_token_logprobs": [[-0.1, 3, None]],
        "output_top_logprobs": [[[-0.1, 3, None]]],
    }
    lists = lm.read_logprobs({"text": "x", "meta_info": about})
    assert lists.source == "SGLang"
    assert [note.code for note in lists.notes] == ["follows-temperature"]
    assert lists.ids.tolist() == [[7, 8, -1], [7, 8, 9]]
    assert lists.target_ids.tolist() == [7, 9]
    assert lists.limit.tolist() == [-2.0, -1.0]
    del about["input_top_logprobs"], about["input_token_logprobs"]
    assert lm.read_logprobs({"meta_info": about}).ids.tolist() == [[3]]
    alone = {"input_token_logprobs": [[None, 1, None], [-0.3, 7, None]]}
    lists = lm.read_logprobs([{"meta_info": alone}])
    assert lists.limit.tolist() == [0.0]
    assert lists.logp.tolist() == [[-0.3]]


def test_llama_server_in_three_forms():
    new = {
        "completion_probabilities": [
            {
                "id": 7,
                "token": "a",
                "bytes": [97],
                "logprob": -5.0,
                "top_logprobs": [
                    {"id": 8, "token": "b", "bytes": [98], "logprob": -0.5},
                    {"id": 9, "token": "c", "bytes": [99], "logprob": -1.5},
                ],
            }
        ]
    }
    lists = lm.read_logprobs(new)
    assert lists.source == "llama-server"
    assert lists.ids.tolist() == [[8, 9, 7]]
    assert lists.names == ((b"b", b"c", b"a"),)
    assert lists.limit.tolist() == [-1.5]
    assert lists.notes == ()
    after = {
        "completion_probabilities": [
            {
                "id": 7,
                "token": "a",
                "bytes": [97],
                "prob": 0.75,
                "top_probs": [
                    {"id": 7, "token": "a", "bytes": [97], "prob": 0.75},
                    {"id": 8, "token": "b", "bytes": [98], "prob": 0.0},
                ],
            }
        ]
    }
    lists = lm.read_logprobs(after)
    assert lists.logp.tolist() == [[math.log(0.75), -math.inf]]
    assert [note.code for note in lists.notes] == ["after-sampling"]
    old = {
        "completion_probabilities": [
            {
                "content": "a",
                "probs": [{"tok_str": "a", "prob": 0.5}, {"tok_str": "b", "prob": 0.25}],
            },
            {"content": "z", "probs": [{"tok_str": "a", "prob": 0.5}]},
        ]
    }
    lists = lm.read_logprobs(old)
    assert lists.target_logp[0] == math.log(0.5)
    assert np.isnan(lists.target_logp[1])
    assert lists.target_names == (b"a", b"z")


ONE = vllm(None, [(7, -0.5, 1), (8, -1.5, 2)])


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"prompt_logprobs": ONE}) + "\n" + json.dumps({"prompt_logprobs": ONE}) + "\n",
        json.dumps([{"prompt_logprobs": ONE}, {"prompt_logprobs": ONE}], indent=2),
        "\ufeff" + json.dumps([{"prompt_logprobs": ONE}] * 2),
        json.dumps(ONE) + "\r\n\r\n" + json.dumps(ONE),
    ],
)
def test_json_and_json_lines(text):
    lists = _read(text)
    assert lists.ids.tolist() == [[7, 8], [7, 8]]
    assert lists.clusters.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "is empty"),
        ("{", "not JSON.*cut short"),
        ("[" * 100_000, "not JSON"),
        (json.dumps({"prompt_logprobs": ONE})[:-1], "not JSON"),
        (json.dumps(ONE) + "\n" + json.dumps(ONE)[:-3], "line 2 is not JSON"),
        ("null", "holds no log-probabilities"),
        ("[]", "is empty"),
        ("[null, null]", "holds no log-probabilities"),
        ('{"choices": []}', "holds no log-probabilities"),
        ('{"choices": 5}', "holds no log-probabilities"),
        ('{"choices": [{"logprobs": null}]}', "holds no log-probabilities"),
        (json.dumps(ONE) + "\n" + json.dumps(chat()), "line 2 is of OpenAI chat"),
        (json.dumps(vllm(None, [(7, 0.7, 1)])), "logprob of '7' is 0.7"),
        (json.dumps(vllm(None, [(7, float("nan"), 1)])), "is nan"),
        (json.dumps(vllm(None, [(7, True, 1)])), "is True"),
        (json.dumps(vllm(None, [(7, "-1", 1)])), "is '-1'"),
        (json.dumps(vllm(None, [(7, -0.1, 0)])), "rank is 0"),
        (json.dumps(vllm(None, [(7, -0.1, 1), (8, -0.2, 2)])), "sum to 1.7"),
        (json.dumps(vllm(None, [(7, -1.0, 1), (8, -9.0, 9), (5, -9.1, 10)])), "do not fit"),
        (json.dumps(vllm(None, [(2**40, -1.0, 1)])), "whole number"),
        (json.dumps(chat(("a", [256], -0.1, []))), "numbers to 255"),
        (json.dumps(chat((5, None, -0.1, []))), "a token's text is a string"),
        (json.dumps(completions(["a"], [-1.0], [{"a": -1.0}, {}])), "one length"),
        (json.dumps(completions(["a"], [-1.0], [[1]])), "not an object"),
        ('{"completion_probabilities": [{}]}', "should hold one of"),
        ('{"completion_probabilities": [{"probs": [{"prob": 2}]}]}', "from 0 to 1"),
        ('{"completion_probabilities": []}', "no position"),
        ('{"meta_info": {"input_token_logprobs": [[-1.0]]}}', "should be"),
        ('{"meta_info": {"input_token_logprobs": 5}}', "lists of one length"),
    ],
)
def test_what_is_refused(text, word):
    with pytest.raises(FormatError, match=word):
        _read(text)


def test_files_that_are_not_there_or_not_text(tmp_path):
    with pytest.raises(FormatError, match="cannot be read"):
        lm.read_logprobs(tmp_path / "none.json")
    (tmp_path / "bytes.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(FormatError, match="not UTF-8 at byte 7"):
        lm.read_logprobs(tmp_path / "bytes.json")


SOURCES = [
    json.dumps({"prompt_logprobs": ONE}),
    json.dumps(chat(("a", [97], -0.1, [("a", [97], -0.1), ("b", None, -3.0)]))),
    json.dumps(completions(["a", "b"], [None, -0.2], [None, {"b": -0.2, "c": -2}])),
    json.dumps({"meta_info": {"input_token_logprobs": [[None, 1, None], [-0.3, 7, "a"]],
                              "input_top_logprobs": [None, [[-0.3, 7, "a"], [-2.0, 8, "b"]]]}}),
    json.dumps({"completion_probabilities": [{"id": 7, "token": "a", "bytes": [97],
                "logprob": -0.5, "top_logprobs": [{"id": 8, "token": "b", "bytes": [98],
                                                   "logprob": -1.5}]}]}),
]  # fmt: skip


def sound(lists):
    """Whatever was read is lists of log-probabilities."""
    listed = lists.logp[~np.isnan(lists.logp)]
    assert (listed <= 0).all()
    assert (lists.coverage <= 1.001).all()
    assert len(lists.names) == len(lists.limit) == len(lists.target_names) == len(lists)
    assert (np.diff(np.nan_to_num(lists.logp, nan=-1e9, neginf=-1e8), axis=1) <= 0).all()


@pytest.mark.parametrize("source", SOURCES)
def test_every_byte_flipped_or_cut(tmp_path, source):
    path = tmp_path / "lists.json"
    whole = source.encode()
    for place in range(len(whole)):
        for data in (
            whole[:place],
            whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :],
            whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :],
            whole[:place] + b"\xff" + whole[place + 1 :],
        ):
            path.write_bytes(data)
            try:
                sound(lm.read_logprobs(path))
            except FormatError as error:
                refused = str(error)
            else:
                continue
            assert "lists.json" in refused


KEYS = [
    *("choices", "logprobs", "content", "top_logprobs", "token", "bytes", "logprob", "tokens"),
    *("token_logprobs", "prompt_logprobs", "prompt_token_ids", "rank", "decoded_token", "id"),
    *("meta_info", "input_token_logprobs", "input_top_logprobs", "completion_probabilities"),
    *("probs", "prob", "tok_str", "top_probs", "5", "7"),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@given(JSON)
def test_any_json_is_read_or_refused(document):
    with contextlib.suppress(FormatError):
        sound(lm.read_logprobs(document))


def test_bounds_of_two_lists_by_ids_and_by_bytes():
    base = lm.read_logprobs(vllm(None, [(7, -0.5, 1), (8, -1.5, 2)]))
    model = lm.read_logprobs(vllm(None, [(7, -0.6, 1), (9, -1.6, 2)]))
    by_id = lm.list_bounds(base, model)
    assert by_id.coverage[0] == pytest.approx(math.exp(-0.5))
    assert by_id.upper[0] == np.inf
    # The same lists, told apart by text alone.
    texts = [
        lm.read_logprobs(completions(["t7"], [a], [{"t7": a, other: b}]))
        for a, other, b in ((-0.5, "t8", -1.5), (-0.6, "t9", -1.6))
    ]
    by_text = lm.list_bounds(*texts)
    assert by_text.lower[0] == pytest.approx(by_id.lower[0], abs=1e-12)
    whole = np.full((1, 12), math.log((1 - math.exp(-0.6)) / 11))
    whole[0, 7] = -0.6
    dense = lm.list_bounds(base, whole)
    assert 0 <= dense.lower[0] <= dense.upper[0] < np.inf


def test_text_that_cannot_be_told_apart_loosens_the_bounds():
    """Two ids of one string: the truth may be any of them, and the bounds hold it."""
    p = completions(["a"], [-2.0], [{"a": -2.0, REPLACED: -0.2}])
    q = chat(("a", [97], -2.1, [("a", [97], -2.1), ("\\xc3", [0xC3], -0.25)]))
    base, model = lm.read_logprobs(p), lm.read_logprobs(q)
    bounds = lm.list_bounds(base, model)
    assert bounds.coverage[0] == pytest.approx(math.exp(-2.0))
    # If the replaced text is the byte C3, KL is about 0.
    a, b = np.exp([-2.0, -0.2]), np.exp([-2.1, -0.25])
    truth = (a * np.log(a / b)).sum() + (1 - a.sum()) * np.log((1 - a.sum()) / (1 - b.sum()))
    assert bounds.lower[0] <= truth + 1e-12


def test_two_lists_of_other_texts():
    base = lm.read_logprobs(vllm(None, [(7, -0.5, 1)], [(7, -0.5, 1)]))
    other = lm.read_logprobs(vllm(None, [(7, -0.5, 1)], [(8, -0.5, 1)]))
    with pytest.raises(InputError, match="token 1 is 7 in p and 8 in q"):
        lm.list_bounds(base, other)
    with pytest.raises(ShapeError, match="p has 2 tokens and q has 1"):
        lm.list_bounds(base, lm.read_logprobs(ONE))
    with pytest.raises(InputError, match="b'a' in p and b'b' in q"):
        lm.list_bounds(*(lm.read_logprobs(completions([t], [-1.0], [{t: -1.0}])) for t in "ab"))
    with pytest.raises(ShapeError, match="q has shape"):
        lm.list_bounds(base, np.zeros((2, 5)))
    texts = lm.read_logprobs(completions(["a"], [-1.0], [{"a": -1.0}]))
    with pytest.raises(InputError, match="has no token ids"):
        lm.list_bounds(texts, np.zeros((1, 5)))
