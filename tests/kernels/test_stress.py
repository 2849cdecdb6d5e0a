"""Many threads at once, arrays that change under them, and a fork after use."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import kullback

RNG = np.random.default_rng(0)
P, Q = RNG.dirichlet(np.ones(200_000), 2)


def test_many_callers_at_once_get_the_same_bits():
    alone = float(kullback.kl(P, Q)).hex()
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: float(kullback.kl(P, Q)).hex(), range(64)))
    assert found == {alone}


CHANGING = """
import threading, numpy as np, kullback
rng = np.random.default_rng(0)
p, q = rng.dirichlet(np.ones(200_000), 2)
logits = rng.normal(size=(2, 64, 4_000)).astype(np.float32)
stop = threading.Event()
def change():
    while not stop.is_set():
        p[rng.integers(p.size, size=500)] = 0.0
        logits[:, rng.integers(64)] = -np.inf
        p[rng.integers(p.size, size=500)] = 1e300
        logits[:, rng.integers(64)] = np.nan
other = threading.Thread(target=change)
other.start()
ends = set()
for _ in range(150):
    for call in (lambda: kullback.kl(p, q, mass="as-is"), lambda: kullback.logits.kl(*logits)):
        try:
            call(); ends.add("number")
        except ValueError as error:
            ends.add(type(error).__name__)
stop.set(); other.join()
print(*sorted(ends))
"""
FORKED = """
import os, sys, numpy as np, kullback
p, q = np.random.default_rng(0).dirichlet(np.ones(300_000), 2)
before = float(kullback.kl(p, q))
child = os.fork()
if child == 0:
    os._exit(0 if float(kullback.kl(p, q)) == before else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def python(code):
    source = str(Path(kullback.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": source, "KULLBACK_THREADS": "4"}
    return subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_arrays_that_change_meanwhile_end_in_a_number_or_an_error_of_ours():
    done = python(CHANGING)
    assert done.returncode == 0, done.stderr[-500:]
    assert set(done.stdout.split()) <= {"number", "InputError", "MassError"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_after_use():
    done = python(FORKED)
    assert done.returncode == 0, done.stderr[-500:]
