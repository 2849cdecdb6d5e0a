"""Whole files of each kind with bytes flipped, cut out, doubled or put in: ours or the answer."""

import hashlib
import json
import random

import numpy as np
import pytest
from faults.doors import READERS, attempt, compared

import kullback as kb
from kullback.lm.tokens.state import CHECK, MAGIC

TIMES = 60


def state(path):
    pair = np.random.default_rng(0).normal(size=(2, 12, 5))
    kept = kb.lm.Accumulator()
    kept.update(kb.logits.summary(*pair), cluster=np.arange(12) // 4)
    kept.save(path)


def scores(path):
    rows = np.random.default_rng(0).dirichlet(np.ones(3), 40).round(4)
    lines = [f"{'abc'[i % 3]},{','.join(map(str, row))}" for i, row in enumerate(rows)]
    path.write_text("label,p_a,p_b,p_c\n" + "\n".join(lines) + "\n")


def profile(path):
    rng = np.random.default_rng(0)
    kb.tables.profile({"n": rng.normal(size=99), "t": rng.choice(["x", "y"], 99)}).save(path)


def logprobs(path):
    listed = [{"token": t, "logprob": -1.5, "bytes": [97]} for t in "ab"]
    content = [{"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": listed}]
    path.write_text(json.dumps({"choices": [{"logprobs": {"content": content}}]}))


def settings(path):
    path.write_text('fail-on = "drift"\nalpha = 0.05\n[limits]\na = 0.1\n')


def numbers(path):
    np.save(path, np.array([0.25, 0.75]))


def table(path):
    path.write_text('a,"b ""c"", d"\n' + "1,x\n2.5,y\n,\n" * 20)


def store(path):
    kb.history.append(path, compared())


WHOLE = {
    "lm state": state,
    "score": scores,
    "profile": profile,
    "logprobs": logprobs,
    "settings": settings,
    "kl npy": numbers,
    "tables csv": table,
    "history duckdb": store,
}


def damaged(data, draw):
    """Flip, cut out, double or put in some bytes."""
    place, long = draw.randrange(len(data)), draw.choice([1, 1, 4, 64])
    piece = data[place : place + long]
    middle = draw.choice(
        [
            bytes(b ^ draw.randrange(1, 256) for b in piece),
            b"",
            piece * 2,
            piece + draw.choice([b"\0", b'"', b"[" * 3000, b"9" * 400, b"\xff"]),
        ]
    )
    return data[:place] + middle + data[place + long :]


@pytest.mark.parametrize("name", WHOLE)
def test_damage_is_an_error_of_ours_or_harmless(tmp_path, name):
    path = tmp_path / f"x{READERS[name][1]}"
    WHOLE[name](path)
    whole, draw = path.read_bytes(), random.Random(11)
    assert attempt("read", name, str(path))[0] == "done"
    for _ in range(TIMES):
        path.write_bytes(damaged(whole, draw))
        became, known, text = attempt("read", name, str(path))
        assert known, f"{name}: bare {became}: {text}"


def test_a_state_whose_check_sum_is_right_and_whose_header_is_not(tmp_path):
    """Who writes a state on purpose can make any header: it is believed within the file only."""
    path, draw = tmp_path / "x.state", random.Random(5)
    state(path)
    body = path.read_bytes()[:-CHECK]
    for _ in range(200):
        wrong = (
            MAGIC + damaged(body[len(MAGIC) : len(MAGIC) + 400], draw) + body[len(MAGIC) + 400 :]
        )
        path.write_bytes(wrong + hashlib.sha256(wrong).digest())
        became, known, text = attempt("read", "lm state", str(path))
        assert known, f"bare {became}: {text}"
