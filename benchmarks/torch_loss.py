"""What a distillation step pays for its loss: time and memory, forward and backward.

Float32 logits of a teacher, and of a student that needs a gradient, on the CPU. The peer is what
people write in PyTorch: `log_softmax` twice, `kl_div`, a sum a row. Each job runs in a process
of its own; memory is what the process grows by at most over a step, in units of one tensor of
logits: one of them is the gradient. The last column says how wrong the gradient is, at worst,
where the student is near the teacher (KL about 1e-7), against float64.
Goals: faster than PyTorch; at most 1.2 tensors.
"""

import json
import subprocess
import sys

SHAPES = ((512, 32_000), (64, 128_256))
JOBS = {
    "torch log_softmax ×2, kl_div, sum": "peer(p, q)",
    "`kl_from_logits`": "kl_from_logits(p, q)",
    '`kl_from_logits(direction="reverse")`': 'kl_from_logits(p, q, direction="reverse")',
    "`kl_from_logits(beta=0.5)`": "kl_from_logits(p, q, beta=0.5)",
}

_PROGRAM = """
import json, pathlib, sys, time, torch
from torch.nn.functional import kl_div, log_softmax
from kullback.torch import kl_from_logits
rows, outcomes, work = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
def peer(p, q):
    log_p, log_q = log_softmax(p, -1), log_softmax(q, -1)
    return kl_div(log_q, log_p, reduction="none", log_target=True).sum(-1)
def peak():
    return int(pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
torch.manual_seed(0)
p = 3 * torch.randn(rows, outcomes)
q = (p + torch.randn(rows, outcomes)).requires_grad_()
step = compile(f"loss = {work}.sum(); loss.backward(); value = loss.item()", "step", "exec")
few = dict(p=p[:4], q=q.detach()[:4].requires_grad_(), peer=peer, kl_from_logits=kl_from_logits)
exec(step, few)
used = dict(p=p, q=q, peer=peer, kl_from_logits=kl_from_logits)
pathlib.Path("/proc/self/clear_refs").write_text("5")
before = peak()
exec(step, used)
grown = (peak() - before) * 1024 / (4 * rows * outcomes)
times = []
for _ in range(5):
    q.grad = None
    start = time.perf_counter()
    exec(step, used)
    times.append(time.perf_counter() - start)
near = (p[:8] + 5e-4 * torch.randn(8, outcomes)).requires_grad_()
exec(step, dict(p=p[:8], q=near, peer=peer, kl_from_logits=kl_from_logits))
wide = near.detach().double().requires_grad_()
exec(step, dict(p=p[:8].double(), q=wide, peer=peer, kl_from_logits=kl_from_logits))
wrong = ((near.grad - wide.grad).norm() / wide.grad.norm()).item()
print(json.dumps(dict(ms=1e3 * min(times), grown=grown, wrong=wrong, value=used["value"])))
"""


def measured(shape: tuple[int, int], work: str) -> dict[str, float]:
    command = [sys.executable, "-c", _PROGRAM, *map(str, shape), work]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> None:
    """Print one table a shape."""
    for shape in SHAPES:
        results = {name: measured(shape, work) for name, work in JOBS.items()}
        peer, ours, *_ = results.values()
        assert abs(ours["value"] / peer["value"] - 1) < 1e-4
        print(f"| {shape[0]} × {shape[1]:,} float32 | ms | × faster | memory | gradient wrong by |")
        print("|---|---|---|---|---|")
        for name, run in results.items():
            ratio = peer["ms"] / run["ms"]
            print(
                f"| {name} | {run['ms']:.0f} | {ratio:.1f} | {run['grown']:.2f} "
                f"| {run['wrong']:.1e} |"
            )
        print()


if __name__ == "__main__":
    main()
