"""Threads and instruction sets change the speed; threads never change a digit."""

import os
import subprocess
import sys

import numpy as np
import pytest

native = pytest.importorskip("kullback.kernels._native", reason="built without a compiler")

RNG = np.random.default_rng(0)
LONG = RNG.dirichlet(np.ones(300_000), 2)[:, None]
MANY = RNG.dirichlet(np.ones(3_000), (2, 200))


def answers(p, q):
    x, y = np.log(p), np.log(q).astype(np.float32)
    return [
        native.kl(p, q),
        native.jensen_shannon(p, q),
        native.cross_entropy(p, q),
        native.entropy(p),
        native.hellinger(p, q),
        native.total_variation(p, q),
        native.logits_kl(x, y),
        native.logits_state(y, y + 0.1),
        native.logits_summary(x.astype(np.float32), y),
        native.logits_summary(np.where(x < -9, -np.inf, x), np.where(x < -9, -np.inf, y)),
    ]


@pytest.mark.parametrize("pair", [LONG, MANY], ids=["one long row", "many rows"])
@pytest.mark.parametrize("threads", [2, 3, 8])
def test_the_same_bits(monkeypatch, pair, threads):
    monkeypatch.setenv("KULLBACK_THREADS", "1")
    one = answers(*pair)
    monkeypatch.setenv("KULLBACK_THREADS", str(threads))
    for got, expected in zip(answers(*pair), one, strict=True):
        assert got.tobytes() == expected.tobytes()


def test_who_says_how_many(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3,2")
    monkeypatch.setenv("KULLBACK_THREADS", "5")
    assert native.threads() == 5
    monkeypatch.delenv("KULLBACK_THREADS")
    assert native.threads() == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    if hasattr(os, "sched_getaffinity"):
        assert native.threads() == len(os.sched_getaffinity(0))


SCRIPT = """
import numpy as np
from kullback.kernels import _native as native
rng = np.random.default_rng(0)
p, q = rng.dirichlet(np.ones(5000), (2, 3))
x, y = rng.normal(size=(2, 3, 5000))
print(native.instructions())
for row in (native.kl(p, q), native.jensen_shannon(p, q), native.entropy(p),
            native.cross_entropy(p, q), native.logits_kl(x, y),
            native.logits_summary(x, y).ravel()):
    print(*row.tolist())
single = native.logits_summary(x.astype("f4"), y.astype("f4"))
print(*single.ravel().tolist())
"""


def run(instructions):
    environment = os.environ | {"KULLBACK_INSTRUCTIONS": instructions}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
    )
    name, *lines = done.stdout.splitlines()
    return name, [np.array(line.split(), float) for line in lines]


def test_every_instruction_set_agrees():
    _, expected = run("")
    for asked in ("baseline", "avx2"):
        name, got = run(asked)
        assert name in (asked, "baseline")
        for row, truth in zip(got[:-1], expected[:-1], strict=True):
            np.testing.assert_allclose(row, truth, rtol=1e-13)
        np.testing.assert_allclose(got[-1], expected[-1], rtol=3e-6)
