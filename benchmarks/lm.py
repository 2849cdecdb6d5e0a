"""What does comparing two language models' logits cost, a gigabyte of them?

Two files of llama.cpp's format are written into a temporary folder: 2 040 rows (8 chunks of
n_ctx = 512) of 128 256 tokens, 0.52 GB each, and deleted afterwards. Each job runs in a process
of its own on one core, with both files in the page cache: `lm.compare`, which gives every
measure; the same with the states of four shards merged; llama.cpp's numbers; and PyTorch doing
the same work as `compare` (decode both, KL both ways, JS, TV, the ten likeliest, the NLLs), and
KL alone. Memory is the process's peak, mapped pages included.
Goals: ≥ 2 500 rows/s a core; ≤ 200 MB, whatever the size of the files.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kullback import logits
from kullback.lm.files import llama_cpp

VOCABULARY, N_CTX, CHUNKS = 128_256, 512, 8
ROWS = CHUNKS * (N_CTX - 1 - N_CTX // 2)

_MEASURED = """
import json, pathlib, sys, time
base, model = sys.argv[1:3]
{prepare}
start, used = time.perf_counter(), time.process_time()
{work}
wall, cpu = time.perf_counter() - start, time.process_time() - used
peak = int(pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
print(json.dumps({{"wall": wall, "cpu": cpu, "peak": peak / 1024, "kl": kl}}))
"""

_COMPARE = ("from kullback import lm", "kl = lm.compare(base, model).kl.value")
_MERGED = (
    "from functools import reduce\nfrom kullback import lm",
    """
parts = [lm.accumulate(base, model, shard=(i, 4)) for i in (1, 2, 3, 4)]
states = [lm.Accumulator.from_bytes(part.to_bytes()) for part in parts]
kl = reduce(lm.Accumulator.merge, states).summary().kl.value
""",
)
_LLAMA = (
    "from kullback import lm",
    "kl = lm.compare(base, model, decode='llama.cpp').kl.value",
)
_READ = """
import numpy as np, torch
from kullback import lm
torch.set_num_threads(1)
p_file, q_file = lm.open(base), lm.open(model)
def decoded(file, start, stop):
    codes, scale, minimum = file.quantised(start, stop)
    values = torch.from_numpy(codes.astype(np.float32))
    values.mul_(torch.from_numpy(scale)[:, None]).add_(torch.from_numpy(minimum)[:, None])
    return values
def batches():
    for start in range(0, len(p_file), 8):
        stop = min(start + 8, len(p_file))
        yield start, stop, decoded(p_file, start, stop), decoded(q_file, start, stop)
"""
_TORCH_KL = """
kl = 0.0
for _, _, log_p, log_q in batches():
    divergence = torch.nn.functional.kl_div(log_q, log_p, reduction="none", log_target=True)
    kl += float(divergence.sum(-1).double().sum())
kl /= len(p_file)
"""
_TORCH = """
kl, rest = 0.0, torch.empty(6, len(p_file))
for start, stop, log_p, log_q in batches():
    p, q = log_p.exp(), log_q.exp()
    log_m = torch.logaddexp(log_p, log_q) - np.log(2)
    each = torch.nn.functional.kl_div
    kl += float(each(log_q, log_p, reduction="none", log_target=True).sum(-1).double().sum())
    reverse = each(log_p, log_q, reduction="none", log_target=True).sum(-1)
    js = (p * (log_p - log_m) + q * (log_q - log_m)).sum(-1) / 2
    tv = (p - q).abs().sum(-1) / 2
    tops = [torch.topk(x, 10).indices for x in (log_p, log_q)]
    shared = (tops[0][:, :, None] == tops[1][:, None, :]).sum((1, 2))
    ids = torch.from_numpy(p_file.targets[start:stop])[:, None]
    nll = [x.gather(1, ids)[:, 0] for x in (log_p, log_q)]
    rest[:, start:stop] = torch.stack([reverse, js, tv, shared.float(), *nll])
kl /= len(p_file)
"""
JOBS = {
    "`lm.compare`": _COMPARE,
    "four shards, merged": _MERGED,
    "PyTorch, the same work": (_READ, _TORCH),
    "PyTorch, KL alone": (_READ, _TORCH_KL),
    "`lm.compare`, llama.cpp's numbers (NumPy)": _LLAMA,
}


def blocks(
    rng: np.random.Generator, kinds: np.ndarray, seed: int, noise: float
) -> Iterator[np.ndarray]:
    """Yield logits of a few likely and many unlikely tokens, off by so much noise."""
    own = np.random.default_rng(seed)
    for _ in range(0, ROWS, 60):
        order = rng.permutation(VOCABULARY)
        rows = np.tile(kinds[order], (60, 1)) + rng.standard_normal((60, 1), np.float32)
        yield rows + noise * own.standard_normal(rows.shape, np.float32)


def sides() -> list[Iterator[np.ndarray]]:
    kinds = np.random.default_rng(1).standard_normal(VOCABULARY, np.float32) * 2
    kinds[:64] += np.random.default_rng(2).gamma(3.0, 3.0, 64)
    return [blocks(np.random.default_rng(3), kinds, i, noise) for i, noise in enumerate((0.0, 0.1))]


def write(folder: Path) -> list[str]:
    tokens = np.random.default_rng(0).integers(0, VOCABULARY, CHUNKS * N_CTX)
    paths = [str(folder / "base.kld"), str(folder / "model.kld")]
    for path, rows in zip(paths, sides(), strict=True):
        llama_cpp.write(path, tokens, rows, N_CTX)
    return paths


def exact() -> float:
    """Return the mean KL of the logits themselves, without any file."""
    pairs = zip(*sides(), strict=True)
    return float(np.mean([logits.kl(p.astype(float), q.astype(float)) for p, q in pairs]))


def measure(prepare: str, work: str, paths: list[str], repeats: int = 3) -> dict[str, float]:
    """Return the median run of some fresh processes on one core."""
    code = _MEASURED.format(prepare=prepare, work=work)
    environment = {**os.environ, "KULLBACK_THREADS": "1", "OMP_NUM_THREADS": "1"}
    runs = []
    for _ in range(repeats):
        command = [sys.executable, "-c", code, *paths]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    return sorted(runs, key=lambda run: run["cpu"])[repeats // 2]


def main() -> None:
    """Print one line a job."""
    with tempfile.TemporaryDirectory() as folder:
        paths = write(Path(folder))
        size = sum(Path(path).stat().st_size for path in paths) / 1e9
        results = {
            name: measure(*job, paths, 1 if "llama" in name else 3) for name, job in JOBS.items()
        }
    print(
        f"{ROWS:,} rows × {VOCABULARY:,} tokens on each side, {size:.2f} GB together, one core.\n"
    )
    print("| job | CPU s | rows/s a core | × `lm.compare` | peak MB | mean KL |")
    print("|---|---|---|---|---|---|")
    ours = results["`lm.compare`"]["cpu"]
    for name, run in results.items():
        rate = f"{run['cpu']:.2f} | {ROWS / run['cpu']:,.0f} | {run['cpu'] / ours:.1f}"
        print(f"| {name} | {rate} | {run['peak']:.0f} | {run['kl']:.8f} |")
    print(f"\nMean KL of the logits, without files: {exact():.8f}.")


if __name__ == "__main__":
    main()
