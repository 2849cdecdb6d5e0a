"""What reading logits costs: rows of 128 256 tokens, on one core, from the page cache.

`quantised` gives llama.cpp's 16-bit codes as they lie and checks that each row can be one of its
own; `read` decodes them to float32 and checks that each row sums to 1, which takes an exponential
a token. The floor is NumPy reading the same bytes into memory. Memory is the peak of a process
that reads the whole file, above one that only imports the library. Bounds from the 20 most
probable tokens are timed by token; Q is a list too, or a whole row.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.timing import seconds
from kullback import lm
from kullback.lm.files import llama_cpp

VOCABULARY, N_CTX, CHUNKS, BLOCK = 128_256, 66, 16, 32

_PEAK = """
import sys
from kullback import lm
if len(sys.argv) > 1:
    file = lm.open(sys.argv[1])
    for start in range(0, len(file), 32):
        file.read(start, start + 32)
print(int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) / 1024)
"""


def _write(path: Path) -> int:
    rng = np.random.default_rng(0)
    rows = CHUNKS * (N_CTX - 1 - N_CTX // 2)
    blocks = (rng.normal(0, 3, (32, VOCABULARY)).astype(np.float32) for _ in range(rows // 32))
    llama_cpp.write(path, rng.integers(0, VOCABULARY, N_CTX * CHUNKS), blocks, N_CTX)
    return rows


def _peak(*path: str) -> float:
    command = [sys.executable, "-c", _PEAK, *path]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def reading(folder: str) -> None:
    path = Path(folder) / "base.kld"
    rows = _write(path)
    file = lm.open(path)
    starts = range(0, rows, BLOCK)

    def each(take: Callable[[int, int], object]) -> Callable[[], None]:
        """Take one block after another and keep none, as a comparison does."""

        def job() -> None:
            for start in starts:
                take(start, start + BLOCK)

        return job

    def plain(start: int, stop: int) -> object:
        size = path.stat().st_size // rows
        return np.fromfile(path, np.uint8, size * (stop - start), offset=size * start)

    assert file.quantised is not None
    jobs = {
        "NumPy reads the bytes": each(plain),
        "quantised": each(file.quantised),
        "read": each(file.read),
    }
    took = seconds(jobs, repeats=3)
    print("| way | rows a second | times the floor |\n|---|---|---|")
    floor = took["NumPy reads the bytes"]
    for name, time in took.items():
        print(f"| {name} | {rows / time:,.0f} | {time / floor:.1f} |")
    size, more = path.stat().st_size / 1e6, _peak(str(path)) - _peak()
    print(f"\nThe file has {size:.0f} MB; reading all of it takes {more:.0f} MB of memory.\n")


def bounding() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 3, (1000, 2000))
    whole = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    ids = np.argsort(-whole, axis=1)[:, :20]
    listed = np.take_along_axis(whole, ids, axis=1)
    jobs = {
        "Q at the ids, with a floor": lambda: lm.top_k_bounds(ids, listed, listed - 0.1, -30.0),
        "Q a row of 2 000": lambda: lm.top_k_bounds(ids, listed, whole),
    }
    print("| bounds | µs a token |\n|---|---|")
    for name, time in seconds(jobs, repeats=3).items():
        print(f"| {name} | {1e6 * time / len(ids):.1f} |")


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        reading(folder)
    bounding()


if __name__ == "__main__":
    main()
