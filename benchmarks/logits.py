"""How long does the KL divergence of rows of logits take, and how much memory?

128 rows of 128 256 float32 logits, the size of a large vocabulary. The peers are PyTorch
(`log_softmax` twice, `kl_div`, a sum a row) and SciPy (`log_softmax`, `kl_div`); all must
give the same numbers. Memory is what the process grows by at most, over a call.
Goals: ≥ 14× PyTorch and SciPy; < 1 MB; `summary` in ≤ 2.5× the time of `kl`.
"""

import subprocess
import sys

import numpy as np
import scipy.special
import torch

from benchmarks.timing import seconds, single
from kullback import logits

SHAPE = (128, 128_256)

# The peak that a process starts with is its parent's; writing 5 sets it back to what is used.
_MEMORY = """
import pathlib, numpy as np
from kullback import logits
def peak():
    text = pathlib.Path("/proc/self/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0])
p = np.ones({shape}, np.float32); q = p[::-1] + np.float32(0.5)
logits.{measure}(p, q)
pathlib.Path("/proc/self/clear_refs").write_text("5")
before = peak()
logits.{measure}(p, q)
print(peak() - before)
"""


def scipy_kl(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    log_p, log_q = scipy.special.log_softmax(p, axis=-1), scipy.special.log_softmax(q, axis=-1)
    return (np.exp(log_p) * (log_p - log_q)).sum(axis=-1)


def torch_kl(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    log_p, log_q = torch.log_softmax(p, -1), torch.log_softmax(q, -1)
    return torch.nn.functional.kl_div(log_q, log_p, reduction="none", log_target=True).sum(-1)


def kilobytes(measure: str) -> int:
    code = _MEMORY.format(shape=SHAPE, measure=measure)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout)


def main() -> None:
    """Print the time of each, and the ratios that are goals."""
    rng = np.random.default_rng(0)
    p = 3 * rng.standard_normal(SHAPE, dtype=np.float32)
    q = p + rng.standard_normal(SHAPE, dtype=np.float32)
    x, y = torch.from_numpy(p), torch.from_numpy(q)
    half = [tensor.bfloat16() for tensor in (x, y)]
    jobs = {
        "logits.kl": lambda: logits.kl(p, q),
        "logits.kl, one core": single(lambda: logits.kl(p, q)),
        "logits.summary": lambda: logits.summary(p, q),
        "logits.kl of bfloat16 tensors": lambda: logits.kl(*half),
        "torch log_softmax ×2, kl_div, sum": lambda: torch_kl(x, y),
        "scipy log_softmax ×2, sum": lambda: scipy_kl(p, q),
        "numpy.dot of the rows, the floor": lambda: float(np.dot(p.ravel(), q.ravel())),
    }
    expected = logits.kl(p, q)
    for other in (scipy_kl(p, q), torch_kl(x, y).numpy(), logits.summary(p, q).kl):
        np.testing.assert_allclose(other, expected, rtol=1e-4)

    took = seconds(jobs)
    names = list(jobs)
    ours, torch_time, scipy_time = took[names[0]], took[names[4]], took[names[5]]
    print("| 128 × 128 256 float32 logits | ms | × faster than torch | × SciPy | × `logits.kl` |")
    print("|---|---|---|---|---|")
    for name, time in took.items():
        ratios = f"{torch_time / time:.1f} | {scipy_time / time:.1f} | {time / ours:.2f}"
        print(f"| {name} | {time * 1e3:.1f} | {ratios} |")
    memory = ", ".join(f"`{name}` {kilobytes(name)} kB" for name in ("kl", "summary"))
    print(f"\nMemory beyond the arguments: {memory}.")


if __name__ == "__main__":
    main()
