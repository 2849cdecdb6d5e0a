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


def sketch(path):
    logits = path.with_suffix(".npy")
    np.save(logits, np.random.default_rng(0).normal(size=(12, 64)).astype(np.float32))
    kb.lm.sketch(logits, path, head=8, tail=8)


def watched(path):
    monitor = kb.tables.Monitor(kb.tables.profile({"a": [1.5, 2.5, 3.5] * 20}))
    monitor.update({"a": [1.5, 2.5, 9.5] * 5})
    monitor.save(path)


def again(load, path, to):
    """Return what a file of ours holds, written anew."""
    load(path).save(to)
    return to.read_bytes()


SEALED = {  # what is kept with check-sums: how it is made, and all that it says
    "x.json": (profile, lambda path, to: again(kb.tables.Profile.load, path, to)),
    "x.monitor": (watched, lambda path, to: again(kb.tables.Monitor.load, path, to)),
    "x.state": (state, lambda path, to: again(kb.lm.Accumulator.load, path, to)),
    "x.kbs": (sketch, lambda path, _: kb.lm.compare(path, path).to_json()),
    "x.duckdb": (store, lambda path, _: kb.history.read(path)),
}


@pytest.mark.parametrize("name", SEALED)
def test_one_changed_bit_or_a_lost_end_is_an_error_or_changes_nothing(tmp_path, name):
    make, said = SEALED[name]
    path, to = tmp_path / name, tmp_path / "again"
    make(path)
    whole, right, draw = path.read_bytes(), said(path, to), random.Random(2)
    for place in draw.sample(range(len(whole)), 10 if name == "x.duckdb" else 50):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << draw.randrange(8)
        for left in (flipped, whole[:place]):
            path.write_bytes(left)
            try:
                found = said(path, to)
            except kb.errors.KullbackError:
                continue
            assert found == right, f"byte {place} of {len(whole)}"


def test_a_history_in_sqlite_that_is_cut_off_is_refused_and_repaired(tmp_path):
    """SQLite reads what is missing of its last page as zeros, which would be numbers."""
    path = tmp_path / "h.db"
    target = f"sqlite:///{path}"
    for _ in range(6):
        kb.history.append(target, compared())
    whole, rows = path.read_bytes(), kb.history.read(target)
    draw = random.Random(4)
    for place in [len(whole) - 1, *draw.sample(range(1, len(whole)), 25)]:
        path.write_bytes(whole[:place])
        with pytest.raises(kb.errors.FormatError, match="--repair"):
            kb.history.read(target)
        kept = kb.history.repair(target).kept
        if kept:
            assert set(kb.history.read(target)) <= set(rows)
        for left in tmp_path.iterdir():
            left.unlink()


def test_who_changes_a_profile_by_hand_takes_its_seal_out(tmp_path):
    path = tmp_path / "p.json"
    profile(path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"source": "', '"source": "my '), encoding="utf-8")
    with pytest.raises(kb.errors.FormatError, match="first entry"):
        kb.tables.Profile.load(path)
    path.write_text("{" + text[text.index(",") + 1 :], encoding="utf-8")
    assert kb.tables.Profile.load(path).rows == 99
    path.write_bytes(text.replace("\n", "\r\n").encode())  # as a repository may check it out
    assert kb.tables.Profile.load(path).rows == 99
