"""What a loss of a small vocabulary pays, in time that other processes do not count in.

Forward and backward on one core, float32, the student's gradient: milliseconds of this thread
(`time.thread_time`), beside what people write in PyTorch. Goal: ahead of it in every row.
"""

from functools import partial

import torch

from benchmarks.timing import single, spent
from benchmarks.torch_loss import LOSSES, step

SHAPES = ((8_192, 32), (4_096, 100), (2_048, 256), (1_024, 1_000), (512, 4_096))


def main() -> None:
    """Print a line a shape."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    print(f"| float32 | {' | '.join(LOSSES)} |\n|{'---|' * (len(LOSSES) + 1)}")
    for shape in SHAPES:
        p = 3 * torch.randn(shape)
        q = p + torch.randn(shape)
        took = spent({n: single(partial(step, loss, p, q)) for n, loss in LOSSES.items()}, 60)
        cells = " | ".join(f"{took[name] * 1e3:.2f}" for name in LOSSES)
        print(f"| {shape[0]:,} × {shape[1]:,} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
