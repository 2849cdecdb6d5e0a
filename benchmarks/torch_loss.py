"""What a distillation step pays for its loss: time and memory, forward and backward.

Float32 logits of a teacher, and of a student that needs a gradient, on one core. The peers are
what people write in PyTorch: `log_softmax` twice, `kl_div`, a sum a row; for the mixture also
`logaddexp`, and `kl_div` twice. Memory is what a process grows by at most over a step, in
tensors of logits: one of them is the gradient. The last column says how wrong the gradient is
where the student is near the teacher (KL about 1e-7), against float64, relative to its norm.
Goals: faster than the peer; at most 1.2 tensors.
"""

import math
import subprocess
import sys
from collections.abc import Callable
from functools import partial

import torch
from torch.nn.functional import kl_div, log_softmax

from benchmarks.timing import seconds, single
from kullback.torch import kl_from_logits

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
SHAPES = ((512, 32_000), (64, 128_256))

_MEMORY = """
import pathlib, sys, torch
from benchmarks.torch_loss import LOSSES, step
rows, outcomes, name = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
def peak():
    return int(pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
p, q = torch.ones(rows, outcomes), torch.ones(rows, outcomes)
step(LOSSES[name], p[:4], q[:4])
q.requires_grad_()
pathlib.Path("/proc/self/clear_refs").write_text("5")
before = peak()
LOSSES[name](p, q).sum().backward()
print((peak() - before) * 1024 / (4 * rows * outcomes))
"""


def torch_kl(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    log_p, log_q = log_softmax(p, -1), log_softmax(q, -1)
    return kl_div(log_q, log_p, reduction="none", log_target=True).sum(-1)


def torch_js(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    log_p, log_q = log_softmax(p, -1), log_softmax(q, -1)
    log_m = torch.logaddexp(log_p, log_q) - math.log(2)
    parts = [kl_div(log_m, x, reduction="none", log_target=True) for x in (log_p, log_q)]
    return 2 * (parts[0] + parts[1]).sum(-1)


LOSSES: dict[str, Loss] = {
    "torch KL": torch_kl,
    "`kl_from_logits`": kl_from_logits,
    '`kl_from_logits(direction="reverse")`': lambda p, q: kl_from_logits(p, q, direction="reverse"),
    "torch JS": torch_js,
    "`kl_from_logits(beta=0.5)`": lambda p, q: kl_from_logits(p, q, beta=0.5),
}
PEERS = dict(zip(LOSSES, ["torch KL"] * 3 + ["torch JS"] * 2, strict=True))


def step(loss: Loss, p: torch.Tensor, q: torch.Tensor) -> tuple[float, torch.Tensor]:
    """Return the loss and the gradient to the student."""
    student = q.detach().requires_grad_()
    value = loss(p, student).sum()
    value.backward()
    assert student.grad is not None
    return value.item(), student.grad


def grown(shape: tuple[int, int], name: str) -> float:
    command = [sys.executable, "-c", _MEMORY, *map(str, shape), name]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def wrong(loss: Loss, p: torch.Tensor) -> float:
    q = p + 5e-4 * torch.randn_like(p)
    _, mine = step(loss, p, q)
    _, truth = step(loss, p.double(), q.double())
    return ((mine - truth).norm() / truth.norm()).item()


def main() -> None:
    """Print one table a shape."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    for shape in SHAPES:
        p = 3 * torch.randn(shape)
        q = p + torch.randn(shape)
        for name, loss in LOSSES.items():
            value, peer = (step(each, p[:8], q[:8])[0] for each in (loss, LOSSES[PEERS[name]]))
            assert "reverse" in name or math.isclose(value, peer, rel_tol=1e-4), name
        jobs = {name: single(partial(step, loss, p, q)) for name, loss in LOSSES.items()}
        took = seconds(jobs, repeats=5)
        print(f"| {shape[0]} × {shape[1]:,} float32 | ms | × faster | memory | gradient wrong by |")
        print("|---|---|---|---|---|")
        for name, loss in LOSSES.items():
            ratio = took[PEERS[name]] / took[name]
            cells = f"{took[name] * 1e3:.0f} | {ratio:.1f} | {grown(shape, name):.2f}"
            print(f"| {name} | {cells} | {wrong(loss, p[:8]):.0e} |", flush=True)
        print()


if __name__ == "__main__":
    main()
