"""What a distillation step from hidden states pays: time and memory, forward and backward.

Float32 hidden states of 256 numbers and layers of a teacher and of a student whose states and layer
both need gradients, on one core; Jensen–Shannon at β = ½, which every peer has. `whole` makes all
logits at once in PyTorch; Liger's chunked loss (`LigerFusedLinearJSDLoss`, not compiled, the hard
loss weighted 0) makes them chunk by chunk, as `kl_from_hidden` does, and so does TRL's
(`ChunkedDivergenceFunction`, blocks of 32 768 outcomes, so that 32 000 are one); each runs where
its package is installed. Memory is what a process grows by at most over a step, in tensors of
logits. The last column says how wrong the gradient to the student's states is where it is near the
teacher (KL about 1e-7), against float64, relative to its norm: what float32 loses in the products
h·W, alike for all.
"""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec

import torch

from benchmarks.timing import seconds, single
from benchmarks.torch_loss import torch_js
from kullback.torch import kl_from_hidden

Loss = Callable[..., torch.Tensor]
Tensor = torch.Tensor
ROWS, OUTCOMES, WIDTH = 512, 32_000, 256

_MEMORY = """
import pathlib, sys, torch
from benchmarks.hidden_loss import LOSSES, sides
def peak():
    return int(pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
torch.set_num_threads(1)
loss = LOSSES[sys.argv[1]]
loss(*sides(8, 100)).backward()
given = sides()
pathlib.Path("/proc/self/clear_refs").write_text("5")
before = peak()
loss(*given).backward()
print((peak() - before) * 1024 / (4 * given[0].shape[0] * given[1].shape[0]))
"""


def whole(
    h_p: torch.Tensor, w_p: torch.Tensor, h_q: torch.Tensor, w_q: torch.Tensor
) -> torch.Tensor:
    return torch_js(h_p @ w_p.T, h_q @ w_q.T).mean()


def ours(
    h_p: torch.Tensor, w_p: torch.Tensor, h_q: torch.Tensor, w_q: torch.Tensor
) -> torch.Tensor:
    return kl_from_hidden(h_p, w_p, h_q, w_q, beta=0.5, reduction="row-mean")


def liger(
    h_p: torch.Tensor, w_p: torch.Tensor, h_q: torch.Tensor, w_q: torch.Tensor
) -> torch.Tensor:
    from liger_kernel.chunked_loss import (  # type: ignore[import-not-found,unused-ignore]
        LigerFusedLinearJSDLoss,
    )

    loss = LigerFusedLinearJSDLoss(0.0, 1.0, beta=0.5, compiled=False, chunk_size=64)
    labels = torch.zeros(len(h_p), dtype=torch.long)
    return 4 * loss(h_q, w_q, h_p, w_p, labels)


def trl(h_p: torch.Tensor, w_p: torch.Tensor, h_q: torch.Tensor, w_q: torch.Tensor) -> torch.Tensor:
    from trl.kernels.chunked_divergence import (  # type: ignore[import-not-found,unused-ignore]
        ChunkedDivergenceFunction,
    )

    values, _ = ChunkedDivergenceFunction.apply(h_q, w_q, None, h_p, w_p, None, 0.5)
    return 4 * values.mean()


LOSSES: dict[str, Loss] = {
    "whole": whole,
    "Liger, chunked": liger,
    "TRL, chunked": trl,
    "`kl_from_hidden`": ours,
}
NEEDS = {"Liger, chunked": "liger_kernel", "TRL, chunked": "trl"}


def sides(
    rows: int = ROWS,
    outcomes: int = OUTCOMES,
    noise: float = 0.3,
    kind: torch.dtype = torch.float32,
) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    h_p, w_p = normal(rows, WIDTH), 2 * normal(outcomes, WIDTH) / WIDTH**0.5
    h_q, w_q = h_p + noise * normal(rows, WIDTH), w_p.clone()
    single_ones = [x.float().to(kind) for x in (h_p, w_p, h_q, w_q)]
    return *single_ones[:2], *(x.requires_grad_() for x in single_ones[2:])


def gradient(loss: Loss, kind: torch.dtype) -> torch.Tensor:
    given = sides(32, 8_000, 2e-4, kind)
    loss(*given).backward()
    assert given[2].grad is not None
    return given[2].grad.double()


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    exact = gradient(whole, torch.float64)
    print("| loss | ms | tensors of logits | error of the gradient near the teacher |")
    print("|---|---|---|---|")
    there = {n: f for n, f in LOSSES.items() if n not in NEEDS or find_spec(NEEDS[n])}
    given = sides()
    times = seconds({n: single(partial(step, f, given)) for n, f in there.items()}, repeats=3)
    for name, loss in there.items():
        memory = float(subprocess.check_output([sys.executable, "-c", _MEMORY, name], text=True))
        apart = gradient(loss, torch.float32) - exact
        error = float(apart.norm() / exact.norm())
        print(f"| {name} | {1e3 * times[name]:,.0f} | {memory:.2f} | {error:.1e} |", flush=True)


def step(loss: Loss, given: tuple[torch.Tensor, ...]) -> None:
    loss(*given).backward()


if __name__ == "__main__":
    main()
